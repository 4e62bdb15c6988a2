"""Averages over the Marchenko–Pastur law as SymPy functions: values, series, limits, integrals, printing."""

from collections.abc import Callable
from typing import ClassVar

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Max,
    Mul,
    Order,
    PoleError,
    Poly,
    Rational,
    Symbol,
    besseli,
    ceiling,
    collect,
    exp,
    factor,
    factorial,
    integrate,
    oo,
    radsimp,
    sqrt,
    sympify,
    zoo,
)
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.annotations import MpNumber, Sympifiable
from theory.linear.evaluation import spectral_average_value
from theory.linear.functions.late_tail import LateTail, late_envelope, late_terms, side_of_one
from theory.linear.functions.time_integral import TimeIntegral
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.numbers import digits_of, number_argument, real_argument, to_number

__all__ = ["SpectralAverage", "SpectralFunction"]


class SpectralFunction(Function):
    """E ν^k e^{−νs} over the Marchenko–Pastur law of λ; a subclass says what k, s and λ are among its arguments."""

    _code: ClassVar[str] = ""
    """Dotted name of the float evaluator that generated code calls with the arguments."""
    _of_power: ClassVar[dict[int, type["SpectralFunction"]]] = {}
    """The classes that have a name of their own, by their k."""

    def __init_subclass__(cls, power: int | None = None, **options: object) -> None:
        super().__init_subclass__(**options)
        if power is not None:
            SpectralFunction._of_power[power] = cls
            cls._power = Integer(power)

    _power: Expr
    """The k of E ν^k e^{−νs}."""

    def _average(self, power: Expr) -> Expr:
        """The average with another k ≥ 0 at the same s and λ, and for k = −1 that of (1 − e^{−νs})/ν."""
        named = self._of_power.get(int(power)) if power.is_Integer else None
        return SpectralAverage(power, *self.args[-2:]) if named is None else named(*self.args[-2:])

    @property
    def _time(self) -> Expr:
        """Dimensionless time s."""
        return self.args[-2]

    @property
    def _lam(self) -> Expr:
        """λ = d/N_train."""
        return self.args[-1]

    @classmethod
    def _special_value(cls, power: Expr, s: Expr, lam: Expr) -> Expr | None:
        """Return the value at s = 0, s = ∞, λ = 0 and λ = ∞, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero and power.is_Integer:
            return Integer(1) if lam.is_zero else MarchenkoPastur(lam).moment(int(power))
        if lam.is_zero:  # infinitely many samples: the covariance is the identity
            return exp(-s)
        if s is oo:
            return Max(0, 1 - 1 / lam) if power.is_zero else Integer(0)
        if lam is oo and s.is_extended_positive:
            return Integer(1) if power.is_zero else Integer(0)
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂/∂s lowers by one more ν; ∂/∂λ of k ≥ 1 follows from 2λ ∂L_train/∂λ = s(1−λ)L_train + s ∂L_train/∂s.

        With M_k = E ν^k e^{−νs}: ∂M_k/∂s = −M_{k+1} and
        ∂M_k/∂λ = {s[(1−λ)M_k − M_{k+1}] + (k−1)[M_k − (1−λ)M_{k−1}]}/(2λ).
        """
        s, lam, k = self._time, self._lam, self._power
        above, last = self._average(k + 1), len(self.args)
        if argindex == last - 1:
            return -above
        if argindex != last:
            raise ArgumentIndexError(self, argindex)
        total = s * ((1 - lam) * self - above)
        if k != 1:
            total += (k - 1) * (self - (1 - lam) * self._average(k - 1))
        return total / (2 * lam)

    # --- values -------------------------------------------------------------------------------------------------------

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam = self._time, self._lam
        if lam.is_Float:  # as the exact number that it is: in its own precision λ − 1 may be rounded
            lam = Rational(lam)
        rough_s, rough_excess = number_argument(s, 60), real_argument(lam - 1, 60)
        if rough_s is None or rough_excess is None or not self._power.is_Integer:
            return None
        if rough_excess <= -1:
            return None
        # The loss carries e^{−(1−√λ)²s}: relative errors of s and λ − 1 come out multiplied by that exponent.
        extra = 20 + int(abs(rough_s) * (2 + abs(rough_excess)) + 1).bit_length()
        value = self._value(number_argument(s, prec + extra), real_argument(lam - 1, prec + extra), digits_of(prec))
        return to_number(value, prec)

    def _value(self, s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
        raise NotImplementedError

    def _eval_rewrite_as_Integral(self, *args: Expr, **kwargs: object) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(self._lam).expectation(nu**self._power * exp(-nu * self._time), nu)

    def _eval_is_real(self) -> bool | None:
        return True if self._time.is_real and self._lam.is_positive else None

    def _eval_is_positive(self) -> bool | None:
        return True if self._time.is_real and self._lam.is_positive else None

    # --- series and limits --------------------------------------------------------------------------------------------

    def series(
        self, x: Symbol | None = None, x0: Sympifiable = 0, n: int | None = 6, dir: str = "+", **kwargs: object
    ) -> Expr:
        """Series in any variable; in the time around infinity an exponential times powers, with the plateau apart."""
        s, lam = self._time, self._lam
        variable = s if x is None and s.is_Symbol else x
        if variable == s and s.is_Symbol and sympify(x0) is oo and not lam.has(s):
            return self._late_series(6 if n is None else n)
        return super().series(variable, x0, n, dir, **kwargs)

    def aseries(self, x: Symbol | None = None, n: int = 6, bound: int = 0, hir: bool = False) -> Expr:
        """Late-time series, as `series` around infinity."""
        return self.series(x, oo, n)

    def _late_series(self, n: int) -> Expr:
        """Plateau plus e^{−(1−√λ)²s} times `n` orders of 1/s and the order of the rest."""
        s, lam, power = self._time, self._lam, int(self._power)
        side = self._side()
        terms, rest = late_terms(power, s, lam, side, n)
        leading = terms[0].as_independent(s)[1]
        orders = collect(Add(*(term / leading for term in terms)).expand(), s, radsimp if lam.is_number else factor)
        total = orders + Order((rest / leading).as_independent(s)[1], (s, oo))
        return self._plateau(side) + Mul(self._sign * late_envelope(s, lam, side) * leading, total, evaluate=False)

    def _side(self) -> int:
        """Sign of λ − 1 where it matters: powers k ≥ 1 have one series on both sides, in which κ may be zero."""
        if self._power.is_positive and not (self._lam - 1).is_zero:
            return 1
        return side_of_one(self._lam)

    _sign: ClassVar[int] = 1
    """Sign of the part that falls at late time."""

    def _plateau(self, side: int) -> Expr:
        return 1 - 1 / self._lam if self._power.is_zero and side > 0 else Integer(0)

    def _eval_rewrite_as_tractable(self, *args: Expr, limitvar: Symbol | None = None, **kwargs: object) -> Expr | None:
        """Plateau, exponential, power of time, and a tail with a series: what Gruntz's algorithm takes limits of."""
        s, lam = args[-2:]
        if limitvar is None or not (s.has(limitvar) or lam.has(limitvar)):
            return None
        self._check_one_moves(limitvar)
        if (s if s.has(limitvar) else lam).limit(limitvar, oo) is not oo:
            return None
        side = 1 if lam.has(limitvar) else self._side()
        return self._plateau(side) + self._sign * late_envelope(s, lam, side) * LateTail(self._power, s, lam)

    def _check_one_moves(self, x: Symbol) -> None:
        """Refuse a late time at a λ that moves with it: what decays and the plateau then mix."""
        if self._time.has(x) and self._lam.has(x):
            raise NotImplementedError(f"Limits are known where time or λ moves, not both as in {self}.")

    def _eval_nseries(self, x: Symbol, n: int, logx: Expr | None, cdir: int = 0) -> Expr:
        s, lam = self._time, self._lam
        if not (s.has(x) and lam.has(x)):
            s0, lam0 = s.limit(x, 0), lam.limit(x, 0)
            if s0.is_zero:
                return self._in_small(x, s, s.as_leading_term(x), self._early_coefficient, n)
            if lam0.is_zero:
                return self._in_small(x, lam, lam.as_leading_term(x), self._sparse_coefficient, n)
        return super()._eval_nseries(x, n, logx, cdir)

    def _in_small(self, x: Symbol, small: Expr, leading: Expr, coefficient: Callable[[int], Expr], n: int) -> Expr:
        """Power series in an argument that vanishes with x like x^q, to order x^n."""
        _, exponent = leading.as_coeff_exponent(x)
        count = int(ceiling(n / exponent)) if exponent.is_positive else int(ceiling(n))
        total = Add(*(coefficient(r) * small**r for r in range(count)))
        total = total.expand() if small.is_polynomial(x) else total.series(x, 0, n).removeO()
        return total + Order(x**n, x)

    def _early_coefficient(self, r: int) -> Expr:
        """Coefficient of s^r: (−1)^r/r! times a moment of the spectrum."""
        return (-1) ** r * MarchenkoPastur(self._lam).moment(r + int(self._power)) / factorial(r)

    def _sparse_coefficient(self, r: int) -> Expr:
        """Coefficient of λ^r: that of L_train is e^{−s} Σ_m s^{2m}(−s)^{r−m}/(m! (m+1)! (r−m)!)."""
        u = Dummy("u", positive=True)
        terms = (
            u ** (r + m) * (-1) ** (r - m) / (factorial(m) * factorial(m + 1) * factorial(r - m)) for m in range(r + 1)
        )
        train = Add(*terms).expand() * exp(-u)
        if self._power.is_zero:
            primitive = integrate(train.expand(), u)
            return (primitive.subs(u, 0) - primitive).subs(u, self._time).expand() + (1 if r == 0 else 0)
        order = int(self._power) - 1
        return ((-1) ** order * train.diff(u, order)).subs(u, self._time).expand()

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        if args0[-2] is not oo:
            return super()._eval_aseries(n, args0, x, logx)
        self._check_one_moves(x)
        if self._side() != 0:
            raise PoleError(f"{self} falls exponentially: its series around infinity is found by .series(s, oo).")
        terms, rest = late_terms(int(self._power), self._time, self._lam, 0, int(ceiling(n)) + 1)
        total = Add(*terms)._eval_nseries(x, n + 1, logx) + Order(rest, x)
        return self._plateau(0) + (self._sign * late_envelope(self._time, self._lam, 0) * total).expand()

    def leadterm(self, x: Symbol, logx: Expr | None = None, cdir: int = 0) -> tuple[Expr, Expr]:
        """Coefficient and exponent of the leading term, in which s → ∞ with a λ on either side of 1 is its value there.

        That is how SymPy finds the limit of a loss by itself; in an expression it asks for more than the value.
        """
        if self._power.is_nonnegative and not self._lam.has(x) and self._time.limit(x, 0) is oo:
            try:
                side_of_one(self._lam)
            except NotImplementedError:
                return self.func(*self.args[:-2], oo, self._lam), Integer(0)
        found: tuple[Expr, Expr] = super().leadterm(x, logx, cdir)
        return found

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        s, lam = self._time, self._lam
        if s.has(x) and s.limit(x, 0) is oo:
            self._check_one_moves(x)
            side = self._side()
            if side == 0:
                terms, _ = late_terms(int(self._power), s, lam, 0, 1)
                return (self._sign * late_envelope(s, lam, 0) * terms[0]).as_leading_term(x, logx=logx, cdir=cdir)
            if self._plateau(side) != 0:
                return self._plateau(side).as_leading_term(x, logx=logx, cdir=cdir)
            raise NotImplementedError(f"{self} falls exponentially and has no leading power.")
        value = self.func(*(argument.limit(x, 0) for argument in self.args))
        if value.is_zero or value.is_finite is False or value.has(oo, zoo):
            raise NotImplementedError(f"{self} has no leading term in {x}.")
        return value

    # --- integrals ----------------------------------------------------------------------------------------------------

    def _eval_Integral(self, *symbols: object, **assumptions: object) -> Expr:  # noqa: N802
        return TimeIntegral(self, *symbols, **assumptions)

    def antiderivative(self, x: Symbol) -> Expr | None:
        """An antiderivative in x of this average where its time is linear in x, else None.

        >>> from theory import GeneralizationLoss, TrainingLoss
        >>> from theory.symbols import lam, s
        >>> TrainingLoss(2 * s, lam).antiderivative(s), GeneralizationLoss(s, lam).antiderivative(s)
        (-GeneralizationLoss(2*s, lambda)/2, CumulativeLoss(s, lambda))
        """
        if self._lam.has(x) or not self._time.is_polynomial(x):
            return None
        slope, *rest = Poly(self._time, x).all_coeffs()
        if len(rest) != 1 or not self._power.is_Integer:
            return None
        total = self._average(self._power - 1)
        return (total if self._power.is_zero else -total) / slope

    def laplace_transform(self, p: Sympifiable) -> Expr:
        """∫_0^∞ e^{−ps} E ν^k e^{−νs} ds = E ν^k/(ν + p), by the Stieltjes transform of the law.

        E 1/(ν + p) = m(−p), and E ν^k/(ν + p) = E ν^{k−1} − p E ν^{k−1}/(ν + p). Of the training loss it is the
        transform of a busy period, [1 + λ + p − √((1+λ+p)² − 4λ)]/(2λ).

        Examples
        --------
        >>> from sympy import Rational, symbols
        >>> from theory import GeneralizationLoss, TrainingLoss
        >>> from theory.symbols import lam, s
        >>> p = symbols("p", positive=True)
        >>> TrainingLoss(s, lam).laplace_transform(p)
        (lambda + p - sqrt(-4*lambda + (lambda + p + 1)**2) + 1)/(2*lambda)
        >>> GeneralizationLoss(s, Rational(1, 2)).laplace_transform(1)
        -3/2 + sqrt(17)/2
        """
        p, lam = sympify(p), self._lam
        scale, variable = self._time.as_independent(*self._time.free_symbols, as_Add=False)
        if not variable.is_Symbol or lam.has(variable):
            raise NotImplementedError(
                f"The Laplace transform is taken of a time that is a multiple of a symbol, got {self}."
            )
        p = p / scale
        low, high = MarchenkoPastur(lam).support
        root = sqrt((1 + lam + p) ** 2 - 4 * lam) if p.is_extended_nonnegative else sqrt(low + p) * sqrt(high + p)
        total = (1 + lam + p - root) / (2 * lam)
        if self._power.is_zero:
            return (1 - total) / (p * scale)
        for k in range(1, int(self._power)):
            total = MarchenkoPastur(lam).moment(k) - p * total
        return total / scale

    # --- print --------------------------------------------------------------------------------------------------------

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        return self._latex_name(printer, "" if exp is None else f"^{{{exp}}}")

    def _latex_name(self, printer: Printer, power: str) -> str:
        raise NotImplementedError

    def _arguments_latex(self, printer: Printer) -> str:
        return rf"\left({printer._print(self._time)}, {printer._print(self._lam)}\right)"

    # Generated code names the stable evaluators; nothing is imported until that code runs.
    def _numpycode(self, printer: Printer) -> str:
        arguments = ", ".join(printer._print(argument) for argument in self.args)
        return f"{printer._module_format(self._code)}({arguments})"

    _scipycode = _pythoncode = _numpycode

    def _excess_code(self, printer: Printer) -> str:
        """λ − 1, exactly: rounding it would cost a small λ its digits."""
        lam = self._lam
        if not lam.is_Symbol:
            return str(printer._print(lam - 1))
        return f"{printer._module_format('mpmath.fsub')}({printer._print(lam)}, 1, exact=True)"


class SpectralAverage(SpectralFunction):
    """E ν^k e^{−νs} over the Marchenko–Pastur law for whole k ≥ 0, the derivatives of both losses in s.

    k = 0 is `GeneralizationLoss`, k = 1 `TrainingLoss`; the others follow by
    s M_{k+3} = [k+3+2(1+λ)s] M_{k+2} − [2k(1+λ) + (1−λ)²s + 3(1+λ)] M_{k+1} + k(1−λ)² M_k, Bessel's equation in s.

    Raises
    ------
    ValueError
        If k is known not to be a whole number ≥ 0, or λ to be negative.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory import TrainingLoss
    >>> from theory.symbols import lam, s
    >>> TrainingLoss(s, lam).diff(s), TrainingLoss(s, lam).diff(s, 3)
    (-SpectralAverage(2, s, lambda), -SpectralAverage(4, s, lambda))
    >>> SpectralAverage(3, 0, lam)  # a moment of the spectrum
    lambda**2 + 3*lambda + 1
    >>> SpectralAverage(2, 1000, Rational(1, 2)).evalf(20)
    7.2513911090315948814e-44
    """

    nargs = 3
    _code = "numerics.special_functions.spectral_average"

    @property
    def _power(self) -> Expr:
        """The k of E ν^k e^{−νs}."""
        return self.args[0]

    @classmethod
    def eval(cls, k: Expr, s: Expr, lam: Expr) -> Expr | None:
        """Return the class with a name at k = 0 and 1, closed values at the ends of s and λ, else None."""
        if k.is_integer is False or k.is_negative:
            raise ValueError(f"The power k of E ν^k e^(−νs) must be a whole number ≥ 0, got {k}.")
        if k.is_Integer and (named := cls._of_power.get(int(k))):
            return named(s, lam)
        return cls._special_value(k, s, lam)

    def _value(self, s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
        return spectral_average_value(int(self._power), s, excess, digits)

    def _eval_expand_func(self, **hints: object) -> Expr:
        """Reduce k ≥ 3 to the training loss and k = 2."""
        s, lam, k = self._time, self._lam, self._power
        if not (k.is_Integer and k > 2):
            return self
        n = k - 3
        above, here, below = (self._average(n + j) for j in (2, 1, 0))
        total = (n + 3 + 2 * (1 + lam) * s) * above - (2 * n * (1 + lam) + (1 - lam) ** 2 * s + 3 * (1 + lam)) * here
        total += n * (1 - lam) ** 2 * below if n else 0
        return (total / s).expand(func=True)

    def as_numer_denom(self) -> tuple[Expr, Expr]:
        """Numerator and denominator in terms of k = 1, 2, by which `simplify` and `equals` see what cancels."""
        reduced = self._eval_expand_func()
        if reduced == self:
            return self, Integer(1)
        found: tuple[Expr, Expr] = reduced.as_numer_denom()
        return found

    def _eval_rewrite_as_besseli(self, k: Expr, s: Expr, lam: Expr, **kwargs: object) -> Expr:
        first, second = (besseli(n, 2 * sqrt(lam) * s) for n in (1, 2))
        train, two = self._average(Integer(1)), self._average(Integer(2))
        reduced = self._eval_expand_func()
        decay = exp(-(1 + lam) * s)
        closed = decay * ((1 + lam) * first / (sqrt(lam) * s) - 2 * second / s)
        return reduced.xreplace({train: decay * first / (sqrt(lam) * s), two: closed})

    def _latex_name(self, printer: Printer, power: str) -> str:
        k, s, lam = (printer._print(argument) for argument in self.args)
        return rf"\left\langle \nu^{{{k}}} e^{{- \nu {s}}}\right\rangle{power}_{{{lam}}}"

    def _mpmathcode(self, printer: Printer) -> str:
        k, s = (printer._print(argument) for argument in self.args[:2])
        function = printer._module_format("theory.linear.evaluation.spectral_average_value")
        return f"{function}({k}, {s}, {self._excess_code(printer)}, {printer._module_format('mpmath.mp')}.dps)"
