"""Numbers of `theory.ThresholdLearner`: its accuracies, and gradient descent on drawn data."""

from numbers import Integral

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.run_curves import RunCurves, checked_points
from numerics.simulation import simulate
from numerics.system_sweep import system_times
from numerics.systems import accuracy_floor, never_rises, plain_numbers, plain_times, system_curves
from theory import ThresholdLearner

__all__ = ["draw_samples", "grokking_probability", "simulate_threshold", "threshold_curves", "threshold_never_rises"]

_CHANCE = 0.5


@system_curves.register
def threshold_curves(system: ThresholdLearner, time: ArrayLike) -> tuple[Array, Array]:
    """Mean training accuracy over all data with these means, and generalization accuracy.

    >>> train, gen = threshold_curves(ThresholdLearner(samples=2, epsilon=1, start=4), [0.0, 1.0, 2.0])
    >>> train.round(3), gen.round(3)
    (array([0.5  , 0.882, 1.   ]), array([0.525, 0.812, 1.   ]))
    """
    numbers = plain_numbers(system)
    distance, others = float(system.distance), numbers["samples"] - 1
    way = numbers["start"] - numbers["epsilon"] + distance
    excess = np.maximum(0, way * np.exp(-float(system.rate) * plain_times(time)) - distance)
    right = np.maximum(0, 1 - excess / (numbers["samples"] * numbers["positive_mean"])) ** others
    return (1 + right) / 2, (1 + np.exp(-excess)) / 2


@accuracy_floor.register
def threshold_floor(system: ThresholdLearner) -> float:
    """One half: with the threshold far out all of one class are right."""
    return _CHANCE


@never_rises.register
def threshold_never_rises(system: ThresholdLearner) -> str | None:
    """Say so where the threshold comes to rest with more than a quarter of the answers wrong.

    >>> print(threshold_never_rises(ThresholdLearner(offset=0.9)))
    generalization accuracy never rises past 3/4: it ends at 0.725, as x̄ is 0.8 above e
    """
    plain_numbers(system)
    if (end := 1 - float(system.generalization_plateau)) > (1 + _CHANCE) / 2:
        return None
    above = float(system.offset - system.margin)
    return f"generalization accuracy never rises past 3/4: it ends at {end:.3g}, as x̄ is {above:.3g} above e"


def grokking_probability(samples: int, margin: ArrayLike) -> Array:
    """P(|x̄| < e) of `theory.ThresholdLearner.grokking_probability` in floats, also for many samples.

    Up to j of X′ + 2Ne's events, Poisson, before the last of X: 1 − 2 Σ_j Poisson(j; 2Ne)·P(NegativeBinomial(N, 1/2) <
    N − j).

    Parameters
    ----------
    samples
        N of each class.
    margin
        e, any shape.

    Raises
    ------
    ValueError
        If N is not a whole number ≥ 1, or e is negative or no number.

    Examples
    --------
    >>> grokking_probability(2, [0.0, 1.0]).round(6)
    array([0.      , 0.945053])
    """
    wide = np.asarray(margin, dtype=np.float64)
    if isinstance(samples, bool) or not isinstance(samples, Integral) or samples < 1:
        raise ValueError(f"The number of samples of a class must be a whole number ≥ 1, got {samples!r}.")
    if not (wide >= 0).all():
        raise ValueError(f"The margin e must not be negative, got {wide[~(wide >= 0)].flat[0]}.")
    before = np.arange(samples)
    chances = scipy.stats.poisson.pmf(before, 2 * samples * wide[..., None])
    return np.asarray(1 - 2 * chances @ scipy.stats.nbinom.cdf(samples - 1 - before, samples, 0.5))


def draw_samples(system: ThresholdLearner, rng: np.random.Generator) -> tuple[Array, Array]:
    """Samples of both classes with the means of the system, each uniform on its simplex, and their labels.

    >>> x, labels = draw_samples(ThresholdLearner(samples=5, offset=0.25), np.random.default_rng(0))
    >>> x.shape, round(float(x.mean()), 9), bool((x * labels > 0.1).all())
    ((10,), 0.25, True)
    """
    numbers = plain_numbers(system)
    size, mean = int(numbers["samples"]), numbers["positive_mean"]
    shares = rng.dirichlet(np.ones(size), 2)
    sizes = numbers["epsilon"] + size * shares * np.array([[mean], [mean - 2 * numbers["offset"]]])
    labels = np.repeat([1.0, -1.0], size)
    return labels * sizes.ravel(), labels


@simulate.register
def simulate_threshold(system: ThresholdLearner, *, replica: int = 0, seed: int = 0, points: int = 5000) -> RunCurves:
    """Train the threshold on one set of data that has the system's means, by steps of gradient descent.

    b ← b + η[mean(x − b − label) − λ₁ sgn b − λ₂b], `points` steps η up to the horizon. The training accuracy is that
    of the data, a staircase; its mean over replicas differs from `system_curves` by O(η). The generalization accuracy
    is exact at each b.

    Raises
    ------
    ValueError
        If a parameter is not a number, or `points` not a whole number ≥ 2.

    Examples
    --------
    >>> run = simulate_threshold(ThresholdLearner(samples=50, offset=0.1), points=400)
    >>> dict(run.columns), run.measure().status
    ({'samples': 50, 'offset': 0.1, 'replica': 0}, 'ok')
    """
    numbers = plain_numbers(system)
    points = checked_points(points)
    x, labels = draw_samples(system, np.random.default_rng([seed, replica]))
    time = system_times(system, points=points)
    step, b = time[0], numbers["start"]
    path = np.empty(points)
    for k in range(points):
        b += step * ((x - b - labels).mean() - numbers["l1"] * np.sign(b) - numbers["l2"] * b)
        path[k] = b
    train = (np.sign(x - path[:, None]) == labels).mean(axis=1)
    gen = 1 - (1 - np.exp(-np.maximum(0, np.abs(path) - numbers["epsilon"]))) / 2
    columns = {"samples": int(numbers["samples"]), "offset": numbers["offset"], "replica": replica}
    return RunCurves(time, train, gen, columns, threshold_never_rises(system), _CHANCE)
