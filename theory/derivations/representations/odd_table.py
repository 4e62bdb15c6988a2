"""The full table of addition of an odd number of symbols: a bound of its slowest mode from below."""

from typing import Any

from sympy import QQ, Expr, Integer, Mod, Rational, Sum, Symbol, symbols

from theory.derivations.representations.addition_tables import entry, reaches
from theory.derivations.representations.slowest_mode import half_energy, half_excess, is_positive
from theory.registry import Registry
from theory.representations.full_table import full_table_parallelograms, full_table_rate_bound
from theory.steps import Domain, Step, identity

__all__ = ["equations"]

equations = Registry()

m, s, k, other = symbols("m s k l", integer=True, positive=True)
norm = Symbol("Z_0", positive=True)
size = 2 * m + 1
mu = (2 * m + 1) * (2 * m + 3) / 4
_outer: Domain = {m: (19, 22), k: (5, 10), other: (11, 19)}
_inner: Domain = {m: (19, 22), k: (13, 16), other: (16, 19)}
"""Where 2k + l < p − 1 and where it is not."""
_row: Domain = {m: (20, 40), k: (0, 18)}
_sizes: Domain = {m: (3, 20)}
_LAST, _FEW = 39, 5
"""The largest m = (p − 1)/2 for which antisymmetric and symmetric modes are bounded number by number."""


def _scale(half: Expr) -> Expr:
    """μ/(3 Σ h²)."""
    return (2 * half + 3) / (2 * half * (half + 1))


def _pull(row: Expr, half: Expr) -> Expr:
    """Weight d of the distance from the outermost symbol, antisymmetric modes."""
    return (half - row) * half * (1 - 3 * (half - row) / (2 * half + 2))


def _rest(row: Expr, column: Expr, half: Expr) -> Expr:
    """What an antisymmetric weight has besides its height, r."""
    return 1 + reaches(2 * row, column) - _far(row, column, half)


def _symmetric_rest(row: Expr, column: Expr, half: Expr) -> Expr:
    """What a symmetric weight has besides (p + 2)/2 + k − 1/2, not negative."""
    return Mod(row + column, 2) + reaches(2 * row, column) + _far(row, column, half)


def _middle_rest(row: Expr, half: Expr) -> Expr:
    """What a weight to the middle has besides (p + 2)/4 + k/2 + 1/4, not negative."""
    return Mod(half + row, 2) / 2 + reaches(2 * row, half)


def _far(row: Expr, column: Expr, half: Expr) -> Expr:
    return reaches(2 * row + column, 2 * half) + reaches(2 * column + row, 2 * half)


