"""Noisy labels: the part of the error that the noise makes, in closed form."""

from sympy import Derivative, Integral, Rational, exp, pi, sqrt, symbols

from theory.linear.cumulative_loss import CumulativeLoss
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.marcum import MarcumQ1
from theory.linear.student import LinearStudent
from theory.linear.variants.label_noise import LabelNoise
from theory.registry import Registry
from theory.steps import Step, asymptotic, identity
from theory.symbols import eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_SOURCE = "gradient flow dD/dt = −2η₀(ΣD − Xᵀξ/N), derived here"
_law = MarchenkoPastur(lam)
start, push, sigma = symbols("D b sigma", positive=True)
variance = sigma**2
_noisy = LinearStudent(lam).with_label_noise(variance)
_mild = {"domain": {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}}


@equations.register("label-noise-gen", "Generalization loss with noisy labels", _SOURCE)
def generalization() -> tuple[Step, ...]:
    """The noise pushes each of the d eigenvectors by b with E b² = σ²ν/N; eigenvalues 0 are not pushed."""
    decay = exp(-2 * eta0 * nu * t)
    error = decay * start + (1 - decay) * push / nu
    part = (1 - exp(-nu * s / 2)) ** 2 / nu
    low, high = _law.support
    total = CumulativeLoss(s, lam).rewrite(MarcumQ1)
    closed = GeneralizationLoss(s, lam) + variance * lam * (2 * total.subs(s, s / 2) - total)
    return (
        identity(Derivative(error, t), -2 * eta0 * (nu * error - push), "the flow along one eigenvector", **_mild),
        identity(
            ((1 - decay) * push / nu).subs(push, sqrt(variance * nu)) ** 2,
            variance * (1 - decay) ** 2 / nu,
            "square of the noise part, N E b² = σ²ν; summing d of them over N gives σ²λ times the average",
            **_mild,
        ),
        identity(part, 2 * (1 - exp(-nu * s / 2)) / nu - (1 - exp(-nu * s)) / nu, "expand the square"),
        identity(Derivative(total, s), GeneralizationLoss(s, lam), "F is the integral of L_gen"),
        identity(_noisy.generalization_loss(s), closed, "the average of the square is 2F(s/2) − F(s)"),
        identity(
            closed,
            GeneralizationLoss(s, lam) + variance * lam * Integral(part * _law.density(nu), (nu, low, high)),
            "2F(s/2) − F(s) by the spectrum",
        ),
    )


@equations.register("label-noise-train", "Training loss against the noisy labels", _SOURCE)
def training() -> tuple[Step, ...]:
    """ξ − XD has the noise part e^{−Ks/2}ξ, K = XXᵀ/N with N eigenvalues: λ times the law, and N − d zeros."""
    closed = TrainingLoss(s, lam) + variance * (1 - lam * (1 - GeneralizationLoss(s, lam)))
    rest = lam * _law.expectation(exp(-nu * s), nu) + 1 - lam
    return (
        identity(_noisy.training_loss(s), closed, "E u² = L_gen"),
        identity(
            closed,
            TrainingLoss(s, lam) + variance * rest,
            "σ²/N tr e^{−Ks} by the spectrum",
        ),
    )


@equations.register("label-noise-clean", "Training loss against the clean labels", _SOURCE)
def clean() -> tuple[Step, ...]:
    """The noise part of the generalization loss with the weight ν."""
    return (
        identity(
            _noisy.clean_training_loss(s),
            TrainingLoss(s, lam) + variance * lam * _law.expectation((1 - exp(-nu * s / 2)) ** 2, nu),
            "σ²λ E (1 − e^{−νs/2})² by the spectrum",
        ),
    )


@equations.register("label-noise-stopping", "When to stop training on noisy labels", "slope of label-noise-gen")
def stopping() -> tuple[Step, ...]:
    """The generalization loss is lowest where L_train = σ²λ[L_gen(s/2) − L_gen(s)]."""
    total = CumulativeLoss(s, lam).rewrite(MarcumQ1)
    closed = GeneralizationLoss(s, lam) + variance * lam * (2 * total.subs(s, s / 2) - total)
    return (
        identity(
            Derivative(closed, s),
            -LabelNoise(variance).stopping_balance(s, lam),
            "M9, and F′ = L_gen",
        ),
    )


@equations.register("label-noise-peak", "At λ = 1 label noise grows without end", "late time of label-noise-gen")
def peak() -> tuple[Step, ...]:
    """F → 2√(s/π) at λ = 1, so that 2F(s/2) − F(s) grows like the root of the time."""
    return (
        asymptotic(
            _noisy.replace(lam=1).generalization_loss(s),
            2 * (sqrt(2) - 1) * variance * sqrt(s / pi),
            "2F(s/2) − F(s) with F → 2√(s/π)",
            s,
            rate=Rational(1, 2),
        ),
    )
