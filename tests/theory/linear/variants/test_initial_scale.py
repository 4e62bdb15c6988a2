import numpy as np
import pytest
from sympy import Rational, exp, nsolve, symbols

from theory import InitialScale, LinearStudent, accuracy, generalization_jump_time, training_jump_time
from theory.linear.jumps.jump_times import decay_rate

epsilon, alpha, L = symbols("epsilon alpha L", positive=True)
TINY = Rational(1, 10**10)
STEP = Rational(1, 100)


def test_scale_one_changes_nothing():
    same = InitialScale(1)
    assert same.initial_error == 1
    assert same.effective_epsilon(epsilon) == epsilon
    assert same.delay(1) == 0
    assert LinearStudent(2).with_initial_scale(1).training_loss(3) == LinearStudent(2).training_loss(3)


@pytest.mark.parametrize("scale", [0, 0.5, 3.0])
def test_error_of_drawn_students_and_teachers(scale):
    rng, size, draws = np.random.default_rng(2), 400, 400
    student, teacher = (rng.normal(scale=np.sqrt(0.5 / size), size=(draws, size)) for _ in range(2))
    found = np.mean(np.sum((scale * student - teacher) ** 2, axis=1))
    assert found == pytest.approx(float(InitialScale(scale).initial_error), rel=0.01, abs=0)


def test_accuracy_sees_only_the_effective_threshold():
    scale = InitialScale(alpha)
    assert (accuracy(scale.initial_error * L, epsilon) - accuracy(L, scale.effective_epsilon(epsilon))).equals(0)


@pytest.mark.parametrize("lam", [Rational(1, 2), Rational(999, 1000)])
def test_sensitivity_is_the_slope_of_the_jump_time(lam):
    rate, at, h = decay_rate(lam, STEP), Rational(3), Rational(1, 10**6)

    def star(scale):
        return training_jump_time(lam, InitialScale(scale).effective_epsilon(TINY), STEP).evalf(40)

    slope = (star(at * (1 + h)) - star(at * (1 - h))) / (2 * h)
    assert float(slope) == pytest.approx(float(InitialScale(at).sensitivity(star(at), rate).evalf(30)), rel=1e-9, abs=0)


def test_exponential_regime_delays_both_jumps_alike():
    lam = Rational(1, 10)
    small = InitialScale(100).effective_epsilon(TINY**30)
    delays = [
        (time(lam, small, STEP) - time(lam, TINY**30, STEP)).evalf(20)
        for time in (training_jump_time, generalization_jump_time)
    ]
    expected = InitialScale(100).delay(decay_rate(lam, STEP))
    assert [float(delay / expected) for delay in delays] == pytest.approx([1, 1], rel=0.02, abs=0)


def test_delay_solves_an_exponential():
    t = symbols("t", positive=True)
    late = nsolve(InitialScale(3).initial_error * exp(-2 * t) - Rational(1, 1000), t, 3)
    early = nsolve(exp(-2 * t) - Rational(1, 1000), t, 3)
    assert float(late - early) == pytest.approx(float(InitialScale(3).delay(2)), rel=1e-10, abs=0)


@pytest.mark.parametrize("lam", [Rational(1, 2), Rational(999, 1000)])
def test_jump_times_of_a_scaled_student_are_those_of_the_effective_threshold(lam):
    student = LinearStudent(lam, epsilon=TINY, eta0=STEP).with_initial_scale(5)
    small = InitialScale(5).effective_epsilon(TINY)
    assert float(student.training_jump_time()) == pytest.approx(
        float(training_jump_time(lam, small, STEP)), rel=1e-12, abs=0
    )
    expected = float(generalization_jump_time(lam, small, STEP))
    assert float(student.generalization_jump_time()) == pytest.approx(expected, rel=1e-12, abs=0)
