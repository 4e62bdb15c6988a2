"""Training curves from logs: the time and two accuracies of each run, columns found by their usual names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.annotations import Array
from report.readers.column_names import column_words, names_measure
from report.readers.curve_options import CurveOptions
from report.readers.log_table import LogTable
from report.readers.tables.accuracies import Accuracies, find_accuracies
from report.readers.tables.accuracy_scale import as_fractions, refusal
from report.readers.tables.clock import Clock, find_clock
from report.readers.tables.column_numbers import column_numbers, hold_numbers
from report.readers.tables.long_table import widened
from report.readers.tables.restarts import Recorded, conflicts, runs_in_order
from report.readers.tables.run_columns import RunRows, by_prefix, rows_of_runs
from report.readers.tables.training_start import from_the_start, refuse_midnight
from report.readers.wording import counted, listed, one_line, printable_name

__all__ = ["Curves", "curves_of", "read_curves"]

_FEWEST = 4  # points, of which a fit has need


@dataclass(frozen=True, eq=False)
class Curves:
    """Two accuracy curves of one run over time, shape (n,) each, NaN where not recorded.

    Attributes
    ----------
    time, train, gen
        The recorded values; times increase.
    description
        Names the columns that were read.
    time_column
        The name of the column that is the time.
    label
        Of the run within its source; empty where the source has one run.
    columns
        What the log says of the run: a seed, knobs.
    notes
        What was found, guessed or mended on the way from the log to these curves, a sentence each.
    problem
        Why this run cannot be measured, empty where nothing is known against it.

    Examples
    --------
    >>> Curves(np.arange(2.0), np.zeros(2), np.zeros(2), "two points").label
    ''
    """

    time: Array
    train: Array
    gen: Array
    description: str
    time_column: str = "time"
    label: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problem: str = ""


def read_curves(
    source: Any,
    *,
    time: str | None = None,
    train: str | None = None,
    gen: str | None = None,
    run: str | None = None,
    offset: float | None = None,
    errors: bool = False,
) -> tuple[Curves, ...]:
    """Read the curves of every run that a source holds: time, training accuracy and generalization accuracy.

    Columns that are not named are found by their usual names: step, epoch, …; train_accuracy, train/acc, …;
    val_acc, test_accuracy, eval/accuracy, …; a plain `accuracy` next to a `val_accuracy` is the training
    accuracy. Tables with a row a metric or a set are read as well as those with a column each. Runs are told apart by a
    column such as seed or run, by others without which times would repeat, or by time that begins anew. What was
    guessed or mended stands in the notes of the curves.

    Parameters
    ----------
    source
        A path, `-` for standard input, a data frame, or a mapping of arrays.
    time, train, gen, run
        Names of columns, where the usual ones do not tell.
    offset
        Is added to the time; by default 1 is added to whole epochs that are counted from 0, and nothing else.
    errors
        Whether the columns are error rates: accuracy = 1 − error.

    Raises
    ------
    ValueError
        If a column cannot be found, values are no accuracies, or the points of several runs are mixed.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> curves, = read_curves({"step": [1.0, 2, 3, 4], "accuracy": [0.5, 0.9, 1, 1], "val_accuracy": [0.4, 0.5, 1, 1]})
    >>> curves.gen
    array([0.4, 0.5, 1. , 1. ])
    """
    from report.readers.sources import read_tables

    options = CurveOptions(time=time, train=train, gen=gen, run=run, offset=offset, errors=errors)
    return tuple(curves for table in read_tables(source) for curves in curves_of(table, options))


def curves_of(table: LogTable, options: CurveOptions) -> tuple[Curves, ...]:
    """The curves of each run in a table; see `read_curves`. A run that cannot be measured keeps its place and says why.

    >>> log = {"step": np.array([2.0, 1.0]), "train": np.array([1, 0.5]), "test": np.zeros(2)}
    >>> curves, = curves_of(LogTable("log.json", log), CurveOptions())
    >>> curves.problem
    'train has 2 points and test has 2; a fit needs 4 of each.'
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # numbers of any size, refused by what is fitted
            return tuple(_printable(curves) for one in by_prefix(widened(table)) for curves in _runs(one, options))
    except ValueError as reason:
        raise ValueError(one_line(str(reason))) from None


