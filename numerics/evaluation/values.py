"""Any expression of the theory as float64 numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Symbol, sympify

from numerics.annotations import Array
from numerics.evaluation.interpreter import Interpreter

__all__ = ["evaluate", "evaluate_log"]


def evaluate(
    expression: Any, values: Mapping[Symbol, ArrayLike] | None = None, *, absolute_error: float = 0.0
) -> Array:
    """Value of a SymPy expression at numbers, in float64: vectorised, without overflow, to about 12 digits.

    Each node of the expression is evaluated in numbers with an exponent of any size and a bound on their error. Losses,
    Bessel and Marcum functions have stable evaluators, integrals over a spectrum a quadrature that resolves every
    scale; what does not depend on an array is evaluated once, in multiple precision. Points at which a bound exceeds
    10⁻¹² of the value, because terms cancel or a function has no float evaluator, are evaluated again by SymPy with as
    many digits as it takes: right, but a thousand times slower. Integrals keep the digits that quadrature gives them.

    Parameters
    ----------
    expression
        Any real SymPy expression, say one of `theory`.
    values
        A number or an array for each symbol of the expression; they broadcast. Floats are the binary numbers they are.
    absolute_error
        An error that does no harm whatever the size of the value: of an accuracy next to 0, say, digits are not needed.

    Raises
    ------
    ValueError
        If a symbol has no value.

    Examples
    --------
    >>> from theory import GeneralizationLoss
    >>> from sympy import besseli, exp, sqrt
    >>> from theory.symbols import lam, s
    >>> evaluate(GeneralizationLoss(s, lam), {s: [0.0, 2.0, 1e9], lam: 4.0})
    array([1.        , 0.75288735, 0.75      ])
    >>> hidden = exp(-(1 + lam) * s) * besseli(0, 2 * sqrt(lam) * s)  # e^{−1e9} times e^{1e9}
    >>> evaluate(hidden, {s: 1e9, lam: 1.0})
    np.float64(8.920620581321394e-06)
    """
    with np.errstate(all="ignore"):
        found = Interpreter(sympify(expression), values or {}).result(absolute_error)
        return np.asarray(found.value())[()]


def evaluate_log(expression: Any, values: Mapping[Symbol, ArrayLike] | None = None) -> Array:
    """Natural logarithm of a positive expression, finite where its value is too small or too large for a float.

    >>> from sympy import Symbol, exp
    >>> x = Symbol("x")
    >>> evaluate_log(exp(-x), {x: [1.0, 1e6]})
    array([-1.e+00, -1.e+06])
    """
    with np.errstate(all="ignore"):
        found = Interpreter(sympify(expression), values or {}).result()
        return np.asarray(found.log().value())[()]
