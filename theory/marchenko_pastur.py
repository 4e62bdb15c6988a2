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