def _printable(curves: Curves) -> Curves:
    """The curves with a line each of whatever is said with the names in a log."""
    knobs = {
        printable_name(name): printable_name(value) if isinstance(value, str) else value
        for name, value in curves.columns.items()
    }
    return replace(
        curves, description=one_line(curves.description), time_column=printable_name(curves.time_column),
        label=printable_name(curves.label), columns=knobs, notes=tuple(map(one_line, curves.notes)),
        problem=one_line(curves.problem),
    )  # fmt: skip


def _runs(table: LogTable, options: CurveOptions) -> list[Curves]:
    """The runs of a table with a column for each accuracy."""
    if not len(table):
        raise ValueError(f"{table.source} has no rows.")
    numeric = [name for name, values in table.columns.items() if hold_numbers(values)]
    try:
        chosen = find_accuracies(numeric, train=options.train, gen=options.gen, errors=options.errors)
    except ValueError:
        chosen = find_accuracies(list(table.columns), train=options.train, gen=options.gen, errors=options.errors)
        empty = [name for name in (chosen.train, chosen.gen) if name not in numeric]
        raise ValueError(f"There is no number in {listed(empty)}.") from None
    numbers = {name: column_numbers(name, table.columns[name]) for name in (chosen.train, chosen.gen)}
    accuracies, scaled = as_fractions({name: values for name, (values, _) in numbers.items()}, errors=options.errors)
    _refuse_falling(chosen, accuracies, options)
    recorded = [np.isfinite(accuracies[name]) for name in (chosen.train, chosen.gen)]
    rest = {name: values for name, values in table.columns.items() if name not in accuracies}
    clock = find_clock(rest, recorded, options.time) if rest else Clock("", np.full(len(table), np.nan), "row")
    runs, said = rows_of_runs(
        table.columns,
        given=options.run,
        taken=[chosen.train, chosen.gen, clock.name],
        mixed=lambda rows: any(conflicts(_recorded(rows, clock.time, values)) for values in accuracies.values()),
        begins_late=lambda rows: _begins_late(clock.time[rows], clock.time),
    )
    notes = (*table.notes, *chosen.notes, *(note for _, note in numbers.values() if note), *clock.notes, *scaled, *said)
    if not clock.name:
        rising = [name for name, values in rest.items() if _rises(values, runs[0].rows)]
        notes = (*notes, _no_clock(rising))
    shared = Curves(
        np.empty(0), np.empty(0), np.empty(0), table.source, clock.name or "row", label=table.run, notes=notes
    )
    both = (accuracies[chosen.train], accuracies[chosen.gen])
    return [curves for run in runs for curves in _curves_of_rows(run, both, clock, chosen, shared, options)]


def _curves_of_rows(
    run: RunRows, both: tuple[Array, Array], clock: Clock, chosen: Accuracies, shared: Curves, options: CurveOptions
) -> list[Curves]:
    """The curves in some rows of a table, of several runs where time begins anew."""
    one = replace(shared, label=", ".join(filter(None, (shared.label, run.label))), columns=run.knobs)
    time, name = clock.time, clock.name
    try:
        if not name:
            time, name = _counted(run, both), "row"
        refuse_midnight(clock, time[run.rows])
        train, gen = (_recorded(run.rows, time, values) for values in both)
        parts, said = runs_in_order(train, gen, name)
    except ValueError as reason:
        return [replace(one, problem=str(reason))]
    if clock.name:
        unknown = int(sum(np.sum(np.isfinite(values[run.rows]) & np.isnan(time[run.rows])) for values in both))
        said += (f"{unknown} accuracies without {name} are left out.",) * (unknown > 0)
    curves = []
    for k, (own_train, own_gen) in enumerate(parts, start=1):
        label = ", ".join(filter(None, (one.label, f"part {k}" * (len(parts) > 1))))
        curves.append(
            _joined(replace(one, label=label, notes=(*one.notes, *said)), own_train, own_gen, clock, chosen, options)
        )
    return curves


