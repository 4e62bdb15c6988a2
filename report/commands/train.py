"""`groksharp train` and `groksharp parity`: networks of any system over any of its knobs."""

from typing import TYPE_CHECKING, Any

from report.annotations import Options, Parser
from report.commands.argument_values import integers, knob, words
from report.commands.options import (
    add_engine,
    add_figure,
    add_json,
    add_load,
    add_where,
    check_where,
    chosen_executor,
    engine_options,
    figure_file,
    load_extensions,
    turned_knobs,
)  # fmt: skip
from report.commands.output import show_table

if TYPE_CHECKING:
    from numerics import SharpnessTable

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "add_training", "run"]

SUMMARY = "train networks of any system over any of its knobs and measure their grokking"
EXAMPLES = (
    "modular_addition", "linear_student --set train_samples=100,120,150,200 --figure sharpness.png",
    "modular_addition --set task.modulus=3,5,7 optimizer=adamw learning_rate=1e-3 weight_decay=0.1",
    "transformer --set task.operation=division task.modulus=97 task.train_fraction=0.4,0.5",
    "transformer --recorded train_fraction --figure sharpness.png", "mine --load my_system.py",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("system", metavar="SYSTEM", help="a name that `groksharp systems` lists")
    add_training(command)


def add_training(command: Parser) -> None:
    """The options of every command that trains."""
    command.add_argument(
        "--set", nargs="+", action="extend", type=knob, default=[], metavar="KNOB=VALUES",
        help="a knob, such as optimizer.weight_decay, or its last word alone where that names one only; several values "
        "with commas between: then every combination is run",
    )  # fmt: skip
    which = command.add_mutually_exclusive_group()
    which.add_argument("--preset", metavar="NAME", help="default quick; another name lists them all")
    which.add_argument(
        "--recorded", metavar="NAME",
        help="train nothing: measure the runs of this preset that come with the package; another name lists them all",
    )  # fmt: skip
    command.add_argument(
        "--input-sizes", type=integers, metavar="SIZES", help="task.input_size as START:STOP (STOP excluded) or a,b,c"
    )
    command.add_argument("--seeds", type=integers, metavar="SEEDS", help="START:STOP (STOP excluded) or a,b,c")
    command.add_argument("--epochs", type=int, help="schedule.epochs, epochs per run (default: the preset's)")
    command.add_argument(
        "--accuracy", choices=("protocol", "whole"), default="protocol",
        help="protocol: minibatch means as in the paper; whole: accuracy on the whole sets (default: protocol)",
    )  # fmt: skip
    command.add_argument(
        "--level", type=float, metavar="ACCURACY", help="what counts as learned in steps_to_... (default: the system's)"
    )
    command.add_argument(
        "--records", type=words, default=(), metavar="NAMES",
        help="further curves to keep: train_loss_whole, train_margin, gen_margin, weight_norm, ...",
    )  # fmt: skip
    command.add_argument("--out", metavar="DIR", help="folder of the runs (default out/SYSTEM)")
    add_engine(command)
    add_where(command)
    add_load(command)
    add_figure(command, "sharpness against the gap with its regression")
    add_json(command)


def run(options: Options) -> int:
    """Train or take what is recorded, measure, draw and print."""
    if options.recorded is None:
        check_where(options)
    figure = figure_file(options)
    load_extensions(options)
    knobs = turned_knobs(
        options,
        **{"task.input_size": options.input_sizes, "seed": options.seeds, "schedule.epochs": options.epochs},
    )
    table = _recorded(options, knobs) if options.recorded is not None else _trained(options, knobs)
    from empirical import find_system

    return show_table(table, find_system(options.system).time_unit, figure=figure, as_json=options.json)


def _trained(options: Options, knobs: dict[str, Any]) -> "SharpnessTable":
    from empirical import find_system
    from empirical.run_sweep import sweep
    from numerics.progress import progress_bar

    system = find_system(options.system)
    with (
        chosen_executor(options) as executor,
        progress_bar(f"{system.name} runs".replace("_", " "), system.time_unit) as progress,
    ):
        return sweep(
            system, options.preset or "quick", out=options.out or f"out/{system.name}",
            workers=options.workers, executor=executor, accuracy=options.accuracy, records=options.records,
            level=options.level, progress=progress, **engine_options(options), **knobs,
        )  # fmt: skip


def _recorded(options: Options, knobs: dict[str, Any]) -> "SharpnessTable":
    from empirical import find_system, measure_runs, recorded_runs

    for name in ("records", "out", "workers", "scheduler", "engine", "device", "at_once"):
        if getattr(options, name) not in (None, ()):
            option = name.replace("_", "-")
            raise ValueError(f"--recorded trains nothing, got --{option}; leave one of the two out.")
    datasets = recorded_runs(options.recorded, options.system, **knobs)
    return measure_runs(datasets, system=find_system(options.system), accuracy=options.accuracy, level=options.level)
