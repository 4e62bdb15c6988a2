"""The published late-time forms, as printed in the source, next to which the exact losses can be held."""

from typing import Any

from sympy import Expr, Rational, erfc, exp, pi, sqrt, sympify

__all__ = ["published_generalization_loss", "published_training_loss"]


def published_training_loss(s: Any, lam: Any) -> Expr:
    """Late-time training loss e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) (M Eq. 10 in s = 4η₀t).

    >>> from theory import TrainingLoss
    >>> from theory.symbols import lam, s
    >>> published_training_loss(s, lam) == TrainingLoss(s, lam).late_time(1)
    True
    """
    s, lam = sympify(s), sympify(lam)
    return exp(-((1 - sqrt(lam)) ** 2) * s) / (2 * sqrt(pi) * lam ** Rational(3, 4) * s ** Rational(3, 2))


def published_generalization_loss(s: Any, lam: Any) -> Expr:
    """Decaying part [e^{−x} − √(πx) erfc √x]/(√π λ^{3/4} √s), x = (1−√λ)²s: M Eq. 9 applied to Eq. 10.

    The plateau 1 − 1/λ of λ > 1 is missing, as in the source.

    >>> from theory.symbols import lam, s
    >>> published_generalization_loss(s, lam).diff(s).subs({s: 2, lam: 4}).evalf(20)
    -0.0047721723180363848257
    >>> published_training_loss(2, 4).evalf(20)
    0.0047721723180363848257
    """
    s, lam = sympify(s), sympify(lam)
    x = (1 - sqrt(lam)) ** 2 * s
    return (exp(-x) - sqrt(pi * x) * erfc(sqrt(x))) / (sqrt(pi) * lam ** Rational(3, 4) * sqrt(s))
