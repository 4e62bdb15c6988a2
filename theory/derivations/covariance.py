"""Inputs that are not white: Silverstein's equation, and what a subspace does."""

from sympy import Eq, Expr, Rational, oo, symbols

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.covariance import CovarianceGeneralizationLoss, CovarianceTrainingLoss, InputCovariance
from theory.registry import Registry
from theory.steps import DIGITS, Domain, Step, asymptotic, definition, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


_SB = "Silverstein and Bai 1995"
c, v, z, tau, fraction, share = symbols("c v z tau f a", positive=True)
_part: Domain = {fraction: (Rational(1, 8), Rational(7, 8)), lam: (Rational(1, 8), Rational(9, 10))}
_two = InputCovariance([(tau, fraction), (1, 1 - fraction)])
_law = MarchenkoPastur(lam)
_HALF, _THIRD = Rational(1, 2), Rational(1, 3)


def _white(law: MarchenkoPastur) -> Expr:
    """The companion transform v = λ m + (1 − λ)/c of white inputs at z = −c."""
    return law.lam * law.stieltjes(-c) + (1 - law.lam) / c


@equations.register("silverstein", "Spectrum of the sample covariance for inputs of any covariance", _SB)
def silverstein() -> tuple[Step, ...]:
    """v(z) = λ E 1/(ν − z) − (1 − λ)/z solves z = −1/v + λ Σ wτ/(1 + τv); here at z = −c < 0."""
    scaled, white = InputCovariance([(tau, 1)]), _white(_law)
    numbers = InputCovariance([(3, _THIRD), (1, 1 - _THIRD)])
    companion = numbers.companion(-2, _HALF, digits=DIGITS + 20)
    return (
        identity(lam * _law.expectation(1 / (nu + c), nu) + (1 - lam) / c, white, "v of white inputs by the spectrum"),
        identity(
            numbers.silverstein(z, companion, _HALF).rhs,
            -2,
            "the root in numbers, variances 3 and 1 at λ = 1/2, z = −2",
        ),
        identity(_two.silverstein(z, white, lam).rhs.subs(tau, 1), -c, "τ = 1: white inputs solve it"),
        identity(
            scaled.silverstein(z, white / tau, lam).rhs,
            -tau * c,
            "inputs of variance τ: eigenvalues times τ, so v(τz) = v(z)/τ",
        ),
        definition(
            z,
            _two.silverstein(z, v, lam).rhs,
            "two variances, τ and 1, in shares f and 1 − f: (1 + zv)/λ is what the data see of the inputs",
            Eq(1 + z * v, lam * (1 - fraction / (1 + tau * v) - (1 - fraction) / (1 + v))),
        ),
    )


@equations.register("subspace", "A signal in a subspace sees λ times its fraction", "silverstein with a τ = 0")
def subspace() -> tuple[Step, ...]:
    """Inputs of variance 0 drop out of the equation and of the loss."""
    inside = InputCovariance([(1, fraction), (0, 1 - fraction)], signal=[1, 0])
    law = MarchenkoPastur(InputCovariance.effective_lam(lam, fraction))
    return (
        identity(
            inside.silverstein(z, v, lam).rhs * v,
            fraction * lam * v / (1 + v) - 1,
            "the equation of white inputs at fλ",
        ),
        identity(
            inside.silverstein(z, _white(law), lam).rhs, -c, "solved by the Marchenko–Pastur law at fλ", domain=_part
        ),
        identity(
            inside.resolvent_signal(_white(law)),
            law.expectation(nu / (nu + c), nu),
            "Laplace transform of the training loss",
            domain=_part,
        ),
    )


@equations.register("covariance-train", "Laplace transform of the training loss for inputs of any covariance", _SB)
def training() -> tuple[Step, ...]:
    """An isotropic D₀ sees the whole spectrum: Σ wτv/(1 + τv) = (1 + zv)/λ = 1 + z E 1/(ν − z)."""
    signal = InputCovariance([(tau, fraction), (1, 1 - fraction)], signal=[share, 1 - share])
    return (
        identity(
            signal.resolvent_signal(v),
            share * (1 - 1 / (1 + tau * v)) + (1 - share) * (1 - 1 / (1 + v)),
            "∫ e^{zs} L_train ds of a signal with share a along τ",
        ),
        identity(
            _two.resolvent_signal(v),
            (1 + _two.silverstein(z, v, lam).rhs * v) / lam,
            "a = f: Silverstein's equation times v",
            domain=_part,
        ),
    )


@equations.register("covariance-losses", "Losses for inputs of any covariance in numbers", "inverting covariance-train")
def losses() -> tuple[Step, ...]:
    """By Talbot's inversion, to the few digits that are tried here."""
    spectrum, signal = [(3, _THIRD), (1, 1 - _THIRD)], [_HALF, _HALF]
    two = LinearStudent(_HALF).with_covariance(spectrum, signal)
    halved = ((3, _HALF), (0, _HALF)), (1, 0)
    half = LinearStudent(3).with_covariance(*halved)
    start, square = (sum(a * tau**k for a, (tau, _) in zip(signal, spectrum, strict=True)) for k in (1, 2))
    total = sum(weight * tau for tau, weight in spectrum)
    symbolic = ((tau, fraction), (1, 1 - fraction)), (share, 1 - share)
    return (
        identity(
            CovarianceTrainingLoss(0, lam, *symbolic),
            1 + share * (tau - 1),
            "at the start the mean of τ over the signal",
        ),
        asymptotic(
            (start - two.training_loss(s)) / s,
            square + _HALF * start * total,
            "its first slope, D₀ᵀ E Σ² D₀ with E Σ² = C² + λ tr(C)/d · C",
            s,
            towards=0,
            digits=20,
        ),
        identity(
            CovarianceGeneralizationLoss(oo, 3, *halved),
            3 * GeneralizationLoss(oo, 3 * _HALF),
            "half of the inputs vanish, the others have variance 3: what is never learned at λ = 3",
            digits=10,
        ),
        identity(
            half.generalization_loss(_HALF),
            3 * GeneralizationLoss(3 * _HALF, 3 * _HALF),
            "and at s = 1/2: a variance τ multiplies loss and time, a fraction f multiplies λ",
            digits=4,
        ),
        identity(
            CovarianceTrainingLoss(s, 3, *halved),
            3 * TrainingLoss(3 * s, 3 * _HALF),
            "and L_train likewise",
            {s: (Rational(1, 8), 2)},
            digits=8,
        ),
    )
