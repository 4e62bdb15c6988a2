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

    def __post_init__(self) -> None:
        """Make arrays of both, and check that they belong together."""
        for name in ("inputs", "labels"):
            object.__setattr__(self, name, np.asarray(getattr(self, name)))
        samples = [len(part) if part.ndim else 0 for part in (self.inputs, self.labels)]
        if samples[0] != samples[1] or not samples[0]:
            raise ValueError(f"Examples must have as many inputs as labels, got {samples[0]} and {samples[1]}.")

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.labels)

    def check(self, signature: Signature, classes: int | None) -> None:
        """Raise ValueError with a sentence unless these are examples of a task with this signature and these classes.

        >>> Examples(np.eye(3), np.array([0, 1, 2])).check(Signature((3,), 2), 2)
        Traceback (most recent call last):
            ...
        ValueError: labels must be whole numbers from 0 to 1, got 0 to 2; the task has 2 classes.
        """
        inputs, labels, outputs = self.inputs, self.labels, signature.outputs
        if inputs.shape[1:] != signature.inputs:
            raise ValueError(
                f"inputs must have the shape of the signature, {signature.inputs}, got {inputs.shape[1:]}."
            )
        whole = [not np.issubdtype(part.dtype, np.inexact) for part in (inputs, labels)]
        if signature.tokens is not None and not (whole[0] and inputs.min() >= 0 and inputs.max() < signature.tokens):
            raise ValueError(f"inputs must be whole numbers from 0 to {signature.tokens - 1}, which are the tokens.")
        if classes is None and (labels.shape[1:] != (outputs,) or whole[1]):
            raise ValueError(
                f"labels must be real numbers of shape ({len(self)}, {outputs}) where values are learned, "
                f"got {labels.dtype} of shape {labels.shape}."
            )
        if classes is not None and (labels.ndim > 1 or not whole[1]):
            raise ValueError(
                f"labels must be whole numbers of shape ({len(self)},) where classes are learned, "
                f"got {labels.dtype} of shape {labels.shape}."
            )
        if classes is not None and not 0 <= labels.min() <= labels.max() < classes:
            raise ValueError(
                f"labels must be whole numbers from 0 to {classes - 1}, got {labels.min()} to {labels.max()}; "
                f"the task has {classes} classes."
            )
        for name, part in (("inputs", inputs), ("labels", labels)):
            if not np.isfinite(part).all():
                raise ValueError(f"{name} must be finite, got {part[~np.isfinite(part)][0]}.")

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
