"""Any number of digits of the losses at exact arguments."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import Any

import mpmath
from sympy import Expr, Symbol
from sympy import Rational as SymPyRational

from theory.linear import evaluation

__all__ = ["PRECISE_LOSSES", "exact_number", "precise_expression", "precise_value"]

_LARGEST_EXPONENT = 100_000


def precise_value(loss: Callable[[Any, Any, int], Any], s: Any, lam: Any, digits: int) -> Any:
    """Value of one of `PRECISE_LOSSES` at exact arguments, rounded to `digits` digits.

    >>> print(precise_value(PRECISE_LOSSES["gen", "exact"], "1e400", "1e-400", 20) > 0)
    True
    """
    if not (isinstance(digits, int) and digits >= 1):
        raise ValueError(f"digits must be a whole number of at least 1, got {digits!r}.")
    time, ratio = exact_number(s, 2 * digits + 60), exact_number(lam, 2 * digits + 60)
    if time is None or ratio is None or time < 0 or ratio <= 0:
        raise ValueError(f"Need finite s ≥ 0 and λ > 0, got s = {s}, λ = {lam}.")
    # λ − 1 keeps all its digits, however close λ is to 1.
    value = loss(time, ratio - 1, digits + 5)
    with mpmath.workdps(digits):
        return +value


def precise_expression(loss: Expr, time: Symbol, s: Any, digits: int) -> Any:
    """Value of a SymPy loss at an exact time, to `digits` digits as SymPy has them.

    >>> from theory import LinearStudent
    >>> from theory.symbols import s
    >>> loss = LinearStudent("1/2").with_label_noise(3).generalization_loss(s)
    >>> print(mpmath.nstr(precise_expression(loss, s, 400, 20), 20))  # σ²λ/(1 − λ) = 3
    2.9999999979333495814
    """
    if not (isinstance(digits, int) and digits >= 1):
        raise ValueError(f"digits must be a whole number of at least 1, got {digits!r}.")
    number = exact_number(s)
    if number is None or number < 0:
        raise ValueError(f"Need a finite s ≥ 0, got s = {s}.")
    at = SymPyRational(number.numerator, number.denominator)
    value = loss.subs(time, at).evalf(digits + 5, maxn=20 * digits + 1000)
    with mpmath.workdps(digits):
        return +value._to_mpmath(int(3.33 * digits) + 10)


def exact_number(number: Any, digits: int = 60) -> Fraction | None:
    """Return a string, decimal, float, fraction or mpmath number as the exact fraction that it is; None if not finite.

    What is none of these (an exact SymPy number, say) is evaluated to `digits` digits.

    >>> exact_number("1.003"), exact_number(0.5), exact_number("nan")
    (Fraction(1003, 1000), Fraction(1, 2), None)
    """
    number = number.item() if hasattr(number, "dtype") else number
    numerator, denominator = getattr(number, "numerator", None), getattr(number, "denominator", None)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return Fraction(numerator, denominator)
    if isinstance(number, Rational):
        return Fraction(int(number.numerator), int(number.denominator))
    if isinstance(number, str | Decimal):
        number = str(number)
        exponent = re.search(r"[eE]([-+]?[0-9_]+)\s*$", number)
        if exponent and abs(int(exponent[1])) > _LARGEST_EXPONENT:
            raise ValueError(f"Numbers given as strings may have exponents up to {_LARGEST_EXPONENT}, got {number!r}.")
        try:
            return Fraction(number)
        except ValueError:
            pass
    with mpmath.workdps(digits):
        number = mpmath.mpf(number)
        if not mpmath.isfinite(number):
            return None
        if abs(int(number.exp)) > 4 * _LARGEST_EXPONENT:
            raise ValueError(f"Numbers may have exponents up to {_LARGEST_EXPONENT}, got {mpmath.nstr(number)}.")
        return Fraction(int(number.man) * (-1 if number < 0 else 1)) * Fraction(2) ** int(number.exp)


def _published_training(s: Any, excess: Any, digits: int) -> Any:
    with mpmath.workprec(_published_bits(s, excess, digits)):
        s, lam, decay = _published_arguments(s, excess)
        return mpmath.exp(-decay) / (2 * mpmath.sqrt(mpmath.pi) * lam ** mpmath.mpf("0.75") * s ** mpmath.mpf("1.5"))


def _published_gen(s: Any, excess: Any, digits: int) -> Any:
    with mpmath.workprec(_published_bits(s, excess, digits)):
        s, lam, decay = _published_arguments(s, excess)
        # ½√x Γ(−½, x) = e^{−x} − √(πx) erfc √x, written so that nothing cancels
        numerator = mpmath.sqrt(decay) / 2 * mpmath.gammainc(-mpmath.mpf(1) / 2, decay) if decay else mpmath.mpf(1)
        return numerator / (mpmath.sqrt(mpmath.pi * s) * lam ** mpmath.mpf("0.75"))


def _published_bits(s: Any, excess: Any, digits: int) -> int:
    if s == 0:
        raise ValueError("The late-time forms need s > 0; use form='exact' for s = 0.")
    with mpmath.workprec(60):
        return int(3.33 * digits) + 60 + 2 * max(0, mpmath.mag(_published_arguments(s, excess)[2]))


def _published_arguments(s: Any, excess: Any) -> tuple[Any, Any, Any]:
    s, lam, excess = map(mpmath.mpmathify, (s, 1 + excess, excess))
    return s, lam, (excess / (1 + mpmath.sqrt(lam))) ** 2 * s


# Functions of exact s, λ − 1 and the number of digits, by name and form.
PRECISE_LOSSES: dict[tuple[str, str], Callable[[Any, Any, int], Any]] = {
    ("train", "exact"): evaluation.training_loss_value,
    ("gen", "exact"): evaluation.generalization_loss_value,
    ("train", "published"): _published_training,
    ("gen", "published"): _published_gen,
}
