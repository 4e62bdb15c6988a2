"""Types that several files of `theory` share."""

from fractions import Fraction
from typing import TypeAlias

import mpmath
from sympy import Expr

__all__ = ["MpNumber", "Sympifiable"]

Sympifiable: TypeAlias = Expr | complex | Fraction | str
"""What `sympify` makes an expression of: an expression, a number of Python's (int and float are complex), its text."""

MpNumber: TypeAlias = mpmath.mpf | mpmath.mpc | float | Fraction
"""A number that mpmath calculates with."""
