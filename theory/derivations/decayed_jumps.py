"""Jump times and sharpness with weight decay: which jumps still come, when, and how sharp they are."""

from sympy import Derivative, Eq, Expr, Rational, Subs, exp, log, sqrt, symbols

from theory.linear.jumps.decayed_jumps import (
    critical_weight_decay,
    decayed_jump_time,
    decayed_logarithmic_slope,
    fast_loss,
)
from theory.linear.student import LinearStudent
from theory.registry import Registry
from theory.sources import L
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import epsilon, lam, nu, t
from theory.threshold_accuracy import threshold_loss

__all__ = ["equations"]

equations = Registry()


amplitude, kappa, level, ratio = symbols("C kappa L_* r", positive=True)
decay, shift, plateau, slow, memory, c = symbols("gamma sigma P h x c", positive=True)
gamma_train, gamma_gen, fast = symbols("gamma_train gamma_gen F", positive=True)
_HALF = Rational(1, 2)
_below: Domain = {
    lam: (Rational(1, 4), Rational(3, 4)),
    level: (Rational(1, 8), Rational(1, 4)),
    plateau: (Rational(1, 100), Rational(1, 10)),
    ratio: (1, 2),
    memory: (Rational(1, 8), Rational(7, 8)),
}


def _fast_term(time: Expr) -> Expr:
    return amplitude * time ** Rational(-3, 2) * exp(-kappa * time)


@equations.register("weight-decay-critical", "Weight decay beyond which a jump does not come", f"{L}; derived here")
def critical() -> tuple[Step, ...]:
    """The plateau is the loss at which half of the answers are right."""
    train, gen = critical_weight_decay(lam, epsilon)
    target = threshold_loss(epsilon)
    return (
        asymptotic(
            LinearStudent(lam).with_weight_decay(train).training_plateau,
            target,
            "the exact plateau of training there",
            epsilon,
            error=-train / (1 - lam) ** 2,
            towards=0,
            rate=_HALF,
            domain=_below,
            digits=20,
        ),
        asymptotic(
            LinearStudent(lam).with_weight_decay(gen).generalization_plateau,
            target,
            "that of generalization",
            epsilon,
            error=-gen * (1 + lam) / (1 - lam) ** 2,
            towards=0,
            rate=_HALF,
            domain=_below,
            digits=20,
        ),
        definition(gamma_train, train, "training", Eq(gamma_train**2 / (8 * (1 - lam)), target), domain=_below),
        definition(gamma_gen, gen, "generalization", Eq(gamma_gen**2 / (8 * (1 - lam) ** 3), target), domain=_below),
    )


@equations.register("weight-decay-jump", "Jump time with weight decay", "weight-decay at late time; derived here")
def jump() -> tuple[Step, ...]:
    """A fast term, one that falls half as fast, and the plateau: their sum is L* at a time in closed form."""
    error = (memory**2 + ((nu * memory + c) / (nu + c)) ** 2) / 2
    rest = ratio * shift**2
    time = decayed_jump_time(amplitude, kappa, level, shift, rest)
    loss = _fast_term(t) * exp(-shift * t) + shift / kappa * _fast_term(t / 2) * exp(-shift * t / 2) + rest
    return (
        asymptotic(
            error,
            memory**2 + c * memory * (1 - memory) / nu,
            "an eigenvector's squared error at x = e^{−(ν+c)s/2}, c = γ/2 small: the cross term falls like x",
            c,
            towards=0,
            rate=2,
            domain=_below,
        ),
        definition(
            fast,
            fast_loss(level, plateau, slow),
            "the fast term where the loss is L*",
            Eq(fast + 2 * slow * sqrt(fast) + plateau, level),
            domain=_below,
        ),
        asymptotic(
            loss.subs(t, time),
            level,
            "averaged at the edge ν = (1−√λ)², δ = 2η₀γ/κ: the fast term, δ of it at half of the time, the plateau",
            shift,
            towards=0,
            rate=3,
            domain={**_below, kappa: (Rational(1, 4), 1), amplitude: (1, 2)},
            digits=30,
        ),
    )


@equations.register("weight-decay-sharpness", "Sharpness with weight decay", "slope at weight-decay-jump; derived here")
def sharpness() -> tuple[Step, ...]:
    """Logarithmic slope of the loss where it is L*; it vanishes with L* − P, which is exponential in the time."""
    delta = shift / kappa
    loss = _fast_term(t) + delta * _fast_term(t / 2) + plateau
    part = sqrt(2 * amplitude) * delta * t ** Rational(-3, 4)
    slope = decayed_logarithmic_slope(t, kappa, level, plateau, slow)
    near: Domain = {**_below, slow: (1, 2), level: (1, 2)}
    return (
        identity(
            -Derivative(log(loss), t),
            decayed_logarithmic_slope(t, kappa, loss, plateau, part),
            "the terms fall at κ + 3/(2t) and κ/2 + 3/(2t)",
        ),
        asymptotic(
            fast_loss(plateau + ratio, plateau, slow),
            ratio**2 / (4 * slow**2),
            "little above the plateau the slow term is what is left",
            ratio,
            error=-ratio / (2 * slow**2),
            towards=0,
            domain=near,
        ),
        asymptotic(
            Subs(slope, level, plateau + ratio),
            ratio * (kappa / 2 + 3 / (2 * t)) / plateau,
            "and the slope is proportional to it",
            ratio,
            towards=0,
            domain=near,
        ),
    )
