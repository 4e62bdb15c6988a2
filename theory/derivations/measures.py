"""Equations 1–6 of M: the curve and the measures, and the accuracy, Eq. 7."""

from sympy import Derivative, Function, Integral, Rational, Symbol, erf, erfinv, exp, pi, sqrt, symbols

from theory.accuracy import accuracy, threshold_loss
from theory.registry import Registry
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.sources import M
from theory.steps import Step, definition, identity
from theory.symbols import epsilon, t

__all__ = ["equations"]

equations = Registry()


t_train, t_gen, s_train, s_gen, c = symbols("t_train t_gen s_train s_gen c", positive=True)
d, G, S_rel, S_abs = symbols("d G S_rel S_abs", positive=True)
loss = Symbol("L", positive=True)


@equations.register("M1", "Curve fitted to the training accuracy", f"{M.brief}, section 2")
def training_curve() -> tuple[Step, ...]:
    """A_train = c·erf(s_train(t − t*_train)) + d."""
    return (definition(Function("A_train")(t), accuracy_curve(t, t_train, s_train, d - c, d + c)),)


@equations.register("M2", "Curve fitted to the generalization accuracy", f"{M.brief}, section 2")
def generalization_curve() -> tuple[Step, ...]:
    """A_gen = c·erf(s_gen(t − t*_gen)) + d."""
    return (definition(Function("A_gen")(t), accuracy_curve(t, t_gen, s_gen, d - c, d + c)),)


@equations.register("M3", "Relative grokking gap", f"{M.brief}, section 2")
def gap() -> tuple[Step, ...]:
    """G = t*_gen/t*_train − 1."""
    return (definition(G, relative_gap(t_train, t_gen)),)


@equations.register("M4", "Relative sharpness", f"{M.brief}, section 2")
def relative() -> tuple[Step, ...]:
    """S_rel = s_gen/s_train."""
    return (definition(S_rel, relative_sharpness(s_train, s_gen)),)


@equations.register("M5", "Slope of the curve at its jump time", f"{M.brief}, section 2")
def slope() -> tuple[Step, ...]:
    """The erf is steepest at t*, with slope 2cs/√π."""
    curve = accuracy_curve(t, t_gen, s_gen, d - c, d + c)
    bell = 2 * c * s_gen / sqrt(pi) * exp(-(s_gen**2) * (t - t_gen) ** 2)
    near = {"domain": {s_gen: (Rational(1, 8), 1), t: (1, 2), t_gen: (1, 2)}}
    return (
        identity(Derivative(curve, t), bell, "differentiate; the Gaussian is largest at t = t_gen", **near),
        definition(Function("A'_gen")(t_gen), bell.subs(t, t_gen), "put t = t_gen"),
    )


@equations.register("M6", "Absolute sharpness", f"{M.brief}, section 2")
def absolute() -> tuple[Step, ...]:
    """S_abs = 2c·s_gen/√π, the largest slope of the generalization curve."""
    return (
        identity(
            absolute_sharpness(s_gen, d - c, d + c),
            2 * c * s_gen / sqrt(pi),
            "amplitude c = (ceiling − floor)/2",
        ),
        definition(S_abs, 2 * c * s_gen / sqrt(pi), "definition: the largest slope, M5"),
    )


@equations.register("M7", "Accuracy of the linear student at expected loss L", f"{M.brief}, Eq. 7")
def linear_accuracy() -> tuple[Step, ...]:
    """P(error² ≤ ε) for a Gaussian error of variance L."""
    x = Symbol("x", real=True)
    gaussian = exp(-(x**2) / (2 * loss)) / sqrt(2 * pi * loss)
    probability = Integral(gaussian, (x, -sqrt(epsilon), sqrt(epsilon)))
    return (identity(probability, accuracy(loss, epsilon), "the error on a fresh input is Gaussian with variance L"),)


@equations.register("threshold", "Loss at which half of the answers are correct", "inverting M Eq. 7")
def threshold() -> tuple[Step, ...]:
    """L* = ε/(2 erfinv(1/2)²)."""
    level = Symbol("alpha", positive=True)
    inside = {"domain": {level: (Rational(1, 10), Rational(9, 10))}}
    return (
        identity(erf(erfinv(level)), level, "definition of the inverse error function", **inside),
        identity(accuracy(threshold_loss(epsilon, level), epsilon), level, "solve erf(√(ε/2L)) = α for L", **inside),
        definition(Symbol("L_*"), threshold_loss(epsilon), "α = 1/2"),
    )
