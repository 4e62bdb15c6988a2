"""Weights that add modulo p without training: the accuracy against their number, an S-shape without time and gap."""

from dataclasses import dataclass, field

from sympy import Dummy, Expr, Integer, Integral, Rational, cos, erf, erfinv, exp, log, oo, pi, sqrt, sympify

from theory.annotations import Sympifiable
from theory.requirements import not_negative, positive, whole

__all__ = ["ModularWeights"]


@dataclass(frozen=True)
class ModularWeights:
    """Addition modulo p by N units with weights that are written down (A, section 3; D, section 2).

    f_q = Σ_k W(U + V)², U = cos(2πs_k a/p + α_k), V = cos(2πs_k b/p + β_k), W = cos(2πs_k q/p + α_k + β_k), with
    independent random phases. With A and B the sum and difference of the arguments of U and V, independent and uniform,
    and δ = 2πs(q − a − b)/p, a unit adds cos(A + δ)(1 + cos A)(1 + cos B): on average
    cos(δ)/2, with the variance 1 + cos(2δ)/16. So f_q is N/2 at the answer, with the variance 17N/16, and
    −N/(2(p−1)) elsewhere, with the variance N where each frequency s = 1, …, (p−1)/2 is there equally often, and 9N/8
    where each is drawn anew. The answer is right where f_q is the largest of p.

    The width at which half of the answers are right grows like 8 ln p (9 ln p for drawn frequencies), and the
    transition, in units of this width, gets sharper like √ln p. Beyond the Gaussian limit the outputs
    depend on each other: where the answer's is large, so is the scatter of the others, `coupling`, an effect of the
    same order 1/√N as the answer's own `skewness`, and larger.

    Attributes
    ----------
    modulus
        p, an odd prime.
    imbalance
        b, from 0 for frequencies that are there equally often to 1 for frequencies drawn anew: the variance at wrong
        classes is N(1 + b/8).

    Raises
    ------
    ValueError
        If p or b are known to be out of range.

    Examples
    --------
    >>> from sympy import Symbol
    >>> N = Symbol("N", positive=True)
    >>> weights = ModularWeights(97)
    >>> weights.answer_mean(N), weights.answer_variance(N), weights.wrong_variance(N), weights.wrong_mean(N)
    (N/2, 17*N/16, N, -N/192)
    >>> weights.critical_width().evalf(4)
    23.69
    """

    modulus: Expr
    imbalance: Expr = field(default=Integer(0), kw_only=True)

    def __post_init__(self) -> None:
        modulus = whole(self.modulus, 3, "The modulus p")
        if modulus.is_prime is False:
            raise ValueError(f"The modulus p must be an odd prime, got {modulus}.")
        imbalance = not_negative(self.imbalance, "The imbalance b of the frequencies")
        if (1 - imbalance).is_extended_negative:
            raise ValueError(f"The imbalance b of the frequencies must be at most 1, got {imbalance}.")
        object.__setattr__(self, "modulus", modulus)
        object.__setattr__(self, "imbalance", imbalance)

    @staticmethod
    def unit_mean(shift: Sympifiable) -> Expr:
        """cos(δ)/2, what a unit adds to f_q on average, δ = 2πs(q − a − b)/p."""
        return cos(sympify(shift)) / 2

    @staticmethod
    def unit_variance(shift: Sympifiable) -> Expr:
        """1 + cos(2δ)/16, the variance of what a unit adds to f_q.

        >>> ModularWeights.unit_variance(0)
        17/16
        """
        return 1 + cos(2 * sympify(shift)) / 16

    def answer_mean(self, width: Sympifiable) -> Expr:
        """N/2, the mean of f_q at the answer."""
        return positive(width, "The number N of units") / 2

    def wrong_mean(self, width: Sympifiable) -> Expr:
        """−N/(2(p − 1)), the mean of f_q at a wrong class, so that all classes together add up to 0."""
        return -positive(width, "The number N of units") / (2 * (self.modulus - 1))

    def answer_variance(self, width: Sympifiable) -> Expr:
        """17N/16, the variance of f_q at the answer."""
        return positive(width, "The number N of units") * self.unit_variance(0)

    def wrong_variance(self, width: Sympifiable) -> Expr:
        """N(1 + b/8), the variance of f_q at a wrong class, up to 1/p: unit variances, and b/8 from unequal means.

        >>> ModularWeights(97, imbalance=1).wrong_variance(8)
        9
        """
        return positive(width, "The number N of units") * (1 + self.imbalance / 8)

    def skewness(self, width: Sympifiable) -> Expr:
        """(15/8)/((17/16)^{3/2} √N), the skewness of f_q at the answer."""
        return Rational(15, 8) / Rational(17, 16) ** Rational(3, 2) / sqrt(positive(width, "The number N of units"))

    def coupling(self) -> Expr:
        """By how much the variance at a wrong class grows with f_q at the answer, (5/4 + 17b/32)/(17/16).

        >>> ModularWeights(97).coupling(), ModularWeights(97, imbalance=1).coupling()
        (20/17, 57/34)
        """
        return (Rational(5, 4) + 17 * self.imbalance / 32) / Rational(17, 16)

    def accuracy(self, width: Sympifiable) -> Expr:
        """∫ φ(z) Φ((√(17/16) z + √(N′)/2)/√(1 + b/8))^{p−1} dz, N′ = Np/(p − 1): the Gaussian limit.

        The answer's output is the largest of p independent Gaussians; N′ is for outputs that add up to 0. The limit is
        off by five points at N = 48, p = 97; `numerics.modular_accuracy` has the next order.
        """
        width = positive(width, "The number N of units") * self.modulus / (self.modulus - 1)
        z = Dummy("z", real=True)
        ahead = (sqrt(self.unit_variance(0)) * z + sqrt(width) / 2) / sqrt(1 + self.imbalance / 8)
        wins = ((1 + erf(ahead / sqrt(2))) / 2) ** (self.modulus - 1)
        return Integral(exp(-(z**2) / 2) / sqrt(2 * pi) * wins, (z, -oo, oo))

    def critical_width(self) -> Expr:
        """N* = 8(1 + b/8)(1 − 1/p) erfinv(1 − 2 ln 2/(p − 1))², where N/2 is the median of the largest wrong output.

        For large p it is half of the answers that are right then, and N* → 8(1 + b/8) ln p.
        """
        extreme = erfinv(1 - 2 * log(2) / (self.modulus - 1)) ** 2
        return 8 * (1 + self.imbalance / 8) * (1 - 1 / self.modulus) * extreme

    def critical_sharpness(self) -> Expr:
        """N* dA/dN = √N*/(4√(2π) w), the slope of the accuracy in units of the width, for large p.

        A → Φ((√N − √N*)/(2w)), w² the variance of f_q at the answer less what of it the others follow,
        w = √(17/16)(1 − coupling/(4(1 + b/8))): 3/√17 for equally frequent frequencies.

        >>> ModularWeights(97).critical_sharpness().evalf(4), ModularWeights(1_000_003).critical_sharpness().evalf(4)
        (0.6671, 1.323)
        """
        follows = self.coupling() / (4 * (1 + self.imbalance / 8))
        spread = sqrt(self.unit_variance(0)) * (1 - follows)
        return sqrt(self.critical_width()) / (4 * sqrt(2 * pi) * spread)
