"""Losses that fall as powers of the time: the general law of sharpness, and the spectra that have it."""

from sympy import Derivative, Eq, Integral, Rational, Symbol, exp, log, oo, symbols

from theory.linear.jumps.power_laws import (
    power_law_absolute_exponent,
    power_law_gap,
    power_law_loss,
    power_law_losses,
    power_law_sharpness,
)
from theory.linear.variants.covariance import InputCovariance
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import lam, s, t

__all__ = ["equations"]

equations = Registry()


beta_train, beta_gen, first, second, level, gap = symbols("beta_train beta_gen a b L_* G", positive=True)
s_rel, q, tau, z, rest = symbols("S_rel q tau zeta f", positive=True)
t_train, t_gen = symbols("t_train t_gen", positive=True)
exponent = Symbol("e", real=True)
_HALF = Rational(1, 2)
_domain: Domain = {
    lam: (Rational(1, 4), Rational(3, 4)),
    beta_train: (2, 3),
    beta_gen: (1, 2),
    q: (Rational(1, 4), 2),
    z: (2, 3),
}


@equations.register("power-law-S(G)", "Relative sharpness where both losses are power laws", "derived here")
def general() -> tuple[Step, ...]:
    """L_train = a t^{−β_train} and L_gen = b t^{−β_gen} at the same threshold."""
    train, gen = first * t**-beta_train, second * t**-beta_gen
    at_train, at_gen = (first / level) ** (1 / beta_train), (second / level) ** (1 / beta_gen)
    grown = at_gen / at_train
    return (
        identity(-t * Derivative(log(train), t), beta_train, "the rate is β_train/t", domain=_domain),
        definition(t_train, at_train, "training jump", Eq(train.subs(t, t_train), level), domain=_domain),
        definition(t_gen, at_gen, "generalization jump", Eq(gen.subs(t, t_gen), level), domain=_domain),
        definition(
            exponent,
            power_law_absolute_exponent(beta_train, beta_gen),
            "along the threshold S_abs ∝ 1/t_gen is this power of 1 + G",
            Eq(-Derivative(log(at_gen), level), exponent * Derivative(log(grown), level)),
            domain=_domain,
        ),
        definition(
            s_rel,
            power_law_sharpness(gap, beta_train, beta_gen),
            "the ratio of the rates at t_gen = (1 + G) t_train",
            Eq(s_rel * beta_train / at_train, beta_gen / ((1 + gap) * at_train)),
            domain=_domain,
        ),
    )


@equations.register("power-law-population", "Population loss of a power-law spectrum", "λ → 0; derived here")
def population() -> tuple[Step, ...]:
    """∫ τ e^{−τs} d(τ^q): the share of the signal below τ is τ^q."""
    return (
        identity(
            Integral(q * tau**q * exp(-tau * s), (tau, 0, oo)),
            power_law_loss(s, q),
            "what is above the largest eigenvalue is learned soon",
            domain={s: (1, 2), q: (1, 2)},
            digits=15,
        ),
    )


@equations.register("power-law-gap", "Gap of a power-law spectrum at λ < 1", "silverstein at late time; derived here")
def late_gap() -> tuple[Step, ...]:
    """Far down in the spectrum almost all eigenvalues are larger: v → −(1−λ)/z, and the sample's are (1−λ)τ."""
    inputs = InputCovariance([(tau, rest), (1, 1 - rest)])
    train, gen = power_law_losses(s, lam, q)
    seen, late = 1 - lam, (1 + power_law_gap(lam, q)) * s
    bulk = lam * (1 - rest) / (1 + tau / (1 + tau)) ** 2
    return (
        asymptotic(
            inputs.silverstein(-z * tau, seen / (z * tau), lam).rhs.subs(rest, tau),
            -z * tau,
            "Silverstein's equation, a share f → 0 of eigenvalues τ → 0",
            tau,
            towards=0,
            domain=_domain,
        ),
        identity(
            seen * tau / (seen * tau + z),
            tau * (seen / z) / (1 + tau * (seen / z)),
            "the pole of covariance-train is at (1−λ)τ, with the weight (1−λ)τ",
            domain=_domain,
        ),
        asymptotic(
            1 / (1 - bulk.subs(rest, tau)),
            1 / seen,
            "the others' noise multiplies the generalization loss",
            tau,
            towards=0,
            domain=_domain,
        ),
        identity(
            Integral(seen * q * tau**q * exp(-seen * tau * s), (tau, 0, oo)),
            train,
            "training: (1−λ) τ e^{−(1−λ)τs} over the spectrum",
            domain={**_domain, s: (1, 2), q: (1, 2)},
            digits=15,
        ),
        identity(
            Integral(q * tau**q * exp(-seen * tau * s) / seen, (tau, 0, oo)),
            gen,
            "generalization: τ e^{−(1−λ)τs}/(1−λ)",
            domain={**_domain, s: (1, 2), q: (1, 2)},
            digits=15,
        ),
        identity(gen.subs(s, late), train, "equal losses", domain=_domain),
    )
