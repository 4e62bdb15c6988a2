import numpy as np
import pytest
from scipy.special import lambertw
from sympy import Rational, Symbol

import numerics
import theory
from numerics.linear.fitted_erf import GENERALIZATION, TRAINING, fitted_erf
from theory.steps import value


def test_the_numbers_satisfy_the_symbolic_law():
    law = numerics.sharpness_law([0.01, 0.7, 3.0, 12.0], of="tangent")
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


@pytest.mark.parametrize("of", ["fit", "tangent"])
def test_the_exponent_is_the_slope_of_the_law(of):
    law = numerics.sharpness_law(np.geomspace(0.5, 8, 201), of=of)
    slope = np.gradient(np.log(law.relative_sharpness), np.log(law.gap))
    np.testing.assert_allclose(slope[1:-1], law.exponent[1:-1], rtol=2e-3, atol=1e-6)


def test_a_measured_sweep_lies_on_the_law_of_the_fit():
    """Point by point where the factor λ^{3/4} is put into ε; and all of them on one curve S(G). The tangent is off."""
    lam = np.array([1.003, 1.02, 1.1])
    table = numerics.sweep_linear(lam, points=20_000)
    for each, row in zip(lam.tolist(), table.rows, strict=True):
        epsilon, edge = 1e-10 * each**0.75, (1 - np.sqrt(each)) ** 2
        level = (2 * np.sqrt(np.pi) * numerics.threshold_loss(epsilon)) ** (2 / 3)
        x_train = 1.5 * lambertw(2 / 3 * edge / level).real
        law = numerics.sharpness_law(x_train, epsilon=epsilon)
        assert law.slowest_decay[0] == pytest.approx(edge, rel=1e-9, abs=0)
        assert law.gap[0] == pytest.approx(row["relative_gap"], rel=1e-4, abs=0)
        assert law.relative_sharpness[0] == pytest.approx(row["relative_sharpness"], rel=3e-4, abs=0)
    along = numerics.sharpness_law(np.geomspace(12, 0.8, 200))
    curve = np.interp(table["relative_gap"], along.gap, along.relative_sharpness)
    np.testing.assert_allclose(curve, table["relative_sharpness"], rtol=1e-3)
    tangent = numerics.sharpness_law(1.1946, of="tangent")
    assert tangent.relative_sharpness[0] / table["relative_sharpness"][0] == pytest.approx(1.122, abs=0.002)


@pytest.mark.parametrize(
    ("loss", "rise", "crossing"),
    [(TRAINING, theory.training_rise, 1.2), (GENERALIZATION, theory.generalization_rise, 2.5)],
)
def test_the_fit_solves_the_normal_equations_of_the_theory(loss, rise, crossing):
    x = Symbol("x", positive=True)
    fit = fitted_erf(loss, np.array([crossing]))
    jump, sharp = theory.erf_fit(rise(x, Rational(str(crossing))), x, (crossing, 0.8), digits=5)
    assert fit.jump_time[0] == pytest.approx(float(jump), rel=1e-5, abs=0)
    assert fit.sharpness[0] == pytest.approx(float(sharp), rel=1e-5, abs=0)


def test_the_fit_of_a_late_jump_has_universal_numbers():
    """c₁ and c₂ as in the tests of `theory.erf_fit`, where they are checked to 50 digits."""
    x = np.array([1e7])
    for loss in (TRAINING, GENERALIZATION):
        fit = fitted_erf(loss, x)
        assert fit.sharpness[0] == pytest.approx(0.36992060898545650, rel=1e-6, abs=0)
        assert fit.jump_time[0] - x[0] == pytest.approx(-0.23008800891486626, abs=1e-6)


def test_the_fit_of_an_early_jump():
    """On a long record the generalization fit has its jump before the start; on one of five jump times it has not."""
    x = np.array([1e-10])
    train, gen = fitted_erf(TRAINING, x), fitted_erf(GENERALIZATION, x)
    assert (train.jump_time / x)[0] == pytest.approx(1.15242250, rel=1e-6, abs=0)
    assert (gen.jump_time / x)[0] == pytest.approx(-18.359, rel=2e-3, abs=0)
    product = gen.jump_time * gen.sharpness / (train.jump_time * train.sharpness)  # S·(1 + G)
    assert product[0] == pytest.approx(-0.49939, rel=1e-3, abs=0)
    assert (fitted_erf(GENERALIZATION, x, 5e-10).jump_time / x)[0] == pytest.approx(1.341649, rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("x_train", "options", "sentence"),
    [
        ([0.0], {}, "x_train = 0.0"),
        ([1.0], {"epsilon": -1.0}, "must be positive"),
        ([1.0], {"of": "chord"}, "'fit' or of the 'tangent', got 'chord'"),
        ([5.0], {"horizon": 2.0}, "No erf fits"),
    ],
)
def test_bad_input(x_train, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        numerics.sharpness_law(x_train, **options)
