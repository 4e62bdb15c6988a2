"""Recorded accuracies with the curves that were fitted to them."""

from matplotlib.figure import Figure

from report.figures.measured import measured_figure
from report.setting import Setting

__all__ = ["fits_figure"]


def fits_figure(setting: Setting) -> tuple[Figure, ...]:
    """The examples of a setting, from small to large gap, with the fitted curves, a panel each."""
    return tuple(
        measured_figure([(example.label, example.result)], setting.time_unit, residuals=False)
        for example in setting.examples
    )
