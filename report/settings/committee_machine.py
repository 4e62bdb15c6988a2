"""The committee machine from lazy to rich, followed by the moments of its neurons."""

from collections.abc import Iterable
from typing import Any

import numpy as np

import numerics
from report.knob_sweep import KnobSweep
from report.setting import Companion, Example, Request, Setting, Style, spanning_runs
from theory import CommitteeMachine

__all__ = ["PRESETS", "build", "knob_sweeps"]

PRESETS: dict[str, Any] = {
    "quick": {"values": 8, "replicas": range(1)},
    "paper": {"values": 12, "replicas": range(5)},
}
"""How many values each knob takes, and the training sets for each."""

_SCALES, _NONLINEARITIES = (0.3, 30.0), (0.05, 1.0)
_STYLE = Style("#AA4499", "d", "-.")


def build(request: Request) -> Setting:
    """Turn the scale of the output, and beside it the nonlinearity."""
    by_scale, by_nonlinearity = _tables(**PRESETS[request.preset])
    machine = CommitteeMachine()
    return Setting(
        name="committee_machine",
        title="Committee machine, lazy to rich",
        phrase="a committee machine from lazy to rich",
        time_unit="step",
        about="K's infinitely many neurons h + εh²/2, of which gradient descent moves two moments, learn a square "
        f"in {machine.dimension} dimensions from {machine.samples} inputs, with the output at the start taken off; α "
        f"from {_SCALES[0]:g} to {_SCALES[1]:g} at ε = {float(machine.nonlinearity):g}, and ε from "
        f"{_NONLINEARITIES[0]:g} to {_NONLINEARITIES[1]:g} at α = {machine.output_scale}, the learning rate ∝ 1/α². "
        f"An answer is right within a squared error of {float(machine.tolerance):g}, with errors taken as Gaussian.",
        table=by_scale,
        style=_STYLE,
        examples=tuple(_example(by_scale.rows[k]) for k in spanning_runs(by_scale)),
        origin="computed here; training sets of the seed 0",
        caption="Sharpness against the gap, along the scale of the output and along the nonlinearity. The curves have "
        "no noise; training sets do.",
        label="output scale",
        companions=(Companion("nonlinearity", "nonlinearity", by_nonlinearity, Style("#AA4499", "x")),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """Along α the gap grows as the machine gets lazy; along ε too, but with sharper curves."""
    by_scale, by_nonlinearity = _tables(values=6, replicas=range(4))
    yield _knob_sweep("output_scale", by_scale)
    yield _knob_sweep("nonlinearity", by_nonlinearity)


def _tables(values: int, replicas: Iterable[int]) -> tuple[numerics.SharpnessTable, numerics.SharpnessTable]:
    machine = CommitteeMachine()
    return (
        numerics.sweep_committee(machine, "output_scale", np.geomspace(*_SCALES, values), replicas=replicas),
        numerics.sweep_committee(machine, "nonlinearity", np.geomspace(*_NONLINEARITIES, values), replicas=replicas),
    )


def _knob_sweep(knob: str, table: numerics.SharpnessTable) -> KnobSweep:
    machines = [CommitteeMachine().replace(**{knob: row[knob]}) for row in table]
    predictors = {
        "1/(lazy rate)": np.array([1 / float(machine.lazy_rates[0]) for machine in machines]),
        "ln(D/αε)/(rich rate)": np.array([float(machine.rich_jump_time()) for machine in machines]),
    }
    return KnobSweep("committee_machine", knob, table, predictors)


def _example(row: Any) -> Example:
    machine = CommitteeMachine().replace(output_scale=row["output_scale"], replica=row["replica"])
    time = np.arange(1.0, np.ceil(4 * row["jump_time_gen"]) if np.isfinite(row["jump_time_gen"]) else 2000.0)
    train, gen = numerics.system_curves(machine, time)
    label = f"α = {row['output_scale']:.4g}"
    return Example(label, numerics.measure(time, train, gen))
