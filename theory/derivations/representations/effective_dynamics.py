"""The effective loss of U, what its gradient flow conserves, and the two dynamics that are read from it."""

from sympy import Derivative, Eq, Expr, Matrix, Subs, Sum, Symbol, symbols

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable
from theory.sources import U
from theory.steps import Domain, Step, definition, identity
from theory.symbols import t

__all__ = ["equations"]

equations = Registry()

E = symbols("E_0:4", positive=True)
norm = Symbol("Z_0", positive=True)
k = Symbol("k", integer=True, positive=True)
_four = EffectiveTheory(OperationTable.addition(4), norm=norm)
_three = EffectiveTheory(OperationTable.addition(3))
_squares, _three_squares = (sum(entry**2 for entry in E[:size]) for size in (4, 3))
_rows = Matrix(E)
_near: Domain = {t: (0, 1)}


def _misfit() -> Expr:
    """ℓ₀ of the full table of four symbols, written out."""
    a, b, c, d = E
    return ((a + c - 2 * b) ** 2 + (a + d - b - c) ** 2 + (b + d - 2 * c) ** 2) / 3


def _flow(index: int) -> Expr:
    """(HE)_index of the full table of four symbols."""
    return (_four.hessian * _rows)[index]


@equations.register("U-loss", "Effective loss of a representation", f"{U.brief}, section 3")
def effective_loss() -> tuple[Step, ...]:
    """ℓ = ℓ₀/Z₀, ℓ₀ the mean of |E_i + E_j − E_m − E_n|² over the parallelograms; here the three of four symbols."""
    loss = Symbol("ell", positive=True)
    return (definition(loss, _four.loss(E), "0+2 = 1+1, 0+3 = 1+2, 1+3 = 2+2", Eq(loss * _squares, _misfit())),)


@equations.register("U-linear", "U's linear dynamics", f"{U.brief}, section 3")
def linear_dynamics() -> tuple[Step, ...]:
    """dE/dt = −HE with Z₀ held fixed, and its solution R(t) = e^{−Ht}R₀."""
    flow = _four.representation(t, E)
    steps = [
        identity(Derivative(_misfit(), E[n]) / norm, _flow(n), f"H E is ∇ℓ₀/Z₀ with Z₀ held fixed: E_{n}")
        for n in range(2)
    ]
    steps += [identity(Subs(flow[n], t, 0), E[n], f"the solution starts at R₀: E_{n}", domain=_near) for n in range(2)]
    steps += [
        identity(
            Derivative(flow[n], t), -(_four.hessian * flow)[n], f"the solution solves dE/dt = −HE: E_{n}", domain=_near
        )
        for n in range(2)
    ]
    return tuple(steps)


@equations.register("U-linear-conserved", "What the linear dynamics conserve", "U section 3, in its linear reading")
def linear_conserved() -> tuple[Step, ...]:
    """ΣE_k and Σ kE_k stay, as H annihilates constants and lines; Z₀ does not stay."""
    flow = _four.representation(t, E)
    return (
        identity(sum(flow), sum(E), "the columns of H add up to nothing", domain=_near),
        identity(
            sum(n * entry for n, entry in enumerate(flow)),
            sum(n * entry for n, entry in enumerate(E)),
            "neither do they if weighted by k",
            domain=_near,
        ),
    )


@equations.register("U-line", "What the full table of addition leaves free", f"{U.brief}, section 3")
def line() -> tuple[Step, ...]:
    """E_k = E_0 + k(E_1 − E_0): a line, two dimensions of the null space."""
    free = EffectiveTheory(OperationTable.addition(5)).null_space * Matrix(E[:2])
    return tuple(
        identity(free[n], E[0] + Sum(E[1] - E[0], (k, 1, n)), f"E_{n} of five symbols, steps of E_1 − E_0")
        for n in range(2, 5)
    )


@equations.register("U-norm-conserved", "Gradient flow of the effective loss conserves the norm", "derived from U's ℓ")
def norm_conserved() -> tuple[Step, ...]:
    """ℓ is homogeneous of degree 0, so that Σ E_k ∂ℓ/∂E_k = 0 and Z₀ stays exactly."""
    flow = _three.representation(t, E[:3], "gradient")
    return (
        identity(
            sum(entry * Derivative(_misfit(), entry) for entry in E),
            2 * _misfit(),
            "Euler: ℓ₀ is of degree 2, as Z₀ is",
        ),
        identity(
            sum(entry * Derivative(_misfit(), entry) for entry in E) / _squares,
            _misfit() / _squares**2 * sum(entry * Derivative(_squares, entry) for entry in E),
            "so that the two parts of Σ E_k ∂ℓ/∂E_k are equal",
        ),
        identity(
            sum(entry**2 for entry in flow), _three_squares, "Z₀ of the solution stays, three symbols", domain=_near
        ),
    )


@equations.register("U-sum-grows", "What the gradient flow does to the sum", "derived from U's ℓ")
def sum_grows() -> tuple[Step, ...]:
    """d(ΣE_k)/dt = (2ℓ/Z₀) ΣE_k: the sum is conserved only if it is zero."""
    loss = _misfit() / _squares
    return (
        identity(
            -sum(Derivative(loss, entry) for entry in E),
            2 * _four.loss(E) / _squares * sum(E),
            "ℓ₀ does not change if all E_k are shifted, Z₀ does",
        ),
    )


@equations.register("U-gradient-flow", "Gradient flow of the effective loss, solved", "derived from U's ℓ")
def gradient_flow() -> tuple[Step, ...]:
    """dE/dt = −HE + (EᵀHE/Z₀)E is solved by R(t) = √Z₀ e^{−Ht}R₀/|e^{−Ht}R₀|; here three symbols from (2, 1, 3)."""
    own = EffectiveTheory(_three.table, norm=_three_squares)
    rows = Matrix(E[:3])
    energy = (rows.T * own.hessian * rows)[0]
    started = EffectiveTheory(_three.table, norm=14)
    flow = started.representation(t, [2, 1, 3], "gradient")
    misfit = (flow[0] + flow[2] - 2 * flow[1]) ** 2
    return (
        identity(
            -Derivative((E[0] + E[2] - 2 * E[1]) ** 2 / _three_squares, E[0]),
            -(own.hessian * rows)[0] + energy / _three_squares * E[0],
            "−∇ℓ with H for the Z₀ that it has, EᵀHE = 2ℓ",
        ),
        *(
            identity(Subs(flow[n], t, 0), value, f"the solution starts at R₀: E_{n}", domain=_near)
            for n, value in ((0, 2), (1, 1))
        ),
        identity(
            Derivative(flow[0], t),
            -(started.hessian * flow)[0] + misfit / 98 * flow[0],
            "the solution follows it, EᵀHE/Z₀ = 2ℓ₀/Z₀²",
            domain=_near,
        ),
    )
