import random
from itertools import combinations

import numpy as np
import torch

from empirical import ParityRun, draw_streams, train_together

PURPOSES = ("data", "split", "weights", "batches", "label_noise")


def bits(generator):
    return generator.integers(2, size=4000)


def test_same_numbers_same_bits():
    first, again = draw_streams(3, 25), draw_streams(3, 25)
    for name in PURPOSES:
        np.testing.assert_array_equal(bits(getattr(first, name)), bits(getattr(again, name)))


def test_a_new_purpose_leaves_the_streams_of_the_first_version_as_they_were():
    children = np.random.SeedSequence((3, 25)).spawn(4)
    for name, child in zip(PURPOSES[:4], children, strict=True):
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


def test_training_leaves_global_random_state_alone():
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
    train_together([ParityRun(5, 0, epochs=2, train_samples=40, gen_samples=20, width=8)])
    after = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
    assert after == before
