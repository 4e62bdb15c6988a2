"""Series of the losses in time: early from the moments of the spectrum, late with bounds on what is left out."""

from sympy import Expr, Integer, Integral, Order, Rational, Symbol, exp, oo, pi, sqrt

from theory.linear.late_time import generalization_remainder, training_remainder
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import lam, s

__all__ = ["equations"]

equations = Registry()


q = Symbol("q", positive=True)
_train, _gen = TrainingLoss(s, lam), GeneralizationLoss(s, lam)
_HALF = Rational(1, 2)
_start = {"towards": Rational(0), "rate": 1}
_between: Domain = {q: (Rational(1, 8), Rational(7, 8))}
_below: Domain = {lam: (Rational(1, 4), Rational(1, 2))}
_w = 4 * sqrt(lam) * s
_outside = 8 / pi * exp(-((1 - sqrt(lam)) ** 2) * s)
_near: Domain = {lam: (Rational(1, 4), 4), s: (1, 4)}


def _cut(series: Expr) -> Expr:
    """The series without its order term."""
    return series.replace(Order, lambda *_: Integer(0))


@equations.register("early-time", "How the losses start", "moments of the Marchenko–Pastur law")
def early() -> tuple[Step, ...]:
    """L_train = 1 − (1 + λ)s + (1 + 3λ + λ²)s²/2 − …; L_gen is 1 minus its integral."""
    train = 1 - (1 + lam) * s + (1 + 3 * lam + lam**2) * s**2 / 2
    gen = 1 - s + (1 + lam) * s**2 / 2
    third, fourth = 1 + 3 * lam + lam**2, 1 + 6 * lam + 6 * lam**2 + lam**3
    return (
        asymptotic(
            (_gen - _cut(_gen.series(s, 0, 2))) / s**2,
            (1 + lam) / 2,
            "L_gen: what two terms leave",
            s,
            **_start,
            error=-third * s / (3 * (1 + lam)),
        ),
        asymptotic(
            _gen - gen, -(1 + 3 * lam + lam**2) * s**3 / 6, "and three", s, **_start, error=-fourth * s / (4 * third)
        ),
        asymptotic(
            (_train - _cut(_train.series(s, 0, 2))) / s**2,
            (1 + 3 * lam + lam**2) / 2,
            "L_train: what two terms leave",
            s,
            error=-fourth * s / (3 * third),
            **_start,
        ),
        asymptotic(
            _train, train, "the moments are 1, 1 + λ, 1 + 3λ + λ²", s, towards=0, rate=3, error=-fourth * s**3 / 6
        ),
    )


@equations.register("late-series", "Late-time expansion of both losses", "Hankel's series of I₁ in M10")
def late() -> tuple[Step, ...]:
    """M10 times 1 − 3/(16√λ s) − 15/(512λs²) − …; L_gen is its integral, uniform in λ."""
    train_half, gen_half = TrainingLoss(s, _HALF), GeneralizationLoss(s, _HALF)
    return (
        asymptotic(
            _train / _train.late_time(1) - 1,
            -3 / (16 * sqrt(lam) * s),
            "second term of I₁ at large argument",
            s,
            error=5 / (32 * sqrt(lam) * s),
        ),
        asymptotic(
            _train / _train.late_time(2) - 1,
            -15 / (512 * lam * s**2),
            "third term of I₁ at large argument",
            s,
            error=5 / (8 * sqrt(lam) * s),
        ),
        asymptotic(
            train_half,
            _cut(train_half.aseries(s, n=2)),
            "as the series that the function knows, here at λ = 1/2",
            s,
            rate=2,
            error=-15 / (256 * s**2),
        ),
        asymptotic(
            gen_half,
            _cut(gen_half.series(s, oo, 3)),
            "and its series with three terms, at λ = 1/2",
            s,
            rate=3,
        ),
        asymptotic(
            _gen,
            _gen.late_time(2),
            "L_gen: the integral of that of L_train, λ < 1",
            s,
            rate=2,
            error=-15 / (512 * lam * s**2),
            domain=_below,
        ),
    )


@equations.register(
    "late-remainder", "Bounds on what the late-time expansion leaves out", "√(1 − q) bounded by its series"
)
def remainder() -> tuple[Step, ...]:
    """L_train = (8/π) e^{−(1−√λ)²s} ∫_0^1 √(q(1−q)) e^{−wq} dq, w = 4√λ s; here with two terms, 1 − q/2."""
    root = sqrt(1 - q)
    inside, beyond = q ** Rational(1, 2) * exp(-_w * q), (q, 1, oo)
    left_out = Integral(q**2 / 2 * inside, (q, 0, oo)) + Integral((1 + q / 2) * inside, beyond)
    spread = Integral(q / 2 * inside, (q, 0, oo)) + _w * Integral((q + q**2 / 2) * inside, beyond)
    return (
        identity(
            _train,
            _outside * Integral(root * inside, (q, 0, 1)),
            "substitute ν = (1−√λ)² + 4√λ q in the density",
            domain=_near,
        ),
        identity(
            q**2 / 2 - (1 - q / 2 - root),
            (1 - root) ** 2 * root * (2 + root) / 2,
            "not negative: √(1−q) lies below 1 − q/2 by q²/2 at most",
            domain=_between,
        ),
        identity(training_remainder(s, lam, 2), _outside * left_out, "so the error is at most", domain=_near),
        asymptotic(
            (_train.late_time(2) - _train) / _train.late_time_remainder(2),
            Rational(1, 4),
            "which is four times the error at late time, q²/8 against q²/2",
            s,
        ),
        asymptotic(
            (_gen.late_time(2).subs(lam, 1) - GeneralizationLoss(s, 1)) / generalization_remainder(s, 1, 2),
            Rational(1, 4),
            "and so for L_gen at λ = 1",
            s,
        ),
        identity(
            _gen.late_time_remainder(2),
            _outside / (4 * sqrt(lam)) * spread,
            "L_gen: integrate from s to ∞, with e^{−(1−√λ)²s} in front",
            domain=_near,
        ),
    )
