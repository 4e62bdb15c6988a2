"""Known errors of the sources, each as a statement that the machine checks, with a counter-example in numbers."""

from collections.abc import Callable

import mpmath
from sympy import Expr, Float, Integral, Rational, exp, log, oo, pi, sqrt, symbols

from theory.annotations import MpNumber
from theory.linear.evaluation import generalization_loss_value, training_loss_value
from theory.linear.jumps.jump_times import jump_time
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.numbers import real_argument, to_float
from theory.registry import Registry
from theory.sources import L, M
from theory.steps import DIGITS, Domain, Step, identity
from theory.symbols import lam
from theory.threshold_accuracy import accuracy, threshold_loss

__all__ = ["equations"]

equations = Registry()


C, kappa, level, x = symbols("C kappa L_* x", positive=True)
_estimate = 2 * log(1 / (1 - sqrt(lam))) / (1 - sqrt(lam)) ** 2
_EPSILON, _NEAR = Rational(1, 1000), Rational(9, 10)


def _crossing(function: Callable[[MpNumber, MpNumber, int], mpmath.mpf], loss: Expr, start: int) -> Float:
    """Time s at which a loss at λ = 9/10 equals `loss`, to more digits than a check asks for."""
    with mpmath.workdps(DIGITS + 20):
        prec, excess = mpmath.mp.prec, -mpmath.mpf(1) / 10
        target = mpmath.log(real_argument(loss, prec))
        root = mpmath.findroot(lambda time: mpmath.log(function(time, excess, mpmath.mp.dps)) - target, start)
        return to_float(root, prec)


def _wrong_by(accuracy_level: Rational, starts: tuple[int, int], factor: Rational) -> tuple[Step, ...]:
    """The estimate is `factor` times the exact Δs at λ = 9/10, ε = 1/1000 and one level of accuracy."""
    loss = threshold_loss(_EPSILON, accuracy_level)
    train = _crossing(training_loss_value, loss, starts[0])
    gen = _crossing(generalization_loss_value, loss, starts[1])
    percent = f"{100 * accuracy_level} %"
    found = _estimate.subs(lam, _NEAR)
    return (
        identity(TrainingLoss(train, _NEAR), loss, f"training accuracy {percent} at this s, for λ = 9/10, ε = 1/1000"),
        identity(GeneralizationLoss(gen, _NEAR), loss, f"generalization accuracy {percent} at this s"),
        identity(found, factor * (gen - train), f"the estimate is {factor.evalf(3)} times their distance", digits=4),
    )


@equations.register("L-grokking-time", "What the printed grokking time leaves out", str(L))
def grokking_time() -> tuple[Step, ...]:
    """L's Δt ≈ ln(1/(1−√λ))/(2η₀(1−√λ)²), here Δs = 4η₀Δt, drops the powers of the time: −(3/2κ) ln(1 + G)."""
    train, gen = jump_time(C, kappa, level), jump_time(C / kappa, kappa, level)
    early: Domain = {kappa: (Rational(1, 8), Rational(3, 4))}
    return (
        identity(C * train ** Rational(-3, 2) * exp(-kappa * train), level, "training loss at its jump", domain=early),
        identity(
            C / kappa * gen ** Rational(-3, 2) * exp(-kappa * gen),
            level,
            "generalization loss at its jump",
            domain=early,
        ),
        identity(
            log(1 / kappa).subs(kappa, (1 - sqrt(lam)) ** 2) / (1 - sqrt(lam)) ** 2, _estimate, "λ < 1", domain=_small
        ),
        identity(
            gen - train,
            log(1 / kappa) / kappa - 3 / (2 * kappa) * log(gen / train),
            "their ratio is 1: the estimate is the first term, exact only for ε → 0",
            domain=early,
        ),
    )


_small: Domain = {lam: (Rational(1, 8), Rational(9, 10))}


@equations.register("L-grokking-time-95", "The printed grokking time is 2.78 times too large at 95 %", str(L))
def grokking_time_95() -> tuple[Step, ...]:
    """At λ = 0.9, ε = 1e−3, from 95 % training to 95 % generalization accuracy."""
    return _wrong_by(Rational(95, 100), (94, 905), Rational(27802, 10000))


@equations.register("L-grokking-time-50", "The printed grokking time is 5.65 times too large at 50 %", str(L))
def grokking_time_50() -> tuple[Step, ...]:
    """At λ = 0.9, ε = 1e−3, between the two jump times, at 50 %."""
    return _wrong_by(Rational(1, 2), (25, 425), Rational(56506, 10000))


@equations.register("M-plateau-missing", "M's linear figure has no plateau", f"{M}, section 3.1")
def missing_plateau() -> tuple[Step, ...]:
    """At λ = 1.003, ε = 1e−10, the accuracy ends at 1.5e−4; the figure is that of a mirror λ′ < 1."""
    first, threshold = Rational(1003, 1000), Rational(1, 10**10)
    above: Domain = {lam: (1, 3)}
    return (
        identity((1 - sqrt((2 - sqrt(lam)) ** 2)) ** 2, (1 - sqrt(lam)) ** 2, "mirror λ′ = (2 − √λ)²", domain=above),
        identity(GeneralizationLoss(oo, lam), 1 - 1 / lam, "where the exact loss ends for λ > 1", domain=above),
        identity(
            2 / sqrt(pi) * Integral(exp(-(x**2)), (x, 0, sqrt(threshold / (2 * (1 - 1 / first))))),
            accuracy(GeneralizationLoss(oo, first), threshold),
            "the highest accuracy at the start of the figure, 1.5e−4",
        ),
    )
