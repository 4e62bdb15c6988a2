"""A user's own files as settings of the report: curves, which are measured here, and tables of measured runs."""

import functools
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import numerics
from numerics import SharpnessTable
from report.annotations import Row
from report.measurement import CurveOptions, measure_curves
from report.readers.curve_files import Curves, curves_of
from report.readers.rows import column_names, read_rows
from report.readers.run_files import holds_runs, runs_of
from report.setting import Builder, Example, Request, Setting, plain_name, spanning_runs

__all__ = ["own_settings", "time_unit"]

_UNITS = ("step", "epoch", "iteration", "batch")


def own_settings(files: Sequence[str], options: CurveOptions, taken: Collection[str] = ()) -> dict[str, Builder]:
    """What makes settings of a user's files: one of all curve files together, and one of each table of measured runs.

    The files are read and the curves measured at once, so that a file that is neither is refused before long work.

    Parameters
    ----------
    files
        CSV or JSON.
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
    curves: dict[str, Curves] = {}
    builders: dict[str, Builder] = {}
    names = set(taken)
    for file in files:
        rows = read_rows(file)
        if holds_runs(rows):
            name = _free(plain_name(Path(file).stem), names)
            builders[name] = functools.partial(_table_setting, name, file, runs_of(rows))
        else:
            curves[file] = _curves(rows, file, options)
    if curves:
        name = _free("curves", names)
        builders[name] = functools.partial(_curves_setting, name, _measured(curves, options))
    return builders


def _free(name: str, names: set[str]) -> str:
    """The name, or with a number where it is taken; it is taken from now on."""
    free = next(one for one in (name, *(f"{name}-{k}" for k in range(2, len(names) + 3))) if one not in names)
    names.add(free)
    return free


def _curves(rows: list[Row], file: str, options: CurveOptions) -> Curves:
    try:
        return curves_of(rows, file, time=options.time, train=options.train, gen=options.gen)
    except ValueError as reason:
        raise ValueError(
            f"{file} holds neither measured runs (columns relative_gap and relative_sharpness) nor curves: {reason} "
            f"Its columns are {', '.join(column_names(rows))}."
        ) from None


def _measured(curves: dict[str, Curves], options: CurveOptions) -> list[tuple[str, Curves, numerics.Sharpness]]:
    results = []
    for file, one in curves.items():
        try:
            result, floor_seen = measure_curves(one, options)
        except ValueError as reason:
            raise ValueError(f"{file}: {reason}") from None
        if floor_seen:
            print(f"groksharp report: {floor_seen} ({file})", file=sys.stderr)
        results.append((Path(file).stem, one, result))
    return results


def _curves_setting(name: str, measured: list[tuple[str, Curves, numerics.Sharpness]], request: Request) -> Setting:
    table = numerics.tabulate({"run": label, **result.row()} for label, _, result in measured)
    unit = time_unit([one.time_column for _, one, _ in measured])
    return Setting(
        name=name,
        title="Own curves",
        phrase="your own curves",
        time_unit=unit,
        about=f"Curves of {len(measured)} {'run' if len(measured) == 1 else 'runs'} from files of your own, "
        "measured by the same fit.",
        table=table,
        style=request.style,
        examples=tuple(_example(*measured[k]) for k in spanning_runs(table)),
        origin="; ".join(one.description for _, one, _ in measured),
        caption="Sharpness against the gap, with the standard errors of the fits.",
    )


def _example(label: str, curves: Curves, result: numerics.Sharpness) -> Example:
    return Example(label, curves.time, curves.train, curves.gen, result)


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


def time_unit(columns: Sequence[str]) -> str:
    """The unit of time that all columns of time name, or empty."""
    units = {unit for column in columns for unit in _UNITS if unit in column.lower()}
    return units.pop() if len(units) == 1 else ""
