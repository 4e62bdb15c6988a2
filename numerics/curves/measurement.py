"""The measurement of a pair of curves: both fitted, their errors correlated, other choices of the fit compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, Asymptotes
from numerics.curves.asymptotes import asymptote_pair
from numerics.curves.estimation.estimate import Estimate
from numerics.curves.fitting import estimate
from numerics.curves.pair_complaint import pair_complaint
from numerics.curves.recorded_numbers import recorded_accuracy, recorded_time
from numerics.curves.shapes import SHAPES
from numerics.curves.sharpness import INDEPENDENT, Sharpness

__all__ = ["measure", "named", "paired"]


def measure(
    time: ArrayLike,
    train_accuracy: ArrayLike,
    gen_accuracy: ArrayLike,
    *,
    shape: str = "erf",
    floor: Asymptotes = 0.0,
    ceiling: Asymptotes = 1.0,
    train_samples: int | None = None,
    gen_samples: int | None = None,
    systematic: bool = False,
) -> Sharpness:
    """Fit both accuracy curves of a run and derive its grokking gap and sharpness (M section 2).

    Parameters
    ----------
    time
        Steps or epochs since the start of training, shape (n,); durations (timedelta64) are read in seconds, dates are
        refused.
    train_accuracy, gen_accuracy
        Shape (n,). NaN (None, a masked or null entry) means not recorded at that time, so the two may be logged at
        different times.
    shape
        As for `fit_curve`.
    floor, ceiling
        Asymptotes, a number or `"fit"`, for both curves, or a pair (training, generalization) of those. Parity with two
        classes has floor 1/2; a network that fits its data and generalizes to some level has `ceiling=(1, "fit")`.
    train_samples, gen_samples
        Number of samples of which each accuracy is the correct share, for binomial weights.
    systematic
        Whether to fit the other shapes, too, those without a parameter of their own, and each asymptote that was
        given, and say how much that changes: the largest difference of each measure among the choices that describe
        the curves, which have a fit without a complaint. It costs some five further fits a curve.

    Raises
    ------
    ValueError
        Where `fit_curve` does; a curve without a measurable jump is not an error but a status.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import erf
    >>> t = np.arange(1.0, 1001.0)
    >>> result = measure(t, (1 + erf(0.1 * (t - 100))) / 2, (1 + erf(0.02 * (t - 500))) / 2)
    >>> round(result.relative_gap, 9), round(result.relative_sharpness, 9), result.status
    (4.0, 0.2, 'ok')
    """
    t = recorded_time(time)
    lows, highs = asymptote_pair("floor", floor), asymptote_pair("ceiling", ceiling)
    curves: list[_Curve] = []
    estimates: list[Estimate] = []
    for name, values, samples, low, high in zip(
        ("training", "generalization"), (train_accuracy, gen_accuracy), (train_samples, gen_samples), lows, highs,
        strict=True,
    ):  # fmt: skip
        y = recorded_accuracy(values, f"{name} accuracy")
        if y.shape != t.shape:
            raise ValueError(f"The {name} accuracy has shape {y.shape}, time has {t.shape}; they must be equal.")
        missing = np.isnan(y)
        curves.append(_Curve(*((t[~missing], y[~missing]) if missing.any() else (t, y)), samples, low, high))
        with named(name):
            estimates.append(curves[-1].estimate(shape))
    result = paired(*estimates)
    if not (systematic and result.ok):
        return result
    gap, relative, absolute = _largest_changes(result, curves, shape)
    return replace(
        result, relative_gap_systematic=gap, relative_sharpness_systematic=relative,
        absolute_sharpness_systematic=absolute,
    )  # fmt: skip


def paired(train: Estimate, gen: Estimate) -> Sharpness:
    """The measures of two curves that were fitted, their errors correlated.

    >>> ramp = np.clip(np.arange(41) / 10, 0, 1)
    >>> one = estimate(np.arange(41), ramp, shape="erf", floor=0.0, ceiling=1.0, samples=None)
    >>> paired(one, one).relative_sharpness
    1.0
    """
    return Sharpness(train.fit, gen.fit, _correlations(train, gen), pair_complaint=pair_complaint(train.fit, gen.fit))


@contextmanager
def named(name: str) -> Iterator[None]:
    """Say of which curve an error is.

    >>> with named("training"):
    ...     raise ValueError("time must advance.")
    Traceback (most recent call last):
    ValueError: training curve: time must advance.
    """
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name} curve: {error}") from None


@dataclass(frozen=True)
class _Curve:
    """One of the two curves, and how it is fitted."""

    time: Array
    accuracy: Array
    samples: int | None
    floor: float | None
    ceiling: float | None

    def estimate(self, shape: str) -> Estimate:
        return estimate(
            self.time, self.accuracy, shape=shape, floor=self.floor, ceiling=self.ceiling, samples=self.samples
        )


def _largest_changes(result: Sharpness, curves: list[_Curve], shape: str) -> Array:
    """How far each measure is from what other choices give, at most; a choice is made for both curves.

    A curve that a choice does not describe keeps its fit. Where another fit determines less, as with a free asymptote,
    chance alone moves the measure by the difference of the two variances (Hausman 1978), which is taken out of the
    square of the change.
    """
    choices = [
        *((name, curves) for name, other in SHAPES.items() if other.parameter is None and name != shape),
        (shape, [replace(curve, floor=None) for curve in curves]),
        (shape, [replace(curve, ceiling=None) for curve in curves]),
    ]
    (measured, errors), largest = _measures(result), np.zeros(3)
    for name, chosen in choices:
        fits = [result.train, result.gen]
        for k, curve in enumerate(chosen):
            if name == shape and (curve.floor, curve.ceiling) == (curves[k].floor, curves[k].ceiling):
                continue  # this asymptote was free before
            other = curve.estimate(name).fit
            if other.ok and not other.complaint and other.jump_time > 0:
                fits[k] = other
        other_measured, other_errors = _measures(Sharpness(fits[0], fits[1], result.error_correlations))
        by_chance = np.maximum(other_errors**2 - errors**2, 0.0)
        largest = np.maximum(largest, (other_measured - measured) ** 2 - by_chance)
    return np.sqrt(largest)


def _measures(result: Sharpness) -> tuple[Array, Array]:
    """G, S_rel and S_abs; their standard errors."""
    return (
        np.array([result.relative_gap, result.relative_sharpness, result.absolute_sharpness]),
        np.array([result.relative_gap_error, result.relative_sharpness_error, result.absolute_sharpness_error]),
    )


def _correlations(train: Estimate, gen: Estimate) -> tuple[tuple[float, ...], ...]:
    """Correlations of the errors of t*_train, ln s_train, t*_gen and ln s_gen, from the epochs that scatter them.

    Each curve's influences are summed over common intervals of time, no finer than the blocks of either.
    """
    if not (train.fit.ok and gen.fit.ok):
        return INDEPENDENT
    shared = np.zeros((4, 4))
    for k, one in enumerate((train, gen)):
        shared[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] = one.influence @ one.influence.T
    size = np.sqrt(np.maximum(np.diag(shared), 1e-300))
    low, high = max(train.edges[0], gen.edges[0]), min(train.edges[-1], gen.edges[-1])
    coarse = max((train.edges, gen.edges), key=_usual_distance)
    edges = coarse[(coarse >= low) & (coarse <= high)]
    if edges.size >= 2:
        shared[:2, 2:] = _summed(train, edges) @ _summed(gen, edges).T
        shared[2:, :2] = shared[:2, 2:].T
    correlations = np.clip(shared / np.outer(size, size), -1, 1)
    np.fill_diagonal(correlations, 1.0)
    return tuple(map(tuple, correlations.tolist()))


def _usual_distance(edges: Array) -> float:
    """The median, of two the larger."""
    return float(np.sort(edges[1:] - edges[:-1])[edges.size // 2 - (edges.size > 1)])


def _summed(one: Estimate, edges: Array) -> Array:
    """The influences between these edges: differences of cumulative sums, which may be read off between edges."""
    sums = np.zeros((2, one.edges.size))
    one.influence.cumsum(axis=1, out=sums[:, 1:])
    read = np.array([np.interp(edges, one.edges, row) for row in sums])
    return read[:, 1:] - read[:, :-1]
