"""The edge of separability: Wendel's probability, its limit, the orbit of two points, and when it generalizes."""

from sympy import (
    Derivative,
    Eq,
    Function,
    Integral,
    Rational,
    Subs,
    binomial,
    erf,
    exp,
    log,
    pi,
    sqrt,
    symbols,
)

from theory.registry import Registry
from theory.solvable.separability_edge import SeparabilityEdge
from theory.solvable.separable_probability import separable_probability
from theory.sources import B
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import lam, t

__all__ = ["equations"]

equations = Registry()

N, d = symbols("N d", integer=True, positive=True)
size, sigma, S, u, q, x, z, mu, level = symbols("N sigma S u q x z mu alpha", positive=True)
A_train, error, s_inf, c = symbols("A_train epsilon_gen S_oo c", positive=True)
_below = SeparabilityEdge(Rational(1, 2) - mu, sigma)
_above = SeparabilityEdge(Rational(1, 2) + mu, sigma)
_small: Domain = {
    mu: (Rational(1, 20), Rational(1, 4)), sigma: (1, 2), S: (Rational(1, 8), Rational(1, 5)),
    level: (Rational(6, 10), Rational(9, 10)),
}  # fmt: skip
_DERIVED = "derived here; the source stops at the orbit"


@equations.register("B-separable", "Probability that data are separable from the origin", f"Wendel 1962, after {B}")
def separable() -> tuple[Step, ...]:
    """P(N, d) = 2^{1−N} Σ_{k<d} C(N−1, k): a further point of N − 1 splits the cones that its hyperplane meets."""
    P = Function("P")
    few: Domain = {N: (4, 12), d: (1, 4)}
    return (
        definition(
            P(N, d),
            separable_probability(N, d),
            "the number of cones, and up to d points are always separable",
            Eq(2 * P(N + 1, d + 1), P(N, d + 1) + P(N, d)),
            Eq(P(d, d) + N, 1 + N),
            domain=few,
        ),
        identity(separable_probability(2 * d, d), Rational(1, 2), "one half at N = 2d", domain={d: (0, 12)}),
    )


@equations.register("B-separable-limit", "Separability is an S-shape in λ = d/N of sharpness √(2N)", _DERIVED)
def separable_limit() -> tuple[Step, ...]:
    """For N → ∞ P → (1 + erf(√(2N)(λ − 1/2)))/2: a binomial distribution function, centred at N = 2d."""
    step = 2 ** (1 - size) * binomial(size - 1, (size - 1) / 2 + x * sqrt(size) / 2)
    curve = (1 + erf(sqrt(2 * size) * (lam - Rational(1, 2)))) / 2
    return (
        identity(
            separable_probability(N, d + 1) - separable_probability(N, d),
            2 ** (1 - N) * binomial(N - 1, d),
            "what a further dimension adds",
            domain={N: (6, 12), d: (1, 4)},
        ),
        asymptotic(
            step,
            sqrt(2 / (pi * size)) * exp(-(x**2) / 2),
            "de Moivre's local limit, λ = 1/2 + x/(2√N)",
            size,
            domain={x: (Rational(1, 8), Rational(1, 2))},
        ),
        identity(
            size * sqrt(2 / (pi * size)) * exp(-(x**2) / 2),
            Subs(Derivative(curve, lam), lam, Rational(1, 2) + x / (2 * sqrt(size))),
            "N of these a unit of λ",
        ),
    )


