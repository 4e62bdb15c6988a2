import mpmath
from sympy import Float, I, Rational, Symbol, pi, sqrt

from theory.numbers import digits_of, real_argument, to_float


def test_real_arguments_keep_their_bits():
    with mpmath.workprec(300):
        assert abs(real_argument(sqrt(2), 280) - mpmath.sqrt(2)) < mpmath.mpf(2) ** -278
        assert real_argument(Rational(1, 4), 10) == mpmath.mpf("0.25")


def test_symbols_and_complex_numbers_have_no_real_value():
    assert real_argument(Symbol("x"), 53) is None
    assert real_argument(pi + I, 53) is None


def test_digits_cover_the_bits():
    for prec in (10, 53, 169, 1000):
        assert 10 ** digits_of(prec) >= 2**prec


def test_to_float_has_the_precision_stated():
    with mpmath.workprec(200):
        third = mpmath.mpf(1) / 3
    found = to_float(third, 100)
    assert isinstance(found, Float)
    assert abs(found - Rational(1, 3)) < Rational(1, 2**100)
    assert abs(to_float(third, 180) - Rational(1, 3)) < Rational(1, 2**180)
