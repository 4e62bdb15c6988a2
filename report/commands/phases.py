"""`groksharp phases`: the phases of learning over two knobs, or along one."""

import collections
from typing import TYPE_CHECKING, Any

from report.annotations import Options, Parser
from report.commands.argument_values import integers, knob
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
from report.commands.output import DONE, print_json

if TYPE_CHECKING:
    from empirical import PhaseDiagram, PhaseTable

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "map comprehension, grokking, memorisation and confusion over two knobs, or along a path out of grokking"
EXAMPLES = (
    "", "--diagram rates --json", "--diagram decay --preset paper --out runs --figure decay.png",
    "--diagram decay-classification --seeds 0:10", "--path decay", "--path dropout --figure dropout.png",
    "--set decoder_rate=1e-4,1e-3 representation_rate=1e-3,1e-2", "--diagram mine --load my_diagram.py",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--diagram", metavar="NAME", default="rates",
        help="a plane: rates, decay, decay-classification, or one that --load adds (default rates)",
    )  # fmt: skip
    which.add_argument(
        "--path", metavar="NAME",
        help="a line instead, with gap and sharpness along it: decay, decoder_rate, representation_rate, dropout",
    )  # fmt: skip
    command.add_argument("--preset", metavar="NAME", default="quick", help="quick or paper (default quick)")
    command.add_argument(
        "--set", nargs="+", action="extend", type=knob, default=[], metavar="KNOB=VALUES",
        help="an axis by its name, such as decoder_rate, representation_rate or decoder_decay, or any knob; "
        "several values with commas between",
    )  # fmt: skip
    command.add_argument("--seeds", type=integers, metavar="SEEDS", help="START:STOP (STOP excluded) or a,b,c")
    command.add_argument("--steps", type=int, help="length of each run, which is the limit (default: the preset's)")
    command.add_argument("--level", type=float, default=0.9, help="accuracy that counts as learned (default 0.9)")
    command.add_argument("--delay", type=float, default=1000.0, help="shortest delay of grokking (default 1000 steps)")
    command.add_argument("--out", metavar="DIR", help="folder of the runs (default out/phases)")
    add_engine(command)
    add_where(command)
    add_load(command)
    add_figure(command, "the map, or the path,")
    add_json(command)


def run(options: Options) -> int:
    """Train, tell the phases, draw and print."""
    check_where(options)
    figure = figure_file(options)
    load_extensions(options)

    from empirical import find_diagram, find_path

    diagram = find_diagram(options.diagram) if options.path is None else find_path(options.path)
    table = _mapped(options, diagram)
    if figure is not None:
        from report.figures.files import write_figure
        from report.figures.phase_map import phase_map
        from report.figures.phase_path import phase_path

        write_figure((phase_path if diagram.is_path else phase_map)(table), figure)
    if options.json:
        print_json(table.to_dict())
    else:
        print(_text(table))
    return DONE


def _mapped(options: Options, diagram: "PhaseDiagram") -> "PhaseTable":
    from empirical import PhaseRule, find_system, map_phases
    from numerics.progress import progress_bar

    knobs = turned_knobs(options, **{"seed": options.seeds, "schedule.steps": options.steps})
    with (
        chosen_executor(options) as executor,
        progress_bar(f"{diagram.name} phases".replace("_", " "), find_system(diagram.system).time_unit) as progress,
    ):
        return map_phases(
            diagram, options.preset, rule=PhaseRule(level=options.level, delay=options.delay),
            out=options.out or "out/phases", workers=options.workers, executor=executor, progress=progress,
            **engine_options(options), **knobs,
        )  # fmt: skip


def _text(table: "PhaseTable") -> str:
    """Rows in aligned columns, then how many cells are in each phase."""
    from empirical import PHASES

    axes = [axis.name for axis in table.diagram.axes]
    shown: list[tuple[str, str, str]] = [(name, name.replace("_", " "), ".4g") for name in axes]
    shown += [(phase, phase, ".2f") for phase in PHASES]
    shown += [("steps_to_train", "t_train", ".0f"), ("steps_to_gen", "t_gen", ".0f"), ("delay", "delay", ".0f")]
    if table.diagram.is_path:
        shown += [("relative_gap", "G", ".3g"), ("relative_sharpness", "S_rel", ".3g"), ("measured", "fitted", "d")]
    shown += [("runs", "runs", "d"), ("phase", "phase", "s")]
    lines = [[heading for _, heading, _ in shown]]
    lines += [[_cell(row[name], form) for name, _, form in shown] for row in table]
    widths = [max(len(line[k]) for line in lines) for k in range(len(shown))]
    aligned = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    found = collections.Counter(table["phase"])
    counts = ", ".join(f"{found[phase]} {phase}" for phase in PHASES if found[phase])
    return "\n".join([*aligned, "", f"Most frequent phase of {len(table)} cells: {counts}"])


def _cell(value: Any, form: str) -> str:
    if value is None:
        return "–"
    return format(value, form) if isinstance(value, int | float) or form == "s" else str(value)
