"""Labelled examples, whatever the task, and the shapes that a model has to fit."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Examples", "Signature"]


@dataclass(frozen=True)
class Signature:
    """The shapes between a task and a model.

    Attributes
    ----------
    inputs
        Shape of one input: `(n,)` numbers, `(length,)` tokens, `(height, width)`, …
    outputs
        Number of classes, or of values to be learned.
    tokens
        Number of different tokens, where inputs are whole numbers 0, 1, …, tokens − 1; None for real inputs.

    Examples
    --------
    >>> Signature(inputs=(3,), outputs=97, tokens=98)
    Signature(inputs=(3,), outputs=97, tokens=98)
    """

    inputs: tuple[int, ...]
    outputs: int
    tokens: int | None = None


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs of shape (samples, …) with what is to be learned about them.

    That is class labels 0, 1, … of shape (samples,), or values of shape (samples, outputs).

    >>> examples = Examples(np.eye(3), np.array([0, 1, 1]))
    >>> len(examples)
    3
    """

    inputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.labels)

    def split(self, train_samples: int, *, rng: np.random.Generator) -> tuple["Examples", "Examples"]:
        """A random training set of `train_samples` examples, and all the others for validation.

        >>> examples = Examples(np.arange(5)[:, None], np.array([0, 1, 0, 1, 0]))
        >>> train, gen = examples.split(3, rng=np.random.default_rng(0))
        >>> sorted(np.concatenate([train.inputs, gen.inputs]).ravel().tolist())
        [0, 1, 2, 3, 4]
        """
        if not 0 < train_samples < len(self):
            raise ValueError(
                f"train_samples must be between 1 and {len(self) - 1}, got {train_samples}; "
                "leave at least one example on each side."
            )
        order = rng.permutation(len(self))
        train, gen = order[:train_samples], order[train_samples:]
        return Examples(self.inputs[train], self.labels[train]), Examples(self.inputs[gen], self.labels[gen])

    def with_wrong_labels(self, fraction: float, classes: int, *, rng: np.random.Generator) -> "Examples":
        """The same inputs with a fraction of the labels exchanged for another class.

        round(fraction·samples) labels, chosen at random, become each a random one of the other classes.

        >>> examples = Examples(np.eye(8), np.arange(8) % 2)
        >>> noisy = examples.with_wrong_labels(0.25, 2, rng=np.random.default_rng(0))
        >>> int((noisy.labels != examples.labels).sum())
        2
        """
        wrong = rng.permutation(len(self))[: round(fraction * len(self))]
        labels = self.labels.copy()
        labels[wrong] = (labels[wrong] + rng.integers(1, classes, size=wrong.size)) % classes
        return Examples(self.inputs, labels)
