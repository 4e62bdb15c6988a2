"""Filling the empty slots of tables, long after the training set is learned, with a loss that descends twice."""

from collections.abc import Mapping

import numpy as np

from numerics import Share, estimate_share
from report.arrivals import column
from report.claim import Claim
from report.claims.power.each_table import judge_each_table
from report.criteria import Criterion, verdict_of
from report.delays import Delays, told_interval
from report.setting import Setting
from report.table_runs import tables_along_fraction

__all__ = ["delay_claims"]

_TRANSFORMER = "transformer"
_SETTINGS = (_TRANSFORMER, "tables")
_DESCENTS = "gen_loss_descents"
_FILLED = 0.99
_LONG = 2.0  # times as many steps
_LEFT = "x^3+xy^2+y"  # whatever share of the table was learned, in P as well


def delay_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on what is learned, when, and on the way of the loss.

    >>> [claim.verdict for claim in delay_claims({})]
    ['not judged', 'not judged', 'not judged']
    """
    later = "Validation accuracy rises long after the training set is learned"
    return (
        _fills(settings.get(_TRANSFORMER)),
        judge_each_table(later, "P, section 3.1", tables_along_fraction(settings), _later),
        _descends(settings),
    )


def _fills(setting: Setting | None) -> Claim:
    """Which operations are learned from a part of their table?"""
    sentence, source = "Networks fill the empty slots of the tables of all kinds of binary operations", "P, section 3.2"
    section = None if setting is None else setting.section("operations")
    if section is None or not section.rows:
        return Claim.not_judged(sentence, source, _TRANSFORMER)
    filled = [row["operation"] for row in section.rows if row["gen_accuracy"] >= _FILLED]
    others = {row["operation"]: row for row in section.rows if row["gen_accuracy"] < _FILLED}
    left = ", ".join(
        f"{name} ({row['gen_accuracy']:.2f} after {row['steps']:.0f} steps)" for name, row in others.items()
    )
    told = f"{len(filled)} of {len(section.rows)} to {_FILLED:g}: {', '.join(filled) or 'none'}" + (
        f"; not {left}" if left else ""
    )
    criteria = (
        Criterion("some are filled", bool(filled)),
        Criterion("most are", len(filled) > len(section.rows) / 2),
        Criterion("all are, but the one that P could not fill either", set(others) <= {_LEFT}),
    )
    return Claim(sentence, source, {_TRANSFORMER: told}, *verdict_of(criteria))


def _later(found: Delays) -> tuple[str, list[Criterion]]:
    """Do most runs that generalize take twice as many steps for it as for the training set?"""
    arrived = found.where(np.isfinite(found.gen))
    long = estimate_share(int((arrived.ratio >= _LONG).sum()), arrived.ratio.size)
    told = (
        f"T_gen/T_train {told_interval(*arrived.mean_ratio(), '.1f')} in the mean of {long.n} runs that generalize, "
        f"from {np.nanmin(arrived.ratio):.1f} to {np.nanmax(arrived.ratio):.1f}"
    )
    return told, [_most(f"at least {_LONG:g} times as many steps in most runs", long)]


def _descends(settings: Mapping[str, Setting]) -> Claim:
    """It rises by half or more between two falls by a third or more: what the outcome counts."""
    sentence, source = "The validation loss can descend twice, with a rise between", "P, appendix"
    told, criteria = {}, []
    for name in _SETTINGS:
        setting = settings.get(name)
        if setting is None or _DESCENTS not in setting.table.columns:
            continue
        arrived = np.isfinite(column(setting.table, "steps_to_gen"))
        descents = column(setting.table, _DESCENTS)[arrived]
        if not descents.size:
            continue
        twice = estimate_share(int((descents >= 2).sum()), descents.size)
        told[name] = (
            f"in {twice.count} of {twice.n} runs that generalize it falls by a third or more twice, with a rise "
            "by a half or more between"
        )
        criteria.append(Criterion(f"{name}: it does in some runs", twice.count > 0))
        criteria.append(_most(f"{name}: in most", twice))
    if not told:
        return Claim.not_judged(sentence, source, _TRANSFORMER)
    return Claim(sentence, source, told, *verdict_of(criteria))


def _most(words: str, share: Share) -> Criterion:
    return Criterion.above(words, 0.5, share.low, share.high)
