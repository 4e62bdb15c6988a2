import numpy as np
import pytest
from scipy import special

from numerics.evaluation.interpolation import interpolate
from numerics.evaluation.scaled import Scaled
from numerics.evaluation.spectral_rule import half_infinite_nodes, integrate


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-12, 1e-30])
def test_every_scale_is_resolved_alike(scale):
    # ∫₀¹ dx/(x + c) = ln(1 + 1/c), a pole at a distance c from the start.
    area = integrate(lambda at: Scaled.exact(at.slope / (at.near + scale)), ())
    assert float(area.value()) == pytest.approx(np.log1p(1 / scale), rel=1e-14, abs=0)
    # ∫₀¹ √x e^{−x/c} dx is a gamma function once c is small.
    gamma = integrate(lambda at: Scaled(np.sqrt(at.near) * at.slope, -at.near / scale, np.zeros(())), ())
    exact = special.gammainc(1.5, 1 / scale) * special.gamma(1.5) * scale**1.5
    assert float(gamma.value()) == pytest.approx(exact, rel=1e-13, abs=0)


def test_points_of_very_different_scales_share_the_nodes():
    scales = np.geomspace(1e-25, 1, 40)
    area = integrate(lambda at: Scaled.exact(at.slope / (at.near + scales)), scales.shape)
    np.testing.assert_allclose(area.value(), np.log1p(1 / scales), rtol=1e-14)


def test_an_endless_interval():
    for power in (0.5, 3.0, 40.0):
        found = integrate(
            lambda at, power=power: Scaled(at.slope, (power - 1) * np.log(at.near) - at.near, np.zeros(())),
            (),
            nodes=half_infinite_nodes,
        )
        assert float(found.log_abs()) == pytest.approx(special.gammaln(power), abs=1e-13)


def test_what_is_too_small_for_floats_is_integrated_too():
    found = integrate(lambda at: Scaled(at.slope, -1e6 * (1 + at.near), np.zeros(())), ())
    assert float(found.log_abs()) == pytest.approx(-1e6 - np.log(1e6), rel=1e-15, abs=0)


def test_smooth_curves_are_interpolated_and_others_refused():
    x = np.linspace(1e-3, 1e6, 3000)
    calls = []

    def decay(at):
        calls.append(at.size)
        return Scaled(1 / (1 + at) ** 1.5 + 1e-9, -at / 1e4, np.zeros(()))

    found = interpolate(decay, x)
    np.testing.assert_allclose(found.log_abs(), np.log(1 / (1 + x) ** 1.5 + 1e-9) - x / 1e4, rtol=1e-12, atol=1e-12)
    assert sum(calls) < 600
    assert interpolate(lambda at: Scaled.exact(np.abs(np.log(at)) + 1), x) is None  # a kink
    assert interpolate(lambda at: Scaled.exact(np.sin(at)), x) is None  # a sign
    assert interpolate(decay, np.linspace(0, 1, 3000)) is None  # no logarithm of 0
