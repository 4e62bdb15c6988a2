"""Labelled examples, whatever the task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Examples:
    """Inputs of shape (samples, input size) with their labels 0 or 1 of shape (samples,).

    >>> examples = Examples(np.eye(3), np.array([0, 1, 1]))
    >>> len(examples)
    3
    """

    inputs: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        """The number of samples."""
        return len(self.labels)

    def split(self, train_samples: int, *, rng: np.random.Generator) -> tuple[Examples, Examples]:
        """A random training set of ``train_samples`` examples, and all the others for validation.

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
