"""S(G), the law of relative sharpness against the gap, with its local exponent and limits."""

from sympy import Derivative, Integral, Rational, Symbol, erf, exp, log, oo, pi, sqrt, symbols

from theory.accuracy import threshold_loss
from theory.linear.jumps.jump_times import decay_rate
from theory.linear.jumps.linear_measures import threshold_slope
from theory.linear.jumps.sharpness_law import (
    absolute_law_exponent,
    decay_profile,
    law_exponent,
    law_relative_sharpness,
    limiting_law,
    rate_ratio,
    slowest_decay,
)
from theory.registry import Registry
from theory.steps import Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, lam

__all__ = ["equations"]

equations = Registry()


_OPEN = "derived here; the question M leaves open"
x, u, x_train, x_gen, level = symbols("x u x_train x_gen ell", positive=True)
gap, span = symbols("G Lambda", positive=True)
_T, _R = 1 + 3 / (2 * x_train), rate_ratio(x_gen)
_near = {"domain": {x_train: (Rational(1, 2), 4), x_gen: (2, 12)}}
_middle = {"domain": {x: (1, 6)}}


@equations.register("S(G)", "Relative sharpness against the gap, in parametric form", _OPEN)
def law() -> tuple[Step, ...]:
    """S_rel = R(x_gen)/(1 + 3/(2x_train)) at G = x_gen/x_train − 1, both losses at the same threshold."""
    train = x ** Rational(-3, 2) * exp(-x)
    gen = 2 * decay_profile(x) / sqrt(x)
    return (
        identity(
            Integral(u ** Rational(-3, 2) * exp(-u), (u, x, oo)),
            gen,
            "late-gen in units of the slowest decay",
            **_middle,
        ),
        identity(-Derivative(log(train), x), 1 + 3 / (2 * x), "logarithmic rate of the training loss", **_middle),
        identity(-Derivative(log(gen), x), rate_ratio(x), "logarithmic rate of the generalization loss", **_middle),
        definition(Symbol("S_rel"), law_relative_sharpness(x_train, x_gen), "at equal loss sharpness is as the rates"),
    )


@equations.register("S(G)-exponent", "Local exponent of S(G) at fixed ε", _OPEN)
def exponent() -> tuple[Step, ...]:
    """d ln S/d ln G in closed form, from the two rates."""
    train = log(level) - x_train / 3 - log(x_train) / 2
    gen = log(2 * decay_profile(x_gen) / sqrt(x_gen))
    speed = _T / (3 * _R)
    along = (_R - 1 - 3 / (2 * x_gen)) * speed + 3 / (2 * x_train**2 * _T)
    return (
        identity(
            Derivative(log(rate_ratio(x)), x), rate_ratio(x) - 1 - 3 / (2 * x), "g′ = (g − e^{−x})/(2x)", **_middle
        ),
        identity(Derivative(train, x_train), -_T / 3, "threshold balance, training side", **_near),
        identity(
            Derivative(gen, x_gen), -_R, "threshold balance, generalization side: dx_gen/dx_train = T/(3R)", **_near
        ),
        identity(
            Derivative(log(law_relative_sharpness(x_train, x_gen)), x_train)
            + speed * Derivative(log(law_relative_sharpness(x_train, x_gen)), x_gen),
            along,
            "total derivative of ln S along the balance",
            **_near,
        ),
        identity(
            (x_gen / x_train - 1) * along / (speed / x_train - x_gen / x_train**2),
            law_exponent(x_train, x_gen),
            "divide by d ln G",
            **_near,
        ),
    )


@equations.register("S(G)-power", "S(G) where both jumps are power laws", _OPEN)
def power() -> tuple[Step, ...]:
    """x → 0: S → 1/(3(1+G)); along a fixed ε the gap stops growing there, with exponent −(3/2) G/(1+G)."""
    both = {x_train: x, x_gen: (1 + gap) * x}
    at_zero = {"towards": Rational(0), "rate": Rational(1, 2)}
    return (
        asymptotic(rate_ratio(x), 1 / (2 * x), "g → 1", x, **at_zero),
        asymptotic(
            law_exponent(x_train, x_gen).subs(both),
            -3 * gap / (2 * (1 + gap)),
            "the exponent for x → 0: ln(1+G) loses 2√(πx_gen), ln S gains 3√(πx_gen)",
            x,
            **at_zero,
        ),
        asymptotic(
            law_relative_sharpness(x_train, x_gen).subs(both), 1 / (3 * (1 + gap)), "S(G) for x → 0", x, **at_zero
        ),
    )


