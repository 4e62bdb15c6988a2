"""Equations 1–6 of M: the curve and the measures, and the accuracy, Eq. 7."""

from sympy import Derivative, Eq, Expr, Function, Integral, Rational, Subs, Symbol, exp, pi, sqrt, symbols

from theory.linear.jumps.linear_measures import threshold_slope
from theory.registry import Registry
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.sources import M
from theory.steps import Domain, Step, definition, identity
from theory.symbols import epsilon, t
from theory.threshold_accuracy import accuracy, accuracy_slope, threshold_loss

__all__ = ["equations"]

equations = Registry()


t_train, t_gen, s_train, s_gen, c = symbols("t_train t_gen s_train s_gen c", positive=True)
d, G, S_rel, S_abs, L_star = symbols("d G S_rel S_abs L_*", positive=True)
loss = Symbol("L", positive=True)
level = Symbol("alpha", positive=True)
_near: Domain = {s_train: (Rational(1, 8), 1), s_gen: (Rational(1, 8), 1), t: (1, 2), t_train: (1, 2), t_gen: (1, 2)}
_inside: Domain = {level: (Rational(1, 10), Rational(9, 10))}


def _bell(sharpness: Symbol, star: Symbol) -> Expr:
    """Slope of the curve: a Gaussian, largest at the jump."""
    return 2 * c * sharpness / sqrt(pi) * exp(-(sharpness**2) * (t - star) ** 2)


def _probability(variance: Expr) -> Integral:
    """P(error² ≤ ε) of a Gaussian error."""
    x = Symbol("x", real=True)
    return Integral(exp(-(x**2) / (2 * variance)) / sqrt(2 * pi * variance), (x, -sqrt(epsilon), sqrt(epsilon)))


def _curve(name: str, star: Symbol, sharpness: Symbol) -> Step:
    curve = Function(name)
    return definition(
        curve(t),
        accuracy_curve(t, star, sharpness, d - c, d + c),
        "half way up at t*, with a Gaussian slope of area 2c",
        Eq(curve(star), d),
        Eq(Derivative(curve(t), t), _bell(sharpness, star)),
        domain=_near,
    )


@equations.register("M1", "Curve fitted to the training accuracy", f"{M.brief}, section 2")
def training_curve() -> tuple[Step, ...]:
    """A_train = c·erf(s_train(t − t*_train)) + d."""
    return (_curve("A_train", t_train, s_train),)


@equations.register("M2", "Curve fitted to the generalization accuracy", f"{M.brief}, section 2")
def generalization_curve() -> tuple[Step, ...]:
    """A_gen = c·erf(s_gen(t − t*_gen)) + d."""
    return (_curve("A_gen", t_gen, s_gen),)


@equations.register("M3", "Relative grokking gap", f"{M.brief}, section 2")
def gap() -> tuple[Step, ...]:
    """G = t*_gen/t*_train − 1."""
    return (definition(G, relative_gap(t_train, t_gen), "definition", Eq((1 + G) * t_train, t_gen)),)


@equations.register("M4", "Relative sharpness", f"{M.brief}, section 2")
def relative() -> tuple[Step, ...]:
    """S_rel = s_gen/s_train."""
    return (definition(S_rel, relative_sharpness(s_train, s_gen), "definition", Eq(S_rel * s_train, s_gen)),)


@equations.register("M5", "Slope of the curve at its jump time", f"{M.brief}, section 2")
def slope() -> tuple[Step, ...]:
    """The erf is steepest at t*, with slope 2cs/√π."""
    curve = accuracy_curve(t, t_gen, s_gen, d - c, d + c)
    return (
        identity(
            Derivative(curve, t),
            _bell(s_gen, t_gen),
            "differentiate; the Gaussian is largest at t = t_gen",
            domain=_near,
        ),
        identity(Subs(Derivative(curve, t), t, t_gen), 2 * c * s_gen / sqrt(pi), "put t = t_gen"),
    )


@equations.register("M6", "Absolute sharpness", f"{M.brief}, section 2")
def absolute() -> tuple[Step, ...]:
    """S_abs = 2c·s_gen/√π, the largest slope of the generalization curve."""
    curve = accuracy_curve(t, t_gen, s_gen, d - c, d + c)
    return (
        definition(
            S_abs,
            absolute_sharpness(s_gen, d - c, d + c),
            "the largest slope, M5, with amplitude c = (ceiling − floor)/2",
            Eq(S_abs, Subs(Derivative(curve, t), t, t_gen)),
        ),
    )


@equations.register("M7", "Accuracy of the linear student at expected loss L", f"{M.brief}, Eq. 7")
def linear_accuracy() -> tuple[Step, ...]:
    """P(error² ≤ ε) for a Gaussian error of variance L."""
    return (
        identity(_probability(loss), accuracy(loss, epsilon), "the error on a fresh input is Gaussian with variance L"),
    )


@equations.register("threshold", "Loss at which half of the answers are correct", "inverting M Eq. 7")
def threshold() -> tuple[Step, ...]:
    """L* = ε/(2 erfinv(1/2)²)."""
    u = Symbol("u", positive=True)

    def scaled(variance: Expr) -> Expr:
        return 2 / sqrt(pi) * Integral(exp(-(u**2)), (u, 0, sqrt(epsilon / (2 * variance))))

    return (
        identity(scaled(loss), _probability(loss), "substitute u = error/√(2L)"),
        identity(scaled(threshold_loss(epsilon, level)), level, "solve erf(√(ε/2L)) = α for L", domain=_inside),
        definition(L_star, threshold_loss(epsilon), "α = 1/2", Eq(scaled(L_star), Rational(1, 2))),
    )


@equations.register("threshold-slope", "How steeply the accuracy falls with the loss at a threshold", "M Eq. 7 and 11")
def slope_at_threshold() -> tuple[Step, ...]:
    """−L dA/dL = u e^{−u²}/√π at the loss where A = α, u = erfinv(α): neither ε nor the model enters."""
    u = sqrt(epsilon / (2 * loss))
    return (
        identity(-loss * Derivative(_probability(loss), loss), u * exp(-(u**2)) / sqrt(pi), "M7, u = √(ε/2L)"),
        identity(
            -loss * accuracy_slope(loss, epsilon),
            -loss * Derivative(accuracy(loss, epsilon), loss),
            "the same by the factor dA/dL of the chain rule",
        ),
        identity(
            Subs(-loss * Derivative(accuracy(loss, epsilon), loss), loss, threshold_loss(epsilon, level)),
            threshold_slope(level),
            "at the threshold u = erfinv(α)",
            domain=_inside,
        ),
    )
