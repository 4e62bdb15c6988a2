import numpy as np
import pytest
from sympy import Max, Rational, besseli, lambdify, limit, oo, pi, sqrt, symbols

from theory import (
    EdgeExcess,
    FiniteSize,
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    GeneralizationLoss,
    LinearStudent,
    TrainingLoss,
)

s, lam, d = symbols("s lambda d", positive=True)


def test_wishart_moments():
    """E tr Σ²/d = 1 + λ + λ/d and E tr Σ³/d = 1 + 3λ + λ² + 3(λ + λ²)/d + O(1/d²) for real Gaussian data."""
    correction = FiniteSizeGeneralizationLoss(s, lam, d).rewrite(besseli) - GeneralizationLoss(s, lam)
    series = correction.series(s, 0, 4).removeO().expand()
    assert series.coeff(s, 1) == 0
    assert (2 * series.coeff(s, 2) - lam / d).expand() == 0
    assert (-6 * series.coeff(s, 3) - 3 * (lam + lam**2) / d).expand() == 0


@pytest.mark.parametrize("n_train", [20, 40, 80])
def test_sampled_spectra_agree_on_both_sides_of_one(n_train):
    size, rng, times = 40, np.random.default_rng(5), np.array([0.5, 2.0, 6.0])
    gens, trains = [], []
    for _ in range(3000):
        inputs = rng.standard_normal((n_train, size))
        nu = np.linalg.eigvalsh(inputs.T @ inputs / n_train)[:, None]
        gens.append(np.exp(-nu * times).mean(axis=0))
        trains.append((nu * np.exp(-nu * times)).mean(axis=0))
    ratio = Rational(size, n_train)
    for samples, finite, infinite in (
        (gens, FiniteSizeGeneralizationLoss, GeneralizationLoss),
        (trains, FiniteSizeTrainingLoss, TrainingLoss),
    ):
        mean, error = np.mean(samples, axis=0), np.std(samples, axis=0) / np.sqrt(len(samples))
        predicted = np.array([float(finite(Rational(str(t)), ratio, size).evalf()) for t in times])
        without = np.array([float(infinite(Rational(str(t)), ratio).evalf()) for t in times])
        assert (np.abs(mean - predicted) < 4 * error + 3 / size**2 * np.abs(without)).all()
        # Without the correction the distance is many standard errors.
        assert (np.abs(mean - without) / error).max() > 2 * (np.abs(mean - predicted) / error).max()


def relative_correction(time, ratio):
    """Correction over the decaying part of the loss at d = 1, both without the late-time forms."""
    loss, plateau = GeneralizationLoss(time, ratio), Max(0, 1 - 1 / ratio)
    excess = FiniteSizeGeneralizationLoss(time, ratio, 1) - loss
    return excess.evalf(20, maxn=2000) / (loss - plateau).evalf(20, maxn=2000)


@pytest.mark.parametrize(
    "ratio",
    [Rational(3, 10), Rational(9, 10), Rational(999, 1000), Rational(1), Rational(1001, 1000), Rational(3, 2)],
)
@pytest.mark.parametrize("time", [30, 1000, 10**5])
def test_the_late_correction_is_the_ratio_on_both_sides_of_one(time, ratio):
    found, exact = FiniteSize(1).late_relative_correction(time, ratio).evalf(20), relative_correction(time, ratio)
    assert abs(float(found / exact) - 1) < 0.25 / time / float(sqrt(ratio))
    assert float(FiniteSize.needed(time, ratio, Rational(1, 100))) == pytest.approx(
        100 * float(found), rel=1e-12, abs=0
    )


def test_the_late_correction_grows_with_the_power_of_its_side():
    law = FiniteSize(d).late_relative_correction(s, Rational(1, 4))
    assert limit(law / s ** Rational(3, 2), s, oo) == sqrt(pi) / 2 / 4 / sqrt(8) / d
    assert FiniteSize(d).late_relative_correction(s, 1) == (sqrt(pi * s) - 1) / (4 * d)
    assert limit(FiniteSize(d).late_relative_correction(s, lam), lam, 1) == (sqrt(pi * s) - 1) / (4 * d)
    with pytest.raises(NotImplementedError, match="The limit depends on"):
        limit(FiniteSize(d).late_relative_correction(s, lam), s, oo)


