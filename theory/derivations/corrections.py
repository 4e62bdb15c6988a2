"""What a finite step and a finite sample change."""

from sympy import Derivative, Integral, Rational, Sum, Symbol, besseli, cos, cosh, exp, hyper, oo, pi, sqrt, symbols

from theory.linear.losses import GeneralizationLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.descent_losses import DescentAverage, DescentGeneralizationLoss, DescentTrainingLoss
from theory.linear.variants.edge_excess import EdgeExcess
from theory.linear.variants.finite_size import FiniteSize, FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss
from theory.linear.variants.finite_step import FiniteStep
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


h, d, theta, tolerance = symbols("h d theta delta", positive=True)
k = Symbol("k", integer=True, nonnegative=True)
_law = MarchenkoPastur(lam)
_stable: Domain = {h: (Rational(1, 100), Rational(1, 20))}


@equations.register(
    "finite-step", "Exact training loss of gradient descent with a finite step", "M Eq. 8 with D ← (I − hΣ)D"
)
def step() -> tuple[Step, ...]:
    """E ν(1 − hν)^{2n} as a terminating hypergeometric series, here for n = 7 steps."""
    average = _law.expectation(nu * (1 - h * nu) ** 14, nu)
    student = LinearStudent(lam, eta0=h / 2).with_finite_step()
    return (
        identity(
            DescentTrainingLoss(1, h, lam).rewrite(hyper),
            _law.moment(1) - 2 * h * _law.moment(2) + h**2 * _law.moment(3),
            "one step, by the moments",
        ),
        identity(
            DescentTrainingLoss(7, h, lam).rewrite(hyper), average, "seven steps, by the spectrum", domain=_stable
        ),
        identity(student.training_loss(14 * h), average, "seven steps of η₀ = h/2 are s = 14h", domain=_stable),
        identity(DescentTrainingLoss(7, h, lam), average, "the same loss in numbers", domain=_stable),
    )


@equations.register(
    "finite-step-gen", "Exact generalization loss of gradient descent with a finite step", "telescoping M Eq. 9"
)
def step_generalization() -> tuple[Step, ...]:
    """(1 − hν)^{2n} = 1 − hν Σ_{k<2n} (1 − hν)^k, averaged; here for n = 5 steps."""
    loss, average = DescentGeneralizationLoss(5, h, lam), _law.expectation((1 - h * nu) ** 10, nu)
    return (
        identity(
            (1 - h * nu) ** 4,
            1 - h * nu * Sum((1 - h * nu) ** k, (k, 0, 3)),
            "telescope, here for two steps",
            domain=_stable,
        ),
        identity(loss.rewrite(hyper), average, "five steps, by the spectrum, the atom included", domain=_stable),
        identity(
            1 - DescentGeneralizationLoss(oo, h, lam),
            Integral(_law.density(nu), (nu, *_law.support)),
            "after all steps: all but the atom",
        ),
        identity(loss, average, "the same loss in numbers", domain=_stable),
    )


@equations.register(
    "flow-distance", "Gradient descent falls ahead of gradient flow by O(h)", "expanding the finite step"
)
def distance() -> tuple[Step, ...]:
    """(1 − hν)^{2n} = e^{−νs}(1 − s h ν²/2 + O(h²)) at s = 2nh."""
    train, gen = FiniteStep.flow_distance(s, h, lam)
    fast = {"towards": Rational(0), "rate": 1}
    return (
        asymptotic(
            (1 - h * nu) ** (s / h) - exp(-nu * s),
            -s * h * nu**2 / 2 * exp(-nu * s),
            "expand (s/h) ln(1 − hν)",
            h,
            error=2 * h * nu / 3 - s * h * nu**2 / 4,
            **fast,
        ),
        identity(_law.expectation(-s * h * nu**2 / 2 * exp(-nu * s), nu), gen, "average: ν² is two derivatives in s"),
        identity(_law.expectation(-s * h * nu**3 / 2 * exp(-nu * s), nu), train, "the same for the training loss"),
    )


@equations.register(
    "finite-size", "First correction to the losses at finite size", "1/d part of the real Wishart spectrum"
)
def size() -> tuple[Step, ...]:
    """Half a delta at each edge minus the arcsine law, as a Laplace transform."""
    low, high = _law.support
    gen, train = FiniteSizeGeneralizationLoss(s, lam, d), FiniteSizeTrainingLoss(s, lam, d)
    arcsine = Integral(exp(-s * (1 + lam - 2 * sqrt(lam) * cos(theta))) / pi, (theta, 0, pi))
    z = 2 * sqrt(lam) * s
    correction = exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z))
    return (
        identity((exp(-low * s) + exp(-high * s)) / 2, exp(-(1 + lam) * s) * cosh(z), "half a delta at each edge"),
        identity(arcsine, exp(-(1 + lam) * s) * besseli(0, z), "the arcsine law between the edges"),
        identity(gen, GeneralizationLoss(s, lam) + correction / (2 * d), "their difference over 2d"),
        identity(
            FiniteSizeTrainingLoss(s, lam, oo), _law.expectation(nu * exp(-nu * s), nu), "at infinite size it is gone"
        ),
        identity(Derivative(train, s), train.diff(s), "its slope by the derivative that the function knows"),
        identity(Derivative(train, lam), train.diff(lam), "and in λ"),
        identity(Derivative(gen, lam), gen.diff(lam), "and that of the generalization loss"),
        identity(Derivative(gen, s), -train, "M9 holds at any size"),
    )


