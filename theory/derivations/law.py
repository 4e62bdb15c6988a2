"""S(G), the law of relative sharpness against the gap, with its local exponent and limits."""

from sympy import Abs, Derivative, Eq, Expr, Integral, Rational, erfinv, exp, log, oo, pi, sqrt, symbols

from theory.linear.jumps.jump_times import decay_rate
from theory.linear.jumps.linear_measures import threshold_slope
from theory.linear.jumps.sharpness_law import (
    absolute_law_exponent,
    decay_profile,
    law_exponent,
    law_gap,
    law_relative_sharpness,
    limiting_law,
    rate_ratio,
    slowest_decay,
    threshold_balance,
    threshold_gen_time,
)
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import eta0, lam

__all__ = ["equations"]

equations = Registry()


_OPEN = "derived here; the question M leaves open"
x, u, x_train, x_gen, level = symbols("x u x_train x_gen ell", positive=True)
gap, span = symbols("G Lambda", positive=True)
s_rel, s_abs = symbols("S_rel S_abs", positive=True)
_T, _R = 1 + 3 / (2 * x_train), rate_ratio(x_gen)
_near: Domain = {x_train: (Rational(1, 2), Rational(3, 2)), x_gen: (2, 12)}
_apart: Domain = {**_near, lam: (Rational(1, 2), 2)}
_middle: Domain = {x: (1, 6)}


def _along(expression: Expr) -> Expr:
    """Its total derivative by x_train where the threshold stays, dx_gen/dx_train = T/(3R)."""
    return Derivative(expression, x_train) + _T / (3 * _R) * Derivative(expression, x_gen)


@equations.register("S(G)-tie", "Where both losses are at the same threshold", "M10 and late-gen, x = (1−√λ)²s")
def tie() -> tuple[Step, ...]:
    """2x_gen^{−1/2} g(x_gen) = ℓ x_train^{−1/2} e^{−x_train/3}, with ℓ = (L*/c)^{2/3} and c = 1/(2√π λ^{3/4})."""
    edge, c = (1 - sqrt(lam)) ** 2, 1 / (2 * sqrt(pi) * lam ** Rational(3, 4))
    train = published_training_loss(x_train / edge, lam)
    gen = published_generalization_loss(x_gen / edge, lam)
    at_train = (train / c) ** Rational(2, 3)
    return (
        identity(slowest_decay(x_train, at_train), edge, "the training loss is L* at x_train", domain=_apart),
        identity(decay_profile(x_gen) / sqrt(x_gen) * 2 * c * Abs(1 - sqrt(lam)), gen, "late-gen in x", domain=_apart),
        definition(
            x_gen,
            threshold_gen_time(x_train, level),
            "for x_gen ≫ 1, where 2x^{−1/2} g(x) → x^{−3/2} e^{−x}, in closed form",
            Eq(x_gen ** Rational(-3, 2) * exp(-x_gen), level * x_train ** Rational(-1, 2) * exp(-x_train / 3)),
        ),
        identity(
            threshold_balance(x_train, x_gen, at_train) * c * Abs(1 - sqrt(lam)),
            gen - train,
            "the balance is the difference of the two losses",
            domain=_apart,
        ),
    )


@equations.register("S(G)", "Relative sharpness against the gap, in parametric form", _OPEN)
def law() -> tuple[Step, ...]:
    """S_rel = R(x_gen)/(1 + 3/(2x_train)) at G = x_gen/x_train − 1, both losses at the same threshold."""
    train = x ** Rational(-3, 2) * exp(-x)
    gen = 2 * decay_profile(x) / sqrt(x)
    tail = Integral(u ** Rational(-3, 2) * exp(-u), (u, x, oo))
    train_rate, gen_rate = -Derivative(log(train), x), train / tail
    return (
        identity(tail, gen, "late-gen in units of the slowest decay", domain=_middle),
        identity(train_rate, 1 + 3 / (2 * x), "logarithmic rate of the training loss", domain=_middle),
        identity(
            -Derivative(log(gen), x), rate_ratio(x), "logarithmic rate of the generalization loss", domain=_middle
        ),
        identity(gen_rate, rate_ratio(x), "the same by M9: L_train over its integral", domain=_middle),
        definition(gap, law_gap(x_train, x_gen), "M3", Eq((1 + gap) * x_train, x_gen)),
        definition(
            s_rel,
            law_relative_sharpness(x_train, x_gen),
            "at equal loss sharpness is as the rates",
            Eq(s_rel * train_rate.xreplace({x: x_train}), gen_rate.xreplace({x: x_gen})),
            domain=_near,
        ),
    )


