"""The full table of addition: how many parallelograms, its matrix, a mode of it, and how fast that decays."""

from sympy import (
    Abs,
    Eq,
    Expr,
    Integer,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    floor,
    symbols,
)

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.full_table import full_table_parallelograms, full_table_rate, full_table_rate_bound
from theory.representations.operation_table import OperationTable
from theory.sources import U
from theory.steps import Domain, Step, asymptotic, definition, identity

__all__ = ["entry", "equations", "reaches"]

equations = Registry()

p, m, s, k = symbols("p m s k", integer=True, positive=True)
norm = Symbol("Z_0", positive=True)
rate = Symbol("lambda_3", positive=True)
_sizes: Domain = {p: (3, 40), m: (3, 20)}
_row: Domain = {m: (20, 40), k: (0, 18)}


def _alike(total: Expr, size: Expr) -> Expr:
    """Number n of pairs i ≤ j with this sum."""
    return floor((size - 1 - Abs(total - size + 1)) / 2) + 1


def _inside(index: Expr, size: Expr) -> Expr:
    return Piecewise((1, (index >= 0) & (index <= size - 1)), (0, True))


def reaches(index: Expr, least: Expr) -> Expr:
    """1 where index ≥ least, else 0."""
    return Piecewise((1, index >= least), (0, True))


def _doubles(row: Expr, column: Expr, size: Expr) -> Expr:
    return _inside(2 * row - column, size) + _inside(2 * column - row, size)


def entry(row: Expr, column: Expr, size: Expr) -> Expr:
    """Entry of AᵀA off the diagonal."""
    return _alike(row + column, size) - (size - Abs(row - column)) - _doubles(row, column, size)


@equations.register("U-parallelograms", "Number of parallelograms of the full table", f"{U.brief}, section 3; p = 10")
def parallelograms() -> tuple[Step, ...]:
    """Σ_s n(n − 1)/2, n = ⌊min(s, 2p − 2 − s)/2⌋ + 1: p(p − 2)(2p + 1)/24 for even p, (p² − 1)(2p − 3)/24 for odd."""
    total = Sum(_alike(s, p) * (_alike(s, p) - 1) / 2, (s, 0, 2 * p - 2))
    return (
        identity(total, full_table_parallelograms(p), "each two pairs with the same sum", domain=_sizes),
        identity(full_table_parallelograms(2 * m), m * (4 * m**2 - 3 * m - 1) / 6, "p = 2m"),
        identity(full_table_parallelograms(2 * m + 1), ((2 * m + 1) ** 2 - 1) * (4 * m - 1) / 24, "p = 2m + 1"),
        identity(total.subs(p, 10), Integer(70), "U's 70 at p = 10"),
    )


@equations.register("U-matrix", "Matrix of the full table of addition", "derived from U's ℓ₀")
def matrix() -> tuple[Step, ...]:
    """(AᵀA)_kl = n_{k+l} − (p − |k − l|) − [0 ≤ 2k − l < p] − [0 ≤ 2l − k < p] for k ≠ l, rows add up to 0.

    AᵀA = Σ_s [n_s Σ_q v_q v_qᵀ − w_s w_sᵀ], v_q = e_i + e_j for the pairs q of sum s, w_s = Σ_q v_q: k and l meet in
    one pair, of sum k + l, and in p − |k − l| of the w_s, where a pair (k, k) counts twice. So ℓ₀|P₀| is the energy of
    a graph with weights −(AᵀA)_kl between any two symbols.
    """
    steps = []
    for size in (6, 7):
        E = symbols(f"E_0:{size}", positive=True)
        energy = sum(
            -entry(Integer(a), Integer(b), Integer(size)) * (E[a] - E[b]) ** 2 for a in range(size) for b in range(a)
        )
        theory = EffectiveTheory(OperationTable.addition(size))
        steps.append(
            identity(
                theory.loss(E) * sum(entry**2 for entry in E) * full_table_parallelograms(size),
                energy,
                f"all parallelograms of {size} symbols",
            )
        )
    return tuple(steps)


