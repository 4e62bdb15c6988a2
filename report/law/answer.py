"""What the slopes say of one law: sentences that numbers decide, each with the figure that shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from numerics import RandomEffects
from report.knob_sweep import knob_words
from report.law.heterogeneity import Heterogeneity
from report.law.knob_slope import MEASURES, KnobSlope, Measure
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
    pooled: Mapping[Measure, Heterogeneity],
    predictions: Sequence[Prediction],
) -> tuple[Sentence, ...]:
    """The answer in sentences; a question that the numbers leave open is said to be open.

    >>> answer([], {}, [])
    ()
    """
    by_measure = {measure: [one for one in slopes if one.measure == measure] for measure in MEASURES}
    against_gap: tuple[Measure, ...] = ("relative", "absolute")
    parts = [
        *(_one_law(measure, pooled.get(measure)) for measure in against_gap),
        *(_signs(by_measure[measure]) for measure in against_gap),
        _still(by_measure["absolute"]),
        _contradictions(by_measure["absolute"]),
        _unified(by_measure),
        _own_time(by_measure["time"], pooled.get("time")),
        *_delays(predictions),
    ]
    return tuple(part for part in parts if part is not None)


def _one_law(measure: Measure, pooled: Heterogeneity | None) -> Sentence | None:
    """Whether one slope is enough for all."""
    if pooled is None or pooled.knobs is None:
        return None
    text = (
        f"{'One slope is not excluded' if pooled.knobs.one_law else 'No one slope holds'} for {measure} sharpness "
        f"against the gap: over {pooled.knobs.n} knobs {_spread(pooled.knobs)}"
    )
    if pooled.networks is not None:
        text += f"; over the {pooled.networks.n} with random runs alone {_spread(pooled.networks)}"
    if pooled.systems is not None:
        text += f"; over the means of {pooled.systems.n} systems {_spread(pooled.systems)}"
    return Sentence(f"{text}.", f"law-{measure}")


def _spread(found: RandomEffects) -> str:
    return (
        f"the mean is {_interval(found.mean, found.mean_low, found.mean_high)}, the spread beyond the errors "
        f"{_interval(found.spread, found.spread_low, found.spread_high)}, and a further one is expected between "
        f"{_number(found.prediction_low)} and {_number(found.prediction_high)}"
    )


def _signs(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Along how many knobs sharpness falls with the gap."""
    known = [one for one in slopes if one.determined]
    if not known:
        return None
    measure = known[0].measure
    systems = len({one.name for one in known})
    falling, rising, open_ = ([one for one in known if one.falls is sign] for sign in (True, False, None))
    text = f"{measure.capitalize()} sharpness falls with the gap along {len(falling)} of {len(known)} knobs in "
    text += f"{systems} system{'s' * (systems > 1)}"
    if rising:
        text += f", rises along {len(rising)} ({_listed(rising)})"
    if open_:
        text += f", both or neither along {len(open_)} ({_listed(open_)})"
    if undetermined := [one for one in slopes if not (one.determined or one.still)]:
        text += (
            f"; too few runs decide nothing along {', '.join(f'{o.name} {knob_words(o.knob)}' for o in undetermined)}"
        )
    return Sentence(f"{text}.", f"law-{measure}")


def _still(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """The knobs that do not move the gap."""
    still = [one for one in slopes if one.still]
    if not still:
        return None
    listed = ", ".join(f"{one.name} {knob_words(one.knob)}" for one in still)
    return Sentence(
        f"Along {len(still)} knob{'s' * (len(still) > 1)} the gap hardly moves ({listed}): no slope is told there.",
        "law-width",
    )


def _contradictions(slopes: Sequence[KnobSlope]) -> Sentence | None:
    """Pairs of knobs of one system whose slopes exclude each other, after Holm's correction for the number of pairs."""
    known = [one for one in slopes if one.determined]
    pairs = [(a, b) for a, b in combinations(known, 2) if a.name == b.name]
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
            first, second = (f"{_number(one.slope)} along {knob_words(one.knob)}" for one in (a, b))
            told.append(f"{name}{exact}: {first}, {second}")
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
        if all(one is not None and one.determined for one in pair):
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


def _own_time(slopes: Sequence[KnobSlope], pooled: Heterogeneity | None) -> Sentence | None:
    """Whether jumps take a fixed share of their own time."""
    known = [one for one in slopes if one.determined]
    if not known:
        return None
    alike = [one for one in known if one.slope_low <= -1 + _ALIKE and one.slope_high >= -1 - _ALIKE]
    others = [one for one in known if one not in alike]
    text = (
        f"A jump that takes a fixed share of its own time has S_abs ∝ 1/t*_gen: {len(alike)} of {len(known)} knobs "
        f"are compatible with that to within {_ALIKE:g}"
    )
    if pooled is not None and pooled.knobs is not None:
        text += f"; over all {_spread(pooled.knobs)}"
    if others:
        text += f". Not compatible: {_listed(others)}"
    return Sentence(f"{text}.", "law-time")


def _delays(predictions: Sequence[Prediction]) -> Iterator[Sentence]:
    """For each predictor how often it is better than the null out of sample."""
    for predictor in dict.fromkeys(one.predictor for one in predictions):
        own = [one for one in predictions if one.predictor == predictor]
        value, knob = ([one for one in own if one.held_out == kind] for kind in ("value", "knob"))
        text = f"The delay ∝ {predictor}, values of a knob predicted from its other values: {_skills(value)}"
        if knob:
            text += f"; with the factor of the system's other knobs: {_skills(knob)}"
        yield Sentence(f"{text}.", "law-predictors")


def _skills(found: Sequence[Prediction]) -> str:
    better, worse = (sum(one.better is verdict for one in found) for verdict in (True, False))
    factor = float(np.median([one.factor for one in found]))
    return (
        f"better than the null along {better} of {len(found)} knobs, worse along {worse}, "
        f"off by a factor of {factor:.2g} (median)"
    )


def _listed(slopes: Iterable[KnobSlope]) -> str:
    return ", ".join(f"{one.name} {knob_words(one.knob)} {_told(one)}" for one in slopes)


def _told(one: KnobSlope) -> str:
    return _interval(one.slope, one.slope_low, one.slope_high)


def _interval(value: float, low: float, high: float) -> str:
    return _number(value) if not np.isfinite(low) else f"{_number(value)} [{_number(low)}, {_number(high)}]"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")
