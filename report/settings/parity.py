"""Networks that learn a parity hidden among random bits, the paper's own or recorded ones."""

from collections.abc import Iterable

from report.knob_sweep import KnobSweep
from report.recorded_sweeps import recorded_sweep
from report.setting import Request, Setting, Style
from report.trained_setting import recorded_setting, trained_setting

__all__ = ["build", "knob_sweeps"]

_STYLE = Style("#D55E00", "o", "-.")

_RECORDED = (
    "task.train_samples", "model.width", "model.initial_scale", "optimizer.weight_decay", "optimizer.learning_rate",
)  # fmt: skip
"""The knobs along which runs with 35 inputs come with the package, in the preset of the knob's last word."""


def build(request: Request) -> Setting:
    """Train the networks of the preset, load those that are finished, or take recorded ones."""
    if request.recorded is not None:
        return recorded_setting("parity", request, style=_STYLE, more=" None was trained for this page.")
    whole = " All of the paper's, trained beforehand, are in the page that `groksharp report --recorded paper` writes."
    return trained_setting("parity", request, style=_STYLE, more=whole if request.preset == "quick" else "")


def knob_sweeps() -> Iterable[KnobSweep]:
    """The recorded networks along the number of inputs, and along five other knobs at 35 of them."""
    yield recorded_sweep("parity", "task.input_size", "ten_seeds", seed=range(5))
    for knob in _RECORDED:
        yield recorded_sweep("parity", knob, knob.rpartition(".")[2])
