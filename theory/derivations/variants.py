"""More outputs and another initial scale in the same linear model."""

from sympy import Derivative, Eq, Expr, Integer, Integral, Rational, Symbol, exp, gamma, pi, sqrt, symbols

from theory.functions.inverse_gamma import InverseLowerGamma
from theory.functions.lower_gamma import RegularizedLowerGamma
from theory.linear.jumps.jump_times import jump_time
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.initial_scale import InitialScale
from theory.registry import Registry
from theory.sources import L
from theory.steps import Domain, Step, definition, identity
from theory.symbols import epsilon, lam, nu, s
from theory.threshold_accuracy import accuracy, accuracy_slope, threshold_loss

__all__ = ["equations"]

equations = Registry()


_student = LinearStudent(lam)
_law = MarchenkoPastur(lam)
loss, u, k, alpha, student, teacher = symbols("L u k alpha S_0 T", positive=True)
a, p, kappa, C, level, delay = symbols("a p kappa C L_* Delta", positive=True)
_shape: Domain = {k: (2, 8), p: (Rational(1, 10), Rational(9, 10)), a: (1, 4)}


def _gamma_weight(shape: Expr, end: Expr) -> Integral:
    """Weight of the gamma distribution of this shape below `end`."""
    return Integral(u ** (shape - 1) * exp(-u) / gamma(shape), (u, 0, end))


@equations.register("outputs-accuracy", "Accuracy with several outputs", str(L))
def several_outputs() -> tuple[Step, ...]:
    """The summed squared error over its variance is chi-square: half of it is gamma distributed with shape d_out/2."""
    half, weight = Rational(1, 2), RegularizedLowerGamma(a, u)
    return (
        identity(
            RegularizedLowerGamma(half, p),
            2 / sqrt(pi) * Integral(exp(-(u**2)), (u, 0, sqrt(p))),
            "one output is an error function",
            domain=_shape,
        ),
        identity(Derivative(weight, u), weight.diff(u), "slope of the weight: the density", domain=_shape),
        identity(
            Derivative(accuracy(loss, epsilon, k), loss),
            accuracy_slope(loss, epsilon, k),
            "slope: the density at the threshold",
            domain=_shape,
        ),
        identity(
            _gamma_weight(k / 2, k * epsilon / (2 * loss)),
            accuracy(loss, epsilon, k),
            "weight of the gamma distribution below d_out ε/(2L)",
            domain=_shape,
        ),
    )


@equations.register(
    "outputs-threshold", "Loss at which a share of the answers with several outputs are correct", str(L)
)
def outputs_threshold() -> tuple[Step, ...]:
    """L* = d_out ε/(2x), x the quantile of the gamma distribution with shape d_out/2."""
    quantile = InverseLowerGamma(a, p)
    return (
        identity(_gamma_weight(a, quantile), p, "the quantile", domain=_shape),
        identity(_gamma_weight(Integer(1), InverseLowerGamma(1, p)), p, "two outputs: −ln(1 − α)", domain=_shape),
        identity(Derivative(quantile, p), quantile.diff(p), "its slope is one over the density there", domain=_shape),
        identity(
            _gamma_weight(k / 2, k * epsilon / (2 * threshold_loss(epsilon, p, k))),
            p,
            "the accuracy at L*",
            domain=_shape,
            digits=20,
        ),
    )


@equations.register("outputs-loss", "Losses with several outputs", str(L))
def outputs_losses() -> tuple[Step, ...]:
    """The mean over outputs divides the loss and its gradient, hence η₀, by d_out."""
    several = _student.with_outputs(k)
    return (
        identity(
            several.training_loss(s),
            _law.expectation(nu * exp(-nu * s / k), nu) / several.outputs,
            "L → (1/d_out) L(η₀/d_out) by the spectrum",
        ),
        identity(
            Derivative(several.generalization_loss(s), s),
            -several.training_loss(s) / k,
            "M9 per output",
        ),
        identity(several.generalization_loss(s), _law.expectation(exp(-nu * s / k), nu) / k, "and so for fresh inputs"),
    )


@equations.register("initial-scale", "A larger initial student is a smaller threshold", str(L))
def scale() -> tuple[Step, ...]:
    """E|αS₀ − T|² = (α²+1)/2 when S₀ and T are independent with E|S₀|² = E|T|² = 1/2."""
    scaled, larger = InitialScale(alpha), _student.with_initial_scale(alpha)
    signs = ((alpha * student - teacher) ** 2 + (alpha * student + teacher) ** 2) / 2
    x, half = Symbol("x", real=True), sqrt(Rational(1, 2))
    variance = scaled.initial_error * loss
    return (
        identity(signs, alpha**2 * student**2 + teacher**2, "either sign is as likely: no cross term"),
        identity(signs.subs({student: half, teacher: half}), scaled.initial_error, "equal norms, 1 in all at α = 1"),
        identity(
            larger.training_loss(s),
            (1 + alpha**2) / 2 * _law.expectation(nu * exp(-nu * s), nu),
            "the losses are linear in |D₀|²",
        ),
        identity(
            Integral(exp(-(x**2) / (2 * variance)) / sqrt(2 * pi * variance), (x, -sqrt(epsilon), sqrt(epsilon))),
            accuracy(loss, scaled.effective_epsilon(epsilon)),
            "in M7, ε/L",
        ),
    )


@equations.register("initial-scale-jump", "What the initial scale does to a jump time", "jump-time and initial-scale")
def scaled_jump() -> tuple[Step, ...]:
    """dt*/d ln α = 2α²/(1 + α²)/(κ + 3/(2t*)); for κt* ≫ 1 both jumps are late by ln((1 + α²)/2)/κ."""
    scaled = InitialScale(alpha)
    star = jump_time(C, kappa, 2 * level / (1 + alpha**2))
    return (
        definition(
            delay,
            scaled.delay(kappa),
            "the time that e^{−κt} needs to fall by as much as the start is larger",
            Eq((1 + alpha**2) / 2 * exp(-kappa * delay), 1),
        ),
        identity(alpha * Derivative(star, alpha), scaled.sensitivity(star, kappa), "differentiate jump-time in ln α"),
    )
