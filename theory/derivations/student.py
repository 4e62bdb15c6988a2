"""The linear student as an object: its losses, accuracies, plateaus and jump times, and its published form."""

from sympy import Eq, Expr, Integral, Rational, Symbol, erf, exp, oo, pi, sqrt, symbols

from theory.linear.losses import TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_student = LinearStudent(lam)
_law = MarchenkoPastur(lam)
u = Symbol("u", positive=True)
t_train, t_gen, horizon = symbols("t_train t_gen t_h", positive=True)
_training = _law.expectation(nu * exp(-nu * s), nu)
_generalization = _law.expectation(exp(-nu * s), nu)
_small: Domain = {epsilon: (Rational(1, 10**8), Rational(1, 10**6)), eta0: (Rational(1, 100), Rational(1, 10))}
_early: Domain = {
    s: (Rational(1, 8), 1),
    t: (Rational(1, 8), 1),
    eta0: (Rational(1, 8), Rational(1, 4)),
    epsilon: (1, 2),
}


def _probability(variance: Expr) -> Expr:
    """P(error² ≤ ε) of a Gaussian error, in units of √2 times its width."""
    return 2 / sqrt(pi) * Integral(exp(-(u**2)), (u, 0, sqrt(epsilon / (2 * variance))))


def _late_loss(time: Expr) -> Expr:
    """M Eq. 10 in s, as printed."""
    return exp(-((1 - sqrt(lam)) ** 2) * time) / (2 * sqrt(pi) * lam ** Rational(3, 4) * time ** Rational(3, 2))


@equations.register("student-losses", "Losses of the linear student", "M8-train and M8-gen")
def losses() -> tuple[Step, ...]:
    """Averages over the spectrum; without noise the clean training loss is the same."""
    return (
        identity(_student.clean_training_loss(s), _training, "clean labels"),
        identity(_student.training_loss(s), _training, "training"),
        identity(_student.generalization_loss(s), _generalization, "generalization"),
    )


@equations.register("student-accuracy", "Accuracies of the linear student", "M7 at its losses")
def accuracies() -> tuple[Step, ...]:
    """P(error² ≤ ε) of a Gaussian error, in s and in steps t with s = 4η₀t."""
    train, gen = _student.training_loss(s), _student.generalization_loss(s)
    return (
        identity(_probability(train), _student.training_accuracy(s), "training", domain=_early),
        identity(_probability(gen), _student.generalization_accuracy(s), "generalization", domain=_early),
        identity(
            _probability(train.subs(s, 4 * eta0 * t)), _student.training_curve(t), "training, in steps", domain=_early
        ),
        identity(
            _probability(gen.subs(s, 4 * eta0 * t)),
            _student.generalization_curve(t),
            "generalization, in steps",
            domain=_early,
        ),
    )


@equations.register("student-plateaus", "Where the losses of the linear student end", "the atom of the law")
def plateaus() -> tuple[Step, ...]:
    """Zero for the training loss, which is why a student with weight decay stands for it; the atom for the other."""
    return (
        identity(
            1 - _student.generalization_plateau, Integral(_law.density(nu), (nu, *_law.support)), "all but the atom"
        ),
    )


@equations.register("student-jumps", "Jump times of the linear student", "jump-time-train and jump-time-gen")
def jumps() -> tuple[Step, ...]:
    """Half of the answers are right, with M Eq. 10 for the loss; it leaves out the plateau, as M does."""
    late = _student.published()
    edge = (1 - sqrt(lam)) ** 2
    half = Rational(1, 2)
    return (
        definition(horizon, _student.horizon, "M's 5000/(λ−1)² at η₀ = 0.01", Eq(horizon * eta0 * (lam - 1) ** 2, 50)),
        definition(
            t_gen,
            late.generalization_jump_time(),
            "generalization, for κt ≫ 1",
            Eq(erf(sqrt(epsilon * edge / (2 * _late_loss(4 * eta0 * t_gen)))), half),
            domain=_small,
        ),
        definition(
            t_train,
            _student.training_jump_time(),
            "training",
            Eq(erf(sqrt(epsilon / (2 * _late_loss(4 * eta0 * t_train)))), half),
            domain=_small,
        ),
    )


@equations.register("student-published", "The linear student as M plots it", "M Eq. 9 and 10 without the plateau")
def published() -> tuple[Step, ...]:
    """The late-time training loss and its integral."""
    late = _student.published()
    near: Domain = {lam: (Rational(1, 4), Rational(4)), s: (1, 4)}
    return (
        asymptotic(TrainingLoss(s, lam), late.training_loss(s), "M10", s, error=-3 / (16 * sqrt(lam) * s)),
        identity(late.generalization_loss(s), Integral(_late_loss(u), (u, s, oo)), "M9 applied to M10", domain=near),
    )
