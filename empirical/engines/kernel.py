"""Compiled kernels: finding one, and memory as its vectors want it.

They are compiled when the package is installed and left out where there is no compiler; ctypes loads them.
"""

import ctypes
import importlib.util
import warnings

import numpy as np

__all__ = ["aligned_zeros", "find_kernel"]

_ALIGNMENT = 64  # bytes; of the widest vector


def find_kernel(name: str, interface: int) -> ctypes.CDLL | None:
    """The kernel of this name, or None where it was not built; None with a warning where another version's is left.

    `interface` is the number of the functions that are called; the kernel's own is what its function
    `<name>_interface` returns.

    >>> find_kernel("nowhere", 1) is None
    True
    """
    found = importlib.util.find_spec(f"empirical.engines._{name}")
    if found is None or found.origin is None:
        return None
    try:
        library = ctypes.CDLL(found.origin)
    except OSError:
        return None
    built = getattr(library, f"{name}_interface", lambda: 0)()  # before there were numbers, there was none
    if built != interface:
        warnings.warn(
            f"{found.origin} was compiled for another version of groksharp (interface {built}, not {interface}) "
            "and is left out; install groksharp again to rebuild it (`pip install -e .` in a checkout).",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return library


def aligned_zeros(*shape: int) -> np.ndarray:
    """Zeros in float32 that begin where a vector may.

    >>> aligned_zeros(2, 3).shape, aligned_zeros(2, 3).ctypes.data % 64
    ((2, 3), 0)
    """
    size = 4 * int(np.prod(shape))
    memory = np.zeros(size + _ALIGNMENT, dtype=np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(np.float32).reshape(shape)