@equations.register("B-accuracy", "Generalization accuracy of a constant label", f"{B}, section 3; label −1")
def accuracy() -> tuple[Step, ...]:
    """Φ(−b/(σS)): S·x + b < 0 with x ~ N(0, σ²); so b → −∞ at finite S is perfect generalization."""
    ends = -_below.bias(S) / S
    density = exp(-(x**2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)
    return (
        identity(_below.accuracy_at(S), Rational(1, 2) + Integral(density, (x, 0, ends)), "x < −b/S", domain=_small),
        definition(
            q, _below.quantile(level), "the ratio −b/(σS) of a level", Eq(1 + erf(q / sqrt(2)), 2 * level),
            domain=_small,
        ),
        definition(
            lam,
            _below.edge(level),
            "the λ whose ratio ends there",
            Eq(_below.quantile(level) * sigma**2 * (2 * lam - 1), 1),
            domain=_small,
        ),
        definition(
            error,
            _above.generalization_plateau,
            "λ > 1/2 ends at the ratio 1/(σ|x₂|)",
            Eq(error + (1 + erf(1 / (sqrt(2) * sigma**2 * 2 * mu))) / 2, 1),
            domain=_small,
        ),
        identity(
            Subs(Derivative(S * _below.points[1] + _below.bias(S), S), S, 0) * (1 - 2 * mu) * sigma,
            2 * (sigma**2 * mu * (1 - 2 * mu) - 1),
            "x₂ is right from the beginning unless σ²λ(1−2λ) > 1",
            domain=_small,
        ),
        definition(
            A_train, _above.training_curve(t), "as for λ > 1/2, in training", Eq(A_train + t, 1 + t), domain=_small
        ),
    )  # fmt: skip


@equations.register("B-orbit", "The orbit of two points", f"{B}, section 5")
def orbit() -> tuple[Step, ...]:
    """db/dS = (1+z)/(x₁+x₂z) for the exponential loss, z = e^{(x₂−x₁)S}: b − b₀ = F(z) − F(1)."""
    first, second = _below.points
    F = (log(z) / first + (1 / second - 1 / first) * log(-(first + second * z))) / (second - first)
    loss, b = (exp(S * first + u) + exp(S * second + u)) / 2, _below.bias(S)
    inside = {**_small, z: (1, Rational(5, 4))}
    return (
        identity(
            Derivative(loss, u) / Derivative(loss, S),
            (1 + exp((second - first) * S)) / (first + second * exp((second - first) * S)),
            "the two gradients",
            domain=_small,
        ),
        identity(
            Derivative(F, z),
            (1 + z) / ((second - first) * z * (first + second * z)),
            "integrate over z, dz = (x₂ − x₁)z dS",
            domain=inside,
        ),
        identity(
            b, Subs(F, z, exp((second - first) * S)) - Subs(F, z, 1), "from S = b = 0, in one logarithm", domain=_small
        ),
        identity(Derivative(b, S) * (first + second * exp((second - first) * S)), 1 + exp((second - first) * S),
                 "the orbit again", domain=_small),
        identity(
            Subs(SeparabilityEdge(Rational(1, 2), sigma).bias(S), sigma, 1),
            -(S + exp(S) - 1),
            "at λ = 1/2, σ = 1, where x₂ = 0",
        ),
    )  # fmt: skip


@equations.register("B-time", "Time and slope along the orbit of two points", _DERIVED)
def time() -> tuple[Step, ...]:
    """dS/dt is minus the gradient, so that time is an integral and the slope of the accuracy is explicit in S."""
    first, second = _below.points
    push = -(first * exp(first * S) + second * exp(second * S)) * exp(_below.bias(S)) / 2
    by_bias = -2 * _below.bias(u).diff(u) * exp(-_below.bias(u)) / (exp(first * u) + exp(second * u))
    return (
        identity(_below.time_at(S), Integral(by_bias, (u, 0, S)), "dt = −2e^{−b} db/(e^{Sx₁} + e^{Sx₂})", domain=_small,
                 digits=15),
        identity(
            _below.slope_at(S), Derivative(_below.accuracy_at(S), S) * push, "dA/dt = (dA/dS)(dS/dt)", domain=_small
        ),
    )  # fmt: skip


@equations.register("B-settled", "Where the weight of two points settles, and when a level is reached", _DERIVED)
def settled() -> tuple[Step, ...]:
    """λ < 1/2: S → S_∞, e^{−b} → ct, A → Φ(ln(ct)/(σS_∞)): the jump of a level diverges like (1−2λ)^{−q}."""
    first, second = _below.points
    end, late = _below.limiting_weight(), _below.late_jump_time(level)
    ratio = _below.quantile(level)
    return (
        definition(
            s_inf,
            end,
            "the gradient in S vanishes",
            Eq(-first * exp(first * s_inf), second * exp(second * s_inf)),
            domain=_small,
        ),
        definition(
            c,
            _below.late_rate(),
            "d(e^{−b})/dt, the mean of e^{Sx}, at S_∞",
            Eq(2 * c, exp(first * end) + exp(second * end)),
            domain=_small,
        ),
        identity(
            log(_below.late_rate() * late) / (sigma * end), ratio, "A = Φ(ln(ct)/(σS_∞)) is at its level", domain=_small
        ),
        identity(
            log(_below.late_rate() * _below.horizon / 10) / (sigma * end),
            _below.quantile(Rational(99, 100)),
            "a tenth of the horizon is that of 0.99",
            domain=_small,
        ),
        identity(
            _below.late_slope(level),
            late * Subs(Derivative((1 + erf(log(_below.late_rate() * t) / (sqrt(2) * sigma * end))) / 2, t), t, late),
            "slope times time, qφ(q)/ln(ct): sharpness like 1/(t ln t)",
            domain=_small,
        ),
        identity(
            late * (2 * mu) ** (ratio / (1 + 2 * mu)),
            1 / _below.late_rate(),
            "the jump goes like the power −q/(2(1−λ)) of 1 − 2λ",
            domain=_small,
        ),
    )


@equations.register("B-separated", "How two separable points come to a level that they only just reach", _DERIVED)
def separated() -> tuple[Step, ...]:
    """λ > 1/2: b → S/x₂ + C, so that S of a level is C/(σ(h_∞ − q)) and ln t diverges as 1/(λ_q − λ)."""
    first, second = _above.points
    offset = log((first + second) / second) / (first * second)
    weight = Subs(_above.bias(S), S, log(z) / (second - first))
    reached = _above.late_weight(level)
    far = -second
    near = {**_small, mu: (Rational(1, 50), Rational(1, 20))}
    ratio, steep = _above.quantile(level), far + 1 / far
    line = -(S / second + offset) / (sigma * S)
    return (
        asymptotic(weight - log(z) / ((second - first) * second), offset, "b − S/x₂ for z → ∞", z, domain=_small),
        identity(Subs(line, S, reached), ratio, "−b/(σS) on this line is at its level", domain=near),
        identity(
            Derivative(log(_above.late_time(S)), S), steep, "t grows like e^{aS}, a = |x₂| + 1/|x₂|", domain=_small
        ),
        identity(
            Derivative(_above.late_time(S), S) * far * exp(second * S) * exp(S / second + offset),
            2,
            "dt/dS on the line, where x₁ no longer pulls",
            domain=_small,
        ),
        identity(
            _above.late_slope(level) * steep,
            exp(-(ratio**2) / 2) / sqrt(2 * pi) * Subs(Derivative(-offset / (sigma * S), S), S, reached),
            "slope times time, φ(q)h′(S)/a: sharpness like 1/(t ln²t)",
            domain=near,
        ),
    )  # fmt: skip
