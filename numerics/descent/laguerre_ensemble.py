"""The spectrum of Gaussian data drawn exactly, without the data: the bidiagonal model of the Laguerre ensemble."""

from typing import Literal

import numpy as np

from numerics.annotations import Array
from numerics.descent.bidiagonal import bidiagonal_singular_values
from numerics.descent.linear_data import LinearProblem, scaled_start
from numerics.descent.spectral_modes import ModeAmplitudes, SpectralModes

__all__ = ["Weights", "laguerre_bidiagonal", "laguerre_spectrum", "sample_modes"]

Weights = Literal["random", "mean"]


def laguerre_bidiagonal(d: int, n_train: int, *, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two diagonals of a bidiagonal B whose squared singular values are the non-zero eigenvalues of Σ in law.

    Householder reflections from both sides take an N × d Gaussian matrix to bidiagonal form, and each leaves the rest
    Gaussian: the diagonal is χ_N, χ_{N−1}, …, the other χ_{d−1}, χ_{d−2}, …, all independent and here divided by √N
    (Dumitriu and Edelman 2002, β = 1). For N < d the transpose is reduced. Shapes (m,) and (m − 1,), m = min(d, N).

    Raises
    ------
    ValueError
        If a size is below 1.

    Examples
    --------
    >>> diagonal, off_diagonal = laguerre_bidiagonal(3, 1000, rng=np.random.default_rng(0))
    >>> diagonal.round(1), off_diagonal.shape
    (array([1., 1., 1.]), (2,))
    """
    for name, value in (("d", d), ("n_train", n_train)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}.")
    large, small = max(d, n_train), min(d, n_train)
    squares = rng.chisquare(np.concatenate([large - np.arange(small), small - 1 - np.arange(small - 1)]))
    entries = np.sqrt(squares / n_train)
    return entries[:small], entries[small:]


def laguerre_spectrum(d: int, n_train: int, *, rng: np.random.Generator) -> Array:
    """Eigenvalues ν_i of the covariance of N Gaussian samples in d dimensions, ascending; shape (d,).

    Exactly in distribution, with small eigenvalues to high relative accuracy, in O(min(d, N)²) operations and O(d)
    memory; a dense eigendecomposition takes O(d³) and O(d²). Errors as in `laguerre_bidiagonal`.

    >>> nu = laguerre_spectrum(400, 500, rng=np.random.default_rng(0))
    >>> round(nu.mean(), 2), nu.shape, laguerre_spectrum(3, 2, rng=np.random.default_rng(0))[0]
    (np.float64(1.0), (400,), np.float64(0.0))
    """
    values = bidiagonal_singular_values(*laguerre_bidiagonal(d, n_train, rng=rng))
    return np.concatenate([np.zeros(d - values.size), values[::-1] ** 2])


def sample_modes(problem: LinearProblem, *, weights: Weights = "random") -> SpectralModes:
    """Draw the eigenvalues of a data set and what lies along its eigenvectors, without drawing the data set.

    The eigenvectors of Gaussian data are uniform (Haar) and independent of the eigenvalues, so the components of S₀,
    T and ξ along them are independent Gaussians. The spectrum depends on `problem` alone, not on `weights`.

    Parameters
    ----------
    weights
        `"random"` draws the components. `"mean"` takes their mean squares instead, which gives the expected losses
        at this spectrum: what is left to average over is the spectrum alone.

    Raises
    ------
    ValueError
        If `weights` is neither.

    Examples
    --------
    >>> problem = LinearProblem(d=20, n_train=25)
    >>> modes = sample_modes(problem, weights="mean")
    >>> modes.weight[:3], bool((modes.nu == sample_modes(problem).nu).all())
    (array([0.05, 0.05, 0.05]), True)
    """
    if weights not in ("random", "mean"):
        raise ValueError(f"weights must be 'random' or 'mean', got {weights!r}.")
    nu = laguerre_spectrum(problem.d, problem.n_train, rng=problem.rng(0))
    draw = _mean_amplitudes if weights == "mean" else _random_amplitudes
    amplitudes = draw(problem)
    return SpectralModes(nu, (amplitudes.difference**2).sum(axis=1), amplitudes)


def _random_amplitudes(problem: LinearProblem) -> ModeAmplitudes:
    d, n_train, d_out, rng = problem.d, problem.n_train, problem.d_out, problem.rng(1)
    rank = min(d, n_train)
    difference, total = rng.standard_normal((2, d, d_out)) / np.sqrt(d * d_out)
    teacher = (total - difference) / 2  # S₀ + T has the law of S₀ − T and is independent of it
    difference = scaled_start(difference, teacher, problem.initial_scale)
    if problem.noise_variance == 0:
        return ModeAmplitudes(difference, teacher)
    scale = np.sqrt(problem.noise_variance / n_train)
    noise = np.zeros((d, d_out))
    noise[d - rank :] = scale * rng.standard_normal((rank, d_out))
    unseen = (n_train - rank) * d_out
    rest = scale**2 * rng.chisquare(unseen) if unseen else 0.0
    return ModeAmplitudes(difference, teacher, noise, float(rest))


def _mean_amplitudes(problem: LinearProblem) -> ModeAmplitudes:
    """Root mean squares, with S₀, T and ξ on outputs of their own, so that no product of two of them is left."""
    d, n_train = problem.d, problem.n_train
    rank, half = min(d, n_train), np.sqrt(0.5 / d)
    difference, teacher, noise = np.zeros((3, d, 3))
    difference[:, 0], difference[:, 1], teacher[:, 1] = problem.initial_scale * half, -half, half
    if problem.noise_variance == 0:
        return ModeAmplitudes(difference, teacher)
    variance = problem.noise_variance * problem.d_out / n_train
    noise[d - rank :, 2] = np.sqrt(variance)
    return ModeAmplitudes(difference, teacher, noise, variance * (n_train - rank))
