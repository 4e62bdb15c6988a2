"""Noisy labels: the part of the error that the noise makes, in closed form."""

from sympy import Derivative, Eq, Expr, Integral, Rational, Subs, exp, false, oo, pi, sqrt, symbols

from theory.linear.cumulative_loss import CumulativeLoss
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.label_noise import LabelNoise
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_SOURCE = "gradient flow dD/dt = −2η₀(ΣD − Xᵀξ/N), derived here"
_law = MarchenkoPastur(lam)
start, push, sigma = symbols("D b sigma", positive=True)
u = symbols("u", positive=True)
variance = sigma**2
_noisy = LinearStudent(lam).with_label_noise(variance)
_mild: Domain = {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}
_around: Domain = {lam: (Rational(1, 2), Rational(3, 2))}
_below: Domain = {lam: (Rational(1, 8), Rational(1, 2))}


def _pushed(f: Expr) -> Integral:
    """Average over the eigenvalues that are not zero, which alone are pushed."""
    return Integral(f * _law.density(nu), (nu, *_law.support))


@equations.register("cumulative-loss", "The generalization loss summed up over time", "M8-gen integrated")
def cumulative() -> tuple[Step, ...]:
    """F(s) = ∫₀ˢ L_gen = E (1 − e^{−νs})/ν, which for λ < 1 ends at E 1/ν = 1/(1 − λ)."""
    total = CumulativeLoss(s, lam)
    return (
        identity(total, _law.atom * s + _pushed((1 - exp(-nu * s)) / nu), "by the spectrum; the atom never learns"),
        identity(Derivative(total, s), GeneralizationLoss(s, lam), "its slope is the loss"),
        identity(
            Derivative(total, lam),
            total.diff(lam).subs(Eq(lam, 1), false),
            "its slope in λ by the derivative it knows",
        ),
        identity(
            Subs(Derivative(total, lam), lam, 1), total.diff(lam).subs(lam, 1), "at λ = 1, where that has another form"
        ),
        identity(
            CumulativeLoss(oo, lam),
            _pushed(1 / nu),
            "for λ < 1 it ends, as everything is learned at a rate ν",
            domain=_below,
        ),
        identity(total, Integral(GeneralizationLoss(u, lam), (u, 0, s)), "so that"),
    )


@equations.register("label-noise-gen", "Generalization loss with noisy labels", _SOURCE)
def generalization() -> tuple[Step, ...]:
    """The noise pushes each of the d eigenvectors by b with E b² = σ²ν/N; eigenvalues 0 are not pushed."""
    decay = exp(-2 * eta0 * nu * t)
    error = decay * start + (1 - decay) * push / nu
    part = (1 - exp(-nu * s / 2)) ** 2 / nu
    total = CumulativeLoss(s, lam)
    return (
        identity(Derivative(error, t), -2 * eta0 * (nu * error - push), "the flow along one eigenvector", domain=_mild),
        identity(
            (error**2 + error.subs(push, -push) ** 2) / 2,
            decay**2 * start**2 + (1 - decay) ** 2 * push**2 / nu**2,
            "either sign of b is as likely: no cross term; N E b² = σ²ν, and d of them over N give σ²λ times the rest",
            domain=_mild,
        ),
        identity(part, 2 * (1 - exp(-nu * s / 2)) / nu - (1 - exp(-nu * s)) / nu, "expand the square"),
        identity(2 * total.subs(s, s / 2) - total, _pushed(part), "the average of the square is 2F(s/2) − F(s)"),
        identity(
            _noisy.generalization_loss(s),
            GeneralizationLoss(s, lam) + variance * lam * _pushed(part),
            "put it in",
        ),
    )


@equations.register("label-noise-train", "Training loss against the noisy labels", _SOURCE)
def training() -> tuple[Step, ...]:
    """ξ − XD has the noise part e^{−Ks/2}ξ, K = XXᵀ/N with N eigenvalues: λ times the law, and N − d zeros."""
    closed = TrainingLoss(s, lam) + variance * (1 - lam * (1 - GeneralizationLoss(s, lam)))
    rest = lam * _law.expectation(exp(-nu * s), nu) + 1 - lam
    return (
        identity(
            closed,
            TrainingLoss(s, lam) + variance * rest,
            "σ²/N tr e^{−Ks} by the spectrum",
        ),
        identity(
            _noisy.training_loss(s),
            _law.expectation(nu * exp(-nu * s), nu) + variance * rest,
            "with the error of the start, training-loss",
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


@equations.register("label-noise-plateau", "Where the losses end with noisy labels", "limit s → ∞ of label-noise")
def plateaus() -> tuple[Step, ...]:
    """(1 − 1/λ)⁺ + σ² min(λ, 1)/|1 − λ| on fresh inputs; σ²(1 − λ)⁺ on the noisy labels."""
    return (
        identity(
            variance - _noisy.training_plateau,
            variance * lam * Integral(_law.density(nu), (nu, *_law.support)),
            "training: the noise is learned in as many directions as are touched",
        ),
        identity(
            _noisy.generalization_plateau,
            _law.atom + variance * lam * _pushed(1 / nu),
            "generalization: the atom, and noise that is learned",
            domain=_around,
        ),
    )


@equations.register("label-noise-stopping", "When to stop training on noisy labels", "slope of label-noise-gen")
def stopping() -> tuple[Step, ...]:
    """The generalization loss is lowest where L_train = σ²λ[L_gen(s/2) − L_gen(s)]."""
    return (
        identity(
            Derivative(_noisy.generalization_loss(s), s),
            -LabelNoise(variance).stopping_balance(s, lam),
            "M9, and F′ = L_gen",
        ),
    )


@equations.register("label-noise-peak", "At λ = 1 label noise grows without end", "late time of label-noise-gen")
def peak() -> tuple[Step, ...]:
    """F → 2√(s/π) at λ = 1, so that 2F(s/2) − F(s) grows like the root of the time."""
    return (
        asymptotic(
            CumulativeLoss(s, 1) / sqrt(s),
            2 / sqrt(pi),
            "F, the integral of 1/√(πs)",
            s,
            rate=Rational(1, 2),
            error=-sqrt(pi) / (4 * sqrt(s)),
        ),
        asymptotic(
            _noisy.replace(lam=1).generalization_loss(s) / sqrt(s),
            2 * (sqrt(2) - 1) * variance / sqrt(pi),
            "2F(s/2) − F(s) with F → 2√(s/π)",
            s,
            error=-sqrt(pi) / (4 * (sqrt(2) - 1) * sqrt(s)),
            rate=Rational(1, 2),
        ),
    )
