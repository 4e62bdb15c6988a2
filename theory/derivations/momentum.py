"""Momentum in the linear model: the recurrence of a direction, its damping, and the losses at late time."""

from sympy import Derivative, Eq, Expr, Rational, Subs, Symbol, chebyshevu, cos, exp, log, pi, sin, sqrt, symbols

from theory.linear.jumps.jump_times import late_amplitude
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.heavy_ball import HeavyBall
from theory.linear.variants.momentum import Momentum
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import eta0, lam, nu

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
_low, _high = _law.support
_POLYAK = "Polyak 1964"
beta, u, x, critical, slow, rate = symbols("beta u x beta_* r eta_*", positive=True)
phi = Symbol("phi", positive=True)
n = Symbol("n", integer=True, positive=True)
_late = 120  # steps after which the fast root of `_damped` has left nothing of 50 digits
_momentum = Momentum(beta)
_damped: Domain = {
    beta: (Rational(1, 8), Rational(1, 4)),
    u: (Rational(1, 64), Rational(1, 16)),
    eta0: (Rational(1, 64), Rational(1, 32)),
    lam: (Rational(1, 4), 3),
}
_waves: Domain = {
    beta: (Rational(7, 8), Rational(15, 16)),
    eta0: (Rational(1, 4), Rational(1, 3)),
    lam: (Rational(1, 4), Rational(1, 2)),
}


def _ratio(step: Expr) -> Expr:
    """What a late step leaves of the error at u = `step`."""
    return HeavyBall(_late + 1, step, beta) / HeavyBall(_late, step, beta)


@equations.register("heavy-ball", "What momentum leaves of an error", _POLYAK)
def heavy_ball() -> tuple[Step, ...]:
    """x_{n+1} = (1 + β − u)x_n − βx_{n−1}: Chebyshev's recurrence after a factor √β a step."""
    y = (1 + beta - u) / (2 * sqrt(beta))
    few: Domain = {n: (1, 12), u: (Rational(1, 8), 2), beta: (Rational(1, 8), Rational(7, 8))}
    now, before = HeavyBall(n + 1, u, beta), HeavyBall(n, u, beta)
    return (
        identity(HeavyBall(n + 2, u, beta), (1 + beta - u) * now - beta * before, "the recurrence", domain=few),
        identity(HeavyBall(1, u, beta), 1 - u, "the first step has no momentum", domain=few),
        identity(
            before,
            beta ** (n / 2) * (chebyshevu(n, y) - sqrt(beta) * chebyshevu(n - 1, y)),
            "its solution",
            domain=few,
        ),
    )


@equations.register("momentum-losses", "Losses with momentum", "heavy-ball averaged as in M8")
def losses() -> tuple[Step, ...]:
    """Two steps written out."""
    h = 2 * eta0
    left = (1 + beta - h * nu) * (1 - h * nu) - beta
    student = LinearStudent(lam, eta0=eta0).with_momentum(beta)
    exact = {lam: Rational(2), beta: Rational(1, 3), eta0: Rational(1, 9)}
    pairs = (
        (student.training_loss(8 * eta0), _law.expectation(nu * left**2, nu), "training"),
        (student.generalization_loss(8 * eta0), _law.expectation(left**2, nu), "generalization"),
    )
    return tuple(identity(ours.subs(exact), theirs.subs(exact), reason, digits=20) for ours, theirs, reason in pairs)


@equations.register("momentum-stability", "Largest stable rate with momentum", _POLYAK)
def stability() -> tuple[Step, ...]:
    """At the end of stability the fastest direction has the root −1."""
    return (
        definition(
            rate,
            _momentum.critical_rate(lam),
            "r² = (1 + β − u)r − β at r = −1",
            Eq(2 * rate * _high - (1 + beta) - beta, 1),
        ),
    )


