"""What a parameter must be, said in one sentence where it is known not to be; symbols pass."""

from sympy import Expr, SympifyError, nan, oo, sympify, zoo

from theory.annotations import Sympifiable

__all__ = ["expression", "fraction", "not_negative", "positive", "whole"]


def expression(value: Sympifiable, what: str) -> Expr:
    """Return the value as an expression, refused where it is none: a truth value, a list, text that is no formula.

    >>> expression(True, "The rate η₀")
    Traceback (most recent call last):
    ValueError: The rate η₀ must be a number or an expression, got True.
    """
    try:
        found = sympify(value)
    except SympifyError:
        found = None
    if not isinstance(found, Expr):
        raise ValueError(f"{what} must be a number or an expression, got {value!r}.")
    return found


def positive(value: Sympifiable, what: str, *, finite: bool = True) -> Expr:
    """Return the value as an expression, refused where it is known not to be positive, or not finite if it must be.

    >>> positive(-1, "The rate η₀")
    Traceback (most recent call last):
    ValueError: The rate η₀ must be positive, got -1.
    """
    found = expression(value, what)
    if found.is_extended_nonpositive or _is_no_number(found):
        raise ValueError(f"{what} must be positive, got {found}.")
    return _finite(found, what) if finite else found


def not_negative(value: Sympifiable, what: str, *, finite: bool = True) -> Expr:
    """Return the value as an expression, refused where it is known to be negative, or not finite if it must be.

    >>> not_negative(-1, "The noise variance σ²")
    Traceback (most recent call last):
    ValueError: The noise variance σ² must not be negative, got -1.
    """
    found = expression(value, what)
    if found.is_extended_negative or _is_no_number(found):
        raise ValueError(f"{what} must not be negative, got {found}.")
    return _finite(found, what) if finite else found


def fraction(value: Sympifiable, what: str) -> Expr:
    """Return the value as an expression, refused where it is known not to lie strictly between 0 and 1.

    >>> fraction(1, "The accuracy level")
    Traceback (most recent call last):
    ValueError: The accuracy level must lie strictly between 0 and 1, got 1.
    """
    found = expression(value, what)
    if found.is_extended_nonpositive or (1 - found).is_extended_nonpositive or _is_no_number(found):
        raise ValueError(f"{what} must lie strictly between 0 and 1, got {found}.")
    return found


def whole(value: Sympifiable, least: int, what: str) -> Expr:
    """Return the value as an expression, refused where it is known not to be a whole number ≥ `least`.

    >>> whole(0.5, 1, "The number of outputs")
    Traceback (most recent call last):
    ValueError: The number of outputs must be a whole number ≥ 1, got 0.500000000000000.
    """
    found = expression(value, what)
    if found.is_Float and (found - int(found)).is_zero:
        found = sympify(int(found))
    if found.is_integer is False or (found - least).is_extended_negative or _is_no_number(found) or found is oo:
        raise ValueError(f"{what} must be a whole number ≥ {least}, got {found}.")
    return found


def _finite(value: Expr, what: str) -> Expr:
    if value.is_infinite:
        raise ValueError(f"{what} must be finite, got {value}.")
    return value


def _is_no_number(value: Expr) -> bool:
    return value in (nan, zoo) or value.is_extended_real is False
