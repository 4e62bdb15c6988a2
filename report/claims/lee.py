"""The claim of F, *Grokfast: Accelerated Grokking by Amplifying Slow Gradients*, on transformers."""

from collections.abc import Mapping

import numpy as np

from report.annotations import Array
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.setting import Setting

__all__ = ["judge"]

_SETTING = "transformer"
_WITHOUT, _WITH, _FASTER = "weight decay 1", "decay and filter", "decay and rate × 3"
_FACTOR = 44.0  # of one run


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the speed of runs with a filter against those without, and those with a learning rate as large as its gain.

    >>> judge({})[0].verdict
    'not judged'
    """
    sentence, source = (
        f"A filter that amplifies slow gradients makes grokking {_FACTOR:g} times as fast",
        "F, section 3",
    )
    setting = settings.get(_SETTING)
    section = None if setting is None else setting.section("interventions")
    found = {
        name: _times([row for row in section.rows if row["intervention"] == name])
        for name in (_WITHOUT, _WITH, _FASTER)
    } if section else {}  # fmt: skip
    if not all(times.size for times in found.values()) or not found:
        return (Claim.not_judged(sentence, source, _SETTING),)
    (train, gen), (slow, late), (rate_train, rate_gen) = (
        np.median(found[name], axis=0) for name in (_WITH, _WITHOUT, _FASTER)
    )
    told = (
        f"beside a weight decay of 1 median {_steps(gen)} steps to generalize with it, {_steps(late)} without, "
        f"{_steps(rate_gen)} with three times the learning rate in its place; {gen / train:.1f}, {late / slow:.1f} and "
        f"{rate_gen / rate_train:.1f} times the steps to train"
    )
    criteria = (
        Criterion(
            "every run with it is faster than every run without",
            bool(found[_WITH][:, 1].max() < found[_WITHOUT][:, 1].min()),
        ),
        Criterion(f"by a factor of half of {_FACTOR:g} at least", bool(late >= _FACTOR / 2 * gen)),
        Criterion("the delay is shorter in steps to train, too", bool(gen / train < late / slow)),
    )
    return (Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria)),)


def _times(rows: list[Mapping[str, float]]) -> Array:
    """Steps to train and to generalize, (runs, 2), infinite for what never came."""
    times = np.array([[row["steps_to_train"], row["steps_to_gen"]] for row in rows], dtype=np.float64)
    return np.where(np.isnan(times), np.inf, times)


def _steps(time: float) -> str:
    return f"{time:.0f}" if np.isfinite(time) else "no"
