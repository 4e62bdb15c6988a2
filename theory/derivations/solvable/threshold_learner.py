"""The threshold learner: its flow, its two curves, their jumps, S(G), and the probability that it groks."""

from sympy import (
    Derivative,
    Eq,
    Function,
    Integral,
    Rational,
    Subs,
    Symbol,
    besselk,
    erf,
    exp,
    gamma,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    uppergamma,
)

from theory.registry import Registry
from theory.solvable.threshold_learner import ThresholdLearner
from theory.sources import Z
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import epsilon, t

__all__ = ["equations"]

equations = Registry()

N = Symbol("N", integer=True, positive=True)
size, m, l1, l2, offset, b0 = symbols("N m lambda_1 lambda_2 xbar b_0", positive=True)
kappa, g, e, delta, smallest = symbols("kappa g e delta x_min", positive=True)
t_train, t_gen, t_grok, gap, s_rel, x, X, k, y = symbols("t_train t_gen t_G G S_rel x X k y", positive=True)
_system = ThresholdLearner(
    epsilon=epsilon, samples=size, l1=l1, l2=l2, offset=offset, positive_mean=m, start=b0
)  # fmt: skip
_at = _system.replace(offset=_system.margin - (1 + l2) * g)
"""The same by its distance g."""
_y = _system.samples * m * (1 - 2 ** (-1 / (size - 1)))
_ratio = size * m / (size - 1) * 2 ** (-1 / (size - 1))
_near: Domain = {
    size: (2, 9), m: (Rational(3, 2), 2), l1: (0, Rational(1, 4)), l2: (0, 1), offset: (Rational(1, 4), Rational(3, 4)),
    g: (Rational(1, 8), 1), b0: (5, 8), epsilon: (Rational(1, 8), Rational(1, 2)), t: (0, Rational(1, 4)),
    smallest: (0, 1),
}  # fmt: skip
_groks: Domain = {**_near, l1: (1, 2)}
_DERIVED = "derived here; the source stops at its grokking time"


@equations.register("Z-flow", "The threshold on its way down", f"{Z}, section 3.1")
def flow() -> tuple[Step, ...]:
    """b' = x̄ − λ₁ − (1+λ₂)b from the squared error of sign labels, and where it rests."""
    b, u, v, w, z = symbols("b u v w z", positive=True)
    path, data = Function("b"), ((epsilon + u, 1), (epsilon + v, 1), (-epsilon - w, -1), (-epsilon - z, -1))
    loss = sum((value - b - label) ** 2 for value, label in data) / (2 * len(data)) + l1 * b + l2 * b**2 / 2
    return (
        identity(
            -Derivative(loss, b),
            (u + v - w - z) / 4 - l1 - (1 + l2) * b,
            "half the mean square error, two of each class",
        ),
        definition(kappa, _system.rate, "the rate", Eq(kappa - l2, 1)),
        definition(e, _system.margin, "with x̄ = e it rests at ε", Eq(e - l1, (1 + l2) * epsilon)),
        definition(g, _system.distance, "it rests at ε − g", Eq((1 + l2) * (epsilon - g), offset - l1)),
        definition(
            path(t),
            _system.threshold(t),
            "solve the flow, b > 0",
            Eq(Derivative(path(t), t), offset - l1 - (1 + l2) * path(t)),
            Eq(path(0), b0),
        ),
    )


@equations.register("Z-generalization", "Generalization accuracy of the threshold learner", f"{Z}, section 3.1")
def generalization() -> tuple[Step, ...]:
    """Half of the classes, and of the positive one what is beyond b."""
    beyond = Integral(exp(epsilon - x), (x, epsilon, _system.threshold(t)))
    rest = Integral(exp(epsilon - x), (x, epsilon, epsilon - _system.distance))
    above = {**_near, offset: (2, 3)}
    return (
        identity(_system.generalization_curve(t), 1 - beyond / 2, "wrong: ε + x between ε and b", domain=_near),
        identity(_system.generalization_plateau, rest / 2, "where it ends, for x̄ > e", domain=above),
    )


@equations.register("Z-training", "Training accuracy of the threshold learner, mean over data", _DERIVED)
def training() -> tuple[Step, ...]:
    """At a given mean the samples are uniform on a simplex, so that (1 − y/Nm)^{N−1} of them are above y."""
    simplex = (size - 1) / (size * m) * (1 - x / (size * m)) ** (size - 2)
    excess = _system.threshold(t) - epsilon
    others: Domain = {N: (2, 9), X: (2, 8), x: (0, 2)}
    above = {**_near, offset: (2, 3), size: (3, 9)}
    early = {**_near, b0: (2, Rational(5, 2)), size: (3, 9)}
    return (
        identity(
            exp(-x) * (X - x) ** (N - 2) * exp(x - X) / gamma(N - 1) * gamma(N) / (X ** (N - 1) * exp(-X)),
            (N - 1) / X * (1 - x / X) ** (N - 2),
            "density of one of N exponentials whose sum is X",
            domain=others,
        ),
        identity(
            _system.training_plateau,
            Integral(simplex, (x, 0, -_system.distance)) / 2,
            "where the error ends, for x̄ > e",
            domain=above,
        ),
        asymptotic(
            (1 - y / (size * m)) ** (size - 1),
            exp(-y / m),
            "for N → ∞ the generalization curve, but for the mean",
            size,
            error=(y / m - y**2 / (2 * m**2)) / size,
            domain={m: (1, 2), y: (Rational(1, 8), 1)},
        ),
        identity(_system.training_curve(t), 1 - Integral(simplex, (x, 0, excess)) / 2, "below b", domain=early),
    )


