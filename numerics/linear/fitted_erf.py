"""The erf that least squares fit to an accuracy of the linear student, over the whole record and not at the jump."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from numerics.annotations import Array
from numerics.linear.flow import erfc_deficit

__all__ = ["GENERALIZATION", "TRAINING", "FittedErf", "LateLoss", "fitted_erf"]

_REACH = 6.2  # in widths of the fit, where the weight e^{−u²} has fallen to 2e-17
_HALF = special.erfinv(0.5)
_EARLY = 5.0  # from here on the tangent is close enough for Newton's method
_RATIO = 1.5  # between the jumps from which earlier ones are approached
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(120)
# x ∝ v⁴, in which the powers x^{1/4} and x^{3/4} of early time are smooth
_AT, _SHARE = ((_NODES + 1) / 2) ** 4, 2 * ((_NODES + 1) / 2) ** 3 * _WEIGHTS


@dataclass(frozen=True)
class LateLoss:
    """A late-time loss in units of the slowest decay, x = (1−√λ)²s: its logarithm up to a constant, its rate of fall.

    >>> float(TRAINING.rate(np.array(3.0))), bool(GENERALIZATION.rate(np.array(3.0)) < 1.5)
    (1.5, True)
    """

    logarithm: Callable[[Array], Array]
    rate: Callable[[Array], Array]


TRAINING = LateLoss(lambda x: -x - 1.5 * np.log(x), lambda x: 1 + 1.5 / x)
GENERALIZATION = LateLoss(
    lambda x: np.log(2 * erfc_deficit(x)) - x - 0.5 * np.log(x), lambda x: 1 / (2 * x * erfc_deficit(x))
)


@dataclass(frozen=True)
class FittedErf:
    """Jump time and sharpness of the fit in x and 1/x, and d x*/dx₀ and d ln s/dx₀; shape (n,) each.

    >>> fit = fitted_erf(TRAINING, np.array([1e6]))  # a late jump: 0.23 earlier than the half, sharpness 0.37
    >>> (fit.jump_time - 1e6).round(3), fit.sharpness.round(3), fit.jump_time_slope.round(3)
    (array([-0.23]), array([0.37]), array([1.]))
    """

    jump_time: Array
    sharpness: Array
    jump_time_slope: Array
    log_sharpness_slope: Array


def fitted_erf(loss: LateLoss, crossing: Array, horizon: float = np.inf) -> FittedErf:
    """Least squares of ½[1 + erf(s(x − x*))] on 0 ≤ x ≤ `horizon`, of accuracies that are ½ at each `crossing` x₀.

    Newton's method on the two normal equations ∫ (fit − A) u^k e^{−u²} dx = 0, u = s(x − x*), k = 0, 1, by
    Gauss–Legendre; see `theory.linear.jumps.fitted_law`. An early jump is approached from later ones, because next to
    its tangent there is a second solution, of a fit that sees the start of the record alone.

    Raises
    ------
    ValueError
        If no fit is found, of a jump next to the end of the record.
    """
    at = np.maximum(crossing, _EARLY)
    jump, sharp = at.copy(), 0.37 * loss.rate(at)
    for _ in range(1 + int(np.ceil(np.log(at.max() / crossing.min()) / np.log(_RATIO)))):
        jump, sharp = _solved(loss, at, jump, sharp, horizon * at / crossing)
        if (at == crossing).all():
            break
        nearer = np.maximum(at / _RATIO, crossing)
        jump, sharp, at = jump * nearer / at, sharp * at / nearer, nearer
    _, slopes, by_crossing = _normal_equations(loss, crossing, jump, sharp, np.full_like(crossing, horizon))
    shift, factor = -np.linalg.solve(slopes, by_crossing[..., None])[..., 0].T
    return FittedErf(jump, sharp, shift / sharp, factor)


def _solved(loss: LateLoss, at: Array, jump: Array, sharp: Array, horizon: Array) -> tuple[Array, Array]:
    for _ in range(50):
        moments, slopes, _ = _normal_equations(loss, at, jump, sharp, horizon)
        steps = np.linalg.solve(slopes, moments[..., None])[..., 0]
        size = np.abs(steps).max(axis=-1)
        shift, factor = (steps * np.minimum(1, 0.5 / np.maximum(size, 0.5))[:, None]).T
        jump, sharp = jump - shift / sharp, sharp * np.exp(-factor)
        if size.max() < 1e-9:  # what is left over is of second order
            return jump, sharp
    worst = size.argmax()
    raise ValueError(
        f"No erf fits an accuracy that is one half at x = {at[worst]:.4g} on a record up to x = {horizon[worst]:.4g}: "
        "take a longer horizon."
    )


def _normal_equations(
    loss: LateLoss, at: Array, jump: Array, sharp: Array, horizon: Array
) -> tuple[Array, Array, Array]:
    """Both equations, shape (n, 2), their derivatives by s·x* and ln s, (n, 2, 2), and by the crossing, (n, 2)."""
    low = np.maximum(jump - _REACH / sharp, 0.0)
    width = np.minimum(jump + _REACH / sharp, horizon) - low
    x = low[:, None] + np.multiply.outer(width, _AT)
    u = sharp[:, None] * (x - jump[:, None])
    argument = _HALF * np.exp(np.minimum((loss.logarithm(at)[:, None] - loss.logarithm(x)) / 2, 5.0))
    weight = np.multiply.outer(width, _SHARE) * np.exp(-(u**2))
    pull = weight * (special.erfc(-u) / 2 - special.erf(argument))
    bend = weight * np.exp(-(u**2)) / np.sqrt(np.pi)
    later = weight * argument * np.exp(-(argument**2)) / np.sqrt(np.pi) * loss.rate(at)[:, None]
    pulls, bends, laters = (
        [(values * u**k).sum(axis=1) for k in range(count)] for values, count in ((pull, 4), (bend, 3), (later, 2))
    )
    slopes = [
        [2 * pulls[1] - bends[0], bends[1] - 2 * pulls[2]],
        [2 * pulls[2] - pulls[0] - bends[1], bends[2] + pulls[1] - 2 * pulls[3]],
    ]
    return np.stack(pulls[:2], axis=-1), np.moveaxis(np.array(slopes), -1, 0), np.stack(laters, axis=-1)
