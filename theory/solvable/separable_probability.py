"""How often Gaussian data can be separated from the origin."""

from sympy import (
    Add,
    Expr,
    Sum,
    Symbol,
    binomial,
)

from theory.annotations import Sympifiable
from theory.requirements import whole

__all__ = ["separable_probability"]


def separable_probability(samples: Sympifiable, dimension: Sympifiable) -> Expr:
    """Probability that N points in general position, symmetric about the origin, lie on one side of it in d dimensions.

    2^{1−N} Σ_{k<d} C(N−1, k) (Wendel 1962). Logistic regression of a constant label generalizes perfectly where they do
    not (B). With λ = d/N it is about (1 + erf(√(2N)(λ − 1/2)))/2: an S-shape at λ = 1/2 of sharpness √(2N).

    Raises
    ------
    ValueError
        If N or d is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> separable_probability(4, 2), separable_probability(3, 5)
    (1/2, 1)
    """
    N, d = whole(samples, 1, "The number of samples"), whole(dimension, 1, "The dimension")
    k = Symbol("k", integer=True, nonnegative=True)
    if not (N.is_Integer and d.is_Integer):
        return 2 ** (1 - N) * Sum(binomial(N - 1, k), (k, 0, d - 1))
    return 2 ** (1 - N) * Add(*(binomial(N - 1, each) for each in range(int(d))))
