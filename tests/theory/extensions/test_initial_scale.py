import numpy as np
import pytest
from sympy import Rational, exp, nsolve, symbols

from theory import accuracy, generalization_jump_time, training_jump_time
from theory.extensions.initial_scale import effective_epsilon, initial_error, scale_delay, scale_sensitivity
from theory.linear.jump_times import decay_rate

epsilon, alpha, L = symbols("epsilon alpha L", positive=True)
TINY = Rational(1, 10**10)
STEP = Rational(1, 100)


def test_scale_one_changes_nothing():
    assert initial_error(1) == 1
    assert effective_epsilon(epsilon, 1) == epsilon
    assert scale_delay(1, 1) == 0


@pytest.mark.parametrize("scale", [0, 0.5, 3.0])
def test_error_of_drawn_students_and_teachers(scale):
    rng, size, draws = np.random.default_rng(2), 400, 400
    student, teacher = (rng.normal(scale=np.sqrt(0.5 / size), size=(draws, size)) for _ in range(2))
    found = np.mean(np.sum((scale * student - teacher) ** 2, axis=1))
    assert found == pytest.approx(float(initial_error(scale)), rel=0.01)


def test_accuracy_sees_only_the_effective_threshold():
    assert (accuracy(initial_error(alpha) * L, epsilon) - accuracy(L, effective_epsilon(epsilon, alpha))).equals(0)


@pytest.mark.parametrize("lam", [Rational(1, 2), Rational(999, 1000)])
def test_sensitivity_is_the_slope_of_the_jump_time(lam):
    rate, at, h = decay_rate(lam, STEP), Rational(3), Rational(1, 10**6)

    def star(scale):
        return training_jump_time(lam, effective_epsilon(TINY, scale), STEP).evalf(40)

    slope = (star(at * (1 + h)) - star(at * (1 - h))) / (2 * h)
    assert float(slope) == pytest.approx(float(scale_sensitivity(star(at), rate, at).evalf(30)), rel=1e-9)


def test_exponential_regime_delays_both_jumps_alike():
    lam = Rational(1, 10)
    small = effective_epsilon(TINY**30, 100)
    delays = [
        (time(lam, small, STEP) - time(lam, TINY**30, STEP)).evalf(20)
        for time in (training_jump_time, generalization_jump_time)
    ]
    expected = scale_delay(decay_rate(lam, STEP), 100)
    assert [float(delay / expected) for delay in delays] == pytest.approx([1, 1], rel=0.02)


def test_delay_solves_an_exponential():
    t = symbols("t", positive=True)
    late = nsolve(initial_error(3) * exp(-2 * t) - Rational(1, 1000), t, 3)
    early = nsolve(exp(-2 * t) - Rational(1, 1000), t, 3)
    assert float(late - early) == pytest.approx(float(scale_delay(2, 3)), rel=1e-10)
