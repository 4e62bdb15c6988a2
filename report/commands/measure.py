"""`groksharp measure`: jump times, gap and sharpness of a user's own runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from report.annotations import Options, Parser
from report.commands.options import (
    add_csv,
    add_curves,
    add_figure,
    add_json,
    add_load,
    curve_options,
    figure_file,
    load_extensions,
    table_file,
)  # fmt: skip
from report.commands.output import BAD_USAGE, DONE, NO_RESULT, print_json, print_table, say

if TYPE_CHECKING:
    from numerics.annotations import Progress
    from report.measured_runs import MeasuredRun
    from report.readers.curve_options import CurveOptions

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "measure jump times, gap and sharpness of your own training curves"
EXAMPLES = (
    "curves.csv", "log.jsonl --floor 0.1 --figure fits.png", "curves.csv --time step --train acc --gen val_acc --json",
    "'runs/*.csv' --classes 97 --csv measures.csv", "seeds.csv --run seed",
)  # fmt: skip

_PATIENCE = 1.5  # seconds without a word


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument(
        "sources", nargs="+", metavar="SOURCE",
        help="a log with a time and two accuracies, of one run or several; a folder; a pattern in quotes; - for stdin",
    )  # fmt: skip
    add_curves(command)
    command.add_argument(
        "--predict", nargs=2, type=float, metavar=("EPSILON", "ETA0"),
        help="predict generalization from the training curve alone, for a linear student of this threshold and rate; "
        "of one run",
    )  # fmt: skip
    add_load(command)
    add_figure(command, "the curves with their fits, and the trends of several runs")
    add_csv(command)
    add_json(command)


def run(options: Options) -> int:
    """Read, measure, draw and print."""
    figure = figure_file(options)
    written = table_file(options)
    load_extensions(options)

    from report.log_measurement import each_source, measure_each, read_runs

    how = curve_options(options)
    found = [one for source in each_source(options.sources) for one in read_runs(source, how)]
    with _late_bar() as progress:
        measured = measure_each(found, how, progress)
    for note in measured.told:
        say("measure", note)
    alone = measured.runs[0] if len(measured) == 1 else None
    if written is not None:
        measured.table.to_csv(written)
    if alone is not None and alone.result is None:
        say("measure", alone.status)
        if options.json and alone.curves is not None:
            print_json(measured.table.to_dict()["rows"][0])
        return BAD_USAGE if alone.curves is None else NO_RESULT
    if figure is not None:
        from report.figures.files import write_figure
        from report.figures.measured import measured_figure

        shown = [(one.label, one.result) for one in measured if one.result is not None]
        if shown:
            write_figure(measured_figure(shown, measured.unit, table=measured.table), figure)
    if alone is not None:
        return _print_run(alone, options, how)
    if options.predict:
        raise ValueError(f"--predict is for one run, and there are {len(measured)}.")
    return print_table(measured.table, as_json=options.json)


def _print_run(one: "MeasuredRun", options: Options, how: "CurveOptions") -> int:
    """One run, with what its curves say without a shape."""
    import numerics
    from report import measurement

    curves, result = one.curves, one.result
    assert curves is not None
    assert result is not None
    free = measurement.without_shape(curves, result)
    predicted = measurement.predicted(curves, result, *options.predict) if options.predict else None
    if options.json:
        row = measurement.measurement_row(result, free) | measurement.predicted_row(predicted)
        print_json(numerics.tabulate([row]).to_dict()["rows"][0])
    else:
        print(measurement.measurement_text(curves, result, free))
        if predicted is not None:
            print(measurement.predicted_text(predicted))
        if options.shape == "best":
            print(measurement.compared_shapes(curves, result, how))
    return DONE if result.ok else NO_RESULT


@contextmanager
def _late_bar() -> "Iterator[Progress]":
    """A bar that shows itself only if it takes longer than a moment."""
    from numerics.progress import progress_bar

    begin = time.monotonic()
    with progress_bar("measuring", "run") as bar:

        def show(done: int, total: int) -> None:
            if time.monotonic() - begin > _PATIENCE and total > 1:
                bar(done, total)

        yield show
