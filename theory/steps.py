"""Steps of a derivation that a machine can check: equalities, and equalities in a limit."""

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import mpmath
from sympy import (
    Derivative,
    Eq,
    Expr,
    Integral,
    Rational,
    Symbol,
    besseli,
    cancel,
    expand,
    lambdify,
    oo,
    sympify,
)

from theory.annotations import MpNumber, Sympifiable
from theory.numbers import to_float
from theory.symbols import lam

Domain: TypeAlias = Mapping[Symbol, tuple[Expr | int, Expr | int]]
"""Open intervals from which random points are taken, per symbol."""

__all__ = ["DIGITS", "Domain", "Outcome", "Step", "asymptotic", "definition", "identity", "value"]

DIGITS = 50
"""Digits to which a step that SymPy cannot reduce to zero has to hold."""


@dataclass(frozen=True)
class Step:
    """One equality of a derivation, with its reason.

    Attributes
    ----------
    statement
        The equality, left = right.
    reason
        Why it holds, in a few words.
    kind
        `"definition"` needs no check; `"identity"` must hold symbolically or to `DIGITS` digits at random rational
        points on both sides of λ = 1; `"asymptotic"` must hold up to a relative error that falls at `rate`.
    variable, towards, rate
        Of an asymptotic step: the relative error is O(variable^∓rate) towards infinity or 0.
    domain
        Open intervals from which random points are taken, per symbol, where (1/8, 8) would leave the domain.
    """

    statement: Eq
    reason: str
    kind: Literal["definition", "identity", "asymptotic"] = "identity"
    variable: Symbol | None = None
    towards: Expr | int = oo
    rate: Expr | int = 1
    domain: Domain = field(default_factory=dict)

    def check(self, seed: int | str = 0) -> "Outcome":
        """Check this step; the points are random but fixed by `seed`."""
        if self.kind == "definition":
            return Outcome(self, True, "definition")
        rng = random.Random(seed)
        if self.kind == "asymptotic":
            return self._check_rate(rng)
        if _reduces_to_zero(self.statement.lhs - self.statement.rhs):
            return Outcome(self, True, "symbolic")
        return self._check_digits(rng)

    def _check_digits(self, rng: random.Random) -> "Outcome":
        worst = 0.0
        for point in self._points(rng, 4):
            left, right = (value(side, point, DIGITS + 10) for side in self.statement.args)
            with mpmath.workdps(DIGITS + 10):
                scale = max(abs(left), abs(right), mpmath.mpf(10) ** -DIGITS)
                worst = max(worst, float(abs(left - right) / scale))
        return Outcome(
            self,
            worst < 10.0**-DIGITS,
            f"{DIGITS} digits at 4 points" if worst < 10.0**-DIGITS else f"off by {worst:.1e}",
        )

    def _check_rate(self, rng: random.Random) -> "Outcome":
        expected = 10.0 ** -float(self.rate)
        ratios = []
        for point in self._points(rng, 2):
            errors = []
            for k in (5, 6, 7):
                x = Rational(10) ** (k if self.towards is oo else -k)
                left, right = (value(side, {**point, self.variable: x}, DIGITS) for side in self.statement.args)
                with mpmath.workdps(DIGITS):
                    errors.append(float(left / right - 1))
            ratios += [later / earlier if earlier else float("nan") for earlier, later in itertools.pairwise(errors)]
        passed = all(abs(ratio / expected - 1) < 0.15 for ratio in ratios)
        found = ", ".join(f"{ratio:.3g}" for ratio in ratios)
        return Outcome(
            self,
            passed,
            f"error shrinks by {expected:.3g} a decade" if passed else f"error ratios {found}, not {expected:.3g}",
        )

    def _points(self, rng: random.Random, count: int) -> list[dict[Symbol, Rational]]:
        symbols = sorted(self.statement.free_symbols - {self.variable}, key=str)
        points = []
        for index in range(count):
            point = {}
            for symbol in symbols:
                low, high = self.domain.get(symbol, (Rational(1, 8), Rational(8)))
                if symbol == lam and low < 1 < high:
                    low, high = (low, Rational(1)) if index % 2 else (Rational(1), high)
                point[symbol] = low + (high - low) * Rational(rng.randint(1, 999), 1000)
            points.append(point)
        return points


@dataclass(frozen=True)
class Outcome:
    """Result of checking one step: whether it holds and how that was seen.

    >>> from theory.symbols import s
    >>> outcome = identity(2 * s, s + s, "twice").check()
    >>> outcome.passed, outcome.how
    (True, 'symbolic')
    """

    step: Step
    passed: bool
    how: str


def definition(left: Sympifiable, right: Sympifiable, reason: str = "definition") -> Step:
    """An equality that introduces its left side."""
    return Step(Eq(left, right, evaluate=False), reason, "definition")


