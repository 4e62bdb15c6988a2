"""Weight decay in the linear model: the losses and the plateaus on which they end."""

from sympy import Derivative, Expr, Rational, exp, symbols

from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.weight_decay import WeightDecay
from theory.registry import Registry
from theory.sources import L
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
c, decay, student, teacher = symbols("c gamma S_0 T", positive=True)
_decayed = LinearStudent(lam).with_weight_decay(decay)
_HALF = Rational(1, 2)
_below, _above = {lam: (Rational(1, 8), Rational(3, 4))}, {lam: (2, 8)}
_mild: Domain = {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}
_at_zero = {"towards": Rational(0), "rate": 1}


def _square(x: Expr) -> Expr:
    """Squared error along an eigenvector at x = e^{−(ν+c)s/2}, averaged over independent S₀ and T."""
    return (x**2 + ((nu * x + c) / (nu + c)) ** 2) / 2


@equations.register("weight-decay", "Losses with weight decay", str(L))
def weight_decay() -> tuple[Step, ...]:
    """Gradient flow of the loss plus (γ/2)|S|² along an eigenvector, c = γ/2."""
    x = exp(-2 * eta0 * (nu + c) * t)
    error = x * student - teacher * (nu * x + c) / (nu + c)
    squares = error.subs(teacher, 0) ** 2 + error.subs(student, 0) ** 2
    memory = exp(-(nu + c) * s / 2)
    decayed = LinearStudent(lam).with_weight_decay(2 * c)
    return (
        identity(
            Derivative(error, t),
            -2 * eta0 * (nu * error + c * (error + teacher)),
            "dD/dt = −2η₀(νD + cS), S = D + T",
            domain=_mild,
        ),
        identity(
            (error**2 + error.subs(teacher, -teacher) ** 2) / 2,
            squares,
            "either sign of T is as likely: no cross term",
            domain=_mild,
        ),
        identity(
            (squares.subs({student: 1, teacher: 1}) / 2).subs(t, s / (4 * eta0)),
            _square(memory),
            "E S₀² = E T² = 1/2, s = 4η₀t",
        ),
        identity(
            decayed.training_loss(s), _law.expectation(nu * _square(memory), nu), "averaged with the weight ν of data"
        ),
        identity(decayed.generalization_loss(s), _law.expectation(_square(memory), nu), "and without it"),
    )


@equations.register("weight-decay-plateau-train", "Training plateau with weight decay", "limit s → ∞ of weight-decay")
def training_plateau() -> tuple[Step, ...]:
    """½c² E ν/(ν+c)² exactly, and its leading order in γ."""
    exact = _decayed.training_plateau
    at_two, at_one, at_half = (WeightDecay(decay).small_decay_plateaus(value)[0] for value in (2, 1, _HALF))
    return (
        identity(
            _law.expectation(nu * (decay / 2) ** 2 / (nu + decay / 2) ** 2 / 2, nu), exact, "what is left at s → ∞"
        ),
        asymptotic(
            exact,
            decay**2 / (8 * lam * (lam - 1)),
            "γ → 0 for λ > 1",
            decay,
            **_at_zero,
            domain=_above,
            error=-decay * lam / (lam - 1) ** 2,
        ),
        asymptotic(exact.subs(lam, 1), at_one, "γ → 0 at λ = 1", decay, towards=0, rate=Rational(1, 2)),
        asymptotic(exact.subs(lam, 2), at_two, "γ → 0 at λ = 2", decay, **_at_zero),
        asymptotic(exact.subs(lam, _HALF), at_half, "γ → 0 at λ = 1/2", decay, **_at_zero),
        asymptotic(
            exact,
            decay**2 / (8 * (1 - lam)),
            "γ → 0 for λ < 1",
            decay,
            **_at_zero,
            domain=_below,
            error=-decay / (1 - lam) ** 2,
        ),
    )


@equations.register(
    "weight-decay-plateau-gen", "Generalization plateau with weight decay", "limit s → ∞ of weight-decay"
)
def generalization_plateau() -> tuple[Step, ...]:
    """½c² E 1/(ν+c)² exactly, and its leading order in γ on both sides of λ = 1."""
    exact = _decayed.generalization_plateau
    at_two, at_one, at_half = (WeightDecay(decay).small_decay_plateaus(value)[1] for value in (2, 1, _HALF))
    return (
        identity(_law.expectation((decay / 2) ** 2 / (nu + decay / 2) ** 2 / 2, nu), exact, "what is left at s → ∞"),
        asymptotic(
            exact - (1 - 1 / lam) / 2,
            decay**2 / (8 * (lam - 1) ** 3),
            "γ → 0 for λ > 1: the student forgets its start where the data teach nothing, which halves the plateau",
            decay,
            **_at_zero,
            domain=_above,
            error=-decay * (1 + lam) / (lam - 1) ** 2,
        ),
        asymptotic(exact.subs(lam, 1), at_one, "γ → 0 at λ = 1", decay, **_at_zero),
        asymptotic(exact.subs(lam, 2), at_two, "γ → 0 at λ = 2", decay, towards=0, rate=2, error=decay**2 / 2),
        asymptotic(exact.subs(lam, _HALF), at_half, "γ → 0 at λ = 1/2", decay, **_at_zero),
        asymptotic(
            exact,
            decay**2 / (8 * (1 - lam) ** 3),
            "γ → 0 for λ < 1",
            decay,
            **_at_zero,
            domain=_below,
            error=-decay * (1 + lam) / (1 - lam) ** 2,
        ),
    )


@equations.register("L-plateaus-wrong", "The printed plateaus of weight decay are twice too large", str(L))
def printed() -> tuple[Step, ...]:
    """The printed γ²/(4(1−λ)) and γ²/(4(1−λ)³) over the exact plateaus tend to 2, not to 1."""
    train, gen = WeightDecay(decay).printed_plateaus(lam)
    return (
        asymptotic(
            train / _decayed.training_plateau,
            Rational(2),
            "printed over exact, training",
            decay,
            error=decay / (1 - lam) ** 2,
            **_at_zero,
            domain=_below,
        ),
        asymptotic(
            gen / _decayed.generalization_plateau,
            Rational(2),
            "printed over exact, generalization",
            decay,
            error=decay * (1 + lam) / (1 - lam) ** 2,
            **_at_zero,
            domain=_below,
        ),
    )
