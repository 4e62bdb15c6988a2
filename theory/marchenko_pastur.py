"""The Marchenko–Pastur law: the spectrum of the empirical covariance of white data at infinite size."""

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, Integral, Max, Symbol, binomial, pi, sqrt, sympify

__all__ = ["MarchenkoPastur"]


@dataclass(frozen=True)
class MarchenkoPastur:
    """Spectrum of Σ = (1/N) Σ x xᵀ for x ~ N(0, I_d), d, N → ∞ at λ = d/N (L; Marchenko and Pastur 1967).

    An atom (1 − 1/λ)⁺ at 0 plus the density √((ν₊−ν)(ν−ν₋))/(2πλν) on ν± = (1 ± √λ)².

    Parameters
    ----------
    lam
        λ > 0, a number or a symbol.

    Raises
    ------
    ValueError
        If λ is known not to be positive.

    Examples
    --------
    >>> from sympy import Symbol, integrate
    >>> law = MarchenkoPastur(Symbol("lambda", positive=True))
    >>> [law.moment(k) for k in range(4)]
    [1, 1, lambda + 1, lambda**2 + 3*lambda + 1]
    >>> MarchenkoPastur(4).atom, MarchenkoPastur(4).support
    (3/4, (1, 9))
    """

    lam: Any

    def __post_init__(self) -> None:
        lam = sympify(self.lam)
        if lam.is_extended_nonpositive:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        object.__setattr__(self, "lam", lam)

    @property
    def support(self) -> tuple[Expr, Expr]:
        """Edges (ν₋, ν₊) of the continuous part."""
        return (1 - sqrt(self.lam)) ** 2, (1 + sqrt(self.lam)) ** 2

    @property
    def atom(self) -> Expr:
        """Weight (1 − 1/λ)⁺ of the eigenvalue 0: the directions that no training sample touches."""
        return Max(0, 1 - 1 / self.lam)

    def density(self, nu: Any) -> Expr:
        """Density of the continuous part at an eigenvalue ν inside the support."""
        low, high = self.support
        return sqrt((high - nu) * (nu - low)) / (2 * pi * self.lam * nu)

    def moment(self, k: int) -> Expr:
        """E ν^k = Σ_r λ^r/(r+1)·C(k, r)·C(k−1, r), the Narayana polynomial, for k ≥ 0."""
        if k < 0:
            raise ValueError(f"Moments exist in closed form for k ≥ 0, got {k}.")
        if k == 0:
            return Integer(1)
        return sum(self.lam**r * binomial(k, r) * binomial(k - 1, r) / (r + 1) for r in range(k - 1, -1, -1))

    def expectation(self, f: Any, nu: Symbol) -> Expr:
        """E f(ν): the atom's share plus the integral of ``f``, an expression in ``nu``, over the density.

        >>> from sympy import Symbol
        >>> nu = Symbol("nu", positive=True)
        >>> MarchenkoPastur(1).expectation(nu**2, nu).doit().simplify()
        2
        """
        low, high = self.support
        f = sympify(f)
        share = self.atom * f.subs(nu, 0) if self.atom != 0 else Integer(0)
        return share + Integral(f * self.density(nu), (nu, low, high))

    def stieltjes(self, z: Any) -> Expr:
        """Stieltjes transform m(z) = E 1/(ν − z) = 2/(1 − λ − z + √(ν₋−z) √(ν₊−z)), off the spectrum.

        The root of λzm² + (z + λ − 1)m + 1 = 0 with m → −1/z at infinity. With principal roots the formula holds for
        every complex z off the support, and on the support it is the limit from below: there Im m = −π · density.
        It is finite at z = 0 for λ < 1. Its derivative is E 1/(ν − z)² = m(1 + λm)/(√(ν₋−z) √(ν₊−z)).

        Raises
        ------
        ValueError
            If there is an eigenvalue at z itself: z = 0 for λ ≥ 1.

        Examples
        --------
        >>> from sympy import Rational, Symbol
        >>> MarchenkoPastur(Rational(1, 2)).stieltjes(0), MarchenkoPastur(2).stieltjes(-1)
        (2, sqrt(2)/2)
        >>> law, z = MarchenkoPastur(Symbol("lambda", positive=True)), Symbol("z", negative=True)
        >>> m = law.stieltjes(z)
        >>> (law.lam * z * m**2 + (z + law.lam - 1) * m + 1).simplify()
        0
        """
        z = sympify(z)
        low, high = self.support
        if z.is_zero and (self.lam - 1).is_extended_nonnegative:
            raise ValueError(
                f"The Stieltjes transform has a pole or branch point at z = 0 for λ ≥ 1, got λ = {self.lam}."
            )
        below = z.is_extended_nonpositive  # one root then does, and prints smaller
        root = sqrt((1 + self.lam - z) ** 2 - 4 * self.lam) if below else sqrt(low - z) * sqrt(high - z)
        return 2 / (1 - self.lam - z + root)

    def laplace(self, s: Any) -> Expr:
        """Laplace transform E e^{−νs} of the law, which is the generalization loss; minus its slope, the training loss.

        Examples
        --------
        >>> from sympy import Symbol
        >>> law, s = MarchenkoPastur(Symbol("lambda", positive=True)), Symbol("s", positive=True)
        >>> law.laplace(s), -law.laplace(s).diff(s)
        (GeneralizationLoss(s, lambda), TrainingLoss(s, lambda))
        """
        from theory.losses import GeneralizationLoss  # the losses are built on this law

        return GeneralizationLoss(sympify(s), self.lam)
