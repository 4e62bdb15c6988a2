import mpmath
import numpy as np
import pytest

from numerics.evaluation.scaled import Scaled, total


@pytest.fixture(autouse=True)
def silent():
    with np.errstate(all="ignore"):
        yield


def power_of_e(exponent):
    return Scaled.exact(exponent).exp()


def test_products_and_sums_of_any_size():
    huge, tiny = power_of_e([1e6, 3e5]), power_of_e([-1e6, -3e5])
    np.testing.assert_array_equal((huge * tiny).value(), [1, 1])
    np.testing.assert_allclose((huge + huge).log_abs(), np.array([1e6, 3e5]) + np.log(2), rtol=1e-15)
    np.testing.assert_array_equal(huge.value(), [np.inf, np.inf])
    np.testing.assert_array_equal(tiny.value(), [0, 0])
    assert (huge / huge).value().tolist() == [1, 1]


def test_mantissas_out_of_range_move_into_the_exponent():
    large = Scaled.exact([1e300, -1e-300, 0.0])
    square = large * large
    np.testing.assert_allclose(square.log_abs()[:2], [600 * np.log(10), -600 * np.log(10)], rtol=1e-14)
    np.testing.assert_array_equal(np.sign(square.mantissa), [1, 1, 0])
    np.testing.assert_allclose(large.power(-3.0).log_abs()[:2], [-900 * np.log(10), 900 * np.log(10)], rtol=1e-14)


def test_the_error_bounds_the_error():
    rng = np.random.default_rng(0)
    for _ in range(300):
        a, b, c, d = rng.uniform(-30, 30, 4)
        # e^a/e^b − ln(1 + c²)·√|d| − …: all operations, with cancellation by chance
        x = power_of_e(a) / power_of_e(b) * Scaled.exact(c)
        y = (Scaled.exact(c) * Scaled.exact(c)).log1p() * Scaled.exact(abs(d)).power(0.5)
        found = total([x, -y, Scaled.exact(-float((x + -y).value()))])
        with mpmath.workdps(60):
            a, b, c, d = map(mpmath.mpf, (a, b, c, d))
            difference = mpmath.exp(a - b) * c - mpmath.log1p(c * c) * mpmath.sqrt(abs(d))
            exact = difference - mpmath.mpf(float((x + -y).value()))
            assert abs(mpmath.mpf(float(found.value())) - exact) <= mpmath.mpf(float(found.absolute_error()))


def test_cancellation_is_noticed():
    assert float((Scaled.exact(1.0) + -Scaled.exact(1e-20).exp()).relative_error()) > 1
    assert float((Scaled.exact(2.0) + -Scaled.exact(1e-20).exp()).relative_error()) < 1e-14


def test_a_number_of_multiple_precision_is_rounded_once():
    with mpmath.workdps(40):
        third = Scaled.rounded(mpmath.mpf(1) / 3)
        assert float(third.value()) == 1 / 3
        assert 0 < float(third.error) < 1e-16
        assert float(Scaled.rounded(mpmath.mpf("0.25")).error) == 0
        far = Scaled.rounded(-mpmath.exp(mpmath.mpf(10) ** 7))
        assert (float(far.mantissa), float(far.log_abs())) == (-1.0, 1e7)


@pytest.mark.parametrize("power", [0.5, 2.5])
def test_a_root_of_nothing_is_nothing(power):
    doubtful = Scaled(np.array([-1e-20, -1.0]), np.array(0.0), np.array([1e-16, 1e-16]))
    found = doubtful.power(power).value()
    assert found[0] == 0
    assert np.isnan(found[1])
