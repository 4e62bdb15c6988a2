"""Sharpness of gradient descent on the linear student at finite d, over λ and replicas."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.accuracy import accuracy_from_log_loss
from numerics.curves.sharpness import measure
from numerics.curves.sharpness_table import SharpnessTable, tabulate
from numerics.descent.laguerre_ensemble import sample_modes
from numerics.descent.linear_data import LinearData, LinearProblem
from numerics.descent.replicas import Route, check_route
from numerics.descent.spectral_modes import spectral_modes

__all__ = ["descent_accuracies", "descent_data", "descent_problem", "sweep_descent"]


def descent_problem(lam: float, d: int, replica: int, *, seed: int = 0) -> LinearProblem:
    """One replica at the number of samples next to d/λ; its random numbers depend on (d, N, replica, seed) alone.

    >>> descent_problem(0.9, 90, 0).n_train
    100
    """
    return LinearProblem(d, max(1, round(d / lam)), seed=seed, replica=replica)


def descent_data(lam: float, d: int, replica: int, *, seed: int = 0) -> LinearData:
    """The data set of one replica; it depends on nothing but (λ, d, replica, seed).

    >>> descent_data(0.9, 90, 0).inputs.shape
    (100, 90)
    """
    return descent_problem(lam, d, replica, seed=seed).data()


def descent_accuracies(
    problem: LinearData | LinearProblem, *, epsilon: float = 1e-10, eta: float = 0.01, points: int = 5000
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Steps, training and generalization accuracy of one run, recorded until its slowest mode is learned.

    A data set is diagonalised; of a `LinearProblem` only the spectrum is drawn (`sample_modes`). Steps are equally
    spaced from 1 to ln(10³/ε)/(4ην_min), ν_min the smallest non-zero eigenvalue of the covariance: at finite size the
    end of the run is set by the sample, not by the edge (1 − √λ)² of the infinite spectrum.

    >>> steps, train, gen = descent_accuracies(descent_problem(0.8, 100, 0))
    >>> bool(train[-1] > 0.999), bool(gen[-1] > 0.999), bool((np.diff(gen) >= 0).all())
    (True, True, True)
    """
    modes = sample_modes(problem) if isinstance(problem, LinearProblem) else spectral_modes(problem)
    smallest = modes.nu[modes.nu > 0][0]
    steps = np.linspace(1.0, max(2.0, np.log(1e3 / epsilon) / (4 * eta * smallest)), points)
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
    replicas: int = 3,
    seed: int = 0,
    epsilon: float = 1e-10,
    eta: float = 0.01,
    points: int = 5000,
    route: Route = "bidiagonal",
    progress: Callable[[int, int], None] | None = None,
) -> SharpnessTable:
    """Measure gradient descent on ``replicas`` random data sets of dimension d at every λ.

    The columns are those of `sweep_linear`, with ``d`` and ``replica``; ``lam`` is the realised d/N. Runs with λ > 1
    cannot generalize and say so.

    Parameters
    ----------
    route
        ``"bidiagonal"`` draws spectra without data, in O(d²); ``"data"`` draws data sets and diagonalises them, in
        O(d³). Both have the same law, not the same numbers.

    Raises
    ------
    ValueError
        For λ ≤ 0, d < 2, an unknown route, or a learning rate at which gradient descent diverges.

    Examples
    --------
    >>> table = sweep_descent([0.8], d=100, replicas=2)
    >>> table["status"].tolist(), table["lam"].tolist()
    (['ok', 'ok'], [0.8, 0.8])
    """
    values = np.atleast_1d(np.asarray(lam, dtype=np.float64))
    if not ((values > 0) & np.isfinite(values)).all() or d < 2:
        raise ValueError(f"Need λ > 0 and d ≥ 2, got λ = {values.tolist()}, d = {d}.")
    check_route(route)
    problems = [
        descent_problem(value, d, replica, seed=seed) for value in values.tolist() for replica in range(replicas)
    ]
    rows = []
    for done, row in enumerate(_rows(problems, route, epsilon, eta, points), start=1):
        rows.append(row)
        if progress is not None:
            progress(done, len(problems))
    return tabulate(rows)


def _rows(
    problems: list[LinearProblem], route: Route, epsilon: float, eta: float, points: int
) -> Iterator[dict[str, Any]]:
    for problem in problems:
        source = problem if route == "bidiagonal" else problem.data()
        result = measure(*descent_accuracies(source, epsilon=epsilon, eta=eta, points=points))
        status = result.status
        if problem.lam > 1:
            status = f"{problem.d} unknowns, {problem.n_train} samples: the rest of the error is never learned"
        yield {"lam": problem.lam, "d": problem.d, "replica": problem.replica, **result.row(), "status": status}
