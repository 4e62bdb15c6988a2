"""The slowest mode of the full table of addition of an even number of symbols: a proof for every such number."""

from collections.abc import Sequence
from typing import Any

from sympy import QQ, Expr, Integer, Rational, Sum, symbols

from theory.derivations.representations.addition_tables import entry, reaches
from theory.registry import Registry
from theory.steps import Domain, Step, identity

__all__ = ["equations", "half_energy", "half_excess", "is_positive"]

equations = Registry()

m, s, k, other = symbols("m s k l", integer=True, positive=True)
size, mu = 2 * m, m * (m + 1)
_outer: Domain = {m: (19, 22), k: (5, 9), other: (11, 19)}
_inner: Domain = {m: (19, 22), k: (13, 16), other: (16, 19)}
"""Where 2k + l < p − 1 and where it is not."""
_sizes: Domain = {m: (3, 20)}
_row: Domain = {m: (20, 40), k: (0, 18)}
_LAST = 61
"""The largest m = p/2 for which the antisymmetric modes are bounded number by number; above, an estimate is enough."""


def _height(row: Expr | int, half: Expr) -> Expr:
    """Distance h of a symbol from the middle of the table."""
    return (2 * half - 1 - 2 * row) / 2


def _scale(half: Expr) -> Expr:
    """μ/(3 Σ h²)."""
    return 4 * (half + 1) / (4 * half**2 - 1)


def _room(row: Expr, half: Expr) -> Expr:
    """What μ leaves of the weights at a symbol, b = 1 − gh."""
    return 1 - _scale(half) * _height(row, half)


def _rest(row: Expr, column: Expr, half: Expr) -> Expr:
    """What an antisymmetric weight has besides its height and its alternating part, r."""
    far = reaches(2 * row + column, 2 * half - 1) + reaches(2 * column + row, 2 * half - 1)
    return 1 + reaches(2 * row, column) - far


def _pull(row: Expr, half: Expr, sign: Expr | int) -> Expr:
    """Weight d of a symbol's distance from the outermost one; `sign` is (−1)^row."""
    return _height(row, half) * (_height(0, half) * (1 - 3 * _height(row, half) / (2 * half + 1)) - sign * half / 4)


