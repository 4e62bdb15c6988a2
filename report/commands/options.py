"""Options that several commands share, and what they are worth."""

import argparse
from typing import TYPE_CHECKING, Any

from report.annotations import Options, Parser
from report.commands.argument_values import asymptote

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager
    from pathlib import Path

    from report.readers.curve_options import CurveOptions

__all__ = [
    "RECORDED", "SHAPES", "add_csv", "add_curves", "add_engine", "add_figure", "add_json", "add_load", "add_where",
    "check_where", "chosen_executor", "curve_options", "engine_options", "figure_file", "load_extensions",
    "table_file", "turned_knobs",
]  # fmt: skip

# Spelled out because the modules that have them load scipy and torch, which would slow the help down.
SHAPES = ("erf", "logistic", "gompertz", "mirrored_gompertz", "student", "skewed_erf")
RECORDED = ("quick", "paper", "ten_seeds")


def add_json(command: Parser) -> None:
    """`--json`."""
    command.add_argument("--json", action="store_true", help="print JSON on standard output")


def add_figure(command: Parser, shown: str) -> None:
    """`--figure FILE`."""
    command.add_argument("--figure", metavar="FILE", help=f"draw {shown} as .png, .svg or .pdf")


def add_csv(command: Parser) -> None:
    """`--csv FILE`."""
    command.add_argument("--csv", metavar="FILE", help="write the table, a row a run")


def table_file(options: Options) -> "Path | None":
    """Where the table goes, looked at before long work begins; ValueError where it cannot be written."""
    if options.csv is None:
        return None
    from pathlib import Path

    path = Path(options.csv)
    if not path.name or path.is_dir():
        raise ValueError(f"{path} is a folder; name a file for the table.")
    if not path.resolve().parent.is_dir():
        raise ValueError(f"There is no folder {path.parent} for the table {path.name}.")
    return path


def figure_file(options: Options) -> "Path | None":
    """Where the figure goes, looked at before long work begins; ValueError where it cannot be written."""
    if options.figure is None:
        return None
    from report.figures.files import figure_path

    return figure_path(options.figure)


def add_load(command: Parser) -> None:
    """`--load FILE|MODULE`."""
    command.add_argument(
        "--load", action="append", default=[], metavar="FILE|MODULE",
        help="import this first: a file or module of yours that adds systems, S-shapes or settings",
    )  # fmt: skip


def load_extensions(options: Options) -> None:
    """Import what `--load` names."""
    if options.load:
        from numerics import load_extension

        for extension in options.load:
            load_extension(extension)


def add_engine(command: Parser) -> None:
    """`--engine`, `--device` and `--at-once`."""
    command.add_argument("--engine", metavar="NAME", help="what trains (default: the fastest that is able)")
    command.add_argument("--device", metavar="DEVICE", help="cpu, cuda, cuda:1, ... (default cpu)")
    command.add_argument(
        "--at-once", type=int, metavar="N", help="runs that differ in their seed only and are trained as one"
    )


def engine_options(options: Options) -> dict[str, Any]:
    """What was said by the options of `add_engine`."""
    given = {name: getattr(options, name) for name in ("engine", "device", "at_once")}
    return {name: value for name, value in given.items() if value is not None}


def turned_knobs(options: Options, **named: Any) -> dict[str, Any]:
    """What `--set` and the options of single knobs say, each name once."""
    knobs = {name: value for name, value in named.items() if value is not None}
    for name, value in options.set:
        if name in knobs:
            raise ValueError(f"--set must name each knob once, got {name} again; write its values as {name}=A,B.")
        knobs[name] = value
    return knobs


def add_where(command: Parser) -> None:
    """`--workers` or `--scheduler`."""
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, help="processes (default one a core)")
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="train on the workers of a Dask scheduler, such as tcp://10.0.0.1:8786"
    )


def check_where(options: Options) -> None:
    """Refuse what no training can have, before anything is loaded; ValueError with the library's sentence."""
    ways_out = {"workers": "leave it out for one process a core", "at_once": "1 trains each run by itself"}
    for name, way_out in ways_out.items():
        number = getattr(options, name, None)
        if number is not None and number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}; {way_out}.")


def chosen_executor(options: Options) -> "AbstractContextManager[Executor | None]":
    """The executor that `--scheduler` stands for, None without it; its workers get the files that are loaded here."""
    from report.cluster import cluster_executor

    files = [extension for extension in options.load if extension.endswith(".py")]
    return cluster_executor(options.scheduler, files=files)


def add_curves(command: Parser) -> None:
    """How curves of a log are read and fitted."""
    command.add_argument("--time", metavar="COLUMN", help="time column (default: found by its usual names)")
    command.add_argument("--train", metavar="COLUMN", help="training accuracy (default: found)")
    command.add_argument("--gen", metavar="COLUMN", help="validation accuracy (default: found)")
    command.add_argument("--run", dest="run_column", metavar="COLUMN", help="what tells runs apart (default: found)")
    command.add_argument(
        "--offset", type=float, metavar="N",
        help="is added to the time (default: 1 for whole epochs that are counted from 0, else 0)",
    )  # fmt: skip
    command.add_argument("--errors", action="store_true", help="the columns are error rates: accuracy = 1 − error")
    command.add_argument(
        "--floor", type=asymptote, default=argparse.SUPPRESS, metavar="LEVEL",
        help="chance level, or 'fit', or TRAIN,GEN (default: 1/K if the validation accuracy plainly starts there, "
        "else 0)",
    )  # fmt: skip
    command.add_argument(
        "--ceiling",
        type=asymptote,
        default=1.0,
        metavar="LEVEL",
        help="final level, or 'fit', or TRAIN,GEN (default 1)",
    )
    command.add_argument("--classes", type=int, metavar="K", help="classes to guess from: a floor of 1/K")
    command.add_argument(
        "--shape", default="erf", metavar="SHAPE",
        help=f"S-shape to fit: {', '.join(SHAPES)}, or one that --load adds; best: by an information criterion "
        "(default: erf)",
    )  # fmt: skip
    command.add_argument("--train-samples", type=int, metavar="N", help="samples behind each training accuracy")
    command.add_argument(
        "--gen-samples", type=int, metavar="N", help="samples behind each validation accuracy: binomial weights"
    )


def curve_options(options: Options) -> "CurveOptions":
    """The options of `add_curves` as a value."""
    from report.readers.curve_options import CurveOptions

    return CurveOptions(
        time=options.time, train=options.train, gen=options.gen, run=options.run_column, offset=options.offset,
        errors=options.errors, floor=getattr(options, "floor", "seen"), ceiling=options.ceiling,
        classes=options.classes, shape=options.shape, train_samples=options.train_samples,
        gen_samples=options.gen_samples,
    )  # fmt: skip
