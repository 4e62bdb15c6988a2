"""M Eq. 11: the slope of the generalization accuracy by the chain rule, exactly."""

from sympy import Derivative, Rational, Subs, Symbol, exp, log, pi, sqrt

from theory.linear.jumps.linear_measures import threshold_slope
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import epsilon, eta0, lam, s, t
from theory.threshold_accuracy import accuracy, accuracy_slope, threshold_loss

__all__ = ["equations"]

equations = Registry()


loss = Symbol("L", positive=True)


@equations.register("M11", "Slope of the generalization accuracy", "M Eq. 11, exact with M Eq. 7 and 9")
def slope() -> tuple[Step, ...]:
    """dA_gen/dt = 4η₀ L_train √(ε/2π) L_gen^{−3/2} e^{−ε/(2L_gen)}."""
    time = 4 * eta0 * t
    gen, train = GeneralizationLoss(time, lam), TrainingLoss(time, lam)
    early: Domain = {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}
    gaussian = sqrt(epsilon / (2 * pi)) * gen ** Rational(-3, 2) * exp(-epsilon / (2 * gen))
    return (
        identity(Derivative(accuracy(loss, epsilon), loss), accuracy_slope(loss, epsilon), "dA/dL from M7"),
        identity(Derivative(gen, t), -4 * eta0 * train, "dL_gen/dt from M9 with s = 4η₀t", domain=early),
        identity(Derivative(accuracy(gen, epsilon), t), 4 * eta0 * train * gaussian, "multiply", domain=early),
    )


@equations.register("slope-at-jump", "At equal accuracy the slopes compare the losses' rates", "M Eq. 7 and 11")
def at_jump() -> tuple[Step, ...]:
    """Where L = L*, dA/dL is the same for both curves, so S_rel is the ratio of −d ln L/ds at the two jumps."""
    return (
        identity(
            Subs(loss * Derivative(accuracy(loss, epsilon), loss), loss, threshold_loss(epsilon)),
            -threshold_slope(),
            "L dA/dL at the threshold depends on the level only",
        ),
        identity(
            Derivative(log(GeneralizationLoss(s, lam)), s),
            -TrainingLoss(s, lam) / GeneralizationLoss(s, lam),
            "so the generalization jump has slope proportional to L_train/L_gen",
        ),
    )


@equations.register(
    "exponential-fall",
    "When the slope falls exponentially with the gap, and when not",
    "M section 3.1, made exact",
)
def exponential_fall() -> tuple[Step, ...]:
    """L_train/L_gen tends to (1−√λ)² for λ < 1, and falls only as 1/(2s) at λ = 1."""
    below: Domain = {lam: (Rational(1, 4), Rational(1, 2))}
    return (
        asymptotic(
            TrainingLoss(s, 1) / GeneralizationLoss(s, 1),
            1 / (2 * s),
            "λ = 1: a power of time, never exponential",
            s,
            error=-1 / (8 * s),
        ),
        asymptotic(
            TrainingLoss(s, lam) / GeneralizationLoss(s, lam),
            (1 - sqrt(lam)) ** 2,
            "λ < 1: the slope at a jump saturates at the rate of the slowest mode",
            s,
            error=3 / (2 * (1 - sqrt(lam)) ** 2 * s),
            domain=below,
        ),
    )
