"""Numbers of expressions that SymPy leaves unevaluated: integrals, derivatives, sums, and values at a point."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import mpmath
from sympy import Derivative, Expr, Integral, Subs, Sum, Symbol, lambdify, oo, sympify

from theory.annotations import MpNumber, Sympifiable
from theory.numbers import to_float

__all__ = ["UNEVALUATED", "Point", "value"]

UNEVALUATED = (Derivative, Integral, Subs, Sum)
"""What `value` calculates itself."""

Point = Mapping[Symbol, Sympifiable]
"""A number for each symbol."""

_MOST_TERMS = 20_000


def value(expression: Expr, point: Point, digits: int) -> mpmath.mpf:
    """Number of `expression` at `point` as an mpmath number.

    Integrals are done by quadrature, derivatives by differences, sums term by term until what is added is nothing.
    None uses SymPy's antiderivatives or our `fdiff`, so that both can be checked against it.

    Raises
    ------
    ValueError
        If a symbol has no number, the value is not real, or a sum does not converge.

    Examples
    --------
    >>> from sympy import Derivative, Integral, Sum, exp
    >>> from theory.symbols import s, t
    >>> print(mpmath.nstr(value(Derivative(exp(2 * s), s), {s: 0}, 30), 20))
    2.0
    >>> print(mpmath.nstr(value(Integral(exp(-s * t), (t, 0, oo)), {s: 4}, 30), 20))
    0.25
    >>> print(mpmath.nstr(value(Sum(s**t, (t, 0, oo)), {s: 0.5}, 30), 20))
    2.0
    """
    with mpmath.workdps(2 * digits + 20):
        while nodes := expression.atoms(*UNEVALUATED):
            inside = {inner for node in nodes for inner in node.atoms(*UNEVALUATED) - {node}}
            node = next(node for node in nodes if node not in inside)
            expression = expression.xreplace({node: to_float(_number(node, point, digits), mpmath.mp.prec)})
        # Through mpmath at a fixed precision: SymPy's own evalf of erfc loses everything at large arguments, and exact
        # rationals raised to large powers never end.
        symbols = tuple(sorted(expression.free_symbols, key=str))
        if unknown := [symbol for symbol in symbols if symbol not in point]:
            raise ValueError(f"{expression} has no value without {', '.join(map(str, unknown))}.")
        numbers = [_exact(point[symbol]) for symbol in symbols]
        return _real(_compiled(symbols, expression)(*numbers), expression, digits)


@lru_cache(maxsize=512)
def _compiled(symbols: tuple[Symbol, ...], expression: Expr) -> Callable[..., MpNumber]:
    """The expression as a function on mpmath numbers, of any precision: a check asks for it at several points."""
    function: Callable[..., MpNumber] = lambdify(symbols, expression, "mpmath")
    return function


def _number(node: Expr, point: Point, digits: int) -> mpmath.mpf:
    if isinstance(node, Derivative):
        return _derivative(node, point, digits)
    if isinstance(node, Integral):
        return _integral(node, point, digits)
    if isinstance(node, Sum):
        return _sum(node, point, digits)
    inner = {symbol: _as_float(at, point, 3 * digits) for symbol, at in zip(node.variables, node.point, strict=True)}
    return value(node.expr, {**point, **inner}, digits)


def _derivative(node: Derivative, point: Point, digits: int) -> mpmath.mpf:
    (variable, order), *others = node.variable_count
    at = _exact(point[variable])
    inside = Derivative(node.expr, *others) if others else node.expr

    def function(x: MpNumber) -> mpmath.mpf:
        return value(inside, {**point, variable: to_float(x, mpmath.mp.prec)}, 2 * digits)

    with mpmath.workdps(2 * digits):
        step = mpmath.mpf(10) ** -(digits * 2 // 3 + 5)
        return mpmath.diff(function, at, int(order), h=step, relative=False)


def _integral(node: Integral, point: Point, digits: int) -> mpmath.mpf:
    ((variable, *bounds),) = node.limits
    integrand = _function(node.function, variable, point, digits)
    low, high = (mpmath.inf if bound is oo else value(bound, point, digits) for bound in bounds)
    cuts = [low, low + 1, low + 4, high] if high == mpmath.inf else [low, high]
    with mpmath.workdps(digits + 20):
        # Rounding at an endpoint can make the argument of a root negative; such an imaginary part is noise.
        return _real(mpmath.quad(integrand, cuts, maxdegree=11), node, digits)


def _sum(node: Sum, point: Point, digits: int) -> mpmath.mpf:
    ((index, low, high),) = node.limits
    term = _function(node.function, index, point, digits)
    first = int(value(low, point, digits))
    last = first + _MOST_TERMS if high is oo else int(value(high, point, digits))
    total, nothing = mpmath.mpf(0), 0
    for k in range(first, last + 1):
        added = term(mpmath.mpf(k))
        total += added
        nothing = nothing + 1 if abs(added) <= abs(total) * mpmath.mpf(10) ** -(digits + 10) else 0
        if high is oo and nothing == 5:
            return total
    if high is oo:
        raise ValueError(f"{node} has not converged after {_MOST_TERMS} terms.")
    return total


def _function(expression: Expr, variable: Symbol, point: Point, digits: int) -> Callable[[MpNumber], MpNumber]:
    """The expression as a function of `variable` on mpmath numbers."""
    others = {symbol: number for symbol, number in point.items() if symbol != variable}
    if expression.has(*UNEVALUATED):
        return lambda x: value(expression, {**others, variable: to_float(x, mpmath.mp.prec)}, digits)
    # As floats, of which SymPy makes one number here: of fractions the code would take the root at every node.
    numbers = {symbol: to_float(_exact(number), mpmath.mp.prec) for symbol, number in others.items()}
    return lambdify(variable, expression.subs(numbers), "mpmath", cse=True)


def _as_float(expression: Expr, point: Point, digits: int) -> Expr:
    number = value(expression, point, digits)
    with mpmath.workdps(digits):
        return to_float(number, mpmath.mp.prec)


def _exact(number: Sympifiable) -> MpNumber:
    return mpmath.mpmathify(sympify(number)._to_mpmath(mpmath.mp.prec))  # of a whole number SymPy makes a Python int


def _real(number: MpNumber, expression: Expr, digits: int) -> mpmath.mpf:
    number = mpmath.mpmathify(number)
    if not abs(mpmath.im(number)) <= abs(number) * mpmath.mpf(10) ** -digits:
        raise ValueError(f"{expression} has no real value here.")
    return mpmath.re(number)