@equations.register("Z-jumps", "Jump times of the threshold learner", _DERIVED)
def jumps() -> tuple[Step, ...]:
    """Each accuracy is 3/4 at its jump; they are apart by a delay that b(0) does not enter."""
    return (
        definition(
            t_train,
            _at.training_jump_time(),
            "half of the positive training samples",
            Eq(Subs(_at.training_curve(t), t, t_train), Rational(3, 4)),
            domain=_near,
        ),
        definition(
            t_gen,
            _at.generalization_jump_time(),
            "y = ln 2",
            Eq(Subs(_at.generalization_curve(t), t, t_gen), Rational(3, 4)),
            domain=_near,
        ),
        definition(
            gap,
            _at.relative_gap(),
            "M3; of the delay b(0) is no part",
            Eq(exp((1 + l2) * gap * _at.training_jump_time()), (g + _y) / (g + log(2))),
            domain=_near,
        ),
        identity(
            Subs(_at.threshold(t), t, _at.horizon),
            epsilon - g + (g + log(2)) * exp(-5),
            "a time after both",
            domain=_near,
        ),
    )


@equations.register("Z-S(G)", "S(G) of the threshold learner", _DERIVED)
def law() -> tuple[Step, ...]:
    """S_rel = q·e^{−κ t_train G}: exponential in the gap as long as the training jump stays where it is."""
    train, gen = _at.training_jump_time(), _at.generalization_jump_time()
    slopes = [
        Subs(Derivative(curve(t), t), t, star)
        for curve, star in ((_at.training_curve, train), (_at.generalization_curve, gen))
    ]
    return (
        identity(slopes[1], _at.absolute_sharpness(), "slope at the jump: S_abs", domain=_near),
        definition(
            s_rel, _at.relative_sharpness(), "ratio of the slopes", Eq(s_rel * slopes[0], slopes[1]), domain=_near
        ),
        identity(_at.absolute_law_at(gen - train), _at.absolute_sharpness(), "S_abs against the delay", domain=_near),
        identity(_at.law_at(_at.relative_gap()), _at.relative_sharpness(), "κ t_train G is the delay", domain=_near),
    )


@equations.register("Z-S(G)-edge", "S(G) of the threshold learner where the jump is lost", _DERIVED)
def edge() -> tuple[Step, ...]:
    """At g = δ − ln 2, δ → 0, the gap grows like ln(1/δ) and both sharpnesses fall like δ: exponentially in the gap."""
    lost = _system.replace(offset=_system.margin + (1 + l2) * (log(2) - delta))
    towards = {"towards": Rational(0), "domain": _near}
    return (
        asymptotic(
            exp((1 + l2) * lost.training_jump_time() * lost.relative_gap()),
            (_y - log(2)) / delta,
            "the delay",
            delta,
            error=delta / (_y - log(2)),
            **towards,
        ),
        asymptotic(
            lost.relative_sharpness(),
            _ratio * delta / (_y - log(2)),
            "S_rel",
            delta,
            error=-delta / (_y - log(2)),
            **towards,
        ),
    )


@equations.register("Z-S(G)-strong", "S and G of the threshold learner under strong penalties", _DERIVED)
def strong() -> tuple[Step, ...]:
    """λ₁ → ∞: both measures come to an end, S_rel to q; λ₂ → ∞: S_abs ∝ λ₂ while the others stay."""
    return (
        asymptotic(_system.relative_gap(), (_y - log(2)) / (b0 - epsilon - _y), "G for λ₁ → ∞", l1, domain=_near),
        asymptotic(
            _system.relative_sharpness(),
            _ratio,
            "S_rel for λ₁ → ∞",
            l1,
            error=(log(2) - _y) * (1 + l2) / l1,
            domain=_near,
        ),
        asymptotic(
            _system.relative_sharpness(),
            _ratio * (epsilon + log(2)) / (epsilon + _y),
            "S_rel for λ₂ → ∞",
            l2,
            domain=_near,
        ),
        asymptotic(
            _system.absolute_sharpness(),
            l2 * (epsilon + log(2)) / 4,
            "S_abs for λ₂ → ∞",
            l2,
            error=(1 + (l1 - offset) / (epsilon + log(2))) / l2,
            domain=_near,
        ),
    )


