from .claim import Claim
from .command_line import main
from .comparison import Comparison, compare
from .judgement import judge
from .knob_sweep import KnobSweep
from .known_settings import add_setting, setting_names
from .law.collection import collect_sweeps
from .law.law import Law, judge_law
from .log_measurement import measure_logs
from .measured_runs import MeasuredRun, MeasuredRuns
from .page import write_report
from .readers.curve_files import Curves, read_curves
from .setting import Companion, Example, Request, Section, Setting, Style

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
