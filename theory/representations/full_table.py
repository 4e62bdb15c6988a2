"""Closed forms for the training set that is the whole table: addition and modular addition of p symbols."""

from collections.abc import Iterable

from sympy import Add, Expr, Integer, Rational, cos, pi, sympify

from theory.annotations import Sympifiable
from theory.requirements import positive, whole
from theory.systems import NoClosedFormError

__all__ = [
    "full_table_parallelograms",
    "full_table_rate",
    "full_table_rate_bound",
    "modular_band_eigenvalue",
    "modular_table_parallelograms",
    "modular_table_rate",
]


def full_table_parallelograms(p: Sympifiable) -> Expr:
    """|P₀(D₀)| of addition: p(p − 2)(2p + 1)/24 for even p, (p² − 1)(2p − 3)/24 for odd p.

    Raises
    ------
    ValueError
        If p is known to be no whole number ≥ 1.

    Examples
    --------
    >>> from sympy import Symbol, factor
    >>> full_table_parallelograms(10), full_table_parallelograms(11)
    (70, 95)
    >>> factor(full_table_parallelograms(Symbol("p", even=True)))
    p*(p - 2)*(2*p + 1)/24
    """
    p = whole(p, 1, _SYMBOLS)
    odd = (1 - (-1) ** p) / 2
    return (p * (p - 2) * (2 * p + 1) + 3 * odd) / 24


def full_table_rate(p: Sympifiable, norm: Sympifiable | None = None) -> Expr:
    """Grokking rate λ₃ = 12(p + 2)/((p − 2)(2p + 1)Z₀) of the full table of addition, p even.

    Its mode is the two outermost symbols against all others, (1, −2/(p − 2), …, −2/(p − 2), 1), and no other is as
    slow: both are proved for every even p, by the equations `U-full-table-mode` and `U-full-table-slowest`.

    Parameters
    ----------
    p
        Number of symbols, even, at least 4; a symbol is taken to be even.
    norm
        Z₀ = Σ|E_k|²; p unless given.

    Raises
    ------
    NoClosedFormError
        For odd p.
    ValueError
        If p is known to be no whole number ≥ 4, or the norm not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> full_table_rate(10), full_table_rate(10, 1)
    (3/35, 6/7)
    >>> full_table_rate(symbols("p"), symbols("Z0"))
    (12*p + 24)/(Z0*(p - 2)*(2*p + 1))
    """
    p, norm = _size_and_norm(p, norm, 4)
    if p.is_odd:
        raise NoClosedFormError(
            f"For odd p the slowest mode of the full table has no form in p, got p = {p}: "
            "EffectiveTheory(OperationTable.addition(p)).grokking_rate is the exact number, full_table_rate_bound(p) "
            "close above it."
        )
    return 12 * (p + 2) / ((p - 2) * (2 * p + 1) * norm)


def full_table_rate_bound(p: Sympifiable, norm: Sympifiable | None = None) -> Expr:
    """Upper bound 12p/((p − 2)(2p − 3)Z₀) of the grokking rate of the full table of addition, p odd.

    The Rayleigh quotient of the mode that is the slowest for even p. The rate is more than 1 − 3/(p² − 1) times this,
    for every odd p (`U-odd-table-lower-bound`): the bound is exact at p = 3 and 5, 0.2 % high at p = 15. The rate
    itself is an algebraic number whose degree grows with p, its mode now symmetric, now antisymmetric.

    Raises
    ------
    ValueError
        If p is known to be even or no whole number ≥ 3, or the norm not to be positive.

    Examples
    --------
    >>> full_table_rate_bound(15).evalf(6)
    0.0341880
    """
    p, norm = _size_and_norm(p, norm, 3)
    if p.is_even:
        raise ValueError(f"The bound is for odd p, got p = {p}: full_table_rate(p) is the rate itself.")
    return 12 * p / ((p - 2) * (2 * p - 3) * norm)


def modular_table_parallelograms(p: Sympifiable) -> Expr:
    """|P₀(D₀)| of addition modulo p: p(p² − 1)/8 for odd p, p³/8 for even p.

    >>> modular_table_parallelograms(5), modular_table_parallelograms(6)
    (15, 27)
    """
    p = whole(p, 1, _SYMBOLS)
    return p * (p**2 - (1 - (-1) ** p) / 2) / 8


def modular_table_rate(p: Sympifiable, norm: Sympifiable | None = None) -> Expr:
    """Slowest rate of the full table of addition modulo p, p(p + 3)/(Z₀|P₀|): 8(p + 3)/((p² − 1)Z₀) for odd p.

    All that is not constant decays at this rate for odd p; for even p ≥ 6 it is the rate of the even characters. The
    null space is the constants only: a real embedding of the group collapses.

    Raises
    ------
    ValueError
        If p is known to be no whole number ≥ 3, or to be 4, where the rate is larger.

    Examples
    --------
    >>> modular_table_rate(5, 1), modular_table_rate(6, 1)
    (8/3, 2)
    """
    p, norm = _size_and_norm(p, norm, 3)
    if p == 4:
        raise ValueError("The slowest rate has this form for odd p and for even p ≥ 6, got p = 4, where it is 4/Z₀.")
    return p * (p + 3) / (norm * modular_table_parallelograms(p))


def modular_band_eigenvalue(p: Sympifiable, frequency: Sympifiable, differences: Iterable[int]) -> Expr:
    """Eigenvalue of AᵀA at a frequency, where the training pairs are all with i − j in ±`differences` modulo odd p.

    With S the non-zero differences (both signs), z = 1 if 0 is one too, else 0, and c_k = Σ_{d ∈ S} cos(2πkd/p), at
    frequency 2k, k being `frequency`:

        μ = (|S|/2 + z)(|S| + 4z + c_{2k}) − (2z + c_k)².

    Raises
    ------
    ValueError
        If p is known to be no odd whole number ≥ 3, or there are no differences.

    Examples
    --------
    >>> modular_band_eigenvalue(7, 1, range(7)).evalf(10), 7 * (7 + 3) / 2
    (35.00000000, 35.0)
    """
    p, frequency = whole(p, 3, _SYMBOLS), sympify(frequency)
    if p.is_even:
        raise ValueError(f"Halves modulo p need an odd p, got {p}: take EffectiveTheory(…).modes.")
    signed = {step for d in differences for step in ((d, -d) if not p.is_number else (d % int(p), -d % int(p)))}
    if not signed:
        raise ValueError("The training pairs need at least one difference i − j, got none.")
    zero, others = Integer(0 in signed), sorted(signed - {0})

    def wave(number: Expr) -> Expr:
        return Add(*(cos(2 * pi * number * d / p) for d in others))

    pairs = Rational(len(others), 2) + zero
    return pairs * (len(others) + 4 * zero + wave(2 * frequency)) - (2 * zero + wave(frequency)) ** 2


_SYMBOLS = "The number of symbols p"


def _size_and_norm(p: Sympifiable, norm: Sympifiable | None, least: int) -> tuple[Expr, Expr]:
    size = whole(p, least, _SYMBOLS)
    return size, positive(size if norm is None else norm, "The norm Z₀ = Σ|E_k|²")
