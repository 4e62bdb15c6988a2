"""Two points at the edge of linear separability: the whole orbit of a student with a bias."""

from dataclasses import dataclass, field
from typing import NoReturn

from sympy import (
    Expr,
    Integer,
    Integral,
    Rational,
    Symbol,
    erf,
    erfinv,
    exp,
    log,
    oo,
    pi,
    sqrt,
    sympify,
)

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.requirements import fraction, positive
from theory.systems import NoClosedFormError

__all__ = ["SeparabilityEdge"]

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class SeparabilityEdge(Parametric):
    """Two points of one label, −σ and σ(1 − 2λ), and a student S·x + b of exponential loss (B, section 5).

    Both labels are −1: an answer is right where S·x + b < 0. From S = b = 0 gradient flow on the mean of e^{S·x+b}
    moves along an orbit b(S) that is known exactly. For λ < 1/2 the origin is between the points, S ends at S_∞ and
    b → −∞, so that a fresh x ~ N(0, σ²) is answered right in the end; for λ > 1/2 both grow at a fixed ratio. The
    generalization accuracy is Φ(h) = (1 + erf(h/√2))/2 at h = −b/(σS). Of the training
    points x₁ is always right, and x₂ too unless σ²λ(1−2λ) > 1, where it becomes right in one step: a gap has no second
    sharpness to go with it, and what is late is generalization.

    Time is an integral along the orbit, t(S) = ∫₀^S 2e^{−b}/(−x₁e^{ux₁} − x₂e^{ux₂}) du; numbers of the curve over time
    are in `numerics`.

    Attributes
    ----------
    lam
        λ, between 0 and 1, like d/N: separable from the origin above 1/2.
    sigma
        σ.

    Raises
    ------
    ValueError
        If λ is known not to lie between 0 and 1, or σ not to be positive.

    Examples
    --------
    >>> edge = SeparabilityEdge(Rational(1, 4), 2)
    >>> edge.points, edge.limiting_weight()
    ((-2, 1), log(2)/3)
    """

    lam: Expr
    sigma: Expr = field(default=Integer(5))
    training_plateau: Expr = field(default=Integer(0), init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lam", fraction(self.lam, "λ"))
        object.__setattr__(self, "sigma", positive(self.sigma, "The size σ"))

    @property
    def points(self) -> tuple[Expr, Expr]:
        """x₁ = −σ and x₂ = σ(1 − 2λ)."""
        return -self.sigma, self.sigma * (1 - 2 * self.lam)

    def limiting_weight(self) -> Expr:
        """S for t → ∞: S_∞ = ln(1/(1−2λ))/(2σ(1−λ)), infinite from λ = 1/2 on."""
        if (1 - 2 * self.lam).is_nonpositive:
            return oo
        return log(1 / (1 - 2 * self.lam)) / (2 * self.sigma * (1 - self.lam))

    def bias(self, weight: Sympifiable) -> Expr:
        """b on the orbit at S: S/x₁ − ln[(x₁ + x₂z)/(x₁ + x₂)]/(x₁x₂), z = e^{(x₂−x₁)S}.

        >>> SeparabilityEdge(Rational(1, 2), 1).bias(2)
        -exp(2) - 1
        """
        first, second = self.points
        weight = sympify(weight)
        if second.is_zero:
            return -(weight + (exp(self.sigma * weight) - 1) / self.sigma) / self.sigma
        z = exp((second - first) * weight)
        return weight / first - log((first + second * z) / (first + second)) / (first * second)

    def accuracy_at(self, weight: Sympifiable) -> Expr:
        """Generalization accuracy on the orbit at S, (1 + erf(−b/(√2σS)))/2."""
        return (1 + erf(-self.bias(weight) / (sqrt(2) * self.sigma * sympify(weight)))) / 2

    def time_at(self, weight: Sympifiable) -> Expr:
        """Time at which the orbit is at S, an integral."""
        u = Symbol("u", positive=True)
        return Integral(1 / self._speed(u), (u, 0, sympify(weight)))

    def slope_at(self, weight: Sympifiable) -> Expr:
        """Slope of the generalization accuracy in time, at S."""
        u = Symbol("u", positive=True)
        return (self.accuracy_at(u).diff(u) * self._speed(u)).subs(u, sympify(weight))

    def training_curve(self, t: Sympifiable) -> Expr:
        """1 where σ²λ(1−2λ) ≤ 1, so that both points are right from the beginning.

        Raises
        ------
        NoClosedFormError
            If that is not known; else x₂ is wrong until b = −x₂S.
        """
        if (self.sigma**2 * self.lam * (1 - 2 * self.lam) - 1).is_nonpositive:
            return Integer(1)
        raise NoClosedFormError(_ONE_STEP)

    def generalization_curve(self, t: Sympifiable) -> NoReturn:
        """Not in closed form over time; `accuracy_at` has it along the orbit.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_TIME)

    @property
    def generalization_plateau(self) -> Expr:
        """The test error for t → ∞: 0 for λ ≤ 1/2, else (1 − erf(1/(√2σ²(2λ−1))))/2, which is flat to all orders there.

        >>> SeparabilityEdge(Rational(3, 4), 1).generalization_plateau
        1/2 - erf(sqrt(2))/2
        """
        if (1 - 2 * self.lam).is_nonnegative:
            return Integer(0)
        return (1 - erf(1 / (sqrt(2) * self.sigma**2 * (2 * self.lam - 1)))) / 2

    def training_jump_time(self) -> NoReturn:
        """There is none, or a single step without a closed form.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_ONE_STEP)

    def generalization_jump_time(self) -> NoReturn:
        """Not in closed form, see `late_jump_time`.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_TIME)

    @property
    def horizon(self) -> Expr:
        """Time of high accuracy: ten times `late_jump_time` at 0.99, with λ < 1/2.

        Raises
        ------
        NoClosedFormError
            For λ ≥ 1/2.
        """
        return 10 * self.late_jump_time(Rational(99, 100))

    def late_rate(self) -> Expr:
        """c of e^{−b} → ct, for λ < 1/2: (1−λ)(1−2λ)^{1/(2(1−λ)) − 1}."""
        return (1 - self.lam) * (1 - 2 * self.lam) ** (1 / (2 * (1 - self.lam)) - 1)

    def late_jump_time(self, accuracy: Sympifiable) -> Expr:
        """When the accuracy is reached, late for λ < 1/2: (1−2λ)^{−q/(2(1−λ))}/c, q = √2 erfinv(2A − 1).

        So, seen at so high a level that S has settled, the time diverges at the edge as a power q of 1/(1−2λ) that has
        nothing universal: it is the level's.

        Raises
        ------
        NoClosedFormError
            For λ ≥ 1/2, where S does not settle.
        """
        if (1 - 2 * self.lam).is_nonpositive:
            raise NoClosedFormError("From λ = 1/2 on the weight does not settle: ask late_weight for λ > 1/2.")
        return exp(self.quantile(accuracy) * self.sigma * self.limiting_weight()) / self.late_rate()

    @staticmethod
    def quantile(accuracy: Sympifiable) -> Expr:
        """q = √2 erfinv(2A − 1), the value of −b/(σS) at which the accuracy is A.

        Raises
        ------
        ValueError
            If A is known not to lie between chance and 1; so for every method that takes one.
        """
        accuracy = fraction(accuracy, "The accuracy")
        if (2 * accuracy - 1).is_nonpositive:
            raise ValueError(f"The accuracy must lie above chance, 1/2, where it starts, got {accuracy}.")
        return sqrt(2) * erfinv(2 * accuracy - 1)

    def edge(self, accuracy: Sympifiable) -> Expr:
        """The λ up to which an accuracy is reached: (1 + 1/(σ²q))/2, beyond 1/2.

        >>> SeparabilityEdge(_HALF, 2).edge(Rational(9, 10)).evalf(5)
        0.59754
        """
        return (1 + 1 / (self.sigma**2 * self.quantile(accuracy))) / 2

    def late_weight(self, accuracy: Sympifiable) -> Expr:
        """S at which an accuracy is reached, for λ > 1/2 just below its edge: C/(σ(h_∞ − q)), exponentially accurate.

        h_∞ = 1/(σ²(2λ−1)), C = ln(2λ/(2λ−1))/(σ²(2λ−1)). The time is then about e^{aS}, a = |x₂| + 1/|x₂|, so that ln t
        diverges as the inverse distance to the edge.

        Raises
        ------
        NoClosedFormError
            For λ ≤ 1/2.
        ValueError
            If the accuracy is known to stay below.
        """
        offset, end = self._offset, 1 / (self.sigma**2 * (2 * self.lam - 1))
        left = end - self.quantile(accuracy)
        if left.is_extended_nonpositive:
            raise ValueError(
                f"The accuracy ends at {1 - float(self.generalization_plateau):.6g} and never reaches {accuracy}: "
                "ask edge(accuracy) for the λ up to which it does."
            )
        return offset / (self.sigma * left)

    def late_time(self, weight: Sympifiable) -> Expr:
        """t at S ≫ 1 for λ > 1/2: 2e^{aS − C}/(1 + x₂²), a = |x₂| + 1/|x₂|.

        Raises
        ------
        NoClosedFormError
            For λ ≤ 1/2.
        """
        offset, far = self._offset, -self.points[1]
        return 2 * exp((far + 1 / far) * sympify(weight) - offset) / (1 + far**2)

    def late_slope(self, accuracy: Sympifiable) -> Expr:
        """Slope where an accuracy is reached late, times the time: q φ(q)/ln(ct) for λ < 1/2, φ(q)C/(σaS²) for λ > 1/2.

        So the sharpness falls with the delay like 1/(t ln t) where S has settled, and like 1/(t ln²t) beyond 1/2.
        """
        q = self.quantile(accuracy)
        density = exp(-(q**2) / 2) / sqrt(2 * pi)
        if (2 * self.lam - 1).is_positive:
            far = -self.points[1]
            return density * self._offset / (self.sigma * (far + 1 / far) * self.late_weight(accuracy) ** 2)
        return density / (self.sigma * self.limiting_weight())

    @property
    def _offset(self) -> Expr:
        """C = lim b − S/x₂ for λ > 1/2."""
        if (2 * self.lam - 1).is_nonpositive:
            raise NoClosedFormError("Up to λ = 1/2 the weight does not grow with the bias: ask late_jump_time.")
        return log(2 * self.lam / (2 * self.lam - 1)) / (self.sigma**2 * (2 * self.lam - 1))

    def _speed(self, weight: Expr) -> Expr:
        """dS/dt."""
        first, second = self.points
        pull = -first * exp(first * weight) - second * exp(second * weight)
        return exp(self.bias(weight)) * pull / 2


_ONE_STEP = (
    "Training has no jump in closed form: both points are right from the beginning where σ²λ(1−2λ) ≤ 1, else x₂ "
    "becomes right in one step, at b = −x₂S."
)
_NO_TIME = (
    "The accuracy has no closed form over time: accuracy_at(weight) and time_at(weight) have both along the orbit, "
    "numerics.system_curves the numbers."
)
