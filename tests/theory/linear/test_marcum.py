import json
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Derivative, Float, Integral, Rational, Symbol, exp, lambdify, latex, oo, symbols

from theory import MarcumQ1, ScaledBesselI
from theory.steps import value

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "marcum_q1.json").read_text())["rows"]
a, b = symbols("a b", positive=True)
sides = st.fractions(Rational(1, 1000), 100, max_denominator=1000).map(lambda q: Rational(q.numerator, q.denominator))


def number(expression, digits):
    return expression.evalf(digits)._to_mpmath(int(3.33 * digits) + 10)


@pytest.mark.parametrize("digits", [15, 30, 50])
def test_values(digits):
    for row in ROWS:
        found = number(MarcumQ1(Rational(row["a"]), Rational(row["b"])), digits)
        with mpmath.workdps(60):
            assert abs(found / mpmath.mpf(row["q"]) - 1) < mpmath.mpf(10) ** (1 - digits), row


def test_special_values():
    assert MarcumQ1(a, 0) == MarcumQ1(0, 0) == 1
    assert MarcumQ1(a, oo) == 0
    assert MarcumQ1(0, b) == exp(-(b**2) / 2)
    assert MarcumQ1(a, a) == (1 + ScaledBesselI(0, a**2)) / 2


@pytest.mark.parametrize("gap", [Rational(1, 10**k) for k in (2, 8, 30, 60)])
@pytest.mark.parametrize("sign", [1, -1])
def test_values_next_to_the_diagonal(gap, sign):
    # Q₁(a, a + h) = Q₁(a, a) − h·a e^{−a²} I₀(a²) + O(h²)
    found = number(MarcumQ1(3, 3 + sign * gap), 70)
    with mpmath.workdps(160):
        step = sign * mpmath.mpf(gap.p) / gap.q
        start = (1 + mpmath.exp(-9) * mpmath.besseli(0, 9)) / 2
        expected = start - step * 3 * mpmath.exp(-9) * mpmath.besseli(0, 9)
        assert abs(found - expected) < step**2 + mpmath.mpf(10) ** -69


@settings(max_examples=25, deadline=None, derandomize=True)
@given(x=sides, y=sides)
def test_symmetric_identity(x, y):
    # Q₁(a, b) + Q₁(b, a) = 1 + e^{−(a²+b²)/2} I₀(ab)
    with mpmath.workdps(60):
        u, v = (mpmath.mpf(side.p) / side.q for side in (x, y))
        right = 1 + mpmath.exp(-(u**2 + v**2) / 2) * mpmath.besseli(0, u * v)
        assert abs(number(MarcumQ1(x, y), 40) + number(MarcumQ1(y, x), 40) - right) < 1e-38


@settings(max_examples=25, deadline=None, derandomize=True)
@given(x=sides, y=sides)
def test_small_values_keep_their_digits(x, y):
    # Relative to its size, also where it is e^{−(b−a)²/2}: both routes to 40 digits.
    low, high = sorted((x, y))
    few, many = number(MarcumQ1(low, high), 20), number(MarcumQ1(low, high), 45)
    assert 0 < many <= 1
    with mpmath.workdps(60):
        assert abs(few / many - 1) < 1e-19


@pytest.mark.parametrize("variable", [a, b])
@pytest.mark.parametrize("at", [(1, 2), (4, 3), (2, 2)])
def test_derivatives_are_those_of_the_values(variable, at):
    point = {a: Rational(at[0]), b: Rational(at[1])}
    differences = value(Derivative(MarcumQ1(a, b), variable), point, 25)
    assert abs(value(MarcumQ1(a, b).diff(variable), point, 30) - differences) < 1e-20


def test_integral_form():
    integral = MarcumQ1(a, b).rewrite(Integral)
    point = {a: Rational(3, 2), b: Rational(5, 2)}
    assert abs(value(integral, point, 20) - number(MarcumQ1(Rational(3, 2), Rational(5, 2)), 30)) < 1e-18


def test_evaluation_of_symbols_floats_and_code():
    assert MarcumQ1(a, b).evalf() == MarcumQ1(a, b)
    assert MarcumQ1(Float(1.5), 2).evalf(15) == MarcumQ1(Rational(3, 2), 2).evalf(15)
    with mpmath.workdps(30):
        assert abs(lambdify((a, b), MarcumQ1(a, b), "mpmath")(1, 2) - number(MarcumQ1(1, 2), 35)) < 1e-29


def test_print_and_assumptions():
    assert latex(MarcumQ1(a, b)) == r"Q_{1}\left(a, b\right)"
    assert latex(MarcumQ1(a, b) ** 3) == r"Q_{1}^{3}\left(a, b\right)"
    assert MarcumQ1(a, b).is_nonnegative
    assert MarcumQ1(Symbol("x"), b).is_real is None


@pytest.mark.parametrize("arguments", [(-1, 2), (1, -2), (Symbol("n", negative=True), 1)])
def test_negative_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match="a, b ≥ 0"):
        MarcumQ1(*arguments)
