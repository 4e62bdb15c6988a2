"""Student's distributions: from the erf, at infinitely many degrees of freedom, to Cauchy's slow tails at one."""

import numpy as np
from scipy import special

from numerics.annotations import Array
from numerics.curves.shapes.shape import ROOT_PI, Rise, Shape

__all__ = ["STUDENT"]


def _student(u: Array, inverse_freedom: float) -> Rise:
    freedom = 1 / inverse_freedom
    rate = _rate(freedom)
    x = rate * u
    value = special.stdtr(freedom, x)
    slope = (1 + x * x / freedom) ** (-(freedom + 1) / 2) / ROOT_PI
    # Student's distribution has no closed derivative in its degrees of freedom.
    step = 1e-5 * inverse_freedom
    after, before = (1 / (inverse_freedom + sign * step) for sign in (1, -1))
    change = special.stdtr(after, _rate(after) * u) - special.stdtr(before, _rate(before) * u)
    return Rise(value, slope, -rate * slope * (freedom + 1) * x / (freedom + x * x), change / (2 * step))


def _rate(freedom: float) -> float:
    """Width that brings the peak Γ((n+1)/2)/(√(nπ) Γ(n/2)) of Student's density to 1/√π."""
    return float(np.sqrt(freedom) * np.exp(special.gammaln(freedom / 2) - special.gammaln((freedom + 1) / 2)))


STUDENT = Shape("student", _student, "inverse_degrees_of_freedom", (1e-3, 1.0))
