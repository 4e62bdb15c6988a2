"""Whether a fitted jump is a result: one rule a reason, in the order in which they are told."""

from collections.abc import Callable

import numpy as np

from numerics.curves.curve_fit import FitStatus
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.freedom import widening
from numerics.curves.estimation.plateaus import Plateau
from numerics.curves.estimation.two_jumps import rests_between_two_jumps

__all__ = ["verdict"]

_RESTING = 0.12  # misfit from which a second jump is looked for,
_BY_CHANCE = 0.05  # unless noise makes as much with this probability
_APART = 0.2  # of the height: how far a plateau may lie from its asymptote
_OUTSIDE = 0.25  # of the height: how far a fitted asymptote may lie outside of the curve


def verdict(fitted: FittedJump, plateau: Plateau | None = None) -> FitStatus:
    """The first rule that a fit breaks, `FitStatus.OK` if it breaks none.

    A curve with a plateau far from the asymptote that it was given (`plateau_apart`) is not measured by these.

    >>> from numerics.curves.estimation.optimum import find_optimum
    >>> from numerics.curves.estimation.start import ScaledJump
    >>> from numerics.curves.shapes import named_shape
    >>> erf = named_shape("erf")
    >>> for end in (0.5, 0.15):  # 100 % and 82 % of the way
    ...     tau = np.linspace(-0.5, end, 101)
    ...     jump = ScaledJump(tau, erf.at(13.0 * (tau - 0.1)).value, start=np.log([1.0, 20.0]))
    ...     print(verdict(FittedJump(jump, erf, find_optimum(jump, erf))))
    ok
    the jump is not finished at the last point: record longer
    """
    if plateau is not None and plateau.apart > _APART:
        return plateau.status
    return next((status for status, breaks in _RULES if breaks(fitted)), FitStatus.OK)


def _falls_between_points(fitted: FittedJump) -> bool:
    """Two unknowns through two points leave nothing to tell the noise by; with fewer any larger sharpness fits, too."""
    inside = fitted.transition
    return np.unique(fitted.jump.tau[inside.start : min(inside.stop, inside.start + 1000)]).size < 3


def _lost_an_asymptote(fitted: FittedJump) -> bool:
    jump, outside = fitted.jump, _OUTSIDE * fitted.height
    below = jump.floor is None and fitted.floor < jump.y.min() - outside
    return bool(below or (jump.ceiling is None and fitted.ceiling > jump.y.max() + outside))


def _did_not_converge(fitted: FittedJump) -> bool:
    return not fitted.found.converged


def _jumped_before(fitted: FittedJump) -> bool:
    return fitted.center < fitted.jump.tau[0]


def _is_unfinished(fitted: FittedJump) -> bool:
    return not fitted.shape.has_finished(fitted.last_u, fitted.theta)


def _describes_little(fitted: FittedJump) -> bool:
    return not fitted.found.r_squared > 0.5


def _rests_between(fitted: FittedJump) -> bool:
    if not fitted.goodness.misfit > _RESTING or fitted.goodness.p_value > _BY_CHANCE:
        return False
    y_unit = (fitted.jump.y - fitted.floor) / fitted.height
    return rests_between_two_jumps(fitted.jump.tau, y_unit)


def _leaves_the_sharpness_open(fitted: FittedJump) -> bool:
    scattered = fitted.scatter
    return not scattered.errors[1] / widening(scattered.freedom[1]) < 1


_RULES: tuple[tuple[FitStatus, Callable[[FittedJump], bool]], ...] = (
    (FitStatus.UNRESOLVED, _falls_between_points),
    (FitStatus.UNDETERMINED, _lost_an_asymptote),
    (FitStatus.NOT_CONVERGED, _did_not_converge),
    (FitStatus.ALREADY_JUMPED, _jumped_before),
    (FitStatus.UNFINISHED, _is_unfinished),
    (FitStatus.POOR, _describes_little),
    (FitStatus.TWO_JUMPS, _rests_between),
    (FitStatus.UNCERTAIN, _leaves_the_sharpness_open),
)
