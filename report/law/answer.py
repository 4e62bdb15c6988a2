"""What the slopes say of one law: sentences that numbers decide, each with the figure that shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from numerics import RandomEffects
from report.knob_sweep import knob_words
from report.law.contradiction import contradictions
from report.law.heterogeneity import Heterogeneity
from report.law.knob_slope import MEASURES, KnobSlope, Measure
from report.law.prediction import Prediction
from report.law.shape_misfit import ShapeMisfit
from report.law.words import interval, knobs, number, slopes_by_knob, times

__all__ = ["Sentence", "answer"]

_ALIKE = 0.1  # of a slope: how near to −1 counts as that
_SPECTRAL, _CONCEALED = ("linear_student", "lam"), ("parity", "task.input_size")
_PUBLISHED = {"1/λ₃": "U", "ln α/λ": "Y", "norm separation": "T", "spectrum edge": "M"}
"""The predictors that papers name, and the papers."""
_MINUS_ONE: dict[Measure, str] = {
    "time": "A jump that takes a fixed share of its own time has S_abs ∝ 1/t*_gen",
    "ratio": "Where both jumps take fixed shares of their own times, S_rel ∝ 1/(1 + G)",
}
_AFTERWARDS = {"norm separation": ", which needs the end of the run,"}


@dataclass(frozen=True)
class Sentence:
    """Something that follows from the numbers, the name of the figure that shows it, and the cases one by one."""

    text: str
    figure: str
    details: str = ""


def answer(
    slopes: Sequence[KnobSlope],
    pooled: Mapping[Measure, Heterogeneity],
    predictions: Sequence[Prediction],
    misfits: Sequence[ShapeMisfit] = (),
) -> tuple[Sentence, ...]:
    """The answer in sentences; a question that the numbers leave open is said to be open.

    >>> answer([], {}, [])
    ()
    """
    by_measure = {measure: [one for one in slopes if one.measure == measure] for measure in MEASURES}
    against_gap: tuple[Measure, ...] = ("relative", "absolute")
    parts = [
        *(_one_law(measure, pooled.get(measure), by_measure[measure]) for measure in against_gap),
        *(_signs(by_measure[measure]) for measure in against_gap),
        _contradictions({measure: by_measure[measure] for measure in against_gap}),
        _unified(by_measure),
        _minus_one("time", by_measure["time"], pooled.get("time")),
        _minus_one("ratio", by_measure["ratio"], pooled.get("ratio")),
        _delays(predictions),
        _shape(misfits),
    ]
    return tuple(part for part in parts if part is not None)


def _one_law(measure: Measure, pooled: Heterogeneity | None, slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Whether one slope is enough for all."""
    if pooled is None or pooled.knobs is None:
        return None
    found = pooled.knobs
    text = (
        f"{'One slope is not excluded' if found.one_law else 'No one slope holds'} for {measure} sharpness against the "
        f"gap: over {found.n} knobs the mean is {interval(found.mean, found.mean_low, found.mean_high)}, the slopes "
        f"spread by {interval(found.spread, found.spread_low, found.spread_high)} beyond their errors, and a further "
        f"knob is expected between {number(found.prediction_low)} and {number(found.prediction_high)}"
    )
    if pooled.far is not None:
        one = pooled.far
        text += (
            f"; over the {one.n} that move the gap by a factor of two or more the mean is {number(one.mean)} and the "
            f"spread {interval(one.spread, one.spread_low, one.spread_high)}"
        )
    levels = [("random runs alone", "knobs", pooled.networks), ("means of systems", "systems", pooled.systems)]
    details = [f"{title}, {one.n} {of}: {_spread(one)}" for title, of, one in levels if one is not None]
    moved = [one for one in slopes if np.isfinite(one.systematic_shift)]
    if moved:
        middle, most = (
            float(np.median([one.systematic_shift for one in moved])),
            max(moved, key=lambda one: one.systematic_shift),
        )
        details.append(
            f"other ways to measure the same runs move a slope by {number(middle)} (median), and at most by "
            f"{number(most.systematic_shift)} ({most.name} {knob_words(most.knob)})"
        )
    return Sentence(f"{text}.", f"law-{measure}", "; ".join(details))


