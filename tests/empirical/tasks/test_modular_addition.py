import numpy as np
import pytest

from empirical import ModularAdditionRun, draw_modular_addition, draw_streams, sweep_task

TINY = {"train_samples": 40, "gen_samples": 20, "width": 16}


@pytest.mark.parametrize("modulus", [2, 3, 7])
def test_labels_are_the_sums_of_the_symbols(modulus):
    examples = draw_modular_addition(300, 2 * modulus + 4, modulus, rng=np.random.default_rng(0))
    pairs = set()
    for row, label in zip(examples.inputs.tolist(), examples.labels.tolist(), strict=True):
        first, second, spurious = row[:modulus], row[modulus : 2 * modulus], row[2 * modulus :]
        assert sorted(first) == sorted(second) == [0] * (modulus - 1) + [1]
        assert set(spurious) <= {0, 1}
        assert label == (first.index(1) + second.index(1)) % modulus
        pairs.add((first.index(1), second.index(1)))
    assert len(pairs) == modulus**2


def test_symbols_and_bits_are_uniform_and_unrelated():
    examples = draw_modular_addition(30_000, 9, 3, rng=np.random.default_rng(0))
    means = examples.inputs.mean(axis=0)
    assert abs(means[:6] - 1 / 3).max() < 5 * np.sqrt(2) / 3 / np.sqrt(30_000)
    assert abs(means[6:] - 1 / 2).max() < 5 / 2 / np.sqrt(30_000)
    for label in range(3):  # no single input tells the sum
        given = examples.inputs[examples.labels == label].mean(axis=0)
        assert abs(given - means).max() < 5 / 2 / np.sqrt(9_000)


def test_the_network_has_an_output_for_every_sum():
    run = ModularAdditionRun(12, 0, modulus=5, **TINY)
    assert run.draw_start(draw_streams(0, 12)).output.shape == (5, 16)
    assert run.chance == 0.2
    train, gen = run.examples(draw_streams(0, 12))
    assert (len(train), len(gen), train.inputs.shape[1]) == (40, 20, 12)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"modulus": 1}, "modulus must be at least 2, got 1; with 1"),
        ({"modulus": 7}, r"input_size must be at least 2 \* modulus, got 12 < 14; raise input_size or lower"),
    ],
)
def test_a_modulus_that_doesn_t_fit_gets_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        ModularAdditionRun(12, 0, **values)
    with pytest.raises(ValueError, match=r"at least 2 \* modulus, got 5 < 6"):
        draw_modular_addition(10, 5, 3, rng=np.random.default_rng(0))


def test_a_small_network_groks_and_is_measured_from_one_over_p():
    protocol = {"modulus": 3, "width": 60, "learning_rate": 0.3, "train_samples": 200, "gen_samples": 100}
    (row,) = sweep_task("modular_addition", [16], [0], epochs=200, workers=1, **protocol)
    assert row["status"] == "ok"
    assert 0 < row["jump_time_train"] < row["jump_time_gen"] < 200
