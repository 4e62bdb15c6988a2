"""Singular values of a bidiagonal matrix, every one of them to high relative accuracy."""

import ctypes
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import cython_lapack

from numerics.annotations import Array

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
    off, work = np.append(off, 0.0), np.empty(4 * values.size)
    size, info = ctypes.c_int(values.size), ctypes.c_int(0)
    _dlasq1()(
        ctypes.byref(size),
        values.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        off.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        work.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        ctypes.byref(info),
    )
    if info.value != 0:
        raise RuntimeError(
            f"Singular values of a bidiagonal matrix were not found: dlasq1 returned INFO = {info.value}."
        )
    return values


@cache
def _dlasq1() -> Any:
    """The routine as SciPy exports it to compiled code: void(int *n, double *d, double *e, double *work, int *info)."""
    capsule = cython_lapack.__pyx_capi__["dlasq1"]
    name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    signature = name_of(capsule)
    # The capsule's name is the C signature; 64-bit integers, say, would show here and must not be passed 32-bit ones.
    kinds = [part.split()[0] for part in signature.decode().partition("(")[2].rstrip(")").split(",")]
    if not (len(kinds) == 5 and kinds[0] == kinds[4] == "int" and all(kind.endswith("_d") for kind in kinds[1:4])):
        raise RuntimeError(f"This SciPy exports dlasq1 as {signature.decode()!r}, which is not the known signature.")
    number, integer = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_int)
    return ctypes.CFUNCTYPE(None, integer, number, number, number, integer)(pointer_of(capsule, signature))
