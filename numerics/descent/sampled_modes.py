"""What one random data set is to gradient descent, drawn without the data: as many modes as are asked for."""

from typing import Literal

import numpy as np

from numerics.annotations import Array
from numerics.descent.band_modes import band_modes
from numerics.descent.laguerre_ensemble import laguerre_band, laguerre_spectrum
from numerics.descent.linear_data import LinearProblem, scaled_start
from numerics.descent.spectral_modes import ModeAmplitudes, SpectralModes

__all__ = ["Weights", "sample_modes"]

Weights = Literal["random", "mean"]

_LARGEST = 200_000
"""Modes beyond which a draw would take an hour or more."""


def sample_modes(
    problem: LinearProblem, *, weights: Weights = "random", size: int | None = None, with_teacher: bool = False
) -> SpectralModes:
    """Draw the modes of a data set as its start sees them, without drawing the data set; exact in distribution.

    The start is uniform and independent of the data, so that a Householder reduction of the data may begin with its
    direction: `laguerre_band`. A block of `size` modes of it is Gauss quadrature, and has the losses of the whole
    up to a number of steps that grows like `size`² (`block_size`), whatever d: at d = 10⁹ it takes milliseconds.
    Without `size` the modes are those of the whole data set, in O(min(d, N)²) operations.

    Several outputs, the teacher and the label noise are more directions to begin with, and the matrix a band.

    Parameters
    ----------
    weights
        `"random"` draws the start. `"mean"` takes mean squares instead, which gives the expected losses at a drawn
        spectrum: what is left to average over is the spectrum alone, every eigenvalue of it, so that there is no
        shorter block.
    size
        Modes for each direction to begin with; all unless given.
    with_teacher
        Whether T is drawn along, which weight decay needs. Other random numbers than without it.

    Raises
    ------
    ValueError
        If `weights` is neither, `size` is given for mean weights or below 1, or more than 200,000 modes are needed.

    Examples
    --------
    >>> problem = LinearProblem(d=10**9, n_train=2 * 10**9)
    >>> modes = sample_modes(problem, size=40)
    >>> modes.nu.size, modes.descend([0, 25, 250], eta=0.01).gen.round(3)
    (40, array([1.   , 0.45 , 0.033]))
    >>> sample_modes(LinearProblem(d=20, n_train=25), weights="mean").weight[:3]
    array([0.05, 0.05, 0.05])
    """
    if weights not in ("random", "mean"):
        raise ValueError(f"weights must be 'random' or 'mean', got {weights!r}.")
    if size is not None and (size < 1 or weights == "mean"):
        raise ValueError(f"A block has size ≥ 1 and random weights, got size = {size} with weights {weights!r}.")
    columns = min(problem.d, problem.n_train)
    if size is not None:
        columns = min(columns, size * problem.d_out * (1 + with_teacher + (problem.noise_variance > 0)))
    if columns > _LARGEST:
        way_out = (
            "weights='random', which need fewer modes," if weights == "mean" else "fewer steps, a λ farther from 1"
        )
        raise ValueError(
            f"This takes {columns} modes at λ = {problem.lam:.6g} and d = {problem.d}, and more than {_LARGEST} would "
            f"take hours: ask for {way_out} or a smaller d."
        )
    if weights == "mean":
        nu = laguerre_spectrum(problem.d, problem.n_train, rng=problem.rng(0))
        return _modes(nu, _mean_amplitudes(problem))
    return _random_modes(problem, size, with_teacher)


def _modes(nu: Array, amplitudes: ModeAmplitudes) -> SpectralModes:
    return SpectralModes(nu, (amplitudes.difference**2).sum(axis=1), amplitudes)


def _random_modes(problem: LinearProblem, size: int | None, with_teacher: bool) -> SpectralModes:
    d, n_train, d_out, rng = problem.d, problem.n_train, problem.d_out, problem.rng(1)
    start = _triangle(d, d_out * (1 + with_teacher), rng) / np.sqrt(d * d_out)
    noise = np.sqrt(problem.noise_variance / n_train) * _triangle(n_train, d_out * (problem.noise_variance > 0), rng)
    above, below = len(start), len(noise)
    bands, columns = laguerre_band(
        d, n_train, above=above, below=below, size=size and size * (above + below), rng=problem.rng(0)
    )
    nu, along = band_modes(bands, columns, below=below, tracked=min(columns, above + below))
    seen = along[:, :above] @ start
    if with_teacher:
        # S₀ + T has the law of S₀ − T and is independent of it.
        teacher = (seen[:, d_out:] - seen[:, :d_out]) / 2
        difference = scaled_start(seen[:, :d_out], teacher, problem.initial_scale)
    else:
        teacher, difference = None, seen * np.sqrt((1 + problem.initial_scale**2) / 2)
    if not below:
        return _modes(nu, ModeAmplitudes(difference, teacher))
    # The left singular vectors u = Xv/√ν where the noise lies, by the first rows of X.
    left = np.zeros((columns, below))
    for row in range(below):
        entries = bands[below - row :, row][: along.shape[1]]
        left[:, row] = along[:, : entries.size] @ entries
    labels = np.divide(left, np.sqrt(nu)[:, None], out=np.zeros_like(left), where=nu[:, None] > 0) @ noise
    rest = max(0.0, float((noise**2).sum() - (labels**2).sum())) if bands.shape[1] > columns else 0.0
    return _modes(nu, ModeAmplitudes(difference, teacher, labels, rest))


def _triangle(size: int, columns: int, rng: np.random.Generator) -> Array:
    """R of a Gaussian matrix QR of `size` rows: χ on the diagonal, N(0, 1) above it; shape (min(size, columns), …)."""
    rows = min(size, columns)
    factor = np.triu(rng.standard_normal((rows, columns)))
    np.fill_diagonal(factor, np.sqrt(rng.chisquare(size - np.arange(rows))))
    return factor


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
