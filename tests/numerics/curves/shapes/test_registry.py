"""Shapes from outside the package."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import find

from numerics import SHAPES, Rise, Shape, add_shape, compare_shapes, fit_curve, measure, remove_shape, strategies
from numerics.curves.shapes.admission import checked_shape

ROOT_PI = np.sqrt(np.pi)
T = np.arange(1.0, 1001.0)
SOURCE = """
import numpy as np
from numerics import Rise, Shape, add_shape

def secant(u, _):
    x = np.clip(np.sqrt(np.pi) * u, -700, 700)
    slope = 1 / np.cosh(x) / np.sqrt(np.pi)
    return Rise(2 / np.pi * np.arctan(np.exp(x)), slope, -np.sqrt(np.pi) * np.tanh(x) * slope)

add_shape(Shape("secant", secant))
"""


def power(u, theta):
    """A logistic function to the power e^θ, with its middle and largest slope put in place."""
    k = np.exp(theta)
    peak = (1 + 1 / k) ** (-k - 1)  # of k·z^(−k−1)·(z − 1), z = 1 + e^{−x}, at z = 1 + 1/k
    rate, middle = 1 / (ROOT_PI * peak), -np.log(2 ** (1 / k) - 1)
    x = np.clip(rate * u + middle, -700, 700)
    z = 1 + np.exp(-x)
    value = z**-k
    slope = rate * k * value * (1 - 1 / z)
    curvature = rate * slope * (k * (1 - 1 / z) - 1 / z)
    return value, slope, curvature


def power_rise(u, theta):
    # By differences: the middle and the rate move with θ, too.
    after, before = power(u, theta + 1e-5)[0], power(u, theta - 1e-5)[0]
    return Rise(*power(u, theta), (after - before) / 2e-5)


def logistic(u):
    """As one would write it down, overflow and all."""
    value = 1 / (1 + np.exp(-4 / ROOT_PI * u))
    slope = 4 / ROOT_PI * value * (1 - value)
    return Rise(value, slope, 4 / ROOT_PI * slope * (1 - 2 * value))


POWER = Shape("power", power_rise, "log_power", (-1.0, 1.0))
PLAIN = Shape("plain", lambda u, _: logistic(u))


@pytest.fixture
def added():
    """Adds shapes that are gone after the test."""
    before = set(SHAPES)

    def add(*shapes):
        for shape in shapes:
            add_shape(shape)

    yield add
    for name in set(SHAPES) - before:
        remove_shape(name)


@pytest.mark.parametrize("name", SHAPES)
def test_the_shapes_of_the_toolkit_keep_the_rules(name):
    assert checked_shape(SHAPES[name]) is SHAPES[name]


def test_an_added_shape_is_fitted_compared_measured_and_planted(added):
    added(POWER)
    assert SHAPES["power"] is POWER
    for theta in (-0.8, 0.7):
        train, gen = (power(s * (T - at), theta)[0] for at, s in ((200.2, 0.05), (600.4, 0.02)))
        fit = fit_curve(T, gen, shape="power")
        assert (fit.jump_time, fit.sharpness) == pytest.approx((600.4, 0.02), rel=1e-6)
        assert fit.shape_parameter == pytest.approx(theta, abs=1e-5)
        np.testing.assert_allclose(fit(T), gen, atol=1e-6)
        assert compare_shapes(T, gen)[0].fit == fit_curve(T, gen, shape="best") == fit
        result = measure(T, train, gen, shape="power")
        assert (result.relative_gap, result.relative_sharpness) == pytest.approx((600.4 / 200.2 - 1, 0.4), rel=1e-5)
    assert find(strategies.planted_curves(), lambda curve: curve.shape == "power").shape == "power"


def test_a_shape_that_overflows_on_its_way_to_its_asymptote_fits_without_a_word(added):
    added(PLAIN)
    y = np.random.default_rng(0).binomial(250, SHAPES["logistic"].at(0.5 * (T - 700.3)).value) / 250
    plain, known = (fit_curve(T, y, shape=shape) for shape in ("plain", "logistic"))
    assert (plain.jump_time, plain.sharpness) == pytest.approx((known.jump_time, known.sharpness), rel=1e-9)
    assert plain.sharpness_error == pytest.approx(known.sharpness_error, rel=1e-6)


def test_the_mapping_is_live_and_for_reading(added):
    names = tuple(SHAPES)
    added(PLAIN)
    assert tuple(SHAPES) == (*names, "plain")
    with pytest.raises(TypeError):
        SHAPES["plain"] = POWER
    remove_shape("plain")
    assert tuple(SHAPES) == names
    with pytest.raises(ValueError, match="or 'best', got 'plain'"):
        fit_curve(T, T / 1000, shape="plain")


def test_the_same_shape_from_a_module_that_is_imported_again_is_no_news(added):
    for _ in range(2):
        exec(SOURCE, {})  # what an import does in each process
    assert fit_curve(T, SHAPES["secant"].at(0.02 * (T - 500)).value, shape="secant").ok
    first = SHAPES["secant"]
    exec(SOURCE, {})
    assert SHAPES["secant"] is first
    remove_shape("secant")


def test_a_name_is_given_once(added):
    added(PLAIN)
    other = Shape("plain", SHAPES["gompertz"].rise)
    with pytest.raises(ValueError, match=r"'plain' is known already and has other numbers; .*or remove_shape the old"):
        add_shape(other)
    with pytest.raises(ValueError, match=r"'erf' is known already and has other numbers; give yours another name\.$"):
        add_shape(Shape("erf", SHAPES["gompertz"].rise))
    with pytest.raises(ValueError, match="known already"):
        add_shape(Shape("plain", PLAIN.rise, reach=20.0))
    assert SHAPES["plain"] is PLAIN
    with pytest.raises(ValueError, match=r"Only a shape that was added can be removed \('plain'\), got 'erf'"):
        remove_shape("erf")


def changed(**fields):
    """The plain logistic shape with some of its numbers replaced."""

    def rise(u, _):
        true = logistic(u)
        numbers = {name: getattr(true, name) for name in ("value", "slope", "curvature", "by_parameter")}
        return Rise(**{**numbers, **{name: change(u, true) for name, change in fields.items()}})

    return Shape("mine", rise)


def stretched(rise, k):
    def by(u, theta):
        one = rise(k * u, theta)
        return Rise(one.value, k * one.slope, k * k * one.curvature)

    return by


def ramp(u, _):
    inside = np.abs(u) < ROOT_PI / 2
    return Rise(np.clip(0.5 + u / ROOT_PI, 0, 1), inside / ROOT_PI, 0 * u)


def moved(u, _):
    return logistic(u + 0.1)


def turned(u, _):
    one = logistic(-u)
    return Rise(one.value, -one.slope, one.curvature)


def rippled(u, _):
    """Smooth, with its true derivatives, but with waves that are shorter than the blocks of a long curve."""
    height, w = 0.002, 30.0
    k = 1 / (0.7 + height * w * ROOT_PI)  # the logistic's slope and the wave's are largest at the same place
    one, envelope = stretched(lambda u, _: logistic(u), 0.7)(k * u, 0.0), height * np.exp(-((k * u) ** 2))
    wave, other = envelope * np.sin(w * k * u), envelope * np.cos(w * k * u)
    slope = one.slope + w * other - 2 * k * u * wave
    curvature = one.curvature + (4 * (k * u) ** 2 - 2 - w * w) * wave - 4 * k * u * w * other
    return Rise(one.value + wave, k * slope, k * k * curvature)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("erf", "A shape must be a numerics.Shape, got 'erf'"),
        (Shape("best", SHAPES["erf"].rise), "letters, digits and underscores, and not 'best', got 'best'"),
        (Shape("my shape", SHAPES["erf"].rise), "letters, digits and underscores, and not 'best', got 'my shape'"),
        (Shape("mine", power_rise, "power", (1.0, 1.0)), r"needs two finite bounds of its parameter, got \(1.0, 1.0\)"),
        (Shape("mine", SHAPES["erf"].rise, reach=-6.0), "reach of shape 'mine' must be positive, got -6.0"),
        (Shape("mine", SHAPES["erf"].rise, reach=2.0), "Beyond its reach of 2 .* give a larger reach, or none"),
        (Shape("mine", SHAPES["erf"].rise, transition=(1.0, 2.0)), "transition of shape 'mine' must hold its middle"),
        (Shape("mine", lambda u, _: u), "must return a numerics.Rise, got ndarray"),
        (Shape("mine", SHAPES["student"].rise, "theta", (0.1, 0.5)), None),
        (Shape("mine", SHAPES["erf"].rise, "theta", (0.1, 0.5)), "by_parameter if, and only if"),
        (Shape("mine", power_rise), "by_parameter if, and only if"),
        (changed(slope=lambda u, _: 0.3), r"slope of shape 'mine' must have the shape of u, \(7,\), got \(\)"),
        (changed(value=lambda u, one: np.where(u > 1e12, np.nan, one.value)), "finite everywhere, got none at u = 1e"),
        (Shape("mine", moved), "middle of shape 'mine' must be at u = 0, with value 1/2 there, got 0.556"),
        (changed(value=lambda u, one: 0.5 + (one.value - 0.5) / 2), "must rise from 0 to 1, got 0.25 at .* and 0.75"),
        (Shape("mine", turned), "must rise from 0 to 1, got 1 at"),
        (Shape("mine", stretched(SHAPES["erf"].rise, 2.0)), "1/√π = 0.564190, got 1.128379; replace u by 0.500000·u"),
        (changed(slope=lambda u, one: one.slope - 0.01), "must never fall, got a slope of -0.01"),
        (
            changed(slope=lambda u, one: one.slope**2 * ROOT_PI),
            "slope of shape 'mine' must be the derivative of its value",
        ),
        (changed(curvature=lambda u, one: -one.curvature), "curvature of .* must be the derivative of its slope"),
        (Shape("mine", ramp), "slope of shape 'mine' must be the derivative of its value, .* around u = -?0.8"),
        (Shape("mine", rippled), "must be smooth over steps of 0.2 in u"),
        (
            Shape("mine", lambda u, k: Rise(*power(u, k), 0 * u), "power", (-1.0, 1.0)),
            "by_parameter of shape 'mine' at power = -0.8 must be the derivative of its value in the parameter",
        ),
    ],
)
def test_a_shape_that_a_fit_cannot_work_with_gets_one_sentence(shape, message, added):
    if message is None:  # this one is in order
        added(shape)
        return
    with pytest.raises(ValueError, match=message):
        add_shape(shape)
    assert "mine" not in SHAPES


def test_what_the_sentence_says_helps(added):
    """Stretching u by the factor named makes the shape acceptable."""
    added(Shape("mine", stretched(stretched(SHAPES["erf"].rise, 2.0), 0.5)))


def test_a_process_that_never_saw_the_shape_says_so():
    code = "from numerics import fit_curve; fit_curve([1, 2, 3, 4], [0, 0, 1, 1], shape='plain')"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip().endswith("'skewed_erf', or 'best', got 'plain'.")
