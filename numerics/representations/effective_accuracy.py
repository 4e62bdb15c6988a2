"""Accuracy curves of the effective theory: how probable it is that parallelograms are closed, and by drawing."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.annotations import Array
from numerics.representations.effective_dynamics import checked_times, decay_modes
from numerics.representations.training_sets.parallelograms import results
from numerics.representations.training_sets.training_pairs import Pairs, all_pairs, one_set, whole_number

__all__ = ["DrawnAccuracy", "draw_accuracy", "drawn_curves", "effective_accuracy"]

_ENTRIES = 2_000_000  # of the residuals that are held at a time


def effective_accuracy(
    pairs: ArrayLike,
    symbols: int,
    time: ArrayLike,
    *,
    tolerance: float,
    start: float = 1.0,
    dimension: int = 1,
    modulus: int | None = None,
    norm: float | None = None,
) -> tuple[Array, Array]:
    """Training and generalization accuracy of the effective theory at given times, expected over Gaussian starts.

    Each of the d coordinates of a symbol starts at N(0, σ²) and follows dR/dt = −HR. The residual of a parallelogram,
    r = aᵀR with a = e_i + e_j − e_m − e_n, then stays Gaussian, and it is closed with the probability

        P(|r(t)| ≤ δ) = P(d/2, δ²/(2v)),   v = σ² aᵀe^{−2Ht}a,

    the regularized incomplete gamma function: erf(δ/√(2v)) for d = 1. A training pair's accuracy is the mean of this
    over the other training pairs of its result, a held-out pair's the mean over all training pairs of its result, 0
    without any. The training curve is the mean over the training pairs that share their result with another one, since
    the theory says nothing of those alone; the generalization curve is the mean over all held-out pairs.

    Parameters
    ----------
    pairs
        D, shape (n, 2); neither empty of parallelograms nor the full table.
    symbols
        p.
    time
        Times t ≥ 0, in units of the effective dynamics.
    tolerance
        δ, in the units of the start: the dynamics shrinks, nothing is standardized.
    start
        σ, the standard deviation of each coordinate.
    dimension
        d.
    modulus, norm
        As of `grokking_rate`; Z₀ is p unless given.

    Returns
    -------
    tuple
        Two arrays of shape (n_t,).

    Raises
    ------
    ValueError
        If no two training pairs share a result, no pair is held out, or a number is out of its range.

    Examples
    --------
    >>> from numerics import training_pairs
    >>> pairs = training_pairs(10, 45, rng=np.random.default_rng(0))
    >>> train, gen = effective_accuracy(pairs, 10, [0, 50, 100, 200], tolerance=0.01)
    >>> train.round(2), gen.round(2)
    (array([0.  , 0.38, 1.  , 1.  ]), array([0.  , 0.18, 0.8 , 0.8 ]))
    """
    _check_numbers(tolerance, start, dimension)
    times = checked_times(time)
    decay, modes = decay_modes(pairs, symbols, modulus=modulus, norm=norm)
    fading = np.exp(-2 * decay[:, None] * times)
    means = _Means()
    for group, learned in _groups(pairs, symbols, modulus):
        sums = modes[group[:, 0]] + modes[group[:, 1]]
        variance = start**2 * ((sums[:, None] - sums[None]) ** 2 @ fading)
        with np.errstate(divide="ignore", over="ignore"):
            means.take(special.gammainc(dimension / 2, tolerance**2 / (2 * variance)), learned)
    return means.train, means.gen


@dataclass(frozen=True)
class DrawnAccuracy:
    """Accuracies over drawn starts: their means and standard errors of these, shape (n_t,) each.

    `union_accuracy` is |D̄|/|D₀| instead: a pair is right where it closes any parallelogram with a training pair, not
    by the mean over all of them.

    >>> drawn = draw_accuracy([(0, 2), (1, 1)], 3, [0.0, 100.0], tolerance=0.1, starts=100, seed=0)
    >>> drawn.train_accuracy.round(2), drawn.union_accuracy.round(2)
    (array([0.06, 1.  ]), array([0.33, 0.33]))
    """

    train_accuracy: Array
    train_error: Array
    gen_accuracy: Array
    gen_error: Array
    union_accuracy: Array
    union_error: Array


def draw_accuracy(
    pairs: ArrayLike,
    symbols: int,
    time: ArrayLike,
    *,
    tolerance: float,
    starts: int,
    seed: int,
    start: float = 1.0,
    dimension: int = 1,
    modulus: int | None = None,
    norm: float | None = None,
) -> DrawnAccuracy:
    """The same accuracies by drawing starts and counting what they close: a check, and the union beside it.

    Parameters are those of `effective_accuracy`; `starts` and `seed` say how many starts, and which.

    >>> from numerics import training_pairs
    >>> pairs = training_pairs(10, 45, rng=np.random.default_rng(0))
    >>> drawn = draw_accuracy(pairs, 10, [50, 100, 200], tolerance=0.01, starts=500, seed=0)
    >>> drawn.train_accuracy.round(2), drawn.gen_accuracy.round(2), drawn.union_accuracy.round(2)
    (array([0.39, 1.  , 1.  ]), array([0.2, 0.8, 0.8]), array([0.87, 0.96, 0.96]))
    """
    if whole_number(starts, "The number of starts") < 2:
        raise ValueError(f"A standard error needs 2 starts or more, got {starts}.")
    _check_numbers(tolerance, start, dimension)
    times = checked_times(time)
    rng = np.random.default_rng(seed)
    chunk = max(1, _ENTRIES // (max(times.size, 1) * dimension * symbols**2))
    curves = []
    for done in range(0, starts, chunk):
        first = start * rng.standard_normal((min(chunk, starts - done), symbols, dimension))
        curves.append(drawn_curves(first, pairs, times, tolerance=tolerance, modulus=modulus, norm=norm))
    drawn = np.concatenate(curves, axis=-1)
    (train, gen, union), errors = drawn.mean(axis=-1), drawn.std(axis=-1, ddof=1) / np.sqrt(starts)
    return DrawnAccuracy(train, errors[0], gen, errors[1], union, errors[2])


def drawn_curves(
    first: Array, pairs: ArrayLike, time: Array, *, tolerance: float, modulus: int | None, norm: float | None
) -> Array:
    """Training, generalization and union accuracy of given starts of shape (starts, p, d); shape (3, n_t, starts).

    >>> first = np.array([[[0.0], [1.0], [0.0]]])
    >>> time = np.array([0.0, 5.0])
    >>> drawn_curves(first, [(0, 2), (1, 1)], time, tolerance=0.1, modulus=None, norm=None)[0, :, 0].tolist()
    [0.0, 1.0]
    """
    decay, modes = decay_modes(pairs, first.shape[1], modulus=modulus, norm=norm)
    fading = np.exp(-decay[:, None] * time)
    path = np.einsum("ik,kt,skd->itsd", modes, fading, np.einsum("ik,sid->skd", modes, first), optimize=True)
    means, right, total = _Means(), np.zeros(path.shape[1:3]), 0
    for group, learned in _groups(pairs, first.shape[1], modulus):
        sums = path[group[:, 0]] + path[group[:, 1]]
        closes = ((sums[:, None] - sums[None]) ** 2).sum(axis=-1) <= tolerance**2
        means.take(closes, learned)
        right += (closes[:, learned].any(axis=1) | learned[:, None, None]).sum(axis=0)
        total += len(group)
    return np.array([means.train, means.gen, right / total])


def _check_numbers(tolerance: float, start: float, dimension: int) -> None:
    for name, value in (("tolerance δ", tolerance), ("start's standard deviation σ", start), ("dimension", dimension)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"The {name} must be positive and finite, got {value}.")
    whole_number(dimension, "The dimension")


def _groups(pairs: ArrayLike, symbols: int, modulus: int | None) -> Iterator[tuple[Pairs, NDArray[np.bool_]]]:
    """For each result, its n pairs and which of them are training pairs, shapes (n, 2) and (n,)."""
    table, known = all_pairs(symbols), one_set(pairs, symbols)
    if len(known) == len(table):
        raise ValueError(f"All {len(table)} pairs are training pairs, and none is held out to generalize to.")
    trained = np.zeros((symbols, symbols), dtype=bool)
    trained[known[:, 0], known[:, 1]] = True
    learned, result = trained[table[:, 0], table[:, 1]], results(table, modulus)
    if np.bincount(result[learned]).max() < 2:
        raise ValueError("No two of the training pairs have the same result, so that there is nothing to close.")
    for value in np.unique(result):
        yield table[result == value], learned[result == value]


class _Means:
    """Means over training pairs and over held-out pairs, gathered result by result."""

    def __init__(self) -> None:
        self._train, self._trained = np.zeros(()), 0
        self._gen, self._held_out = np.zeros(()), 0

    def take(self, closes: Array | NDArray[np.bool_], learned: NDArray[np.bool_]) -> None:
        """Add the pairs of one result; `closes` has shape (n, n, …), and a pair closes with itself."""
        size = int(learned.sum())
        if size > 1:
            self._train = self._train + (closes[learned][:, learned].sum(axis=(0, 1)) - size) / (size - 1)
            self._trained += size
        if size:
            self._gen = self._gen + closes[~learned][:, learned].mean(axis=1).sum(axis=0)
        self._held_out += len(learned) - size

    @property
    def train(self) -> Array:
        return self._train / self._trained

    @property
    def gen(self) -> Array:
        return self._gen / self._held_out
