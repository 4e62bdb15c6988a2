"""The command line, figures, settings, claims and the comparison report.

The names below load on first use, so that the command line's help does not wait for plotting libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from report.claim import Claim
    from report.command_line import main
    from report.comparison import Comparison, compare
    from report.judgement import judge
    from report.knob_sweep import KnobSweep
    from report.known_settings import add_setting, setting_names
    from report.law.collection import collect_sweeps
    from report.law.law import Law, judge_law
    from report.log_measurement import measure_logs
    from report.measured_runs import MeasuredRun, MeasuredRuns
    from report.page import write_report
    from report.readers.curve_files import Curves, read_curves
    from report.setting import Companion, Example, Request, Section, Setting, Style

_HOME = {
    "Claim": "report.claim",
    "Companion": "report.setting",
    "Comparison": "report.comparison",
    "Curves": "report.readers.curve_files",
    "Example": "report.setting",
    "KnobSweep": "report.knob_sweep",
    "Law": "report.law.law",
    "MeasuredRun": "report.measured_runs",
    "MeasuredRuns": "report.measured_runs",
    "Request": "report.setting",
    "Section": "report.setting",
    "Setting": "report.setting",
    "Style": "report.setting",
    "add_setting": "report.known_settings",
    "collect_sweeps": "report.law.collection",
    "compare": "report.comparison",
    "judge": "report.judgement",
    "judge_law": "report.law.law",
    "main": "report.command_line",
    "measure_logs": "report.log_measurement",
    "read_curves": "report.readers.curve_files",
    "setting_names": "report.known_settings",
    "write_report": "report.page",
}

__all__ = [
    "Claim",
    "Companion",
    "Comparison",
    "Curves",
    "Example",
    "KnobSweep",
    "Law",
    "MeasuredRun",
    "MeasuredRuns",
    "Request",
    "Section",
    "Setting",
    "Style",
    "add_setting",
    "collect_sweeps",
    "compare",
    "judge",
    "judge_law",
    "main",
    "measure_logs",
    "read_curves",
    "setting_names",
    "write_report",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> object:
        if name in _HOME:
            return getattr(import_module(_HOME[name]), name)
        from theory.suggestion import missing_attribute

        raise missing_attribute(__name__, name, __all__)
