"""`groksharp report`: the comparison of any settings, with a user's own runs, as a page."""

from importlib.util import find_spec
from pathlib import Path

from report.annotations import Options, Parser
from report.commands.argument_values import words
from report.commands.options import (
    RECORDED,
    add_curves,
    add_load,
    add_where,
    check_where,
    chosen_executor,
    curve_options,
    load_extensions,
)  # fmt: skip
from report.commands.output import DONE

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "compare theory, finite-size gradient descent and networks in one page"
EXAMPLES = (
    "", "--recorded paper", "--preset paper --out out/paper", "--settings linear,modular_addition",
    "--with log-a.csv log-b.csv --floor 0.1", "--settings linear,mine --load my_system.py --with runs.json",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("--preset", choices=("quick", "paper"), default="quick", help="default quick: a few minutes")
    command.add_argument(
        "--settings", type=words, metavar="NAMES",
        help="what is compared: linear, descent, effective_theory, phases, and every system that `groksharp systems` "
        "lists (default linear,descent,parity,effective_theory,representation)",
    )  # fmt: skip
    command.add_argument(
        "--with", dest="files", nargs="+", action="extend", default=[], metavar="SOURCE",
        help="your own runs: logs, folders and patterns, as `groksharp measure` reads them, or tables of measured runs",
    )  # fmt: skip
    command.add_argument(
        "--recorded", choices=RECORDED,
        help="train no parity network: take these runs that come with the package, 10, 63 or 210",
    )  # fmt: skip
    command.add_argument("--out", default="out/report", metavar="DIR", help="folder of the page (default out/report)")
    command.add_argument("--runs", metavar="DIR", help="folder of the runs (default out/SETTING of each)")
    add_where(command)
    add_load(command)
    add_curves(command.add_argument_group("curves that --with names"))


def run(options: Options) -> int:
    """Compare and write the page."""
    check_where(options)
    from report.whole_folder import check_writable

    check_writable(Path(options.out))
    load_extensions(options)
    for module in (
        "matplotlib",
        "latex2mathml",
    ):  # loaded only where a picture or a formula is not kept, after long work
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    from report.comparison import compare
    from report.known_settings import default_settings
    from report.page import write_report
    from report.readers.own_runs import own_settings

    settings = options.settings or default_settings(options.recorded)
    own = own_settings(options.files, curve_options(options), settings)
    with chosen_executor(options) as executor:
        comparison = compare(
            options.preset, settings=options.settings, own=own, recorded=options.recorded, runs=options.runs,
            workers=options.workers, executor=executor, command=options.written,
        )  # fmt: skip
    page = write_report(comparison, options.out)
    print(f"{comparison.finding} See {page}.")
    return DONE
