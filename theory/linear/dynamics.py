"""What training makes of the error along one eigenvector of the data, and the average over all eigenvectors.

Every linear way of training takes the student from its start S₀ to a fixed point. Along an eigenvector of the
empirical covariance with eigenvalue ν, for labels Tᵀx + ξ and a pull c of the student towards zero,

    S = x S₀ + (1 − x) (νT + push)/(ν + c),     D = S − T = x S₀ − u T + r · push,
    u = (νx + c)/(ν + c),   r = (1 − x)/(ν + c),

with x(ν, s) the memory of the start: e^{−νs/2} for gradient flow. S₀, T and the push are independent, so the expected
squares are averages over the spectrum of expressions in ν and x. Here those are written, and averaged: in closed form
where one is known, as an integral over the angle of the spectrum where not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self, TypeAlias

from sympy import Add, Dummy, Expr, Poly, PolynomialError, S, Symbol, cancel, exp, expand, oo

from theory.linear.cumulative_loss import CumulativeLoss
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.symbols import nu
from theory.systems import NoClosedFormError

__all__ = ["Dynamics", "Part", "Parts", "Spectrum", "memory"]

memory = Dummy("x", real=True)
"""Memory x of the start, the factor of S₀, in the expressions of a `Part`."""


class Spectrum(Protocol):
    """Law of the eigenvalues, over which a `Part` is averaged."""

    @property
    def is_complete(self) -> bool:
        """Whether any function of the eigenvalue has an average, or only the error of the start."""
        ...

    @property
    def atom(self) -> Expr:
        """Weight of the eigenvalue 0, the directions that no sample touches."""
        ...

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        """E f(ν) as an integral over the angle; `at_zero` is f(0) where it is a limit."""
        ...

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        """E 1/(ν + c)^k of k = 0, 1, 2; for c = 0 over the eigenvalues that are not zero."""
        ...


@dataclass(frozen=True)
class Part:
    """One additive part of a loss: weight · E expression + constant.

    Attributes
    ----------
    expression
        In the eigenvalue `theory.symbols.nu` and the `memory` x.
    weight, constant
        Free of both.
    constant_square
        What the directions behind the constant add to the mean square of an eigenvector's own loss.
    untouched
        Value of the expression at ν = 0, given where it is a limit.
    of_the_start
        Whether this is the error of S₀ and T, which is known also for spectra that are not complete.
    """

    expression: Expr
    weight: Expr = S.One
    constant: Expr = S.Zero
    constant_square: Expr = S.Zero
    untouched: Expr | None = None
    of_the_start: bool = False


@dataclass(frozen=True)
class Parts:
    """What is added to each of the three losses: on the training labels, on fresh inputs, on clean training labels."""

    training: Part
    generalization: Part
    clean_training: Part


Averages: TypeAlias = Callable[["Dynamics", int, int], Expr | None]
"""Known averages of the dynamics: E ν^k x^j for k = 0, 1, and E (1 − x^j)/ν for k = −1, as a function of k and j."""


def flow_memory(dynamics: "Dynamics", rate: Expr) -> Expr:
    """x = e^{−(ν+c)s/2} of gradient flow; `rate` is ν + c."""
    return exp(-rate * dynamics.time / 2)


def flow_average(dynamics: "Dynamics", power: int, order: int) -> Expr | None:
    """Averages of gradient flow on white inputs, the three losses of the toolkit at s·order/2."""
    average = {-1: CumulativeLoss, 0: GeneralizationLoss, 1: TrainingLoss}.get(power)
    return average and average(order * dynamics.time / 2, dynamics.lam)


@dataclass(frozen=True)
class Dynamics:
    """The model as its variants have changed it.

    Attributes
    ----------
    lam, time, eta0
        λ, dimensionless time s = 4η₀t and rate η₀ of this model's own clock.
    spectrum
        Law of the eigenvalues.
    memory
        x as a function of this value and of ν + c.
    closed
        Known averages of this memory over this spectrum at c = 0.
    start
        E|S₀|²; E|T|² is 1/2.
    pull
        c ≥ 0, at which the student is drawn towards zero.
    height
        Factor of all losses.
    """

    lam: Expr
    time: Expr
    eta0: Expr
    spectrum: Spectrum
    memory: Callable[["Dynamics", Expr], Expr] = flow_memory
    closed: Averages | None = flow_average
    start: Expr = S.Half
    pull: Expr = S.Zero
    height: Expr = S.One

    @property
    def unlearned(self) -> Expr:
        """u, the share of the teacher that the student has not learned."""
        return memory if self.pull.is_zero else (nu * memory + self.pull) / (nu + self.pull)

    @property
    def response(self) -> Expr:
        """r, what a unit push has made of the student."""
        return (1 - memory) / (nu + self.pull)

    @property
    def errors(self) -> Parts:
        """The parts that every model has: E|S₀|² x² + u²/2, with the weight ν on training inputs."""
        square = self.start * memory**2 + self.unlearned**2 / 2
        if self.pull.is_zero:
            square = (self.start + S.Half) * memory**2
        seen = Part(nu * square, of_the_start=True)
        return Parts(seen, Part(square, of_the_start=True), seen)

    def with_spectrum(self, spectrum: Spectrum, closed: Averages) -> Self:
        """Return the same model with another law of the eigenvalues, and the averages of gradient flow over it."""
        if not isinstance(self.spectrum, MarchenkoPastur):
            raise NoClosedFormError(
                f"No law of the eigenvalues is known for {self.spectrum} together with {spectrum}: take one of the two."
            )
        return replace(self, spectrum=spectrum, closed=closed if self.memory is flow_memory else None)

    def with_memory(self, memory: Callable[["Dynamics", Expr], Expr], closed: Averages) -> Self:
        """Return the same model with another memory, and its averages over the Marchenko–Pastur law."""
        if self.memory is not flow_memory:
            raise NoClosedFormError("A student has one way of training: take one of the two that change it.")
        return replace(self, memory=memory, closed=closed if isinstance(self.spectrum, MarchenkoPastur) else None)

    def average(self, part: Part) -> Expr:
        """Value of one part of a loss at this model's time."""
        return part.weight * self._average(part) + part.constant

    def mean_square(self, parts: Sequence[Part]) -> Expr:
        """E v(ν)² of the loss v(ν) along an eigenvector, all parts together; so far as it is known also for s → ∞.

        Along each of d eigenvectors the error is Gaussian with the mean square v(ν)/d: at a given spectrum the loss is
        a sum of independent squares, and its variance 2 E v²/d.
        """
        if self.time is oo and not (self.pull.is_zero and all(part.of_the_start for part in parts)):
            raise NoClosedFormError(
                "The spread of the losses for s → ∞ has no closed form with weight decay or label noise: take a time."
            )
        total = Add(*(part.weight * part.expression for part in parts))
        still = [part.expression.subs(nu, 0) if part.untouched is None else part.untouched for part in parts]
        untouched = Add(*(part.weight * value for part, value in zip(parts, still, strict=True))).subs(memory, 1)
        square = Part(
            total**2,
            constant=Add(*(part.constant_square for part in parts)),
            untouched=untouched**2,
            of_the_start=all(part.of_the_start for part in parts),
        )
        return self.average(square)

    def rest(self, part: Part) -> Expr:
        """Value of one part for s → ∞, where the memory is gone except at c = 0 in directions that are not touched."""
        if not self.spectrum.is_complete:
            return replace(self, time=oo).average(part)
        left = part.expression.subs(memory, 0)
        y = Symbol("y", positive=True)
        powers = Poly(expand(left.subs(nu, 1 / y - self.pull)), y)
        terms = [(k, factor) for (k,), factor in reversed(powers.terms()) if factor != 0]
        first = terms[0][1] if terms else S.Zero
        moments = (cancel(factor / first) * self.spectrum.inverse_moment(k, self.pull) for k, factor in terms)
        total = Add(*(first * term for term in Add.make_args(Add(*moments))))
        if self.pull.is_zero:
            untouched = part.expression.subs({nu: 0, memory: 1}) if part.untouched is None else part.untouched
            total += untouched * self.spectrum.atom if untouched != 0 else 0
        return part.weight * total + part.constant

    def _average(self, part: Part) -> Expr:
        if self.closed is not None and self.pull.is_zero and (part.of_the_start or self.spectrum.is_complete):
            found = _closed_average(self, self.closed, part.expression)
            if found is not None:
                return found
        rate = nu + self.pull
        return self.spectrum.angular_expectation(
            part.expression.subs(memory, self.memory(self, rate)), nu, part.untouched
        )


def _closed_average(dynamics: Dynamics, averages: Averages, expression: Expr) -> Expr | None:
    """Sum of the known averages, where ν times the expression is a polynomial whose terms all have one."""
    try:
        terms = Poly(expand(nu * expression), nu, memory).terms()
    except PolynomialError:
        return None
    terms = [(power - 1, order, factor) for (power, order), factor in terms]
    total, over_nu = S.Zero, Add(*(factor for power, _, factor in terms if power == -1))
    if over_nu.expand() != 0:
        return None  # not finite at ν = 0
    for power, order, factor in terms:
        if power == -1 and order == 0:
            continue  # 1/ν, whose factor is minus that of the other terms with the power −1
        known = averages(dynamics, power, order)
        if known is None:
            return None
        total += -factor * known if power == -1 else factor * known
    return total
