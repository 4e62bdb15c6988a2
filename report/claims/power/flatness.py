"""Flat minima: whether how little the loss rises about a minimum says that it generalizes."""

from collections.abc import Mapping

import numpy as np

from numerics import RankCorrelation, StratifiedCorrelation
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.flatness_relations import Relation, relations
from report.setting import Setting

__all__ = ["flatness_claims"]

_NAME = "flatness"
_MEASURES = {"random_steps": "random steps", "worst_corner": "the worst corner of a small box"}  # what P may mean


def flatness_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claim on flatness.

    >>> len(flatness_claims({}))
    1
    """
    sentence, source = (
        "Flat minima generalize: sensitivity to changes of the weights predicts accuracy",
        "P, section 4",
    )
    setting = settings.get(_NAME)
    if setting is None or "gen_accuracy_end" not in setting.table.columns:
        return (Claim.not_judged(sentence, source, _NAME),)
    after = _by_measure(setting, "gen_accuracy_end")
    before = _by_measure(setting, "steps_to_gen")
    told = "; ".join(
        f"{words}: ρ of the final accuracy with the rise {_told(after[name].plain)}, at equal training fraction "
        f"{_told(after[name].same_data)}, and given training loss and weight norm {_told(after[name].same_state)}; of "
        f"the steps to generalize with the rise before the jump {_told(before[name].same_data)} and "
        f"{_told(before[name].same_state)}"
        for name, words in _MEASURES.items()
    )
    criteria = [
        Criterion.positive(f"by {words}, {among}", low, high)
        for name, words in _MEASURES.items()
        for among, (low, high) in (
            ("among all runs", _falling(after[name].plain)),
            ("at equal training fraction", _falling(after[name].same_data)),
            ("and at equal loss and norm", _falling(after[name].same_state)),
            ("ahead of the jump, at equal loss and norm", _rising(before[name].same_state)),
        )
    ]
    return (Claim(sentence, source, {_NAME: told}, *verdict_of(criteria)),)


def _by_measure(setting: Setting, target: str) -> dict[str, Relation]:
    return {one.measure: one for one in relations(setting.table, target)}


def _falling(found: RankCorrelation | StratifiedCorrelation) -> tuple[float, float]:
    return -found.high, -found.low


def _rising(found: RankCorrelation | StratifiedCorrelation) -> tuple[float, float]:
    return found.low, found.high


def _told(found: RankCorrelation | StratifiedCorrelation) -> str:
    if np.isnan(found.correlation):
        return "–"
    return f"{found.correlation:.2f} [{found.low:.2f}, {found.high:.2f}]"