@equations.register("U-full-table-slowest", "That mode is the slowest", "derived here; in no paper")
def slowest() -> tuple[Step, ...]:
    """No other mode is as slow as μ = p(p + 2)/4, for every even p: proved.

    *Symmetric* modes under k → p − 1 − k live on k < m = p/2, where AᵀA is the graph with weights
    w_kl = m + min(k, l) + ι, ι the number of 2k − l, 2l − k, 2k − l′, 2l − k′ between 0 and p − 1 (l′ = p − 1 − l), at
    least 1. At k = 0 that is m + 1, elsewhere more. So AᵀA is at least (m + 1) times the complete graph on m symbols,
    whose only eigenvalue other than 0 is m: nothing symmetric is as slow as m(m + 1) = μ but the constant and the mode
    above.

    *Antisymmetric* modes x_k = h_k u_k, h_k = (p − 1)/2 − k, have Σ_{k<l} h_k h_l w_kl (u_k − u_l)² as half their
    energy, w_kl = 3h_l − (−1)^{k+l}/2 + r_kl, r_kl = 1 + [2k ≥ l] − [2k + l ≥ p − 1] − [2l + k ≥ p − 1]. Here r_0l is
    1, and r_kl ≥ 0, since l < p/2 makes 2k ≥ l wherever 2k + l ≥ p − 1. Half of μ times the squared distance from the
    line u = 1 is the same with 3g h_k h_l for w_kl, g = 4(m + 1)/(4m² − 1). Put u_0 = 0, which is free, as only
    differences count. By Lagrange's identity for the alternating part and Σ(−1)^k h_k = m/2, the one exceeds the other
    by

        Σ_{0<k<l} h_k h_l (3h_l b_k + r_kl)(u_k − u_l)² + Σ_{0<k} d_k u_k² + (Σ(−1)^k h_k u_k)²/2,
        b_k = 1 − g h_k > 0,   d_k = h_k [h_0 (1 − 3h_k/(2m + 1)) − (−1)^k m/4].

    As h_k b_l < m, the weights of the first sum are at least 3a_k a_l/m, a_k = h_k² b_k, and with these it is
    (3S/m) Σ a_k z_k², S = Σa_k, where u_k = ū + z_k, Σa_k z_k = 0. The last term is no loss. This leaves

        Σ e_k z_k² + 2ū Σ d_k z_k + ū² Σ d_k,   e_k = 3S a_k/m + d_k,

    which is positive if all e_k > 0 and Σ d_k²/e_k < Σ d_k. For m ≤ 61 these are exact numbers. Above, b_k is more than
    (2k − 1)/(2m) ≥ 1/(2m) and d_k than −3h_k²/4, so that e_k > E h_k² b_k, E = 3S/m − 3m/2; |d_k| < 5m h_k/4; and
    Σ_{0<k<m} 1/(2k − 1) < 2 + m/41, since all but 20 of these are at most 1/41. So Σ d_k²/e_k is less than
    25m³(2 + m/41)/(8E), and that than Σ d_k. The slowest antisymmetric mode seems to tend to μ + 1.
    """
    mirrored = 2 * m - 1 - other
    symmetric = -entry(k, other, size) - entry(k, mirrored, size)
    antisymmetric = -entry(k, other, size) + entry(k, mirrored, size)
    near, far = 1 + reaches(2 * k, other), reaches(2 * other + k, size - 1)
    h, g, room = _height(k, m), _scale(m), _room(k, m)
    shares = Sum((_height(s, m) ** 2 * _room(s, m)).expand(), (s, 1, m - 1))
    shares_added = (m - 1) * (4 * m**4 - 8 * m**3 + 14 * m**2 - 16 * m + 3) / (12 * (4 * m**2 - 1))
    pulls = (m - 1) * (14 * m**2 - 15 * m + 5) / (8 * (2 * m + 1))
    stiffness = 3 * shares_added / m - 3 * m / 2
    few = 20
    return (
        identity(symmetric, m + k + near + far, "symmetric weights, k < l < p/2, 2k + l < p − 1", domain=_outer),
        identity(symmetric, m + k + 4, "the others", domain=_inner),
        identity(
            symmetric.subs(k, 0), m + 1, "the outermost symbol has the least", domain={m: (30, 40), other: (0, 28)}
        ),
        identity(
            antisymmetric,
            3 * _height(other, m) - (-1) ** (k + other) / 2 + near - far,
            "antisymmetric weights, k < l < p/2, 2k + l < p − 1",
            domain=_outer,
        ),
        identity(antisymmetric, 3 * _height(other, m) - (-1) ** (k + other) / 2, "the others", domain=_inner),
        identity(
            -entry(Integer(0), other, size) + entry(Integer(0), mirrored, size),
            3 * _height(other, m) - (-1) ** other / 2 + 1,
            "those of the outermost symbol",
            domain={m: (20, 40), other: (0, 19)},
        ),
        identity(mu / Sum(_height(s, m) ** 2, (s, 0, m - 1)), 3 * g, "μ and the line", domain=_sizes),
        identity(Sum((-1) ** s * _height(s, m), (s, 0, m - 1)), m / 2, "alternating heights", domain=_sizes),
        _excess(8),
        identity(m - h * _room(other, m), k + Rational(1, 2) + g * h * _height(other, m), "h_k b_l < m"),
        identity(
            room - (2 * k - 1) / (2 * m),
            (8 * m * k + 2 * (m + k) - 1) / (2 * m * (4 * m**2 - 1)),
            "b_k > (2k − 1)/(2m), what is left is positive",
        ),
        identity(
            _pull(k, m, 1) / h**2 + Rational(3, 4),
            (6 * k - 1) / (8 * h) + 3 / (2 * m + 1),
            "d_k > −3h_k²/4 for even k, what is left is positive; for odd k there is more",
            domain=_row,
        ),
        identity(shares, shares_added, "S", domain=_sizes),
        identity(Sum(_pull(s, m, (-1) ** s).expand(), (s, 1, m - 1)), pulls, "Σ d", domain=_sizes),
        identity(
            2 + Rational(few + 1, 2 * few + 1) - Sum(1 / (2 * s - 1), (s, 1, few)),
            Rational(222633003839791, 6845630929362225),
            "Σ 1/(2k − 1) < 2 + m/41, what is left is positive",
        ),
        identity(
            (pulls * stiffness - 25 * m**3 * (2 + m / (2 * few + 1)) / 8).subs(m, _LAST + k),
            (
                1496 * k**8
                + 638628 * k**7
                + 116855020 * k**6
                + 11881413254 * k**5
                + 725106477092 * k**4
                + 26570917670401 * k**3
                + 541915275217918 * k**2
                + 4771065549555708 * k
                + 785473553458980
            )
            / (1312 * m * (2 * m - 1) * (2 * m + 1) ** 2).subs(m, _LAST + k),
            "E Σ d exceeds 25m³(2 + m/41)/8 for m = 61 + k, all terms being positive",
        ),
        identity(
            Sum(1, (s, 2, _LAST)),
            Integer(sum(antisymmetric_modes_are_faster(half) for half in range(2, _LAST + 1))),
            f"numbers m up to {_LAST} with e > 0 and Σ d²/e < Σ d",
        ),
    )


