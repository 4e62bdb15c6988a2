"""More outputs, another initial scale and weight decay in the same linear model."""

from sympy import Derivative, Expr, Integral, Rational, Symbol, exp, gamma, sqrt, symbols

from theory.accuracy import accuracy, accuracy_slope
from theory.linear.dynamics import Dynamics, memory
from theory.linear.losses import TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.initial_scale import InitialScale
from theory.linear.variants.weight_decay import WeightDecay
from theory.registry import Registry
from theory.sources import L
from theory.steps import Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_student = LinearStudent(lam)
_law = MarchenkoPastur(lam)
loss, c, u, k, alpha, decay, student, teacher = symbols("L c u k alpha gamma S_0 T", positive=True)
z = Symbol("z", negative=True)
_below = {"domain": {lam: (Rational(1, 8), Rational(3, 4))}}
_mild = {"domain": {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}}
_at_zero = {"towards": Rational(0), "rate": 1}


@equations.register("outputs-accuracy", "Accuracy with several outputs", str(L))
def several_outputs() -> tuple[Step, ...]:
    """The summed squared error over its variance is chi-square: half of it is gamma distributed with shape d_out/2."""
    shape = {"domain": {k: (1, 8)}}
    density = u ** (k / 2 - 1) * exp(-u) / gamma(k / 2)
    return (
        identity(accuracy(loss, epsilon, 1), accuracy(loss, epsilon), "one output is M7"),
        identity(
            Derivative(accuracy(loss, epsilon, k), loss),
            accuracy_slope(loss, epsilon, k),
            "slope: the density at the threshold",
            **shape,
        ),
        identity(
            Integral(density, (u, 0, k * epsilon / (2 * loss))),
            accuracy(loss, epsilon, k),
            "weight of the gamma distribution below d_out ε/(2L)",
            **shape,
        ),
    )


@equations.register("outputs-loss", "Losses with several outputs", str(L))
def outputs_losses() -> tuple[Step, ...]:
    """The mean over outputs divides the loss and its gradient, hence η₀, by d_out."""
    several = _student.with_outputs(k)
    return (
        identity(
            several.training_loss(s).subs(s, 4 * eta0 * t),
            TrainingLoss(4 * (eta0 / k) * t, lam) / k,
            "L → (1/d_out) L(η₀/d_out)",
            domain={**_mild["domain"], k: (1, 8)},
        ),
        identity(
            Derivative(several.generalization_loss(s), s),
            -several.training_loss(s) / k,
            "M9 per output",
            domain={k: (1, 8)},
        ),
    )


@equations.register("initial-scale", "A larger initial student is a smaller threshold", str(L))
def scale() -> tuple[Step, ...]:
    """E|αS₀ − T|² = (α²+1)/2 when S₀ and T are independent with E|S₀|² = E|T|² = 1/2."""
    scaled = InitialScale(alpha)
    square = (alpha * student - teacher) ** 2 - (-2 * alpha * student * teacher)  # the cross term averages to zero
    return (
        identity(square, alpha**2 * student**2 + teacher**2, "independence removes the cross term"),
        identity(
            (alpha**2 * student**2 + teacher**2).subs({student: sqrt(Rational(1, 2)), teacher: sqrt(Rational(1, 2))}),
            scaled.initial_error,
            "equal norms, 1 in all at α = 1",
        ),
        identity(
            accuracy(scaled.initial_error * loss, epsilon),
            accuracy(loss, scaled.effective_epsilon(epsilon)),
            "in M7, ε/L",
        ),
    )


def _shrunk(x: Expr) -> Expr:
    """Error of an eigenvector at x = e^{−(ν+c)s/2}."""
    return x * student - teacher * (nu * x + c) / (nu + c)


