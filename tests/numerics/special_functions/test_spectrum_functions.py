"""The float functions of generated code, against arbitrary precision over many decades."""

import warnings

import mpmath
import numpy as np
import pytest
from sympy import I, Rational, lambdify, sqrt

from numerics.evaluation.values import evaluate
from numerics.linear.finite_step import log_descent_generalization_loss, log_descent_training_loss
from numerics.losses import generalization_loss, training_loss
from numerics.special_functions import (
    angular_integral,
    covariance_generalization_loss,
    covariance_training_loss,
    cumulative_loss,
    descent_average,
    edge_excess,
    inverse_lower_gamma,
    marcum_q1,
    regularized_lower_gamma,
    scaled_bessel_i,
    scaled_erfc,
    skellam_tail,
    spectral_average,
)
from theory import (
    CumulativeLoss,
    DescentAverage,
    GeneralizationLoss,
    MarcumQ1,
    RegularizedLowerGamma,
    ScaledBesselI,
    SkellamTail,
    SpectralAverage,
    TrainingLoss,
)
from theory.linear.evaluation import (
    cumulative_loss_value,
    marcum_q1_value,
    scaled_bessel_i_value,
    spectral_average_value,
)
from theory.linear.variants.descent_losses import descent_average_value
from theory.linear.variants.edge_excess import EdgeExcess, edge_excess_value
from theory.symbols import lam, s

TIMES = np.array([1e-12, 1e-6, 0.01, 1.0, 7.0, 50.0, 1e3, 1e6, 1e9, 1e12])
RATIOS = [1e-6, 1e-3, 0.3, 0.9, 1 - 1e-12, 1.0, 1 + 1e-12, 1.5, 30.0, 1e6]


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def excess(ratio):
    return mpmath.fsub(ratio, 1, exact=True)


def assert_close(found, expected, ratio, times=TIMES):
    """To 10⁻¹³, and the roundings of the exponent (1 − √λ)²s; what is below 10⁻³⁰⁰ is 0 or tiny."""
    for value, number, time in zip(found, expected, times, strict=True):
        if abs(number) < 1e-300:
            assert abs(value) < 2e-300
        else:
            assert abs(value / number - 1) < 1e-13 + 1e-15 * (1 - np.sqrt(ratio)) ** 2 * time, (time, ratio)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("k", [0, 1, 2, 6])
def test_spectral_average(k, ratio):
    expected = [spectral_average_value(k, mpmath.mpf(time), excess(ratio), 30) for time in TIMES]
    assert_close(spectral_average(k, TIMES, ratio), expected, ratio)


@pytest.mark.parametrize("ratio", RATIOS)
def test_cumulative_loss_and_skellam_tail(ratio):
    expected = [cumulative_loss_value(mpmath.mpf(time), excess(ratio), 30) for time in TIMES]
    assert_close(cumulative_loss(TIMES, ratio), expected, 1.0)
    with mpmath.workdps(60):
        roots = [(mpmath.sqrt(2 * mpmath.mpf(ratio) * time), mpmath.sqrt(2 * mpmath.mpf(time))) for time in TIMES]
        expected = [marcum_q1_value(*pair, 30) for pair in roots]
    assert_close(skellam_tail(TIMES, ratio), expected, ratio)


@pytest.mark.parametrize("a", [0.0, 1e-6, 1.0, 30.0, 1e6])
def test_marcum_function_in_both_tails(a):
    b = a + np.array([-30.0, -3.0, -0.01, -1e-9, 0.0, 1e-9, 0.01, 3.0, 30.0])
    b = b[b >= 0]
    found = marcum_q1(a, b)
    for value, at in zip(found, b, strict=True):
        assert abs(value / marcum_q1_value(a, at, 30) - 1) < 2e-13
    assert marcum_q1(1 + 1j, 2) == pytest.approx(complex(marcum_q1_value(1 + 1j, 2, 20)), rel=1e-15, abs=0)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_scaled_bessel_function(n):
    for x in [*TIMES, 1e7, 3e8, 1e300, -3.0, -0.1, 2 + 3j, -2 + 1j, 50 - 600j]:
        expected = complex(scaled_bessel_i_value(n, x, 30))
        assert abs(scaled_bessel_i(n, x) / expected - 1) < 1e-13


