"""Numbers of any size with a bound on their error: a mantissa, a power of e, and how wrong the mantissa may be.

Formulas of the theory multiply e^{−10⁶} by e^{10⁶} and subtract what is nearly equal. Here neither overflows, and the
second is noticed: every operation carries along a bound, to first order, on what rounding has done. NumPy may warn of
what is put right afterwards; callers silence it once, around all of their operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["EPSILON", "Scaled", "total"]

EPSILON = float(np.finfo(np.float64).eps)
_LARGEST = 700.0  # exponents below this are those of a float64
_SMALL = 1e-140  # products of two mantissas between this and its inverse stay in range


@dataclass(frozen=True)
class Scaled:
    """Numbers (mantissa ± error)·e^{exponent}; the three arrays broadcast against each other.

    >>> small = Scaled.exact(-2000.0).exp()
    >>> [float(number.value()) for number in (small, small / small, (small + small) / small)]
    [0.0, 1.0, 2.0]
    """

    mantissa: Array
    exponent: Array
    error: Array

    @classmethod
    def exact(cls, values: ArrayLike) -> "Scaled":
        """Floats that are what they are.

        >>> float(Scaled.exact(0.1).error)
        0.0
        """
        return cls(np.asarray(values, dtype=np.float64), _ZERO, _ZERO)

    @classmethod
    def rounded(cls, number: Any) -> "Scaled":
        """One mpmath number, however large or small.

        >>> float(Scaled.rounded(mpmath.exp(-(10**6))).exponent)
        -1000000.0
        """
        if not mpmath.isfinite(number) or number == 0:
            return cls.exact(float(number))
        if abs(mpmath.mag(number)) < 900:
            value = float(number)
            # A number that is a float has no error at all.
            return cls(np.asarray(value), _ZERO, np.asarray(0.0 if value == number else abs(value) * EPSILON / 2))
        with mpmath.workprec(80):
            exponent = np.asarray(np.float64(mpmath.log(abs(number))))
        return cls(np.asarray(np.float64(mpmath.sign(number))), exponent, np.abs(exponent) * EPSILON)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the numbers."""
        return np.broadcast_shapes(self.mantissa.shape, self.exponent.shape, self.error.shape)

    def value(self) -> Array:
        """The numbers as float64: 0 or ±∞ where they are too small or too large."""
        return self.mantissa if self.exponent is _ZERO else _times_power(self.mantissa, self.exponent)

    def relative_error(self) -> Array:
        """Bound on the relative error; ∞ where not even the sign is known."""
        size = np.abs(self.mantissa)
        ratio = np.divide(
            self.error, size, where=size > 0, out=np.full(np.broadcast_shapes(size.shape, self.error.shape), np.inf)
        )
        return np.where((size == 0) & (self.error == 0), 0.0, ratio)

    def absolute_error(self) -> Array:
        """Bound on the error of `value`."""
        return self.error if self.exponent is _ZERO else _times_power(self.error, self.exponent)

    def log_abs(self) -> Array:
        """ln of the size of the numbers, finite where `value` is 0 or ∞."""
        return np.log(np.abs(self.mantissa)) + self.exponent

    def __neg__(self) -> "Scaled":
        return Scaled(-self.mantissa, self.exponent, self.error)

    def __mul__(self, other: "Scaled") -> "Scaled":
        left, right = self, other
        mantissa = left.mantissa * right.mantissa
        if _is_out_of_range(mantissa):
            left, right = left.normalised(), right.normalised()
            mantissa = left.mantissa * right.mantissa
        error = np.abs(left.mantissa) * right.error + np.abs(right.mantissa) * left.error + EPSILON * np.abs(mantissa)
        if left.exponent is _ZERO:
            return Scaled(mantissa, right.exponent, error)
        if right.exponent is _ZERO:
            return Scaled(mantissa, left.exponent, error)
        exponent = left.exponent + right.exponent
        return Scaled(mantissa, exponent, error + np.abs(mantissa) * np.abs(exponent) * (EPSILON / 2))

    def __truediv__(self, other: "Scaled") -> "Scaled":
        return self * other.power(-1.0)

    def __add__(self, other: "Scaled") -> "Scaled":
        return total([self, other])

    def power(self, exponent: float) -> "Scaled":
        """A constant power; a base that may be 0 within its error counts as 0 where it would be negative.

        >>> Scaled(np.array(-1e-20), np.array(0.0), np.array(1e-16)).power(0.5).value().tolist()
        0.0
        """
        base = self
        if exponent != round(exponent):
            doubtful = (base.mantissa < 0) & (-base.mantissa <= base.error)
            if doubtful.any():
                base = Scaled(np.where(doubtful, 0.0, base.mantissa), base.exponent, base.error)
        mantissa = _powered(base.mantissa, exponent)
        if _is_out_of_range(mantissa):
            base = base.normalised()
            mantissa = _powered(base.mantissa, exponent)
        size = np.abs(mantissa)
        if base.error.any():
            relative = base.relative_error()
            share = np.where(relative < 0.1, 1.2 * abs(exponent) * relative, np.inf)
            error = np.where(np.isinf(share), np.inf, size * np.where(np.isinf(share), 0.0, share))
            if exponent > 0:
                error = np.minimum(error, _powered(np.abs(base.mantissa) + base.error, exponent))
            error = error + 2 * EPSILON * size
        else:
            error = 2 * EPSILON * size
        scale = base.exponent if base.exponent is _ZERO else base.exponent * exponent
        return Scaled(mantissa, scale, error)

    def exp(self) -> "Scaled":
        """e to these numbers.

        >>> float(Scaled.exact(1e6).exp().log_abs())
        1000000.0
        """
        exponent, error = self.value(), self.absolute_error()
        error = np.where(error < 1, 2 * error, np.inf) + EPSILON if error.any() else np.asarray(EPSILON)
        # e^{±∞} is 0 or ∞ itself: no exponent is infinite.
        endless = np.isinf(exponent)
        if endless.any():
            mantissa = np.where(endless, np.where(exponent > 0, np.inf, 0.0), 1.0)
            return Scaled(mantissa, np.where(endless, 0.0, exponent), np.where(endless, 0.0, error))
        return Scaled(_ONE, np.asarray(exponent), error)

    def log(self) -> "Scaled":
        """Natural logarithm.

        >>> float(Scaled.exact(-3000.0).exp().log().value())
        -3000.0
        """
        own = np.log(self.mantissa)
        relative = self.relative_error()
        error = np.where(relative < 0.1, 1.2 * relative, np.inf) + EPSILON * (np.abs(own) + np.abs(self.exponent))
        return Scaled(np.asarray(own + self.exponent), _ZERO, error)

    def log1p(self) -> "Scaled":
        """ln(1 + x), to its last digits for small x.

        >>> float(Scaled.exact(1e-300).log1p().value())
        1e-300
        """
        at = self.value()
        found = np.log1p(at)
        error = self.absolute_error() / np.maximum(1 + at, 1e-300)
        return Scaled(np.asarray(found), _ZERO, np.where(error < 0.1, 1.2 * error, np.inf) + EPSILON * np.abs(found))

    def normalised(self) -> "Scaled":
        """The same numbers with mantissas ±1 (0 and ∞ stay).

        >>> float(Scaled.exact(1e300).normalised().exponent.round(3))
        690.776
        """
        size = np.abs(self.mantissa)
        ordinary = (size > 0) & np.isfinite(size)
        safe = np.where(ordinary, size, 1.0)
        shift = np.log(safe)
        error = np.where(ordinary, self.error / safe + np.abs(shift) * EPSILON, self.error)
        return Scaled(np.asarray(self.mantissa / safe), np.asarray(self.exponent + shift), error)

    def times(self, power_of_two: float) -> "Scaled":
        """Multiplied by a power of two, without any rounding."""
        return Scaled(self.mantissa * power_of_two, self.exponent, self.error * power_of_two)

    def chosen(self, condition: Any, other: "Scaled") -> "Scaled":
        """These numbers where the condition holds, others elsewhere."""
        return Scaled(
            np.where(condition, self.mantissa, other.mantissa),
            np.where(condition, self.exponent, other.exponent),
            np.where(condition, self.error, other.error),
        )

    def summed(self) -> "Scaled":
        """Sum over the first axis.

        >>> float(Scaled.exact([-1000.0, -1000.0]).exp().summed().log_abs().round(3))
        -999.307
        """
        top = _largest_exponent([self], axis=0)
        weight = _weight(self, top)
        mantissa, error = self.mantissa * weight, self.error * weight
        shape = np.broadcast_shapes(mantissa.shape, weight.shape, self.shape)
        mantissa, error = np.broadcast_to(mantissa, shape), np.broadcast_to(error, shape)
        rounding = EPSILON * np.abs(mantissa).sum(axis=0)
        return Scaled(mantissa.sum(axis=0), np.asarray(top), error.sum(axis=0) + 4 * rounding)


