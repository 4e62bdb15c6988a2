"""What a reader should know of a fit that is a result: one rule a sentence."""

from numerics.curves.curve_fit import told_level
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.plateaus import Plateau, last_level
from numerics.curves.estimation.slow_rises import slow_rise

__all__ = ["complaint", "deviation"]

_SYSTEMATIC = 0.05  # misfit, and
_SIGNIFICANT = 0.05  # p-value, from which a curve plainly has another shape
_FEWEST = 3.0  # degrees of freedom, of fewer the noise may seem smaller than it is by any factor
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
    # Where noise remembers, a few degrees of freedom mean that its memory is not known, and errors that are wide.
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
    if not goodness.p_value > _SIGNIFICANT and (deviates := deviation(goodness.misfit)):
        return deviates
    course = slow_rise(fitted)
    return (
        f"{course} describes the curve better than the fitted shape: mind its jump time and sharpness" if course else ""
    )


def deviation(misfit: float) -> str:
    """The sentence of a misfit that noise does not explain, empty for a small one.

    >>> deviation(0.2).partition(":")[0]
    'the curve deviates from the fitted shape by up to 20 % of its height'
    """
    if not misfit > _SYSTEMATIC:
        return ""
    return (
        f"the curve deviates from the fitted shape by up to {misfit:.0%} of its height: "
        "mind its jump time and sharpness"
    ).replace("%", " %")
