"""Runs of a user's own logs with their measures, those that could not be measured among them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from numerics import CurveFit, FitStatus, Sharpness, SharpnessTable, tabulate
from report.readers.column_names import column_words
from report.readers.curve_files import Curves
from report.run_names import time_unit

__all__ = ["MeasuredRun", "MeasuredRuns"]

_REPLICAS = (
    "seed",
    "run",
    "trial",
    "fold",
    "rep",
    "replica",
    "replicate",
    "repetition",
    "experiment",
    "job",
    "uid",
    "uuid",
)
_LABELS = 3  # of runs, after a sentence that is said of them
_SHOWN = 20  # runs, printed

_UNFITTED = CurveFit(status=FitStatus.NO_JUMP, shape="erf", floor=np.nan, ceiling=np.nan, points=0, begin=np.nan)
_NOTHING = Sharpness(_UNFITTED, _UNFITTED)


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """One run of a log.

    Attributes
    ----------
    label
        What tells it from the others of the same call.
    curves
        As they were read; None where nothing could be.
    result
        Its measures; None where the curves are none.
    notes
        What was found, guessed or mended, a sentence each.
    problem
        Why it could not be measured; empty where it was.
    knobs
        What its log and its name say of it.

    Examples
    --------
    >>> MeasuredRun("a.csv", None, None, problem="a.csv has no rows.").status
    'a.csv has no rows.'
    """

    label: str
    curves: Curves | None
    result: Sharpness | None
    notes: tuple[str, ...] = ()
    problem: str = ""
    knobs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the gap and the sharpness are known."""
        return self.result is not None and self.result.ok

    @property
    def status(self) -> str:
        """`"ok"`, or a sentence."""
        return self.problem if self.result is None else self.result.status

    def row(self) -> dict[str, Any]:
        """Its measures as a row, NaN where it has none."""
        return _NOTHING.row() | {"status": self.problem} if self.result is None else self.result.row()

    def __repr__(self) -> str:
        measures = (
            f"G = {self.result.relative_gap:.4g}, S_rel = {self.result.relative_sharpness:.4g}"
            if self.result is not None and self.result.ok
            else self.status
        )
        return f"MeasuredRun({self.label!r}: {measures})"


@dataclass(frozen=True, eq=False)
class MeasuredRuns:
    """What `measure_logs` returns.

    Attributes
    ----------
    runs
        One a run, in the order of the sources, those that could not be measured among them.

    Examples
    --------
    >>> MeasuredRuns((MeasuredRun("a.csv", None, None, problem="a.csv has no rows."),))
    MeasuredRuns: 0 fitted of 1 run
      a.csv: a.csv has no rows.
    """

    runs: tuple[MeasuredRun, ...]

    @property
    def table(self) -> SharpnessTable:
        """A row a run: its label, its knobs, the measures and the status. Runs with the same knobs are replicas."""
        knobs = list(dict.fromkeys(name for run in self.runs for name in run.knobs))
        taken = set(_NOTHING.row()) | {"run"}
        names = {name: f"{name}_in_log" if name in taken else name for name in knobs}
        rows = [
            {"run": run.label, **{names[name]: run.knobs.get(name) for name in knobs}, **run.row()} for run in self.runs
        ]
        turned = [names[name] for name in knobs if not set(column_words(name)) & set(_REPLICAS)]
        return tabulate(rows, knobs=turned)

    @property
    def unit(self) -> str:
        """Of time, as all its columns name it, or empty."""
        return time_unit([run.curves.time_column for run in self.runs if run.curves is not None])

    @property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """What was found, guessed or mended, each sentence with the labels of the runs of which it is said."""
        said: dict[str, list[str]] = {}
        for run in self.runs:
            for note in run.notes:
                said.setdefault(note, []).append(run.label)
        return {note: tuple(labels) for note, labels in said.items()}

    @property
    def told(self) -> tuple[str, ...]:
        """The notes as lines, with the runs of which each is said unless it is said of all.

        >>> MeasuredRuns((MeasuredRun("a", None, None, ("Mind.",)), MeasuredRun("b", None, None))).told
        ('Mind. (a)',)
        """
        lines = []
        for note, labels in self.notes.items():
            more = f" and {len(labels) - _LABELS} more" * (len(labels) > _LABELS)
            lines.append(note if len(labels) == len(self) else f"{note} ({'; '.join(labels[:_LABELS])}{more})")
        return tuple(lines)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()

    def __iter__(self) -> Iterator[MeasuredRun]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __repr__(self) -> str:
        fitted = sum(run.ok for run in self.runs)
        lines = [repr(run).removeprefix("MeasuredRun(").removesuffix(")") for run in self.runs[:_SHOWN]]
        lines = [f"  {run.label}: {line.partition(': ')[2]}" for run, line in zip(self.runs, lines, strict=False)]
        more = [f"  … and {len(self.runs) - _SHOWN} more"] if len(self.runs) > _SHOWN else []
        return "\n".join([f"MeasuredRuns: {fitted} fitted of {len(self.runs)} run", *lines, *more])
