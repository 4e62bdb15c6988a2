"""Sharpness of any solvable system along one of its knobs."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from sympy import sympify

from numerics.annotations import Array, ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.run_curves import RunCurves, checked_points
from numerics.run_table import measure_each
from numerics.systems import accuracy_floor, exact_numbers, never_rises, system_curves
from theory import SolvableSystem
from theory.suggestion import suggestion

__all__ = ["sweep", "system_times"]

System = TypeVar("System", bound=SolvableSystem)


def system_times(system: SolvableSystem, *, points: int = 50_000, horizon: float | None = None) -> Array:
    """Times of a sweep: equally spaced from 0, which is left out, to the horizon, the system's own unless given.

    >>> from theory import LinearStudent
    >>> system_times(LinearStudent(1.1, eta0=0.01), points=4).round(1)
    array([125000., 250000., 375000., 500000.])
    """
    given = sympify(system.horizon if horizon is None else horizon)
    if given.free_symbols:
        missing = ", ".join(sorted(map(str, given.free_symbols)))
        raise ValueError(f"The horizon needs a number for {missing}: give the system one, or say horizon=….")
    # In floats, for SymPy cannot tell the sign of every number.
    end = float(given) if given.is_number and given.is_real is not False else np.nan
    if not 0 < end < np.inf:
        raise ValueError(f"The horizon must be a number, positive and finite, got {given.n(6)}; say one by horizon=….")
    points = checked_points(points)
    return np.linspace(end / points, end, points)


def sweep(
    system: System,
    knob: str,
    values: ArrayLike | Iterable[Any],
    *,
    points: int = 50_000,
    horizon: float | None = None,
    times: Callable[[System], Array] | None = None,
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure a solvable system at every value of one of its knobs: one row a value, failed fits kept with a reason.

    Parameters
    ----------
    system
        Anything that satisfies `theory.SolvableSystem`, with numbers for all other parameters.
    knob
        Name of one of `system.parameters`; the first column of the table.
    values
        Its values.
    points, horizon
        Times a value: `points` equally spaced up to the horizon, in units of the system's clock, its own unless given;
        see `system_times`.
    times
        Other times instead, as a function of the system at each value.
    progress
        True for a bar on standard error, or a function that is called with (done, total) after each value.

    Raises
    ------
    ValueError
        If the system has no such knob, or a value makes no sense to it.
    theory.NoClosedFormError
        Where the system has no closed form.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> student = LinearStudent(0.9, epsilon=1e-6, eta0=0.01)
    >>> table = sweep(student.with_initial_scale(1), "initial_scale", [1, 4, 16], points=2000)
    >>> table["initial_scale"].tolist(), table["relative_gap"].round(2)
    ([1, 4, 16], array([2.08, 1.39, 0.93]))
    """
    if knob not in system.parameters:
        known = ", ".join(system.parameters)
        raise ValueError(f"The system has no knob {knob!r}; it has {known}.{suggestion(knob, system.parameters)}")
    values = list(values) if np.iterable(values) else [values]
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    variants = [(value, exact_numbers(system.replace(**{knob: value}))) for value in plain]

    def run(value: Any, variant: System) -> RunCurves:
        time = times(variant) if times else system_times(variant, points=points, horizon=horizon)
        curves = system_curves(variant, time)
        return RunCurves(time, *curves, {knob: value}, never_rises(variant), accuracy_floor(variant))

    return measure_each([partial(run, value, variant) for value, variant in variants], progress, noise="none")
