"""The claims of N on transformers: how many steps, what weight decay does to them, and what comes first."""

from collections.abc import Mapping

import numpy as np

from numerics import paired_lead
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.delays import Delays, told_interval
from report.setting import Setting
from report.table_runs import along_decay, along_fraction

__all__ = ["judge"]

_SETTING = "transformer"
_MODULUS, _FRACTION = 113, 0.3
_PUBLISHED_TRAIN, _PUBLISHED_GEN = 1e3, (5e3, 1e4)  # about, in full-batch steps


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's steps, both of its statements on weight decay, and the order of events against recorded runs.

    >>> [claim.verdict for claim in judge({})]
    ['not judged', 'not judged', 'not judged', 'not judged']
    """
    setting = settings.get(_SETTING)
    decay = None if setting is None else along_decay(setting.table)
    return (
        _steps(None if setting is None else along_fraction(setting.table).get(_MODULUS)),
        _decay(decay, "More weight decay: fewer steps to generalize", "N, appendix D.1, in words", faster=True),
        _decay(
            decay, "More weight decay: more steps to generalize (3000 at 0.3, 20 000 at 3)",
            "N, appendix D.1, in numbers", faster=False,
        ),
        _structure(setting),
    )  # fmt: skip


def _steps(found: Delays | None) -> Claim:
    low, high = _PUBLISHED_GEN
    sentence = (
        f"p = {_MODULUS}, {_FRACTION:.0%} of the table: about {_PUBLISHED_TRAIN:g} steps to train, {low:g} to {high:g} "
        "to generalize"
    )
    source = "N, section 3"
    if found is None:
        reason = Claim.not_judged(sentence, source, _SETTING).reason
        return Claim(sentence, source, {}, "not judged", f"{reason}, or has no run of that size")
    here = found.at(_FRACTION)
    train, gen = float(np.median(here.fit)), float(np.median(here.gen))
    told = f"median {train:.0f} steps to train, {gen:.0f} to generalize, {here.gen.size} runs"
    criteria = (
        Criterion("steps to train within a factor of two", 0.5 <= train / _PUBLISHED_TRAIN <= 2),
        Criterion("steps to generalize in the range", bool(low <= gen <= high)),
    )
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _decay(found: Delays | None, sentence: str, source: str, *, faster: bool) -> Claim:
    """Below and above a weight decay of 1, which may not go the same way."""
    if found is None:
        return Claim.not_judged(sentence, source, _SETTING)
    turned = found.where(found.knob > 0)
    parts = {"up to 1": turned.where(turned.knob <= 1).gen_line, "from 1 on": turned.where(turned.knob >= 1).gen_line}
    criteria = [
        Criterion.positive(
            f"{'fewer' if faster else 'more'} {words}",
            *((-line.slope_high, -line.slope_low) if faster else (line.slope_low, line.slope_high)),
        )
        for words, line in parts.items()
    ]
    powers = " and ".join(
        f"γ^{told_interval(line.slope, line.slope_low, line.slope_high)} {words}" for words, line in parts.items()
    )
    told = (
        f"steps to generalize go like {powers}, γ from {turned.values[0]:g} to {turned.values[-1]:g}, "
        f"{np.isinf(turned.gen).sum()} of {turned.gen.size} runs censored; in the recipe of T, p = 53"
    )
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _structure(setting: Setting | None) -> Claim:
    """Does IPR rise before the test accuracy does?"""
    sentence = "The structure comes before the accuracy: frequencies are few before the test set is learned"
    source = "N, section 5"
    section = None if setting is None else setting.section("structure")
    if section is None:
        return Claim.not_judged(sentence, source, _SETTING)
    lead = paired_lead(*([row[name] for row in section.rows] for name in ("steps_to_structure", "steps_to_half")))
    told = (
        f"IPR of the embedding is half risen first in {lead.ahead} runs, a test accuracy of 0.5 comes first in "
        f"{lead.behind}, both at one look in {lead.tied}; median lead "
        f"{told_interval(lead.median, lead.low, lead.high, '.0f')} steps. What N has before the accuracy is "
        "the excluded loss, which is not measured here"
    )
    criterion = Criterion.positive("IPR leads in the median", lead.low, lead.high)
    return Claim(sentence, source, {_SETTING: told}, *verdict_of((criterion,)))
