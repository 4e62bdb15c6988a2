"""The spectrum of Gaussian data drawn exactly, without the data: band models of the Laguerre ensemble."""

import numpy as np

from numerics.annotations import Array
from numerics.descent.bidiagonal import bidiagonal_singular_values

__all__ = ["laguerre_band", "laguerre_bidiagonal", "laguerre_spectrum"]


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


def laguerre_band(
    d: int, n_train: int, *, above: int, below: int = 0, size: int | None = None, rng: np.random.Generator
) -> tuple[Array, int]:
    """The leading block of a band matrix X with XᵀX the covariance of N Gaussian samples, seen from given directions.

    Householder reflections from both sides that leave the first `above` inputs and the first `below` samples alone take
    Gaussian data to a band with as many diagonals above and below the main one. Each leaves the rest Gaussian: the
    outermost diagonals are χ_{d−j} and χ_{N−i} in column j and row i, counted from 0, those between N(0, 1), all
    independent and here divided by √N. One direction of inputs is Golub and Kahan's bidiagonal form, started there: its
    block of k columns is k-point Gauss quadrature of the spectrum as that direction sees it (Golub and Meurant 1994).

    The block keeps `size` columns with all of their rows, or for N < d `size` rows with all of their columns, so that
    its non-zero singular values lie between those of X; all of X unless given. A longer block begins with a shorter
    one.

    Returns
    -------
    Diagonals as `band_modes` takes them, shape (below + above + 1, rows), and the number of columns.

    Examples
    --------
    >>> bands, columns = laguerre_band(10**9, 2 * 10**9, above=1, size=3, rng=np.random.default_rng(0))
    >>> bands.round(3), columns  # χ_N/√N and χ_{d−1}/√N
    (array([[1.   , 1.   , 1.   ],
           [0.707, 0.707, 0.   ]]), 3)
    """
    whole = min(d, n_train)
    size = whole if size is None else min(size, whole)
    columns = size if n_train >= d else min(d, size + above)
    rows = size if n_train < d else min(n_train, size + below)
    bands = np.zeros((below + above + 1, rows))
    # A stream of random numbers for each diagonal, so that more of one leaves the others alone.
    for offset, stream in zip(range(-below, above + 1), rng.spawn(below + above + 1), strict=True):
        at = np.arange(max(0, -offset), min(rows, columns - offset))
        if offset == above:
            entries = np.sqrt(stream.chisquare(d - offset - at))
        elif offset == -below:
            entries = np.sqrt(stream.chisquare(n_train - at))
        else:
            entries = stream.standard_normal(at.size)
        bands[below + offset, at] = entries / np.sqrt(n_train)
    return bands, columns
