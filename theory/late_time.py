"""The published late-time forms, as printed in the source, next to which the exact losses can be held."""

from typing import Any

from sympy import Abs, Expr, Rational, erfc, exp, pi, sqrt, sympify

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
    x, root = (1 - sqrt(lam)) ** 2 * s, root_of_decay(s, lam)
    return (exp(-x) - sqrt(pi) * root * erfc(root)) / (sqrt(pi) * lam ** Rational(3, 4) * sqrt(s))


def root_of_decay(s: Expr, lam: Expr) -> Expr:
    """√x = |1 − √λ|√s, written |λ − 1|√s/(1 + √λ).

    SymPy turns erfc(y) into 2 − erfc(−y) whenever it can pull a sign out of y, which at large y leaves no digit;
    in this form there is no sign to pull out, and nothing cancels next to λ = 1.

    >>> from sympy import erfc
    >>> erfc(1000 * sqrt(2) - 1000), erfc(root_of_decay(10**6, sympify(2)))
    (2 - erfc(1000 - 1000*sqrt(2)), erfc(1000/(1 + sqrt(2))))
    """
    return Abs(lam - 1) * sqrt(s) / (1 + sqrt(lam))
