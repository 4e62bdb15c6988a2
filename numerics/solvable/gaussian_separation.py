"""Logistic regression of a constant label on Gaussian inputs, and whether they are separable from the origin."""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
import scipy  # its submodules load when they are first used
from scipy.special import expit, ndtr

from numerics.annotations import Array
from numerics.run_curves import RunCurves

__all__ = ["descend_to_separation", "is_separable"]

_CHANCE = 0.5
_STEP = 1.0  # of the mean gradient; 2 is where it would become unstable
_EARLY, _LATER = 100, 40  # recorded are so many first steps, then each so-many-th


def is_separable(inputs: Array) -> bool:
    """Whether a hyperplane through the origin has all points, shape (N, d), on one side: a linear program.

    Raises
    ------
    ValueError
        For another shape, no points, or what is no number.

    Examples
    --------
    >>> is_separable(np.array([[1.0, 0.2], [1.0, -3.0]])), is_separable(np.array([[1.0], [-1.0]]))
    (True, False)
    """
    points = np.asarray(inputs, dtype=np.float64)
    if points.ndim != 2 or not points.size or not np.isfinite(points).all():
        raise ValueError(f"Points must be numbers of shape (N, d), got an array of shape {points.shape}.")
    found = scipy.optimize.linprog(
        np.zeros(points.shape[1]), A_ub=points, b_ub=-np.ones(len(points)), bounds=(None, None)
    )
    return bool(found.success)


def descend_to_separation(
    samples: int,
    dimension: int,
    *,
    sigma: float = 5.0,
    start: float = 1.0,
    seeds: Sequence[int] = (0,),
    until: float = 1e4,
) -> list[RunCurves]:
    """Gradient descent of logistic regression with a bias, all labels −1, on N Gaussian points of d dimensions (B).

    Inputs are N(0, σ²), initial weights N(0, start²/d) and the initial bias 0. An answer is right where S·x + b < 0,
    and the generalization accuracy Φ(−b/(σ|S|)) is exact at each S and b. Steps grow as the gradient falls,
    η = 1/((1 + σ²d)·mean of the logistic function), which is stable; time is Ση.

    Parameters
    ----------
    samples, dimension
        N and d.
    sigma, start
        Standard deviations of the inputs and of the length of the initial weights.
    seeds
        One run each; they are trained together.
    until
        End of the time.

    Returns
    -------
    list of RunCurves
        With the columns lam = d/N, sigma, start, seed and separable.

    Raises
    ------
    ValueError
        If a number makes no sense.

    Examples
    --------
    >>> (run,) = descend_to_separation(20, 5, until=100.0)
    >>> run.columns["lam"], run.columns["separable"], bool(run.gen_accuracy[-1] > 0.9)
    (0.25, False, True)
    """
    whole = isinstance(samples, Integral) and isinstance(dimension, Integral) and min(samples, dimension) >= 1
    if not (whole and len(seeds) and 0 < sigma < np.inf and 0 <= start < np.inf and 1 < until < np.inf):
        raise ValueError(
            "Descent needs whole numbers of samples and dimensions ≥ 1, sigma > 0, start ≥ 0, until > 1, all finite, "
            f"and seeds, got {samples}, {dimension}, {sigma}, {start}, {until}, {list(seeds)}."
        )
    draws = [np.random.default_rng([seed, samples, dimension]) for seed in seeds]
    inputs = np.stack([sigma * rng.standard_normal((samples, dimension)) for rng in draws])
    weight = np.stack([start * rng.standard_normal(dimension) / np.sqrt(dimension) for rng in draws])
    bias, clock = np.zeros(len(draws)), np.zeros(len(draws))
    pace = _STEP / (1 + sigma**2 * dimension)
    rows, count = [], 0
    output = (inputs @ weight[:, :, None])[:, :, 0]
    while clock.min() < until:
        pull = expit(output + bias[:, None])
        mean = pull.mean(axis=1)
        step = pace / mean
        weight = weight - step[:, None] * (pull[:, None, :] @ inputs)[:, 0] / samples
        bias, clock, count = bias - step * mean, clock + step, count + 1
        output = (inputs @ weight[:, :, None])[:, :, 0]
        if count <= _EARLY or count % _LATER == 0:
            right = (output + bias[:, None] < 0).mean(axis=1)
            rows.append((clock, right, ndtr(-bias / (sigma * np.linalg.norm(weight, axis=1)))))
    time, train, gen = (np.array(column).T for column in zip(*rows, strict=True))
    runs = []
    for k, seed in enumerate(seeds):
        seen = time[k] <= until
        columns = {
            "lam": dimension / samples, "sigma": sigma, "start": start, "seed": seed,
            "separable": is_separable(inputs[k]),
        }  # fmt: skip
        runs.append(RunCurves(time[k, seen], train[k, seen], gen[k, seen], columns, floor=_CHANCE))
    return runs
