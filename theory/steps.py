"""Steps of a derivation that a machine can check: definitions, equalities, and equalities in a limit."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import mpmath
from sympy import Eq, Expr, Float, Rational, Symbol, besseli, cancel, expand, oo, sympify
from sympy.core.function import AppliedUndef

from theory.annotations import Sympifiable
from theory.symbols import lam
from theory.values import UNEVALUATED, value

Domain: TypeAlias = Mapping[Symbol, tuple[Expr | int, Expr | int]]
"""Open intervals from which random points are taken, per symbol."""

__all__ = ["DIGITS", "Domain", "Outcome", "Step", "asymptotic", "definition", "identity"]

DIGITS = 50
"""Digits to which a step that SymPy cannot reduce to zero has to hold, where nothing else is said."""

_ROUGH = 4
"""Digits of a first look at an equality."""

_NO_VALUE = (ValueError, ArithmeticError, TypeError, KeyError, NameError, NotImplementedError, mpmath.mp.NoConvergence)
"""What SymPy's printers and mpmath raise for an expression that has no number."""


@dataclass(frozen=True)
class Step:
    """One equality of a derivation, with its reason. Every kind can fail.

    Attributes
    ----------
    statement
        The equality, left = right; the two sides must not be one and the same expression.
    reason
        Why it holds, in a few words.
    kind
        `"identity"` must hold symbolically or to `digits` digits at random rational points on both sides of λ = 1;
        `"definition"` introduces its left side, a symbol or a function of symbols, and its right side must solve the
        `conditions`, as identities; `"asymptotic"` must hold up to a relative error that falls at `rate`.
    conditions
        Of a definition: equations that say what its left side is.
    variable, towards, rate, error
        Of an asymptotic step: the relative error is O(variable^∓rate) towards infinity or 0, and it tends to `error`,
        where that is given.
    domain
        Open intervals from which random points are taken, per symbol, where (1/8, 8) would leave the domain.
    digits
        Digits that are demanded.
    """

    statement: Eq
    reason: str
    kind: Literal["definition", "identity", "asymptotic"] = "identity"
    conditions: tuple[Eq, ...] = ()
    variable: Symbol | None = None
    towards: Expr | int = oo
    rate: Expr | int = 1
    error: Expr | None = None
    domain: Domain = field(default_factory=dict)
    digits: int = DIGITS

    def check(self, seed: int | str = 0) -> "Outcome":
        """Check this step; the points are random but fixed by `seed`."""
        rng = random.Random(seed)
        left, right = self.statement.args
        if left == right:
            return Outcome(self, False, "both sides are the same expression, which says nothing")
        try:
            if self.kind == "asymptotic":
                return self._check_rate(rng)
            pairs = [(left, right)] if self.kind == "identity" else list(self._conditions())
            return self._check_equalities(pairs, rng)
        except _NO_VALUE as error:
            return Outcome(self, False, f"no value: {error}")

    def _conditions(self) -> Iterator[tuple[Expr, Expr]]:
        """The two sides of each condition, with the right side of the definition in the place of its left side."""
        left, right = self.statement.args
        if not _is_name(left):
            raise ValueError(f"a definition introduces a symbol or a function of symbols, got {left}")
        for condition in self.conditions:
            if not condition.has(left if left.is_Symbol else left.func):
                raise ValueError(f"the condition {condition} does not contain {left}")
            yield tuple(_with(side, left, right) for side in condition.args)

    def _check_equalities(self, pairs: list[tuple[Expr, Expr]], rng: random.Random) -> "Outcome":
        seen = "symbolic"
        for left, right in pairs:
            points = list(self._points(left.free_symbols | right.free_symbols, rng, 4))
            # A rough first look finds most of what is wrong in a fraction of the time.
            looks = [(points[0], min(_ROUGH, self.digits)), *((point, self.digits) for point in points)]
            looks = looks if self.digits > 2 * _ROUGH else looks[1:]
            for number, (point, digits) in enumerate(looks):
                off = _distance(left, right, point, digits)
                if not off < 10.0**-digits:
                    return Outcome(self, False, f"off by {off:.1e}")
                if number == 0 and _reduces_to_zero(left - right):
                    break
            else:
                seen = f"{self.digits} digits at {len(points)} points" if len(points) > 1 else f"{self.digits} digits"
        return Outcome(self, True, seen)

    def _check_rate(self, rng: random.Random) -> "Outcome":
        left, right = self.statement.args
        expected = 10.0 ** -float(self.rate)
        for point in self._points(self.statement.free_symbols - {self.variable}, rng, 2):
            earlier = None
            for k in (5, 6, 7):
                at = {**point, self.variable: Rational(10) ** (k if self.towards is oo else -k)}
                ours, theirs = (value(side, at, self.digits) for side in (left, right))
                with mpmath.workdps(self.digits):
                    found = float(ours / theirs - 1)
                if earlier is not None:
                    ratio = found / earlier if earlier else float("nan")
                    if not abs(ratio / expected - 1) < 0.15:
                        return Outcome(self, False, f"the error changes by {ratio:.3g} a decade, not {expected:.3g}")
                earlier = found
            if self.error is not None and not abs(found / float(value(self.error, at, self.digits)) - 1) < 0.01:
                return Outcome(self, False, f"the error is {found:.4g}, not {self.error}")
        return Outcome(self, True, f"error shrinks by {expected:.3g} a decade")

    def _points(self, symbols: set[Symbol], rng: random.Random, count: int) -> Iterator[dict[Symbol, Expr]]:
        for index in range(count if symbols else 1):
            point = {}
            for symbol in sorted(symbols, key=str):
                low, high = map(sympify, self.domain.get(symbol, (Rational(1, 8), Rational(8))))
                if symbol == lam and low < 1 < high:
                    low, high = (low, Rational(1)) if index % 2 else (Rational(1), high)
                share = Rational(rng.randint(1, 999), 1000)
                point[symbol] = (
                    (low + (high - low) * share).ceiling() if symbol.is_integer else low + (high - low) * share
                )
            yield point


