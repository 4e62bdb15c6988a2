"""Jump times through Lambert's W, and the limits of relative sharpness."""

from sympy import Derivative, Eq, Expr, LambertW, Rational, Subs, erf, exp, log, pi, sqrt, symbols

from theory.linear.jumps.jump_times import (
    decay_rate,
    generalization_jump_time,
    jump_time,
    late_logarithmic_slope,
    training_jump_time,
)
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, lam, s, t

__all__ = ["equations"]

equations = Registry()


C, kappa, level, w = symbols("C kappa L_* w", positive=True)
t_star, t_train, t_gen, gap, s_rel = symbols("t_* t_train t_gen G S_rel", positive=True)
_edge = (1 - sqrt(lam)) ** 2
_small: Domain = {epsilon: (Rational(1, 10**8), Rational(1, 10**6)), eta0: (Rational(1, 100), Rational(1, 10))}


def _late_loss(time: Expr) -> Expr:
    """M Eq. 10 as printed, in steps."""
    return exp(-4 * eta0 * _edge * time) / (16 * sqrt(pi) * lam ** Rational(3, 4) * (eta0 * time) ** Rational(3, 2))


@equations.register("jump-time", "Jump time of a late-time loss", "Lambert's W; open in M")
def lambert() -> tuple[Step, ...]:
    """C t^{−3/2} e^{−κt} = L* at t = (3/2κ) W((2κ/3)(C/L*)^{2/3})."""
    y = (2 * kappa / 3) * (C / level) ** Rational(2, 3)
    star = jump_time(C, kappa, level)
    return (
        identity(LambertW(w) * exp(LambertW(w)), w, "definition of W"),
        identity(
            (2 * kappa * star / 3) * exp(2 * kappa * star / 3),
            y,
            "raise L* = C t^{−3/2} e^{−κt} to the power −2/3, multiply by 2κ/3: so 2κt/3 is W of the right side",
        ),
        definition(
            t_star, star, "the loss is L* at that time", Eq(C * t_star ** Rational(-3, 2) * exp(-kappa * t_star), level)
        ),
    )


@equations.register("jump-time-train", "Training jump time of the linear model", "M Eq. 7 and 10; open in M")
def training_jump() -> tuple[Step, ...]:
    """Half of the training answers are right there, with M Eq. 10 for the loss."""
    loss = _late_loss(t)
    return (
        identity(-Derivative(log(loss), t), late_logarithmic_slope(t, decay_rate(lam, eta0)), "κ = 4η₀(1−√λ)²"),
        definition(
            t_train,
            training_jump_time(lam, epsilon, eta0),
            "M10 in M7: an accuracy of 1/2",
            Eq(erf(sqrt(epsilon / (2 * _late_loss(t_train)))), Rational(1, 2)),
            domain=_small,
        ),
    )


@equations.register(
    "jump-time-gen", "Generalization jump time of the linear model", "M Eq. 9 and 10 for κt ≫ 1; open in M"
)
def generalization_jump() -> tuple[Step, ...]:
    """The decaying part approaches L_train/(1−√λ)², so C → C/(1−√λ)²."""
    away: Domain = {lam: (Rational(2), Rational(4))}
    return (
        asymptotic(
            published_generalization_loss(s, lam),
            published_training_loss(s, lam) / _edge,
            "for (1−√λ)²s ≫ 1",
            s,
            error=-3 / (2 * _edge * s),
            domain=away,
        ),
        definition(
            t_gen,
            generalization_jump_time(lam, epsilon, eta0),
            "that loss in M7: an accuracy of 1/2, jump-time with C → C/(1−√λ)²",
            Eq(erf(sqrt(epsilon * _edge / (2 * _late_loss(t_gen)))), Rational(1, 2)),
            domain=_small,
        ),
    )


@equations.register("late-S_rel", "Relative sharpness deep in the exponential regime", "κt* ≫ 1; asked in M")
def sharp_limit() -> tuple[Step, ...]:
    """The ratio of logarithmic slopes tends to 1: both jumps follow the slowest mode."""
    loss = C * t ** Rational(-3, 2) * exp(-kappa * t)
    ratio = late_logarithmic_slope((1 + gap) * t_train, kappa) / late_logarithmic_slope(t_train, kappa)
    return (
        identity(-Derivative(log(loss), t), late_logarithmic_slope(t, kappa), "both rates are κ + 3/(2t)"),
        asymptotic(ratio, 1, "both rates tend to κ", t_train, error=-3 * gap / (2 * kappa * (1 + gap) * t_train)),
    )


@equations.register("early-S_rel", "Relative sharpness in the power-law regime", "κt* ≪ 1; asked in M")
def power_limit() -> tuple[Step, ...]:
    """L_train ∝ t^{−3/2} and L_gen ∝ t^{−1/2} give S_rel → 1/(3(1+G))."""
    train = Derivative(log(published_training_loss(s, 1)), s)
    gen = Derivative(log(published_generalization_loss(s, 1)), s)
    return (
        identity(-train, Rational(3, 2) / s, "training loss s^{−3/2} at λ = 1"),
        identity(-gen, 1 / (2 * s), "generalization loss s^{−1/2} at λ = 1"),
        definition(
            s_rel,
            1 / (3 * (1 + gap)),
            "the ratio of the rates at t_gen = (1 + G) t_train is the relative sharpness, slope-at-jump",
            Eq(s_rel * Subs(train, s, t_train), Subs(gen, s, (1 + gap) * t_train)),
        ),
    )
