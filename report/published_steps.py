"""Steps of a published recipe against those of the runs here: a claim that any paper may make."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from report.annotations import Array
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.setting import Setting

__all__ = ["FACTOR", "published_steps", "recipe_rows"]

FACTOR = 1.5
"""Between a published time, which is that of one run read off a grid, and the same here."""

_SETTING = "tables"
_TIMES = {"train": "to train", "gen": "to generalize"}


def recipe_rows(setting: Setting | None, recipe: str) -> tuple[Mapping[str, Any], ...]:
    """The runs of a recipe, as the section `recipes` of the setting has them; nothing where it has none.

    >>> recipe_rows(None, "D")
    ()
    """
    section = None if setting is None else setting.section("recipes")
    return () if section is None else tuple(row for row in section.rows if row["recipe"] == recipe)


def published_steps(setting: Setting | None, recipe: str, sentence: str, source: str) -> Claim:
    """The claim that a recipe takes the published steps: do those of every run differ by a factor of at most 1.5?

    >>> published_steps(None, "D", "It takes 20 steps", "D, Appendix A").verdict
    'not judged'
    """
    rows = recipe_rows(setting, recipe)
    if not rows:
        return Claim.not_judged(sentence, source, _SETTING)
    told, criteria = [], []
    for name, words in _TIMES.items():
        times = _times(rows, f"steps_to_{name}")
        known = float(rows[0][f"published_{name}"])
        told.append(f"{np.median(times):g} steps {words} ({times.min():g} to {times.max():g})")
        near = (times <= FACTOR * known) & (times >= known / FACTOR)
        holds = True if near.all() else None if near.any() else False
        criteria.append(Criterion(f"every run is within a factor of {FACTOR} of {known:g} steps {words}", holds))
    return Claim(sentence, source, {_SETTING: f"{', '.join(told)}; {len(rows)} runs"}, *verdict_of(criteria))


def _times(rows: Sequence[Mapping[str, Any]], name: str) -> Array:
    """With infinity for what never came."""
    times = np.array([row[name] for row in rows], dtype=np.float64)
    return np.where(np.isnan(times), np.inf, times)
