import mpmath
import numpy as np
import pytest
from sympy import Rational, Symbol, oo

from theory import GeneralizationLoss, LinearStudent, MarchenkoPastur, TrainingLoss, WeightDecay, equations
from theory.steps import value

LAMS = [Rational(1, 2), Rational(1), Rational(5, 2)]
LOSSES = [("training_loss", TrainingLoss), ("generalization_loss", GeneralizationLoss)]


def decayed(lam, gamma):
    return LinearStudent(lam).with_weight_decay(gamma)


def number(expression):
    return float(value(expression, {}, 15))


def descended(s, lam, gamma, size=300, seed=0):
    """Gradient descent with small steps on the loss plus (γ/2)|S|², averaged over students."""
    rng, n_train = np.random.default_rng(seed), int(size / lam)
    data = rng.normal(size=(n_train, size))
    covariance = data.T @ data / n_train
    student, teacher = (rng.normal(scale=np.sqrt(0.5 / size), size=(size, 60)) for _ in range(2))
    steps = 200
    step = s / (4 * steps)
    for _ in range(steps):
        student = student - step * (2 * covariance @ (student - teacher) + gamma * student)
    error = student - teacher
    return np.mean(np.sum(error * (covariance @ error), axis=0)), np.mean(np.sum(error**2, axis=0))


@pytest.mark.parametrize("lam", LAMS)
def test_losses_follow_gradient_descent(lam):
    found = descended(4.0, float(lam), 0.3)
    expected = [number(getattr(decayed(lam, Rational(3, 10)), loss)(4)) for loss, _ in LOSSES]
    assert found == pytest.approx(expected, rel=0.04, abs=0)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize(("loss", "plain"), LOSSES)
def test_without_decay(loss, plain, lam):
    exact = float(plain(2, lam).evalf())
    assert getattr(decayed(lam, 0), loss)(2) == plain(2, lam)
    assert number(getattr(decayed(lam, Rational(1, 10**9)), loss)(2)) == pytest.approx(exact, rel=1e-7, abs=0)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("gamma", [Rational(1, 50), Rational(3)])
def test_plateaus_are_the_late_losses(lam, gamma):
    late, student = 10_000, decayed(lam, gamma)
    assert number(student.training_loss(late)) == pytest.approx(float(student.training_plateau), rel=1e-9, abs=0)
    assert number(student.generalization_loss(late)) == pytest.approx(
        float(student.generalization_plateau), rel=1e-9, abs=0
    )


@pytest.mark.parametrize("lam", LAMS)
def test_small_decay(lam):
    gamma = Rational(1, 10**10)
    exact = decayed(lam, gamma).training_plateau, decayed(lam, gamma).generalization_plateau
    for found, leading in zip(exact, WeightDecay(gamma).small_decay_plateaus(lam), strict=True):
        assert float(found.evalf(30) / leading.evalf(30)) == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("lam", [Rational(1, 4), Rational(9, 10)])
def test_printed_plateaus_are_twice_too_large(lam):
    decay = WeightDecay(Rational(1, 10**8))
    for printed, right in zip(decay.printed_plateaus(lam), decay.small_decay_plateaus(lam), strict=True):
        assert printed == 2 * right
    assert equations["L-plateaus-wrong"].statement.rhs == 2


def test_strong_decay_leaves_the_teacher_alone():
    # S → 0, so D = −T with E|T|² = 1/2 and E ν = 1.
    student = decayed(Rational(1, 2), Rational(10**8))
    assert float(student.training_plateau) == pytest.approx(0.5, rel=1e-6, abs=0)
    assert float(student.generalization_plateau) == pytest.approx(0.5, rel=1e-6, abs=0)


def test_symbols_build():
    s, lam, gamma = (Symbol(name, positive=True) for name in ("s", "lambda", "gamma"))
    assert decayed(lam, gamma).training_loss(s).free_symbols == {s, lam, gamma}
    assert decayed(lam, gamma).generalization_plateau.free_symbols == {lam, gamma}


def test_decay_is_not_negative():
    with pytest.raises(ValueError, match="γ must not be negative"):
        decayed(1, -1)


def test_without_decay_the_plateaus_are_the_plain_ones():
    for lam in LAMS:
        plain, student = LinearStudent(lam), decayed(lam, 0)
        assert student.training_plateau == plain.training_plateau == 0
        assert student.generalization_plateau == plain.generalization_plateau == GeneralizationLoss(oo, lam)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("z", [mpmath.mpf(-2), mpmath.mpc(1, 1), mpmath.mpc(1, -2), mpmath.mpc(7, 0.1)])
def test_stieltjes_by_angles(lam, z):
    ratio = mpmath.mpf(lam.p) / lam.q

    def integrand(angle):
        eigenvalue = (1 - mpmath.sqrt(ratio)) ** 2 + 4 * mpmath.sqrt(ratio) * mpmath.sin(angle / 2) ** 2
        return 2 * mpmath.sin(angle) ** 2 / (mpmath.pi * eigenvalue) / (eigenvalue - z)

    with mpmath.workdps(20):
        found = mpmath.quad(integrand, [1e-30, 1, 2, mpmath.pi]) + max(0, 1 - 1 / ratio) / (0 - z)
        transform = MarchenkoPastur(lam).stieltjes(z.real if z.imag == 0 else complex(z)).evalf(17)
    assert abs(complex(transform) - complex(found)) < 1e-12