@equations.register("U-odd-table-lower-bound", "Slowest mode of the full table, p odd: a lower bound", "derived here")
def lower_bound() -> tuple[Step, ...]:
    """μ > p(p + 2)/4 = μ′ for every odd p, 1 − 3/(p² − 1) times the upper bound: proved.

    The argument is that of `U-full-table-slowest`, with h_k = m − k, p = 2m + 1, and the middle symbol c = m.

    *Antisymmetric* modes x_k = h_k u_k have the weights w_kl = 3h_l + r_kl, k < l < m, with r as there, now without an
    alternating part. With u_0 = 0, half the energy exceeds half of μ′ times the squared distance from the line by

        Σ_{0<k<l} h_k h_l (3h_l b_k + r_kl)(u_k − u_l)² + Σ_{0<k} d_k u_k²,
        b_k = 1 − g h_k > (2k − 1)/(2m),   g = (2m + 3)/(2m(m + 1)),   d_k = h_k m (1 − 3h_k/(2m + 2)) > −h_k²/2.

    As h_k b_l < m, a_k = h_k² b_k, S = Σa_k and e_k = 3S a_k/m + d_k give a positive form if all e_k > 0 and
    Σ d_k²/e_k < Σ d_k: exact numbers for m ≤ 39. Above, e_k > E h_k² b_k, E = 3S/m − m, |d_k| < m h_k, and
    Σ 1/(2k − 1) < 2 + m/41 make Σ d_k²/e_k less than 2m³(2 + m/41)/E, and that than Σ d_k.

    *Symmetric* modes have the weights w_kl = (p + 2)/2 + k − 1/2 + (not negative), k < l < m, in half their energy, and
    c_k = (p + 2)/4 + k/2 + 1/4 + (not negative) to the middle. Half of μ′ times the squared distance from the constants
    is the same with (p + 2)/2 and (p + 2)/4. With x_0 = 0 there is left at least

        Σ_{0<k<l} (k − 1/2)(x_k − x_l)² + Σ_{0<k} (k/2 + 1/4)(x_k − x_c)² + Σ_{0<k} d_k x_k² + d_c x_c²,

    d_k = −(−1)^k/2, d_c = 1/4 for even m, 3/4 for odd, Σd = 3/4. With a_k = k − 1/2, a_c = m/2 the weights are at
    least a_k a_l/m, so that e = S a/m + d, where S/m > (m − 1)/2: e_k ≥ (3m − 5)(2k − 1)/12, and e_c > S/2. As
    Σ 1/(2k − 1) ≤ (m + 1)/3, Σ d²/e is less than (m + 1)/(3m − 5) + 9/(8S), and that than 3/4 for m > 5; up to there
    they are exact numbers.
    """
    mirrored = 2 * m - other
    antisymmetric = -entry(k, other, size) + entry(k, mirrored, size)
    symmetric = -entry(k, other, size) - entry(k, mirrored, size)
    near, far = 1 + reaches(2 * k, other), reaches(2 * other + k, 2 * m)
    h, room = m - k, 1 - _scale(m) * (m - k)
    alternating = Sum(-((-1) ** s) / 2, (s, 1, m - 1)) + Rational(1, 4) + Mod(m, 2) / 2
    shares = m * (m - 1) * (2 * m**2 + m + 5) / (24 * (m + 1))
    pulls = 3 * m**2 * (m - 1) / (4 * (m + 1))
    symmetric_shares = (m**2 - m + 1) / 2
    return (
        identity(
            antisymmetric,
            3 * (m - other) + near - far,
            "antisymmetric weights, k < l < m, 2k + l < p − 1",
            domain=_outer,
        ),
        identity(antisymmetric, 3 * (m - other), "the others", domain=_inner),
        identity(mu / Sum((m - s) ** 2, (s, 0, m - 1)), 3 * _scale(m), "μ′ and the line", domain=_sizes),
        _antisymmetric_excess(8),
        identity(
            room - (2 * k - 1) / (2 * m),
            (k + 1) / (2 * m * (m + 1)),
            "b_k > (2k − 1)/(2m), what is left is positive",
        ),
        identity(
            _pull(k, m) / h**2 + Rational(1, 2),
            k / h + 3 / (2 * (m + 1)),
            "d_k > −h_k²/2, what is left is positive",
            domain=_row,
        ),
        identity(
            Sum(((m - s) ** 2 * (1 - _scale(m) * (m - s))).expand(), (s, 1, m - 1)),
            shares,
            "S, antisymmetric modes",
            domain=_sizes,
        ),
        identity(Sum(_pull(s, m).expand(), (s, 1, m - 1)), pulls, "Σ d, antisymmetric modes", domain=_sizes),
        identity(
            (pulls * (3 * shares / m - m) - 2 * m**3 * (2 + m / 41)).subs(m, _LAST + k),
            (m**2 * (182 * k**4 + 21663 * k**3 + 863694 * k**2 + 11698724 * k + 6553512) / (1312 * (m + 1) ** 2)).subs(
                m, _LAST + k
            ),
            "E Σ d exceeds 2m³(2 + m/41) for m = 39 + k, all terms being positive",
        ),
        _symmetric_excess(6),
        identity(
            symmetric,
            m + k + Mod(k + other, 2) + near + far,
            "symmetric weights, k < l < m, 2k + l < p − 1",
            domain=_outer,
        ),
        identity(symmetric, m + 4 + k + Mod(k + other, 2), "the others", domain=_inner),
        identity(
            -entry(k, m, size),
            (size + 2) / 4 + k / 2 + Rational(1, 4) + _middle_rest(k, m),
            "weights to the middle",
            domain=_row,
        ),
        identity(alternating, Rational(3, 4), "Σ d, symmetric modes", domain=_sizes),
        identity(Sum(s - Rational(1, 2), (s, 1, m - 1)) + m / 2, symmetric_shares, "S, symmetric modes", domain=_sizes),
        identity(
            (Rational(3, 4) - (m + 1) / (3 * m - 5) - 9 / (8 * symmetric_shares)).subs(m, 5 + k),
            (m + 1).subs(m, 5 + k) * (5 * k**2 + 21 * k + 6) / (4 * (3 * m - 5) * (m**2 - m + 1)).subs(m, 5 + k),
            "3/4 exceeds (m + 1)/(3m − 5) + 9/(8S) for m = 5 + k, all terms being positive",
        ),
        identity(
            Sum(1, (s, 2, _LAST)),
            Integer(sum(antisymmetric_modes_are_faster(half) for half in range(2, _LAST + 1))),
            f"numbers m up to {_LAST} with e > 0 and Σ d²/e < Σ d, antisymmetric modes",
        ),
        identity(
            Sum(1, (s, 1, _FEW)),
            Integer(sum(symmetric_modes_are_faster(half) for half in range(1, _FEW + 1))),
            f"numbers m up to {_FEW} with e > 0 and Σ d²/e < Σ d, symmetric modes",
        ),
        identity(
            2 * mu / (norm * full_table_parallelograms(size)),
            (1 - 3 / (size**2 - 1)) * full_table_rate_bound(size, norm),
            "H = 2AᵀA/(Z₀|P₀|)",
        ),
    )


