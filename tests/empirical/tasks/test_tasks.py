"""Every task keeps the promises that the engines and the sweeps build on; the first ones keep their bits."""

import hashlib

import numpy as np
import pytest

from empirical import SYSTEMS, AdditionTable, Examples, draw_streams, train_together

SMALL = {"epochs": 3, "train_samples": 30, "gen_samples": 15, "input_size": 12}
PACKAGE = ("parity", "modular_addition", "linear_student")
CLASSES = PACKAGE[:2]


def small(system, **knobs):
    return SYSTEMS[system].experiment.replace({**SMALL, "seed": 1, **knobs})


def digest(*arrays):
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


# Computed by the first version of this package: data, weights and batches of a seed are the same for ever.
PARITY_BITS = {
    (25, 0, 0.0): ("54a6cf3a794f7fc9", "725054bea08e8c60", "c87660d21c4e3375", "05eee5b7044eb157"),
    (45, 9, 0.0): ("13b69e5e09eff590", "dd62bf7e9ed3c82c", "9fd796bea3892666", "77df28989e7db775"),
    (30, 3, 0.2): ("39d9b1b5da37f29a", "eaebea1900079e3a", "17f27e854bc894e0", "fd69b95d6f5d5e0a"),
}


@pytest.mark.parametrize(("size", "seed", "noise"), PARITY_BITS)
def test_the_bits_of_parity_are_those_of_the_first_version(draw, size, seed, noise):
    knobs = {"input_size": size, "label_noise": noise, "seed": seed}
    streams, train, gen, start = draw(SYSTEMS["parity"].experiment.replace(knobs))
    found = digest(train.inputs, train.labels), digest(gen.inputs, gen.labels), digest(*start.values())
    assert (*found, digest(streams.batches.permutation(750))) == PARITY_BITS[size, seed, noise]


def test_the_bits_of_the_linear_student_and_of_other_weights_are_those_of_the_first_version(draw):
    _, train, gen, start = draw(SYSTEMS["linear_student"].experiment.replace({"seed": 1}))
    assert digest(train.inputs, train.labels) == "010c50b22eadb948"
    assert digest(gen.inputs, gen.labels) == "b377075ead07ef95"
    assert digest(*start.values()) == "839442cc57a6f849"
    addition = SYSTEMS["modular_addition"].experiment.replace({"width": 30, "initial_scale": 2.5, "seed": 1})
    assert digest(*draw(addition)[3].values()) == "2d5678e26b9a460a"


@pytest.mark.parametrize("system", PACKAGE)
def test_a_run_has_its_examples_and_weights_from_their_own_streams(draw, system):
    experiment = small(system)
    streams, train, gen, start = draw(experiment)
    assert (train.inputs.shape, gen.inputs.shape) == ((30, 12), (15, 12))
    assert experiment.task.signature.inputs == (12,)
    for other in (experiment, small(system, train_samples=31, weight_decay=0.03, learning_rate=0.02)):
        for name, weights in draw(other)[3].items():
            np.testing.assert_array_equal(weights, start[name])
    assert streams.dropout.random() == draw_streams(1, 12).dropout.random()


@pytest.mark.parametrize("system", PACKAGE)
def test_the_initial_scale_multiplies_every_weight(draw, system):
    one, scaled = (draw(small(system, initial_scale=scale))[3] for scale in (1.0, 2.5))
    for name, weights in one.items():
        np.testing.assert_array_equal(scaled[name], 2.5 * weights)


@pytest.mark.parametrize("system", CLASSES)
def test_label_noise_changes_some_training_labels_and_nothing_else(draw, system):
    (_, train, gen, _), (_, noisy, same, _) = (draw(small(system, label_noise=noise)) for noise in (0.0, 0.2))
    assert (train.labels != noisy.labels).sum() == 6
    np.testing.assert_array_equal(train.inputs, noisy.inputs)
    np.testing.assert_array_equal(gen.labels, same.labels)
    classes = small(system).task.classes
    expected = train.with_wrong_labels(0.2, classes, rng=draw_streams(1, 12).label_noise)
    np.testing.assert_array_equal(noisy.labels, expected.labels)


@pytest.mark.parametrize("system", PACKAGE)
def test_the_same_seed_gives_the_same_bits(system):
    experiment = small(system, optimizer="adamw")
    first, again = (train_together([experiment], records=["weight_norm", "train_margin"])[0] for _ in range(2))
    assert first.identical(again)


def test_inputs_and_labels_are_of_one_length():
    with pytest.raises(ValueError, match=r"as many inputs as labels, got 3 and 2"):
        Examples(np.eye(3), np.zeros(2))


def test_a_table_of_additions_has_a_parallelogram():
    """Of two symbols none has, and the quality of an embedding is no number; it was said after training."""
    with pytest.raises(ValueError, match="symbols must be at least 3, got 2"):
        AdditionTable(symbols=2, train_pairs=1)