def total(terms: Sequence[Scaled]) -> Scaled:
    """Sum of numbers of very different size.

    >>> float(total([Scaled.exact(800.0).exp(), -Scaled.exact(800.0).exp(), Scaled.exact(1.0)]).relative_error() > 1)
    1.0
    """
    if all(term.exponent is _ZERO for term in terms):
        top, weights = _ZERO, [_ONE] * len(terms)
    else:
        top = _largest_exponent(terms)
        weights = [_weight(term, top) for term in terms]
    mantissa, error = np.asarray(0.0), np.asarray(0.0)
    size = np.asarray(0.0)
    for term, weight in zip(terms, weights, strict=True):
        part = term.mantissa * weight
        mantissa = mantissa + part
        size = size + np.abs(part)
        error = error + term.error * weight
    return Scaled(np.asarray(mantissa), top, np.asarray(error + EPSILON * size))


_ZERO = np.zeros(())
_ONE = np.ones(())


def _largest_exponent(terms: Sequence[Scaled], axis: int | None = None) -> Array:
    tops = []
    for term in terms:
        exponent = np.where(term.mantissa == 0, -np.inf, term.exponent)
        tops.append(np.broadcast_to(exponent, term.shape).max(axis=axis) if axis is not None else exponent)
    top = tops[0]
    for other in tops[1:]:
        top = np.maximum(top, other)
    return np.where(np.isfinite(top), top, 0.0)


def _weight(term: Scaled, top: Array) -> Array:
    # An exact 0 may stand beside any exponent.
    return np.exp(np.where(term.mantissa == 0, np.minimum(term.exponent, top), term.exponent) - top)


def _times_power(mantissa: Array, exponent: Array) -> Array:
    """mantissa·e^{exponent}, in two halves where one would overflow although the product does not."""
    if np.abs(exponent).max(initial=0.0) < _LARGEST:
        return mantissa * np.exp(exponent)
    half = np.exp(np.clip(exponent, -2000.0, 2000.0) / 2)
    return np.where(mantissa == 0, 0.0, mantissa * half * half)


def _powered(base: Array, exponent: float) -> Array:
    if exponent == 0.5:
        return np.sqrt(base)
    if exponent == -0.5:
        return 1 / np.sqrt(base)
    if exponent == -1.0:
        return 1 / base
    return np.asarray(base**exponent)


def _is_out_of_range(mantissa: Array) -> bool:
    size = np.abs(mantissa)
    if size.size == 0 or (size.min() > _SMALL and size.max() < 1 / _SMALL):
        return False
    return bool(((size > 0) & ~((size > _SMALL) & (size < 1 / _SMALL)) & ~np.isnan(size)).any())
