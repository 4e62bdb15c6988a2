"""Series and limits of averages over the spectrum, around zero, infinity and anything between, in time and in λ."""

from collections.abc import Callable
from typing import ClassVar

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Mul,
    Order,
    PoleError,
    Symbol,
    ceiling,
    collect,
    exp,
    factor,
    factorial,
    integrate,
    oo,
    radsimp,
    sympify,
    zoo,
)

from theory.annotations import Sympifiable
from theory.linear.functions.late_tail import LateTail, late_envelope, late_side, late_terms, side_of_one
from theory.linear.marchenko_pastur import MarchenkoPastur

__all__ = ["SpectralSeries"]


class SpectralSeries(Function):
    """What SymPy asks of E ν^k e^{−νs} for a series or a limit; time and λ are the last two arguments."""

    _power: Expr
    """The k of E ν^k e^{−νs}."""
    _sign: ClassVar[int] = 1
    """Sign of the part that falls at late time."""

    @property
    def _time(self) -> Expr:
        """Dimensionless time s."""
        return self.args[-2]

    @property
    def _lam(self) -> Expr:
        """λ = d/N_train."""
        return self.args[-1]

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
        side = late_side(self._power, self._lam)
        terms, rest = late_terms(power, s, lam, side, n)
        leading = terms[0].as_independent(s)[1]
        orders = collect(Add(*(term / leading for term in terms)).expand(), s, radsimp if lam.is_number else factor)
        total = orders + Order((rest / leading).as_independent(s)[1], (s, oo))
        return self._plateau(side) + Mul(self._sign * late_envelope(s, lam, side) * leading, total, evaluate=False)

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
        side = 1 if lam.has(limitvar) else late_side(self._power, self._lam)
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
                return self._in_small(x, s, self._early_coefficient, n)
            if lam0.is_zero:
                return self._in_small(x, lam, self._sparse_coefficient, n)
        return super()._eval_nseries(x, n, logx, cdir)

    def _in_small(self, x: Symbol, small: Expr, coefficient: Callable[[int], Expr], n: int) -> Expr:
        """Power series in an argument that vanishes with x like x^q, to order x^n."""
        _, exponent = small.as_leading_term(x).as_coeff_exponent(x)
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
        if late_side(self._power, self._lam) != 0:
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
            side = late_side(self._power, self._lam)
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
