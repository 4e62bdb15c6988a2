"""Sharpness of gradient descent on the linear student at finite d, over λ and random data sets."""

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.descent.leading_block import descent_steps, learned_modes
from numerics.descent.linear_data import LARGEST_SIZE, LinearData, LinearProblem, samples_for, unlearned_rest
from numerics.descent.replicas import Route, check_route
from numerics.descent.spectral_modes import spectral_modes
from numerics.given_numbers import as_floats, positive_number, whole_number
from numerics.run_curves import RunCurves, checked_points
from numerics.run_table import measure_each
from numerics.threshold_accuracy import accuracy_from_log_loss

__all__ = ["descent_accuracies", "descent_data", "descent_problem", "sweep_descent"]


def descent_problem(lam: float, d: int, replica: int, *, seed: int = 0) -> LinearProblem:
    """One replica at the number of samples next to d/λ; its random numbers depend on (d, N, replica, seed) alone.

    >>> descent_problem(0.9, 90, 0).n_train
    100
    """
    return LinearProblem(d, samples_for(d, lam), seed=seed, replica=replica)


def descent_data(lam: float, d: int, replica: int, *, seed: int = 0) -> LinearData:
    """The data set of one replica; it depends on nothing but (λ, d, replica, seed).

    >>> descent_data(0.9, 90, 0).inputs.shape
    (100, 90)
    """
    return descent_problem(lam, d, replica, seed=seed).data()


def descent_accuracies(
    problem: LinearData | LinearProblem, *, epsilon: float = 1e-10, eta: float = 0.01, points: int = 5000
) -> tuple[Array, Array, Array]:
    """Steps, training and generalization accuracy of one run, recorded until all is learned.

    A data set is diagonalised; of a `LinearProblem` as many modes are drawn as it takes (`learned_modes`). Steps as in
    `numerics.descent.leading_block.descent_steps`. `simulate` does the same for a `theory.LinearStudent` with any
    of its variants.

    >>> steps, train, gen = descent_accuracies(descent_problem(0.8, 100, 0))
    >>> bool(train[-1] > 0.999), bool(gen[-1] > 0.999), bool((np.diff(gen) >= 0).all())
    (True, True, True)
    """
    if isinstance(problem, LinearProblem):
        modes = learned_modes(problem, eta=eta, epsilon=epsilon)
    else:
        modes = spectral_modes(problem)
    steps = descent_steps(modes, eta=eta, epsilon=epsilon, points=points)
    curves = modes.descend(steps, eta=eta)
    return (
        steps,
        accuracy_from_log_loss(curves.log_train, epsilon),
        accuracy_from_log_loss(curves.log_gen, epsilon),
    )


def sweep_descent(
    lam: ArrayLike,
    *,
    d: int = 1000,
    seeds: Iterable[int] = range(3),
    epsilon: float = 1e-10,
    eta: float = 0.01,
    points: int = 5000,
    route: Route = "bidiagonal",
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure gradient descent on a random data set of dimension d for each of the seeds, at every λ.

    `simulate` of the student with a finite step and size d. The columns are those of `sweep_linear`, with `d` and
    `seed`; `lam` is the realised d/N. Runs with λ > 1 cannot generalize and say so.

    Parameters
    ----------
    route
        `"bidiagonal"` draws the modes that a run needs and no data, k ≈ √(s ln 10¹²) of them for s = 4ηn, whatever d,
        in O(k²). `"data"` draws data sets and diagonalises them, in O(d³). Both have the same law, not the same
        numbers.

    Raises
    ------
    ValueError
        For λ ≤ 0, a d that is not whole or not from 2 to 2⁵³, an unknown route, a learning rate at which gradient
        descent diverges, or so large a d so near to λ = 1 that a run takes more than 200,000 modes.

    Examples
    --------
    >>> table = sweep_descent([0.8], d=10**9, seeds=[0, 1])
    >>> table["status"].tolist(), table["lam"].tolist(), table["relative_gap"].round(3)
    (['ok', 'ok'], [0.8, 0.8], array([0.37, 0.37]))
    """
    values = np.atleast_1d(as_floats(lam, "λ"))
    if not ((values > 0) & np.isfinite(values)).all():
        raise ValueError(f"λ must be positive and finite, got {values[~((values > 0) & np.isfinite(values))].flat[0]}.")
    d = whole_number(d, "d", 2, LARGEST_SIZE)
    epsilon, eta = positive_number(epsilon, "The threshold ε"), positive_number(eta, "The rate η")
    points = checked_points(points)
    check_route(route)

    def run(problem: LinearProblem, seed: int) -> RunCurves:
        source = problem if route == "bidiagonal" else problem.data()
        curves = descent_accuracies(source, epsilon=epsilon, eta=eta, points=points)
        return RunCurves(*curves, {"lam": problem.lam, "d": d, "seed": seed}, unlearned_rest(problem))

    problems = [(descent_problem(value, d, 0, seed=seed), seed) for value in values.tolist() for seed in seeds]
    return measure_each([partial(run, *problem) for problem in problems], progress, noise="runs", knobs=("lam",))