@equations.register("S(G)-exponential", "S(G) where both jumps are exponential", _OPEN)
def exponential() -> tuple[Step, ...]:
    """x → ∞ at fixed Λ/G: S → [1 + 3G/(2Λ(1+G))]/[1 + 3G/(2Λ)]."""
    explicit = (1 + 3 / (2 * (1 + gap) * x)) / (1 + 3 / (2 * x))
    return (
        asymptotic(rate_ratio(x), 1 + 3 / (2 * x), "two terms of erfc at large argument", x, rate=2),
        identity(explicit.subs(x, span / gap), limiting_law(gap, span), "x_train = Λ/G, x_gen = (1 + G) x_train"),
        asymptotic(law_relative_sharpness(x, (1 + gap) * x), explicit, "so that for x ≫ 1", x, rate=2),
    )


@equations.register(
    "S_abs", "Absolute sharpness of the linear model in closed form", "M Eq. 11 at the jump; asked in M"
)
def absolute() -> tuple[Step, ...]:
    """dA/dt = (u e^{−u²}/√π)·4η₀(1−√λ)² R(x_gen), u = erfinv of the level."""
    loss = Symbol("L", positive=True)
    u_of = sqrt(epsilon / (2 * loss))
    rate, star = Symbol("r", positive=True), threshold_loss(epsilon)
    return (
        identity(
            -loss * Derivative(erf(u_of), loss), u_of * exp(-(u_of**2)) / sqrt(pi), "M7: −L dA/dL with u = √(ε/2L)"
        ),
        identity(
            (u_of * exp(-(u_of**2)) / sqrt(pi)).subs(loss, star),
            threshold_slope(),
            "at the threshold",
        ),
        identity(
            threshold_slope() * rate * rate_ratio(x), rate * rate_ratio(x) * threshold_slope(), "times −d ln L/dt"
        ),
        definition(Symbol("S_abs"), threshold_slope() * decay_rate(lam, eta0) * rate_ratio(x_gen), "M11 at the jump"),
    )


@equations.register("S_abs-exponent", "Local exponent of absolute sharpness against the gap at fixed ε", _OPEN)
def absolute_exponent() -> tuple[Step, ...]:
    """d ln[(1−√λ)² R]/d ln G in closed form."""
    decay = slowest_decay(x_train, level)
    speed = _T / (3 * _R)
    along = 1 / x_train + Rational(2, 3) + (_R - 1 - 3 / (2 * x_gen)) * speed
    return (
        identity(
            Derivative(log(decay), x_train), 1 / x_train + Rational(2, 3), "(1−√λ)² = ℓ x_train e^{2x_train/3}", **_near
        ),
        identity(
            Derivative(log(decay), x_train) + speed * Derivative(log(rate_ratio(x_gen)), x_gen),
            along,
            "total derivative along the threshold balance",
            **_near,
        ),
        identity(
            (x_gen / x_train - 1) * along / (speed / x_train - x_gen / x_train**2),
            absolute_law_exponent(x_train, x_gen),
            "divide by d ln G",
            **_near,
        ),
    )


@equations.register(
    "exponential-in-G", "Where the slope falls exponentially with the gap", "M section 3.1, made quantitative"
)
def exponential_in_gap() -> tuple[Step, ...]:
    """At fixed x_train ≫ 1, (1−√λ)² → (1+G)^{−3/2} e^{−G x_train}; along a fixed ε x_train falls as G grows instead."""
    both = 2 * decay_profile(x_gen) / sqrt(x_gen) * x_train ** Rational(3, 2) * exp(x_train)
    return (
        identity(
            both.subs(x_gen, (1 + gap) * x) / decay_profile((1 + gap) * x),
            2 * x_train ** Rational(3, 2) * exp(x_train) / sqrt((1 + gap) * x),
            "equal thresholds: (1−√λ)² from the two jumps",
        ),
        asymptotic(
            both.subs(x_gen, (1 + gap) * x_train),
            (1 + gap) ** Rational(-3, 2) * exp(-gap * x_train),
            "g(x) → e^{−x}/(2x): exponential in G while x_train stays",
            x_train,
        ),
    )
