"""Singular values of a band matrix, and where its first coordinates lie among its right singular vectors."""

import numpy as np

from numerics.annotations import Array
from numerics.descent.lapack_routine import lapack_routine

__all__ = ["band_modes"]


def band_modes(bands: Array, columns: int, *, below: int, tracked: int) -> tuple[Array, Array]:
    """Squared singular values ν_i of a band matrix X, ascending, and the first entries of its right singular vectors.

    By rotations to bidiagonal form (LAPACK's dgbbrd) and the implicit QR algorithm (dbdsqr; Demmel and Kahan 1990),
    which carry along `tracked` numbers a vector instead of whole vectors: O(n²) operations and O(n) memory for n
    values, each of a bidiagonal X right to its own relative accuracy.

    Parameters
    ----------
    bands
        Shape (below + above + 1, rows): `bands[below + j − i, i]` is X_ij, whatever lies outside of X is not looked at.
    columns
        Number of columns of X; its null space, where it has more of them than rows, comes first, with ν = 0.
    below
        Number of diagonals below the main one.
    tracked
        How many entries of each vector are wanted.

    Returns
    -------
    Values, shape (columns,), and entries, shape (columns, tracked).

    Examples
    --------
    >>> nu, first = band_modes(np.array([[3.0, 1.0], [4.0, 0.0]]), 2, below=0, tracked=1)  # X = [[3, 4], [0, 1]]
    >>> nu.round(3), (first[:, 0] ** 2).round(3)
    (array([ 0.351, 25.649]), array([0.658, 0.342]))
    """
    height, rows = bands.shape
    above, size = height - 1 - below, min(rows, columns)
    # LAPACK carries left vectors along: hence the transpose, whose columns are stored as the rows of X.
    band = np.array(bands, dtype=np.float64, order="F")
    diagonal, off, unused = np.empty(size), np.empty(size), np.empty(1)
    first = np.zeros((columns, tracked), order="F")
    np.fill_diagonal(first, 1.0)
    lapack_routine("dgbbrd", "ciiiii" + "di" + "dd" + 4 * "di")(
        b"N", columns, rows, tracked, above, below, band, height, diagonal, off,
        unused, 1, unused, 1, first, columns, np.empty(2 * max(rows, columns)),
    )  # fmt: skip
    # The rows that this leaves alone, below the first `size`, are those of the null space.
    lapack_routine("dbdsqr", "ciiii" + "dd" + 4 * "di")(
        b"U", size, 0, 0, tracked, diagonal, off, unused, 1, unused, 1, first, columns, np.empty(4 * size)
    )
    return np.concatenate([np.zeros(columns - size), diagonal[::-1] ** 2]), first[::-1]
