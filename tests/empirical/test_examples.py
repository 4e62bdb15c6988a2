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


@pytest.mark.parametrize(("fraction", "classes", "wrong"), [(0.0, 2, 0), (0.1, 2, 20), (0.5, 7, 100), (1.0, 3, 200)])
def test_wrong_labels_are_so_many_and_of_another_class(fraction, classes, wrong):
    labels = (np.arange(200) % classes).astype(np.uint8)
    examples = Examples(np.arange(200)[:, None], labels)
    noisy = examples.with_wrong_labels(fraction, classes, rng=np.random.default_rng(0))
    changed = noisy.labels != labels
    assert changed.sum() == wrong
    np.testing.assert_array_equal(noisy.inputs, examples.inputs)
    assert set(np.unique(noisy.labels)) <= set(range(classes))
    np.testing.assert_array_equal(examples.labels, np.arange(200) % classes)
    if wrong >= 100 and classes > 2:  # every other class is taken, about equally often
        steps = np.bincount((noisy.labels[changed].astype(int) - labels[changed]) % classes, minlength=classes)[1:]
        assert steps.min() > 0.5 * wrong / (classes - 1)
