"""What the edges of the spectrum have more than the arcsine law between them: the 1/d part of real Wishart spectra."""

from collections import defaultdict
from math import comb

import mpmath
from sympy import Add, Expr, Function, Integer, Rational, besseli, cosh, exp, oo, sqrt
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.annotations import MpNumber
from theory.generated_code import EvaluatorCode
from theory.numbers import digits_of, number_argument, to_number
from theory.requirements import positive, whole

__all__ = ["EdgeExcess", "edge_excess_value"]


class EdgeExcess(EvaluatorCode, Function):
    """½[ν₋^k e^{−ν₋s} + ν₊^k e^{−ν₊s}] − (1/π) ∫₀^π ν^k e^{−νs} dθ, ν = 1 + λ − 2√λ cos θ, ν± = (1 ± √λ)², whole k ≥ 0.

    For k = 0 it is e^{−(1+λ)s}[cosh z − I₀(z)], z = 2√λ s; each derivative in s raises k by one and changes the sign.
    Divided by 2d it is the 1/d part of E tr Σ^k e^{−Σs}/d for real Gaussian data (Dumitriu and Edelman 2006).

    Raises
    ------
    ValueError
        If λ is known not to be positive or k not to be a whole number ≥ 0.

    Examples
    --------
    >>> from theory.symbols import lam, s
    >>> EdgeExcess(0, s, lam).rewrite(besseli)
    (cosh(2*sqrt(lambda)*s) - besseli(0, 2*sqrt(lambda)*s))*exp(s*(-lambda - 1))
    >>> EdgeExcess(0, s, lam).diff(s), EdgeExcess(2, 0, lam)
    (-EdgeExcess(1, s, lambda), 2*lambda)
    >>> EdgeExcess(1, 3, Rational(1, 2)).evalf(20)
    -0.0079047560830032320162
    """

    nargs = 3
    _float_evaluator = "numerics.special_functions.edge_excess"
    _precise_evaluator = "theory.linear.variants.edge_excess.edge_excess_value"

    @classmethod
    def eval(cls, k: Expr, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0 and s = ∞, else None; reject what is known to be out of range."""
        whole(k, 0, "The order k")
        positive(lam, "λ = d/N_train")
        if s.is_zero and k.is_Integer:
            # Of (1 + λ ± 2√λ)^k and its average over the angle, the even powers of 2√λ.
            shares = ((j, 1 - Rational(comb(j, j // 2), 2**j)) for j in range(2, int(k) + 1, 2))
            return Add(
                *(comb(int(k), j) * share * (1 + lam) ** (int(k) - j) * (4 * lam) ** (j // 2) for j, share in shares)
            )
        if s is oo and (k.is_positive or (lam - 1).is_nonzero):
            return Integer(0)
        return Rational(1, 2) if s is oo and (lam - 1).is_zero and k.is_zero else None

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂/∂s raises k; ∂/∂λ = {s[(1−λ)E_k − E_{k+1}] − k[(1−λ)E_{k−1} − E_k]}/(2λ)."""
        k, s, lam = self.args
        if argindex == 1:
            raise ArgumentIndexError(self, argindex)
        following = EdgeExcess(k + 1, s, lam)
        if argindex == 2:
            return -following
        slope = s * ((1 - lam) * self - following)
        if not k.is_zero:
            slope -= k * ((1 - lam) * EdgeExcess(k - 1, s, lam) - self)
        return slope / (2 * lam)

    def _eval_rewrite_as_besseli(self, k: Expr, s: Expr, lam: Expr, **kwargs: object) -> Expr:
        if not k.is_Integer:
            return self
        z, order = 2 * sqrt(lam) * s, int(k)
        if order == 0:
            return exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z))
        low, high = (1 - sqrt(lam)) ** 2, (1 + sqrt(lam)) ** 2
        between = Add(*(factor * besseli(n, z) for n, factor in _bessel_factors(order, lam, sqrt(lam)).items()))
        return (low**order * exp(-low * s) + high**order * exp(-high * s)) / 2 - exp(-(1 + lam) * s) * between

    def _eval_evalf(self, prec: int) -> Expr | None:
        k, s, lam = self.args
        s, lam = (Rational(argument) if argument.is_Float else argument for argument in (s, lam))
        rough_s, rough_lam = number_argument(s, 60), number_argument(lam, 60)
        if not k.is_Integer or rough_s is None or rough_lam is None:
            return None
        # The exponent of e^{−νs} turns the relative error of s and λ into that many times as much.
        bits = prec + 60 + int(k) * 4 + max(0, int(mpmath.mag(abs(rough_s) * (1 + abs(rough_lam)))) if rough_s else 0)
        value = edge_excess_value(int(k), number_argument(s, bits), number_argument(lam, bits), digits_of(prec))
        return to_number(value, prec)

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_nonnegative for argument in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        k, s, lam = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"E_{{{k}}}{power}\left({s}, {lam}\right)"


def edge_excess_value(k: int, s: MpNumber, lam: MpNumber, digits: int) -> MpNumber:
    """Value of `EdgeExcess` to about `digits` digits of s and λ as they are; with as many more as cancel.

    >>> print(mpmath.nstr(edge_excess_value(0, 10**6, mpmath.mpf(1), 20), 15))  # 1/2 − 1/√(4πs)
    0.499717905190595
    """
    extra = 15
    while True:
        with mpmath.workdps(digits + extra):
            # Exponents of e^{−νs} as large as s(1 + √λ)² have that many fewer digits.
            exponent = max(0, int(mpmath.mag(abs(mpmath.mpmathify(s)) * (1 + abs(lam))) / 3.3))
            with mpmath.workdps(digits + extra + exponent):
                s, lam, root = mpmath.mpmathify(s), mpmath.mpmathify(lam), mpmath.sqrt(lam)
                edges = [((1 + sign * root) ** 2, mpmath.exp(-((1 + sign * root) ** 2) * s)) for sign in (-1, 1)]
                terms = [edge**k * decay / 2 for edge, decay in edges]
                terms += [
                    -factor * mpmath.exp(-(1 + lam) * s) * mpmath.besseli(n, 2 * root * s)
                    for n, factor in _bessel_factors(k, lam, root).items()
                ]
                total, size = mpmath.fsum(terms), max(map(abs, terms))
            if not size:
                return total
            lost = mpmath.mag(size) - mpmath.mag(total) if total else 4 * (digits + extra)
            if lost < 3.3 * (extra - 5):
                return total
            extra = int(lost / 3.3) + 15


def _bessel_factors(k: int, lam: MpNumber | Expr, root: MpNumber | Expr) -> dict[int, MpNumber | Expr]:
    """Factors of I_n(z) in e^{(1+λ)s} (1/π) ∫ ν^k e^{−νs} dθ, by the orders n: of (1 + λ − 2√λ cos θ)^k."""
    factors: defaultdict[int, MpNumber | Expr] = defaultdict(int)
    for j in range(k + 1):
        for i in range(j + 1):
            factors[abs(j - 2 * i)] += comb(k, j) * comb(j, i) * (1 + lam) ** (k - j) * (-root) ** j
    return factors
