"""What is left of an average over the spectrum at late time, without its exponential and its power of time.

SymPy takes limits at infinity by Gruntz's algorithm, which needs of each function a tractable form: elementary factors
times something with a series of powers. That something is defined here; no user meets it.
"""

from sympy import (
    Add,
    Expr,
    Function,
    Integer,
    Order,
    Rational,
    Symbol,
    binomial,
    ceiling,
    exp,
    oo,
    pi,
    rf,
    sqrt,
    together,
)

from theory.linear.late_time import hankel_coefficient

__all__ = ["LateTail", "late_envelope", "late_side", "late_terms", "side_of_one"]


def side_of_one(lam: Expr) -> int:
    """Sign of λ − 1.

    Raises
    ------
    NotImplementedError
        If it cannot be decided.

    Examples
    --------
    >>> delta = Symbol("delta", positive=True)
    >>> side_of_one(1 + delta), side_of_one(1 / (1 + delta)), side_of_one(Integer(1))
    (1, -1, 0)
    """
    excess = together(lam - 1)
    if excess.is_zero:
        return 0
    if excess.is_extended_positive or excess.is_extended_negative:
        return 1 if excess.is_extended_positive else -1
    raise NotImplementedError(
        f"What the losses do at late time depends on the side of 1 on which λ lies, which {lam} does not say: "
        "give λ as a number, or as 1 + δ or 1/(1 + δ) with a positive symbol δ; the value at s = oo is known for any λ."
    )


def late_side(power: Expr, lam: Expr) -> int:
    """Sign of λ − 1 where it matters at late time: powers k ≥ 1 have one series on both sides, in which κ may be zero.

    >>> late_side(Integer(1), Symbol("lambda", positive=True))
    1
    """
    return 1 if power.is_positive and not (lam - 1).is_zero else side_of_one(lam)


def decay_exponent(lam: Expr, side: int) -> Expr:
    """κ = (1−√λ)² in a form whose sign SymPy sees."""
    if side == 0:
        return Integer(0)
    root, excess = sqrt(lam), together(lam - 1)
    known = excess.is_extended_positive or excess.is_extended_negative
    return (excess / (1 + root)) ** 2 if known and not lam.is_number else (1 - root) ** 2


def late_envelope(s: Expr, lam: Expr, side: int) -> Expr:
    """e^{−κs}/(2√π λ^{3/4} s^{3/2}), the leading form of the training loss (M Eq. 10)."""
    return exp(-decay_exponent(lam, side) * s) / (2 * sqrt(pi) * lam ** Rational(3, 4) * s ** Rational(3, 2))


def late_terms(power: int, s: Expr, lam: Expr, side: int, count: int) -> tuple[list[Expr], Expr]:
    """Leading `count` orders of E ν^power e^{−νs} without plateau, over `late_envelope`, and the size of the rest.

    The training loss is the envelope times Σ h_m (2√λ s)^{−m}, Hankel's series of I₁, and the average with the power k
    is (−d/ds)^{k−1} of it: derivatives for k > 1, integrals from s on for k < 1, each of them a binomial series in
    1/(κs), or, at λ = 1, one power after the other.

    >>> from theory.symbols import s
    >>> late_terms(0, s, Integer(1), 0, 2)
    ([2*s, -1/8], 1/s)
    """
    kappa, z, order = decay_exponent(lam, side), 2 * sqrt(lam) * s, power - 1
    hankel = [hankel_coefficient(m) / z**m for m in range(count)]
    if side == 0:
        terms = [term * rf(Rational(3, 2) + m, order) / s**order for m, term in enumerate(hankel)]
        return terms, s ** (-order - count)
    terms = [
        term * binomial(order, i) * rf(Rational(3, 2) + m, i) * kappa ** (order - i) / s**i
        for m, term in enumerate(hankel)
        for i in range(count - m)
    ]
    return [term for term in terms if term != 0], kappa**order * z**-count


class LateTail(Function):
    """E ν^k e^{−νs} without plateau, divided by `late_envelope`: a function with a series in 1/s, and in 1/√λ."""

    nargs = 3

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        power, s, lam = self.args
        if oo not in args0[1:]:
            return super()._eval_aseries(n, args0, x, logx)
        side = 1 if args0[2] is oo else late_side(power, lam)
        terms, rest = late_terms(int(power), s, lam, side, int(ceiling(n)) + 1)
        return Add(*terms)._eval_nseries(x, n, logx) + Order(rest, x)

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        power, s, lam = self.args
        ends = [argument.limit(x, 0) for argument in (s, lam)]
        if oo not in ends:
            return self.subs(x, 0)
        terms, _ = late_terms(int(power), s, lam, 1 if ends[1] is oo else late_side(power, lam), 1)
        return terms[0].as_leading_term(x, logx=logx, cdir=cdir)

    def _eval_is_positive(self) -> bool | None:
        return True if all(argument.is_positive for argument in self.args[1:]) else None
