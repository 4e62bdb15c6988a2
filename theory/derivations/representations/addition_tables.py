"""The full table of addition: how many parallelograms, its matrix, its slowest mode, and how fast that decays."""

from sympy import (
    QQ,
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
from sympy.polys.matrices import DomainMatrix

from theory.registry import Registry
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.full_table import full_table_parallelograms, full_table_rate, full_table_rate_bound
from theory.representations.operation_table import OperationTable
from theory.representations.parallelogram_matrix import parallelogram_matrix
from theory.sources import U
from theory.steps import Domain, Step, asymptotic, definition, identity

__all__ = ["equations"]

equations = Registry()

p, m, s, k, other = symbols("p m s k l", integer=True, positive=True)
norm = Symbol("Z_0", positive=True)
rate = Symbol("lambda_3", positive=True)
_sizes: Domain = {p: (3, 40), m: (3, 20)}
_row: Domain = {m: (20, 40), k: (0, 18)}
_half: Domain = {m: (19, 22), k: (0, 12), other: (12, 19)}
_FEW = 40
"""The largest p for which a check of the registry looks at all antisymmetric modes; the tests go on to 100."""


def _alike(total: Expr, size: Expr) -> Expr:
    """Number n of pairs i ≤ j with this sum."""
    return floor((size - 1 - Abs(total - size + 1)) / 2) + 1


def _inside(index: Expr, size: Expr) -> Expr:
    return Piecewise((1, (index >= 0) & (index <= size - 1)), (0, True))


def _reaches(index: Expr, least: Expr) -> Expr:
    return Piecewise((1, index >= least), (0, True))


def _doubles(row: Expr, column: Expr, size: Expr) -> Expr:
    return _inside(2 * row - column, size) + _inside(2 * column - row, size)


def _entry(row: Expr, column: Expr, size: Expr) -> Expr:
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
            -_entry(Integer(a), Integer(b), Integer(size)) * (E[a] - E[b]) ** 2 for a in range(size) for b in range(a)
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
    size, ends = 2 * m, _entry(k, Integer(0), 2 * m) + _entry(k, 2 * m - 1, 2 * m)
    mu = size * (size + 2) / 4
    between = ends.subs(k, s)
    steps = (
        identity(_alike(k, size) + _alike(size - 1 + k, size), m + 1, "pairs of sum k and of p − 1 + k", domain=_row),
        identity(_doubles(k, Integer(0), size) + _doubles(k, size - 1, size), Integer(1), "one half", domain=_row),
        identity(ends, -2 * mu / size, "(AᵀA v)_k = μv_k between the ends", domain=_row),
        identity(-Sum(between, (s, 1, size - 2)) / 2, m**2 - 1, "and at the ends, by the column sums", domain=_row),
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


@equations.register("U-full-table-slowest", "That mode is the slowest", "derived here; in no paper")
def slowest() -> tuple[Step, ...]:
    """Proved for all modes symmetric under k → p − 1 − k and every even p; for the antisymmetric ones, see below.

    *Symmetric* modes live on k < p/2, where AᵀA is the graph with weights w_kl = p/2 + min(k, l) + ι, ι ≥ 0 the number
    of 2k − l, 2l − k, 2k − l′, 2l − k′ between 0 and p − 1 (l′ = p − 1 − l). At k = 0 that is p/2 + 1, elsewhere at
    least as much. So AᵀA is at least (p/2 + 1) times the complete graph on p/2 symbols, whose only eigenvalue other
    than 0 is p/2: nothing symmetric but the constant is slower than (p/2)(p/2 + 1) = p(p + 2)/4.

    *Antisymmetric* modes x_k = h_k u_k, h_k = (p − 1)/2 − k, have the energy Σ h_k h_l w_kl (u_k − u_l)² with
    w_kl = 3h_l ∓ 1/2 + (what is not negative) for k < l. As w_kl ≥ 2h_l ≥ 2h_k h_l/h_0, none but the line u = 1 is slower
    than 2Σh²/h_0 = p(p + 1)/6, somewhat less than two thirds of μ: that is proved for every even p. That none is slower
    than μ is *verified*, exactly, for every even p up to 40 by this check and up to 100 by the tests; the slowest of
    them seems to tend to μ + 1. A proof for all p is open.
    """
    size, mirrored = 2 * m, 2 * m - 1 - other
    symmetric = -_entry(k, other, size) - _entry(k, mirrored, size)
    antisymmetric = -_entry(k, other, size) + _entry(k, mirrored, size)
    near, far = 1 + _reaches(2 * k, other), _reaches(2 * k + other, size - 1) + _reaches(2 * other + k, size - 1)
    height = m - Rational(1, 2) - other
    at_zero: Domain = {m: (30, 40), other: (0, 28)}
    return (
        identity(symmetric, m + k + near + far, "symmetric weights, k < l < p/2", domain=_half),
        identity(symmetric.subs(k, 0), m + 1, "the outermost symbol has the least", domain=at_zero),
        identity(
            antisymmetric,
            3 * height - (-1) ** (k + other) / 2 + near - far,
            "antisymmetric weights, k < l < p/2",
            domain=_half,
        ),
        identity(
            Sum((m - Rational(1, 2) - s) ** 2, (s, 0, m - 1)) * 2 / (m - Rational(1, 2)),
            size * (size + 1) / 6,
            "bound of the antisymmetric modes, from w_kl ≥ 2h_k h_l/h_0",
            domain=_sizes,
        ),
        identity(
            Sum(1, (s, 2, _FEW // 2)),
            Integer(sum(no_antisymmetric_mode_is_slower(half) for half in range(2, _FEW // 2 + 1))),
            f"even p up to {_FEW} in which no antisymmetric mode is slower",
        ),
    )


def no_antisymmetric_mode_is_slower(half: int) -> bool:
    """Whether AᵀA − μ(1 − projector on lines) has no negative antisymmetric eigenvalue, p = 2·`half`, exactly.

    A symmetric matrix has none if the coefficients of its characteristic polynomial alternate in sign.
    """
    size = 2 * half
    table = OperationTable.addition(size)
    entries = parallelogram_matrix(table, table.pairs)
    heights = [size - 1 - 2 * row for row in range(half)]
    square, mu = sum(height**2 for height in heights), QQ(size * (size + 2), 4)
    shifted = [
        [
            QQ(entries[a][b] - entries[a][size - 1 - b]) - mu * (a == b) + mu * QQ(heights[a] * heights[b], square)
            for b in range(half)
        ]
        for a in range(half)
    ]
    polynomial = DomainMatrix(shifted, (half, half), QQ).charpoly()
    return all((-1) ** power * coefficient >= 0 for power, coefficient in enumerate(polynomial))


@equations.register("U-odd-table-bound", "Slowest mode of the full table, p odd: an upper bound", "derived here")
def odd_bound() -> tuple[Step, ...]:
    """λ₃ ≤ 12p/((p − 2)(2p − 3)Z₀): the quotient of the even mode, μ ≤ (p² + 2p + 3)/4 + 3/(2(p − 2)).

    For odd p the middle symbol is hit by both halves, and e_0 + e_{p−1} − (2/p)(1, …, 1) is no mode any more. The true
    one is close below and of high degree: a root of x³ − 65x² + 1382x − 9604 at p = 7. It is symmetric at
    p = 7, 11, 15, … and antisymmetric at p = 9, 13, 17, … (p ≤ 61 by exact counts), the two slowest being within
    0.1 % of one another from p = 11.
    """
    size = 2 * m + 1
    ends = _entry(s, Integer(0), size) + _entry(s, size - 1, size)
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
    """λ₃ → 6/(pZ₀), for even p exactly so, for odd p as the bound: 6/p² at Z₀ = p."""
    return (
        asymptotic(full_table_rate_bound(p, 1), 6 / p, "odd p: the bound", p, error=7 / (2 * p)),
        asymptotic(full_table_rate(p, 1), 6 / p, "even p", p, error=7 / (2 * p)),
        asymptotic(full_table_rate(p), 6 / p**2, "at Z₀ = p", p, error=7 / (2 * p)),
    )
