"""Jump times and losses at finite size against those of infinite size."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from numerics import JumpTrust
from report.figures.panels import BLACK, BLUE, GREEN, GREY, ORANGE, legend_above, panel

__all__ = ["trust_figure"]

_COLORS, _MARKERS = (BLUE, ORANGE, GREEN, BLACK, GREY), "os^Dv"


def trust_figure(rows: Sequence[JumpTrust]) -> tuple[Figure, Figure]:
    """Generalization jump time and mean loss at finite d, relative to infinite size, against d over the size needed.

    >>> from numerics import jump_trust
    >>> jumps, losses = trust_figure(jump_trust([0.5], [20, 40], replicas=3))
    >>> jumps.axes[0].get_xscale()
    'log'
    """
    from_needed = r"$d\,/\,d_\mathrm{needed}(\lambda)$"
    jumps, left = panel(from_needed, r"$t^*_\mathrm{gen}\,/\,t^*_\mathrm{gen}(\infty)$")
    losses, right = panel(from_needed, r"mean loss$\,/\,$loss$(\infty)$ at $t^*_\mathrm{gen}(\infty)$")
    asked = sorted({row.asked_lam for row in rows})
    for k, lam in enumerate(asked):
        here = [row for row in rows if row.asked_lam == lam]
        shares = [row.d / row.size_needed for row in here]
        style: dict[str, Any] = {"ls": "", "marker": _MARKERS[k % 5], "ms": 4, "mfc": "none", "elinewidth": 0.8}
        style |= {"color": _COLORS[k % 5], "label": f"λ = {lam:.4g}"}
        middle = np.array([row.gen_ratio for row in here])
        below = middle - [row.gen_ratio_low for row in here]
        above = [row.gen_ratio_high for row in here] - middle
        left.errorbar(shares, middle, yerr=(below, above), **style)
        right.errorbar(shares, [row.loss_ratio for row in here], yerr=[row.loss_ratio_error for row in here], **style)
    every = [row.d / row.size_needed for row in rows]
    x = np.geomspace(min(every) / 1.5, max(every) * 1.5, 200)
    right.plot(x, 1 + rows[0].tolerance / x, color=GREY, lw=1, label="first correction")
    for axes in (left, right):
        axes.axvline(1, color=GREY, lw=0.8, ls=":")
        axes.axhline(1, color=GREY, lw=0.6)
        axes.set_xscale("log")
        axes.set_xlim(x[0], x[-1])
        legend_above(axes, 3, spacing=0.4)
    right.set_yscale("log")
    return jumps, losses
