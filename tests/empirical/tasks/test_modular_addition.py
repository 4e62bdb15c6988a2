import numpy as np
import pytest

from empirical import SYSTEMS, ModularAddition, draw_modular_addition, draw_streams, sweep

TINY = {"train_samples": 40, "gen_samples": 20}


def rows(*sets):
    return [row.tobytes() for examples in sets for row in examples.inputs]


@pytest.mark.parametrize("modulus", [2, 3, 7])
def test_labels_are_the_sums_of_the_symbols(modulus):
    examples = draw_modular_addition(
        60 if modulus == 2 else 140, 2 * modulus + 4, modulus, rng=np.random.default_rng(0)
    )
    pairs = set()
    for row, label in zip(examples.inputs.tolist(), examples.labels.tolist(), strict=True):
        first, second, spurious = row[:modulus], row[modulus : 2 * modulus], row[2 * modulus :]
        assert sorted(first) == sorted(second) == [0] * (modulus - 1) + [1]
        assert set(spurious) <= {0, 1}
        assert label == (first.index(1) + second.index(1)) % modulus
        pairs.add((first.index(1), second.index(1)))
    assert len(pairs) > 0.9 * modulus**2


@pytest.mark.parametrize("input_size", [18, 60])
def test_symbols_and_bits_are_uniform_and_unrelated(input_size):
    """With 54 spurious bits, too, of which 14 are beyond those that the number of a row covers."""
    examples = draw_modular_addition(30_000, input_size, 3, rng=np.random.default_rng(0))
    means = examples.inputs.mean(axis=0)
    assert abs(means[:6] - 1 / 3).max() < 5 * np.sqrt(2) / 3 / np.sqrt(30_000)
    assert abs(means[6:] - 1 / 2).max() < 5 / 2 / np.sqrt(30_000)
    for label in range(3):  # no single input tells the sum
        given = examples.inputs[examples.labels == label].mean(axis=0)
        assert abs(given - means).max() < 5 / 2 / np.sqrt(9_000)
    correlations = np.corrcoef(examples.inputs[:, 6:].T) - np.eye(input_size - 6)
    assert abs(correlations).max() < 5 / np.sqrt(30_000)


def test_the_whole_table_is_drawn_once_and_split():
    task = ModularAddition(input_size=10, modulus=5, train_samples=20, gen_samples=5)
    train, gen = task.draw(draw_streams(0, 10))
    assert len(set(rows(train, gen))) == 25
    assert not set(rows(train)) & set(rows(gen))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "numbers",
    [
        {"input_size": 12, "modulus": 5, "train_samples": 60, "gen_samples": 40},
        {"input_size": 15, "modulus": 5, "train_samples": 500, "gen_samples": 250},
        {"input_size": 56, "modulus": 3, "train_samples": 500, "gen_samples": 250},
    ],
)
def test_no_training_example_is_a_validation_example(seed, numbers):
    train, gen = ModularAddition(**numbers).draw(draw_streams(seed, numbers["input_size"]))
    assert len(set(rows(train, gen))) == numbers["train_samples"] + numbers["gen_samples"]


def test_a_table_that_is_too_small_gets_a_sentence():
    ModularAddition(input_size=11, modulus=5, train_samples=40, gen_samples=10)
    with pytest.raises(
        ValueError, match=r"train_samples \+ gen_samples must be at most 50, the number .* got 51; lower"
    ):
        ModularAddition(input_size=11, modulus=5, train_samples=40, gen_samples=11)
    with pytest.raises(ValueError, match=r"must be at most 9, .*, got 10; lower one"):
        draw_modular_addition(10, 6, 3, rng=np.random.default_rng(0))


def test_the_network_has_an_output_for_every_sum(draw):
    experiment = SYSTEMS["modular_addition"].experiment.replace({"input_size": 12, "width": 16, **TINY})
    _, train, gen, start = draw(experiment)
    assert start["output.weight"].shape == (5, 16)
    assert experiment.chance == 0.2
    assert (len(train), len(gen), train.inputs.shape[1]) == (40, 20, 12)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"modulus": 1}, "modulus must be at least 2, got 1; choose"),
        ({"modulus": 7}, r"input_size must be at least 2 \* modulus, got 12 < 14; raise input_size or lower"),
    ],
)
def test_a_modulus_that_does_not_fit_gets_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        ModularAddition(input_size=12, **TINY, **values)
    with pytest.raises(ValueError, match=r"at least 2 \* modulus, got 5 < 6"):
        draw_modular_addition(10, 5, 3, rng=np.random.default_rng(0))


def test_a_small_network_groks_and_is_measured_from_one_over_p():
    protocol = {"modulus": 3, "width": 60, "learning_rate": 0.3, "train_samples": 200, "gen_samples": 100}
    (row,) = sweep("modular_addition", input_size=16, epochs=200, workers=1, **protocol)
    assert row["status"] == "ok"
    assert 0 < row["jump_time_train"] < row["jump_time_gen"] < 200
