"""Data against steps: what a smaller share of the table costs, where it ends, and when the two curves come together."""

from collections.abc import Mapping

import numpy as np

from numerics import DataEfficiency, data_efficiency, estimate_share, rank_correlation
from report.claim import Claim
from report.criteria import Criterion, verdict_of
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
    return _cost(along), _smallest(along), _together(along)


def _cost(along: Mapping[str, Mapping[str, Delays]]) -> Claim:
    """By how much at the shares of P, and beside it among the smallest from which runs generalize."""
    sentence = "Steps to generalize grow quickly as the training fraction falls: −1 % of the data costs 40 to 50 % more"
    source = "P, section 3.1.1"
    if not along:
        return Claim.not_judged(sentence, source, "transformer")
    told, grows, much = {}, [], []
    for setting, tables in along.items():
        words = []
        for name, found in tables.items():
            every, near = _efficiency(found), _efficiency(_smallest_shares(found))
            there = found.where((found.knob >= _SHARES[0]) & (found.knob <= _SHARES[1]))
            grows.append(_positive(f"{name}: fewer data, more steps", every.percent_low, every.percent_high))
            much.append(_inside(f"{name}: 40 to 50 % at shares from 0.25 to 0.3", _efficiency(there)))
            words.append(
                f"{name}: {_percent(every)} over all shares, {_percent(near)} among the smallest from which runs "
                f"generalize, {', '.join(f'{value:g}' for value in _smallest_shares(found).values)}"
            )
        told[setting] = "; ".join(words)
    return Claim(sentence, source, told, *verdict_of([*grows, *much]))


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
    """Holds where the whole interval has room within it, fails where it has none, open where it is wider than that."""
    low, high = _COST
    if np.isnan(found.percent_low) or (found.percent_low < low and found.percent_high > high):
        return Criterion(words, None)
    return Criterion(words, bool(found.percent_low <= high and found.percent_high >= low))


def _smallest(along: Mapping[str, Mapping[str, Delays]]) -> Claim:
    """Is there a share at which no run generalizes, below one at which most do?"""
    sentence, source = "Below a smallest fraction of the table networks do not generalize", "P, section 3.1.1"
    if not along:
        return Claim.not_judged(sentence, source, "transformer")
    told, criteria = {}, []
    for setting, tables in along.items():
        words = []
        for name, found in tables.items():
            half = _efficiency(found)
            smallest = found.at(found.values[0])
            share = estimate_share(int(np.isfinite(smallest.gen).sum()), smallest.gen.size)
            words.append(
                f"{name}: {_half(half)}at {found.values[0]:g} {share.count} of {share.n} runs generalize within "
                f"{smallest.length.max():.0f} steps"
            )
            criteria.append(
                Criterion.above(f"{name}: at its smallest share most do not", 0.5, 1 - share.high, 1 - share.low)
            )
        told[setting] = "; ".join(words)
    return Claim(sentence, source, told, *verdict_of(criteria))


def _half(found: DataEfficiency) -> str:
    """Nothing where all runs arrive, or none."""
    if np.isnan(found.half):
        return ""
    return f"half of the runs generalize at {told_interval(found.half, found.half_low, found.half_high)}; "


def _together(along: Mapping[str, Mapping[str, Delays]]) -> Claim:
    sentence, source = "With more data the training and the validation curve come together", "P, section 3.1.1"
    if not along:
        return Claim.not_judged(sentence, source, "transformer")
    told, criteria = {}, []
    for setting, tables in along.items():
        words = []
        for name, found in tables.items():
            come = np.isfinite(found.ratio)
            rank = rank_correlation(found.knob[come], found.ratio[come])
            first, last = (
                np.median(found.at(value).ratio) for value in (found.knob[come].min(), found.knob[come].max())
            )
            words.append(
                f"{name}: ρ of the share with T_gen/T_train {told_interval(rank.correlation, rank.low, rank.high)}, "
                f"medians {first:.3g} to {last:.3g}"
            )
            criteria.append(_positive(f"{name}: T_gen/T_train falls", -rank.high, -rank.low))
        told[setting] = "; ".join(words)
    return Claim(sentence, source, told, *verdict_of(criteria))
