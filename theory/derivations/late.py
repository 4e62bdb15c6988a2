"""The late-time forms: M Eq. 10, and what Eq. 9 makes of it."""

from sympy import Integral, Rational, Symbol, besseli, erfc, exp, oo, pi, sqrt

from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import eta0, lam, s, t

__all__ = ["equations"]

equations = Registry()


_z = 2 * sqrt(lam) * s
u, x = Symbol("u", positive=True), Symbol("x", positive=True)


@equations.register("M10", "Late-time training loss", "M Eq. 10")
def training() -> tuple[Step, ...]:
    """e^{−4η₀(1−√λ)²t}/(16√π λ^{3/4}(η₀t)^{3/2}), with relative error O(1/t)."""
    in_t = exp(-4 * eta0 * (1 - sqrt(lam)) ** 2 * t) / (
        16 * sqrt(pi) * lam ** Rational(3, 4) * (eta0 * t) ** Rational(3, 2)
    )
    return (
        identity(
            TrainingLoss(s, lam),
            exp(-(1 + lam) * s) * besseli(1, _z) / (sqrt(lam) * s),
            "exact training loss",
        ),
        asymptotic(
            exp(-x) * besseli(1, x), 1 / sqrt(2 * pi * x), "leading term of I₁ at large argument", x, error=-3 / (8 * x)
        ),
        identity(
            exp(-(1 + lam) * s + _z) / sqrt(2 * pi * _z) / (sqrt(lam) * s),
            published_training_loss(s, lam),
            "put it in: 1 + λ − 2√λ = (1 − √λ)²",
        ),
        asymptotic(
            TrainingLoss(4 * eta0 * t, lam),
            in_t,
            "so that at late time, in steps with s = 4η₀t",
            t,
            error=-3 / (64 * sqrt(lam) * eta0 * t),
        ),
    )


@equations.register("late-gen", "Late-time decaying part of the generalization loss", "M Eq. 9 applied to Eq. 10")
def generalization() -> tuple[Step, ...]:
    """[e^{−x} − √(πx) erfc √x]/(√π λ^{3/4} √s), x = (1−√λ)²s."""
    tail = Integral(published_training_loss(u, lam), (u, s, oo))
    near: Domain = {lam: (Rational(1, 4), Rational(4)), s: (1, 4)}
    below: Domain = {lam: (Rational(1, 2), Rational(9, 10))}
    scaled = exp(-x) - sqrt(pi * x) * erfc(sqrt(x))
    return (
        identity(
            Integral(u ** Rational(-3, 2) * exp(-u), (u, x, oo)),
            2 * scaled / sqrt(x),
            "integrate by parts, then u = v²",
            domain={x: (1, 4)},
        ),
        identity(tail, published_generalization_loss(s, lam), "scale u by (1−√λ)²", domain=near),
        asymptotic(
            GeneralizationLoss(s, lam),
            published_generalization_loss(s, lam),
            "relative error O(1/s), λ < 1",
            s,
            error=-3 / (16 * sqrt(lam) * s),
            domain=below,
        ),
    )


@equations.register("heavy-traffic", "At λ = 1 the losses fall as powers of time", "late-gen at λ = 1")
def critical() -> tuple[Step, ...]:
    """L_gen(s, 1) → 1/√(πs) and L_train(s, 1) → 1/(2√π s^{3/2})."""
    return (
        asymptotic(TrainingLoss(s, 1), published_training_loss(s, 1), "M10 at λ = 1", s, error=-3 / (16 * s)),
        asymptotic(
            GeneralizationLoss(s, 1), published_generalization_loss(s, 1), "late-gen at x = 0", s, error=-1 / (16 * s)
        ),
    )


@equations.register(
    "plateau-ratio", "The published linear figure leaves out most of the loss", "error in M, linear figure"
)
def missing_plateau() -> tuple[Step, ...]:
    """For λ > 1 the exact loss is the published one plus the plateau, up to O(1/s) of the published one."""
    above: Domain = {lam: (Rational(11, 10), Rational(2))}
    decaying = GeneralizationLoss(s, lam) - (1 - 1 / lam)
    return (
        identity(
            decaying.subs({s: 2 * s}) * lam,
            GeneralizationLoss(2 * lam * s, 1 / lam),
            "the decaying part mirrors λ < 1",
            domain=above,
        ),
        asymptotic(
            GeneralizationLoss(lam * s, 1 / lam) / lam,
            published_generalization_loss(s, lam),
            "and only that part is the published form",
            s,
            error=-3 / (16 * sqrt(lam) * s),
            domain=above,
        ),
    )
