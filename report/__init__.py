"""The command line, figures, claims and the comparison report.

The names below load on first use, so that the command line's help does not wait for plotting libraries.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Claim": "report.claims",
    "Comparison": "report.comparison",
    "compare": "report.comparison",
    "judge": "report.claims",
    "main": "report.command_line",
    "read_curves": "report.curve_files",
    "write_report": "report.page",
}

__all__ = ["Claim", "Comparison", "compare", "judge", "main", "read_curves", "write_report"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'report' has no attribute {name!r}")
