"""The table of a sweep: one row a run, whatever made its curves."""

from collections.abc import Callable, Sequence

from numerics.annotations import ProgressOption
from numerics.curves.sharpness_table import SharpnessTable, tabulate
from numerics.progress import shown
from numerics.run_curves import RunCurves
from numerics.statistics.trend.trend import Noise

__all__ = ["measure_each"]


def measure_each(
    runs: Sequence[Callable[[], RunCurves]],
    progress: ProgressOption = None,
    *,
    noise: Noise,
    knobs: Sequence[str] = (),
) -> SharpnessTable:
    """Make each run, fit both of its curves, and collect one row a run; `progress` is told after each.

    `noise` and `knobs` as of `SharpnessTable`.

    >>> import numpy as np
    >>> flat = RunCurves(np.arange(9.0), np.zeros(9), np.zeros(9), {"lam": 2.0}, status="never rises")
    >>> measure_each([lambda: flat], noise="none")["status"].tolist()
    ['never rises']
    """
    rows = []
    with shown(progress, "runs", "run") as show:
        for done, run in enumerate(runs, start=1):
            rows.append(run().row())
            show(done, len(runs))
    return tabulate(rows, noise=noise, knobs=knobs)
