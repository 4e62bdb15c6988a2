"""The claims of K, *Grokking as the Transition from Lazy to Rich Training Dynamics*, on modular addition."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numerics import Share, estimate_share
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.published_steps import published_steps, recipe_rows
from report.setting import Setting

__all__ = ["judge"]

_SETTING, _SOURCE = "tables", "K, section 5"


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's claims against the settings, by name.

    >>> [claim.verdict for claim in judge({})]
    ['not judged', 'not judged', 'not judged']
    """
    tables = settings.get(_SETTING)
    sentence = "Plain gradient descent learns nine tenths of an addition table in 2110 steps and the rest by 2750"
    return _without(tables), _grows(tables), published_steps(tables, "K", sentence, _SOURCE)


def _without(tables: Setting | None) -> Claim:
    """Without decay, noise or dropout: do most runs generalize, and later than they learn the training set?"""
    sentence = "Networks grok without any regularization"
    rows = recipe_rows(tables, "K")
    if not rows:
        return Claim.not_judged(sentence, _SOURCE, _SETTING)
    gap = np.array([row["steps_to_gen"] - row["steps_to_train"] for row in rows], dtype=np.float64)
    arrived = estimate_share(int(np.isfinite(gap).sum()), gap.size)
    later = estimate_share(int((gap > 0).sum()), gap.size)
    fitted = np.array([row["relative_gap"] for row in rows], dtype=np.float64)
    told = (
        f"{arrived.count} of {arrived.n} runs generalize, {later.count} of them later than they train; "
        f"{_span(fitted, 'G')}"
    )
    criteria = (
        _most("most runs generalize", arrived),
        _most("in most the training set is learned first", later),
    )
    return Claim(sentence, _SOURCE, {_SETTING: told}, *verdict_of(criteria))


def _grows(tables: Setting | None) -> Claim:
    """It would have to fall if generalization were a search for small weights."""
    sentence = "The norm of the weights grows while a network groks without regularization"
    section = None if tables is None else tables.section("norm")
    if section is None or not section.rows:
        return Claim.not_judged(sentence, _SOURCE, _SETTING)
    until, after = (_growth(section.rows, start) for start in ("norm_start", "norm_train"))
    told = (
        f"until generalization {_span(until, 'by a factor')} from the start, {_span(after, 'by a factor')} from when "
        "the training set is learned"
    )
    criteria = (
        _most("in most runs it is larger at generalization than at the start", _larger(until)),
        _most("and than when the training set was learned", _larger(after)),
    )
    return Claim(sentence, _SOURCE, {_SETTING: told}, *verdict_of(criteria))


def _growth(rows: Sequence[Mapping[str, Any]], since: str) -> np.ndarray:
    """NaN in a run that never generalizes, which counts as one that does not show it."""
    return np.array([row["norm_gen"] / row[since] for row in rows], dtype=np.float64)


def _larger(growth: np.ndarray) -> Share:
    return estimate_share(int((growth > 1).sum()), growth.size)


def _most(words: str, share: Share) -> Criterion:
    return Criterion.above(words, 0.5, share.low, share.high)


def _span(values: np.ndarray, words: str) -> str:
    known = values[np.isfinite(values)]
    return f"{words} {known.min():.2f} to {known.max():.2f}" if known.size else f"{words} not known"