@dataclass(frozen=True)
class Outcome:
    """Result of checking one step: whether it holds and how that was seen.

    >>> from theory.symbols import s
    >>> outcome = identity((s + 1) ** 2, s**2 + 2 * s + 1, "expand").check()
    >>> outcome.passed, outcome.how
    (True, 'symbolic')
    """

    step: Step
    passed: bool
    how: str


def definition(
    left: Sympifiable, right: Sympifiable, reason: str, *conditions: Eq, domain: Domain | None = None
) -> Step:
    """An equality that introduces its left side, a symbol or a function of symbols.

    The conditions are equations in the left side that say what it is, without what made the right side; its check
    puts the right side into them.

    Raises
    ------
    ValueError
        If there is no condition.

    Examples
    --------
    >>> from sympy import Eq, Symbol
    >>> from theory.symbols import s, t
    >>> ratio = Symbol("r")
    >>> definition(ratio, s / t, "ratio", Eq(ratio * t, s)).check().passed
    True
    >>> definition(ratio, t / s, "ratio", Eq(ratio * t, s)).check().passed
    False
    """
    if not conditions:
        raise ValueError(f"A definition needs a condition that says what {left} is: give an equation in it.")
    return Step(Eq(left, right, evaluate=False), reason, "definition", conditions, domain=domain or {})


def identity(
    left: Sympifiable, right: Sympifiable, reason: str, domain: Domain | None = None, digits: int = DIGITS
) -> Step:
    """An equality that must hold everywhere in the domain.

    >>> from theory.symbols import s
    >>> identity((s + 1) ** 2, s**2 + 2 * s + 1, "expand").check().how
    'symbolic'
    >>> identity((s + 1) ** 2, s**2 + 2 * s + 2, "expand wrongly").check().passed
    False
    >>> identity(s + s, 2 * s, "the same for SymPy").check().passed
    False
    """
    return Step(Eq(left, right, evaluate=False), reason, "identity", domain=domain or {}, digits=digits)


def asymptotic(
    left: Sympifiable,
    right: Sympifiable,
    reason: str,
    variable: Symbol,
    *,
    towards: Expr | int = oo,
    rate: Expr | int = 1,
    error: Expr | None = None,
    domain: Domain | None = None,
    digits: int = DIGITS,
) -> Step:
    """An equality in the limit, with the rate at which its relative error must fall and, if known, that error itself.

    >>> from theory.symbols import s
    >>> asymptotic(s + 1, s, "drop the constant", s).check().passed
    True
    >>> asymptotic(s + 1, s, "drop the constant", s, rate=2).check().passed
    False
    >>> asymptotic(s + 1, s, "drop the constant", s, error=2 / s).check().passed
    False
    """
    return Step(
        Eq(left, right, evaluate=False),
        reason,
        "asymptotic",
        variable=variable,
        towards=towards,
        rate=rate,
        error=error,
        domain=domain or {},
        digits=digits,
    )


def _distance(left: Expr, right: Expr, point: Mapping[Symbol, Expr], digits: int) -> float:
    ours, theirs = (value(side, point, digits + min(digits, 10)) for side in (left, right))
    with mpmath.workdps(digits + 10):
        scale = max(abs(ours), abs(theirs), mpmath.mpf(10) ** -digits)
        return float(abs(ours - theirs) / scale)


def _is_name(left: Expr) -> bool:
    return left.is_Symbol or (isinstance(left, AppliedUndef) and all(argument.is_Symbol for argument in left.args))


def _with(expression: Expr, name: Expr, meaning: Expr) -> Expr:
    """The expression with `meaning` in the place of a symbol, or of a function at any arguments."""
    if name.is_Symbol:
        return expression.xreplace({name: meaning})
    return expression.replace(
        lambda e: isinstance(e, AppliedUndef) and e.func == name.func,
        lambda e: meaning.xreplace(dict(zip(name.args, e.args, strict=True))),
    )


def _reduces_to_zero(difference: Expr) -> bool:
    """Whether expanding, with Bessel's recurrence, leaves nothing. SymPy's simplify may not end on these."""
    if difference.has(Float, *UNEVALUATED):
        return False
    order_two = difference.replace(
        lambda e: isinstance(e, besseli) and e.args[0] == 2,
        lambda e: besseli(0, e.args[1]) - 2 * besseli(1, e.args[1]) / e.args[1],
    )
    expanded = expand(order_two)
    if expanded == 0:
        return True
    # Cancelling a large expression that is not zero can take minutes; the digits decide those.
    return expanded.count_ops() < 150 and cancel(expanded) == 0
