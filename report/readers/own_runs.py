"""A user's own files as settings of the report: curves, which are measured here, and tables of measured runs."""

import functools
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from numerics import SharpnessTable
from report.annotations import Array
from report.commands.output import say
from report.log_measurement import each_source, measure_each, runs_of_table
from report.measured_runs import MeasuredRun, MeasuredRuns
from report.readers.curve_options import CurveOptions
from report.readers.run_files import holds_runs, runs_of
from report.setting import Builder, Example, Request, Setting, plain_name, spanning_runs, thinned_curves

__all__ = ["own_settings"]


def own_settings(files: Sequence[str], options: CurveOptions, taken: Collection[str] = ()) -> dict[str, Builder]:
    """What makes settings of a user's files: one of all curve files together, and one of each table of measured runs.

    The files are read and the curves measured at once, so that a file that is neither is refused before long work.

    Parameters
    ----------
    files
        Whatever `measure_logs` reads by a name: files, folders, patterns.
    options
        How curves are read and fitted.
    taken
        Names that other settings have.

    Raises
    ------
    ValueError, FileNotFoundError
        For a file that is neither curves nor measured runs.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv", prefix="runs-") as file:
    ...     print("relative_gap,relative_sharpness\\n1,0.9\\n2,0.7", file=file, flush=True)
    ...     [name.split("-")[0] for name in own_settings([file.name], CurveOptions())]
    ['runs']
    """
    from report.readers.sources import read_tables

    curves: list[MeasuredRun] = []
    builders: dict[str, Builder] = {}
    names = set(taken)
    for file in each_source(list(files)) if files else []:
        tables = read_tables(file)
        for table in tables:
            if holds_runs(table):
                name = _free(plain_name(Path(file).stem), names)
                builders[name] = functools.partial(_table_setting, name, file, runs_of(table))
            else:
                curves += runs_of_table(table, options)
    if curves:
        _refuse_strangers(curves)
        measured = measure_each(curves, options)
        for note in measured.told:
            say("report", note)
        name = _free("curves", names)
        builders[name] = functools.partial(_curves_setting, name, measured)
    return builders


def _free(name: str, names: set[str]) -> str:
    """The name, or with a number where it is taken; it is taken from now on."""
    free = next(one for one in (name, *(f"{name}-{k}" for k in range(2, len(names) + 3))) if one not in names)
    names.add(free)
    return free


def _refuse_strangers(curves: Sequence[MeasuredRun]) -> None:
    """What is neither curves nor measured runs has no place among them, unless others of the files are."""
    if all(run.problem for run in curves):
        raise ValueError(
            f"{curves[0].label} holds neither measured runs (columns relative_gap and relative_sharpness) nor curves: "
            f"{curves[0].problem}"
        )


def _curves_setting(name: str, measured: MeasuredRuns, request: Request) -> Setting:
    table = measured.table
    return Setting(
        name=name,
        title="Own curves",
        phrase="your own curves",
        time_unit=measured.unit,
        about=f"Curves of {len(measured)} {'run' if len(measured) == 1 else 'runs'} from files of your own, "
        "measured by the same fit.",
        table=table,
        style=request.style,
        examples=tuple(_example(run) for k in spanning_runs(table) for run in [measured.runs[k]] if run.result),
        origin="; ".join(dict.fromkeys(run.curves.description for run in measured if run.curves is not None)),
        caption="Sharpness against the gap, with the standard errors of the fits.",
        curves=tuple(_thinned(run) for run in measured),
        asymptotes=_asymptotes(measured),
    )


def _thinned(run: MeasuredRun) -> Array:
    if run.curves is None:
        return np.empty((3, 0))
    return thinned_curves(run.curves.time, run.curves.train, run.curves.gen)


def _asymptotes(measured: MeasuredRuns) -> tuple[float, float] | None:
    """Those of all fits, if they are the same."""
    results = [run.result for run in measured if run.result is not None]
    pairs = {(fit.floor, fit.ceiling) for result in results for fit in (result.train, result.gen) if fit.ok}
    return pairs.pop() if len(pairs) == 1 else None


def _example(run: MeasuredRun) -> Example:
    assert run.curves is not None
    assert run.result is not None
    return Example(run.label, run.result)


def _table_setting(name: str, file: str, table: SharpnessTable, request: Request) -> Setting:
    with_errors = table.noise == "curves"
    stem = Path(file).stem
    return Setting(
        name=name,
        title=f"Own runs ({stem})",
        phrase=f"your runs ({stem})",
        time_unit="",
        about=f"Runs of your own, measured elsewhere and read from {file}.",
        table=table,
        style=request.style,
        origin=f"{file}: {len(table)} {'run' if len(table) == 1 else 'runs'}",
        caption=f"Sharpness against the gap{', with the standard errors that the file gives' * with_errors}.",
    )
