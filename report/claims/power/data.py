"""Data against steps: what a smaller share of the table costs, where it ends, and when the two curves come together."""

from collections.abc import Mapping

import numpy as np

from numerics import DataEfficiency, data_efficiency, estimate_share, rank_correlation
from report.claim import Claim
from report.claims.power.each_table import judge_each_table
from report.criteria import Criterion
from report.delays import Delays, told_interval
from report.setting import Setting
from report.table_runs import tables_along_fraction

__all__ = ["data_claims"]

_COST, _SHARES = (40.0, 50.0), (0.25, 0.3)
"""Per cent more steps for one hundredth of the table less, and the shares at which it was read off."""


def data_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on the share of the table that is learned.

    >>> [claim.verdict for claim in data_claims({})]
    ['not judged', 'not judged', 'not judged']
    """
    along = tables_along_fraction(settings)
    cost = "Steps to generalize grow quickly as the training fraction falls: −1 % of the data costs 40 to 50 % more"
    smallest = "Below a smallest fraction of the table networks do not generalize"
    together = "With more data the training and the validation curve come together"
    return tuple(
        judge_each_table(sentence, "P, section 3.1.1", along, judge)
        for sentence, judge in ((cost, _cost), (smallest, _smallest), (together, _together))
    )


def _cost(found: Delays) -> tuple[str, list[Criterion]]:
    """By how much at the shares of P, and beside it among the smallest from which runs generalize."""
    smallest = _smallest_shares(found)
    every, near = _efficiency(found), _efficiency(smallest)
    there = _efficiency(found.where((found.knob >= _SHARES[0]) & (found.knob <= _SHARES[1])))
    told = (
        f"{_percent(every)} over all shares, {_percent(near)} among the smallest from which runs generalize, "
        f"{', '.join(f'{value:g}' for value in smallest.values)}"
    )
    return told, [
        _positive("fewer data, more steps", every.percent_low, every.percent_high),
        _inside("40 to 50 % at shares from 0.25 to 0.3", there),
    ]


def _efficiency(found: Delays) -> DataEfficiency:
    return data_efficiency(found.knob, found.gen, found.length)


def _smallest_shares(found: Delays) -> Delays:
    """The three smallest shares at which most runs generalize."""
    able = [value for value in found.values if np.isfinite(np.median(found.at(value).gen))]
    return found.where(np.isin(found.knob, able[:3]))


def _percent(found: DataEfficiency) -> str:
    return f"{told_interval(found.percent, found.percent_low, found.percent_high, '.2g')} %"


def _positive(words: str, low: float, high: float) -> Criterion:
    return Criterion(words, None) if np.isnan(low) else Criterion.positive(words, low, high)


def _inside(words: str, found: DataEfficiency) -> Criterion:
    """Open where there is no interval, or one that is wider on both sides; else whether it and P's overlap."""
    low, high = _COST
    if np.isnan(found.percent_low) or (found.percent_low < low and found.percent_high > high):
        return Criterion(words, None)
    return Criterion(words, bool(found.percent_low <= high and found.percent_high >= low))


def _smallest(found: Delays) -> tuple[str, list[Criterion]]:
    """Do most runs not generalize at the smallest share?"""
    there = found.at(found.values[0])
    share = estimate_share(int(np.isfinite(there.gen).sum()), there.gen.size)
    told = (
        f"{_half(_efficiency(found))}at {found.values[0]:g} {share.count} of {share.n} runs generalize within "
        f"{there.length.max():.0f} steps"
    )
    return told, [Criterion.above("at its smallest share most do not", 0.5, 1 - share.high, 1 - share.low)]


def _half(found: DataEfficiency) -> str:
    """Nothing where all runs arrive, or none."""
    if np.isnan(found.half):
        return ""
    return f"half of the runs generalize at {told_interval(found.half, found.half_low, found.half_high)}; "


def _together(found: Delays) -> tuple[str, list[Criterion]]:
    """Does the ratio of both times fall with the share?"""
    come = found.where(np.isfinite(found.ratio))
    rank = rank_correlation(come.knob, come.ratio)
    first, last = (np.median(come.at(come.values[end]).ratio) for end in (0, -1))
    told = (
        f"ρ of the share with T_gen/T_train {told_interval(rank.correlation, rank.low, rank.high)}, medians "
        f"{first:.3g} to {last:.3g}"
    )
    return told, [_positive("T_gen/T_train falls", -rank.high, -rank.low)]
