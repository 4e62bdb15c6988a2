"""From a user's own logs to measured runs: one entry for files, folders, patterns and data frames."""

import glob
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np

from numerics.annotations import Asymptotes, ProgressOption
from numerics.progress import shown
from report.measured_runs import MeasuredRun, MeasuredRuns
from report.measurement import measure_curves
from report.readers.chance_level import chance_level
from report.readers.curve_files import Curves, curves_of
from report.readers.curve_options import CurveOptions
from report.readers.file_knobs import knobs_of_names
from report.readers.log_table import LogTable
from report.readers.wording import one_line, printable_name
from report.run_names import names_of_runs

__all__ = ["each_source", "measure_each", "measure_logs", "read_runs", "runs_of_table"]


def measure_logs(
    sources: Any,
    *,
    time: str | None = None,
    train: str | None = None,
    gen: str | None = None,
    run: str | None = None,
    offset: float | None = None,
    errors: bool = False,
    floor: Asymptotes | Literal["seen"] = "seen",
    ceiling: Asymptotes = 1.0,
    classes: int | None = None,
    shape: str = "erf",
    train_samples: int | None = None,
    gen_samples: int | None = None,
    progress: ProgressOption = None,
) -> MeasuredRuns:
    """Measure every run that logs of your own hold: jump times, sharpness and the grokking gap, with errors.

    Columns and runs are found as `read_curves` finds them, and measured as `numerics.measure` does. What cannot be read
    or measured keeps its place with a sentence, and the others are measured all the same.

    Parameters
    ----------
    sources
        A path, a folder, a pattern such as `"runs/*.csv"`, a data frame or a mapping of arrays, or a list of these.
    time, train, gen, run, offset, errors
        As for `read_curves`.
    floor, ceiling, shape, train_samples, gen_samples
        As for `numerics.measure`: a level, `"fit"`, or a pair of these for training and generalization. A floor that is
        `"seen"` is 1/K where the generalization accuracy plainly starts there, else 0.
    classes
        K, for a floor of 1/K.
    progress
        A function of (done, total), True for a bar on standard error, None for none.

    Raises
    ------
    ValueError
        For options that contradict each other, or a list without a source.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import erf
    >>> t = np.arange(1.0, 301.0)
    >>> log = {"step": t, "train_acc": (1 + erf(0.1 * (t - 40))) / 2, "val_acc": (1 + erf(0.05 * (t - 120))) / 2}
    >>> measured = measure_logs(log)
    >>> measured
    MeasuredRuns: 1 fitted of 1 run
      a mapping: G = 2, S_rel = 0.5
    >>> round(measured.runs[0].result.train.jump_time, 6), measured.table["status"].tolist()
    (40.0, ['ok'])
    """
    options = CurveOptions(
        time=time, train=train, gen=gen, run=run, offset=offset, errors=errors, floor=floor, ceiling=ceiling,
        classes=classes, shape=shape, train_samples=train_samples, gen_samples=gen_samples,
    )  # fmt: skip
    found = [run for source in each_source(sources) for run in read_runs(source, options)]
    return measure_each(found, options, progress)


def each_source(sources: Any) -> list[Any]:
    """The sources one by one; a pattern stands for the files that it matches.

    Raises
    ------
    FileNotFoundError
        For a pattern without a file.
    ValueError
        For an empty list.

    Examples
    --------
    >>> each_source(["a.csv", "-"])
    ['a.csv', '-']
    """
    rows = isinstance(sources, list | tuple) and all(
        isinstance(one, Mapping) and not any(np.ndim(value) for value in one.values()) for one in sources
    )
    if not isinstance(sources, list | tuple) or (rows and sources):
        sources = [sources]
    if not sources:
        raise ValueError("There is no source: name a file, a folder or a data frame.")
    return [one for source in sources for one in _matching(source)]


