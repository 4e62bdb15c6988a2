"""The training loss in closed form from the spectrum, its tie to the generalization loss, and both as a queue."""

from sympy import Derivative, Eq, Integral, Rational, Symbol, besseli, cos, exp, oo, pi, sin, sqrt

from theory.linear.functions.marcum import MarcumQ1
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.registry import Registry
from theory.steps import Domain, Step, definition, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
_z = 2 * sqrt(lam) * s
_E = exp(-(1 + lam) * s)
theta, u = Symbol("theta", positive=True), Symbol("u", positive=True)
_apart = {lam: (Rational(1, 8), Rational(1, 4))}, {lam: (4, 8)}


@equations.register(
    "training-loss", "Exact training loss, every λ > 0", "M Eq. 8 averaged over the Marchenko–Pastur law"
)
def training() -> tuple[Step, ...]:
    """∫ ν e^{−νs} dMP(ν) = e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s."""
    poisson = Integral(sin(theta) ** 2 * exp(_z * cos(theta)), (theta, 0, pi))
    return (
        identity(_law.expectation(nu * exp(-nu * s), nu), 2 / pi * _E * poisson, "substitute ν = 1 + λ − 2√λ cos θ"),
        identity(poisson, pi * besseli(1, _z) / _z, "Poisson's integral for I₁"),
        identity(TrainingLoss(s, lam), _E * besseli(1, _z) / (sqrt(lam) * s), "put it in"),
    )


@equations.register("M9", "The generalization loss falls at the rate of the training loss", "M Eq. 9, in s = 4η₀t")
def rate() -> tuple[Step, ...]:
    """dL_gen/ds = −L_train."""
    return (
        identity(
            Derivative(_law.expectation(exp(-nu * s), nu), s),
            -_law.expectation(nu * exp(-nu * s), nu),
            "differentiate under the integral; the atom is constant",
            domain={lam: (Rational(1, 2), 2), s: (Rational(1, 8), 1)},
            digits=30,
        ),
        identity(Derivative(GeneralizationLoss(s, lam), s), -TrainingLoss(s, lam), "so that"),
    )


@equations.register("plateau", "What is never learned", "weight of the atom of the Marchenko–Pastur law")
def plateau() -> tuple[Step, ...]:
    """L_gen(∞) = (1 − 1/λ)⁺, and what is learned is ∫_0^∞ L_train."""
    learned, (low, high) = Integral(TrainingLoss(s, lam), (s, 0, oo)), _law.support
    below, above = _apart
    end = Symbol("L_end", nonnegative=True)
    return (
        identity(learned, 1, "λ < 1: all of the error is learned", domain=below, digits=20),
        identity(learned, 1 / lam, "λ > 1: M9 integrated over all times", domain=above, digits=20),
        definition(
            end,
            GeneralizationLoss(oo, lam),
            "in one line: all but the atom is learned",
            Eq(1 - end, Integral(_law.density(nu), (nu, low, high))),
        ),
    )


@equations.register("lam-slope", "How the losses depend on λ", "differentiating the closed forms")
def slopes_in_lam() -> tuple[Step, ...]:
    """∂L_gen/∂λ = [Q₁ − e^{−(1+λ)s}(I₀(z) + √λ I₁(z))]/λ²."""
    marcum = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
    train, gen = TrainingLoss(s, lam), GeneralizationLoss(s, lam)
    return (
        identity(Derivative(marcum, lam), s / sqrt(lam) * _E * besseli(1, _z), "∂Q₁/∂λ along the two arguments"),
        identity(Derivative(train, lam), -s * train + _E * besseli(2, _z) / lam, "∂L_train/∂λ, with I₁′ = I₂ + I₁/z"),
        identity(Derivative(train, lam), train.diff(lam), "the same by the derivative that the function knows"),
        identity(Derivative(gen, lam), gen.diff(lam), "and that of the generalization loss"),
        identity(
            Derivative(gen, lam), (marcum - _E * (besseli(0, _z) + sqrt(lam) * besseli(1, _z))) / lam**2, "∂L_gen/∂λ"
        ),
    )


@equations.register("time-slopes", "Second and mixed derivatives of the losses", "differentiating the closed forms")
def slopes_in_time() -> tuple[Step, ...]:
    """∂L_train/∂s = −(1+λ)L_train + 2e^{−(1+λ)s}I₂(z)/s; the order of differentiating does not matter."""
    train, gen = TrainingLoss(s, lam), GeneralizationLoss(s, lam)
    return (
        identity(Derivative(gen, s, lam), -train.diff(lam), "∂²L_gen/∂s∂λ = −∂L_train/∂λ"),
        identity(Derivative(gen, s), gen.diff(s), "M9 by the derivative that the function knows"),
        identity(Derivative(gen, s, 2), -train.diff(s), "the second derivative by that of the training loss"),
        identity(
            Derivative(train, s), -(1 + lam) * train + 2 * _E * besseli(2, _z) / s, "∂L_train/∂s, with I₁′ = I₂ + I₁/z"
        ),
    )


@equations.register("busy-period", "The losses are the busy period of a queue", "Takács 1962 for M/M/1")
def busy_period() -> tuple[Step, ...]:
    """With arrivals at rate λ and service at rate 1, L_train is the busy period's density: its Laplace transform."""
    p = Symbol("p", positive=True)
    transform = Integral(exp(-p * s) * TrainingLoss(s, lam), (s, 0, oo))
    root = (1 + lam + p - sqrt((1 + lam + p) ** 2 - 4 * lam)) / (2 * lam)
    near: Domain = {lam: (Rational(1, 4), Rational(4)), p: (1, 2)}
    return (
        identity(1 + lam * root**2, (1 + lam + p) * root, "first-step analysis: (1 + λ + p)B = 1 + λB²"),
        identity(transform, root, "the smaller root is the transform of the training loss", domain=near, digits=20),
    )
