"""Inputs that are not white: Silverstein's equation, and what a subspace does."""

from sympy import Rational, Symbol, symbols

from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.covariance import InputCovariance
from theory.registry import Registry
from theory.steps import Step, definition, identity
from theory.symbols import lam, nu

__all__ = ["equations"]

equations = Registry()


_SB = "Silverstein and Bai 1995"
c, v, tau, fraction, share = symbols("c v tau f a", positive=True)
_part = {"domain": {fraction: (Rational(1, 8), Rational(7, 8)), lam: (Rational(1, 8), Rational(9, 10))}}
_law = MarchenkoPastur(lam)
_white = lam * _law.stieltjes(-c) + (1 - lam) / c


@equations.register("silverstein", "Spectrum of the sample covariance for inputs of any covariance", _SB)
def silverstein() -> tuple[Step, ...]:
    """v(z) = λ E 1/(ν − z) − (1 − λ)/z solves z = −1/v + λ Σ wτ/(1 + τv); here at z = −c < 0."""
    two = InputCovariance([(tau, fraction), (1, 1 - fraction)])
    scaled = InputCovariance([(tau, 1)])
    return (
        definition(
            Symbol("z"), two.silverstein(Symbol("z"), v, lam).rhs, "two variances, τ and 1, in shares f and 1 − f"
        ),
        identity(lam * _law.expectation(1 / (nu + c), nu) + (1 - lam) / c, _white, "v of white inputs by the spectrum"),
        identity(
            scaled.silverstein(-tau * c, _white / tau, lam).rhs,
            -tau * c,
            "inputs of variance τ: eigenvalues times τ, so v(τz) = v(z)/τ",
        ),
        identity(two.silverstein(-c, _white, lam).rhs.subs(tau, 1), -c, "τ = 1: white inputs solve it"),
    )


@equations.register("subspace", "A signal in a subspace sees λ times its fraction", "silverstein with a τ = 0")
def subspace() -> tuple[Step, ...]:
    """Inputs of variance 0 drop out of the equation and of the loss."""
    inside = InputCovariance([(1, fraction), (0, 1 - fraction)], signal=[1, 0])
    effective = InputCovariance.effective_lam(lam, fraction)
    law = MarchenkoPastur(effective)
    white = effective * law.stieltjes(-c) + (1 - effective) / c
    return (
        identity(
            inside.silverstein(-c, v, lam).rhs,
            InputCovariance([(1, 1)]).silverstein(-c, v, effective).rhs,
            "the equation of white inputs at fλ",
        ),
        identity(inside.silverstein(-c, white, lam).rhs, -c, "solved by the Marchenko–Pastur law at fλ", **_part),
        identity(
            inside.resolvent_signal(white),
            law.expectation(nu / (nu + c), nu),
            "Laplace transform of the training loss",
            **_part,
        ),
    )


@equations.register("covariance-train", "Laplace transform of the training loss for inputs of any covariance", _SB)
def training() -> tuple[Step, ...]:
    """An isotropic D₀ sees the whole spectrum: Σ wτv/(1 + τv) = (1 + zv)/λ = 1 + z E 1/(ν − z)."""
    two = InputCovariance([(tau, fraction), (1, 1 - fraction)])
    at = two.silverstein(Symbol("z"), v, lam).rhs
    return (
        definition(
            Symbol("Lhat"),
            InputCovariance([(tau, fraction), (1, 1 - fraction)], signal=[share, 1 - share]).resolvent_signal(v),
            "∫ e^{zs} L_train ds of a signal with share a along τ",
        ),
        identity(two.resolvent_signal(v), (1 + at * v) / lam, "a = f: Silverstein's equation times v", **_part),
    )
