"""Known errors and ambiguities of U, each as a statement with a counter-example in numbers."""

from sympy import Derivative, Eq, Integer, Matrix, Rational, Symbol, cos, erf, exp, oo, pi, sin, sqrt, symbols

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable
from theory.sources import U
from theory.steps import Domain, Step, definition, identity
from theory.symbols import t

__all__ = ["equations"]

equations = Registry()

_three = EffectiveTheory(OperationTable.addition(3), norm=2)
_near: Domain = {t: (0, 1)}


@equations.register("U-norm-not-conserved", "The linear dynamics do not conserve the norm", f"{U}, section 3")
def norm_not_conserved() -> tuple[Step, ...]:
    """U conserves Z₀ and has dR/dt = −HR: the second gives dZ₀/dt = −2RᵀHR. From (1, 0, 1), Z₀ falls from 2 to 4/3."""
    flow = _three.representation(t, [1, 0, 1])
    squares = sum(entry**2 for entry in flow)
    return (
        identity(
            Derivative(squares, t), -2 * (Matrix(flow).T * _three.hessian * flow)[0], "dZ₀/dt along it", domain=_near
        ),
        identity(squares, Rational(4, 3) + Rational(2, 3) * exp(-12 * t), "from (1, 0, 1)", domain=_near),
    )


@equations.register("U-sum-not-conserved", "The gradient flow does not conserve the sum", f"{U}, section 3")
def sum_not_conserved() -> tuple[Step, ...]:
    """U conserves ΣE_k too: under the flow that conserves Z₀ it grows, from (1, 0, 1) from 2 to √6."""
    flow = _three.representation(t, [1, 0, 1], "gradient")
    end = Symbol("E_oo", positive=True)
    return (
        identity(sum(flow), 2 * sqrt(3 / (2 + exp(-12 * t))), "from (1, 0, 1)", domain=_near),
        definition(end, sum(flow).subs(t, oo), "its end", Eq(end**2, 6)),
    )


@equations.register("U-circle", "Parallelograms do not close on the circle", f"{U}, section 5: modular addition")
def circle() -> tuple[Step, ...]:
    """On E_k = (cos θk, sin θk), θ = 2πf/p, |E_i + E_j − E_m − E_n| = 2|cos(θ(i − j)/2) − cos(θ(m − n)/2)|, not 0.

    E_i + E_j = 2cos(θ(i − j)/2)·(cos, sin)(θ(i + j)/2): sums of one result have one direction, up to a sign, and
    different lengths. So the circle, which is what networks find for modular addition, is not in the null space of ℓ₀,
    and counts no closed parallelogram but those with i − j = ±(m − n).
    """
    theta = Symbol("theta", positive=True)
    i, j, m = symbols("i j m", positive=True)
    n, half = i + j - m, theta / 2
    apart = [f(theta * i) + f(theta * j) - f(theta * m) - f(theta * n) for f in (cos, sin)]
    return (
        identity(
            (cos(theta * i) + cos(theta * j)) ** 2 + (sin(theta * i) + sin(theta * j)) ** 2,
            4 * cos(half * (i - j)) ** 2,
            "length of a sum",
        ),
        identity(
            sum(entry**2 for entry in apart),
            4 * (cos(half * (i - j)) - cos(half * (m - n))) ** 2,
            "a parallelogram, n = i + j − m",
        ),
        identity(
            sum(entry**2 for entry in apart).subs({i: 0, j: 2, m: 1, theta: pi / 5}, simultaneous=True),
            (3 - sqrt(5)) ** 2 / 4,
            "0+2 = 1+1 at p = 10: |residual| = 0.38, not 0",
        ),
    )


@equations.register("U-tolerance", "Two tolerances of the quality of a representation", f"{U}, section 4, and its code")
def tolerance() -> tuple[Step, ...]:
    """The paper has |residual| ≤ 0.01, its code |residual|² < 0.01: of a standard start ten times as many count."""
    start = sqrt(2 * Integer(4))
    return (
        identity(
            erf(Rational(1, 10) / start),
            Rational(99959, 10000) * erf(Rational(1, 100) / start),
            "P(closed) of E_i + E_j − E_m − E_n, variance 4: a factor 10",
            digits=4,
        ),
    )
