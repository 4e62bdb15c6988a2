"""The first correction to the infinite-size losses at finite d, and where the infinite-size theory may be trusted."""

from typing import Any

from sympy import Expr, Rational, besseli, cosh, exp, pi, sinh, sqrt, sympify

from theory.linear.losses import GeneralizationLoss, TrainingLoss

__all__ = [
    "finite_size_generalization_loss",
    "finite_size_training_loss",
    "late_relative_correction",
    "size_needed",
]

_TENTH = Rational(1, 10)


def finite_size_generalization_loss(s: Any, lam: Any, d: Any) -> Expr:
    """E L_gen for real Gaussian data of dimension d: L_gen + (1/2d) e^{−(1+λ)s}[cosh z − I₀(z)] + O(1/d²), z = 2√λ s.

    The correction is the Laplace transform of the 1/d part of the real Wishart spectrum: half a delta function at each
    edge of the support minus the arcsine law between them (Dumitriu and Edelman 2006).

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> correction = finite_size_generalization_loss(s, lam, d) - GeneralizationLoss(s, lam)
    >>> correction.series(s, 0, 3).removeO()  # the second moment is 1 + λ + λ/d, the first exact
    lambda*s**2/(2*d)
    """
    s, lam, d = map(sympify, (s, lam, d))
    z = 2 * sqrt(lam) * s
    return GeneralizationLoss(s, lam) + exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z)) / (2 * d)


def finite_size_training_loss(s: Any, lam: Any, d: Any) -> Expr:
    """E L_train at dimension d, minus the derivative of the generalization loss in s, up to O(1/d²).

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> gen, train = finite_size_generalization_loss(s, lam, d), finite_size_training_loss(s, lam, d)
    >>> (gen.diff(s) + train).expand()
    0
    """
    s, lam, d = map(sympify, (s, lam, d))
    z = 2 * sqrt(lam) * s
    slope = (1 + lam) * (cosh(z) - besseli(0, z)) - 2 * sqrt(lam) * (sinh(z) - besseli(1, z))
    return TrainingLoss(s, lam) + exp(-(1 + lam) * s) * slope / (2 * d)


def late_relative_correction(s: Any, lam: Any, d: Any) -> Expr:
    """Correction divided by the decaying part of L_gen at late time: (√π/2) λ^{3/4} (1−√λ)² s^{3/2}/d.

    It grows with time: the slowest direction of a finite sample is not the edge of the infinite spectrum.

    Examples
    --------
    >>> late_relative_correction(10**4, Rational(9, 10), 1000).evalf(6)
    2.15647
    """
    s, lam, d = map(sympify, (s, lam, d))
    return sqrt(pi) / 2 * lam ** Rational(3, 4) * (1 - sqrt(lam)) ** 2 * s ** Rational(3, 2) / d


def size_needed(s: Any, lam: Any, tolerance: Any = _TENTH) -> Expr:
    """Dimension d at which the correction at time s is ``tolerance`` of the loss; trust a jump at s for larger d.

    Examples
    --------
    >>> size_needed(10**4, Rational(9, 10)).evalf(6)
    21564.7
    """
    return late_relative_correction(s, lam, 1) / sympify(tolerance)
