"""All settings on common axes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from numerics import sharpness_law
from report.figures.panels import GAP, GREY, SHARPNESS, legend_above, literal, logarithmic, panel
from report.figures.run_points import run_points
from report.setting import Setting

__all__ = ["common_figure"]

_LARGEST_GAP = 1e3


def common_figure(settings: Sequence[Setting]) -> tuple[Figure, Figure]:
    """All settings on common axes; the absolute sharpness is made dimensionless by the training jump time.

    A setting without a fitted run of a gap up to 1000 has no points, and none in the legend: larger ones would press
    all others together.
    """
    relative, left = panel(GAP, SHARPNESS["relative"])
    absolute, right = panel(GAP, r"$S_\mathrm{abs}\cdot t^*_\mathrm{train}$ (no unit)")
    for setting in settings:
        near = [row["status"] == "ok" and 0 < row["relative_gap"] <= _LARGEST_GAP for row in setting.table]
        if not any(near):
            continue
        shown, rows = setting.table.where(near), np.flatnonzero(near).tolist()
        scaled = shown["absolute_sharpness"] * shown["jump_time_train"]
        for axes, values in ((left, shown["relative_sharpness"]), (right, scaled)):
            if np.isfinite(values).any():
                run_points(
                    axes, shown["relative_gap"], values, setting.style, table=setting.name, rows=rows,
                    label=literal(setting.title),
                )  # fmt: skip
    law = sharpness_law(np.geomspace(0.5, 9, 60))
    left.plot(law.gap, law.relative_sharpness, color=GREY, lw=1, label=r"law $S(G)$ of the fit")
    left.axhline(1, color=GREY, lw=0.6, ls=":")
    for axes in (left, right):
        logarithmic(axes)
        if axes.get_legend_handles_labels()[0]:
            legend_above(axes, 2)
    return relative, absolute
