"""Expected training and generalization loss of the linear student–teacher model as SymPy functions."""

from typing import Any

from sympy import (
    Dummy,
    Expr,
    Function,
    Integer,
    Max,
    Mul,
    Order,
    Rational,
    Symbol,
    besseli,
    erfc,
    exp,
    factorial,
    oo,
    pi,
    sqrt,
    sympify,
)

from theory.evaluation import generalization_loss_value, training_loss_value
from theory.late_time import (
    generalization_remainder,
    published_generalization_loss,
    published_training_loss,
    root_of_decay,
    training_remainder,
)
from theory.marchenko_pastur import MarchenkoPastur
from theory.marcum import MarcumQ1
from theory.numbers import digits_of, real_argument, to_float

__all__ = ["GeneralizationLoss", "TrainingLoss"]


class _Loss(Function):
    """What both losses share: arguments, evaluation, printing."""

    nargs = 2
    _subscript = ""

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞, λ = 0 and λ = 1, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero:
            return Integer(1)
        if lam.is_zero:  # infinitely many samples: the covariance is the identity
            return exp(-s)
        if s is oo:
            return cls._plateau(lam)
        return cls._at_lam_one(s) if lam is Integer(1) else None

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        raise NotImplementedError

    @staticmethod
    def _at_lam_one(s: Expr) -> Expr:
        raise NotImplementedError

    def late_time(self, n: int = 1) -> Expr:
        """Return the late-time expansion."""
        raise NotImplementedError

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on the distance to ``late_time(n)``."""
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam = self.args
        if lam.is_Float:  # as the exact number that it is: in its own precision λ − 1 may be rounded
            lam = Rational(lam)
        rough_s, rough_excess = real_argument(s, 60), real_argument(lam - 1, 60)
        if rough_s is None or rough_excess is None:
            return None
        if rough_excess <= -1:
            return None
        # The loss carries e^{−(1−√λ)²s}: relative errors of s and λ − 1 come out multiplied by that exponent.
        extra = 20 + int(abs(rough_s) * (2 + abs(rough_excess)) + 1).bit_length()
        value = self._value(real_argument(s, prec + extra), real_argument(lam - 1, prec + extra), digits_of(prec))
        return to_float(value, prec)

    @staticmethod
    def _value(s: Any, excess: Any, digits: int) -> Any:
        raise NotImplementedError

    def _eval_rewrite_as_Integral(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).expectation(self._spectral_factor(nu) * exp(-nu * s), nu)

    @staticmethod
    def _spectral_factor(nu: Expr) -> Expr:
        raise NotImplementedError

    def series(self, x: Any = None, x0: Any = 0, n: int | None = 6, dir: str = "+", **kwargs: Any) -> Expr:
        """Series in the time s: around 0 from the moments of the spectrum, around infinity `late_time`.

        SymPy's own route through its Bessel series at infinity has wrong signs, so it is not taken.
        """
        s, _ = self.args
        terms = 1 if n is None else n
        if isinstance(s, Symbol) and x in (None, s):
            if sympify(x0) is oo:
                return self._late_series(terms)
            if sympify(x0).is_zero:
                return self._early_sum(terms) + Order(s**terms, s)
        raise NotImplementedError(f"Series exist in the time s around 0 and infinity, got {self} in {x} around {x0}.")

    def _early_sum(self, n: int) -> Expr:
        """Σ_{k<n} (−s)^k/k! times the moments of the spectrum that the loss averages."""
        s, lam = self.args
        law = MarchenkoPastur(lam)
        first = 0 if self._spectral_factor(Integer(2)) == 1 else 1
        return sum(((-s) ** k * law.moment(k + first) / factorial(k) for k in range(n)), Integer(0))

    def _eval_nseries(self, x: Symbol, n: int, logx: Any, cdir: int = 0) -> Expr:
        s, lam = self.args
        if lam.has(x) or not s.subs(x, 0).is_zero:
            raise NotImplementedError(f"{self} has a power series only around s = 0.")
        return self._early_sum(n).series(x, 0, n) if s != x else self._early_sum(n) + Order(x**n, x)

    def aseries(self, x: Any = None, n: int = 6, bound: int = 0, hir: bool = False) -> Expr:
        """Late-time series, as `series` around infinity."""
        return self.series(x, oo, n)

    def _late_series(self, n: int) -> Expr:
        return self.late_time(n)

    def _eval_rewrite_as_tractable(self, s: Expr, lam: Expr, limitvar: Any = None, **kwargs: Any) -> Expr | None:
        """Leading late-time behaviour, through which SymPy takes limits at s → ∞ for a number λ ≠ 1."""
        if limitvar is None or not lam.is_number or s.limit(limitvar, oo) is not oo:
            return None
        return self._plateau(lam) + published_training_loss(s, lam) / self._late_divisor(lam)

    @staticmethod
    def _late_divisor(lam: Expr) -> Expr:
        return Integer(1)

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        s, lam = (printer._print(arg) for arg in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({s}, {lam}\right)"

    def _pretty(self, printer: Any) -> Any:
        return printer._print_Function(self, func_name=f"L_{self._subscript}")

    # Generated code names the stable evaluators; nothing is imported until that code runs.
    def _numpycode(self, printer: Any) -> str:
        s, lam = (printer._print(arg) for arg in self.args)
        return f"{printer._module_format('numerics.losses.' + self._evaluator)}({s}, {lam})"

    _scipycode = _numpycode

    def _mpmathcode(self, printer: Any) -> str:
        s, lam = self.args
        # λ − 1 exactly: rounding it would cost a small λ its digits.
        fsub = printer._module_format("mpmath.fsub")
        excess = f"{fsub}({printer._print(lam)}, 1, exact=True)" if lam.is_Symbol else printer._print(lam - 1)
        function = printer._module_format(f"theory.evaluation.{self._evaluator}_value")
        return f"{function}({printer._print(s)}, {excess}, {printer._module_format('mpmath.mp')}.dps)"

    _evaluator = ""


class TrainingLoss(_Loss):
    """Expected training loss L_train(s, λ) = e^{−(1+λ)s} I₁(2√λ s)/(√λ s) at dimensionless time s = 4η₀t.

    The average of M Eq. 8 over the Marchenko–Pastur law, ∫ ν e^{−νs} dMP(ν), for every λ > 0. Also the density of
    the busy period of an M/M/1 queue with arrival rate λ and service rate 1.

    Raises
    ------
    ValueError
        If λ is known to be negative. (Negative s is the analytic continuation: both losses are entire in s.)

    Examples
    --------
    >>> from sympy import Rational, besseli, symbols
    >>> s, lam = symbols("s lambda", positive=True)
    >>> TrainingLoss(s, lam).rewrite(besseli)
    exp(s*(-lambda - 1))*besseli(1, 2*sqrt(lambda)*s)/(sqrt(lambda)*s)
    >>> TrainingLoss(0, lam), TrainingLoss(s, 1)
    (1, exp(-2*s)*besseli(1, 2*s)/s)
    >>> TrainingLoss(2, Rational(1, 2)).evalf(40)
    0.1192317192431484978891866619118255412495
    """

    _subscript = "train"
    _evaluator = "training_loss"
    _value = staticmethod(training_loss_value)

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        return Integer(0)

    @staticmethod
    def _at_lam_one(s: Expr) -> Expr:
        return exp(-2 * s) * besseli(1, 2 * s) / s

    @staticmethod
    def _spectral_factor(nu: Expr) -> Expr:
        return nu

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂L/∂s = −(1+λ)L + 2e^{−(1+λ)s}I₂(z)/s and ∂L/∂λ = −sL + e^{−(1+λ)s}I₂(z)/λ, z = 2√λ s."""
        s, lam = self.args
        second = exp(-(1 + lam) * s) * besseli(2, 2 * sqrt(lam) * s)
        return -(1 + lam) * self + 2 * second / s if argindex == 1 else -s * self + second / lam

    def _eval_rewrite_as_besseli(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:
        return exp(-(1 + lam) * s) * besseli(1, 2 * sqrt(lam) * s) / (sqrt(lam) * s)

    def late_time(self, n: int = 1) -> Expr:
        """Return the first ``n`` terms of the expansion at s → ∞; n = 1 is the published form, M Eq. 10.

        e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) Σ_k (−1)^k a_k/(2√λ s)^k with Hankel's a_k of I₁; the relative error is
        O(s^{−n}), in size at most the first term left out once s√λ > n.

        >>> from theory.symbols import s, lam
        >>> TrainingLoss(s, lam).late_time()
        exp(-s*(1 - sqrt(lambda))**2)/(2*sqrt(pi)*lambda**(3/4)*s**(3/2))
        """
        return self._late_factor() * self._late_sum(n)

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on |L_train − late_time(n)|, valid at every s > 0; see `theory.late_time`.

        >>> from sympy import S
        >>> loss = TrainingLoss(S(100), Rational(1, 2))
        >>> [(loss.late_time_remainder(n) / loss).evalf(2) for n in (1, 2, 4)]
        [0.0053, 2.3e-5, 2.9e-9]
        """
        s, lam = self.args
        return training_remainder(s, lam, n)

    def _late_factor(self) -> Expr:
        return published_training_loss(*self.args)

    def _late_sum(self, n: int) -> Expr:
        s, lam = self.args
        return sum((_hankel(k) / (2 * sqrt(lam) * s) ** k for k in range(n)), Integer(0))

    def _late_series(self, n: int) -> Expr:
        return Mul(
            self._late_factor(),
            self._late_sum(n) + Order(self.args[0] ** -n, (self.args[0], oo)),
            evaluate=False,
        )


class GeneralizationLoss(_Loss):
    """Expected generalization loss L_gen(s, λ) at dimensionless time s = 4η₀t, exact for every λ > 0.

    (1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ], z = 2√λ s, Q₁ the Marcum Q-function: the average of
    M Eq. 8 over the Marchenko–Pastur law, ∫ e^{−νs} dMP(ν). It starts at 1 and ends on the plateau (1 − 1/λ)⁺. Also
    the probability that the busy period of an M/M/1 queue with arrival rate λ and service rate 1 outlasts s.

    Raises
    ------
    ValueError
        If λ is known to be negative. (Negative s is the analytic continuation: both losses are entire in s.)

    Examples
    --------
    >>> from sympy import Rational, oo, symbols
    >>> s, lam = symbols("s lambda", positive=True)
    >>> GeneralizationLoss(s, lam).diff(s) == -TrainingLoss(s, lam)
    True
    >>> GeneralizationLoss(0, lam), GeneralizationLoss(oo, 4)
    (1, 3/4)
    >>> GeneralizationLoss(10**9, Rational(999, 1000)).evalf(30)  # about 30 digits below what cancellation would leave
    8.35672283861670490113664670374e-117
    """

    _subscript = "gen"
    _evaluator = "generalization_loss"
    _value = staticmethod(generalization_loss_value)

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        return Max(0, 1 - 1 / lam)

    @staticmethod
    def _at_lam_one(s: Expr) -> Expr:
        return exp(-2 * s) * (besseli(0, 2 * s) + besseli(1, 2 * s))

    @staticmethod
    def _spectral_factor(nu: Expr) -> Expr:
        return Integer(1)

    @staticmethod
    def _late_divisor(lam: Expr) -> Expr:
        return (1 - sqrt(lam)) ** 2

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂L/∂s = −L_train (M Eq. 9) and ∂L/∂λ = [Q₁ − e^{−(1+λ)s}(I₀(z) + √λ I₁(z))]/λ²."""
        s, lam = self.args
        if argindex == 1:
            return -TrainingLoss(s, lam)
        z = 2 * sqrt(lam) * s
        bessel = exp(-(1 + lam) * s) * (besseli(0, z) + sqrt(lam) * besseli(1, z))
        return (MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)) - bessel) / lam**2

    def _eval_rewrite_as_MarcumQ1(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        z = 2 * sqrt(lam) * s
        bessel = exp(-(1 + lam) * s) * (besseli(0, z) / lam + besseli(1, z) / sqrt(lam))
        return (1 - 1 / lam) * MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)) + bessel

    _eval_rewrite_as_besseli = _eval_rewrite_as_MarcumQ1

    def late_time(self, n: int = 1) -> Expr:
        """Return the plateau plus the integral of the first ``n`` late-time terms of the training loss.

        Uniform in λ: with κ = (1−√λ)² each term integrates to κ^{k+1/2} Γ(−k−½, κs), written with erfc. n = 1 is
        (1−1/λ)⁺ + [e^{−x} − √(πx) erfc(√x)]/(√π λ^{3/4} √s), x = κs; without the plateau that is the published form.

        >>> from theory.symbols import s, lam
        >>> GeneralizationLoss(s, lam).late_time().subs(lam, 1)
        1/(sqrt(pi)*sqrt(s))
        """
        s, lam = self.args
        total = published_generalization_loss(s, lam)
        prefactor = 1 / (2 * sqrt(pi) * lam ** Rational(3, 4))
        for k in range(1, n):
            total += prefactor * _hankel(k) / (2 * sqrt(lam)) ** k * _late_integral(k, s, lam)
        return self._plateau(lam) + total

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on |L_gen − late_time(n)|, valid at every s > 0; see `theory.late_time`.

        >>> from sympy import S
        >>> loss = GeneralizationLoss(S(100), Rational(1, 2))
        >>> bool(abs((loss - loss.late_time(2)).evalf(30)) < loss.late_time_remainder(2).evalf(30))
        True
        """
        s, lam = self.args
        return generalization_remainder(s, lam, n)


def _late_integral(k: int, s: Expr, lam: Expr) -> Expr:
    """∫_s^∞ e^{−κu} u^{−3/2−k} du, κ = (1−√λ)², by repeated integration by parts down to erfc."""
    kappa, root = (1 - sqrt(lam)) ** 2, root_of_decay(s, lam)
    value = 2 * (exp(-kappa * s) - sqrt(pi) * root * erfc(root)) / sqrt(s)
    for j in range(1, k + 1):
        power = Rational(1, 2) + j
        value = (exp(-kappa * s) * s ** (-power) - kappa * value) / power
    return value


def _hankel(k: int) -> Expr:
    """(−1)^k a_k of I₁(z) ~ e^z/√(2πz) Σ (−1)^k a_k/z^k, a_k = Π_{j=1}^{k} (4 − (2j−1)²)/(k! 8^k)."""
    product = Integer(1)
    for j in range(1, k + 1):
        product *= 4 - (2 * j - 1) ** 2
    return (-1) ** k * product / (factorial(k) * 8**k)
