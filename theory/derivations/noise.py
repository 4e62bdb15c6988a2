"""Noisy labels: the part of the error that the noise makes, in closed form."""

from sympy import Derivative, Integral, Rational, exp, pi, sqrt, symbols

from theory.extensions.label_noise import (
    cumulative_loss,
    label_noise_clean_training_loss,
    label_noise_generalization_loss,
    label_noise_training_loss,
    stopping_balance,
)
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.registry import equations
from theory.steps import Step, asymptotic, identity
from theory.symbols import eta0, lam, nu, s, t

_SOURCE = "gradient flow dD/dt = −2η₀(ΣD − Xᵀξ/N), derived here"
_law = MarchenkoPastur(lam)
start, push, sigma = symbols("D b sigma", positive=True)
variance = sigma**2
_mild = {"domain": {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}}


@equations.register("label-noise-gen", "Generalization loss with noisy labels", _SOURCE)
def generalization() -> tuple[Step, ...]:
    """The noise pushes each of the d eigenvectors by b with E b² = σ²ν/N; eigenvalues 0 are not pushed."""
    decay = exp(-2 * eta0 * nu * t)
    error = decay * start + (1 - decay) * push / nu
    part = (1 - exp(-nu * s / 2)) ** 2 / nu
    low, high = _law.support
    return (
        identity(Derivative(error, t), -2 * eta0 * (nu * error - push), "the flow along one eigenvector", **_mild),
        identity(
            ((1 - decay) * push / nu).subs(push, sqrt(variance * nu)) ** 2,
            variance * (1 - decay) ** 2 / nu,
            "square of the noise part, N E b² = σ²ν; summing d of them over N gives σ²λ times the average",
            **_mild,
        ),
        identity(part, 2 * (1 - exp(-nu * s / 2)) / nu - (1 - exp(-nu * s)) / nu, "expand the square"),
        identity(Derivative(cumulative_loss(s, lam), s), GeneralizationLoss(s, lam), "F is the integral of L_gen"),
        identity(
            label_noise_generalization_loss(s, lam, variance),
            GeneralizationLoss(s, lam) + variance * lam * Integral(part * _law.density(nu), (nu, low, high)),
            "2F(s/2) − F(s) by the spectrum",
        ),
    )


@equations.register("label-noise-train", "Training loss against the noisy labels", _SOURCE)
def training() -> tuple[Step, ...]:
    """ξ − XD has the noise part e^{−Ks/2}ξ, K = XXᵀ/N with N eigenvalues: λ times the law, and N − d zeros."""
    rest = lam * _law.expectation(exp(-nu * s), nu) + 1 - lam
    return (
        identity(
            label_noise_training_loss(s, lam, variance),
            TrainingLoss(s, lam) + variance * rest,
            "σ²/N tr e^{−Ks} by the spectrum",
        ),
    )


@equations.register("label-noise-clean", "Training loss against the clean labels", _SOURCE)
def clean() -> tuple[Step, ...]:
    """The noise part of the generalization loss with the weight ν."""
    return (
        identity(
            label_noise_clean_training_loss(s, lam, variance),
            TrainingLoss(s, lam) + variance * lam * _law.expectation((1 - exp(-nu * s / 2)) ** 2, nu),
            "σ²λ E (1 − e^{−νs/2})² by the spectrum",
        ),
    )


@equations.register("label-noise-stopping", "When to stop training on noisy labels", "slope of label-noise-gen")
def stopping() -> tuple[Step, ...]:
    """The generalization loss is lowest where L_train = σ²λ[L_gen(s/2) − L_gen(s)]."""
    return (
        identity(
            Derivative(label_noise_generalization_loss(s, lam, variance), s),
            -stopping_balance(s, lam, variance),
            "M9, and F′ = L_gen",
        ),
    )


@equations.register("label-noise-peak", "At λ = 1 label noise grows without end", "late time of label-noise-gen")
def peak() -> tuple[Step, ...]:
    """F → 2√(s/π) at λ = 1, so that 2F(s/2) − F(s) grows like the root of the time."""
    return (
        asymptotic(
            label_noise_generalization_loss(s, 1, variance),
            2 * (sqrt(2) - 1) * variance * sqrt(s / pi),
            "2F(s/2) − F(s) with F → 2√(s/π)",
            s,
            rate=Rational(1, 2),
        ),
    )
