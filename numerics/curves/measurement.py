"""The measurement of a pair of curves: both fitted, their errors correlated, other choices of the fit compared."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.curves.estimation.estimate import Estimate
from numerics.curves.fitting import estimate
from numerics.curves.shapes import SHAPES
from numerics.curves.sharpness import INDEPENDENT, Sharpness

__all__ = ["measure"]


def measure(
    time: ArrayLike,
    train_accuracy: ArrayLike,
    gen_accuracy: ArrayLike,
    *,
    shape: str = "erf",
    floor: float | None = 0.0,
    ceiling: float | None = 1.0,
    train_samples: int | None = None,
    gen_samples: int | None = None,
    systematic: bool = False,
) -> Sharpness:
    """Fit both accuracy curves of a run and derive its grokking gap and sharpness (M section 2).

    Parameters
    ----------
    time
        Steps or epochs since the start of training, shape (n,).
    train_accuracy, gen_accuracy
        Shape (n,). NaN means not recorded at that time, so the two may be logged at different times.
    shape, floor, ceiling
        As for `fit_curve`; parity with two classes has floor 1/2.
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
    t = np.asarray(time, dtype=np.float64)
    curves, estimates = [], []
    for name, values, samples in (
        ("training", train_accuracy, train_samples),
        ("generalization", gen_accuracy, gen_samples),
    ):
        y = np.asarray(values, dtype=np.float64)
        if y.shape != t.shape:
            raise ValueError(f"The {name} accuracy has shape {y.shape}, time has {t.shape}; they must be equal.")
        missing = np.isnan(y)
        curve = (t[~missing], y[~missing]) if missing.any() else (t, y)
        curves.append((*curve, samples))
        try:
            estimates.append(estimate(*curve, shape=shape, floor=floor, ceiling=ceiling, samples=samples))
        except ValueError as error:
            raise ValueError(f"{name} curve: {error}") from None
    train, gen = estimates
    result = Sharpness(train.fit, gen.fit, _correlations(train, gen))
    if not (systematic and result.ok):
        return result
    gap, relative, absolute = _largest_changes(result, curves, shape, floor, ceiling)
    return replace(
        result, relative_gap_systematic=gap, relative_sharpness_systematic=relative,
        absolute_sharpness_systematic=absolute,
    )  # fmt: skip


def _largest_changes(
    result: Sharpness,
    curves: list[tuple[Array, Array, int | None]],
    shape: str,
    floor: float | None,
    ceiling: float | None,
) -> Array:
    """How far each measure is from what other choices give, at most; a choice is made for both curves.

    A curve that a choice does not describe keeps its fit. Where another fit determines less, as with a free asymptote,
    chance alone moves the measure by the difference of the two variances (Hausman 1978), which is taken out of the
    square of the change.
    """
    choices = [(name, floor, ceiling) for name, other in SHAPES.items() if other.parameter is None and name != shape]
    choices += [(shape, None, ceiling)] * (floor is not None) + [(shape, floor, None)] * (ceiling is not None)
    (measured, errors), largest = _measures(result), np.zeros(3)
    for name, low, high in choices:
        fits = [result.train, result.gen]
        for k, (time, accuracy, samples) in enumerate(curves):
            other = estimate(time, accuracy, shape=name, floor=low, ceiling=high, samples=samples).fit
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
    coarse = max((train.edges, gen.edges), key=lambda edges: float(np.median(np.diff(edges))))
    edges = coarse[(coarse >= low) & (coarse <= high)]
    if edges.size >= 2:
        # Sums over intervals are differences of cumulative sums, which may be read off between edges.
        first, second = (
            np.stack([np.diff(np.interp(edges, one.edges, np.append(0.0, np.cumsum(row)))) for row in one.influence])
            for one in (train, gen)
        )
        shared[:2, 2:] = first @ second.T
        shared[2:, :2] = shared[:2, 2:].T
    correlations = np.clip(shared / np.outer(size, size), -1, 1)
    np.fill_diagonal(correlations, 1.0)
    return tuple(map(tuple, correlations.tolist()))
