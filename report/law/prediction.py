"""How well a theory's number tells the delay of runs that it has not seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from report.annotations import Array
from report.knob_sweep import KnobSweep

__all__ = ["Prediction", "predictions"]

_LEAST = 4  # values, of which anything can be said beyond chance
_CHANCE = 0.05

Groups = list[tuple[float, float]]  # mean ln of the delay and of the predictor, one a value of the knob


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """A predictor of the delay t*_gen − t*_train out of sample, against a null.

    Attributes
    ----------
    name, knob
        Of the system, and what was turned.
    predictor
        The theory's number; the delay is said to be proportional to it.
    held_out
        What the factor of proportionality was not fitted to: each `"value"` of the knob in turn, or this `"knob"`, so
        that the factor is that of the system's other knobs.
    skill
        1 − Σe²/Σe₀² with the errors e of ln delay and those e₀ of the null, the mean ln delay of the runs that were
        seen: 1 is perfect, 0 no better than the null, below 0 worse.
    factor
        By how much a delay is off, e^rms(e).
    better
        Whether Σe² is smaller than Σe₀² beyond chance, False where it is larger, None where that is not decided at 5 %
        or there are too few values.
    n
        Number of values of the knob at which there are a delay and a predictor.
    """

    name: str
    knob: str
    predictor: str
    held_out: Literal["value", "knob"]
    skill: float
    factor: float
    better: bool | None
    n: int


def predictions(sweeps: Iterable[KnobSweep]) -> tuple[Prediction, ...]:
    """Every predictor of every sweep, held against values of the knob and knobs that it has not seen.

    Runs whose gap is not measured, or is not positive, tell nothing here; nor do predictors that are not positive, as
    their premise fails. With less than two values that are left a predictor says nothing, and its skill is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from numerics import tabulate
    >>> lam = np.array([0.1, 0.2, 0.4, 0.8, 1.6])
    >>> rows = [{"lam": x, "jump_time_train": 1.0, "jump_time_gen": 1 + 7 / x, "status": "ok"} for x in lam]
    >>> sweep = KnobSweep("mine", "lam", tabulate(rows), {"1/λ": 1 / lam, "λ": lam})
    >>> [(found.predictor, round(found.skill, 3), found.better) for found in predictions([sweep])]
    [('1/λ', 1.0, True), ('λ', -3.0, False)]
    """
    sweeps = tuple(sweeps)
    found = []
    for sweep in sweeps:
        for predictor in sweep.predictors:
            own = _groups(sweep, predictor)
            if len(own) < 2:
                found.append(_silent(sweep, predictor, len(own)))
                continue
            seen = [own[:k] + own[k + 1 :] for k in range(len(own))]
            found.append(_held_out(sweep, predictor, "value", own, seen))
            others = [
                group
                for other in sweeps
                if other.name == sweep.name and other.knob != sweep.knob and predictor in other.predictors
                for group in _groups(other, predictor)
            ]
            if others:
                found.append(_held_out(sweep, predictor, "knob", own, [others] * len(own)))
    return tuple(found)


def _silent(sweep: KnobSweep, predictor: str, n: int) -> Prediction:
    return Prediction(
        name=sweep.name, knob=sweep.knob, predictor=predictor, held_out="value", skill=np.nan, factor=np.nan,
        better=None, n=n,
    )  # fmt: skip


def _groups(sweep: KnobSweep, predictor: str) -> Groups:
    """The mean of ln delay and ln predictor at each value of the knob."""
    ok = np.array([row["status"] == "ok" for row in sweep.table], dtype=bool)
    delay = sweep.table["jump_time_gen"] - sweep.table["jump_time_train"]
    number = np.asarray(sweep.predictors[predictor], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        usable = ok & (delay > 0) & (number > 0) & np.isfinite(number)
    value = np.array(sweep.values)
    return [
        (float(np.log(delay[here]).mean()), float(np.log(number[here]).mean()))
        for one in sorted(set(value[usable].tolist()))
        for here in [usable & (value == one)]
    ]


def _held_out(
    sweep: KnobSweep, predictor: str, held_out: Literal["value", "knob"], own: Groups, seen: Sequence[Groups]
) -> Prediction:
    delay, number = np.array(own).T
    known: list[Array] = [np.array(groups).T for groups in seen]
    errors = delay - number - np.array([np.mean(d - x) for d, x in known])
    null = delay - np.array([np.mean(d) for d, _ in known])
    return Prediction(
        name=sweep.name,
        knob=sweep.knob,
        predictor=predictor,
        held_out=held_out,
        skill=1 - float(errors @ errors / (null @ null)) if null.any() else np.nan,
        factor=float(np.exp(np.sqrt(np.mean(errors**2)))),
        better=_better(errors, null, freedom=len(own) - (2 if held_out == "value" else 1)),
        n=len(own),
    )


def _better(errors: Array, null: Array, freedom: int) -> bool | None:
    """Whether the errors are smaller than those of the null: e₀ + e and e₀ − e are then correlated (Pitman, Morgan).

    The correlation is about 0 and not about the mean, so that a wrong factor counts as an error. Errors at values that
    are left out one by one add up to zero, which is one degree of freedom less.
    """
    difference, total = null - errors, null + errors
    norm = float(np.linalg.norm(difference) * np.linalg.norm(total))
    if errors.size < _LEAST or not norm:
        return None
    cosine = float(np.clip(difference @ total / norm, -1, 1))
    t = cosine * np.sqrt(freedom / max(1 - cosine**2, 1e-12))
    return bool(t > 0) if 2 * stats.t.sf(abs(t), freedom) < _CHANCE else None
