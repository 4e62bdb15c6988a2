"""The slowest mode of the full table of addition of an even number of symbols: a proof for every such number."""

from sympy import QQ, Expr, Integer, Rational, Sum, symbols

from theory.derivations.representations.addition_tables import entry, reaches
from theory.registry import Registry
from theory.steps import Domain, Step, identity

__all__ = ["equations"]

equations = Registry()

m, s, k, other = symbols("m s k l", integer=True, positive=True)
size, mu = 2 * m, m * (m + 1)
_half: Domain = {m: (19, 22), k: (0, 12), other: (12, 19)}
_sizes: Domain = {m: (3, 20)}
_row: Domain = {m: (20, 40), k: (0, 18)}
_LAST = 61
"""The largest m = p/2 for which the antisymmetric modes are bounded number by number; above, an estimate is enough."""


def _height(row: Expr, half: Expr) -> Expr:
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
    return _height(row, half) * (
        _height(half - half, half) * (1 - 3 * _height(row, half) / (2 * half + 1)) - sign * half / 4
    )


@equations.register("U-full-table-slowest", "That mode is the slowest", "derived here; in no paper")
def slowest() -> tuple[Step, ...]:
    """No other mode is as slow as μ = p(p + 2)/4, for every even p: proved.

    *Symmetric* modes under k → p − 1 − k live on k < m = p/2, where AᵀA is the graph with weights
    w_kl = m + min(k, l) + ι, ι ≥ 0 the number of 2k − l, 2l − k, 2k − l′, 2l − k′ between 0 and p − 1 (l′ = p − 1 − l).
    At k = 0 that is m + 1, elsewhere more. So AᵀA is at least (m + 1) times the complete graph on m symbols, whose only
    eigenvalue other than 0 is m: nothing symmetric is as slow as m(m + 1) = μ but the constant and the mode above.

    *Antisymmetric* modes x_k = h_k u_k, h_k = (p − 1)/2 − k, have the energy Σ_{k<l} h_k h_l w_kl (u_k − u_l)²,
    w_kl = 3h_l − (−1)^{k+l}/2 + r_kl, r_kl = 1 + [2k ≥ l] − [2k + l ≥ p − 1] − [2l + k ≥ p − 1]. Here r_0l = 1, and
    r_kl ≥ 0, since l < p/2 makes 2k ≥ l wherever 2k + l ≥ p − 1. μ times the squared distance from the line u = 1 is
    the same with 3g h_k h_l for w_kl, g = 4(m + 1)/(4m² − 1). Put u_0 = 0, which is free, as only differences count.
    By Lagrange's identity for the alternating part and Σ(−1)^k h_k = m/2, the energy exceeds μ times the squared
    distance by

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
    near, far = 1 + reaches(2 * k, other), reaches(2 * k + other, size - 1) + reaches(2 * other + k, size - 1)
    h, g, room = _height(k, m), _scale(m), _room(k, m)
    shares = Sum((_height(s, m) ** 2 * _room(s, m)).expand(), (s, 1, m - 1))
    shares_added = (m - 1) * (4 * m**4 - 8 * m**3 + 14 * m**2 - 16 * m + 3) / (12 * (4 * m**2 - 1))
    pulls = (m - 1) * (14 * m**2 - 15 * m + 5) / (8 * (2 * m + 1))
    stiffness = 3 * shares_added / m - 3 * m / 2
    few = 20
    return (
        identity(symmetric, m + k + near + far, "symmetric weights, k < l < p/2", domain=_half),
        identity(
            symmetric.subs(k, 0), m + 1, "the outermost symbol has the least", domain={m: (30, 40), other: (0, 28)}
        ),
        identity(
            antisymmetric,
            3 * _height(other, m) - (-1) ** (k + other) / 2 + _rest(k, other, m),
            "antisymmetric weights, k < l < p/2",
            domain=_half,
        ),
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
            _pull(k, m, (-1) ** k) / h**2 + Rational(3, 4),
            (6 * k - 1) / (8 * h) + 3 / (2 * m + 1) + m * (1 - (-1) ** k) / (4 * h),
            "d_k > −3h_k²/4, what is left is positive",
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


def _excess(half: int) -> Step:
    """The sums of the docstring at one size, where they are polynomials in the u_k."""
    u = (Integer(0), *symbols(f"u_1:{half}", positive=True))
    rows = range(half)
    h = [_height(Integer(row), Integer(half)) for row in rows]
    g, room = _scale(Integer(half)), [1 - _scale(Integer(half)) * height for height in h]
    weights = {
        (a, b): -entry(Integer(a), Integer(b), 2 * Integer(half))
        + entry(Integer(a), Integer(2 * half - 1 - b), 2 * Integer(half))
        for b in rows
        for a in range(b)
    }
    left = sum(h[a] * h[b] * (weight - 3 * g * h[a] * h[b]) * (u[a] - u[b]) ** 2 for (a, b), weight in weights.items())
    right = (
        sum(
            h[a] * h[b] * (3 * h[b] * room[a] + _rest(Integer(a), Integer(b), Integer(half))) * (u[a] - u[b]) ** 2
            for a, b in weights
            if a > 0
        )
        + sum(_pull(Integer(row), Integer(half), (-1) ** row) * u[row] ** 2 for row in rows[1:])
        + sum((-1) ** row * h[row] * u[row] for row in rows) ** 2 / 2
    )
    return identity(left, right, f"energy less μ times the squared distance from the line, p = {2 * half}")


def antisymmetric_modes_are_faster(half: int) -> bool:
    """Whether all e_k > 0 and Σ d_k²/e_k < Σ d_k at p = 2·`half`, in exact numbers."""
    size, rows = QQ(half), range(1, half)
    shares = [_height(QQ(row), size) ** 2 * _room(QQ(row), size) for row in rows]
    pulls = [_pull(QQ(row), size, (-1) ** row) for row in rows]
    per_share = 3 * sum(shares) / size
    stiff = [per_share * share + pull for share, pull in zip(shares, pulls, strict=True)]
    return all(each > 0 for each in stiff) and sum(d**2 / e for d, e in zip(pulls, stiff, strict=True)) < sum(pulls)
