"""Modular addition and other groups: characters are the modes, and only the constants are free."""

from sympy import Derivative, Eq, Expr, Integer, Rational, Sum, Symbol, cos, pi, symbols

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.full_table import (
    modular_band_eigenvalue,
    modular_table_parallelograms,
    modular_table_rate,
)
from theory.representations.operation_table import OperationTable
from theory.steps import Domain, Step, definition, identity

__all__ = ["equations"]

equations = Registry()

m, k = symbols("m k", integer=True, positive=True)
norm = Symbol("Z_0", positive=True)
_low: Domain = {k: (0, 3)}
"""Frequencies 1, 2, 3."""


def _at_zero(theory: EffectiveTheory, frequency: Expr) -> Expr:
    """(Hv)_0 for the character v_j = cos(2π·frequency·j/p), v_0 = 1: its eigenvalue if it is a mode."""
    size = theory.table.symbols
    return sum(theory.hessian[0, j] * cos(2 * pi * frequency * j / size) for j in range(size))


def _energy(theory: EffectiveTheory, E: tuple[Symbol, ...]) -> Expr:
    """|AE|², all parallelograms."""
    return theory.loss(E) * sum(entry**2 for entry in E) * len(theory.parallelograms)


@equations.register("U-modular-odd", "Modular addition of an odd number of symbols", "derived here, by characters")
def modular_odd() -> tuple[Step, ...]:
    """AᵀA = ((p + 3)/2)(pI − J): all that is not constant decays alike, λ = 8(p + 3)/((p² − 1)Z₀).

    Each result has n = (p + 1)/2 pairs, whose w is (1, …, 1) plus one more at the half of the result. So on a
    character that is not constant AᵀA is n(p + 2) − 1 = p(p + 3)/2, where p + 2 = (p − 1) + 4 − 1 is what the pairs of
    one symbol with all others, with itself, and the missing own place add up to.
    """
    steps = []
    for size in (3, 5):
        E = symbols(f"E_0:{size}", positive=True)
        theory = EffectiveTheory(OperationTable.modular_addition(size))
        square, total = sum(entry**2 for entry in E), sum(E)
        steps.append(
            identity(
                _energy(theory, E), Rational(size + 3, 2) * (size * square - total**2), f"all pairs of {size} symbols"
            )
        )
    size, alike = 2 * m + 1, m + 1
    rate = Symbol("lambda_2", positive=True)
    count = Sum(alike * (alike - 1) / 2, (k, 1, size))
    return (
        *steps,
        identity(alike * (size + 2) - 1, size * (size + 3) / 2, "n(p + 2) − 1"),
        identity(modular_table_parallelograms(size), count, "n(n − 1)/2 for each result"),
        definition(
            rate,
            modular_table_rate(size, norm),
            "H = 2AᵀA/(Z₀|P₀|)",
            Eq(rate * norm * size * (m + 1) * m, 2 * size * (size + 3)),
        ),
    )


@equations.register("U-modular-even", "Modular addition of an even number of symbols", "derived here, by characters")
def modular_even() -> tuple[Step, ...]:
    """μ_k = (p + 1)(p + 2)/2 − (−1)^k, plus p/2 at k = p/2: results with two halves have one pair more."""
    size = Integer(8)
    theory = EffectiveTheory(OperationTable.modular_addition(8), norm=norm)
    count = Sum(m * (m + 1) / 2 + m * (m - 1) / 2, (k, 1, m))
    mu = (size + 1) * (size + 2) / 2 - (-1) ** k
    return (
        identity(modular_table_parallelograms(2 * m), count, "p/2 + 1 pairs or p/2"),
        identity(
            _at_zero(theory, k) * norm * modular_table_parallelograms(8), 2 * mu, "k = 1, 2, 3 at p = 8", domain=_low
        ),
        identity(
            _at_zero(theory, Integer(4)) * norm * modular_table_parallelograms(8),
            Sum(2 * (mu + 1), (k, 4, 4)) + 6,
            "p/2 = 4 more at k = 4",
        ),
        identity(
            theory.grokking_rate * Sum(16, (k, 1, 4)),
            modular_table_rate(8, norm) * 64,
            "the even frequencies are the slowest",
        ),
    )


@equations.register("U-group", "Any finite group", "derived here")
def group() -> tuple[Step, ...]:
    """AᵀA = 2|G|(|G|I − J) over the ordered pairs of any group; here the six permutations of three things."""
    order = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    table = OperationTable.of_group([[order.index(tuple(a[b[n]] for n in range(3))) for b in order] for a in order])
    E = symbols("E_0:6", positive=True)
    return (
        identity(
            _energy(EffectiveTheory(table), E),
            12 * (6 * sum(entry**2 for entry in E) - sum(E) ** 2),
            "36 pairs, six of each result",
        ),
    )


@equations.register("U-band", "Training pairs that depend on i − j alone", "derived here, by characters")
def band() -> tuple[Step, ...]:
    """μ = (|S|/2 + z)(|S| + 4z + c_{2k}) − (2z + c_k)² at frequency 2k, p odd, for all pairs with i − j in S or 0 (z).

    Σ_q v_q v_qᵀ has |S| + 4z in its diagonal and 1 where k − l is in S; the pairs of one result g hit (g + d)/2, d in
    S, and twice g/2 if 0 is a difference, so that Σ_g w_g w_gᵀ is the square of such a sum at half the frequency.
    """
    steps = []
    for differences, why in (((1, 2), "i − j = ±1, ±2 modulo 7"), ((0, 3), "i − j = 0, ±3 modulo 7")):
        table = OperationTable.modular_addition(7)
        chosen = tuple((i, j) for i, j in table.pairs if {(i - j) % 7, (j - i) % 7} & set(differences))
        theory = EffectiveTheory(table, chosen, norm=norm)
        steps.append(
            identity(
                _at_zero(theory, 2 * k) * norm * len(theory.parallelograms),
                2 * modular_band_eigenvalue(7, k, differences),
                why,
                domain=_low,
            )
        )
    return tuple(steps)


@equations.register("U-collapse", "What a group leaves free", "derived here")
def collapse() -> tuple[Step, ...]:
    """Only the constants: E_a + E_b depends on ab alone if E is constant up to a homomorphism to ℝ, and that is 0."""
    x = Symbol("x", positive=True)
    free = EffectiveTheory(OperationTable.modular_addition(5)).null_space[:, 0]
    return (identity(Derivative(sum(x * entry for entry in free), x), Sum(1, (k, 1, 5)), "five equal embeddings"),)
