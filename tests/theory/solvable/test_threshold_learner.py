import mpmath
import pytest
from sympy import Rational, Symbol, limit, log, oo

from theory import NoClosedFormError, SolvableSystem, ThresholdLearner
from theory.symbols import t

LEARNER = ThresholdLearner(
    epsilon=Rational(1, 10), samples=8, l1=Rational(1, 2), l2=1, offset=Rational(2, 5), positive_mean=2, start=3
)  # fmt: skip


def test_it_is_a_solvable_system():
    assert isinstance(LEARNER, SolvableSystem)
    assert LEARNER.replace(start=4).parameters == {**LEARNER.parameters, "start": 4}


def test_the_curves_by_counting_along_an_integrated_path():
    # b' = x̄ − λ₁ − (1+λ₂)b step by step, typed from the source.
    b, step, steps = 3.0, 1e-5, 20_000
    for _ in range(steps):
        b += step * (0.4 - 0.5 - 2 * b)
    time = step * steps
    assert float(LEARNER.threshold(time)) == pytest.approx(b, rel=2e-5, abs=0)
    y = float(LEARNER.threshold(time)) - 0.1
    assert float(LEARNER.generalization_curve(time)) == pytest.approx((1 + mpmath.exp(-y)) / 2, rel=1e-12, abs=0)
    assert float(LEARNER.training_curve(time)) == pytest.approx((1 + (1 - y / 16) ** 7) / 2, rel=1e-12, abs=0)


def test_both_curves_pass_three_quarters_at_their_jumps():
    for curve, jump in (
        (LEARNER.training_curve, LEARNER.training_jump_time()),
        (LEARNER.generalization_curve, LEARNER.generalization_jump_time()),
    ):
        assert float(curve(jump)) == pytest.approx(0.75, rel=1e-14, abs=0)


def test_sharpness_is_the_slope_at_the_jump():
    train, gen = (
        float(mpmath.diff(lambda time, curve=curve: curve(Rational(float(time))).evalf(30), float(jump), h=1e-8))
        for curve, jump in (
            (LEARNER.training_curve, LEARNER.training_jump_time()),
            (LEARNER.generalization_curve, LEARNER.generalization_jump_time()),
        )
    )
    assert float(LEARNER.absolute_sharpness()) == pytest.approx(gen, rel=1e-5, abs=0)
    assert float(LEARNER.relative_sharpness()) == pytest.approx(gen / train, rel=1e-5, abs=0)
    assert float(LEARNER.law_at(LEARNER.relative_gap())) == pytest.approx(gen / train, rel=1e-5, abs=0)


def test_the_start_moves_the_gap_and_no_sharpness():
    far = LEARNER.replace(start=300)
    assert far.relative_sharpness() == LEARNER.relative_sharpness()
    assert far.absolute_sharpness() == LEARNER.absolute_sharpness()
    assert far.relative_gap() < LEARNER.relative_gap() / 3


def test_the_gap_of_matched_means_closes_with_the_samples():
    size = Symbol("N", positive=True)
    matched = ThresholdLearner(samples=size, positive_mean=1)
    assert limit(matched.samples * (1 - 2 ** (-1 / (size - 1))), size, oo) == log(2)
    gaps = [float(matched.replace(samples=many).relative_gap()) for many in (1000, 2000)]
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=1e-2, abs=0)


def test_the_probability_of_one_sample_a_class():
    # |x − x′|/2 < e of two exponentials: a Laplace distribution. N = 2 is the least that a class may have.
    pair = ThresholdLearner(epsilon=Rational(1, 3), samples=2).grokking_probability()
    z = mpmath.mpf(4) / 3
    density = mpmath.quad(lambda u: (1 + u) * mpmath.exp(-u) / 2, [0, z])  # of |x₁ + x₂ − x₁′ − x₂′|
    assert float(pair) == pytest.approx(float(density), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"epsilon": 0}, "Half of the gap, ε, must be positive"),
        ({"samples": 1}, "must be a whole number ≥ 2"),
        ({"l1": -1}, "The penalty λ₁ must not be negative"),
        ({"start": Rational(1, 20)}, "What the threshold starts above ε must be positive"),
        ({"offset": -2}, "What x̄ is above −e must be positive"),
        ({"offset": Rational(11, 10)}, "that of x less 2x̄, must not be negative"),
        ({"speed": 1}, "has no parameter 'speed'"),
    ],
)
def test_what_makes_no_sense_is_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        LEARNER.replace(**changes)


def test_a_jump_that_is_not_there_has_no_time():
    ended = LEARNER.replace(l1=0, l2=0, offset=Rational(9, 10))
    with pytest.raises(NoClosedFormError, match="generalization accuracy stays below 3/4"):
        ended.generalization_jump_time()
    assert ended.generalization_curve(1000).evalf(15) == pytest.approx(1 - ended.generalization_plateau.evalf(15))
    with pytest.raises(NoClosedFormError, match="starts above 3/4"):
        LEARNER.replace(start=Rational(1, 2)).generalization_jump_time()
    with pytest.raises(ValueError, match="e − x̄ must be positive"):
        ended.grokking_time(1)
    assert ended.horizon == 10
    assert LEARNER.threshold(t).subs(t, oo) == LEARNER.epsilon - LEARNER.distance
