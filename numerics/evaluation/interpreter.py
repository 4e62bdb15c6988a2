"""A walk over a SymPy expression in `Scaled` numbers, in multiple precision where those lose their digits."""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import sympy
from numpy.typing import ArrayLike
from sympy import Basic, Dummy, Expr, Integral, Piecewise, Pow, Sum, Symbol

from numerics.annotations import Array
from numerics.evaluation.interpolation import interpolate
from numerics.evaluation.scaled import Scaled, total
from numerics.evaluation.special_functions import SPECIAL_FUNCTIONS
from numerics.evaluation.spectral_rule import Nodes, finite_nodes, half_infinite_nodes, integrate
from numerics.evaluation.theory_functions import FLOAT_ONLY, QUADRATURES, THEORY_FUNCTIONS, without_plateau
from theory import CumulativeLoss, GeneralizationLoss

__all__ = ["Interpreter"]

_FUNCTIONS = SPECIAL_FUNCTIONS | THEORY_FUNCTIONS

_TOLERANCE = 1e-12
_DIGITS = 25
_MOST_DIGITS = 2000
_MOST_TERMS = 100_000
_LONG = 2000  # points from which interpolation pays


class Interpreter:
    """One expression at one set of values; `value` of a node is remembered while it is evaluated."""

    def __init__(self, expression: Expr, values: Mapping[Symbol, ArrayLike]) -> None:
        self.expression = expression
        missing = sorted(map(str, expression.free_symbols - set(values)))
        if missing:
            raise ValueError(f"Every symbol needs a value, {', '.join(missing)} has none; values are {dict(values)}.")
        self.given = {symbol: np.asarray(value, dtype=np.float64) for symbol, value in values.items()}
        self.shape = np.broadcast_shapes(*(value.shape for value in self.given.values()))
        self.scalars, self.arrays = {}, {}
        for symbol, value in self.given.items():
            if value.size == 1:
                self.scalars[symbol] = _exactly(value.flat[0])
            else:
                self.arrays[symbol] = np.broadcast_to(value, self.shape).reshape(-1)
        self.points = int(np.prod(self.shape))
        self.known: dict[Basic, Scaled] = {symbol: Scaled.exact(value) for symbol, value in self.arrays.items()}
        self.varying = set(self.arrays)

    def result(self, absolute_error: float = 0.0) -> Scaled:
        """Value of the whole expression, its doubtful points evaluated again."""
        found = self.value(self.expression)
        if not self.expression.has(*FLOAT_ONLY):
            found = self._mended(self.expression, found, absolute_error)
        parts = (found.mantissa, found.exponent, found.error)
        return Scaled(*(np.broadcast_to(part, self.points).reshape(self.shape) for part in parts))

    def value(self, node: Basic) -> Scaled:
        """Value of a node at every point."""
        if node not in self.known:
            self.known[node] = self._compute(node)
        return self.known[node]

    def _compute(self, node: Basic) -> Scaled:
        if isinstance(node, Integral):
            return self._integral(node)
        if not self._varies(node):
            return self._constant(node)
        if node.is_Add:
            split = self._split(node)
            return total([self.value(part) for part in self._grouped(split)]) if split.is_Add else self.value(split)
        if node.is_Mul:
            product, *rest = (self.value(part) for part in self._grouped(node))
            for part in rest:
                product = product * part
            return product
        if isinstance(node, Pow):
            return self._power(*node.args)
        if isinstance(node, Piecewise):
            return self._piecewise(node)
        if isinstance(node, Sum):
            return self._sum(node)
        evaluator = _FUNCTIONS.get(type(node))
        if evaluator is None or isinstance(node, QUADRATURES):
            found = self._interpolated(node)
            if found is not None or evaluator is None:
                return found or self._point_by_point(node, None)
        return evaluator(*(self.value(argument) for argument in node.args))

    def _varies(self, node: Basic) -> bool:
        """Whether a node has several values here, or is not for SymPy to evaluate."""
        return bool(node.free_symbols & self.varying) or node.has(*FLOAT_ONLY)

    def _split(self, node: Expr) -> Expr:
        """A sum with the plateaus of its losses apart, where they cancel."""
        return sympy.Add(*(part if self._varies_in_lam(part) else without_plateau(part) for part in node.args))

    def _varies_in_lam(self, part: Basic) -> bool:
        losses = part.atoms(GeneralizationLoss, CumulativeLoss)
        return any(self._varies(loss.args[1]) for loss in losses)

    def _grouped(self, node: Expr) -> list[Expr]:
        """Arguments of a sum or product, those that do not vary as one, so that they cancel in multiple precision."""
        varying = [part for part in node.args if self._varies(part)]
        constant = [part for part in node.args if not self._varies(part)]
        if len(constant) > 1:
            constant = [node.func(*constant, evaluate=False)]
        return [*constant, *varying]

    def _constant(self, node: Basic) -> Scaled:
        if node.is_Rational or node.is_Float:
            with mpmath.workprec(2 * _DIGITS * 4):
                return Scaled.rounded(mpmath.mpf(node._to_mpmath(200)))
        return Scaled.rounded(self._precise(node, self.scalars))

    def _power(self, base: Basic, exponent: Basic) -> Scaled:
        if base is sympy.E:
            return self.value(exponent).exp()
        if not self._varies(exponent):
            power = self.value(exponent)
            number = float(power.value())
            if exponent.is_Rational or number == round(number) or float(power.error) == 0:
                return self.value(base).power(number)
        return self._varying_power(base, self.value(exponent))

    def _varying_power(self, base: Basic, exponent: Scaled) -> Scaled:
        """base^exponent through its logarithm; a negative base with whole exponents keeps its sign."""
        number = self.value(base)
        negative = number.mantissa < 0
        size = number.chosen(~negative, -number)
        one, rest = base.as_coeff_Add() if base.is_Add else (0, base)
        small = self.value(rest) if one == 1 else None
        logarithm = size.log() if small is None else small.log1p().chosen(np.abs(small.value()) < 0.5, size.log())
        power = (exponent * logarithm).exp()
        if np.any(negative):
            whole = exponent.value()
            sign = np.where(whole != np.round(whole), np.nan, 1 - 2 * np.abs(whole % 2))
            power = Scaled(power.mantissa * np.where(negative, sign, 1.0), power.exponent, power.error)
        return power

    def _piecewise(self, node: Piecewise) -> Scaled:
        found, open_ = Scaled.exact(np.nan), np.ones(self.points, dtype=bool)
        for branch, condition in node.args:
            holds = open_ & self._holds(condition)
            if holds.any():
                found = self.value(branch).chosen(holds, found)
            open_ &= ~holds
        return found

    def _holds(self, condition: Basic) -> Any:
        if condition in (sympy.true, sympy.false):
            return bool(condition)
        if isinstance(condition, sympy.And | sympy.Or):
            parts = [self._holds(part) for part in condition.args]
            return np.logical_and.reduce(parts) if isinstance(condition, sympy.And) else np.logical_or.reduce(parts)
        if isinstance(condition, sympy.Not):
            return ~np.asarray(self._holds(condition.args[0]))
        difference = self.value(condition.lhs - condition.rhs).mantissa
        test = {
            sympy.StrictLessThan: np.less, sympy.LessThan: np.less_equal, sympy.StrictGreaterThan: np.greater,
            sympy.GreaterThan: np.greater_equal, sympy.Equality: np.equal, sympy.Unequality: np.not_equal,
        }[type(condition)]  # fmt: skip
        return test(difference, 0)

    def _sum(self, node: Sum) -> Scaled:
        """A sum over whole numbers, term by term; each point has its own last one."""
        if len(node.limits) != 1 or self._varies(node.limits[0][1]):
            return self._point_by_point(node, None)
        index, low, high = node.limits[0]
        first, last = round(float(self.value(low).value())), self.value(high).value()
        count = int(np.max(last, initial=first - 1)) - first + 1
        if not count <= _MOST_TERMS:
            return self._point_by_point(node, None)
        found = Scaled.exact(0.0)
        for k in range(first, first + count):
            term = self.value(node.function.subs(index, k))
            found = total([found, term.chosen(k <= last, Scaled.exact(0.0))])
        return found

    def _integral(self, node: Integral) -> Scaled:
        """One integral over one interval, by quadrature at every point."""
        if len(node.limits) != 1 or len(node.limits[0]) != 3:
            return self._point_by_point(node, None)
        variable, low, high = node.limits[0]
        if low is sympy.S.NegativeInfinity:
            mirrored = node.function.subs(variable, -variable)
            if high is sympy.oo:
                halves = [Integral(function, (variable, 0, sympy.oo)) for function in (node.function, mirrored)]
                return total([self._integral(half) for half in halves])
            return self._integral(Integral(mirrored, (variable, -high, sympy.oo)))
        return self._interpolated(node) or self._quadrature(node)

    def _interpolated(self, node: Expr) -> Scaled | None:
        """A long curve of what takes long from its values at a few times; None where that is not possible."""
        symbols = node.free_symbols & self.varying
        if self.points < _LONG or len(symbols) != 1 or not symbols <= set(self.arrays):
            return None
        (symbol,) = symbols
        return interpolate(lambda at: Interpreter(node, self.given | {symbol: at}).value(node), self.arrays[symbol])

    def _quadrature(self, node: Integral) -> Scaled:
        variable, low, high = node.limits[0]
        # The distance from the start is the variable, so that it keeps its digits there.
        distance = Dummy("distance", positive=True)
        function = node.function.subs(variable, low + distance)
        endless = high is sympy.oo
        length = Scaled.exact(1.0) if endless else self.value(high - low)
        outer_known, outer_varying = self.known, self.varying

        def integrand(at: Nodes) -> Scaled:
            near, slope = Scaled.exact(at.near), Scaled.exact(at.slope)
            self.known = {**outer_known, distance: near if endless else length * near}
            return self.value(function) * slope * length

        self.varying = outer_varying | {distance}
        try:
            shape = () if not self.arrays else (self.points,)
            return integrate(integrand, shape, nodes=half_infinite_nodes if endless else finite_nodes)
        finally:
            self.known, self.varying = outer_known, outer_varying

    def _mended(self, node: Basic, found: Scaled, absolute_error: float) -> Scaled:
        largest = np.log(np.abs(found.mantissa) + found.error) + found.exponent
        doubtful = ~(found.relative_error() <= _TOLERANCE) & ~(largest < -700) & ~np.isposinf(found.log_abs())
        doubtful &= ~(found.absolute_error() <= absolute_error)
        return self._point_by_point(node, found, np.broadcast_to(doubtful, self.points)) if doubtful.any() else found

    def _point_by_point(self, node: Basic, found: Scaled | None, doubtful: Array | None = None) -> Scaled:
        """Multiple precision at the doubtful points, at all of them if nothing has been found."""
        where = np.arange(self.points) if doubtful is None else np.flatnonzero(doubtful)
        symbols = [symbol for symbol in self.arrays if symbol in node.free_symbols]
        numbers = [
            Scaled.rounded(
                self._precise(node, self.scalars | {symbol: _exactly(self.arrays[symbol][i]) for symbol in symbols})
            )
            for i in where
        ]
        start = found or Scaled.exact(np.zeros(self.points))
        parts = []
        for name in ("mantissa", "exponent", "error"):
            part = np.array(np.broadcast_to(getattr(start, name), self.points))
            part[where] = [float(getattr(number, name)) for number in numbers]
            parts.append(part)
        return Scaled(*parts)

    @staticmethod
    def _precise(node: Basic, numbers: Mapping[Symbol, Expr]) -> Any:
        """One number by SymPy, with as many digits as cancellation asks for; NaN for what is not real."""
        value = node.evalf(_DIGITS, subs=numbers, maxn=_MOST_DIGITS)
        if not (value.is_Float or value.is_Rational or value in (sympy.oo, -sympy.oo)):
            value = node.subs(numbers).evalf(_DIGITS, maxn=_MOST_DIGITS)
        if value in (sympy.oo, -sympy.oo):
            return mpmath.mpf("inf") if value is sympy.oo else mpmath.mpf("-inf")
        if not (value.is_Float or value.is_Rational):
            return mpmath.mpf("nan")
        with mpmath.workprec(200):
            return mpmath.mpf(value._to_mpmath(200))


def _exactly(number: Any) -> Expr:
    return sympy.Float(float(number))
