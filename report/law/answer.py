"""What the slopes say of one law: sentences that numbers decide, each with the figure that shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from numerics import RandomEffects
from report.knob_sweep import KnobSweep
from report.law.knob_slope import KnobSlope, Measure
from report.law.prediction import Prediction

__all__ = ["Sentence", "answer"]

_LEVEL = 0.05
_ALIKE = 0.1  # of a slope: exact slopes that differ by less are told as one
_CONCEALED, _SPECTRAL = ("parity", "task.input_size"), ("linear_student", "lam")


@dataclass(frozen=True)
class Sentence:
    """Something that follows from the numbers, and the name of the figure that shows it."""

    text: str
    figure: str


def answer(
    slopes: Sequence[KnobSlope],
    pooled: Mapping[Measure, RandomEffects | None],
    predictions: Sequence[Prediction],
    sweeps: Sequence[KnobSweep],
) -> tuple[Sentence, ...]:
    """The answer in sentences; a question that the numbers leave open is said to be open.

    >>> answer([], {}, [], [])
    ()
    """
    by_measure = {
        measure: [one for one in slopes if one.measure == measure and one.known]
        for measure in ("relative", "absolute", "time")
    }
    parts = [
        *(_signs(by_measure[measure]) for measure in ("relative", "absolute")),
        *(_one_slope(measure, pooled.get(measure)) for measure in ("relative", "absolute")),
        _contradictions(by_measure["absolute"]),
        _unified(by_measure),
        _own_time(by_measure["time"], pooled.get("time")),
        *_delays(predictions),
    ]
    return tuple(part for part in parts if part is not None)


_WORDS = {"relative": "Relative sharpness", "absolute": "Absolute sharpness", "time": "Absolute sharpness"}


def _signs(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Along how many knobs sharpness falls with the gap."""
    if not slopes:
        return None
    measure = slopes[0].measure
    by_sign: dict[bool | None, list[KnobSlope]] = {True: [], False: [], None: []}
    for one in slopes:
        by_sign[one.falls].append(one)
    systems = len({one.name for one in slopes})
    text = (
        f"{_WORDS[measure]} falls with the gap along {len(by_sign[True])} of {len(slopes)} knobs in {systems} systems"
    )
    if by_sign[False]:
        text += f", rises along {len(by_sign[False])} ({_listed(by_sign[False])})"
    if by_sign[None]:
        text += f", and is open along {len(by_sign[None])} ({_listed(by_sign[None])})"
    return Sentence(f"{text}.", f"law-{measure}")


def _one_slope(measure: Measure, pooled: RandomEffects | None) -> Sentence | None:
    """Whether one slope is enough for all."""
    if pooled is None:
        return None
    many = pooled.p_value < _LEVEL
    text = (
        f"{'No one slope holds' if many else 'One slope is not excluded'} for {measure} sharpness: over {pooled.n} knobs "
        f"its mean is {_interval(pooled.mean, pooled.mean_low, pooled.mean_high)}, the slopes spread about it by "
        f"{_interval(pooled.spread, pooled.spread_low, pooled.spread_high)} beyond their errors "
        f"(I² = {100 * pooled.i_squared:.0f} %), and a further knob is expected between {_number(pooled.prediction_low)} "
        f"and {_number(pooled.prediction_high)}."
    )
    return Sentence(text, f"law-{measure}")


