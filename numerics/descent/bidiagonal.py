"""Singular values of a bidiagonal matrix, every one of them to high relative accuracy."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.descent.lapack_routine import lapack_routine

__all__ = ["bidiagonal_singular_values"]


def bidiagonal_singular_values(diagonal: ArrayLike, off_diagonal: ArrayLike) -> Array:
    """Singular values of the bidiagonal matrix with these two diagonals, in descending order; shape (n,).

    By LAPACK's dlasq1, the differential quotient-difference algorithm with shifts (Fernando and Parlett 1994; Parlett
    and Marques 2000): each value is right to a small multiple of n rounding errors of its own size, however small it
    is, because the entries of a bidiagonal matrix determine its singular values to their own relative accuracy (Demmel
    and Kahan 1990). An eigensolver for the tridiagonal BᵀB is accurate only relative to the largest value, so that of a
    condition number of 1e10 it leaves six digits. O(n²) operations, O(n) memory. Signs, and whether the second
    diagonal lies above or below the first, do not matter.

    Raises
    ------
    ValueError
        If the diagonals do not have n ≥ 1 and n − 1 entries, or an entry is not finite.
    RuntimeError
        If the iteration does not converge, which has not been observed.

    Examples
    --------
    >>> bidiagonal_singular_values([1.0, 1e-150], [0.0])
    array([1.e+000, 1.e-150])
    """
    values = np.array(diagonal, dtype=np.float64)
    off = np.array(off_diagonal, dtype=np.float64)
    if values.ndim != 1 or off.ndim != 1 or values.size < 1 or off.size != values.size - 1:
        raise ValueError(f"The diagonals must have n ≥ 1 and n − 1 entries, got shapes {values.shape} and {off.shape}.")
    if not (np.isfinite(values).all() and np.isfinite(off).all()):
        raise ValueError("The entries of a bidiagonal matrix must be finite.")
    # dlasq1 overwrites both diagonals and uses n entries of the second.
    lapack_routine("dlasq1", "idddi")(values.size, values, np.append(off, 0.0), np.empty(4 * values.size))
    return values
