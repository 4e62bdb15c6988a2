import mpmath
import numpy as np
import pytest
from scipy import integrate, stats

from numerics.curves.shapes import SHAPES, named_shape

U = np.linspace(-5, 5, 1001)
CASES = [
    (name, theta)
    for name, thetas in {
        "erf": [0.0],
        "logistic": [0.0],
        "gompertz": [0.0],
        "mirrored_gompertz": [0.0],
        "student": [0.01, 0.2, 1.0],
        "skewed_erf": [-1.5, 0.0, 0.4, 1.9],
    }.items()
    for theta in thetas
]


@pytest.mark.parametrize(("name", "theta"), CASES)
def test_every_shape_rises_from_0_to_1_through_the_middle_with_the_largest_slope_of_the_erf(name, theta):
    rise = SHAPES[name].rise(np.array([-1e5, 0.0, 1e5]), theta)
    np.testing.assert_allclose(rise.value, [0, 0.5, 1], atol=1e-5)
    fine = SHAPES[name].rise(np.linspace(-2, 2, 400_001), theta).slope
    assert fine.max() == pytest.approx(1 / np.sqrt(np.pi), rel=1e-9)
    area, _ = integrate.quad(lambda u: SHAPES[name].rise(np.array([u]), theta).slope[0], -np.inf, np.inf, limit=500)
    assert area == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("name", "theta"), CASES)
def test_derivatives_are_those_of_the_shape(name, theta):
    shape, h = SHAPES[name], 1e-5
    rise, after, before = (shape.rise(U + d, theta) for d in (0, h, -h))
    np.testing.assert_allclose(rise.slope, (after.value - before.value) / (2 * h), atol=3e-7)
    np.testing.assert_allclose(rise.curvature, (after.slope - before.slope) / (2 * h), atol=3e-7)
    if shape.parameter is None:
        assert rise.by_parameter is None
    else:
        step = 1e-4 * max(theta, 0.01) if name == "student" else h
        more, less = (shape.rise(U, theta + d).value for d in (step, -step))
        np.testing.assert_allclose(rise.by_parameter, (more - less) / (2 * step), atol=1e-6)


def test_shapes_are_the_distributions_that_their_names_say():
    root_pi = np.sqrt(np.pi)
    np.testing.assert_allclose(SHAPES["logistic"].rise(U, 0.0).value, stats.logistic.cdf(4 * U / root_pi), atol=1e-14)
    median = -np.log(np.log(2))
    gumbel = stats.gumbel_r.cdf(np.e * U / root_pi + median)
    np.testing.assert_allclose(SHAPES["gompertz"].rise(U, 0.0).value, gumbel, atol=1e-14)
    np.testing.assert_allclose(SHAPES["mirrored_gompertz"].rise(-U, 0.0).value, 1 - gumbel, atol=1e-14)
    rate = 1 / (root_pi * stats.t.pdf(0, 4))
    np.testing.assert_allclose(SHAPES["student"].rise(U, 0.25).value, stats.t.cdf(rate * U, 4), atol=1e-12)


def test_both_families_contain_the_erf():
    for name, theta in (("student", 1e-3), ("skewed_erf", 0.0)):
        np.testing.assert_allclose(
            SHAPES[name].rise(U, theta).value, SHAPES["erf"].rise(U.copy(), 0.0).value, atol=3e-4 if theta else 1e-9
        )


@pytest.mark.parametrize("skewness", [-1.2, 0.5])
def test_the_skewed_erf_is_the_sinh_arcsinh_distribution(skewness):
    """Its definition in arbitrary precision, with the scale found by maximising the slope."""
    with mpmath.workdps(30):

        def cdf(x):
            return mpmath.ncdf(mpmath.sinh(mpmath.asinh(x) - skewness))

        ends = (np.sinh(skewness) - 1, np.sinh(skewness) + 1)
        mode = mpmath.findroot(lambda x: mpmath.diff(cdf, x, 2), ends, solver="anderson")
        scale = 1 / (mpmath.sqrt(mpmath.pi) * mpmath.diff(cdf, mode))
        for u in (-1.0, 0.3, 2.0):
            expected = float(cdf(mpmath.sinh(skewness) + scale * u))
            assert SHAPES["skewed_erf"].rise(np.array([u]), skewness).value[0] == pytest.approx(expected, rel=1e-9)


def test_turning_the_skewness_over_mirrors_the_shape():
    one, other = (SHAPES["skewed_erf"].rise(sign * U, sign * 0.8) for sign in (1, -1))
    np.testing.assert_allclose(other.value, 1 - one.value, atol=1e-13)


@pytest.mark.parametrize(("name", "theta"), [case for case in CASES if case[0] != "student"])
def test_beyond_its_reach_a_shape_is_its_asymptote(name, theta):
    shape = named_shape(name)
    before, after = shape.rise(np.array([-shape.reach, shape.reach]), theta).value
    assert before < 1e-16
    assert after == 1.0


def test_an_unknown_shape_gets_the_list_of_those_there_are():
    with pytest.raises(ValueError, match=r"one of 'erf', 'logistic', .*, or 'best', got 'tanh'"):
        named_shape("tanh")
