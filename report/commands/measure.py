"""`groksharp measure`: jump times, gap and sharpness of a user's own curves."""

import sys
from pathlib import Path

from report.annotations import Options, Parser
from report.commands.options import (
    add_curves,
    add_figure,
    add_json,
    add_load,
    curve_options,
    figure_file,
    load_extensions,
)  # fmt: skip
from report.commands.output import DONE, NO_RESULT, print_json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "measure jump times, gap and sharpness of your own training curves"
EXAMPLES = (
    "curves.csv", "log.jsonl --floor 0.1 --figure fits.png", "curves.csv --time step --train acc --gen val_acc --json",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("file", metavar="FILE", help="CSV or JSON lines with a time and two accuracies; - for stdin")
    add_curves(command)
    command.add_argument(
        "--predict", nargs=2, type=float, metavar=("EPSILON", "ETA0"),
        help="predict generalization from the training curve alone, for a linear student of this threshold and rate",
    )  # fmt: skip
    add_load(command)
    add_figure(command, "both curves with their fits")
    add_json(command)


def run(options: Options) -> int:
    """Read, measure, draw and print."""
    figure = figure_file(options)
    load_extensions(options)

    import numerics
    from report import measurement
    from report.readers.curve_files import read_curves

    how = curve_options(options)
    curves = read_curves(options.file, time=how.time, train=how.train, gen=how.gen)
    result, floor_seen = measurement.measure_curves(curves, how)
    if floor_seen:
        print(f"groksharp measure: {floor_seen}", file=sys.stderr)
    free = measurement.without_shape(curves, result)
    if figure is not None:
        from report.figures.files import write_figure
        from report.figures.measured import measured_figure
        from report.readers.own_runs import time_unit

        label = "standard input" if options.file == "-" else Path(options.file).name
        write_figure(measured_figure([(label, result)], time_unit([curves.time_column])), figure)
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