@equations.register("weight-decay", "Losses with weight decay", str(L))
def weight_decay() -> tuple[Step, ...]:
    """Gradient flow of the loss plus (γ/2)|S|² along an eigenvector, c = γ/2."""
    x = exp(-2 * eta0 * (nu + c) * t)
    error = _shrunk(x)
    square = WeightDecay(2 * c).change(Dynamics(lam, s, eta0, _law)).errors.generalization.expression
    mean = square.subs(memory, exp(-(nu + c) * s / 2))
    return (
        identity(
            Derivative(error, t),
            -2 * eta0 * (nu * error + c * (error + teacher)),
            "dD/dt = −2η₀(νD + cS), S = D + T",
            **_mild,
        ),
        identity(
            (error**2).expand().coeff(student, 2) + (error**2).expand().coeff(teacher, 2),
            exp(-4 * eta0 * (nu + c) * t) + ((x * nu + c) / (nu + c)) ** 2,
            "squared error without the cross term",
            **_mild,
        ),
        identity(
            _law.expectation(mean, nu),
            _law.expectation((exp(-(nu + c) * s) + ((nu * exp(-(nu + c) * s / 2) + c) / (nu + c)) ** 2) / 2, nu),
            "averaged with E S₀² = E T² = 1/2",
        ),
        identity(
            _law.expectation(nu * mean, nu),
            _law.expectation(nu * (exp(-(nu + c) * s) + ((nu * exp(-(nu + c) * s / 2) + c) / (nu + c)) ** 2) / 2, nu),
            "the same with the weight ν",
        ),
    )


@equations.register("weight-decay-plateau-train", "Training plateau with weight decay", "limit s → ∞ of weight-decay")
def training_plateau() -> tuple[Step, ...]:
    """½c² E ν/(ν+c)² exactly, and its leading order in γ."""
    exact = _student.with_weight_decay(decay).training_plateau
    return (
        identity(
            _law.expectation(nu * (decay / 2) ** 2 / (nu + decay / 2) ** 2 / 2, nu), exact, "what is left at s → ∞"
        ),
        asymptotic(exact, decay**2 / (8 * (1 - lam)), "γ → 0 for λ < 1", decay, **_at_zero, **_below),
    )


@equations.register(
    "weight-decay-plateau-gen", "Generalization plateau with weight decay", "limit s → ∞ of weight-decay"
)
def generalization_plateau() -> tuple[Step, ...]:
    """½c² E 1/(ν+c)² exactly, and its leading order in γ on both sides of λ = 1."""
    exact = _student.with_weight_decay(decay).generalization_plateau
    return (
        identity(_law.expectation((decay / 2) ** 2 / (nu + decay / 2) ** 2 / 2, nu), exact, "what is left at s → ∞"),
        asymptotic(
            exact - (1 - 1 / lam) / 2,
            decay**2 / (8 * (lam - 1) ** 3),
            "γ → 0 for λ > 1: the student forgets its start where the data teach nothing, which halves the plateau",
            decay,
            domain={lam: (2, 8)},
            **_at_zero,
        ),
        asymptotic(exact, decay**2 / (8 * (1 - lam) ** 3), "γ → 0 for λ < 1", decay, **_at_zero, **_below),
    )


@equations.register("L-plateaus-wrong", "The printed plateaus of weight decay are twice too large", str(L))
def printed() -> tuple[Step, ...]:
    """The printed γ²/(4(1−λ)) and γ²/(4(1−λ)³) over the exact plateaus tend to 2, not to 1."""
    train, gen = WeightDecay(decay).printed_plateaus(lam)
    return (
        definition(Symbol("P_train"), train, "training plateau as printed"),
        definition(Symbol("P_gen"), gen, "generalization plateau as printed"),
        asymptotic(
            train / _student.with_weight_decay(decay).training_plateau,
            Rational(2),
            "printed over exact, training",
            decay,
            **_at_zero,
            **_below,
        ),
        asymptotic(
            gen / _student.with_weight_decay(decay).generalization_plateau,
            Rational(2),
            "printed over exact, generalization",
            decay,
            **_at_zero,
            **_below,
        ),
    )
