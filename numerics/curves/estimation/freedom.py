"""Degrees of freedom of an estimated error, and by how much it has to grow for 1.96 of it to hold 95 %."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array

__all__ = ["error_of_difference", "less_freedom", "quadratic_freedom", "widening"]

_TWO_SIDED = 0.975
_NORMAL = float(special.ndtri(_TWO_SIDED))
_MANY = 1e6  # degrees of freedom that nothing tells from more


def widening(freedom: ArrayLike) -> Array:
    """Student's quantile over the normal one, t_{0.975}(ν)/1.96: at least 1.

    Value ± 1.96 errors holds the truth with 95 % if the error is this factor times the estimated standard error.

    >>> widening([1.0, 4.0, 30.0, np.inf]).round(3).tolist()
    [6.483, 1.417, 1.042, 1.0]
    """
    return special.stdtrit(np.minimum(freedom, _MANY), _TWO_SIDED) / _NORMAL


def quadratic_freedom(shares: Array, variance: Array, basis: Array, form: Array) -> Array:
    """Satterthwaite's ν = 2 E²/Var of Σ_m d_m r_m², for each row d of `shares`, shape (rows, m).

    The residuals r of a fit to independent normal noise of the given variances have the covariance
    δ_mn v_m + b_m·B b_n; the columns b_m of `basis` have shape (k, m), B = `form` (k, k). In a regression on equal
    variances b are the rows of J and B = −(JᵀJ)⁻¹ (Bell and McCaffrey 2002). ν is at least 1.

    >>> ones = np.ones((1, 10))  # the variance about a mean, of ten points: ν = 9
    >>> quadratic_freedom(ones, ones[0], ones, np.array([[-0.1]])).round(9)
    array([9.])
    """
    left = variance + np.einsum("im,im->m", basis, form @ basis)
    found = np.empty(len(shares))
    for row, share in enumerate(shares):
        taken = np.einsum("im,jm->ij", basis * share, basis) @ form
        mean = np.einsum("m,m->", share, left)
        square = np.einsum("m,m->", share * share, variance * (2 * left - variance)) + np.einsum(
            "ij,ji->", taken, taken
        )
        found[row] = mean**2 / square
    return np.maximum(found, 1.0)


def less_freedom(freedom: Array, variance: Array) -> Array:
    """ν of an estimated variance that has another error besides, of the given variance in its logarithm.

    The other error comes from other estimated numbers, such as how long noise remembers. The logarithm of χ²_ν/ν has
    the variance ψ₁(ν/2), the trigamma function: 2/(ν − 1), less a sixth at ν = 2 and a fifteenth at 3. These variances
    add up.

    >>> less_freedom(np.array([10.0, 10.0, np.inf]), np.array([0.0, 1.0, 0.5])).round(2)
    array([10.  ,  2.64,  5.  ])
    """
    with np.errstate(divide="ignore"):
        return 1 + 1 / (1 / (freedom - 1) + variance / 2)


def error_of_difference(errors: tuple[float, float], correlation: float, freedom: tuple[float, float]) -> float:
    """√(a² + b² − 2ρab), the error of a difference of two correlated numbers whose errors are widened by `widening`.

    The sum of two estimated variances has more degrees of freedom than either (Welch 1947), so that it is taken of the
    standard errors and widened by its own ν = (a² + b²)²/(a⁴/ν_a + b⁴/ν_b).

    >>> one = error_of_difference((1.0, 0.0), 0.0, (4.0, 4.0))
    >>> two = error_of_difference((1.0, 1.0), 0.0, (4.0, 4.0))
    >>> round(one, 6), round(two / float(np.sqrt(2)), 3)
    (1.0, 0.831)
    """
    if not np.isfinite(errors).all():
        return np.nan
    degrees = np.minimum(freedom, _MANY)
    standard = np.array(errors) / widening(degrees)
    larger = float(standard.max())
    if larger == 0:
        return 0.0
    own, other = (standard / larger).tolist()  # ν knows no scale, and fourth powers of large errors overflow
    variance = max(own**2 + other**2 - 2 * correlation * own * other, 0.0)
    together = (own**2 + other**2) ** 2 / float(np.sum(np.array([own, other]) ** 4 / degrees))
    return larger * float(np.sqrt(variance) * widening(together))
