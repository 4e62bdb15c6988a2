"""`groksharp law`: one law of sharpness, put to the test over all systems and knobs."""

import textwrap
from importlib.util import find_spec
from pathlib import Path

from report.annotations import Options, Parser
from report.commands.options import add_json
from report.commands.output import DONE, print_json, say

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "test one law of sharpness over all systems and knobs, from closed forms and recorded runs"
EXAMPLES = ("", "--json", "--figures law")

_WIDTH = 100


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument(
        "--figures", metavar="FOLDER", help="draw the figures of the answer there, as .png and .svg, with captions.md"
    )
    add_json(command)


def run(options: Options) -> int:
    """Collect, judge and print."""
    from report.law.collection import collected_law

    if options.figures is not None:  # what keeps them from being written is said before the work
        from report.law.pictures import write_pictures

        Path(options.figures).mkdir(parents=True, exist_ok=True)
    law = collected_law()
    if options.figures is not None:
        write_pictures(law, options.figures)
    if not (find_spec("torch") and find_spec("xarray")):
        say("law", "without the recorded networks, which need PyTorch and xarray")
    if options.json:
        print_json(law.to_dict())
        return DONE
    from report.law.law_text import slope_rows
    from report.text_table import aligned

    print("\n".join(aligned(*slope_rows(law))), end="\n\n")
    for sentence in law.answer:
        print(textwrap.fill(sentence.text, width=_WIDTH), end="\n\n")
    return DONE
