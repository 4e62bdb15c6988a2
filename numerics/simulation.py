"""Real runs of a solvable system at finite size, whatever the system."""

from functools import singledispatch
from typing import Any

from numerics.run_curves import RunCurves
from theory import SolvableSystem

__all__ = ["simulate"]


@singledispatch
def simulate(
    system: SolvableSystem, *, replica: int = 0, seed: int = 0, points: int = 5000, **options: Any
) -> RunCurves:
    """One run of a solvable system at finite size: random data, the training itself, no average.

    What happens depends on the system; each kind has a file of its own that joins its function with
    `simulate.register`. A linear student descends on Gaussian data: `numerics.descent.student_simulation`.

    Parameters
    ----------
    system
        A system with numbers, and with the size that it has: `.with_size(d)` of a linear student.
    replica, seed
        Which of all random runs: equal numbers give equal bits.
    points
        Number of times recorded.

    Raises
    ------
    TypeError
        For a kind of system that nobody has told how to simulate.
    ValueError
        For a system that lacks a number or a size.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> student = LinearStudent(0.8, epsilon=1e-10, eta0=0.01).with_finite_step()
    >>> run = simulate(student.with_size(100), points=500)
    >>> dict(run.columns), run.measure().status
    ({'lam': 0.8, 'd': 100, 'replica': 0}, 'ok')
    """
    raise TypeError(
        f"No simulation of a {type(system).__name__} is known; write a function of it and join it by "
        "numerics.simulate.register."
    )