def _spread(found: RandomEffects) -> str:
    return (
        f"mean {interval(found.mean, found.mean_low, found.mean_high)}, spread "
        f"{interval(found.spread, found.spread_low, found.spread_high)}, a further one "
        f"{number(found.prediction_low)} to {number(found.prediction_high)}"
    )


def _signs(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Along how many knobs sharpness falls with the gap."""
    known = [one for one in slopes if one.determined]
    if not known:
        return None
    level = [one for one in known if one.level]
    falling, rising, turning = (
        [one for one in known if one.falls is sign and not one.level] for sign in (True, False, None)
    )
    still = [one for one in slopes if one.still]
    open_ = [one for one in slopes if not (one.determined or one.still)]
    counts = [
        f"{words} along {len(some)}"
        for words, some in (
            ("rises", rising), ("is level", level), ("does not clearly do any", turning), ("cannot be told", open_),
            ("has no gap that moves", still),
        )
        if some
    ]  # fmt: skip
    systems = times(len({one.name for one in known}), "system")
    share = f"{len(falling)} of {times(len(slopes), 'knob')}"
    opening = f"{known[0].measure.capitalize()} sharpness falls with the gap along {share}"
    details = [
        f"{words}: {listed}"
        for words, listed in (
            ("falls", slopes_by_knob(falling)), ("rises", slopes_by_knob(rising)), ("level", slopes_by_knob(level)),
            ("none of these", slopes_by_knob(turning)),
            ("too few or too scattered runs", knobs(open_)), ("the gap hardly moves", knobs(still)),
        )
        if listed
    ]  # fmt: skip
    return Sentence(
        f"{', '.join([f'{opening} in {systems}', *counts])}.", f"law-{known[0].measure}", "; ".join(details)
    )


def _contradictions(by_measure: Mapping[Measure, Sequence[KnobSlope]]) -> Sentence | None:
    """How many pairs of knobs of one system exclude each other, with the two of each that are farthest apart."""
    told, parts = [], []
    for measure, slopes in by_measure.items():
        found = contradictions(slopes)
        if not found.pairs:
            continue
        parts.append(f"{len(found.apart)} of {times(found.pairs, 'pair')} in {measure} sharpness")
        examples = [_example(*pair) for pair in found.farthest]
        told += [f"{measure}: {', '.join(examples)}"] * bool(examples)
    if not parts:
        return None
    text = f"Knobs of one system that pass through the same gaps contradict each other: {' and '.join(parts)}"
    text += f"{', which is then no function of the gap alone' if told else ''}."
    return Sentence(text, "law-counter-example", "; ".join(told))


def _example(a: KnobSlope, b: KnobSlope) -> str:
    exact = " exactly" if a.deterministic and b.deterministic else ""
    first, second = (f"{number(one.slope)} along {knob_words(one.knob)}" for one in (a, b))
    return f"{a.name}{exact} {first} and {second}"


def _unified(by_measure: Mapping[Measure, Sequence[KnobSlope]]) -> Sentence | None:
    """What λ of the linear student and the concealment of parity share, measure by measure."""
    found: dict[Measure, list[KnobSlope]] = {}
    for measure, slopes in by_measure.items():
        by_knob = {(one.name, one.knob): one for one in slopes if one.determined}
        if _SPECTRAL in by_knob and _CONCEALED in by_knob:
            found[measure] = [by_knob[_SPECTRAL], by_knob[_CONCEALED]]
    if len(found) < len(by_measure):
        return None
    told = {
        "relative": "S_rel against the gap",
        "absolute": "S_abs against the gap",
        "time": "S_abs against the time of the jump itself",
        "ratio": "S_rel against the ratio of the two times",
    }
    parts = [f"{told[measure]} {_beside(*pair)}" for measure, pair in found.items()]
    nearest = min(found, key=lambda measure: abs(found[measure][0].slope - found[measure][1].slope))
    return Sentence(
        f"λ of the linear student and the concealing inputs of parity are most alike in {told[nearest]}; their slopes "
        f"are: {'; '.join(parts)}.",
        "law-width",
    )


def _beside(a: KnobSlope, b: KnobSlope) -> str:
    """Both slopes, and whether their intervals have anything in common."""
    apart = a.slope_high < b.slope_low or b.slope_high < a.slope_low
    both = " and ".join(interval(one.slope, one.slope_low, one.slope_high) for one in (a, b))
    return f"{both} ({f'{abs(a.slope - b.slope):.2f} apart' if apart else 'not told apart'})"


def _minus_one(measure: Measure, slopes: Sequence[KnobSlope], pooled: Heterogeneity | None) -> Sentence | None:
    """Whether jumps take fixed shares of their own times: slopes of −1. An interval that holds 0, too, is open."""
    known = [one for one in slopes if one.determined]
    if not known:
        return None
    alike = [one for one in known if one.slope_low <= -1 + _ALIKE and one.slope_high >= -1 - _ALIKE]
    open_ = [one for one in alike if one.slope_high >= -_ALIKE]
    groups = {
        f"agree to within {_ALIKE:g}": [one for one in alike if one not in open_],
        "disagree": [one for one in known if one not in alike], "undecided": open_,
    }  # fmt: skip
    counts = [f"{len(some)} {words}" for words, some in groups.items()]
    text = f"{_MINUS_ONE[measure]}; of {times(len(known), 'knob')} {', '.join(counts)}"
    if pooled is not None and pooled.knobs is not None:
        found = pooled.knobs
        text += (
            f": the mean power is {interval(found.mean, found.mean_low, found.mean_high)}, the spread "
            f"{number(found.spread)}, and a further knob is expected between {number(found.prediction_low)} and "
            f"{number(found.prediction_high)}"
        )
        if pooled.networks is not None:
            one = pooled.networks
            text += f"; of random runs alone {interval(one.mean, one.mean_low, one.mean_high)} and {number(one.spread)}"
    details = [f"{words}: {slopes_by_knob(some)}" for words, some in groups.items() if some]
    return Sentence(f"{text}.", f"law-{measure}", "; ".join(details))


def _delays(predictions: Sequence[Prediction]) -> Sentence | None:
    """For each predictor how often it is better than the null out of sample."""
    spoken = [one for one in predictions if np.isfinite(one.factor)]
    silent = Counter(one.predictor for one in predictions if not np.isfinite(one.factor))
    by_value, by_knob = ([one for one in spoken if one.held_out == kind] for kind in ("value", "knob"))
    names = dict.fromkeys(one.predictor for one in by_value)
    parts = {name: _skills([one for one in by_value if one.predictor == name]) for name in names}
    told = [
        f"{name} ({letter}){_AFTERWARDS.get(name, '')} is {parts.pop(name)}"
        + (f", and says nothing along {silent[name]}" if silent[name] else "")
        for name, letter in _PUBLISHED.items()
        if name in parts
    ]
    if not told:
        return None
    transferred = [
        f"{name} {_skills(own)}" for name in names if (own := [one for one in by_knob if one.predictor == name])
    ]
    details = [f"{name} {skills}" for name, skills in parts.items()]
    details += [f"with the factor of the system's other knobs: {', '.join(transferred)}"] * bool(transferred)
    return Sentence(
        "As a predictor of the delay out of sample, against a constant delay, " + "; ".join(told) + ".",
        "law-predictors",
        "; ".join(details),
    )


def _skills(found: Sequence[Prediction]) -> str:
    better, worse = (sum(one.better is verdict for one in found) for verdict in (True, False))
    factor = float(np.median([one.factor for one in found]))
    return (
        f"better along {better} of {times(len(found), 'knob')} and worse along {worse}, off by a factor of "
        f"{factor:.2g} (median)"
    )


def _shape(misfits: Sequence[ShapeMisfit]) -> Sentence | None:
    """Whether the erf describes the jumps of all systems."""
    if not misfits:
        return None
    runs, beyond = sum(one.runs for one in misfits), sum(one.beyond for one in misfits)
    apart = [one for one in misfits if one.beyond > one.runs / 2]
    text = (
        f"The erf is {'not the shape of all jumps' if apart else 'not contradicted'}: {beyond} of {runs} "
        f"generalization curves are off it by more than {ShapeMisfit.BOUND:.0%} of their height"
    )
    text += f", most of those of {', '.join(f'{one.name} (median {one.median:.1%})' for one in apart)}" * bool(apart)
    details = ", ".join(f"{one.name} {one.median:.3f}" for one in misfits)
    return Sentence(f"{text}.".replace("%", " %"), "law-shape", f"median deviation as a share of the height: {details}")