def _antisymmetric_excess(half: int) -> Step:
    """The first sums of the docstring at one size, where they are polynomials in the u_k."""
    u, rows = (Integer(0), *symbols(f"u_1:{half}", positive=True)), range(half)
    h = [Integer(half - row) for row in rows]
    g = _scale(Integer(half))
    right = sum(
        h[a] * h[b] * (3 * h[b] * (1 - g * h[a]) + _rest(Integer(a), Integer(b), Integer(half))) * (u[a] - u[b]) ** 2
        for b in rows
        for a in range(1, b)
    ) + sum(_pull(Integer(row), Integer(half)) * u[row] ** 2 for row in rows[1:])
    left = half_excess(u, h, mu.subs(m, half), (Integer(0),))
    return identity(left, right, f"excess over μ′ times the squared distance, p = {2 * half + 1}")


def _symmetric_excess(half: int) -> Step:
    """The last sums of the docstring at one size, with what is not negative, as polynomials in the x_k."""
    x, whole = (Integer(0), *symbols(f"x_1:{half + 1}", positive=True)), Integer(half)
    vector = (*x, *reversed(x[:half]))
    distance = sum(each**2 for each in vector) - sum(vector) ** 2 / len(vector)
    inner = sum(
        (_symmetric_rest(Integer(a), Integer(b), whole) + a - Rational(1, 2)) * (x[a] - x[b]) ** 2
        for b in range(half)
        for a in range(1, b)
    )
    middle = sum(
        (_middle_rest(Integer(a), whole) + Rational(2 * a + 1, 4)) * (x[a] - x[half]) ** 2 for a in range(1, half)
    )
    pulls = sum(QQ.to_sympy(pull) * each**2 for pull, each in zip(_symmetric_pulls(half), x[1:], strict=True))
    return identity(
        half_energy(vector) - mu.subs(m, half) * distance / 2,
        inner + middle + pulls,
        f"excess over μ′ times the squared distance, symmetric modes, p = {len(vector)}",
    )


def antisymmetric_modes_are_faster(half: int) -> bool:
    """Whether all e_k > 0 and Σ d_k²/e_k < Σ d_k, antisymmetric modes, p = 2·`half` + 1, in exact numbers."""
    size, rows = QQ(half), range(1, half)
    shares = [(size - row) ** 2 * (1 - _scale(size) * (size - row)) for row in rows]
    return is_positive(shares, [_pull(QQ(row), size) for row in rows], 3 / size)


def symmetric_modes_are_faster(half: int) -> bool:
    """Whether all e_k > 0 and Σ d_k²/e_k < Σ d_k, symmetric modes, p = 2·`half` + 1, in exact numbers."""
    shares = [QQ(2 * row - 1, 2) for row in range(1, half)]
    return is_positive([*shares, QQ(half, 2)], _symmetric_pulls(half), QQ(1, half))


def _symmetric_pulls(half: int) -> list[Any]:
    """d_1, …, d_{m−1}, d_c of symmetric modes, m = `half`."""
    return [*(QQ(-((-1) ** row), 2) for row in range(1, half)), QQ(3 if half % 2 else 1, 4)]
