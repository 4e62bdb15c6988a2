"""Functions that SciPy has, with the limits that it lacks."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

__all__ = ["inverse_lower_gamma", "regularized_lower_gamma", "scaled_bessel_i", "scaled_erfc"]

_FAR = 1e6  # times 1 + n²: from here on three terms of Hankel's series have all digits


def scaled_bessel_i(n: ArrayLike, x: ArrayLike) -> Any:
    """e^{−x} I_n(x), for real or complex x.

    `scipy.special.ive` divides by e^{|Re x|} instead, and gives up on large x.

    >>> scaled_bessel_i(0, [0.0, 1.0, 1e12])
    array([1.00000000e+00, 4.65759608e-01, 3.98942280e-07])
    """
    n, x = np.broadcast_arrays(n, x)
    with np.errstate(all="ignore"):
        if np.iscomplexobj(x):
            turn = np.exp(np.where(x.real < 0, -2 * x.real, 0.0) - 1j * x.imag)
            return special.ive(n, x)[()] * turn[()]
        size = np.abs(x)
        far = size > _FAR * (1 + n**2)
        here = special.ive(n, np.where(far, 1.0, size))
        at, mu = np.where(far, size, np.inf), 4.0 * n**2
        series = 1 - (mu - 1) / (8 * at) * (1 - (mu - 9) / (16 * at) * (1 - (mu - 25) / (24 * at)))
        value = np.where(far, series / np.sqrt(2 * np.pi * np.where(far, size, 1.0)), here)
        mirrored = np.where(n == np.round(n), np.where(n % 2 == 0, 1.0, -1.0), np.nan) * np.exp(2 * size)
        return np.where(x < 0, value * mirrored, value)[()]


def inverse_lower_gamma(a: ArrayLike, p: ArrayLike) -> Any:
    """The x at which P(a, x) = p: 0 at p = 0 and ∞ at p = 1.

    >>> inverse_lower_gamma(1, [0.0, 0.5, 1.0])
    array([0.        , 0.69314718,        inf])
    """
    return special.gammaincinv(a, p)


def regularized_lower_gamma(a: ArrayLike, x: ArrayLike) -> Any:
    """P(a, x) = γ(a, x)/Γ(a).

    >>> regularized_lower_gamma(1, [0.0, 1.0, np.inf])
    array([0.        , 0.63212056, 1.        ])
    """
    return special.gammainc(a, x)


def scaled_erfc(y: ArrayLike) -> Any:
    """e^{y²} erfc(y).

    >>> scaled_erfc([0.0, 1e10])
    array([1.00000000e+00, 5.64189584e-11])
    """
    return special.erfcx(y)