@equations.register("critical-momentum", "Momentum at which the slowest direction is damped critically", _POLYAK)
def critical_momentum() -> tuple[Step, ...]:
    """The two roots meet at hν₋."""
    return (
        definition(
            critical,
            _momentum.critical_momentum(lam, eta0),
            "no split of the roots",
            Eq((1 + critical - 2 * eta0 * _low) ** 2, 4 * critical),
            domain={lam: (Rational(1, 8), Rational(7, 8)), eta0: (Rational(1, 8), Rational(1, 2))},
        ),
    )


@equations.register("momentum-decay", "Decay with momentum", "the slow root of heavy-ball")
def decay() -> tuple[Step, ...]:
    """Below the critical momentum the slow root of the slowest direction, above it √β, of each loss the square."""
    decay_rate, root = _momentum.decay_rate(lam, eta0), _momentum.slow_root(u)
    return (
        definition(slow, root, "a root", Eq(slow**2, (1 + beta - u) * slow - beta), domain=_damped),
        identity(_ratio(u), root, "and the one that is left", domain=_damped),
        asymptotic(
            1 - root,
            u / (1 - beta),
            "small steps: a faster clock",
            u,
            towards=0,
            rate=1,
            domain={beta: (0, Rational(7, 8))},
        ),
        identity(exp(-decay_rate), beta, "above the critical momentum", domain=_waves, digits=20),
        identity(exp(-decay_rate), _ratio(2 * eta0 * _low) ** 2, "below it", domain=_damped, digits=20),
    )


@equations.register("momentum-late-time", "Late training loss below the critical momentum", "M10 with momentum-decay")
def late_time() -> tuple[Step, ...]:
    """Next to the edge −2 ln r is linear in ν with some slope, which takes the place of the time s per step."""
    edge = 2 * eta0 * _low
    clock = Subs(Derivative(-2 * log(_momentum.slow_root(2 * eta0 * x)), x), x, _low)
    share = HeavyBall(_late, edge, beta) / _momentum.slow_root(edge) ** _late
    return (
        asymptotic(
            Momentum(0).late_amplitude(lam, eta0), late_amplitude(lam, eta0), "the flow's", eta0, towards=0, rate=1
        ),
        identity(
            _momentum.late_amplitude(lam, eta0),
            share**2 / (2 * sqrt(pi) * lam ** Rational(3, 4) * clock ** Rational(3, 2)),
            "M10 at s = clock · n, times the slow root's share of the start",
            domain=_damped,
            digits=20,
        ),
    )


@equations.register("momentum-late-heights", "Late losses above the critical momentum", "heavy-ball at |y| < 1")
def late_heights() -> tuple[Step, ...]:
    """Every direction is a wave times β^{n/2}; its mean square, averaged over the spectrum."""
    h = 2 * eta0
    angle = (1 + beta - h * nu) / (2 * sqrt(beta))
    square = h * nu / (2 * (1 - angle**2))
    train, gen = _momentum.late_heights(lam, eta0)
    exact = {lam: Rational(1, 2), beta: Rational(9, 10), eta0: Rational(1, 4)}
    step = 1 + beta - 2 * sqrt(beta) * cos(phi)
    return (
        identity(
            (sin(phi) ** 2 + (cos(phi) - sqrt(beta)) ** 2) / (2 * sin(phi) ** 2),
            step / (2 * (1 - cos(phi) ** 2)),
            "sin((n+1)φ) − √β sin nφ has the squared height u",
            domain={phi: (Rational(1, 4), 3)},
        ),
        identity(_law.expectation(square, nu).subs(exact), gen.subs(exact), "generalization", digits=20),
        identity(_law.expectation(nu * square, nu).subs(exact), train.subs(exact), "training", digits=20),
        asymptotic(
            gen.subs({lam: Rational(1, 2), eta0: x, beta: (1 - x) ** 2}),
            Rational(1, 2),
            "β → 1 with small steps: the losses are half of where they started",
            x,
            towards=0,
            rate=1,
        ),
    )