@pytest.mark.parametrize("k", [0, 1, 2, 4])
@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.5, 30.0])
def test_edge_excess(k, ratio):
    for time in TIMES:
        expected = edge_excess_value(k, mpmath.mpf(time), mpmath.mpf(ratio), 30)
        size = max(abs(expected), spectral_average_value(k, mpmath.mpf(time), excess(ratio), 30))
        scale = 1e-13 + 1e-15 * (1 - np.sqrt(ratio)) ** 2 * time
        assert abs(edge_excess(k, time, ratio) - expected) <= scale * size + 1e-300
    assert edge_excess(k, np.inf, 1.0) == (0.5 if k == 0 else 0)


@pytest.mark.parametrize("k", [-1, 0, 1, 3])
@pytest.mark.parametrize("m", [0, 1, 2, 7, 100])
def test_descent_average(k, m):
    for h, ratio in [(1e-5, 0.5), (0.02, 1.0), (0.3, 1 + 1e-9), (0.3, 0.01), (0.05, 4.0)]:
        expected = descent_average_value(k, m, mpmath.mpf(h), mpmath.mpf(ratio), 20)
        assert abs(descent_average(k, m, h, ratio) - expected) <= 1e-13 * abs(expected)
    n = np.array([10, 1000])
    np.testing.assert_allclose(
        descent_average(0, 2 * n, 0.3, 1.5), np.exp(log_descent_generalization_loss(n, 0.3, 1.5)), 1e-13
    )
    np.testing.assert_allclose(
        descent_average(1, 2 * n, 0.3, 1.5), np.exp(log_descent_training_loss(n, 0.3, 1.5)), 1e-13
    )


def test_angular_integral_broadcasts_and_resolves_both_ends():
    z = np.array([1.0, 1e3, 1e10])
    found = angular_integral(lambda angle: np.exp(-2 * z * np.sin(angle / 2) ** 2)) / np.pi
    np.testing.assert_allclose(found, scaled_bessel_i(0, z), 1e-12)
    found = angular_integral(lambda angle: np.exp(-2 * z * np.cos(angle / 2) ** 2)) / np.pi
    np.testing.assert_allclose(found, scaled_bessel_i(0, z), 1e-10)
    assert abs(angular_integral(np.cos)) < 1e-14
    assert angular_integral(lambda angle: 0.0) == 0


def test_functions_of_scipy():
    assert inverse_lower_gamma(2, [0, 1]).tolist() == [0, np.inf]
    np.testing.assert_allclose(regularized_lower_gamma(2, inverse_lower_gamma(2, [0.1, 0.9])), [0.1, 0.9])
    assert scaled_erfc(0) == 1


def test_covariance_losses_of_the_identity_are_the_losses():
    found = covariance_training_loss([1.0, 20.0], 2.0, ((1.0, 1.0),), (1.0,))
    np.testing.assert_allclose(found, training_loss([1.0, 20.0], 2.0), 1e-12)
    found = covariance_generalization_loss([1.0, 20.0], 2.0, ((1.0, 1.0),), (1.0,))
    np.testing.assert_allclose(found, generalization_loss([1.0, 20.0], 2.0), 1e-12)
    slope = covariance_generalization_loss(3.0, 0.5, ((1.0, 1.0),), (1.0,), 1)
    np.testing.assert_allclose(slope, -training_loss(3.0, 0.5), 1e-12)


