"""Recorded accuracies with the curves that were fitted to them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from report.figures.panels import BLACK, BLUE, ORANGE, literal, panel, time_label
from report.setting import Example, Setting

__all__ = ["example_figure", "fits_figure"]

_ACCURACY = "accuracy"
_MOST_POINTS = 1500  # no screen or printer resolves more; the page would only grow


def fits_figure(setting: Setting) -> tuple[Figure, ...]:
    """The examples of a setting, from small to large gap, with the fitted curves, a panel each."""
    return tuple(example_figure(example, setting.time_unit) for example in setting.examples)


def example_figure(example: Example, unit: str) -> Figure:
    """Both accuracies of one run over time, with the curves that were fitted to them.

    >>> from numerics import measure
    >>> t = np.arange(60.0)
    >>> train, gen = np.clip(t / 10 - 1, 0, 1), np.clip(t / 10 - 3, 0, 1)
    >>> example_figure(Example("two ramps", t, train, gen, measure(t, train, gen)), "step").axes[0].get_title()[:9]
    'two ramps'
    """
    figure, axes = panel(time_label(unit), _ACCURACY)
    _draw(axes, example)
    return figure


def _draw(axes: Axes, example: Example) -> None:
    result = example.result
    both = (
        ("training", example.train, result.train, BLUE),
        ("generalization", example.gen, result.gen, ORANGE),
    )
    fits = [fit for _, _, fit, _ in both if fit.ok]
    # What comes long after the last jump would press the jumps together; a curve without a fit is shown whole.
    ends = [fit.jump_time + 4 / fit.sharpness for fit in fits] if len(fits) == 2 else []
    end = min(float(example.time[-1]), max(ends, default=np.inf))
    before = example.time <= end
    for name, curve, fit, color in both:
        shown = np.flatnonzero(before & ~np.isnan(curve))
        shown = shown[:: max(1, shown.size // _MOST_POINTS)]
        time = example.time[shown]
        axes.plot(time, curve[shown], color=color, lw=3, alpha=0.4, label=name)
        if fit.ok:
            label = f"fitted {fit.shape}" if fit is fits[-1] else None
            axes.plot(time, fit(time), color=BLACK, lw=1, ls="--", label=label)
    axes.legend(frameon=False, loc="best", fontsize=9)
    axes.set_xlim(0, end)
    axes.ticklabel_format(axis="x", scilimits=(-2, 4), useMathText=True)
    measures = (
        f"$G$ = {result.relative_gap:.3g}, $S_\\mathrm{{rel}}$ = {result.relative_sharpness:.3g}" if result.ok else ""
    )
    axes.set_title(f"{literal(example.label)}\n{measures}", fontsize=10)
