"""A committee machine of quadratic neurons: two moments of its neurons are all, from lazy to rich."""

from dataclasses import dataclass, field
from typing import NoReturn

from sympy import Expr, Integer, Rational, exp, log, sqrt, sympify

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.requirements import not_negative, positive, whole
from theory.systems import NoClosedFormError
from theory.threshold_accuracy import threshold_loss

__all__ = ["CommitteeMachine"]

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class CommitteeMachine(Parametric):
    """f = (α/N)Σφ(w_i·x), φ = h + εh²/2, learns y = (β·x)²/2 on P inputs x ~ N(0, 1/D), |β|² = D, from w_i ~ N(0, 1).

    Gradient descent on half the mean squared error δ = y − f, at a rate of η = η₀/α² a neuron, moves the mean w̄ and
    the second moment M of the neurons alone, at any width and step: with T = 1 + ηαεG, c = ηαg, g = mean(δx) and
    G = mean(δxxᵀ), w̄ → Tw̄ + c and M → TMTᵀ + Tw̄cᵀ + c(Tw̄)ᵀ + ccᵀ. The clock counts steps.

    The output at the start is taken off, as lazy training wants it: αε|x|²/2 of infinitely many neurons would else have
    to be unlearned, which no small change of features does. For α → ∞ the machine is then lazy, linear in what it
    learns, at rates of which α is no part; for αε → 0 it is rich, at rates ∝ 1/α. Both limits are closed on infinite
    data; on P inputs the moments have the numbers.

    An answer is right within an error √tolerance, as the linear student's: A = erf(√(tolerance/(2L))), L the mean
    squared error, which takes errors as Gaussian.

    Attributes
    ----------
    output_scale
        α.
    nonlinearity
        ε.
    dimension, samples
        D and P. With P ≥ D(D + 3)/2 a machine as lazy as can be generalizes in the end.
    learning_rate
        η₀ = ηα².
    tolerance
        Largest squared error of a right answer.
    replica
        Which of all random training sets.
    training_plateau, generalization_plateau
        The losses for t → ∞, 0 on enough inputs.

    Raises
    ------
    ValueError
        If a parameter makes no sense.

    Examples
    --------
    >>> machine = CommitteeMachine(output_scale="1/10", nonlinearity="1/2")
    >>> machine.rich_rate
    1809/400
    >>> machine.lazy_rates
    (3/200, 9/100)
    """

    output_scale: Expr = field(default=Integer(1))
    nonlinearity: Expr = field(default=_HALF)
    dimension: Expr = field(default=Integer(10))
    samples: Expr = field(default=Integer(80))
    learning_rate: Expr = field(default=Integer(3))
    tolerance: Expr = field(default=Rational(1, 50))
    replica: Expr = field(default=Integer(0))
    training_plateau: Expr = field(default=Integer(0), init=False, repr=False)
    generalization_plateau: Expr = field(default=Integer(0), init=False, repr=False)

    def __post_init__(self) -> None:
        for name, value in (
            ("output_scale", positive(self.output_scale, "The output scale α")),
            ("nonlinearity", positive(self.nonlinearity, "The nonlinearity ε")),
            ("dimension", whole(self.dimension, 1, "The dimension D")),
            ("samples", whole(self.samples, 1, "The number of samples P")),
            ("learning_rate", positive(self.learning_rate, "The learning rate η₀")),
            ("tolerance", positive(self.tolerance, "The tolerance")),
            ("replica", whole(self.replica, 0, "The replica")),
        ):
            object.__setattr__(self, name, value)

    def generalization_loss(self, trace: Sympifiable, squares: Sympifiable, mean: Sympifiable = 0) -> Expr:
        """E δ² on fresh inputs, (Tr A/D)²/4 + |A|²/(2D²) + α²|w̄|²/D, of A = ββᵀ − αε(M − M₀).

        Parameters
        ----------
        trace, squares
            Tr A and |A|², the sum of the squares of its entries.
        mean
            |w̄|², the squared change of the neurons' mean.

        Examples
        --------
        >>> CommitteeMachine().generalization_loss(10, 100)
        3/4
        """
        d = self.dimension
        return (
            sympify(trace) ** 2 / (4 * d**2)
            + sympify(squares) / (2 * d**2)
            + self.output_scale**2 * not_negative(mean, "The squared mean") / d
        )

    def population_loss(self, along: Sympifiable, across: Sympifiable) -> Expr:
        """The loss where αε(M − M₀) has the eigenvalues p along β and q across, as it has on infinite data.

        >>> CommitteeMachine().population_loss(0, 0), CommitteeMachine().population_loss(10, 0)
        (3/4, 0)
        """
        a, b, d = self.dimension - sympify(along), -sympify(across), self.dimension
        return self.generalization_loss(a + (d - 1) * b, a**2 + (d - 1) * b**2)

    def population_rates(self, along: Sympifiable, across: Sympifiable) -> tuple[Expr, Expr]:
        """dp/dt and dq/dt under the flow on infinite data, 2η₀(ε/α)(p + αε)(Tr A/2 + a)/D², and so for q.

        a = D − p and b = −q are the eigenvalues of A. The mean of the neurons stays 0. Without αε, small against p and
        q, they are equations of two competing species; without p and q beside αε they are linear.

        >>> CommitteeMachine(dimension=2, learning_rate=1).population_rates(0, 0)
        (3/8, 1/8)
        """
        p, q, d = sympify(along), sympify(across), self.dimension
        half = (d - p - (d - 1) * q) / 2
        speed = 2 * self.learning_rate * self.nonlinearity / (self.output_scale * d**2)
        start = self.output_scale * self.nonlinearity
        return speed * (p + start) * (half + d - p), speed * (q + start) * (half - q)

    @property
    def quadratic_eigenvalue(self) -> Expr:
        """Eigenvalue 2ε²/D² of the kernel x·x′ + ε²(x·x′)² at the start, on xᵀAx with Tr A = 0 (K prints 2ε/D²)."""
        return 2 * self.nonlinearity**2 / self.dimension**2

    @property
    def lazy_rates(self) -> tuple[Expr, Expr]:
        """Rates for α → ∞ on infinite data: of A without its trace, 2η₀ε²/D², and of Tr A, η₀ε²(D + 2)/D²."""
        slow = self.learning_rate * self.quadratic_eigenvalue
        return slow, slow * (self.dimension + 2) / 2

    def lazy_loss(self, t: Sympifiable) -> Expr:
        """The loss for α → ∞ on infinite data: (1 − 1/D)/2·e^{−2r₁t} + (1/4 + 1/(2D))·e^{−2r₂t}, with `lazy_rates`.

        >>> CommitteeMachine().lazy_loss(0)
        3/4
        """
        slow, fast = self.lazy_rates
        time, d = sympify(t), self.dimension
        return (1 - 1 / d) / 2 * exp(-2 * slow * time) + (_HALF + 1 / d) / 2 * exp(-2 * fast * time)

    @property
    def rich_rate(self) -> Expr:
        """3η₀(ε/α)(D + αε)/D², at which the direction of β grows where the others stay behind, as for αε → 0."""
        whole_output = self.dimension + self.output_scale * self.nonlinearity
        return 3 * self.learning_rate * self.nonlinearity * whole_output / (self.output_scale * self.dimension**2)

    def rich_loss(self, t: Sympifiable) -> Expr:
        """The loss for αε → 0 on infinite data, (3/4)/(1 + u)², u = αε(e^{rt} − 1)/(D + αε), r the `rich_rate`.

        The direction of β is learned along a logistic curve, p/D = u/(1 + u). The others grow three times slower, so
        that q is of order (αε)^{2/3} then.

        >>> CommitteeMachine().rich_loss(0)
        3/4
        """
        start = self.output_scale * self.nonlinearity
        return Rational(3, 4) / (1 + start / (self.dimension + start) * (exp(self.rich_rate * sympify(t)) - 1)) ** 2

    def rich_jump_time(self) -> Expr:
        """Time at which half of the answers are right for αε → 0: ln(1 + (√(3/(4L*)) − 1)(1 + D/(αε)))/r.

        It grows like α ln(1/α), as its sharpness falls like 1/α: together like a logarithm.
        """
        odds = sqrt(3 / (4 * threshold_loss(self.tolerance))) - 1
        start = self.output_scale * self.nonlinearity
        return log(1 + odds * (1 + self.dimension / start)) / self.rich_rate

    def training_curve(self, t: Sympifiable) -> NoReturn:
        """Not in closed form on a random training set.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    def generalization_curve(self, t: Sympifiable) -> NoReturn:
        """Not in closed form on a random training set.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    def training_jump_time(self) -> NoReturn:
        """Not in closed form on a random training set.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    def generalization_jump_time(self) -> NoReturn:
        """Not in closed form on a random training set; `rich_jump_time` is that on infinite data for αε → 0.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    @property
    def horizon(self) -> Expr:
        """Ten times 1/r of the lazy limit and the jump time of the rich one together, between which training lies.

        That is no bound: on P inputs the moments tell, and `numerics.sweep_committee` follows them until the jump.

        >>> CommitteeMachine(output_scale="1/10", nonlinearity="1/2").horizon.evalf(3)
        681.
        """
        return 10 * (1 / self.lazy_rates[0] + self.rich_jump_time())


_NO_CURVE = (
    "On a random training set the moments of the neurons have no closed form: numerics.sweep_committee follows them, "
    "lazy_loss(t) and rich_loss(t) are the limits on infinite data."
)