def _matching(source: Any) -> list[Any]:
    if not isinstance(source, str | os.PathLike):
        return [source]
    text = os.fspath(source)
    if not glob.has_magic(text) or Path(text).exists():
        return [source]
    path = Path(text).expanduser()
    found = sorted(str(one) for one in Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    if not found:
        raise FileNotFoundError(f"No file matches {printable_name(text)}.")
    return found


def read_runs(source: Any, options: CurveOptions) -> list[MeasuredRun]:
    """The runs of a source, not measured yet; one that says why where it cannot be read.

    >>> read_runs({"step": [1.0], "loss": [2.0]}, CurveOptions())[0].problem[:40]
    'There are losses (loss) and no accuracy.'
    """
    from report.readers.sources import read_tables

    try:
        tables = (source,) if isinstance(source, LogTable) else read_tables(source)
    except (ValueError, TypeError, OSError) as reason:
        label = os.fspath(source) if isinstance(source, str | os.PathLike) else f"a {type(source).__name__}"
        return [MeasuredRun(printable_name(label), None, None, problem=one_line(str(reason)))]
    return [run for table in tables for run in runs_of_table(table, options)]


def runs_of_table(table: LogTable, options: CurveOptions) -> list[MeasuredRun]:
    """The runs of one table, not measured yet; their label is the source, that of a run within it stands in its curves.

    >>> log = {"step": np.arange(9.0), "train": np.ones(9), "test": np.arange(9) / 9}
    >>> runs_of_table(LogTable("log.csv", log), CurveOptions())[0].label
    'log.csv'
    """
    try:
        found = curves_of(table, options)
    except ValueError as reason:
        problem = f"{printable_name(table.run)}: {reason}" if table.run else str(reason)
        return [MeasuredRun(table.source, None, None, table.notes, problem)]
    return [
        MeasuredRun(table.source, curves, None, curves.notes, curves.problem, dict(curves.columns)) for curves in found
    ]


def measure_each(found: Sequence[MeasuredRun], options: CurveOptions, progress: ProgressOption = None) -> MeasuredRuns:
    """The runs measured, with labels that tell them apart and with the knobs that their names say.

    >>> measure_each([MeasuredRun("a.csv", None, None, problem="a.csv has no rows.")], CurveOptions()).runs[0].label
    'a'
    """
    names = names_of_runs([run.label for run in found], [run.curves.label if run.curves else "" for run in found])
    runs: list[MeasuredRun] = []
    first: dict[bytes, str] = {}  # who had these curves before
    chance = _common_chance(found) if options.lowest == "seen" else 0.0
    with shown(progress, "measuring", "run") as show:
        for done, (run, name, knobs) in enumerate(zip(found, names, knobs_of_names(names), strict=True), start=1):
            others = {knob: value for knob, value in knobs.items() if knob not in run.knobs}
            own = replace(run, label=name, knobs={**run.knobs, **others})
            if run.curves is not None and not run.problem:
                own = _measured(own, run.curves, options, chance)
                before = first.setdefault(_digest(run.curves), name)
                if before != name:
                    own = replace(
                        own, notes=(*own.notes, f"The curves are those of {before}: one run under two names.")
                    )
            runs.append(own)
            show(done, len(found))
    return MeasuredRuns(tuple(runs))


def _digest(curves: Curves) -> bytes:
    return sha256(np.concatenate([curves.time, curves.train, curves.gen]).tobytes()).digest()


def _common_chance(found: Sequence[MeasuredRun]) -> float:
    """The one level from which all runs rise that plainly rise from one; else 0."""
    if len(found) < 2:
        return 0.0
    levels = {chance_level(run.curves.gen) for run in found if run.curves is not None} - {0.0}
    return levels.pop() if len(levels) == 1 else 0.0


def _measured(run: MeasuredRun, curves: Curves, options: CurveOptions, chance: float) -> MeasuredRun:
    try:
        result, said = measure_curves(curves, options, chance)
    except ValueError as reason:
        return replace(run, problem=str(reason))
    return replace(run, result=result, notes=(*run.notes, *said))
