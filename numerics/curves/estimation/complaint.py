"""What a reader should know of a fit that is a result: one rule a sentence."""

from numerics.curves.curve_fit import told_level
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.plateaus import Plateau, last_level
from numerics.curves.estimation.slow_rises import slow_rise

__all__ = ["complaint"]

_SYSTEMATIC = 0.05  # misfit, and
_SIGNIFICANT = 0.05  # p-value, from which a curve plainly has another shape
_FEWEST = 1.5  # degrees of freedom of an error that can be trusted
_ROUNDING = 1e-6  # a relative error of the sharpness below is that of a curve without noise
_BEYOND = 0.05  # of the height, by which a curve may pass a ceiling that was fitted


def complaint(fitted: FittedJump, plateau: Plateau | None) -> str:
    """The sentences, empty if there is nothing to complain of.

    >>> from numerics import fit_curve
    >>> import numpy as np
    >>> t = np.linspace(0, 10, 400)
    >>> fit_curve(t, 1 - np.exp(-t)).complaint
    'the curve deviates from the fitted shape by up to 10 % of its height: mind its jump time and sharpness'
    """
    return "; ".join(filter(None, (_earlier_jump(fitted), _shape(fitted, plateau) or _few_points(fitted))))


def _earlier_jump(fitted: FittedJump) -> str:
    jump = fitted.jump
    if jump.begin == 0:
        return ""
    begin = jump.origin + jump.unit * float(jump.tau[0])
    return f"the accuracy was past the middle before {begin:.6g} and fell back: its last rise is measured"


def _few_points(fitted: FittedJump) -> str:
    scattered = fitted.scatter
    fewest = float(scattered.freedom[:2].min())
    if scattered.autocorrelation_time > 1 or not fewest < _FEWEST or scattered.errors[1] < _ROUNDING:
        return ""
    return f"too few points lie in the jump for its errors to be known: they rest on {fewest:.1f} degrees of freedom"


def _shape(fitted: FittedJump, plateau: Plateau | None) -> str:
    """The first that holds: each would be the reason of the next."""
    if plateau is not None:
        return told_level(plateau.status, plateau.level)
    last = last_level(fitted.jump.y)
    if fitted.jump.ceiling is None and last > fitted.ceiling + _BEYOND * fitted.height:
        return (
            f"the curve goes on to {last:.3g}, beyond its fitted ceiling {fitted.ceiling:.3g}: "
            "the fitted jump is only a part of its rise"
        )
    goodness = fitted.goodness
    if goodness.misfit > _SYSTEMATIC and not goodness.p_value > _SIGNIFICANT:
        return (
            f"the curve deviates from the fitted shape by up to {goodness.misfit:.0%} of its height: "
            "mind its jump time and sharpness"
        ).replace("%", " %")
    course = slow_rise(fitted)
    return (
        f"{course} describes the curve better than the fitted shape: mind its jump time and sharpness" if course else ""
    )