@equations.register("U-full-table-mode", "A mode of the full table, p even", "derived here; in no paper")
def mode() -> tuple[Step, ...]:
    """AᵀA v = μv, μ = p(p + 2)/4, v = (1, −2/(p − 2), …, −2/(p − 2), 1), for every even p; λ = 2μ/(Z₀|P₀|).

    v is a multiple of e_0 + e_{p−1} − (2/p)(1, …, 1), and AᵀA annihilates constants, so that only the first and the
    last column matter. In a row k between, n_k + n_{p−1+k} = p/2 + 1 whether k is even or odd, the two p − |k − l| add
    up to p + 1, and 2k lies in one of the two halves: −(p + 2)/2 = −(2/p)μ. The two ends are equal, and the sum of the
    columns is 0, which leaves (p² − 4)/4 = (1 − 2/p)μ for each.
    """
    size = 2 * m
    mu = size * (size + 2) / 4
    alike = _alike(k, size) + _alike(size - 1 + k, size)
    halves = reaches(size - 1, 2 * k) + reaches(2 * k, size - 1)
    steps = (
        identity(alike, m + 1, "pairs of sum k and of p − 1 + k", domain=_row),
        identity(halves, Integer(1), "2k lies in one half", domain=_row),
        identity(
            entry(k, Integer(0), size) + entry(k, size - 1, size),
            alike - (size + 1) - halves,
            "first and last column",
            domain=_row,
        ),
        identity(alike - (size + 1) - halves, -2 * mu / size, "(AᵀA v)_k = μv_k between the ends", domain=_row),
        identity(
            Sum(2 * mu / size, (s, 1, size - 2)) / 2,
            m**2 - 1,
            "μ(1 − 2/p) at the ends, by the column sums",
            domain=_row,
        ),
        identity(2 * mu / (norm * full_table_parallelograms(size)), full_table_rate(size, norm), "H = 2AᵀA/(Z₀|P₀|)"),
        identity(
            EffectiveTheory(OperationTable.addition(10)).grokking_rate
            * Sum(_alike(s, Integer(10)) * (_alike(s, Integer(10)) - 1) / 2, (s, 0, 18)),
            Integer(6),
            "U's 6/70 at p = Z₀ = 10, the smallest there",
        ),
        definition(
            rate,
            full_table_rate(size, norm),
            "λ₃ of the full table",
            Eq(rate * norm * full_table_parallelograms(size), 2 * mu),
        ),
    )
    return steps


@equations.register("U-odd-table-bound", "Slowest mode of the full table, p odd: an upper bound", "derived here")
def odd_bound() -> tuple[Step, ...]:
    """λ₃ ≤ 12p/((p − 2)(2p − 3)Z₀): the quotient of the even mode, μ ≤ (p² + 2p + 3)/4 + 3/(2(p − 2)).

    For odd p the middle symbol is hit by both halves, and e_0 + e_{p−1} − (2/p)(1, …, 1) is no mode any more. The true
    one is close below (`U-odd-table-lower-bound`), a root of x³ − 65x² + 1382x − 9604 at p = 7. Of the two slowest,
    within 0.12 % of one another from p = 11, in floats up to p = 201 the symmetric one is the slower at
    p = 7, 11, 15, …, 47, the antisymmetric one at all others; both are at μ at p = 5.
    """
    size = 2 * m + 1
    ends = entry(s, Integer(0), size) + entry(s, size - 1, size)
    quotient = size * (size**2 - 1) / (4 * (size - 2))
    mu = Symbol("mu", positive=True)
    seventh = EffectiveTheory(OperationTable.addition(7), norm=2).grokking_rate * full_table_parallelograms(7)
    return (
        identity(-Sum(ends, (s, 1, size - 2)), (size**2 - 1) / 2, "vᵀAᵀAv by the column sums", domain=_sizes),
        identity(
            (size**2 - 1) / 2 / (2 - 4 / size),
            (size**2 + 2 * size + 3) / 4 + Rational(3, 2) / (size - 2),
            "over |v|² = 2 − 4/p",
        ),
        definition(
            mu,
            seventh.evalf(80),
            "the exact number at p = 7, the smallest root",
            Eq(mu**3 + 1382 * mu, 65 * mu**2 + 9604),
        ),
        identity(
            2 * quotient / (norm * full_table_parallelograms(size)),
            full_table_rate_bound(size, norm),
            "H = 2AᵀA/(Z₀|P₀|)",
        ),
    )


@equations.register("U-rate-many-symbols", "The full table of many symbols", "derived here")
def many_symbols() -> tuple[Step, ...]:
    """λ₃ → 6/(pZ₀), for even p by the rate, for odd p by its two bounds, whose ratio tends to 1: 6/p² at Z₀ = p."""
    return (
        asymptotic(full_table_rate_bound(p, 1), 6 / p, "odd p: the bound", p, error=7 / (2 * p)),
        asymptotic(full_table_rate(p, 1), 6 / p, "even p", p, error=7 / (2 * p)),
        asymptotic(full_table_rate(p), 6 / p**2, "at Z₀ = p", p, error=7 / (2 * p)),
    )
