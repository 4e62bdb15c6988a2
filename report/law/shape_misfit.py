"""How far the generalization curves of each system are from the erf that is fitted to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from report.annotations import Array
from report.knob_sweep import KnobSweep

__all__ = ["ShapeMisfit", "shape_misfits"]


@dataclass(frozen=True)
class ShapeMisfit:
    """Largest systematic deviations from the fitted erf, as shares of the height, over the runs of a system.

    Attributes
    ----------
    BOUND
        From which a deviation counts as another shape, as in `CurveFit.complaint`.
    name, values
        The system, and the deviation of each fitted run.

    Examples
    --------
    >>> one = ShapeMisfit("mine", np.array([0.01, 0.02, 0.2]))
    >>> one.runs, one.beyond, one.median
    (3, 1, 0.02)
    """

    BOUND: ClassVar[float] = 0.05
    name: str
    values: Array

    @property
    def runs(self) -> int:
        """Number of runs."""
        return int(self.values.size)

    @property
    def beyond(self) -> int:
        """Runs that deviate by more than the bound."""
        return int((self.values > self.BOUND).sum())

    @property
    def median(self) -> float:
        """The middle deviation."""
        return float(np.median(self.values))


def shape_misfits(sweeps: Iterable[KnobSweep]) -> tuple[ShapeMisfit, ...]:
    """One a system, over the fitted runs of all its knobs; a curve that several sweeps share counts once.

    >>> from numerics import sweep_linear
    >>> sweep = KnobSweep("linear_student", "lam", sweep_linear([0.9, 0.95], convention="exact", points=2000))
    >>> [(one.name, one.runs, one.beyond) for one in shape_misfits([sweep])]
    [('linear_student', 2, 2)]
    """
    by_name: dict[str, set[float]] = {}
    for sweep in sweeps:  # equal deviations are those of one curve
        by_name.setdefault(sweep.name, set()).update(row["misfit_gen"] for row in sweep.table.fitted)
    return tuple(
        ShapeMisfit(name, known)
        for name, values in by_name.items()
        for known in [np.array(sorted(value for value in values if np.isfinite(value)))]
        if known.size
    )
