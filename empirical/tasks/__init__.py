"""The tasks: each is one file with its run, its data and its presets, listed here by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from empirical.tasks import linear_student, modular_addition, parity
from empirical.tasks.configuration import TrainingRun

__all__ = ["TASKS", "run_from_json"]

TASKS: Mapping[str, type[TrainingRun]] = MappingProxyType(
    {run.task: run for run in (parity.ParityRun, modular_addition.ModularAdditionRun, linear_student.LinearStudentRun)}
)


def run_from_json(text: str) -> TrainingRun:
    """The run that ``to_json`` wrote, whatever its task; ValueError if the text is not of a known task.

    >>> from empirical import ParityRun
    >>> run_from_json(ParityRun(25, seed=1).to_json()).seed
    1
    """
    values = json.loads(text)
    task = str(values.get("task")) if isinstance(values, dict) else ""
    if task not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}; got {task!r}; read it with a version that has it.")
    return TASKS[task].from_json(text)
