"""A threshold between two classes, solved: sharpness and gap along each of its knobs."""

import functools
from collections.abc import Iterable

import numpy as np

import numerics
from report.knob_sweep import KnobSweep
from report.setting import Companion, Example, Request, Setting, Style, spanning_runs
from theory import ThresholdLearner

__all__ = ["KNOBS", "build", "knob_sweeps"]

KNOBS = {
    "l1": np.geomspace(0.41, 4, 10),
    "l2": np.geomspace(0.05, 5, 10),
    "start": np.geomspace(1.6, 30, 10),
    "samples": np.array([2, 3, 4, 6, 9, 14, 22, 40, 100]),
    "epsilon": np.geomspace(0.01, 0.8, 10),
    "offset": np.linspace(0, 0.58, 10),
}
"""Values of each knob; the others stay as in the system."""

_SYSTEM = ThresholdLearner(epsilon=0.1, samples=10, l1=0.5, offset=0.5, positive_mean=1.5, start=3)
_POINTS = 1500
_STYLE = Style("#CC6677", "v", "--")
_OTHER = Style("#CC6677", "^")


def build(request: Request) -> Setting:
    """Sharpness along λ₁, and along the start beside it."""
    tables = {knob: _table(knob) for knob in ("l1", "start")}
    table = tables["l1"]
    return Setting(
        name="threshold_learner",
        title="Threshold learner",
        phrase="the threshold learner",
        time_unit="",
        about=f"A threshold between two exponential classes, {_SYSTEM.samples} samples of each (Žunkovič, Ilievski): "
        "both accuracies in closed form, the training accuracy as the mean over all data with the same means. "
        f"{len(table)} penalties λ₁, and {len(tables['start'])} starts. Along both S_rel = q·exp(−κ t*_train G) holds "
        "exactly for jump times and slopes at the middle; what differs is which of its parts moves.",
        table=table,
        style=_STYLE,
        examples=tuple(_example("l1", table, k) for k in spanning_runs(table)),
        origin="computed here, without random numbers",
        caption="Sharpness against the gap, a penalty λ₁ a point, a start b(0) beside it. Mean curves have no noise, "
        "so that no error bars are drawn.",
        label="penalty λ₁",
        companions=(Companion("start", "start b(0)", tables["start"], _OTHER),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """One sweep a knob; the delay is predicted by the two middles, and by Z's time of a mean smallest sample."""
    for knob, values in KNOBS.items():
        systems = [_SYSTEM.replace(**{knob: value}) for value in values.tolist()]
        middles = [float(each.generalization_jump_time() - each.training_jump_time()) for each in systems]
        ends = [float(each.grokking_time(each.positive_mean / each.samples)) for each in systems]
        predictors = {"between the middles": np.array(middles), "from the last training error": np.array(ends)}
        yield KnobSweep("threshold_learner", knob, _table(knob), predictors)


@functools.cache  # of the setting and of the law
def _table(knob: str) -> numerics.SharpnessTable:
    return numerics.sweep(_SYSTEM, knob, KNOBS[knob], points=_POINTS)


def _example(knob: str, table: numerics.SharpnessTable, k: int) -> Example:
    system = _SYSTEM.replace(**{knob: float(table[knob][k])})
    time = np.linspace(0, float(system.horizon), _POINTS + 1)[1:]
    train, gen = numerics.system_curves(system, time)
    label = f"λ₁ = {table[knob][k]:.3g}"
    return Example(label, numerics.measure(time, train, gen, floor=0.5))