@equations.register("S(G)-exponent", "Local exponent of S(G) at fixed ε", _OPEN)
def exponent() -> tuple[Step, ...]:
    """d ln S/d ln G in closed form, from the two rates."""
    train = log(level) - x_train / 3 - log(x_train) / 2
    gen = log(2 * decay_profile(x_gen) / sqrt(x_gen))
    return (
        identity(
            Derivative(log(rate_ratio(x)), x), rate_ratio(x) - 1 - 3 / (2 * x), "g′ = (g − e^{−x})/(2x)", domain=_middle
        ),
        identity(Derivative(train, x_train), -_T / 3, "threshold balance, training side", domain=_near),
        identity(
            Derivative(gen, x_gen),
            -_R,
            "threshold balance, generalization side: dx_gen/dx_train = T/(3R)",
            domain=_near,
        ),
        identity(
            _along(log(law_relative_sharpness(x_train, x_gen))) / _along(log(x_gen / x_train - 1)),
            law_exponent(x_train, x_gen),
            "d ln S over d ln G, both along the balance",
            domain=_near,
        ),
    )


@equations.register("S(G)-power", "S(G) where both jumps are power laws", _OPEN)
def power() -> tuple[Step, ...]:
    """x → 0: S → 1/(3(1+G)); along a fixed ε the gap stops growing there, with exponent −(3/2) G/(1+G)."""
    both = {x_train: x, x_gen: (1 + gap) * x}
    at_zero = {"towards": Rational(0), "rate": Rational(1, 2)}
    return (
        asymptotic(x * rate_ratio(x), Rational(1, 2), "g → 1", x, **at_zero, error=sqrt(pi * x)),
        asymptotic(
            law_exponent(x_train, x_gen).subs(both),
            -3 * gap / (2 * (1 + gap)),
            "the exponent for x → 0: ln(1+G) loses 2√(πx_gen), ln S gains 3√(πx_gen)",
            x,
            **at_zero,
        ),
        asymptotic(
            law_relative_sharpness(x_train, x_gen).subs(both),
            1 / (3 * (1 + gap)),
            "S(G) for x → 0",
            x,
            **at_zero,
            error=sqrt(pi * (1 + gap) * x),
        ),
    )


@equations.register("S(G)-exponential", "S(G) where both jumps are exponential", _OPEN)
def exponential() -> tuple[Step, ...]:
    """x → ∞ at fixed Λ/G: S → [1 + 3G/(2Λ(1+G))]/[1 + 3G/(2Λ)]."""
    explicit = (1 + 3 / (2 * (1 + gap) * x)) / (1 + 3 / (2 * x))
    return (
        asymptotic(
            rate_ratio(x), 1 + 3 / (2 * x), "two terms of erfc at large argument", x, rate=2, error=-3 / (2 * x**2)
        ),
        identity(explicit.subs(x, span / gap), limiting_law(gap, span), "x_train = Λ/G, x_gen = (1 + G) x_train"),
        asymptotic(
            law_relative_sharpness(x, (1 + gap) * x),
            explicit,
            "so that for x ≫ 1",
            x,
            rate=2,
            error=-3 / (2 * ((1 + gap) * x) ** 2),
        ),
    )


@equations.register(
    "S_abs", "Absolute sharpness of the linear model in closed form", "M Eq. 11 at the jump; asked in M"
)
def absolute() -> tuple[Step, ...]:
    """dA/dt = (u e^{−u²}/√π)·4η₀(1−√λ)² R(x_gen), u = erfinv of the level."""
    edge, half = (1 - sqrt(lam)) ** 2, erfinv(Rational(1, 2))
    train, gen = published_training_loss(x_gen / edge, lam), published_generalization_loss(x_gen / edge, lam)
    return (
        identity(edge * rate_ratio(x_gen), train / gen, "−d ln L_gen/ds by M9 in the late-time forms", domain=_apart),
        definition(
            s_abs,
            threshold_slope() * decay_rate(lam, eta0) * rate_ratio(x_gen),
            "M11 at the jump: S_abs L_gen = (u e^{−u²}/√π) 4η₀ L_train",
            Eq(s_abs * gen, half * exp(-(half**2)) / sqrt(pi) * 4 * eta0 * train),
            domain=_apart,
        ),
    )


@equations.register("S_abs-exponent", "Local exponent of absolute sharpness against the gap at fixed ε", _OPEN)
def absolute_exponent() -> tuple[Step, ...]:
    """d ln[(1−√λ)² R]/d ln G in closed form."""
    decay = slowest_decay(x_train, level)
    return (
        identity(
            Derivative(log(decay), x_train),
            1 / x_train + Rational(2, 3),
            "(1−√λ)² = ℓ x_train e^{2x_train/3}",
            domain=_near,
        ),
        identity(
            _along(log(decay * rate_ratio(x_gen))) / _along(log(x_gen / x_train - 1)),
            absolute_law_exponent(x_train, x_gen),
            "d ln[(1−√λ)² R] over d ln G, both along the threshold balance",
            domain=_near,
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
            error=-3 / (2 * (1 + gap) * x_train),
        ),
    )
