"""Formulas against Python's own whole numbers; nothing but formulas is read."""

import fractions
import itertools
import math

import numpy as np
import pytest

from empirical.tasks.operations.residues import formula_results

# P's operations on residues, and what else the language has, each beside the same thing in Python.
SPELLED = {
    "x+y": lambda x, y, p: x + y,
    "x−y": lambda x, y, p: x - y,
    "x^2+y^2": lambda x, y, p: x**2 + y**2,
    "x^2+xy+y^2": lambda x, y, p: x**2 + x * y + y**2,
    "x^2 + xy + y^2 + x": lambda x, y, p: x**2 + x * y + y**2 + x,
    "x^3+xy": lambda x, y, p: x**3 + x * y,
    "x^3+xy^2+y": lambda x, y, p: x**3 + x * y**2 + y,
    "x/y if y odd else x-y": lambda x, y, p: fractions.Fraction(x, y) if y % 2 else x - y,
    "2x(y+3)-(x)(y)": lambda x, y, p: 2 * x * (y + 3) - x * y,
    "-x^2": lambda x, y, p: -(x**2),
    "(x+y)%3": lambda x, y, p: (x + y) % p % 3,
    "x if x+y even else y if x<=y else 5": lambda x, y, p: x if (x + y) % p % 2 == 0 else y if x <= y else 5,
    "1 if x != y else 0": lambda x, y, p: int(x != y),
    "x%1000000000000000000000+3^99": lambda x, y, p: x + 3**99,
}


@pytest.mark.parametrize("p", [2, 7, 12])
@pytest.mark.parametrize("text", SPELLED)
def test_a_formula_is_what_python_makes_of_it(text, p):
    found = formula_results(text, p)
    for x, y in itertools.product(range(p), repeat=2):
        value = SPELLED[text](x, y, p)
        if isinstance(value, fractions.Fraction):
            if math.gcd(y, p) > 1:
                assert found[x, y] == -1
            else:
                assert found[x, y] * y % p == x
        else:
            assert found[x, y] == value % p, (x, y)


def test_a_hole_spreads_but_not_from_a_branch_that_is_not_taken():
    quotient = formula_results("x/y", 6)
    np.testing.assert_array_equal(quotient == -1, np.broadcast_to(np.isin(np.arange(6), [0, 2, 3, 4]), (6, 6)))
    for text in ("1/y+x", "x*y^-1", "-(x/y)", "(x/y)^0", "(x/y)%2", "x if 1/y<3 else 0", "x if x/y odd else 0"):
        np.testing.assert_array_equal(formula_results(text, 6) == -1, quotient == -1, err_msg=text)
    assert (formula_results("x/y if y>0 else 1", 7) >= 0).all()
    np.testing.assert_array_equal(formula_results("y^-2", 7)[0, 1:] * np.arange(1, 7) ** 2 % 7, np.ones(6))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os')", "got '__import__' in"),
        ("x.real", r"got '\.' in 'x.real'"),
        ("lambda: x", "got 'lambda'"),
        ("x[0]", r"got '\['"),
        ("x:=y", "got ':'"),
        ("z+1", "got 'z'"),
        ("1e9", "got 'e'"),
        ("ODD+x", "got 'ODD'"),
        ("x<y", "got 'x < y'"),
        ("x if y else 1", "got 'x if y else 1'"),
        ("x if 1<x<y else y", "got 'x if 1 < x < y else y'"),
        ("x odd", "got 'x == ODD'"),
        ("x if (y odd) + 1 < 2 else y", "got 'y == ODD'"),
        ("x^y", "A power must be a whole number, got 'y' in"),
        ("x^9^9^9", "A power must be a whole number"),
        ("x%y", "% needs a positive whole number, got 'y'"),
        ("x%0", "% needs a positive whole number, got '0'"),
        ("", "must be complete, got ''"),
        ("x+", "must be complete"),
        ("x2", "must be complete"),
        ("(" * 200, "must be complete"),
        ("x" * 201, "at most 200 characters, got 201"),
    ],
)
def test_what_is_no_formula_gets_one_sentence(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        formula_results(text, 5)
    assert "\n" not in str(caught.value)


def test_the_longest_formulas_are_read():
    assert formula_results("-" * 199 + "x", 5)[1, 0] == 4
    assert formula_results("(" * 90 + "x" + ")" * 90, 5)[3, 0] == 3
    assert formula_results("x" * 200, 5)[2, 0] == pow(2, 200, 5)
