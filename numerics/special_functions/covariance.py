"""The losses of students of correlated inputs, in float64: multiple precision point by point."""

from typing import Any

from numpy.typing import ArrayLike

from numerics.special_functions.pointwise import at_points
from theory.linear.variants.covariance_values import covariance_generalization_value, covariance_training_value

__all__ = ["covariance_generalization_loss", "covariance_training_loss"]

Pairs = tuple[tuple[float, float], ...]


def covariance_training_loss(
    s: ArrayLike, lam: ArrayLike, spectrum: Pairs, signal: tuple[float, ...], order: int = 0
) -> Any:
    """Training loss at inputs whose covariance has these (eigenvalue, weight), or its derivative in s of an order.

    `signal` has the teacher's share along each eigenvalue; see `theory.CovarianceTrainingLoss`.

    >>> covariance_training_loss([0.0, 3.0], 2.0, ((1, 1),), (1,))
    array([1.        , 0.01840507])
    """
    groups = _groups(spectrum, signal)
    return at_points(lambda at, ratio, digits: covariance_training_value(at, ratio, groups, digits, order), s, lam)


def covariance_generalization_loss(
    s: ArrayLike, lam: ArrayLike, spectrum: Pairs, signal: tuple[float, ...], order: int = 0
) -> Any:
    """Generalization loss; arguments as for `covariance_training_loss`.

    >>> covariance_generalization_loss(3.0, 2.0, ((1, 1),), (1,)).round(8)
    np.float64(0.53819521)
    """
    groups = _groups(spectrum, signal)
    return at_points(
        lambda at, ratio, digits: covariance_generalization_value(at, ratio, groups, digits, order), s, lam
    )


def _groups(spectrum: Pairs, signal: tuple[float, ...]) -> tuple[tuple[float, float, float], ...]:
    return tuple((value, weight, share) for (value, weight), share in zip(spectrum, signal, strict=True))
