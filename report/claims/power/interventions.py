"""Which interventions help, and where the embeddings show what was learned."""

from collections.abc import Mapping, Sequence

import numpy as np

from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.operation_runs import BESIDE_DECAY
from report.setting import Setting

__all__ = ["intervention_claims"]

_NAME = "transformer"
_DECAY = "weight decay 1"


def intervention_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on weight decay and on the circle.

    >>> [claim.verdict for claim in intervention_claims({})]
    ['not judged', 'not judged']
    """
    return _decay(settings.get(_NAME)), _circle(settings.get(_NAME))


def _decay(setting: Setting | None) -> Claim:
    """Which of the interventions generalizes after the fewest steps?"""
    sentence, source = "Of the interventions that were tried weight decay helps most", "P, section 3.3"
    section = None if setting is None else setting.section("interventions")
    if section is None or not section.rows:
        return Claim.not_judged(sentence, source, _NAME)
    times: dict[str, list[float]] = {}
    for row in section.rows:
        times.setdefault(row["intervention"], []).append(row["steps_to_gen"])
    medians = {name: float(np.median(np.nan_to_num(some, nan=np.inf))) for name, some in times.items()}
    length = {row["intervention"]: row["steps"] for row in section.rows}
    told = ", ".join(
        f"{name}: {f'{steps:.0f}' if np.isfinite(steps) else f'not within {length[name]:.0f}'}"
        for name, steps in sorted(medians.items(), key=lambda item: item[1])
    )
    others = {name: steps for name, steps in medians.items() if name not in (_DECAY, *BESIDE_DECAY)}
    decay = medians.get(_DECAY, np.nan)
    criteria = (
        Criterion("it shortens the way", bool(decay < others["none"]) if "none" in others else None),
        Criterion("more than any other alone", bool(decay < min(others.values(), default=np.inf))),
    )
    return Claim(sentence, source, {_NAME: f"median steps to generalize, {told}"}, *verdict_of(criteria))


def _circle(setting: Setting | None) -> Claim:
    """Is there a frequency with more power than chance has, in a run that has generalized?"""
    sentence, source = "Embeddings sometimes show the structure of the table, such as a circle", "P, section 3.4"
    section = None if setting is None else setting.section("circle")
    if section is None or not section.rows:
        return Claim.not_judged(sentence, source, _NAME)
    risen = [row for row in section.rows if row["share_end"] > row["share_chance"]]
    start, end, chance = (_span(section.rows, f"share_{when}") for when in ("start", "end", "chance"))
    told = (
        f"the strongest frequency has {end} of the variance at the end of {len(section.rows)} runs that generalize, "
        f"{start} at their start; of random embeddings 19 in 20 have at most {chance}"
    )
    criteria = (
        Criterion("one frequency has more than chance in some run that generalizes", bool(risen)),
        Criterion("in all of them", len(risen) == len(section.rows)),
    )
    return Claim(sentence, source, {_NAME: told}, *verdict_of(criteria))


def _span(rows: Sequence[Mapping[str, float]], name: str) -> str:
    values = [row[name] for row in rows]
    low, high = f"{min(values):.2f}", f"{max(values):.2f}"
    return low if low == high else f"{low} to {high}"
