"""Averages of any power of the eigenvalue over the spectrum, which both losses differentiate into."""

from sympy import Expr, Integer, besseli, exp, sqrt
from sympy.printing.printer import Printer

from theory.linear.evaluation import spectral_average_value
from theory.linear.spectral_function import SpectralFunction

__all__ = ["SpectralAverage"]


class SpectralAverage(SpectralFunction, power="any"):
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
    _float_evaluator = "numerics.special_functions.spectral_average"
    _value = staticmethod(spectral_average_value)

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