def _contradictions(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Pairs of knobs of one system whose slopes exclude each other, after Holm's correction for the number of pairs."""
    pairs = [(a, b) for a, b in combinations(slopes, 2) if a.name == b.name]
    if not pairs:
        return None
    apart = [pair for pair, excluded in zip(pairs, _holm([_chance(*pair) for pair in pairs]), strict=True) if excluded]
    systems = list(dict.fromkeys(a.name for a, _ in pairs))
    text = f"Of {len(pairs)} pairs of knobs of one system {len(apart)} contradict each other in absolute sharpness"
    told = []
    for name in systems:
        own = [pair for pair in apart if pair[0].name == name]
        if own:
            a, b = max(own, key=lambda pair: abs(pair[0].slope - pair[1].slope))
            exact = " exactly" if a.deterministic and b.deterministic else ""
            told.append(
                f"{name}{exact}: {_number(a.slope)} along {_word(a.knob)}, {_number(b.slope)} along {_word(b.knob)}"
            )
    text += f" ({'; '.join(told)})" if told else ""
    return Sentence(f"{text}: sharpness is no function of the gap alone.", "law-counter-example")


def _chance(a: KnobSlope, b: KnobSlope) -> float:
    """Two-sided p-value of a difference; of exact slopes 0 where they differ visibly, else 1."""
    error = np.hypot(a.error, b.error)
    difference = abs(a.slope - b.slope)
    if not error:
        return float(difference < _ALIKE)
    return float(2 * stats.norm.sf(difference / error))


def _holm(chances: Sequence[float]) -> list[bool]:
    """Which are significant together at the level."""
    order = np.argsort(chances)
    found = [False] * len(chances)
    for rank, k in enumerate(order):
        if not chances[k] < _LEVEL / (len(chances) - rank):
            break
        found[k] = True
    return found


def _unified(by_measure: Mapping[str, Sequence[KnobSlope]]) -> Sentence | None:
    """What λ of the linear student and the concealment of parity share, measure by measure."""
    found = {}
    for measure, slopes in by_measure.items():
        pair = [next((s for s in slopes if (s.name, s.knob) == key), None) for key in (_SPECTRAL, _CONCEALED)]
        if None not in pair:
            found[measure] = [one for one in pair if one is not None]
    if len(found) < len(by_measure):
        return None
    told = {
        "relative": "relative sharpness against the gap",
        "absolute": "absolute sharpness against the gap",
        "time": "absolute sharpness against its own time",
    }
    parts = []
    for measure, (spectral, concealed) in found.items():
        apart = _apart(spectral, concealed)
        verdict = "different" if apart else "not told apart"
        parts.append(f"{told[measure]} {_told(spectral)} and {_told(concealed)} ({verdict})")
    return Sentence(
        "λ of the linear student and the concealed input size of parity, slope beside slope: " + "; ".join(parts) + ".",
        "law-width",
    )


def _apart(a: KnobSlope, b: KnobSlope) -> bool:
    """Whether the intervals, that of local slopes where there is no sampling error, have nothing in common."""
    return a.slope_high < b.slope_low or b.slope_high < a.slope_low


def _own_time(slopes: Sequence[KnobSlope], pooled: RandomEffects | None) -> Sentence | None:
    """Whether jumps take a fixed share of their own time."""
    if not slopes:
        return None
    alike = [one for one in slopes if one.slope_low <= -1 + _ALIKE and one.slope_high >= -1 - _ALIKE]
    others = [one for one in slopes if one not in alike]
    text = (
        f"A jump that takes a fixed share of its own time has S_abs ∝ 1/t*_gen: {len(alike)} of {len(slopes)} knobs "
        f"are compatible with that to within {_ALIKE:g}"
    )
    if pooled is not None:
        text += f" (mean slope {_interval(pooled.mean, pooled.mean_low, pooled.mean_high)})"
    if others:
        text += f"; not along {_listed(others)}"
    return Sentence(f"{text}.", "law-time")


def _delays(predictions: Sequence[Prediction]) -> Iterator[Sentence]:
    """For each predictor where it is better than the null out of sample, and where it is not."""
    for predictor in dict.fromkeys(one.predictor for one in predictions):
        own = [one for one in predictions if one.predictor == predictor]
        value, knob = ([one for one in own if one.held_out == kind] for kind in ("value", "knob"))
        text = f"The delay ∝ {predictor}, out of sample: {_skills(value)}"
        if knob:
            text += f"; with the factor of the system's other knobs, {_skills(knob)}"
        yield Sentence(f"{text}.", "law-predictors")


def _skills(found: Sequence[Prediction]) -> str:
    by = {verdict: [one for one in found if one.better is verdict] for verdict in (True, False, None)}
    parts = [f"better than the null along {len(by[True])} of {len(found)} knobs"]
    for verdict, words in ((True, ""), (False, "worse along "), (None, "not decided along ")):
        if by[verdict]:
            listed = ", ".join(f"{one.name} {_word(one.knob)} {_number(one.skill)}" for one in by[verdict])
            parts[-1 if verdict else len(parts) :] = [f"{parts[-1]} ({listed})"] if verdict else [f"{words}{listed}"]
    return ", ".join(parts)


def _listed(slopes: Iterable[KnobSlope]) -> str:
    return ", ".join(f"{one.name} {_word(one.knob)} {_told(one)}" for one in slopes)


def _told(one: KnobSlope) -> str:
    return _interval(one.slope, one.slope_low, one.slope_high)


def _interval(value: float, low: float, high: float) -> str:
    return _number(value) if not np.isfinite(low) else f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def _word(knob: str) -> str:
    return knob.rpartition(".")[2].replace("_", " ")
