import numpy as np
import pytest
from sympy import Rational, oo

from theory import Batches, GeneralizationLoss, LinearStudent, NoClosedFormError, TrainingLoss


def student(lam, noise):
    """A student whose noise strength is c."""
    eta0 = Rational(1, 100)
    ratio = eta0 * lam
    return LinearStudent(lam, eta0=eta0).with_batches(ratio / (noise + ratio))


def nodes(lam, count=400):
    """Eigenvalues and weights of the Marchenko–Pastur law, by the trapezoidal rule over its angle."""
    angle = np.pi * np.arange(1, count) / count
    nu = 1 + lam - 2 * np.sqrt(lam) * np.cos(angle)
    return nu, 2 / count * np.sin(angle) ** 2 / nu


def volterra(lam, c, s):
    """Both losses by the matrix −diag ν + c·(rank one) that the noise makes of the modes."""
    nu, weight = nodes(lam)
    start, coupling = np.sqrt(weight), np.sqrt(weight) * nu
    rates, vectors = np.linalg.eigh(c * np.outer(coupling, coupling) - np.diag(nu))
    first, second = vectors.T @ start, vectors.T @ coupling
    return (np.exp(rates * s) * first * second).sum(), (np.exp(rates * s) * first**2).sum() + max(0, 1 - 1 / lam)


@pytest.mark.parametrize(
    ("lam", "c"),
    [
        ("1/2", "19/20"),
        *(pytest.param(*pair, marks=pytest.mark.slow) for pair in (("1/2", "1/2"), ("2", "1/2"), ("2", "19/20"))),
    ],
)
def test_the_losses_solve_volterras_equation(lam, c):
    noisy = student(Rational(lam), Rational(c))
    train, gen = volterra(float(Rational(lam)), float(Rational(c)), 3.0)
    assert float(noisy.training_loss(3).evalf(12)) == pytest.approx(train, rel=1e-9)
    assert float(noisy.generalization_loss(3).evalf(12)) == pytest.approx(gen, rel=1e-9)


def test_without_noise_it_is_the_flow():
    flow = student(Rational(1, 2), 0)
    assert (flow.training_loss(3), flow.generalization_loss(3)) == (
        TrainingLoss(3, Rational(1, 2)),
        GeneralizationLoss(3, Rational(1, 2)),
    )


@pytest.mark.slow
def test_late_losses_on_either_side_of_the_critical_noise():
    lam, s = Rational(1, 4), 400
    weak, strong = Rational(1, 2), Rational(9, 10)
    assert weak < Batches.critical_noise(lam) < strong
    flow = LinearStudent(lam)
    for name, factor, height in zip(
        ("training_loss", "generalization_loss"),
        Batches.late_factors(lam, weak),
        Batches.noise_heights(lam, strong),
        strict=True,
    ):
        ratio = (getattr(student(lam, weak), name)(s) / getattr(flow, name)(s)).evalf()
        assert float(ratio) == pytest.approx(float(factor), rel=0.1)  # O(1/s)
        decayed = height * np.exp(-float(Batches.noise_decay(lam, strong)) * s)
        assert float(getattr(student(lam, strong), name)(s).evalf()) == pytest.approx(float(decayed), rel=1e-9, abs=0)


@pytest.mark.parametrize("fraction", [0.02, 0.2])
def test_at_the_critical_rate_real_steps_neither_grow_nor_fall(fraction):
    lam = 0.5
    nu, weight = nodes(lam)
    h = 2 * float(Batches(fraction).critical_rate(lam))
    coupling = np.sqrt(weight) * nu
    step = np.diag((1 - h * nu) ** 2) + h**2 * lam * (1 / fraction - 1) * np.outer(coupling, coupling)
    assert np.linalg.eigvalsh(step)[-1] == pytest.approx(1, rel=1e-9)


def test_the_largest_batches_are_as_stable_as_the_whole_data_set():
    assert Batches(Rational(1, 2)).critical_rate(1) == Batches(1).critical_rate(1) == Rational(1, 4)


def test_plateaus_stay_and_what_has_no_form_says_so():
    noisy = student(4, Rational(1, 2))
    assert (noisy.training_plateau, noisy.generalization_plateau) == (0, Rational(3, 4))
    assert noisy.generalization_loss(oo) == Rational(3, 4)
    for other in (noisy.with_finite_step(), noisy.with_label_noise(1), noisy.with_weight_decay(1)):
        with pytest.raises(NoClosedFormError):
            other.training_loss(2)
    with pytest.raises(ValueError, match="below 1, got c = 2"):
        student(4, 2).training_loss(2)
    with pytest.raises(ValueError, match="must not be above 1, got 2"):
        Batches(2)
