"""Known errors of Z and B, each as a statement with a counter-example in numbers."""

from sympy import Eq, Integer, Integral, Rational, Subs, Symbol, exp, log, oo, pi, sqrt, symbols

from theory.registry import Registry
from theory.solvable.separability_edge import SeparabilityEdge
from theory.solvable.threshold_learner import ThresholdLearner
from theory.sources import B, Z
from theory.steps import Domain, Step, definition, identity
from theory.symbols import lam, t

__all__ = ["equations"]

equations = Registry()


@equations.register("Z-Eq8", "The printed grokking time lacks the divisor 1 + λ₂", f"{Z}, Eq. 8")
def grokking_time() -> tuple[Step, ...]:
    """ln(1 + (1+λ₂)x_min/(e − x̄)) is 1+λ₂ times too long: at λ₂ = 1 the threshold is past ε by then."""
    l2, smallest, left = symbols("lambda_2 x_min t_left", positive=True)
    last, few = Symbol("t_last", positive=True), {smallest: (Rational(1, 8), 1), l2: (Rational(1, 8), 2)}
    system = ThresholdLearner(epsilon=1, l2=l2)
    printed = log(1 + smallest / system.distance)
    one = ThresholdLearner(epsilon=1, l2=1)
    begin = log((one.start - one.epsilon + one.distance) / (1 + one.distance)) / 2
    return (
        definition(
            left,
            system.grokking_time(smallest),
            "with the divisor y falls from x_min to 0 in this time",
            Eq((smallest + system.distance) * exp(-(1 + l2) * left), system.distance),
            domain=few,
        ),
        definition(
            last, begin, "ε = 1, b(0) = 4, λ₂ = 1: y = x_min = 1", Eq(Subs(one.threshold(t), t, last), Integer(2))
        ),
        identity(
            Subs(one.threshold(t), t, begin + printed.subs({smallest: 1, l2: 1})),
            Rational(1, 2),
            "and after the printed time b = 1/2, not ε = 1",
        ),
    )


@equations.register("B-Eq11", "Separable and inseparable are exchanged after B's Eq. 11", f"{B}, after Eq. 11")
def exchanged() -> tuple[Step, ...]:
    """It is for λ < 1/2, with the origin between the two points, that the weight stays finite and all is right."""
    sigma, end, x = symbols("sigma S_oo x", positive=True)
    inside, outside = (SeparabilityEdge(Rational(part, 4), sigma) for part in (1, 3))
    (first, second), product = (
        inside.points,
        SeparabilityEdge(lam, sigma).points[0] * SeparabilityEdge(lam, sigma).points[1],
    )
    few: Domain = {sigma: (Rational(1, 2), 2)}
    return (
        identity(
            Subs(product, lam, Rational(1, 4)),
            -(sigma**2) / 2,
            "λ = 1/4: one on each side, not separable from the origin",
        ),
        definition(
            end,
            inside.limiting_weight(),
            "S ends where they balance",
            Eq(-first * exp(first * end), second * exp(second * end)),
        ),
        identity(Subs(product, lam, Rational(3, 4)), sigma**2 / 2, "λ = 3/4: both on one side, separable"),
        identity(
            outside.generalization_plateau,
            Integral(exp(-(x**2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2), (x, 2 / sigma, oo)),
            "where −b/S ends at 1/|x₂| = 2/σ, and what lies beyond stays wrong",
            domain=few,
            digits=20,
        ),
    )
