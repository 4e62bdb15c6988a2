"""Routines of LAPACK that SciPy exports to compiled code and not to Python, called by their addresses."""

import ctypes
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy.linalg import cython_lapack

__all__ = ["lapack_routine"]

_LONG = 10_000  # numbers in an array, from which on a routine may take a second
_KINDS: dict[str, Any] = {"c": ctypes.c_char, "i": ctypes.c_int, "d": ctypes.c_double}


@cache
def lapack_routine(name: str, kinds: str) -> Callable[..., None]:
    """The routine as a function that takes one value an argument: an array, in double precision, or a whole number.

    `kinds` has a letter an argument: `c` a character, `i` an integer, `d` one or several doubles. Arrays are
    written to; they have to be of doubles, in the order of columns, and large enough. The last argument is the status:
    the function passes it by itself and raises RuntimeError where it is not 0.

    >>> import numpy as np
    >>> values, off_diagonal = np.array([3.0, 4.0]), np.zeros(2)
    >>> lapack_routine("dlasq1", "idddi")(2, values, off_diagonal, np.empty(8))
    >>> values.round(12)
    array([4., 3.])
    """
    capsule = cython_lapack.__pyx_capi__[name]
    name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    signature = name_of(capsule)
    # The capsule's name is the C signature; 64-bit integers, say, would show here and must not be passed 32-bit ones.
    words = [part.split()[0] for part in signature.decode().partition("(")[2].rstrip(")").split(",")]
    found = "".join({"char": "c", "int": "i"}.get(word, "d" if word.endswith("_d") else "?") for word in words)
    if found != kinds:
        raise RuntimeError(f"This SciPy exports {name} as {signature.decode()!r}, which is not the known signature.")
    address = pointer_of(capsule, signature)
    routine = ctypes.CFUNCTYPE(None, *(ctypes.POINTER(_KINDS[kind]) for kind in kinds))(address)

    def call(*arguments: Any) -> None:
        status = ctypes.c_int(0)
        given = *map(_pointer, kinds, arguments), ctypes.byref(status)
        if max(np.size(argument) for argument in arguments) < _LONG:
            routine(*given)
        else:  # Python handles Ctrl-C between its own steps, of which there would be none for what may be minutes
            thread = threading.Thread(target=routine, args=given, daemon=True)
            thread.start()
            thread.join()
        if status.value != 0:
            raise RuntimeError(f"Singular values were not found: {name} returned INFO = {status.value}.")

    return call


def _pointer(kind: str, argument: Any) -> Any:
    if kind == "d":
        return argument.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
    return ctypes.byref(_KINDS[kind](argument))
