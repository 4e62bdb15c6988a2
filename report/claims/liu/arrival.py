"""When runs generalize: against λ₃, at the critical fraction, and in the one run that was published."""

from collections.abc import Mapping

import numpy as np

from numerics import CensoredRegression, Share, StratifiedCorrelation
from report.annotations import Array
from report.arrivals import PUBLISHED, Arrivals, able, arrivals
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.setting import Setting

__all__ = ["arrival_claims"]

_TOY, _THEORY = "representation", "effective_theory"
_CRITICAL = 0.4
_EVENTS = {"train 0.9": "steps_to_train", "test 0.9": "steps_to_gen", "RQI 0.95": "steps_to_rqi"}
_PUBLISHED_PAIRS = 45
_NEEDED = 39  # with so many runs the smallest and the largest hold the next one with 95 %


def arrival_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on times and on the critical fraction.

    >>> len(arrival_claims({}))
    4
    """
    toy = settings.get(_TOY)
    return _proportional(toy), _critical(settings), _diverges(toy), _published_run(toy)


def _proportional(toy: Setting | None) -> Claim:
    """T ∝ 1/λ₃: does it rise, does λ₃ say more than the size of the training set, is the power one?

    The time is that to RQI 0.95, as in U's figure. The time to a test accuracy of 0.9 is told beside it.
    """
    sentence, source = "The time to find the structure is proportional to 1/λ₃", "U, section 3.2"
    found, later = _arrivals(toy)
    if toy is None or found is None or later is None:
        return Claim.not_judged(sentence, source, _TOY)
    rank, within = found.correlation, found.within_sizes
    enough = able(toy.table)
    told = (
        f"RQI 0.95: {_power(found)}; test 0.9 in the {int(enough.sum())} of {enough.size} runs whose training set "
        f"determines enough for it: {_power(later.of(enough))}"
    )
    criteria = (
        Criterion.positive("the time rises with 1/λ₃", rank.low, rank.high),
        Criterion.positive("beyond what the size of the training set says", within.low, within.high),
        _power_is_one("the power is one, what never came being censored", found.line),
        _power_is_one("the power is one among the runs in which it came", found.arrived.line),
    )
    return Claim(sentence, source, {_TOY: told}, *verdict_of(criteria))


def _power_is_one(words: str, line: CensoredRegression) -> Criterion:
    """Whether the interval of the slope holds one; open where it holds zero as well."""
    one = bool(line.slope_low <= 1 <= line.slope_high)
    return Criterion(words, None if not np.isfinite(line.slope) or (one and line.slope_low <= 0) else one)


def _arrivals(toy: Setting | None) -> tuple[Arrivals | None, Arrivals | None]:
    """At the structure and at the accuracy."""
    return (None, None) if toy is None else (arrivals(toy.table, "steps_to_rqi"), arrivals(toy.table, "steps_to_gen"))


def _power(found: Arrivals) -> str:
    rank, line = found.correlation, found.line
    if not np.isfinite(rank.correlation):
        return "too few runs"
    power = (
        f"T ∝ (1/λ₃)^{line.slope:.2f} [{line.slope_low:.2f}, {line.slope_high:.2f}], "
        f"{line.censored} of {line.n} censored{_alone(found.arrived.line)}"
        if np.isfinite(line.slope)
        else "no power"
    )
    return (
        f"ρ = {rank.correlation:.2f} [{rank.low:.2f}, {rank.high:.2f}], among training sets of one size "
        f"{_within(found.within_sizes)}; {power}"
    )


def _alone(line: CensoredRegression) -> str:
    slope = f"{line.slope:.2f} [{line.slope_low:.2f}, {line.slope_high:.2f}]"
    return f", power {slope} among the others" if np.isfinite(line.slope) else ""


def _within(within: StratifiedCorrelation) -> str:
    if not np.isfinite(within.correlation):
        return "nothing to compare"
    return f"ρ = {within.correlation:.2f} [{within.low:.2f}, {within.high:.2f}], p = {within.p_value:.2g}"


def _critical(settings: Mapping[str, Setting]) -> Claim:
    sentence, source = "A training set determines the structure from a fraction of about 0.4 on", "U, section 3.2"
    section = settings[_THEORY].section("unique") if _THEORY in settings else None
    if section is None:
        return Claim.not_judged(sentence, source, _THEORY)
    found = section.rows[0]
    low, high, total = (found[name] for name in ("critical_low", "critical_high", "total"))
    told = f"P(unique) = 1/2 at {found['critical']} of {total} pairs, fraction {low / total:.3f} to {high / total:.3f}"
    near = abs(found["critical"] / total - _CRITICAL) <= 0.05
    criteria = (Criterion("the fraction is 0.40 ± 0.05 at p = 10", bool(near)),)
    return Claim(sentence, source, {_THEORY: told}, *verdict_of(criteria))


def _diverges(toy: Setting | None) -> Claim:
    """Below the fraction nothing arrives, above it most does: shares of runs that never do, on both sides."""
    sentence, source = "The time to find the structure diverges at the critical fraction", "U, section 3.2"
    found, _ = _arrivals(toy)
    if found is None:
        return Claim.not_judged(sentence, source, _TOY)
    told = "RQI 0.95 never: " + ", ".join(f"{found.never(size, size + 1)} with {size} pairs" for size in found.sizes)
    if found.arrived.times.size:
        told += f"; the last RQI 0.95 came at step {found.arrived.times.max():.0f} of {found.length.max():.0f}"
    least = _CRITICAL * found.total
    criteria = (
        _most("below it most runs never do", found.never(0, least), never=True),
        _most("from it to 0.6 most do", found.never(least, 0.6 * found.total), never=False),
        _most("from 0.6 on most do", found.never(0.6 * found.total, found.total + 1), never=False),
    )
    return Claim(sentence, source, {_TOY: told}, *verdict_of(criteria))


def _most(words: str, share: Share | None, *, never: bool) -> Criterion:
    if share is None:
        return Criterion(f"{words} (no such run)", None)
    low, high = (share.low, share.high) if never else (1 - share.high, 1 - share.low)
    return Criterion.above(words, 0.5, low, high)


def _published_run(toy: Setting | None) -> Claim:
    """One run: is it within the central 95 % of ours, of the same size of training set?"""
    sentence = "One run: train 0.9 after 1130, test 0.9 after 1530, RQI 0.95 after 800 steps"
    source = "U, figure 1"
    needed = {"train_pairs", *PUBLISHED}
    if toy is None or not needed <= set(toy.table.columns):
        return Claim.not_judged(sentence, source, _TOY)
    runs = [row for row in toy.table if row["train_pairs"] == _PUBLISHED_PAIRS]
    if not runs:
        return Claim(sentence, source, {_TOY: "no run with 45 pairs"}, "not decided", "no run of that size was trained")
    told, criteria = [], []
    for words, name in _EVENTS.items():
        times = np.array([row[name] for row in runs], dtype=np.float64)
        times = np.sort(np.where(np.isnan(times), np.inf, times))
        low, high = _central(times)
        told.append(f"{words} after {_steps(np.median(times))} [{_steps(low)}, {_steps(high)}]")
        inside = bool(low <= PUBLISHED[name] <= high)
        criteria.append(Criterion(f"{words} inside", inside if inside or times.size >= _NEEDED else None))
    verdict, reason = verdict_of(criteria)
    held = "central 95 %" if len(runs) >= _NEEDED else f"range of {len(runs)} runs, which holds less than 95 %"
    return Claim(sentence, source, {_TOY: f"{', '.join(told)}; {len(runs)} runs"}, verdict, f"{held}; {reason}")


def _central(times: Array) -> tuple[float, float]:
    """Order statistics between which the next run lies with 95 %, or the extremes of fewer runs."""
    skipped = max(0, int((times.size + 1) * 0.025) - 1)
    return float(times[skipped]), float(times[times.size - 1 - skipped])


def _steps(time: float) -> str:
    return f"{time:.0f}" if np.isfinite(time) else "never"
