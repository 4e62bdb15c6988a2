import dataclasses
import random
from itertools import combinations

import numpy as np
import pytest
import torch

from empirical import SYSTEMS, Epochs, Steps, draw_streams, sweep, train_together
from empirical.randomness import torch_seeded_by

PURPOSES = ("data", "split", "weights", "batches", "label_noise", "dropout")


def bits(generator):
    return generator.integers(2, size=4000)


def test_same_numbers_same_bits():
    first, again = draw_streams(3, 25), draw_streams(3, 25)
    for name in PURPOSES:
        np.testing.assert_array_equal(bits(getattr(first, name)), bits(getattr(again, name)))


def test_a_new_purpose_leaves_the_streams_of_the_first_version_as_they_were():
    children = np.random.SeedSequence((3, 25)).spawn(5)
    for name, child in zip(PURPOSES[:5], children, strict=True):
        np.testing.assert_array_equal(bits(getattr(draw_streams(3, 25), name)), bits(np.random.default_rng(child)))


def test_streams_of_all_purposes_seeds_and_sizes_are_unrelated():
    streams = [draw_streams(seed, size) for seed in (0, 1) for size in (25, 26)]
    drawn = [bits(getattr(s, name)) for s in streams for name in PURPOSES]
    # The correlation of two unrelated strings of 4000 bits is below 5/√4000.
    for one, other in combinations(drawn, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(4000)


def test_drawing_more_data_leaves_the_weights_as_they_were():
    small, large = draw_streams(0, 25), draw_streams(0, 25)
    bits(small.data)
    large.data.random(100_000)
    np.testing.assert_array_equal(bits(small.weights), bits(large.weights))


def global_state():
    return random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002


@pytest.mark.parametrize("system", ["parity", "modular_addition", "linear_student"])
def test_building_training_and_measuring_leave_global_random_state_alone(system):
    before = global_state()
    experiment = SYSTEMS[system].experiment.replace(
        {"input_size": 10, "train_samples": 15, "gen_samples": 10, "schedule.batch_size": 6, "arithmetic": "float32"}
    )
    looks = Epochs(epochs=4, batch_size=6), Steps(steps=9, batch_size=6), Steps(steps=9, batch_size=6, replacement=True)
    for schedule in looks:
        train_together([dataclasses.replace(experiment, schedule=schedule)], records=["weight_norm"])
    experiment.model.build(experiment.task.signature)  # by itself PyTorch's initialisation does draw
    changed, torch_state = global_state(), before[2]
    assert changed[:2] == before[:2]
    torch.set_rng_state(torch.tensor(torch_state, dtype=torch.uint8))
    if system != "linear_student":
        train_together([experiment.replace({"dropout": 0.5, "schedule.epochs": 2, "seed": seed}) for seed in (0, 1)])
    sweep(system, input_size=10, train_samples=15, gen_samples=10, epochs=4, workers=1)
    assert global_state() == before


def test_a_model_that_initialises_itself_does_so_from_its_stream():
    before = global_state()
    drawn = []
    for seed in (0, 0, 1):
        with torch_seeded_by(np.random.default_rng(seed)):
            drawn.append(torch.rand(3).tolist())
    assert drawn[0] == drawn[1] != drawn[2]
    with pytest.raises(ZeroDivisionError), torch_seeded_by(np.random.default_rng(0)):
        torch.rand(int(1 / 0))
    assert global_state() == before
