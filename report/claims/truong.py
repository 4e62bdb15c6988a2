"""The claims of T on the steps of transformers: at p = 53 and 97, and against the weight decay."""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from numerics import fit_censored_times
from report.annotations import Array
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.delays import Delays, told_interval
from report.setting import Setting
from report.table_runs import along_decay, along_fraction

__all__ = ["judge"]

_SETTING = "transformer"
_HALF = 0.5
_SEEDS = 7
_PUBLISHED = {53: (250.0, 2336.0, 426.0), 97: (736.0, 1686.0, 198.0)}
"""Steps to train, and to generalize with their standard deviation over seven seeds, by modulus."""

_TRAINED_WITHIN = 0.2  # of the steps to train; nothing is printed of their spread
_EXPONENT, _PROPORTIONAL = 0.78, (0.1, 1.0)  # of the time against 1/γ, and where it was fitted
_REVERSED = 2.0


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's steps, its power of the weight decay and its reversal against the recorded runs.

    >>> [claim.verdict for claim in judge({})]
    ['not judged', 'not judged', 'not judged', 'not judged']
    """
    setting = settings.get(_SETTING)
    along = {} if setting is None else along_fraction(setting.table)
    decay = None if setting is None else along_decay(setting.table)
    return (*(_steps(modulus, along.get(modulus)) for modulus in _PUBLISHED), _power(decay), _reversal(decay))


def _steps(modulus: int, found: Delays | None) -> Claim:
    """Are the means over seeds those of the paper?"""
    train, gen, spread = _PUBLISHED[modulus]
    sentence = f"p = {modulus}, half of the table: {train:g} steps to train, {gen:g} ± {spread:g} to generalize"
    source = "T, seven seeds"
    if found is None:
        return Claim.not_judged(sentence, source, _SETTING)
    here = found.at(_HALF)
    mean = float(np.mean(here.fit)) if here.fit.size else np.nan
    low, high = _difference(here.gen, gen, spread)
    near = None if not np.isfinite(mean) else abs(mean / train - 1) < _TRAINED_WITHIN
    same = None if not np.isfinite(low) else bool(low < 0 < high)
    told = (
        f"{mean:.0f} to train and {np.mean(here.gen):.0f} ± {_deviation(here.gen):.0f} to generalize, {here.gen.size} "
        f"runs; generalizing takes [{low:.0f}, {high:.0f}] more steps than there".replace("-", "−")
    )
    criteria = (
        Criterion(f"steps to train within {_TRAINED_WITHIN:.0%}", near),
        Criterion("the means to generalize do not differ", same),
    )
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _difference(times: Array, mean: float, spread: float) -> tuple[float, float]:
    """The 95 % interval, by Welch, of the mean of these times less that of the paper's seven seeds."""
    if np.isnan(_deviation(times)):
        return np.nan, np.nan
    ours, theirs = _deviation(times) ** 2 / times.size, spread**2 / _SEEDS
    freedom = (ours + theirs) ** 2 / (ours**2 / (times.size - 1) + theirs**2 / (_SEEDS - 1))
    reach = float(stats.t.ppf(0.975, freedom)) * np.sqrt(ours + theirs)
    return float(times.mean() - mean - reach), float(times.mean() - mean + reach)


def _deviation(times: Array) -> float:
    return float(np.std(times, ddof=1)) if times.size > 1 and np.isfinite(times).all() else np.nan


def _power(found: Delays | None) -> Claim:
    """T ∝ γ^−0.78 in the range of the paper."""
    sentence, source = (
        f"The time to generalize is like γ^−{_EXPONENT}, not 1/γ, for γ from 0.1 to 1",
        "T, sections 4.2 and 4.3",
    )
    if found is None:
        return Claim.not_judged(sentence, source, _SETTING)
    low, high = _PROPORTIONAL
    here = found.where((found.knob >= low) & (found.knob <= high))
    line = here.gen_line
    known = np.isfinite(line.slope)
    criteria = (
        Criterion.positive("it falls with γ", -line.slope_high, -line.slope_low),
        Criterion(
            f"the power may be −{_EXPONENT}", bool(line.slope_low <= -_EXPONENT <= line.slope_high) if known else None
        ),
        Criterion.above("the power is not as much as −1", -1.0, line.slope_low, line.slope_high),
    )
    told = (
        f"like γ^{told_interval(line.slope, line.slope_low, line.slope_high)}, γ from {here.values[0]:g} to "
        f"{here.values[-1]:g}, {line.censored} of {line.n} runs censored"
    )
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _reversal(found: Delays | None) -> Claim:
    """Is the time longer at 2 than at 1?"""
    sentence, source = (
        "Beyond a weight decay of 1 the time to generalize grows again: at 2 it is longer",
        "T, sections 4.2 and 4.3",
    )
    if found is None:
        return Claim.not_judged(sentence, source, _SETTING)
    here = found.where((found.knob == 1.0) | (found.knob == _REVERSED))
    line = fit_censored_times(np.log(here.knob), here.gen, here.length)
    medians = {value: float(np.median(here.at(value).gen)) for value in here.values}
    told = "median " + ", ".join(f"{steps:.0f} steps at γ = {value:g}" for value, steps in medians.items())
    criterion = Criterion.positive("the time rises from 1 to 2", line.slope_low, line.slope_high)
    return Claim(sentence, source, {_SETTING: told}, *verdict_of((criterion,)))