def identity(left: Sympifiable, right: Sympifiable, reason: str, domain: Domain | None = None) -> Step:
    """An equality that must hold everywhere in the domain.

    >>> from theory.symbols import s
    >>> identity((s + 1) ** 2, s**2 + 2 * s + 1, "expand").check().how
    'symbolic'
    >>> identity((s + 1) ** 2, s**2 + 2 * s + 2, "expand wrongly").check().passed
    False
    """
    return Step(Eq(left, right, evaluate=False), reason, "identity", domain=domain or {})


def asymptotic(
    left: Sympifiable,
    right: Sympifiable,
    reason: str,
    variable: Symbol,
    *,
    towards: Expr | int = oo,
    rate: Expr | int = 1,
    domain: Domain | None = None,
) -> Step:
    """An equality in the limit, with the rate at which its relative error must fall.

    >>> from theory.symbols import s
    >>> asymptotic(s + 1, s, "drop the constant", s).check().passed
    True
    >>> asymptotic(s + 1, s, "drop the constant", s, rate=2).check().passed
    False
    """
    return Step(
        Eq(left, right, evaluate=False),
        reason,
        "asymptotic",
        variable=variable,
        towards=towards,
        rate=rate,
        domain=domain or {},
    )


def value(expression: Expr, point: Mapping[Symbol, Sympifiable], digits: int) -> mpmath.mpf:
    """Number of `expression` at `point` as an mpmath number; integrals by quadrature, derivatives by differences.

    Neither uses SymPy's antiderivatives or our `fdiff`, so that both can be checked against it.

    >>> from sympy import Derivative, Integral, exp
    >>> from theory.symbols import s, t
    >>> print(mpmath.nstr(value(Derivative(exp(2 * s), s), {s: 0}, 30), 20))
    2.0
    >>> print(mpmath.nstr(value(Integral(exp(-s * t), (t, 0, oo)), {s: 4}, 30), 20))
    0.25
    """
    with mpmath.workdps(2 * digits + 20):
        while nodes := expression.atoms(Derivative, Integral):
            inside = {inner for node in nodes for inner in node.atoms(Derivative, Integral) - {node}}
            node = next(node for node in nodes if node not in inside)
            number = (
                _derivative(node, point, digits) if isinstance(node, Derivative) else _integral(node, point, digits)
            )
            expression = expression.xreplace({node: to_float(number, mpmath.mp.prec)})
        # Through mpmath at a fixed precision: SymPy's own evalf of erfc loses everything at large arguments, and exact
        # rationals raised to large powers never end.
        symbols = sorted(expression.free_symbols, key=str)
        if unknown := [symbol for symbol in symbols if symbol not in point]:
            raise ValueError(f"{expression} has no value without {', '.join(map(str, unknown))}.")
        numbers = [sympify(point[symbol])._to_mpmath(mpmath.mp.prec) for symbol in symbols]
        number = lambdify(symbols, expression, "mpmath")(*numbers)
        number = mpmath.mpmathify(number)
        if abs(mpmath.im(number)) > abs(number) * mpmath.mpf(10) ** -digits:
            raise ValueError(f"{expression} has no real value at {point}.")
        return mpmath.re(number)


def _derivative(node: Derivative, point: Mapping[Symbol, Sympifiable], digits: int) -> mpmath.mpf:
    (variable, order), *others = node.variable_count
    if others:
        raise ValueError(f"Only derivatives in one variable can be checked, got {node}.")
    at = sympify(point[variable])._to_mpmath(mpmath.mp.prec)

    def function(x: MpNumber) -> mpmath.mpf:
        return value(node.expr, {**point, variable: to_float(x, mpmath.mp.prec)}, 2 * digits)

    with mpmath.workdps(2 * digits):
        step = mpmath.mpf(10) ** -(digits * 2 // 3 + 5)
        return mpmath.diff(function, at, int(order), h=step, relative=False)


def _integral(node: Integral, point: Mapping[Symbol, Sympifiable], digits: int) -> mpmath.mpf:
    ((variable, low, high),) = node.limits
    low, high = (bound.subs(point) for bound in (low, high))
    inner = {symbol: number for symbol, number in point.items() if symbol != variable}
    integrand = lambdify(variable, node.function.subs(inner), "mpmath")
    ends = [mpmath.inf if bound is oo else value(bound, {}, digits) for bound in (low, high)]
    cuts = [ends[0], ends[0] + 1, ends[0] + 4, ends[1]] if high is oo else ends
    number = mpmath.quad(integrand, cuts, maxdegree=11)
    # Rounding at an endpoint can make the argument of a root negative; such an imaginary part is noise.
    if abs(mpmath.im(number)) > abs(number) * mpmath.mpf(10) ** -digits:
        raise ValueError(f"{node} has no real value at {point}.")
    return mpmath.re(number)


def _reduces_to_zero(difference: Expr) -> bool:
    """Whether expanding, with Bessel's recurrence, leaves nothing. SymPy's simplify may not end on these."""
    if difference.has(Derivative, Integral):
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
