"""The closed forms of both losses, from the spectrum."""

from sympy import Derivative, Integral, Limit, Rational, Symbol, besseli, cos, exp, oo, pi, sin, sqrt

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.marcum import MarcumQ1
from theory.registry import Registry
from theory.steps import Step, definition, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
_z = 2 * sqrt(lam) * s
_E = exp(-(1 + lam) * s)
_Q = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
theta = Symbol("theta", positive=True)
u = Symbol("u", positive=True)


@equations.register(
    "training-loss", "Exact training loss, every λ > 0", "M Eq. 8 averaged over the Marchenko–Pastur law"
)
def training() -> tuple[Step, ...]:
    """∫ ν e^{−νs} dMP(ν) = e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s."""
    angular = 2 / pi * _E * Integral(sin(theta) ** 2 * exp(_z * cos(theta)), (theta, 0, pi))
    closed = _E * besseli(1, _z) / (sqrt(lam) * s)
    return (
        identity(_law.expectation(nu * exp(-nu * s), nu), angular, "substitute ν = 1 + λ − 2√λ cos θ"),
        identity(
            Integral(sin(theta) ** 2 * exp(_z * cos(theta)), (theta, 0, pi)),
            pi * besseli(1, _z) / _z,
            "Poisson's integral for I₁",
        ),
        identity(angular, closed, "put it in"),
        identity(TrainingLoss(s, lam), closed, "the training loss"),
    )


@equations.register("M9", "The generalization loss falls at the rate of the training loss", "M Eq. 9, in s = 4η₀t")
def rate() -> tuple[Step, ...]:
    """dL_gen/ds = −L_train."""
    average = _law.expectation(exp(-nu * s), nu)
    return (
        identity(GeneralizationLoss(s, lam), average, "the average over the spectrum"),
        identity(
            Derivative(exp(-nu * s), s),
            -nu * exp(-nu * s),
            "differentiate under the integral; the atom is constant",
        ),
        identity(TrainingLoss(s, lam), _law.expectation(nu * exp(-nu * s), nu), "what is left is the training loss"),
        identity(Derivative(GeneralizationLoss(s, lam), s), -TrainingLoss(s, lam), "so that"),
    )


@equations.register(
    "generalization-loss", "Exact generalization loss, every λ > 0", "M Eq. 9 integrated; no closed form in L"
)
def generalization() -> tuple[Step, ...]:
    """(1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ]."""
    bessel = _E * (besseli(0, _z) / lam + besseli(1, _z) / sqrt(lam))
    closed = (1 - 1 / lam) * _Q + bessel
    d_bessel = _E * (
        (lam - 1) / lam * besseli(0, _z) + (1 - lam) / sqrt(lam) * besseli(1, _z) - besseli(1, _z) / (sqrt(lam) * s)
    )
    d_marcum = _E * (sqrt(lam) * besseli(1, _z) - besseli(0, _z))
    return (
        identity(Derivative(_Q, s), d_marcum, "∂Q₁/∂a = b e^{−(a²+b²)/2}I₁(ab), ∂Q₁/∂b = −b e^{−(a²+b²)/2}I₀(ab)"),
        identity(Derivative(bessel, s), d_bessel, "I₀′ = I₁, I₁′ = I₀ − I₁/z"),
        identity(
            (1 - 1 / lam) * d_marcum + d_bessel,
            -_E * besseli(1, _z) / (sqrt(lam) * s),
            "all but one term cancel: the derivative is −L_train, as M9 asks",
        ),
        identity((1 - 1 / lam) + 1 / lam, 1, "at s = 0: Q₁(0, 0) = 1, I₀(0) = 1, I₁(0) = 0"),
        identity(GeneralizationLoss(s, lam), closed, "same derivative, same start"),
    )


@equations.register("plateau", "What is never learned", "weight of the atom of the Marchenko–Pastur law")
def plateau() -> tuple[Step, ...]:
    """L_gen(∞) = (1 − 1/λ)⁺ = 1 − ∫_0^∞ L_train."""
    total = 1 - Integral(TrainingLoss(s, lam), (s, 0, oo))
    away = {"domain": {lam: (Rational(1, 8), Rational(1, 2))}}
    above = {"domain": {lam: (2, 8)}}
    return (
        identity(total, 0, "λ < 1: all of the error is learned", **away),
        identity(total, 1 - 1 / lam, "λ > 1: M9 integrated over all times", **above),
        definition(Limit(GeneralizationLoss(s, lam), s, oo, dir="-"), GeneralizationLoss(oo, lam), "in one line"),
    )


@equations.register("lam-slope", "How the generalization loss depends on λ", "differentiating the closed form")
def slope_in_lam() -> tuple[Step, ...]:
    """∂L_gen/∂λ = [Q₁ − e^{−(1+λ)s}(I₀(z) + √λ I₁(z))]/λ²."""
    right = (_Q - _E * (besseli(0, _z) + sqrt(lam) * besseli(1, _z))) / lam**2
    return (identity(Derivative(GeneralizationLoss(s, lam), lam), right, "∂Q₁/∂λ = (s/√λ) e^{−(1+λ)s} I₁(z)"),)


@equations.register("busy-period", "The losses are the busy period of a queue", "Takács 1962 for M/M/1")
def busy_period() -> tuple[Step, ...]:
    """With arrivals at rate λ and service at rate 1, L_train is the busy period's density: its Laplace transform."""
    p = Symbol("p", positive=True)
    transform = Integral(exp(-p * s) * TrainingLoss(s, lam), (s, 0, oo))
    root = (1 + lam + p - sqrt((1 + lam + p) ** 2 - 4 * lam)) / (2 * lam)
    near = {"domain": {lam: (Rational(1, 4), Rational(4)), p: (1, 2)}}
    return (
        identity(lam * root**2 - (1 + lam + p) * root + 1, 0, "first-step analysis: λB² − (1 + λ + p)B + 1 = 0"),
        identity(transform, root, "the smaller root is the transform of the training loss", **near),
    )
