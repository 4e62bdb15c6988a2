"""What is odd about two curves together: a clock that began before the training, one in percent beside a fraction."""

import numpy as np

from numerics.curves.curve_fit import CurveFit

__all__ = ["pair_complaint"]

_LATE = 10.0  # spans of the record
_PERCENT = 50.0  # a ceiling from which accuracies are in percent


def pair_complaint(train: CurveFit, gen: CurveFit) -> str:
    """The sentence, empty if there is nothing to complain of.

    >>> from numerics import measure
    >>> clock = 1.7e9 + np.arange(41)
    >>> measure(clock, *np.clip([np.arange(41) / 10, np.arange(41) / 10 - 2], 0, 1)).pair_complaint
    'time begins at 1.7e+09 and spans 40: the relative gap needs time since the start of training, subtract that of \
the start'
    """
    return "; ".join(filter(None, (_late_clock(train, gen), _fraction_beside_percent(train, gen))))


def _late_clock(train: CurveFit, gen: CurveFit) -> str:
    times = [fit.curve.time for fit in (train, gen) if fit.curve is not None]
    if not times:
        return ""
    begin, end = min(float(time[0]) for time in times), max(float(time[-1]) for time in times)
    if begin <= _LATE * (end - begin):
        return ""
    return (
        f"time begins at {begin:.6g} and spans {end - begin:.6g}: the relative gap needs time since the start of "
        "training, subtract that of the start"
    )


def _fraction_beside_percent(train: CurveFit, gen: CurveFit) -> str:
    """Of one curve that never leaves 0 to 1 under a ceiling that the other takes for percent."""
    highest = [float(fit.curve.accuracy.max()) if fit.curve is not None else np.nan for fit in (train, gen)]
    for name, fit, own, other in (
        ("training", train, highest[0], highest[1]),
        ("generalization", gen, highest[1], highest[0]),
    ):
        if own <= 1 and other > _PERCENT and fit.ceiling > _PERCENT:
            return (
                f"the {name} accuracy stays below 1 where the other reaches {other:.3g}: if it is a fraction beside "
                "percent, divide the other by 100"
            )
    return ""
