"""Sharpness of real gradient descent on the linear student at finite d, over λ and replicas."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.accuracy import accuracy_from_log_loss
from numerics.gradient_descent import LinearData, sample_linear_data, spectral_modes
from numerics.sharpness import measure
from numerics.sharpness_table import SharpnessTable, tabulate

__all__ = ["descent_accuracies", "descent_data", "sweep_descent"]


def descent_data(lam: float, d: int, replica: int, *, seed: int = 0) -> LinearData:
    """The data set of one replica; it depends on nothing but (λ, d, replica, seed).

    >>> descent_data(0.9, 90, 0).inputs.shape
    (100, 90)
    """
    n_train = round(d / lam)
    stream = np.random.SeedSequence([seed, d, n_train, replica])
    return sample_linear_data(d, n_train, rng=np.random.default_rng(stream))


def descent_accuracies(
    data: LinearData, *, epsilon: float = 1e-10, eta: float = 0.01, points: int = 5000
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Steps, training and generalization accuracy of one run, recorded until its slowest mode is learned.

    Steps are equally spaced from 1 to ln(10³/ε)/(4ην_min), ν_min the smallest non-zero eigenvalue of the covariance:
    at finite size the end of the run is set by the sample, not by the edge (1 − √λ)² of the infinite spectrum.

    >>> steps, train, gen = descent_accuracies(descent_data(0.8, 100, 0))
    >>> bool(train[-1] > 0.999), bool(gen[-1] > 0.999), bool((np.diff(gen) >= 0).all())
    (True, True, True)
    """
    modes = spectral_modes(data)
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
    progress: Callable[[int, int], None] | None = None,
) -> SharpnessTable:
    """Measure gradient descent on ``replicas`` random data sets of dimension d at every λ.

    The columns are those of `sweep_linear`, with ``d`` and ``replica``; ``lam`` is the realised d/N. Runs with λ > 1
    cannot generalize and say so.

    Raises
    ------
    ValueError
        For λ ≤ 0, d < 2, or a learning rate at which gradient descent diverges.

    Examples
    --------
    >>> table = sweep_descent([0.8], d=100, replicas=2)
    >>> table["status"].tolist(), table["lam"].tolist()
    (['ok', 'ok'], [0.8, 0.8])
    """
    values = np.atleast_1d(np.asarray(lam, dtype=np.float64))
    if not ((values > 0) & np.isfinite(values)).all() or d < 2:
        raise ValueError(f"Need λ > 0 and d ≥ 2, got λ = {values.tolist()}, d = {d}.")
    total = values.size * replicas
    rows = []
    for done, row in enumerate(_rows(values, d, replicas, seed, epsilon, eta, points), start=1):
        rows.append(row)
        if progress is not None:
            progress(done, total)
    return tabulate(rows)


def _rows(
    values: NDArray[np.float64], d: int, replicas: int, seed: int, epsilon: float, eta: float, points: int
) -> Iterator[dict[str, Any]]:
    for value in values.tolist():
        for replica in range(replicas):
            data = descent_data(value, d, replica, seed=seed)
            result = measure(*descent_accuracies(data, epsilon=epsilon, eta=eta, points=points))
            status = result.status
            if data.lam > 1:
                status = f"{d} unknowns, {data.inputs.shape[0]} samples: the rest of the error is never learned"
            yield {"lam": data.lam, "d": d, "replica": replica, **result.row(), "status": status}
