"""Many random data sets of one problem: their losses, the mean with its standard error, and bands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, ProgressOption
from numerics.descent.gradient_descent import descend_by_spectrum, descend_in_distribution
from numerics.descent.linear_data import LinearProblem
from numerics.descent.sampled_modes import Weights
from numerics.descent.spectral_modes import LossCurves
from numerics.progress import shown
from numerics.threshold_accuracy import accuracy_from_log_loss

__all__ = ["Band", "ReplicaCurves", "Route", "descend_replicas"]

Route = Literal["bidiagonal", "data"]


@dataclass(frozen=True)
class Band:
    """Mean over replicas with its standard error, and pointwise quantiles; shape (n_steps,) each.

    `low` and `high` enclose the share `level` of the replicas at each step.

    >>> band = Band.of(np.array([[0.0], [1.0], [2.0]]), level=0.5)
    >>> [float(x[0]) for x in (band.mean, band.standard_error.round(3), band.low, band.median, band.high)]
    [1.0, 0.577, 0.5, 1.0, 1.5]
    """

    level: float
    mean: Array
    standard_error: Array
    median: Array
    low: Array
    high: Array

    @classmethod
    def of(cls, values: Array, *, level: float = 0.9) -> "Band":
        """Summarise values of shape (replicas, …) over the first axis; one replica has no standard error (NaN)."""
        if not 0 < level < 1:
            raise ValueError(f"The level of a band must lie strictly between 0 and 1, got {level}.")
        count = values.shape[0]
        spread = values.std(axis=0, ddof=1) if count > 1 else np.full(values.shape[1:], np.nan)
        low, median, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
        mean, error = values.mean(axis=0), spread / np.sqrt(count)
        return cls(level=level, mean=mean, standard_error=error, median=median, low=low, high=high)


@dataclass(frozen=True)
class ReplicaCurves:
    """Losses of many replicas as logarithms; shape (replicas, n_steps) each.

    >>> curves = ReplicaCurves(np.array([0.0]), np.zeros((2, 1)), np.log([[1.0], [3.0]]))
    >>> curves.loss("gen").mean, curves.accuracy("gen", epsilon=2.198109).mean.round(2)
    (array([2.]), array([0.73]))
    """

    steps: Array
    log_train: Array
    log_gen: Array

    def loss(self, which: Literal["train", "gen"], *, level: float = 0.9) -> Band:
        """Mean and band of the loss; the mean estimates the expected loss."""
        return Band.of(np.exp(self._log(which)), level=level)

    def log_loss(self, which: Literal["train", "gen"], *, level: float = 0.9) -> Band:
        """Mean and band of ln L: the typical loss, also where a few slow replicas make all of the mean."""
        return Band.of(self._log(which), level=level)

    def accuracy(self, which: Literal["train", "gen"], *, epsilon: float, level: float = 0.9) -> Band:
        """Mean and band of the accuracy at error threshold ε, one output (M Eq. 7)."""
        return Band.of(accuracy_from_log_loss(self._log(which), epsilon), level=level)

    def _log(self, which: str) -> Array:
        if which not in ("train", "gen"):
            raise ValueError(f"The loss must be 'train' or 'gen', got {which!r}.")
        return self.log_train if which == "train" else self.log_gen


def descend_replicas(
    problem: LinearProblem,
    steps: ArrayLike,
    *,
    eta: float,
    replicas: int,
    weight_decay: float = 0.0,
    route: Route = "bidiagonal",
    weights: Weights = "random",
    progress: ProgressOption = None,
) -> ReplicaCurves:
    """Losses of `replicas` random data sets, replica numbers `problem.replica` onwards.

    Each replica has its own stream of random numbers: it is the same whatever the number of replicas. Routes and
    `weights` as in `descend_in_distribution` (`"bidiagonal"`) and `descend_by_spectrum` (`"data"`).

    Raises
    ------
    ValueError
        If there are no replicas, a name is unknown, or as in `descend_by_spectrum`.

    Examples
    --------
    >>> problem = LinearProblem(d=50, n_train=100)
    >>> curves = descend_replicas(problem, [0, 25, 250], eta=0.01, replicas=200)
    >>> band = curves.loss("gen")
    >>> from numerics.losses import generalization_loss
    >>> theory = generalization_loss(0.04 * curves.steps, 0.5)
    >>> bool((abs(band.mean - theory) < 3 * band.standard_error + 1 / 50).all())
    True
    """
    if replicas < 1:
        raise ValueError(f"Need at least one replica, got {replicas}.")
    check_route(route)
    if route == "data" and weights != "random":
        raise ValueError(f"Data have weights of their own: weights must be 'random' on route 'data', got {weights!r}.")
    train, gen = [], []
    with shown(progress, "gradient descent", "replica") as show:
        for done, draw in enumerate(each_replica(problem, replicas), start=1):
            curves: LossCurves
            if route == "data":
                curves = descend_by_spectrum(draw, steps, eta=eta, weight_decay=weight_decay)
            else:
                curves = descend_in_distribution(draw, steps, eta=eta, weight_decay=weight_decay, weights=weights)
            train.append(curves.log_train)
            gen.append(curves.log_gen)
            show(done, replicas)
    return ReplicaCurves(curves.steps, np.array(train), np.array(gen))


def each_replica(problem: LinearProblem, replicas: int) -> Iterator[LinearProblem]:
    """Yield the draws that follow `problem`, itself included.

    >>> [draw.replica for draw in each_replica(LinearProblem(2, 3, replica=5), 2)]
    [5, 6]
    """
    for number in range(replicas):
        yield replace(problem, replica=problem.replica + number)


def check_route(route: str) -> None:
    """Refuse a route that is not one of `Route`.

    >>> check_route("data")
    """
    if route not in ("bidiagonal", "data"):
        raise ValueError(f"route must be 'bidiagonal' or 'data', got {route!r}.")
