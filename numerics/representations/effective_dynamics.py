"""An embedding under the effective dynamics of a training set, in closed form."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.representations.embeddings import checked_embedding
from numerics.representations.training_sets.grokking_rate import effective_hessian
from numerics.representations.training_sets.null_space import PRIME, free_directions, null_spaces
from numerics.representations.training_sets.parallelograms import results
from numerics.representations.training_sets.training_pairs import all_pairs, one_set

__all__ = ["accuracy_ceiling", "checked_times", "decay_modes", "effective_dynamics"]

Flow = Literal["linear", "gradient"]


def effective_dynamics(
    start: ArrayLike, pairs: ArrayLike, time: ArrayLike, *, modulus: int | None = None, flow: Flow = "linear"
) -> Array:
    """The embedding at given times under the effective loss ℓ = ℓ₀/Z₀ of a training set (U, section 3.2).

    With Z₀ = Σ|R₀|² and H of `effective_hessian`, `"linear"` is the dynamics dR/dt = −HR of the text, R(t) = e^{−Ht}R₀,
    whose norm shrinks. `"gradient"` is the gradient flow of ℓ itself, which keeps Z₀: it only rescales the same path,

        dR/dt = −∇ℓ = −HR + (2ℓ/Z₀)R,   R(t) = √Z₀ e^{−Ht}R₀/|e^{−Ht}R₀|.

    Parameters
    ----------
    start
        R₀, shape (p,) or (p, d).
    pairs
        D, shape (n, 2).
    time
        Times t ≥ 0, shape (n_t,).
    modulus
        Modular addition; plain addition without it.
    flow
        `"linear"` or `"gradient"`.

    Returns
    -------
    numpy.ndarray
        Shape (n_t, p) or (n_t, p, d), as `start` has it.

    Raises
    ------
    ValueError
        If the start is zero, a time is negative, or the flow is unknown.

    Examples
    --------
    >>> path = effective_dynamics([0.0, 1.0, 0.0], [(0, 2), (1, 1)], [0.0, 0.1, 10.0])
    >>> path.round(3).tolist()
    [[0.0, 1.0, 0.0], [0.233, 0.534, 0.233], [0.333, 0.333, 0.333]]
    """
    first = checked_embedding(start)
    times = checked_times(time)
    if first.ndim != 2:
        raise ValueError(f"One start has shape (p,) or (p, d), got {np.shape(start)}; follow several one by one.")
    if flow not in ("linear", "gradient"):
        raise ValueError(f"The flow must be 'linear' (dR/dt = −HR) or 'gradient' (of the loss), got {flow!r}.")
    norm = float((first**2).sum())
    if norm == 0:
        raise ValueError("The start is zero, and the effective loss divides by its norm; start anywhere else.")
    decay, modes = decay_modes(pairs, len(first), modulus=modulus, norm=norm)
    path = modes @ (np.exp(-decay * times[:, None])[:, :, None] * (modes.T @ first))
    if flow == "gradient":
        path *= np.sqrt(norm / (path**2).sum(axis=(1, 2), keepdims=True))
    return path if np.ndim(start) == 2 else path[..., 0]


def decay_modes(
    pairs: ArrayLike, symbols: int, *, modulus: int | None = None, norm: float | None = None
) -> tuple[Array, Array]:
    """Eigenvalues of H, exactly 0 in its null space, and its eigenvectors in columns; shapes (p,) and (p, p).

    >>> decay, modes = decay_modes([(0, 2), (1, 1)], 3, norm=2)
    >>> decay.round(6).tolist(), modes.shape
    ([0.0, 0.0, 6.0], (3, 3))
    """
    free = free_directions(pairs, symbols, modulus=modulus)
    decay, modes = np.linalg.eigh(effective_hessian(pairs, symbols, modulus=modulus, norm=norm))
    return np.where(np.arange(symbols) < free, 0.0, decay), modes


def accuracy_ceiling(pairs: ArrayLike, symbols: int, *, modulus: int | None = None) -> float:
    """|D̄|/|D₀| in the limit t → ∞: the accuracy that a training set allows at best (U, section 3.1).

    A pair is inferred where its parallelogram with a training pair follows from those of the training set: where it is
    closed in every vector of their null space, which is decided exactly. 1 where the structure is unique and every
    result has a training pair.

    >>> accuracy_ceiling([(0, 2), (1, 2)], 4), accuracy_ceiling([(0, 2), (1, 1), (0, 3), (2, 2), (1, 3)], 4)
    (0.2, 0.6)
    """
    table, known = all_pairs(symbols), one_set(pairs, symbols)
    basis = null_spaces(known[None], symbols, modulus).basis[0]

    def answers(asked: NDArray[np.int64]) -> NDArray[np.int64]:
        sums = (basis[asked[:, 0]] + basis[asked[:, 1]]) % PRIME
        return np.concatenate([results(asked, modulus)[:, None], sums], axis=1)

    learned = {tuple(answer) for answer in answers(known).tolist()}
    return sum(tuple(answer) in learned for answer in answers(table).tolist()) / len(table)


def checked_times(time: ArrayLike) -> Array:
    """Times from 0 on, shape (n_t,).

    >>> checked_times([0, 1])
    array([0., 1.])
    """
    times = np.atleast_1d(np.asarray(time, dtype=np.float64))
    if times.ndim != 1 or not ((times >= 0) & np.isfinite(times)).all():
        raise ValueError(f"Times must be one list of finite numbers from 0 on, got {time!r}.")
    return times
