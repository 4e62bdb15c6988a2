"""A quadrature rule that resolves every scale at once: the trapezoidal rule in the logarithm of the distance to an end.

For x from a to b, x = a + (b − a) q with q = 1/(1 + e^{−2v}): what happens at a distance 10⁻³ or 10⁻³⁰ from an end
takes a width of order one in v. For e^{−xs}, poles at distances of any size and square roots at the ends the integrand
is analytic and bounded for |Im v| < π/4, so a step h errs by e^{−π²/2h} of the integral whatever the scales: halving h
squares the error. For x from a to ∞, x = a + e^v.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numerics.annotations import Array
from numerics.evaluation.scaled import Scaled, total

__all__ = ["Nodes", "finite_nodes", "half_infinite_nodes", "integrate"]

_REACH = 64.0  # the nearest and the farthest scales are e^{−128} and e^{128} of the interval
_NEGLIGIBLE = 1e-19
_FINEST = 2.0**-6
_NUMBERS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Nodes:
    """Places v as shares `near` of the interval from its start and `far` from its end, with dx/dv; any shape.

    Of an endless interval `near` is the distance itself and `far` is infinite.
    """

    near: Array
    far: Array
    slope: Array


def finite_nodes(v: Array) -> Nodes:
    """Places in an interval of length 1.

    >>> nodes = finite_nodes(np.array([-60.0, 0.0]))
    >>> nodes.near.round(2), nodes.slope[1]
    (array([0. , 0.5]), np.float64(0.5))
    """
    near, far = 1 / (1 + np.exp(-2 * v)), 1 / (1 + np.exp(2 * v))
    return Nodes(near, far, 2 * near * far)


def half_infinite_nodes(v: Array) -> Nodes:
    """Places from 0 to ∞.

    >>> float(half_infinite_nodes(np.zeros(1)).near[0])
    1.0
    """
    return Nodes(np.exp(v), np.full(v.shape, np.inf), np.exp(v))


def integrate(
    integrand: Callable[[Nodes], Scaled], shape: tuple[int, ...], *, nodes: Callable[[Array], Nodes] = finite_nodes
) -> Scaled:
    """∫ integrand dv for every point of an array of this shape; nodes are handed over along a new first axis.

    The integrand includes dx/dv. Its sums are halved in step until they agree; what is left of a difference is added
    to the error.

    >>> area = integrate(lambda at: Scaled.exact(np.sqrt(at.near * at.far) * at.slope), ())  # half a disc
    >>> bool(abs(area.value() - np.pi / 8) < 1e-15)
    True
    """

    def sums(v: Array) -> tuple[Scaled, Array]:
        """Sum over these places, and the largest share of it over all points at each place."""
        size = max(1, _NUMBERS_AT_ONCE // max(1, int(np.prod(shape))))
        parts = [
            integrand(nodes(v[start : start + size].reshape(-1, *([1] * len(shape)))))
            for start in range(0, v.size, size)
        ]
        whole = total([part.summed() for part in parts])
        shares = [np.exp(part.log_abs() - whole.log_abs()) for part in parts]
        shares = [share.reshape(share.shape[0], -1).max(axis=1) for share in shares]
        return whole, np.concatenate(shares)

    places = np.arange(-_REACH, _REACH + 0.5, 1.0)
    raw, shares = sums(places)
    inside = places[~(shares < _NEGLIGIBLE)]
    low, high = (inside[0] - 1, inside[-1] + 1) if inside.size else (-1.0, 1.0)
    step, before, now = 1.0, np.inf, np.inf
    while step > _FINEST:
        added, _ = sums(np.arange(low + step / 2, high, step))
        coarse, raw, step = raw, total([raw, added]), step / 2
        with np.errstate(divide="ignore", invalid="ignore"):  # sums that agree to the last bit
            distance = np.exp(total([coarse.times(2.0), -raw]).log_abs() - raw.log_abs())
        now = float(np.max(np.where(np.isfinite(distance), distance, 0.0), initial=0.0))
        # Each halving squares the error, and the change is the error of the sum before.
        if now < 1e-14 or (now < 1e-10 and now < before**1.4):
            now = 0.0
            break
        before = now
    whole = raw.times(step)
    return Scaled(whole.mantissa, whole.exponent, whole.error + np.abs(whole.mantissa) * now)
