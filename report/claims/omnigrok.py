"""The claims of O, *Omnigrok: Grokking Beyond Algorithmic Data*, on images of digits."""

from collections.abc import Mapping

import numpy as np

from numerics import CensoredRegression, SharpnessTable, fit_censored_times
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.delays import Delays, delays, told_interval
from report.setting import Setting

__all__ = ["judge"]

_SETTING, _MNIST = "images", "mnist"
_LATE = 2.0  # generalization that takes twice the steps of fitting is delayed
_FLAT = 0.25  # a power of γ as small as this does not double the time while γ falls to a sixteenth


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's three statements against the runs with digits of 8×8 pixels, and those with MNIST.

    >>> [claim.verdict for claim in judge({})][:2]
    ['not judged', 'not judged']
    """
    setting = settings.get(_SETTING)
    tables = {
        "digits of 8×8 pixels": None if setting is None else setting.table,
        "MNIST": None if setting is None else setting.companion(_MNIST),
    }
    return tuple(claim for words, table in tables.items() for claim in _statements(words, table))


def _statements(words: str, table: SharpnessTable | None) -> tuple[Claim, ...]:
    scale, decay = (None if table is None else delays(table, knob) for knob in ("initial_scale", "weight_decay"))
    return _induced(words, scale), _fit(words, decay), _generalize(words, decay)


def _induced(words: str, found: Delays | None) -> Claim:
    """Is the delay longer at larger α, there at the largest and not at the smallest?"""
    sentence, source = f"{words}: large initial weights induce grokking, and without them there is none", "O, figure 3"
    if found is None:
        return _not_judged(sentence, source, words)
    low, high = (found.at(found.values[k]).mean_ratio() for k in (0, -1))
    known = ~np.isnan(found.ratio)
    rise = fit_censored_times(np.log(found.knob)[known], found.ratio[known], (found.length / found.fit)[known])
    told = (
        f"steps to generalize are {told_interval(*low, '.2g')} times those to fit at α = {found.values[0]:g}, "
        f"{told_interval(*high, '.2g')} at α = {found.values[-1]:g}, and go like α^{_power(rise)}"
    )
    criteria = (
        Criterion.positive("the delay rises with α", rise.slope_low, rise.slope_high),
        Criterion.above(f"at the largest α it takes {_LATE:g} times as long", _LATE, *high[1:]),
        Criterion.above(f"at the smallest it does not take {_LATE:g} times as long", -_LATE, -low[2], -low[1]),
    )
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _fit(words: str, found: Delays | None) -> Claim:
    sentence, source = f"{words}: the steps to fit the training set do not depend on the weight decay", "O"
    if found is None:
        return _not_judged(sentence, source, words)
    line = found.fit_line
    inside = line.slope_low > -_FLAT and line.slope_high < _FLAT
    outside = line.slope_low > _FLAT or line.slope_high < -_FLAT
    criterion = Criterion(f"the power of γ is 0 ± {_FLAT:g}", True if inside else False if outside else None)
    told = f"steps to fit go like γ^{_power(line)}, {_range(found)}"
    return Claim(sentence, source, {_SETTING: told}, *verdict_of((criterion,)))


def _generalize(words: str, found: Delays | None) -> Claim:
    """T ∝ 1/γ: do they fall with γ, is the power −1?"""
    sentence, source = f"{words}: the steps to generalize are proportional to 1/γ", "O"
    if found is None:
        return _not_judged(sentence, source, words)
    line = found.gen_line
    one = bool(line.slope_low <= -1 <= line.slope_high)
    criteria = (
        Criterion.positive("they fall with γ", -line.slope_high, -line.slope_low),
        Criterion("the power is −1", None if np.isnan(line.slope) or (one and line.slope_high >= 0) else one),
    )
    told = f"steps to generalize go like γ^{_power(line)}, {_range(found)}, {line.censored} of {line.n} runs censored"
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _not_judged(sentence: str, source: str, words: str) -> Claim:
    claim = Claim.not_judged(sentence, source, _SETTING)
    return Claim(sentence, source, {}, claim.verdict, f"{claim.reason}, or has no such runs of {words}")


def _range(found: Delays) -> str:
    return f"γ from {found.values[0]:g} to {found.values[-1]:g}"


def _power(line: CensoredRegression) -> str:
    return told_interval(line.slope, line.slope_low, line.slope_high)