@equations.register("Z-S(G)-samples", "S and G of the threshold learner with many samples", _DERIVED)
def many() -> tuple[Step, ...]:
    """N → ∞: with a mean m ≠ 1 both stay; at m = 1 the gap closes like 1/N."""
    usual, open_part = _at.replace(positive_mean=1), log(2) - log(2) ** 2 / 2
    return (
        asymptotic(_at.relative_sharpness(), m * (g + log(2)) / (g + m * log(2)), "S_rel", size, domain=_near),
        asymptotic(
            usual.relative_gap(),
            open_part / (size * (g + log(2)) * log((b0 - epsilon + g) / (g + log(2)))),
            "G at m = 1",
            size,
            domain=_near,
        ),
    )


@equations.register("Z-grokking-time", "Grokking time of given data", f"{Z}, section 3.1, Eq. 8 with its divisor")
def grokking_time() -> tuple[Step, ...]:
    """From b = ε + x_min to b = ε; the slope at the end is half the speed of the threshold."""
    last, there = log((b0 - epsilon + g) / g) / (1 + l2), _at.threshold(t)
    return (
        identity(Subs(there, t, last), epsilon, "the last test error", domain=_near),
        identity(
            Subs(there, t, last - _at.grokking_time(smallest)), epsilon + smallest, "the last training error",
            domain=_near,
        ),
        identity(Subs(-Derivative(there, t) / 2, t, last), _at.final_slope(), "slope at the end", domain=_near),
        definition(
            t_grok,
            _system.grokking_time(smallest),
            "the time between them",
            Eq((smallest + _system.distance) * exp(-(1 + l2) * t_grok), _system.distance),
            domain=_groks,
        ),
    )  # fmt: skip


@equations.register("Z-slope", "Sharpness against the grokking time of given data", f"{Z}, section 3.1")
def slope() -> tuple[Step, ...]:
    """(1+λ₂)x_min/(2(e^{(1+λ₂)t_G} − 1)): like 1/t_G at first, then exponential, as e − x̄ → 0."""
    near = _system.replace(offset=_system.margin - delta)
    critical = (1 + l2) * smallest / 2 * exp(-(1 + l2) * near.grokking_time(smallest))
    return (
        identity(
            Subs(_system.final_slope_at(t, smallest), t, _system.grokking_time(smallest)),
            _system.final_slope(),
            "solve t_G for e − x̄",
            domain=_groks,
        ),
        asymptotic(
            exp((1 + l2) * near.grokking_time(smallest)),
            (1 + l2) * smallest / delta,
            "e − x̄ = δ → 0: t_G → ln(κx_min/δ)/κ",
            delta,
            towards=Rational(0),
            error=delta / ((1 + l2) * smallest),
            domain=_near,
        ),
        asymptotic(
            near.final_slope(),
            critical,
            "so that the slope is exponential in t_G",
            delta,
            towards=Rational(0),
            error=delta / ((1 + l2) * smallest),
            domain=_near,
        ),
        asymptotic(
            _system.final_slope_at(t, smallest),
            smallest / (2 * t),
            "and like 1/t_G where that is small",
            t,
            towards=Rational(0),
            error=-(1 + l2) * t / 2,
            domain=_near,
        ),
    )


@equations.register(
    "Z-probability", "Probability that the threshold learner groks", f"{Z}, section 3.1, made elementary"
)
def probability() -> tuple[Step, ...]:
    """|X − X′| < 2Ne for sums of N exponentials each; for N → ∞ an erf in e, of sharpness √N."""
    far = x ** (N - 1) * exp(-x) / gamma(N) * uppergamma(N, x + 2 * N * e) / gamma(N)
    density = (
        x ** (N - Rational(1, 2)) * besselk(N - Rational(1, 2), x) / (sqrt(pi) * 2 ** (N - Rational(1, 2)) * gamma(N))
    )
    system = ThresholdLearner(epsilon=e, samples=N)
    few: Domain = {N: (0, 4), e: (Rational(1, 8), 1)}
    return (
        asymptotic(
            (1 + k**2 / (4 * size)) ** -size,
            exp(-(k**2) / 4),
            "characteristic function of (X − X′)/(2√N): Gaussian for N → ∞",
            size,
            error=k**4 / (32 * size),
        ),
        identity(
            2 / pi * Integral(sin(k * y) / k * exp(-(k**2) / 4), (k, 0, oo)), erf(y), "its probability below y = e√N",
            domain={y: (Rational(1, 8), 1)}, digits=20,
        ),
        identity(system.grokking_probability(), 2 * Integral(density, (x, 0, 2 * N * e)), "by Bessel's K",
                 domain=few, digits=15),
        identity(1 - 2 * Integral(far, (x, 0, oo)), system.grokking_probability(), "X beyond X′ + 2Ne", domain=few,
                 digits=15),
    )  # fmt: skip