def half_energy(vector: Sequence[Expr]) -> Expr:
    """Half of xᵀAᵀAx, a sum over all pairs of symbols."""
    count = Integer(len(vector))
    return sum(
        -entry(Integer(a), Integer(b), count) * (vector[a] - vector[b]) ** 2 / 2 for b in range(count) for a in range(b)
    )


def half_excess(u: Sequence[Expr], heights: Sequence[Expr], slowest: Expr, middle: Sequence[Expr] = ()) -> Expr:
    """Half the energy of the antisymmetric x_k = h_k u_k less `slowest` times the squared distance from u = 1."""
    x = [h * each for h, each in zip(heights, u, strict=True)]
    along = sum(h * each for h, each in zip(heights, x, strict=True)) ** 2 / sum(h**2 for h in heights)
    energy = half_energy((*x, *middle, *(-each for each in reversed(x))))
    return energy - slowest * (sum(each**2 for each in x) - along)


def _excess(half: int) -> Step:
    """The sums of the docstring at one size, where they are polynomials in the u_k."""
    u, whole, rows = (Integer(0), *symbols(f"u_1:{half}", positive=True)), Integer(half), range(half)
    h = [_height(Integer(row), whole) for row in rows]
    right = (
        sum(
            h[a]
            * h[b]
            * (3 * h[b] * _room(Integer(a), whole) + _rest(Integer(a), Integer(b), whole))
            * (u[a] - u[b]) ** 2
            for b in rows
            for a in range(1, b)
        )
        + sum(_pull(Integer(row), whole, (-1) ** row) * u[row] ** 2 for row in rows[1:])
        + sum((-1) ** row * h[row] * u[row] for row in rows) ** 2 / 2
    )
    return identity(
        half_excess(u, h, mu.subs(m, half)), right, f"excess over μ times the squared distance, p = {2 * half}"
    )


def antisymmetric_modes_are_faster(half: int) -> bool:
    """Whether all e_k > 0 and Σ d_k²/e_k < Σ d_k at p = 2·`half`, in exact numbers."""
    size, rows = QQ(half), range(1, half)
    shares = [_height(QQ(row), size) ** 2 * _room(QQ(row), size) for row in rows]
    pulls = [_pull(QQ(row), size, (-1) ** row) for row in rows]
    return is_positive(shares, pulls, 3 / size)


def is_positive(shares: list[Any], pulls: list[Any], scale: Any) -> bool:
    """Whether scale S Σ a z² + Σ d (ū + z)², Σ az = 0, is a positive form in ū and z, by a bound that is enough.

    The `shares` a, of sum S, and the `pulls` d are exact numbers. With e = scale S a + d, all e > 0 and Σ d²/e < Σ d.
    """
    stiff = [scale * sum(shares) * share + pull for share, pull in zip(shares, pulls, strict=True)]
    return all(each > 0 for each in stiff) and sum(d**2 / e for d, e in zip(pulls, stiff, strict=True)) < sum(pulls)
