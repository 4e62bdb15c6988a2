"""What a finite step and a finite sample change."""

from sympy import Derivative, Integral, Rational, Symbol, besseli, cos, cosh, exp, hyper, pi, sqrt, symbols

from theory.linear.losses import GeneralizationLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.finite_size import FiniteSize, FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss
from theory.linear.variants.finite_step import DescentGeneralizationLoss, DescentTrainingLoss, FiniteStep
from theory.registry import Registry
from theory.steps import Step, asymptotic, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


h, d, theta = symbols("h d theta", positive=True)
m = Symbol("m", positive=True)
_law = MarchenkoPastur(lam)
_stable = {"domain": {h: (Rational(1, 100), Rational(1, 20))}}


@equations.register(
    "finite-step", "Exact training loss of gradient descent with a finite step", "M Eq. 8 with D ← (I − hΣ)D"
)
def step() -> tuple[Step, ...]:
    """E ν(1 − hν)^{2n} as a terminating hypergeometric series, here for n = 7 steps."""
    return (
        identity(
            DescentTrainingLoss(1, h, lam).rewrite(hyper),
            _law.moment(1) - 2 * h * _law.moment(2) + h**2 * _law.moment(3),
            "one step, by the moments",
        ),
        identity(
            DescentTrainingLoss(7, h, lam).rewrite(hyper),
            _law.expectation(nu * (1 - h * nu) ** 14, nu),
            "seven steps, by the spectrum",
            **_stable,
        ),
    )


@equations.register(
    "finite-step-gen", "Exact generalization loss of gradient descent with a finite step", "telescoping M Eq. 9"
)
def step_generalization() -> tuple[Step, ...]:
    """(1 − hν)^{2n} = 1 − hν Σ_{k<2n} (1 − hν)^k, averaged; here for n = 5 steps."""
    return (
        identity(
            DescentGeneralizationLoss(5, h, lam).rewrite(hyper),
            _law.expectation((1 - h * nu) ** 10, nu),
            "five steps, by the spectrum, the atom included",
            **_stable,
        ),
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
    gen, train = (loss(s, lam, d).rewrite(besseli) for loss in (FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss))
    arcsine = Integral(exp(-s * (1 + lam - 2 * sqrt(lam) * cos(theta))) / pi, (theta, 0, pi))
    z = 2 * sqrt(lam) * s
    correction = exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z))
    return (
        identity((exp(-low * s) + exp(-high * s)) / 2, exp(-(1 + lam) * s) * cosh(z), "half a delta at each edge"),
        identity(arcsine, exp(-(1 + lam) * s) * besseli(0, z), "the arcsine law between the edges"),
        identity(
            gen,
            GeneralizationLoss(s, lam) + correction / (2 * d),
            "their difference over 2d",
        ),
        identity(
            Derivative(gen, s),
            -train,
            "M9 holds at any size",
        ),
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
        asymptotic(correction, lam / d * s**2 / 2, "E tr Σ²/d − (1 + λ) = λ/d for N = d/λ real samples", s, **tiny),
    )


@equations.register("finite-size-late", "How long the infinite-size theory may be trusted", "finite-size over late-gen")
def late_size() -> tuple[Step, ...]:
    """The correction relative to the loss grows like s^{3/2}/d."""
    z = 2 * sqrt(lam) * s
    below = {"domain": {lam: (Rational(1, 8), Rational(1, 3))}}
    correction = exp(-(1 + lam) * s) * (cosh(z) - besseli(0, z)) / (2 * d)
    return (
        asymptotic(
            correction / GeneralizationLoss(s, lam),
            FiniteSize(d).late_relative_correction(s, lam),
            "cosh z − I₀(z) → e^z/2 and late-gen, λ < 1",
            s,
            rate=Rational(1, 2),
            **below,
        ),
    )