def _joined(
    one: Curves, train: Recorded, gen: Recorded, clock: Clock, chosen: Accuracies, options: CurveOptions
) -> Curves:
    """Both curves at the times of either."""
    if min(train.time.size, gen.time.size) < _FEWEST:
        problem = (
            f"{chosen.train} has {counted(train.time.size, 'point')} and {chosen.gen} has {gen.time.size}; "
            f"a fit needs {_FEWEST} of each."
        )
        return replace(one, problem=problem)
    times = np.union1d(train.time, gen.time)
    values = []
    for curve in (train, gen):
        values.append(np.full(times.size, np.nan))
        values[-1][np.searchsorted(times, curve.time)] = curve.values
    since_start, said = from_the_start(clock, times, options.offset)
    problem = _beyond(one.time_column, times) or refusal(chosen.train, values[0]) or refusal(chosen.gen, values[1])
    description = (
        f"{one.description}: {times.size} points, time = {one.time_column}, train = {chosen.train}, gen = {chosen.gen}"
    )
    return replace(
        one, time=since_start, train=values[0], gen=values[1], description=description, notes=(*one.notes, *said),
        problem=problem,
    )  # fmt: skip


def _beyond(name: str, times: Array) -> str:
    """Why times are none, where their squares leave the range of floats; else empty."""
    last = float(np.abs(times).max())
    if 1e-100 < last < 1e100:
        return ""
    return f"{name} goes to {last:g}, and times are to lie between 1e-100 and 1e100; give them in another unit."


def _recorded(rows: Any, time: Array, values: Array) -> Recorded:
    """The points of one curve among some rows."""
    known = rows[np.isfinite(values[rows]) & np.isfinite(time[rows])]
    return Recorded(known, time[known], values[known])


def _no_clock(rising: Sequence[str]) -> str:
    hint = f" {listed(rising)} rise{'s' * (len(rising) == 1)} from row to row: --time {rising[0]}?" if rising else ""
    return f"There is no column of time: rows are counted as epochs, 1, 2, ….{hint}"


def _rises(values: NDArray[Any], rows: NDArray[np.int64]) -> bool:
    """Whether a column of numbers rises with each of these rows, as a clock of another name does."""
    return values.dtype.kind in "if" and rows.size > 1 and bool(np.all(np.diff(values[rows]) > 0))


def _counted(run: RunRows, both: tuple[Array, Array]) -> Array:
    """1, 2, … at the rows in which a curve is recorded; for each curve by itself where no row has both.

    Raises ValueError where no row has both, and one curve has more.
    """
    time = np.full(both[0].size, np.nan)
    recorded = [run.rows[np.isfinite(values[run.rows])] for values in both]
    rows = np.union1d(*recorded)
    if rows.size < recorded[0].size + recorded[1].size:
        recorded = [rows]
    elif recorded[0].size != recorded[1].size:
        raise ValueError(
            f"There is no column of time, and no row has both accuracies, of which there are {recorded[0].size} and "
            f"{recorded[1].size}: name the column that tells when with --time COLUMN, or log a step."
        )
    for own in recorded:
        time[own] = np.arange(1.0, own.size + 1)
    return time


def _begins_late(time: Array, whole: Array) -> bool:
    """Whether these times leave out the first tenth of all."""
    first, last = np.nanmin(whole), np.nanmax(whole)
    return bool(np.isnan(time).all() or np.nanmin(time) > first + 0.1 * (last - first))


def _refuse_falling(chosen: Accuracies, accuracies: Mapping[str, Array], options: CurveOptions) -> None:
    """Bare names, `train` and `test`, may be losses: what plainly falls is an accuracy only if its name says so."""
    for name, given in ((chosen.train, options.train), (chosen.gen, options.gen)):
        values = accuracies[name][np.isfinite(accuracies[name])]
        if given or options.errors or names_measure(column_words(name)) or values.size < _FEWEST:
            continue
        end = max(1, values.size // 10)
        if np.median(values[:end]) - np.median(values[-end:]) > 0.5 * (values.max() - values.min()):
            raise ValueError(
                f"{name} falls from {np.median(values[:end]):.3g} to {np.median(values[-end:]):.3g}, as losses and "
                "errors do, and its name does not say what it is. --errors reads error rates; an accuracy is named "
                "with --train and --gen."
            )