def test_arguments_broadcast_and_ends_have_limits():
    times, ratios = np.array([0, 3, 8]), np.array([[0.5], [2]])
    powers = np.array([0, 1, 2])
    for function in (cumulative_loss, skellam_tail, lambda s, lam: spectral_average(2, s, lam)):
        table = function(times, ratios)
        assert table.shape == (2, 3)
        assert table[1, 2] == pytest.approx(function(8, 2), rel=1e-15, abs=0)
    np.testing.assert_allclose(spectral_average(powers, 3, 0.5), [spectral_average(k, 3, 0.5) for k in powers], 1e-15)
    assert spectral_average(2, np.inf, 0.5) == 0
    assert cumulative_loss([np.inf, 0.0], 0.5).tolist() == [2, 0]
    assert np.isinf(cumulative_loss(np.inf, [1.0, 3.0])).all()
    assert training_loss(np.array([0, np.inf, 2]), 1)[:2].tolist() == [1, 0]


def test_complex_and_negative_times():
    time = np.array([0, np.inf, 2, 2 + 3j])
    assert training_loss(time, 0.5)[:2].tolist() == [1, 0]
    for function, theory in ((training_loss, TrainingLoss), (generalization_loss, GeneralizationLoss)):
        expected = complex(theory(2 + 3 * I, Rational(1, 2)).evalf(20))
        assert function(time, 0.5)[3] == pytest.approx(expected, rel=1e-14, abs=0)
        assert function(time, 0.5)[2] == pytest.approx(function(2.0, 0.5), rel=1e-14, abs=0)
        with pytest.raises(ValueError, match="Complex times"):
            function(time, 0.5, form="published")
    assert spectral_average(3, -2.0, 0.5) == pytest.approx(
        float(SpectralAverage(3, -2, Rational(1, 2)).evalf()), rel=1e-14
    )
    assert skellam_tail(-2.0, 0.5) == pytest.approx(float(SkellamTail(-2, Rational(1, 2)).evalf()), rel=1e-14, abs=0)


LOSSES = [TrainingLoss(s, lam), GeneralizationLoss(s, lam)]
ORDERS = [(), (s,), (lam,), (s, s), (s, lam), (lam, lam), (s, s, s), (s, s, lam), (s, lam, lam), (lam, lam, lam)]
EXPRESSIONS = [
    SkellamTail(s, lam),
    MarcumQ1(sqrt(lam * s), sqrt(2 * s)),
    CumulativeLoss(s, lam),
    ScaledBesselI(2, lam * s),
]
# Differentiated in the test: all of them would take a second before any test begins.
DERIVATIVES = [*((loss, order) for loss in LOSSES for order in ORDERS), (CumulativeLoss(s, lam), (lam,))]


@pytest.mark.parametrize("module", ["numpy", "scipy", "mpmath"])
@pytest.mark.parametrize(("expression", "order"), [*((one, ()) for one in EXPRESSIONS), *DERIVATIVES], ids=str)
def test_generated_code(expression, order, module):
    expression = expression.diff(*order) if order else expression
    function = lambdify((s, lam), expression, module)
    for time, ratio in [(3.0, 2.0), (1000.0, 0.9), (1e6, 0.999), (1e6, 2.0)]:
        found = function(mpmath.mpf(time), mpmath.mpf(ratio)) if module == "mpmath" else float(function(time, ratio))
        expected = expression.xreplace({s: Rational(time), lam: Rational(ratio)}).evalf(25)
        # The terms of higher derivatives cancel.
        assert abs(found - expected) <= 1e-11 * abs(expected) + 1e-300


@pytest.mark.parametrize(
    "expression",
    [
        SpectralAverage(2, s, lam),
        SpectralAverage(5, 2 * s, lam),
        SkellamTail(s, lam),
        ScaledBesselI(2, s),
        ScaledBesselI(0, -s / 100),
        EdgeExcess(1, s, lam),
        DescentAverage(2, 7, s / 2**20, lam),
        RegularizedLowerGamma(2, s),
    ],
    ids=str,
)
def test_the_interpreter_knows_the_functions(expression):
    times = np.array([0.25, 3.0, 40.0])
    found = evaluate(expression, {s: times, lam: 0.5})
    for value, time in zip(np.broadcast_to(found, times.shape), times, strict=True):
        exact = expression.xreplace({s: Rational(time), lam: Rational(1, 2)}).evalf(25)
        assert abs(value - exact) <= 1e-12 * abs(exact)
