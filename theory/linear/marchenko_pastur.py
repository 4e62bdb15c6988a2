"""The Marchenko–Pastur law: the spectrum of the empirical covariance of white data at infinite size."""

from dataclasses import dataclass

from sympy import Abs, Dummy, Expr, Integer, Integral, Max, Min, Piecewise, Symbol, binomial, oo, pi, sin, sqrt, sympify

from theory.annotations import Sympifiable
from theory.linear.angular_integral import AngularIntegral
from theory.requirements import positive, whole

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

    lam: Expr

    def __post_init__(self) -> None:
        object.__setattr__(self, "lam", positive(self.lam, "λ = d/N_train"))

    @property
    def is_complete(self) -> bool:
        """Any function of the eigenvalue has an average over this law."""
        return True

    @property
    def support(self) -> tuple[Expr, Expr]:
        """Edges (ν₋, ν₊) of the continuous part."""
        return (1 - sqrt(self.lam)) ** 2, (1 + sqrt(self.lam)) ** 2

    def eigenvalue(self, theta: Sympifiable) -> Expr:
        """Eigenvalue ν = 1 + λ − 2√λ cos θ at an angle of the spectrum, written (λ−1)²/(1+√λ)² + 4√λ sin²(θ/2).

        In this form nothing cancels, next to λ = 1 and θ = 0 either.

        >>> from sympy import pi
        >>> MarchenkoPastur(4).eigenvalue(0), MarchenkoPastur(4).eigenvalue(pi)
        (1, 9)
        """
        root = sqrt(self.lam)
        return ((self.lam - 1) / (1 + root)) ** 2 + 4 * root * sin(sympify(theta) / 2) ** 2

    @property
    def atom(self) -> Expr:
        """Weight (1 − 1/λ)⁺ of the eigenvalue 0: the directions that no training sample touches."""
        return Max(0, 1 - 1 / self.lam)

    def density(self, nu: Sympifiable) -> Expr:
        """Density of the continuous part at an eigenvalue ν inside the support."""
        low, high = self.support
        return sqrt((high - nu) * (nu - low)) / (2 * pi * self.lam * nu)

    def moment(self, k: int) -> Expr:
        """E ν^k = Σ_r λ^r/(r+1)·C(k, r)·C(k−1, r), the Narayana polynomial, for whole k ≥ 0.

        Raises
        ------
        ValueError
            If k is not a whole number ≥ 0.

        Examples
        --------
        >>> MarchenkoPastur(2).moment(3)
        11
        """
        order = whole(k, 0, "The order k of a moment in closed form")
        if not order.is_Integer:
            raise ValueError(f"The order k of a moment in closed form must be a whole number ≥ 0, got {k}.")
        k = int(order)
        if k == 0:
            return Integer(1)
        return sum(self.lam**r * binomial(k, r) * binomial(k - 1, r) / (r + 1) for r in range(k - 1, -1, -1))

    def expectation(self, f: Sympifiable, nu: Symbol) -> Expr:
        """E f(ν): the atom's share plus the integral of `f`, an expression in `nu`, over the density.

        >>> from sympy import Symbol
        >>> nu = Symbol("nu", positive=True)
        >>> MarchenkoPastur(1).expectation(nu**2, nu).evalf(15)  # 1 + λ
        2.00000000000000
        """
        low, high = self.support
        f = sympify(f)
        share = self.atom * f.subs(nu, 0) if self.atom != 0 else Integer(0)
        return share + Integral(f * self.density(nu), (nu, low, high))

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        """E f(ν) over the angle of the spectrum: the atom's share plus ∫ (2/π) (sin²θ/ν) f(ν) dθ from 0 to π.

        ν is `eigenvalue`. Smooth and periodic where f is smooth, so that the
        trapezoidal rule converges exponentially. `at_zero` is f(0) where it is a limit.

        >>> from sympy import Symbol
        >>> nu = Symbol("nu", positive=True)
        >>> MarchenkoPastur(4).angular_expectation(nu**2, nu).evalf(15)  # 1 + λ
        5.00000000000000
        """
        theta = Dummy("theta", positive=True)
        eigenvalue = self.eigenvalue(theta)
        f = sympify(f)
        atom = self.atom
        if atom != 0 and at_zero != 0:
            atom *= f.subs(nu, 0) if at_zero is None else at_zero
        else:
            atom = Integer(0)
        density = 2 * sin(theta) ** 2 / (pi * nu)
        return atom + AngularIntegral((density * f).subs(nu, eigenvalue), (theta, 0, pi))

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        """E 1/(ν + c)^k of k = 0, 1 or 2 at c > 0; at c = 0 the same over the eigenvalues that are not zero.

        With R = √((ν₋+c)(ν₊+c)) and Q = (1−λ)² + c(1+λ), k = 2 is (1−1/λ)⁺/c² + 2/(R(Q + |1−λ|R)), and k = 1 is
        c times that plus E ν/(ν+c)² = 2/(R(R + 1 + λ + c)): nothing cancels on either side of λ = 1, and limits at
        c → 0 are right also where λ is a symbol. For c = 0 and λ < 1 they are 1/(1−λ) and 1/(1−λ)³.

        Examples
        --------
        >>> from sympy import Rational
        >>> [MarchenkoPastur(4).inverse_moment(k, 0) for k in range(3)]
        [1/4, 1/12, 1/27]
        >>> MarchenkoPastur(Rational(1, 2)).inverse_moment(1, 1).evalf(6)
        0.561553
        """
        lam, c = self.lam, sympify(c)
        if k == 0:
            return Integer(1) if not c.is_zero else Min(1, 1 / lam)
        if c.is_zero:
            power = 2 * k - 1
            above = 1 / (lam - 1) ** power if k == 2 else 1 / (lam * (lam - 1))
            return Piecewise((1 / (1 - lam) ** power, lam < 1), (above, lam > 1), (oo, True))
        root, side = self._root(-c), Abs(1 - lam)
        # The atom written without Max, of which SymPy has no series.
        square = (lam - 1 + side) / (2 * lam * c**2) + 2 / (root * ((1 - lam) ** 2 + c * (1 + lam) + side * root))
        return square if k == 2 else 2 / (root * (root + 1 + lam + c)) + c * square

    def _root(self, z: Expr) -> Expr:
        """√((ν₋−z)(ν₊−z)), as a sum of what is positive for z < 0."""
        return sqrt((1 - self.lam) ** 2 - 2 * z * (1 + self.lam) + z**2)

    def stieltjes(self, z: Sympifiable) -> Expr:
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
        if z.is_extended_nonpositive:  # one root then does, and prints smaller
            root = self._root(z)
            if (self.lam - 1).is_extended_nonnegative is None:
                # Where λ may be on either side of 1, the form that is right for z → 0 on both.
                return (self.lam - 1 + z + root) / (-2 * self.lam * z)
        else:
            root = sqrt(low - z) * sqrt(high - z)
        return 2 / (1 - self.lam - z + root)
