"""Certified values of the losses: intervals that contain the true number, by ball arithmetic.

Needs the optional extra `certified` (the library FLINT, Johansson's ball arithmetic). The library rounds every step
outward and bounds every truncation. The formulas are the definitions: the training loss as e^{−(1+λ)s} ₀F₁(2; λs²), the
generalization loss as the integral of e^{−νs} over the Marchenko–Pastur density in θ, ν = 1 + λ − 2√λ cos θ. Nothing
is shared with `theory.linear.evaluation.real_times`, so either checks the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from types import ModuleType
from typing import Any, Literal

import mpmath

from numerics.linear.precise_losses import exact_number

__all__ = [
    "Enclosure",
    "enclose_accuracy",
    "enclose_generalization_loss",
    "enclose_jump_time",
    "enclose_log_generalization_loss",
    "enclose_log_training_loss",
    "enclose_training_loss",
]

_MOST_BITS = 1 << 14
_LONGEST = 300_000  # bits before or after the point that are written out


@dataclass(frozen=True)
class Enclosure:
    """A closed interval, with exact binary ends (mpmath numbers), in which the true value is certain to lie.

    Examples
    --------
    >>> loss = enclose_training_loss(2, "0.5", digits=20)
    >>> print(loss)
    [0.11923171924314849788918666191181, 0.11923171924314849788918666191184]
    >>> loss.contains("0.11923171924314849788918666191182554124949"), loss.contains("0.1192317192431484979")
    (True, False)
    """

    lower: Any
    upper: Any

    def contains(self, number: Any) -> bool:
        """Whether the exact number lies in the interval."""
        if isinstance(number, mpmath.mpf):
            return bool(self.lower <= number <= self.upper)
        value = _exact(number)
        # Ends times denominator against the numerator, all exact: an end may be far too small to write as a fraction.
        low, high = (mpmath.fmul(end, value.denominator, exact=True) for end in (self.lower, self.upper))
        return bool(low <= value.numerator <= high)

    @property
    def midpoint(self) -> Any:
        """The middle of the interval, exactly."""
        return mpmath.ldexp(mpmath.fadd(self.lower, self.upper, exact=True), -1)

    @property
    def radius(self) -> Any:
        """Half the width of the interval, exactly."""
        return mpmath.ldexp(mpmath.fsub(self.upper, self.lower, exact=True), -1)

    def __str__(self) -> str:
        if any(end and abs(mpmath.mag(end)) > _LONGEST for end in (self.lower, self.upper)):
            return f"about {mpmath.nstr(self.midpoint, 15)}"
        low, high = _fraction(self.lower), _fraction(self.upper)
        if low == high:
            return f"[{mpmath.nstr(self.lower, 20)}, {mpmath.nstr(self.upper, 20)}]"
        # Decimals outward, with a unit of the last place below the width.
        width = high - low
        last = (Decimal(width.numerator) / width.denominator).adjusted()
        unit = Fraction(10) ** last
        return f"[{_decimal(low // unit, last)}, {_decimal(-(-high // unit), last)}]"


def enclose_training_loss(s: Any, lam: Any, *, digits: int = 30) -> Enclosure:
    """Certified L_train(s, λ) = e^{−(1+λ)s} ₀F₁(2; λs²), to at least `digits` digits.

    Parameters
    ----------
    s, lam
        Time ≥ 0 and λ > 0 as exact numbers: whole numbers, fractions, strings, decimals, mpmath numbers; a float is the
        binary number that it is.

    Raises
    ------
    ImportError
        Without the extra `certified`.
    ValueError
        For λ ≤ 0, negative or infinite times, numbers that are not exact, or fewer than one digit.

    Examples
    --------
    >>> import numerics
    >>> enclose_training_loss(30, "0.97", digits=40).contains(numerics.training_loss(30, "0.97", digits=60))
    True
    """
    return _certify(_training, s, lam, digits)


def enclose_generalization_loss(s: Any, lam: Any, *, digits: int = 30) -> Enclosure:
    """Certified L_gen(s, λ) = (1 − 1/λ)⁺ + (2/π) ∫_0^π sin²θ e^{−νs}/ν dθ; arguments, errors: `enclose_training_loss`.

    >>> import numerics
    >>> loss = enclose_generalization_loss("1e9", "1.003", digits=40)
    >>> loss.contains(numerics.generalization_loss("1e9", "1.003", digits=60))
    True
    """
    return _certify(_generalization, s, lam, digits)


def enclose_log_training_loss(s: Any, lam: Any, *, digits: int = 30) -> Enclosure:
    """Certified ln L_train(s, λ); arguments and errors as for `enclose_training_loss`.

    >>> print(enclose_log_training_loss("1e9", "0.25", digits=20))
    [-250000031.31069010843934416679349, -250000031.31069010843934416679347]
    """
    return _certify(lambda time, ratio: _training(time, ratio).log(), s, lam, digits)


def enclose_log_generalization_loss(s: Any, lam: Any, *, digits: int = 30) -> Enclosure:
    """Certified ln L_gen(s, λ); arguments and errors as for `enclose_training_loss`.

    >>> print(enclose_log_generalization_loss("1e9", "0.25", digits=20))
    [-250000029.92439575331945350445903, -250000029.92439575331945350445901]
    """
    return _certify(lambda time, ratio: _generalization(time, ratio).log(), s, lam, digits)


def enclose_accuracy(
    s: Any, lam: Any, epsilon: Any, *, data: Literal["train", "gen"] = "gen", digits: int = 30
) -> Enclosure:
    """Certified accuracy erf(√(ε/(2L))) (M Eq. 7) on training or fresh data; `epsilon` exact and positive.

    >>> print(enclose_accuracy(100, "0.5", "1e-10", digits=15))
    [0.008435826168023189984905326, 0.008435826168023189984905330]
    """
    loss, threshold = _loss(data), _positive_threshold(epsilon)

    def accuracy(time: Fraction, ratio: Fraction) -> Any:
        return (_ball(threshold) / (2 * loss(time, ratio))).sqrt().erf()

    return _certify(accuracy, s, lam, digits)


def enclose_jump_time(
    lam: Any, epsilon: Any, *, eta0: Any = "0.01", data: Literal["train", "gen"] = "gen", digits: int = 30
) -> Enclosure:
    """Certified time t, in steps, at which the accuracy is one half: L(4η₀t) = ε/(2 erfinv(1/2)²).

    The loss falls strictly, so two times at which it certainly lies above and below the threshold enclose the solution.

    Raises
    ------
    ImportError
        Without the extra `certified`.
    ValueError
        If the loss starts below the threshold or never falls to it (λ > 1 with its plateau above), besides what
        `enclose_training_loss` raises.

    Examples
    --------
    >>> print(enclose_jump_time("0.9", "1e-10", digits=12))
    [133142.82158697, 133142.82158707]
    """
    loss, threshold, rate = _loss(data), _positive_threshold(epsilon), _exact(eta0)
    _, ratio = _arguments(1, lam, digits)
    if rate <= 0:
        raise ValueError(f"The rate η₀ must be positive, got {eta0}.")

    def excess(time: Fraction) -> Any:
        return loss(time, ratio) - _ball(threshold) / (2 * (_ball(Fraction(1, 2)).erfinv() ** 2))

    low, high = Fraction(0), Fraction(1)
    if not _is_positive(excess, low, digits):
        raise ValueError(f"The loss starts at 1, below 2.198 ε for ε = {epsilon}: there is no jump; take a smaller ε.")
    if data == "gen" and _is_positive(lambda end: excess(Fraction(0)) - 1 + _ball(end), _plateau(ratio), digits):
        raise ValueError(
            f"For λ = {lam} the loss never falls to 2.198 ε, ε = {epsilon}, but ends on its plateau 1 − 1/λ."
        )
    while _is_positive(excess, high, digits):
        low, high = high, 2 * high
    while (high - low) * 10**digits > high:
        middle = (low + high) / 2
        low, high = (middle, high) if _is_positive(excess, middle, digits) else (low, middle)
    bits = next(_precisions(digits))
    return Enclosure(_rounded(low / (4 * rate), bits, "f"), _rounded(high / (4 * rate), bits, "c"))


def _training(s: Fraction, lam: Fraction) -> Any:
    return _ball(-(1 + lam) * s).exp() * _ball(lam * s**2).hypgeom_0f1(_ball(Fraction(2)))


def _generalization(s: Fraction, lam: Fraction) -> Any:
    flint = _flint()
    root = _ball(lam).sqrt()
    low, width = (_ball(lam - 1) / (1 + root)) ** 2, 4 * root

    def integrand(theta: Any, _: bool) -> Any:
        q = (theta / 2).sin() ** 2
        over_nu = 1 / width if lam == 1 else q / (low + width * q)
        return 4 * (1 - q) * over_nu * (-(width * _ball(s)) * q).exp()

    pi = flint.arb.pi()
    area = flint.acb.integral(integrand, 0, pi).real
    decaying = 2 / pi * area * (-low * _ball(s)).exp()
    return decaying + _ball(_plateau(lam))


def _plateau(lam: Fraction) -> Fraction:
    return max(1 - 1 / lam, Fraction(0))


def _loss(data: str) -> Callable[[Fraction, Fraction], Any]:
    if data not in ("train", "gen"):
        raise ValueError(f"data must be 'train' or 'gen', got {data!r}.")
    return _training if data == "train" else _generalization


def _certify(value: Callable[[Fraction, Fraction], Any], s: Any, lam: Any, digits: int) -> Enclosure:
    """Enclosure of `value` with the working precision doubled until the digits are there."""
    flint = _flint()
    time, ratio = _arguments(s, lam, digits)
    for bits in _precisions(digits):
        with flint.ctx.workprec(bits):
            ball = value(time, ratio)
            if ball.is_exact() or ball.rel_accuracy_bits() > 3.33 * digits + 2:
                return Enclosure(_end(ball.lower()), _end(ball.upper()))
    raise ValueError(f"{digits} digits at s = {s}, λ = {lam} need more than {_MOST_BITS} bits; ask for fewer.")


def _precisions(digits: int) -> Iterator[int]:
    """Working precisions in bits for a number of digits, each twice the one before."""
    bits = int(3.33 * digits) + 40
    while bits < _MOST_BITS:
        yield bits
        bits *= 2


def _is_positive(value: Callable[[Fraction], Any], at: Fraction, digits: int) -> bool:
    """Whether the value is certainly positive; False if it is certainly negative."""
    flint = _flint()
    for bits in _precisions(digits):
        with flint.ctx.workprec(bits):
            ball = value(at)
            if ball > 0 or ball < 0:
                return bool(ball > 0)
    raise ValueError("A value is too close to the threshold to be told from it.")


def _arguments(s: Any, lam: Any, digits: int) -> tuple[Fraction, Fraction]:
    if not (isinstance(digits, int) and digits >= 1):
        raise ValueError(f"digits must be a whole number of at least 1, got {digits!r}.")
    time, ratio = _exact(s), _exact(lam)
    if time < 0 or ratio <= 0:
        raise ValueError(f"Need finite s ≥ 0 and λ > 0, got s = {s}, λ = {lam}.")
    return time, ratio


def _positive_threshold(epsilon: Any) -> Fraction:
    threshold = _exact(epsilon)
    if threshold <= 0:
        raise ValueError(f"The error threshold ε must be positive, got {epsilon}.")
    return threshold


def _exact(number: Any) -> Fraction:
    if not isinstance(number, Rational | Decimal | str | float | mpmath.mpf):
        raise ValueError(f"Certified values need exact numbers (fractions, strings, decimals), got {number!r}.")
    value = exact_number(number)
    if value is None:
        raise ValueError(f"Certified values need finite numbers, got {number}.")
    return value


def _ball(number: Fraction) -> Any:
    flint = _flint()
    return flint.arb(flint.fmpq(number.numerator, number.denominator))


def _end(ball: Any) -> Any:
    mantissa, exponent = ball.man_exp()
    return mpmath.make_mpf(mpmath.libmp.from_man_exp(int(mantissa), int(exponent)))


def _rounded(number: Fraction, bits: int, way: str) -> Any:
    return mpmath.make_mpf(mpmath.libmp.from_rational(number.numerator, number.denominator, bits, way))


def _decimal(count: int, last: int) -> Decimal:
    return Decimal((int(count < 0), tuple(map(int, str(abs(count)))), last))


def _fraction(end: Any) -> Fraction:
    value = exact_number(end)
    assert value is not None
    return value


def _flint() -> ModuleType:
    try:
        import flint
    except ImportError as error:
        raise ImportError(
            "Certified values need the FLINT library: install the optional extra, pip install 'groksharp[certified]'."
        ) from error
    return flint
