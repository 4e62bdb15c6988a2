"""`groksharp systems`: what can be trained."""

import textwrap
from collections.abc import Iterable

from report.annotations import Options, Parser
from report.commands.options import add_json, add_load, load_extensions
from report.commands.output import DONE, print_json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "list the systems that can be trained, with their presets and knobs"
EXAMPLES = ("", "--json", "--load my_system.py")

_WIDTH = 100


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    add_load(command)
    add_json(command)


def run(options: Options) -> int:
    """Print every system."""
    load_extensions(options)

    from empirical import SYSTEMS

    if options.json:
        listed = [
            {"name": name, "presets": list(system.presets), "knobs": list(system.knobs)}
            for name, system in SYSTEMS.items()
        ]
        print_json({"systems": listed})
        return DONE
    for name, system in SYSTEMS.items():
        print(f"{name}: {system.title}")
        print(textwrap.fill(system.about, width=_WIDTH, initial_indent="  ", subsequent_indent="  "))
        print(_listed("presets", system.presets))
        print(_listed("knobs", system.knobs), end="\n\n")
    print("`groksharp train NAME --preset PRESET --set KNOB=VALUE,VALUE` trains one.")
    return DONE


def _listed(title: str, names: Iterable[str]) -> str:
    lead = f"  {title:9}"
    return textwrap.fill(", ".join(names), width=_WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
