"""Where theory and networks disagree: each setting's runs against the linear model's law, delays, and claims."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from numerics import SharpnessTable, sharpness_law
from report.annotations import Array
from report.claim import Claim
from report.law.answer import Sentence
from report.law.law import Law
from report.law.words import number, times
from report.setting import Setting

__all__ = ["FIGURE", "Offset", "disagreement", "law_at", "offsets"]

FIGURE = "offsets"
"""The name of the figure that shows how far from the law each run is."""

_TIMES = (0.02, 12.0)  # x_train: from gaps of hundreds to where λ is no longer next to 1, as the law has it
_POINTS = 80
_LEAST = 3  # values of the knob for an interval
_FAR = 2.0  # standard errors
_LISTED = 3
_SAME = 0.01  # of a factor: closer than this is agreement, as the law is read off between points


@dataclass(frozen=True, kw_only=True)
class Offset:
    """How far the runs of a setting are from the law S_rel(G) of the linear model.

    Attributes
    ----------
    name, title
        Of the setting.
    rows, factors
        Its fitted runs at gaps that the law reaches, by their rows in the table, and S_rel over that of the law at
        their gaps.
    factor, low, high
        The geometric mean over the values of the knob and its 95 % interval; of exact curves, which have no sampling
        error, the range over the runs, and with fewer than three values no interval, NaN.
    errors
        How many of its standard errors the mean is off; NaN without an interval.
    far
        Of how many runs with standard errors of their own the offset is more than two of them; None without.
    groups
        Values of the knob.
    exact
        Whether the curves are without randomness.
    """

    name: str
    title: str
    rows: tuple[int, ...]
    factors: tuple[float, ...]
    factor: float
    low: float
    high: float
    errors: float
    far: int | None
    groups: int
    exact: bool

    @property
    def agrees(self) -> bool | None:
        """Whether 1 is within the interval, to 1 %; None where there is none."""
        return bool(self.low <= 1 + _SAME and self.high >= 1 - _SAME) if np.isfinite(self.low) else None

    @property
    def told(self) -> str:
        """In words.

        >>> Offset(
        ...     name="mine", title="Mine", rows=(0, 1), factors=(0.5, 0.8), factor=0.63, low=np.nan, high=np.nan,
        ...     errors=np.nan, far=None, groups=2, exact=False,
        ... ).told
        'Mine is off by a factor of 0.63 over 2 runs, too few for an interval'
        """
        text = f"{self.title} is off by a factor of {number(self.factor)}"
        if not np.isfinite(self.low):
            return f"{text} over {times(len(self.rows), 'run')}, too few for an interval"
        if self.exact:
            text += f", {number(self.low)} to {number(self.high)} over {times(len(self.rows), 'exact run')}"
            return text
        text += f" [{number(self.low)}, {number(self.high)}], {self.errors:.1f} standard errors of the mean over "
        text += f"{times(len(self.rows), 'run')} at {times(self.groups, 'value')}"
        return text + (f"; {self.far} of them by more than two of their own errors" if self.far is not None else "")


def law_at(gap: Array) -> Array:
    """S_rel of the linear model at these gaps, by the law in closed form; NaN where it does not reach.

    >>> law_at(np.array([0.66, 8.04, 1e9])).round(2)
    array([0.93, 0.44,  nan])
    """
    gaps, sharpness = _law()
    with np.errstate(invalid="ignore", divide="ignore"):
        told = np.exp(np.interp(np.log(gap), gaps, sharpness, left=np.nan, right=np.nan))
    return np.asarray(told, dtype=np.float64)


@cache
def _law() -> tuple[Array, Array]:
    law = sharpness_law(np.geomspace(*_TIMES, _POINTS))
    return np.log(law.gap[::-1]), np.log(law.relative_sharpness[::-1])


def offsets(settings: Sequence[Setting]) -> tuple[Offset, ...]:
    """The offset of each setting that has a fitted run at a gap that the law reaches.

    >>> from numerics import sweep_linear
    >>> from report.setting import Style
    >>> table = sweep_linear([0.95, 0.97, 0.98], convention="exact", points=2000)
    >>> mine = Setting(
    ...     name="mine", title="Mine", phrase="mine", time_unit="step", about="", table=table, style=Style("k", "o")
    ... )
    >>> [(one.name, round(one.factor, 2), len(one.rows)) for one in offsets([mine])]
    [('mine', 1.0, 3)]
    """
    return tuple(one for setting in settings for one in [_offset(setting)] if one is not None)


def _offset(setting: Setting) -> Offset | None:
    table = setting.table
    fitted = [k for k, row in enumerate(table) if row["status"] == "ok"]
    gap, sharpness = (
        np.array([table.rows[k][column] for k in fitted], dtype=np.float64)
        for column in ("relative_gap", "relative_sharpness")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        log = np.log(sharpness) - np.log(law_at(gap))
    known = np.isfinite(log)
    if not known.any():
        return None
    rows = [k for k, is_known in zip(fitted, known, strict=True) if is_known]
    log = log[known]
    means = _group_means(table, rows, log)
    middle, low, high, errors = float(means.mean()), np.nan, np.nan, np.nan
    exact = table.noise == "none"
    if exact:
        middle, low, high = float(log.mean()), float(log.min()), float(log.max())
    elif means.size >= _LEAST and (error := float(stats.sem(means))) > 0:
        reach = float(stats.t.ppf(0.975, means.size - 1)) * error
        low, high, errors = middle - reach, middle + reach, abs(middle) / error
    own = _own_errors(table, rows)
    return Offset(
        name=setting.name,
        title=setting.title,
        rows=tuple(rows),
        factors=tuple(np.exp(log).tolist()),
        factor=float(np.exp(middle)),
        low=float(np.exp(low)),
        high=float(np.exp(high)),
        errors=errors,
        far=int((np.abs(log) > _FAR * own).sum()) if table.noise == "curves" and np.isfinite(own).any() else None,
        groups=means.size,
        exact=exact,
    )


def _group_means(table: SharpnessTable, rows: Sequence[int], values: Array) -> Array:
    """The mean at each value of the knobs; runs that say nothing of knobs are each one of their own."""
    groups: dict[Any, list[float]] = {}
    for row, value in zip(rows, values.tolist(), strict=True):
        turned = tuple(str(table.rows[row].get(name)) for name in table.knobs) if table.knobs else row
        groups.setdefault(turned, []).append(value)
    return np.array([np.mean(some) for some in groups.values()])


def _own_errors(table: SharpnessTable, rows: Sequence[int]) -> Array:
    """Standard errors of ln S_rel − ln S(G): both numbers have one, and they are correlated."""

    def column(name: str) -> Array:
        return np.array([table.rows[row].get(name, np.nan) for row in rows], dtype=np.float64)

    gap, sharpness = column("relative_gap"), column("relative_sharpness")
    step = 1e-3
    slope = (np.log(law_at(gap * (1 + step))) - np.log(law_at(gap))) / np.log1p(step)
    along, across = slope * column("relative_gap_error") / gap, column("relative_sharpness_error") / sharpness
    shared = np.nan_to_num(column("relative_correlation"))
    return np.sqrt(np.maximum(along**2 + across**2 - 2 * shared * along * across, 0))


def disagreement(
    found: Sequence[Offset], titles: Mapping[str, str], claims: Sequence[Claim], law: Law | None
) -> tuple[Sentence, ...]:
    """What differs between theory and networks, and between settings, in sentences that numbers decide.

    `titles` are those of the settings by their names.

    >>> disagreement([], {}, [], None)
    ()
    """
    parts = [_from_the_law(found), _delays(law), _claims(claims, titles)]
    return tuple(part for part in parts if part is not None)


def _from_the_law(found: Sequence[Offset]) -> Sentence | None:
    if not found:
        return None
    known = [one for one in found if one.agrees is not None]
    sharper, blunter = (
        [one for one in known if not one.agrees and (one.factor > 1) is above] for above in (True, False)
    )
    text = (
        f"Against the law S_rel(G) of the linear model, {len(known) - len(sharper) - len(blunter)} of "
        f"{times(len(found), 'setting')} agree with it on average, {len(sharper)} are sharper and {len(blunter)} less "
        "sharp"
    )
    if len(found) > len(known):
        text += f", and {len(found) - len(known)} have too few runs to say"
    off = sorted(sharper + blunter, key=lambda one: -abs(np.log(one.factor)))
    if off:
        text += f". Farthest from it: {'; '.join(one.told for one in off[:_LISTED])}"
    return Sentence(f"{text}.", FIGURE, "; ".join(one.told for one in found))


def _delays(law: Law | None) -> Sentence | None:
    """How far the delays are from what predictors say of runs that they have not seen."""
    if law is None:
        return None
    exact = {(one.name, one.knob) for one in law.slopes if one.deterministic}
    found = [
        one for one in law.predictions
        if (one.name, one.knob) not in exact and one.held_out == "value" and np.isfinite(one.skill)
    ]  # fmt: skip
    if not found:
        return None
    found.sort(key=lambda one: one.factor)
    worse = [one for one in found if one.better is False]
    text = (
        f"Delays of random runs that a predictor has not seen are off by a factor of "
        f"{number(float(np.median([one.factor for one in found])))} in the median of {times(len(found), 'case')}, from "
        f"{number(found[0].factor)} ({_case(found[0])}) to {number(found[-1].factor)} ({_case(found[-1])}); "
        f"{sum(one.better is True for one in found)} are better than the mean delay beyond chance, {len(worse)} worse"
    )
    details = "; ".join(f"{_case(one)}: a factor of {number(one.factor)}, skill {number(one.skill)}" for one in found)
    return Sentence(f"{text}.", "law-predictors", details)


def _case(one: Any) -> str:
    return f"{one.predictor} along {one.name} {one.knob.rpartition('.')[2].replace('_', ' ')}"


def _claims(claims: Sequence[Claim], titles: Mapping[str, str]) -> Sentence | None:
    """Which published claims hold here and not there, and which nowhere."""
    split = [claim for claim in claims if claim.verdict == "in part"]
    against = [claim for claim in claims if claim.verdict == "contradicted"]
    if not split + against:
        return None
    counts = Counter(claim.letter for claim in split + against)
    text = (
        f"Of {times(len(claims), 'published claim')}, {len(split)} hold only in part and {len(against)} are "
        f"contradicted ({', '.join(f'{count} of {letter}' for letter, count in counts.items())})"
    )
    details = "; ".join(f"{claim.sentence} ({claim.source}): {_told(claim, titles)}" for claim in against + split)
    return Sentence(f"{text}.", "", details)


def _told(claim: Claim, titles: Mapping[str, str]) -> str:
    where = ", ".join(titles.get(name, name) for name in claim.findings)
    return f"{claim.verdict}, {claim.reason}{f' (from {where})' if where else ''}"
