"""Heavy-ball momentum: every direction an oscillator that is over- or underdamped."""

from dataclasses import dataclass

from sympy import Expr, Integer, Piecewise, Rational, log, pi, sqrt

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.heavy_ball import HeavyBall, MomentumAverage
from theory.linear.variants.variant import Variant
from theory.requirements import not_negative, positive

__all__ = ["Momentum"]

_RATIO, _RATE = "λ = d/N_train", "The rate η₀"


@dataclass(frozen=True)
class Momentum(Variant):
    """Gradient descent in steps of η₀ with Polyak's momentum, D_{n+1} = D_n − hΣD_n + β(D_n − D_{n−1}), h = 2η₀.

    Along an eigenvector what n steps leave of an error is `HeavyBall` at u = h(ν + c), c the pull of weight decay. With
    roots r± of r² = (1 + β − u)r − β it is a sum of two powers for u < (1−√β)² and β^{n/2} times a wave above. For
    small steps the slow root is 1 − u/(1−β): the flow on a clock that is 1/(1−β) as fast, with its gap and its relative
    sharpness. That holds up to β = (1 − √(hν₋))², ν₋ = (1−√λ)². Beyond, all directions lose their error at the one rate
    −ln β a step: both losses are the same exponential, S_rel → 1, and they meet for β → 1, where no gap is left.

    With small random batches the same clock makes c of `Batches` larger by 1/(1−β).

    Attributes
    ----------
    momentum
        β, 0 ≤ β < 1.

    Raises
    ------
    ValueError
        If β is known to be out of range.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> student = LinearStudent(Rational(1, 2), eta0=Rational(1, 100))
    >>> student.with_momentum(Rational(1, 2)).training_loss(Rational(12, 100)).evalf(10)  # three steps
    0.7720962969
    >>> fast = student.replace(eta0=Rational(1, 10000)).with_momentum(Rational(9, 10))
    >>> fast.generalization_loss(1).evalf(5), student.generalization_loss(10).evalf(5)
    (0.032853, 0.032904)
    """

    momentum: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        beta = not_negative(self.momentum, "The momentum β")
        if (1 - beta).is_extended_nonpositive:
            raise ValueError(f"The momentum β must be below 1, got {beta}.")

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The memory, and its averages."""
        return dynamics.with_memory(self._memory, self._average)

    def critical_momentum(self, lam: Sympifiable, eta0: Sympifiable) -> Expr:
        """(1 − √(hν₋))², at which the slowest direction is damped critically: the fastest decay at this η₀.

        >>> Momentum(0).critical_momentum(4, Rational(1, 8))
        1/4
        """
        return (1 - sqrt(self._edge_step(lam, eta0))) ** 2

    def critical_rate(self, lam: Sympifiable) -> Expr:
        """Largest stable η₀ = (1 + β)/(1+√λ)².

        >>> Momentum(Rational(1, 2)).critical_rate(4)
        1/6
        """
        return (1 + self.momentum) / (1 + sqrt(positive(lam, _RATIO))) ** 2

    def slow_root(self, u: Sympifiable) -> Expr:
        """r = [1 + β − u + √((1 + β − u)² − 4β)]/2, by which a step multiplies what is left at u = hν < (1−√β)².

        >>> Momentum(Rational(1, 4)).slow_root(Rational(1, 4)), Momentum(Rational(1, 4)).slow_root(0)
        (1/2, 1)
        """
        u = not_negative(u, "The step u = hν")
        return (1 + self.momentum - u + self._split(u)) / 2

    def decay_rate(self, lam: Sympifiable, eta0: Sympifiable) -> Expr:
        """Rate per step of both losses at late time: −2 ln r at hν₋, and −ln β above the critical momentum.

        >>> Momentum(Rational(1, 2)).decay_rate(4, Rational(1, 8))
        log(2)
        """
        beta, u = self.momentum, self._edge_step(lam, eta0)
        return Piecewise((-2 * log(self.slow_root(u)), u <= (1 - sqrt(beta)) ** 2), (-log(beta), True))

    def late_amplitude(self, lam: Sympifiable, eta0: Sympifiable) -> Expr:
        """C of the late training loss C n^{−3/2} e^{−κn} below the critical momentum, κ the `decay_rate`.

        A²/(2√π λ^{3/4}) (√Δ/2h)^{3/2} with Δ = (1 + β − u)² − 4β and A = (1 − u − β/r)/√Δ at u = hν₋, since
        d ln r/du = −1/√Δ. At β = 0 and small h it is `theory.late_amplitude` of the flow.

        >>> Momentum(0).late_amplitude(1, Rational(1, 8))
        sqrt(2)/sqrt(pi)
        """
        u, lam = self._edge_step(lam, eta0), positive(lam, _RATIO)
        apart = self._split(u)
        share = (1 - u - self.momentum / self.slow_root(u)) / apart
        clock = 4 * positive(eta0, _RATE) / apart
        return share**2 / (2 * sqrt(pi) * (lam * clock**2) ** Rational(3, 4))

    def late_heights(self, lam: Sympifiable, eta0: Sympifiable) -> tuple[Expr, Expr]:
        """Factors of βⁿ in both losses at late time, above the critical momentum, for λ < 1 and hν₊ < (1+√β)².

        The mean square of the wave is hν/(2(1 − y²)), so they are E ν^{k+1} 2β/[h(ν−a)(b−ν)] with a, b = (1 ∓ √β)²/h
        at k = 1 and 0, which the Stieltjes transform of the spectrum at a and b gives.

        >>> [height.evalf(6) for height in Momentum(Rational(9, 10)).late_heights(Rational(1, 2), Rational(1, 10))]
        [0.522295, 0.514719]
        """
        h, root = 2 * positive(eta0, _RATE), sqrt(self.momentum)
        a, b = (1 - root) ** 2 / h, (1 + root) ** 2 / h
        law = MarchenkoPastur(lam)
        below, above = law.stieltjes(a), -law.stieltjes(b)
        factor = 2 * self.momentum / h
        return factor * ((a**2 * below + b**2 * above) / (b - a) - 1), factor * (a * below + b * above) / (b - a)

    def _edge_step(self, lam: Sympifiable, eta0: Sympifiable) -> Expr:
        """hν₋."""
        return 2 * positive(eta0, _RATE) * (1 - sqrt(positive(lam, _RATIO))) ** 2

    def _split(self, u: Expr) -> Expr:
        """√Δ, the distance of the two roots."""
        root = sqrt(self.momentum)
        return sqrt(((1 - root) ** 2 - u) * ((1 + root) ** 2 - u))

    def _memory(self, dynamics: Dynamics, rate: Expr) -> Expr:
        return HeavyBall(_steps(dynamics), 2 * dynamics.eta0 * rate, self.momentum)

    def _average(self, dynamics: Dynamics, power: int, order: int) -> Expr | None:
        if power not in (0, 1) or order not in (0, 2):
            return None
        step = 2 * dynamics.eta0
        return MomentumAverage(power, _steps(dynamics), step, self.momentum, dynamics.lam) if order else Integer(1)


def _steps(dynamics: Dynamics) -> Expr:
    return dynamics.time / (4 * dynamics.eta0)
