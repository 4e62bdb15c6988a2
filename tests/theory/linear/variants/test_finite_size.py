import numpy as np
import pytest
from sympy import Rational, besseli, lambdify, oo, symbols

from theory import (
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


def test_the_late_correction_is_the_ratio():
    time, ratio = Rational(10**7), Rational(3, 10)
    loss = GeneralizationLoss(time, ratio).evalf(20)
    exact = (FiniteSizeGeneralizationLoss(time, ratio, 1).evalf(20) - loss) / loss
    assert float(FiniteSize(1).late_relative_correction(time, ratio) / exact) == pytest.approx(1, rel=1e-3)
    assert float(FiniteSize.needed(time, ratio, Rational(1, 100)) / (100 * exact)) == pytest.approx(1, rel=1e-3)


def test_special_values_and_forms():
    for loss, plain in ((FiniteSizeGeneralizationLoss, GeneralizationLoss), (FiniteSizeTrainingLoss, TrainingLoss)):
        assert loss(0, lam, d) == 1
        assert loss(oo, 4, d) == plain(oo, 4)
        assert loss(s, lam, oo) == plain(s, lam)
        number = loss(3, Rational(1, 2), 40).evalf(30)
        assert float(lambdify((s, lam, d), loss(s, lam, d), "mpmath")(3, 0.5, 40)) == pytest.approx(
            float(number), rel=1e-12
        )
        assert float(loss(3.0, 0.5, 40.0)) == pytest.approx(float(number), rel=1e-14)


def test_far_below_the_smallest_float():
    late = FiniteSizeTrainingLoss(10**6, Rational(1, 2), 100).evalf(20)
    factor = FiniteSizeTrainingLoss(10**6, Rational(1, 2), 100).rewrite(besseli).evalf(40) / late
    assert abs(factor - 1) < 1e-18
    assert late < 1e-300


def test_size_is_positive():
    with pytest.raises(ValueError, match="size d must be positive, got 0"):
        LinearStudent(2).with_size(0)
