"""Jump times through Lambert's W, and the limits of relative sharpness."""

from sympy import LambertW, Rational, Symbol, exp, symbols

from theory.accuracy import threshold_loss
from theory.linear.jumps.jump_times import (
    decay_rate,
    generalization_jump_time,
    jump_time,
    late_logarithmic_slope,
    training_jump_time,
)
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.registry import Registry
from theory.steps import Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, lam, s, t

__all__ = ["equations"]

equations = Registry()


C, kappa, level, w = symbols("C kappa L_* w", positive=True)
t_train, gap = symbols("t_train G", positive=True)


@equations.register("jump-time", "Jump time of a late-time loss", "Lambert's W; open in M")
def lambert() -> tuple[Step, ...]:
    """C t^{−3/2} e^{−κt} = L* at t = (3/2κ) W((2κ/3)(C/L*)^{2/3})."""
    y = (2 * kappa / 3) * (C / level) ** Rational(2, 3)
    star = jump_time(C, kappa, level)
    return (
        identity(LambertW(w) * exp(LambertW(w)), w, "definition of W"),
        identity(
            (2 * kappa * t / 3) * exp(2 * kappa * t / 3),
            (2 * kappa / 3) * (C / (C * t ** Rational(-3, 2) * exp(-kappa * t))) ** Rational(2, 3),
            "raise to the power −2/3, multiply by 2κ/3",
        ),
        identity(3 * LambertW(y) / (2 * kappa), star, "so 2κt/3 is W of the right side"),
        identity(C * star ** Rational(-3, 2) * exp(-kappa * star), level, "the loss at that time"),
        definition(Symbol("t_*"), star, "the jump time"),
    )


@equations.register("jump-time-train", "Training jump time of the linear model", "M Eq. 7 and 10; open in M")
def training_jump() -> tuple[Step, ...]:
    """The late-time training loss equals the threshold loss there."""
    at = training_jump_time(lam, epsilon, eta0)
    small = {
        "domain": {
            epsilon: (Rational(1, 10**8), Rational(1, 10**6)),
            eta0: (Rational(1, 100), Rational(1, 10)),
        }
    }
    return (
        identity(published_training_loss(4 * eta0 * at, lam), threshold_loss(epsilon), "M10 at the jump", **small),
        definition(t_train, at, "the jump time"),
    )


@equations.register(
    "jump-time-gen", "Generalization jump time of the linear model", "M Eq. 9 and 10 for κt ≫ 1; open in M"
)
def generalization_jump() -> tuple[Step, ...]:
    """The decaying part approaches L_train/(1−√λ)², so C → C/(1−√λ)²."""
    rate = decay_rate(lam, eta0) / (4 * eta0)
    away = {"domain": {lam: (Rational(2), Rational(4))}}
    return (
        asymptotic(
            published_generalization_loss(s, lam),
            published_training_loss(s, lam) / rate,
            "for (1−√λ)²s ≫ 1",
            s,
            **away,
        ),
        definition(Symbol("t_gen"), generalization_jump_time(lam, epsilon, eta0), "jump-time with C → C/(1−√λ)²"),
    )


@equations.register("late-S_rel", "Relative sharpness deep in the exponential regime", "κt* ≫ 1; asked in M")
def sharp_limit() -> tuple[Step, ...]:
    """The ratio of logarithmic slopes tends to 1: both jumps follow the slowest mode."""
    ratio = late_logarithmic_slope((1 + gap) * t_train, kappa) / late_logarithmic_slope(t_train, kappa)
    return (asymptotic(ratio, 1, "both rates tend to κ", t_train),)


@equations.register("early-S_rel", "Relative sharpness in the power-law regime", "κt* ≪ 1; asked in M")
def power_limit() -> tuple[Step, ...]:
    """L_train ∝ t^{−3/2} and L_gen ∝ t^{−1/2} give S_rel → 1/(3(1+G))."""
    x = Symbol("x", positive=True)
    train_rate = late_logarithmic_slope(t, 0)
    gen_rate = published_training_loss(x, 1) / published_generalization_loss(x, 1)
    return (
        identity(train_rate, Rational(3, 2) / t, "training loss t^{−3/2}"),
        identity(gen_rate, 1 / (2 * x), "generalization loss x^{−1/2} at λ = 1"),
        identity(
            gen_rate.subs(x, (1 + gap) * t_train) / train_rate.subs(t, t_train),
            1 / (3 * (1 + gap)),
            "at t_gen = (1 + G) t_train",
        ),
        definition(Symbol("S_rel"), 1 / (3 * (1 + gap)), "that ratio is the relative sharpness, slope-at-jump"),
    )
