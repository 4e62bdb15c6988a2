"""S(G) of the fitted erf: least squares of both accuracies, and what they become for late and early jumps."""

from collections.abc import Iterator

from sympy import Derivative, Eq, Expr, Integral, Rational, Symbol, erf, erfinv, exp, oo, pi, sqrt, symbols

from theory.linear.jumps.fitted_law import (
    erf_fit,
    exponential_rise,
    generalization_rise,
    normal_equations,
    power_rise,
    training_rise,
)
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import lam
from theory.threshold_accuracy import accuracy

__all__ = ["equations"]

equations = Registry()


_OPEN = "derived here; the question M leaves open"
x, jump, sharp, level, gap, s_rel = symbols("x x_* s a G S_rel", positive=True)
x_train, x_gen, tau, t_train, t_gen = symbols("x_train x_gen tau t_train t_gen", positive=True)
c_train, c_gen, r_train, r_gen = symbols("c_train c_gen r_train r_gen", positive=True)
y = Symbol("y", real=True)
_half = erfinv(Rational(1, 2))
_near: Domain = {x: (1, 3), x_train: (1, 3), x_gen: (1, 3), lam: (Rational(1, 2), 2)}
_around: Domain = {y: (-2, 2)}


def _moments(
    curve: Expr, x: Symbol, at: Expr, width: Expr, start: int, end: int
) -> Iterator[tuple[Integral, Integral]]:
    """Moments of the fit and of the curve, which the normal equations ask to be equal: for x* and for s.

    The inverse of the erf is a number in them, which is not computed again at each point.
    """
    for moment in normal_equations(level, x, at, width, start, end):
        ours, weight = moment.function.subs(level, 0), -moment.function.diff(level)
        yield (
            Integral(ours, *moment.limits),
            Integral(curve.xreplace({_half: _half.evalf(40)}) * weight, *moment.limits),
        )


def _fit(at: Expr) -> Expr:
    return (1 + erf(sharp * (at - jump))) / 2


@equations.register("fit-rises", "Both accuracies in units of the slowest decay", "M Eq. 7 with M10 and late-gen")
def rises() -> tuple[Step, ...]:
    """With the threshold 2u²L(x₀) the accuracy is erf(u√(L(x₀)/L(x))), which needs no other parameter than x₀."""
    edge, square = (1 - sqrt(lam)) ** 2, 2 * _half**2
    train = accuracy(published_training_loss(x / edge, lam), square * published_training_loss(x_train / edge, lam))
    gen = accuracy(
        published_generalization_loss(x / edge, lam), square * published_generalization_loss(x_gen / edge, lam)
    )
    return (
        identity(train, training_rise(x, x_train), "x^{−3/2} e^{−x}: a half at x_train", domain=_near),
        identity(gen, generalization_rise(x, x_gen), "x^{−1/2} g(x): a half at x_gen", domain=_near),
    )


@equations.register("fit-normal", "What least squares over a record ask of the fitted erf", "M section 2, Eq. 1")
def normal() -> tuple[Step, ...]:
    """∫ (fit − A)² dx is least where both moments of the misfit under the fit's own slope vanish."""
    misfit, slope = _fit(x) - level, exp(-(sharp**2) * (x - jump) ** 2)
    by_jump, by_sharpness = normal_equations(level, x, jump, sharp, -oo)
    one, two = {jump: 1, sharp: 2, level: Rational(1, 4)}, (1 + erf(2 * (y - 3))) / 2
    return (
        identity(by_sharpness.subs(one), 1 / (8 * sqrt(2)), "of a constant accuracy every s is too large", digits=8),
        identity(by_jump.subs(one), sqrt(pi) / 8, "and x* right for ½ alone: here a = ¼", digits=8),
        identity(erf_fit(two, y, (2.9, 1.9), start=-oo, digits=8)[0], Rational(3), "an erf is its own fit", digits=7),
        identity(Derivative(misfit**2, jump), -2 * sharp / sqrt(pi) * misfit * slope, "the square's derivative by x*"),
        identity(
            Derivative(misfit**2, sharp), 2 / sqrt(pi) * misfit * (x - jump) * slope, "and by s: two moments of misfit"
        ),
    )


@equations.register("S(G)-fit-exponential", "The fits of two late jumps are one and the same", _OPEN)
def exponential() -> tuple[Step, ...]:
    """x → ∞: both accuracies become erf(u e^{y/2}), y = x − x₀, whose fit has universal numbers; S → 1."""
    curve = exponential_rise(y)
    at, width = erf_fit(curve, y, (-0.23, 0.37), start=-oo, digits=8)
    by_jump, by_sharpness = _moments(curve, y, at, width, -16, 12)  # beyond, e^{−u²} is below 1e-8
    pull = _half * exp(y / 2 - _half**2 * exp(y)) / sqrt(pi)  # (dA/d ln L)/½
    correction = 3 * y / (2 * x) * pull
    return (
        identity(*by_jump, "the fit of erf(u e^{y/2}): t* = t_half − 0.2301/κ", digits=6),
        identity(*by_sharpness, "and s = 0.3699 κ", digits=6),
        asymptotic(
            training_rise(x + y, x),
            curve,
            "the power of time stands still",
            x,
            error=correction / curve,
            domain=_around,
        ),
        asymptotic(
            generalization_rise(x + y, x),
            curve,
            "the same curve, so that S → 1: g(x) → e^{−x}/(2x)",
            x,
            error=correction / curve,
            domain=_around,
        ),
    )


@equations.register("S(G)-fit-power", "The law of the fit where both jumps are power laws", _OPEN)
def power() -> tuple[Step, ...]:
    """x → 0: S = C/(1+G), C a ratio of two numbers s·t* of the fits of erf(u τ^{1/4}) and erf(u τ^{3/4}).

    On a long record C = −0.499, because the first has its fitted jump before the start: t* = −18.4 t_half. C is
    positive where the record ends before about 13 t_half.
    """
    train, gen = power_rise(tau, Rational(3, 4)), power_rise(tau, Rational(1, 4))
    first, second = erf_fit(train, tau, (1.15, 0.5), digits=8), erf_fit(gen, tau, (-18.4, 0.016), digits=8)
    early = {"towards": Rational(0)}
    domain: Domain = {tau: (Rational(1, 2), 2)}
    return (
        asymptotic(training_rise(tau * x, x), train, "e^{−x} → 1", x, rate=1, domain=domain, **early),
        asymptotic(generalization_rise(tau * x, x), gen, "g → 1", x, rate=Rational(1, 2), domain=domain, **early),
        *(
            identity(*moments, f"the fit of τ^{power}", digits=6)
            for curve, (at, width), power, end in ((train, first, "3/4", 12), (gen, second, "1/4", 300))
            for moments in _moments(curve, tau, at, width, 0, end)
        ),
        definition(
            s_rel,
            c_gen * r_gen / (c_train * r_train * (1 + gap)),
            "c = t*/t_half and r = s t_half of each fit",
            Eq(s_rel * t_gen * r_train, t_train * r_gen).subs(t_gen, (1 + gap) * c_train * t_train / c_gen),
        ),
    )
