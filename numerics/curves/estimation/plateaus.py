"""Whether a curve lies on a level of its own, before or after its jump, away from the asymptote that was given."""

from dataclasses import dataclass, replace

import numpy as np

from numerics.annotations import Array
from numerics.curves.asymptotes import seen_asymptotes
from numerics.curves.curve_fit import FitStatus
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.freedom import widening
from numerics.curves.estimation.optimum import find_optimum
from numerics.curves.phases import start_rate

__all__ = ["APART", "RESTING", "Plateau", "last_level", "last_points", "lasting_points", "plateau_apart"]

APART = 0.05  # of the height: a level nearer to its asymptote changes little
_END = 20  # part of the points that shows where a curve begins and ends,
_FEWEST = 5  # at least as many points
RESTING = 1.5  # |u| from which a curve lies on its level
_SIGNIFICANT = 3.0  # standard errors of a level
_STEPS = 30  # of a fit of levels on which points lie; towards others it would creep on for hundreds
_DESCRIBED = 0.12  # misfit of a curve that has its jump between these levels


@dataclass(frozen=True)
class Plateau:
    """A level on which a curve begins or ends, and how far it is from the asymptote, as a share of the height.

    `status` is `FitStatus.OFF_FLOOR` or `FitStatus.OFF_CEILING`.
    """

    status: FitStatus
    level: float
    apart: float


def plateau_apart(fitted: FittedJump) -> Plateau | None:
    """The level that is farthest from its asymptote, by 5 % of the height or more; None where both are near.

    Where the first or the last points are that far away, the jump is fitted again with free asymptotes. What it finds
    counts if that describes the curve, if points lie on the level, and if the level is known to better than a third of
    its distance.

    >>> from numerics.curves.estimation.start import ScaledJump
    >>> from numerics.curves.shapes import named_shape
    >>> tau, erf = np.linspace(-0.5, 0.5, 201), named_shape("erf")
    >>> jump = ScaledJump(tau, 0.7 * erf.at(30 * (tau - 0.1)).value, start=np.log([1.0, 20.0]))
    >>> found = plateau_apart(FittedJump(jump, erf, find_optimum(jump, erf)))
    >>> found.status.name, round(found.level, 6), round(found.apart, 6)
    ('OFF_CEILING', 0.7, 0.3)
    """
    jump = fitted.jump
    ends = _ends(fitted)
    if not ends or jump.tau.size < 2 * _FEWEST:
        return None
    freed = _freed(fitted)
    if freed is None or freed.goodness.misfit > _DESCRIBED:
        return None
    u = freed.rate * (jump.tau - freed.center)
    low_error, high_error = (freed.scatter.errors / widening(freed.scatter.freedom))[-2:].tolist()
    found = []
    for status, level, error, resting in (
        (FitStatus.OFF_FLOOR, freed.floor, low_error, u < -RESTING),
        (FitStatus.OFF_CEILING, freed.ceiling, high_error, u > RESTING),
    ):
        away = abs(level - ends[status]) if status in ends else 0.0
        if np.count_nonzero(resting) >= lasting_points(u.size) and away > max(
            APART * fitted.height, _SIGNIFICANT * error
        ):
            found.append(Plateau(status, float(level), away / fitted.height))
    return max(found, key=lambda plateau: plateau.apart, default=None)


def _ends(fitted: FittedJump) -> dict[FitStatus, float]:
    """The asymptotes that were given and are not where the curve begins or ends."""
    jump = fitted.jump
    split = int(np.searchsorted(jump.tau, fitted.center))
    sides = [(FitStatus.OFF_CEILING, jump.y[split:], jump.ceiling)]
    if jump.begin == 0:  # what is left of a curve that fell back begins in the middle of it
        sides.append((FitStatus.OFF_FLOOR, jump.y[:split][::-1], jump.floor))
    return {
        status: given
        for status, side, given in sides
        if given is not None
        and side.size >= lasting_points(jump.y.size)
        and abs(np.median(side[-last_points(jump.y.size) :]) - given) > APART * fitted.height
    }


def last_points(points: int) -> int:
    """How many of so many points show where a curve begins and ends.

    >>> last_points(1000), last_points(10)
    (50, 5)
    """
    return max(_FEWEST, points // _END)


def lasting_points(points: int) -> int:
    """How many points a level has at least.

    >>> lasting_points(1000), lasting_points(10)
    (25, 5)
    """
    return max(_FEWEST, points // (2 * _END))


def last_level(y: Array) -> float:
    """Median of the last twentieth of the points, at least five.

    >>> last_level(np.array([0, 0, 0, 1, 2, 3, 4, 5]))
    3.0
    """
    return float(np.median(y[-last_points(y.size) :]))


def _freed(fitted: FittedJump) -> FittedJump | None:
    """The same jump with free asymptotes; None where that is no rise, or goes on beyond the points."""
    jump = fitted.jump
    low, high = seen_asymptotes(jump.y, None, None)
    if not high > low:
        return None
    split = int(np.clip(np.argmin(np.cumsum(jump.y - (low + high) / 2)) + 1, 1, jump.y.size - 1))
    rate = start_rate(jump.tau, jump.y, split, low, high)
    start = np.array([jump.tau[split - 1 : split + 1].mean(), np.log(rate), low, high])
    free = replace(jump, start=start, floor=None, ceiling=None)
    freed = FittedJump(free, fitted.shape, find_optimum(free, fitted.shape, steps=_STEPS))
    return freed if freed.found.converged and freed.height > 0 else None