def test_before_the_late_form_holds_the_correction_is_as_small_as_is_said():
    for ratio in (Rational(1, 10), Rational(1), Rational(20)):
        time = 1 / (pi * sqrt(ratio))
        assert 0 < relative_correction(time, ratio) < max(1, ratio) / 18


def test_the_rule_at_one_against_drawn_spectra():
    """Square data, where the rule for κs ≫ 1 says that no size is too small."""
    size, time, rng = 30, 40.0, np.random.default_rng(7)
    samples = []
    for _ in range(4000):
        inputs = rng.standard_normal((size, size))
        samples.append(np.mean(np.exp(-time * np.linalg.eigvalsh(inputs.T @ inputs / size))))
    infinite = float(GeneralizationLoss(Rational(40), 1).evalf())
    relative, error = np.mean(samples) / infinite - 1, np.std(samples) / np.sqrt(len(samples)) / infinite
    predicted = float(FiniteSize(size).late_relative_correction(40, 1))
    assert predicted > 0.08
    assert abs(relative - predicted) < 4 * error + 3 / size**2 * 4


def test_special_values_and_forms():
    for loss, plain in ((FiniteSizeGeneralizationLoss, GeneralizationLoss), (FiniteSizeTrainingLoss, TrainingLoss)):
        assert loss(0, lam, d) == 1
        assert loss(oo, 4, d) == plain(oo, 4)
        assert loss(s, lam, oo) == plain(s, lam)
        number = loss(3, Rational(1, 2), 40).evalf(30)
        assert float(lambdify((s, lam, d), loss(s, lam, d), "mpmath")(3, 0.5, 40)) == pytest.approx(
            float(number), rel=1e-12
        )
        assert float(loss(3.0, 0.5, 40.0)) == pytest.approx(float(number), rel=1e-14, abs=0)


def test_far_below_the_smallest_float():
    late = FiniteSizeTrainingLoss(10**6, Rational(1, 2), 100).evalf(20)
    factor = FiniteSizeTrainingLoss(10**6, Rational(1, 2), 100).rewrite(besseli).evalf(40) / late
    assert abs(factor - 1) < 1e-18
    assert late < 1e-300


def test_size_is_positive():
    with pytest.raises(ValueError, match="size d must be positive, got 0"):
        LinearStudent(2).with_size(0)


def test_derivatives_are_of_one_kind():
    loss = FiniteSizeGeneralizationLoss(s, lam, d)
    point, step = {s: Rational(3), lam: Rational(1, 2), d: Rational(40)}, Rational(1, 10**12)
    assert loss.diff(s) == -FiniteSizeTrainingLoss(s, lam, d)
    for expression in (loss, loss.diff(s)):
        for symbol in (s, lam, d):
            ahead, behind = (
                expression.subs(point | {symbol: point[symbol] + sign * step}).evalf(50) for sign in (1, -1)
            )
            slope = expression.diff(symbol).subs(point).evalf(30)
            assert abs((ahead - behind) / (2 * step) / slope - 1) < Rational(1, 10**15)
    assert loss.diff(d) == -EdgeExcess(0, s, lam) / (2 * d**2)


def test_generated_code_does_not_overflow():
    for loss in (FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss):
        expression = loss(s, lam, d)
        for time in (1000, 10**6):
            found = lambdify((s, lam, d), expression, "mpmath")(time, 0.5, 40)
            assert found == pytest.approx(loss(time, Rational(1, 2), 40).evalf(20)._to_mpmath(60), rel=1e-12, abs=0)


def test_the_plateau_of_noise_at_one_is_endless():
    noisy = LinearStudent(lam).with_label_noise(1).with_size(40)
    assert noisy.replace(lam=1).generalization_plateau == oo
    assert noisy.generalization_plateau.subs(lam, 1) == oo
