"""Phase diagrams, trained: every cell's runs through the same door as any sweep's."""

import os
from concurrent.futures import Executor
from typing import Any

from empirical.phases.diagram import PhaseDiagram
from empirical.phases.known import find_diagram
from empirical.phases.rule import PhaseRule
from empirical.phases.table import PhaseTable, tabulate_phases
from empirical.run_sweep import train_experiments
from numerics.annotations import ProgressOption

__all__ = ["map_phases"]


def map_phases(
    diagram: PhaseDiagram | str,
    preset: str = "quick",
    *,
    rule: PhaseRule | None = None,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    engine: str | None = None,
    device: str = "cpu",
    at_once: int | None = None,
    progress: ProgressOption = None,
    **knobs: Any,
) -> PhaseTable:
    """Train the runs of a phase diagram and say which phase each cell is in.

    Parameters
    ----------
    diagram
        A name in `PHASE_DIAGRAMS`, or any diagram or path as a value (`find_path("decay")`).
    preset
        The cells to train.
    rule
        Level, delay and limit; by default U's with the length of each run as the limit.
    out, workers, executor, engine, device, at_once, progress
        As in `sweep`: runs are files, what is there is not trained again, and after an interruption the same call
        resumes.
    **knobs
        In place of the preset's: axes by their names (`decoder_rate=[1e-4, 1e-3]`), and any other knob as in `sweep`
        (`seed=range(5)`, `steps=2000`).

    Returns
    -------
    One row a cell; see `tabulate_phases`.

    Raises
    ------
    ValueError, TypeError
        With one sentence, for runs that cannot be trained, or that end before the limit of the rule.
    TrainingError
        As in `sweep`.

    Examples
    --------
    >>> table = map_phases("rates", decoder_rate=[1e-4, 1e-2], representation_rate=1e-3, seed=0, steps=100, workers=1)
    >>> table["decoder_rate"], table["phase"], table["runs"]
    ([0.0001, 0.01], ['confusion', 'confusion'], [1, 1])
    """
    diagram, rule = find_diagram(diagram), rule or PhaseRule()
    experiments = diagram.experiments(preset, **knobs)
    for protocol in {experiment.protocol(): experiment for experiment in experiments}.values():
        rule.check(protocol)  # before hours
    datasets = train_experiments(
        experiments,
        out=out,
        workers=workers,
        executor=executor,
        engine=engine,
        device=device,
        at_once=at_once,
        progress=progress,
    )
    return tabulate_phases(diagram, datasets, rule=rule)
