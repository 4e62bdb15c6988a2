import numpy as np
import pytest

from empirical import Examples


@pytest.mark.parametrize("train_samples", [0, 3, 4])
def test_split_leaves_examples_on_both_sides(train_samples):
    examples = Examples(np.eye(3), np.array([0, 1, 0]))
    with pytest.raises(ValueError, match=f"train_samples must be between 1 and 2, got {train_samples}; leave"):
        examples.split(train_samples, rng=np.random.default_rng(0))


def test_split_keeps_inputs_with_their_labels():
    labels = np.arange(20) % 2
    train, gen = Examples(np.arange(20)[:, None], labels).split(13, rng=np.random.default_rng(0))
    for part in (train, gen):
        np.testing.assert_array_equal(part.labels, part.inputs[:, 0] % 2)
