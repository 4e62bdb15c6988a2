import numpy as np
import pytest

from empirical import Examples, Signature


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


@pytest.mark.parametrize(
    ("inputs", "labels", "signature", "classes", "message"),
    [
        (
            np.ones((4, 3)),
            [0, 1, 0, 1],
            Signature((2,), 2),
            2,
            r"inputs must have the shape of the signature, \(2,\), got",
        ),
        (np.ones((4, 3)), [0, 1, 2, 1], Signature((3,), 2), 2, "labels must be whole numbers from 0 to 1, got 0 to 2"),
        (
            np.ones((4, 3)),
            [0, 1, -1, 1],
            Signature((3,), 2),
            2,
            "labels must be whole numbers from 0 to 1, got -1 to 1",
        ),
        (
            np.ones((4, 3)),
            [0.0, 1, 0, 1],
            Signature((3,), 2),
            2,
            r"labels must be whole numbers of shape \(4,\) where cl",
        ),
        (np.ones((4, 3)), np.eye(4, 2, dtype=int), Signature((3,), 2), 2, "labels must be whole numbers of shape"),
        (
            np.ones((4, 3)),
            [0.0, 1, 0, 1],
            Signature((3,), 1),
            None,
            r"labels must be real numbers of shape \(4, 1\) wher",
        ),
        (np.ones((4, 3)), [[0], [1], [0], [1]], Signature((3,), 1), None, r"labels must be real numbers .* got int64"),
        (np.ones((4, 3)), np.full((4, 1), np.nan), Signature((3,), 1), None, "labels must be finite, got nan"),
        (np.full((4, 3), np.inf), [0, 1, 0, 1], Signature((3,), 2), 2, "inputs must be finite, got inf"),
        (np.ones((4, 3)), [0, 1, 0, 1], Signature((3,), 2, tokens=5), 2, "inputs must be whole numbers from 0 to 4"),
        (np.full((4, 3), 5), [0, 1, 0, 1], Signature((3,), 2, tokens=5), 2, "inputs must be whole numbers from 0 to 4"),
        (
            np.full((4, 3), -1),
            [0, 1, 0, 1],
            Signature((3,), 2, tokens=5),
            2,
            "inputs must be whole numbers from 0 to 4",
        ),
    ],
)
def test_examples_that_are_not_what_their_task_says_are_refused(inputs, labels, signature, classes, message):
    with pytest.raises(ValueError, match=message) as caught:
        Examples(inputs, labels).check(signature, classes)
    assert "\n" not in str(caught.value)


def test_examples_that_are_what_their_task_says_are_taken():
    Examples(np.full((4, 3), 4, dtype=np.uint8), [True, False, True, True]).check(Signature((3,), 2, tokens=5), 2)
    Examples(np.ones((4, 2, 3)), np.zeros((4, 5))).check(Signature((2, 3), 5), None)


def test_no_examples_are_refused():
    with pytest.raises(ValueError, match="as many inputs as labels, got 0 and 0"):
        Examples(np.empty((0, 3)), [])
