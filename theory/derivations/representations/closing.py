"""Representation learning as a solvable system: variances, closing probabilities, times."""

from sympy import Eq, Expr, Integral, Matrix, Rational, Sum, Symbol, exp, pi, sqrt, symbols

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable
from theory.representations.representation_learning import RepresentationLearning
from theory.steps import Domain, Step, definition, identity
from theory.symbols import t

__all__ = ["equations"]

equations = Registry()

delta, scale, norm, alpha, loss = symbols("delta sigma Z_0 alpha L", positive=True)
k = Symbol("k", integer=True, positive=True)
_table = OperationTable.addition(4)
_all_but_one = tuple(pair for pair in _table.pairs if pair != (0, 3))
_known = {"tolerance": delta, "norm": norm, "scale": scale}
_system = RepresentationLearning(_table, _all_but_one, **_known)
_near: Domain = {t: (0, 2), norm: (2, 8), delta: (Rational(1, 8), 1), scale: (Rational(1, 2), 2)}
_level: Domain = {**_near, alpha: (Rational(1, 10), Rational(9, 10))}


def _variance(vector: tuple[int, ...]) -> Expr:
    """aᵀe^{−2Ht}a over all starts: the residuals of each unit start, squared and added."""
    theory = EffectiveTheory(_table, _all_but_one, norm)
    starts = [[int(n == unit) for n in range(4)] for unit in range(4)]
    return sum((Matrix(vector).T * theory.representation(t, start))[0] ** 2 for start in starts)


def _within(variance: Expr) -> Integral:
    """P(|a| ≤ δ) of a Gaussian residual."""
    y = Symbol("y", real=True)
    return Integral(exp(-(y**2) / (2 * variance)) / sqrt(2 * pi * variance), (y, -delta, delta))


@equations.register("U-closing-variance", "Variance of a parallelogram's residual", "derived here, from dR/dt = −HR")
def variance() -> tuple[Step, ...]:
    """σ²aᵀe^{−2Ht}a, a finite sum of exponentials: ten pairs of four symbols less 0+3."""
    return (
        definition(
            loss,
            _system.training_loss(t),
            "0+2 = 1+1, and 1+3 = 2+2 by symmetry, from independent starts",
            Eq(loss, scale**2 * _variance((1, -2, 1, 0))),
            domain=_near,
        ),
        definition(
            loss,
            _system.generalization_loss(t),
            "0+3 = 1+2, held out",
            Eq(loss, scale**2 * _variance((1, -1, -1, 1))),
            domain=_near,
        ),
    )


@equations.register("U-closing", "Accuracies of representation learning", "derived here, from dR/dt = −HR")
def closing() -> tuple[Step, ...]:
    """The share of closed parallelograms, erf(δ/√(2σ²V)) each; in two dimensions 1 − e^{−δ²/(2σ²V)}."""
    y, spread = Symbol("y", positive=True), scale**2 * _variance((1, -1, -1, 1))
    flat = RepresentationLearning(_table, _all_but_one, dimension=2, **_known)
    return (
        identity(
            _system.training_curve(t),
            _within(scale**2 * _variance((1, -2, 1, 0))),
            "0+2 = 1+1 and 1+3 = 2+2",
            domain=_near,
        ),
        identity(
            _system.generalization_curve(t), _within(scale**2 * _variance((1, -1, -1, 1))), "0+3 = 1+2", domain=_near
        ),
        identity(
            flat.generalization_curve(t).expand(func=True),
            Integral(y / spread * exp(-(y**2) / (2 * spread)), (y, 0, delta)),
            "two dimensions, by the radius",
            domain=_near,
        ),
    )


@equations.register("U-closing-time", "When one parallelogram closes", "derived here, from dR/dt = −HR")
def closing_time() -> tuple[Step, ...]:
    """t = ln(σ²w/L*)/(2λ), where one mode is left; of 0+3 = 1+2 there is one from the start."""
    return (
        definition(
            t,
            _system.closing_time((0, 3, 1, 2), alpha),
            "closed with probability α",
            Eq(_system.generalization_curve(t), alpha),
            domain=_level,
        ),
    )


@equations.register("U-horizon", "Horizon of representation learning", "derived here, from dR/dt = −HR")
def horizon() -> tuple[Step, ...]:
    """The slowest mode has fallen below δ/(10σ) of its start, here at a rate of 2/Z₀."""
    return (
        definition(
            t,
            _system.horizon,
            "1 + 10σ/δ times smaller",
            Eq(delta * exp(2 * t / norm), delta + 10 * scale),
            domain=_near,
        ),
    )


@equations.register(
    "U-open-parallelogram", "Where a structure that is not unique ends", "derived here, from dR/dt = −HR"
)
def open_parallelogram() -> tuple[Step, ...]:
    """What the null space has of a residual stays: (1, −1, −1, 1) less its part along the trained (1, −2, 1, 0)."""
    system = RepresentationLearning(_table, ((0, 2), (1, 1), (0, 3)), **_known)
    return (
        definition(
            loss,
            system.generalization_plateau,
            "σ²(|a|² − (a·b)²/|b|²)",
            Eq(loss, scale**2 * (Sum(1, (k, 1, 4)) - Rational(2**2, 6))),
        ),
    )
