from sympy import Rational, limit, oo, pi, sqrt, symbols

from theory import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness

t = symbols("t", real=True)
t1, t2, s1, s2, k = symbols("t1 t2 s1 s2 k", positive=True)


def test_curve_goes_from_floor_to_ceiling_through_the_middle():
    curve = accuracy_curve(t, 7, 3, Rational(1, 2), Rational(9, 10))
    assert limit(curve, t, -oo) == Rational(1, 2)
    assert limit(curve, t, oo) == Rational(9, 10)
    assert curve.subs(t, 7) == Rational(7, 10)


def test_default_curve_is_the_linear_setting():
    # c = d = 1/2
    assert limit(accuracy_curve(t, 0, 1), t, -oo) == 0
    assert limit(accuracy_curve(t, 0, 1), t, oo) == 1


def test_absolute_sharpness_is_the_largest_slope():
    slope = accuracy_curve(t, t2, s2, Rational(1, 2)).diff(t)
    assert slope.diff(t).subs(t, t2) == 0
    assert (absolute_sharpness(s2, Rational(1, 2)) - slope.subs(t, t2)).simplify() == 0
    assert absolute_sharpness(s2) == s2 / sqrt(pi)


def test_measures_are_free_of_the_unit_of_time():
    assert (relative_gap(k * t1, k * t2) - relative_gap(t1, t2)).simplify() == 0
    assert relative_sharpness(s1 / k, s2 / k) == relative_sharpness(s1, s2) == s2 / s1
    assert absolute_sharpness(s2 / k) == absolute_sharpness(s2) / k


def test_swapping_the_curves_inverts_both():
    assert ((1 + relative_gap(t1, t2)) * (1 + relative_gap(t2, t1))).simplify() == 1
    assert relative_sharpness(s1, s2) * relative_sharpness(s2, s1) == 1
