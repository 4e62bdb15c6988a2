import numpy as np
import pytest

import numerics
import theory
from theory.steps import value


def test_the_numbers_satisfy_the_symbolic_law():
    law = numerics.sharpness_law([0.01, 0.7, 3.0, 12.0])
    for x_train, gap, sharp, exponent in zip(
        [0.01, 0.7, 3.0, 12.0], law.gap, law.relative_sharpness, law.exponent, strict=True
    ):
        x_gen = (1 + gap) * x_train
        level = (2 * np.sqrt(np.pi) * numerics.threshold_loss(1e-10)) ** (2 / 3)
        balance = float(value(theory.threshold_balance(x_train, x_gen, level), {}, 30))
        size = float(level * x_train**-0.5 * np.exp(-x_train / 3))
        assert abs(balance / size) < 1e-9
        assert sharp == pytest.approx(
            float(value(theory.law_relative_sharpness(x_train, x_gen), {}, 30)), rel=1e-9, abs=0
        )
        assert exponent == pytest.approx(float(value(theory.law_exponent(x_train, x_gen), {}, 30)), rel=1e-7, abs=0)


def test_the_exponent_is_the_slope_of_the_law():
    law = numerics.sharpness_law(np.geomspace(0.2, 10, 4001))
    slope = np.gradient(np.log(law.relative_sharpness), np.log(law.gap))
    np.testing.assert_allclose(slope[1:-1], law.exponent[1:-1], rtol=1e-4, atol=1e-6)


def test_the_measured_sweep_follows_the_law():
    """The fit is not the tangent, so the law is met within a tenth; the slowest decay gives back λ."""
    lam = np.array([1.005, 1.02, 1.1])
    table = numerics.sweep_linear(lam, points=5000)
    x_train = (1 - np.sqrt(lam)) ** 2 * 0.04 * table["jump_time_train"]
    law = numerics.sharpness_law(x_train)
    np.testing.assert_allclose(law.relative_sharpness, table["relative_sharpness"], rtol=0.1)
    np.testing.assert_allclose(law.gap, table["relative_gap"], rtol=0.05)
    # At λ = 1.1 the factor λ^{3/4}, taken as 1, makes most of the difference.
    np.testing.assert_allclose(law.slowest_decay, (1 - np.sqrt(lam)) ** 2, rtol=0.2)


@pytest.mark.parametrize(("arguments", "sentence"), [(([0.0],), "x_train = 0.0"), (([1.0], -1.0), "must be positive")])
def test_bad_input(arguments, sentence):
    x_train, *epsilon = arguments
    with pytest.raises(ValueError, match=sentence):
        numerics.sharpness_law(x_train, epsilon=epsilon[0] if epsilon else 1e-10)