@equations.register(
    "finite-size-moment", "The correction reproduces the second Wishart moment", "E tr Σ²/d = 1 + λ + λ/d"
)
def moment() -> tuple[Step, ...]:
    """Two derivatives at s = 0; the first moment has no correction."""
    z = 2 * sqrt(lam) * s
    correction = exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z)) / (2 * d)
    tiny = {"towards": Rational(0), "rate": 1}
    return (
        asymptotic(
            correction,
            lam / d * s**2 / 2,
            "E tr Σ²/d − (1 + λ) = λ/d for N = d/λ real samples",
            s,
            **tiny,
            error=-(1 + lam) * s,
        ),
    )


@equations.register("finite-size-late", "How long the infinite-size theory may be trusted", "finite-size over late-gen")
def late_size() -> tuple[Step, ...]:
    """The correction relative to the loss grows like s^{3/2}/d for κs ≫ 1 and like √s/d at λ = 1, in one formula."""
    z = 2 * sqrt(lam) * s
    below: Domain = {lam: (Rational(1, 8), Rational(1, 3))}
    correction = exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z)) / (2 * d)
    relative = correction / GeneralizationLoss(s, lam)
    return (
        asymptotic(
            relative.subs(lam, 1),
            FiniteSize(d).late_relative_correction(s, 1),
            "cosh z − I₀(z) → e^z/2 − e^z/√(2πz) and late-gen, at λ = 1",
            s,
        ),
        asymptotic(
            relative.subs(d, FiniteSize.needed(s, lam, tolerance)),
            tolerance,
            "at the size that is needed it is the tolerance",
            s,
            domain=below,
        ),
        asymptotic(relative, FiniteSize(d).late_relative_correction(s, lam), "the same for λ < 1", s, domain=below),
    )


@equations.register("edge-excess", "The 1/d part of the spectrum with any power of ν", "finite-size, differentiated")
def excess() -> tuple[Step, ...]:
    """Half a delta at each edge minus the arcsine law between them, averaging ν^k e^{−νs}."""
    first, (low, high) = EdgeExcess(1, s, lam), _law.support
    at = 1 + lam - 2 * sqrt(lam) * cos(theta)
    return (
        identity(Derivative(EdgeExcess(0, s, lam), s), -first, "each derivative in s lowers by one more ν"),
        identity(Derivative(first, lam), first.diff(lam), "the derivative in λ"),
        identity(
            EdgeExcess(2, Rational(0), lam),
            (low**2 + high**2) / 2 - Integral(at**2 / pi, (theta, 0, pi)),
            "at s = 0 the second moment",
        ),
        identity(
            first,
            (low * exp(-low * s) + high * exp(-high * s)) / 2 - Integral(at * exp(-s * at) / pi, (theta, 0, pi)),
            "by the edges and the angle between them",
        ),
    )


@equations.register(
    "descent-average", "What the losses of gradient descent differentiate into", "finite-step in h and λ"
)
def descent_average() -> tuple[Step, ...]:
    """E ν^k (1 − hν)^m over the spectrum."""
    average = DescentAverage(2, 5, h, lam)
    return (
        identity(
            DescentAverage(0, 4, h, lam), _law.expectation((1 - h * nu) ** 4, nu), "two steps: L_gen", domain=_stable
        ),
        identity(
            DescentAverage(-1, 3, h, lam),
            _law.expectation(3 * h - 3 * h**2 * nu + h**3 * nu**2, nu),
            "[1 − (1 − hν)³]/ν multiplied out",
            domain=_stable,
        ),
        identity(
            Derivative(DescentTrainingLoss(3, h, lam), h),
            DescentTrainingLoss(3, h, lam).diff(h),
            "the derivative in the step",
            domain=_stable,
        ),
        identity(
            Derivative(DescentGeneralizationLoss(3, h, lam), lam),
            DescentGeneralizationLoss(3, h, lam).diff(lam),
            "and in λ",
            domain=_stable,
        ),
        identity(average, _law.expectation(nu**2 * (1 - h * nu) ** 5, nu), "by the spectrum", domain=_stable),
    )
