"""Every variant and pair of variants at every kind of λ and time: no NaN, no complex infinity, no stray exception."""

import itertools

import pytest
from sympy import Basic, Integer, Rational, nan, oo, symbols, zoo

from theory import LinearStudent, NoClosedFormError

s, lam, gamma, epsilon, eta0 = symbols("s lambda gamma epsilon eta_0", positive=True)
half = Rational(1, 2)
VARIANTS = {
    "decay": lambda student: student.with_weight_decay(Rational(1, 10)),
    "any decay": lambda student: student.with_weight_decay(gamma),
    "no decay": lambda student: student.with_weight_decay(0),
    "noise": lambda student: student.with_label_noise(2),
    "no noise": lambda student: student.with_label_noise(0),
    "outputs": lambda student: student.with_outputs(2),
    "scale": lambda student: student.with_initial_scale(3),
    "no start": lambda student: student.with_initial_scale(0),
    "covariance": lambda student: student.with_covariance([(2, half), (half, half)], [Rational(1, 5), Rational(4, 5)]),
    "steps": lambda student: student.with_finite_step(),
    "size": lambda student: student.with_size(50),
    "published": lambda student: student.published(),
}
QUICK = {
    ("no decay", "noise"),
    ("noise", "size"),
    ("noise", "outputs"),
    ("outputs", "published"),
    ("size", "published"),
}
COMBINATIONS = [
    (),
    # Any decay, put into numbers below, takes the way of one that is a number from the start.
    *(pytest.param((name,), marks=pytest.mark.slow if name == "decay" else ()) for name in VARIANTS),
    # All pairs take minutes; the quick ones are those in which something has been infinite or undefined.
    *(
        pytest.param(pair, marks=() if pair in QUICK else pytest.mark.slow)
        for pair in itertools.combinations(VARIANTS, 2)
    ),
]
CURVES = (
    "training_loss",
    "generalization_loss",
    "clean_training_loss",
    "training_accuracy",
    "generalization_accuracy",
    "training_curve",
    "generalization_curve",
)
NUMBERS = {lam: Rational(3, 7), s: Integer(2), gamma: Rational(1, 5), epsilon: Integer(10), eta0: Integer(1)}


def results(student):
    """What every public method and property gives, or the sentence in which it refuses."""
    for name in CURVES:
        for time in (0, 3, oo, s) if name.endswith("loss") else (oo, s):
            yield f"{name}({time})", lambda name=name, time=time: getattr(student, name)(time)
    for name in ("training_jump_time", "generalization_jump_time"):
        yield name, getattr(student, name)
    for name in ("training_plateau", "generalization_plateau", "horizon", "outputs", "parameters"):
        yield name, lambda name=name: getattr(student, name)


def value_or_sentence(call):
    try:
        return call()
    except NoClosedFormError as error:
        return str(error)


def is_a_value(found):
    return not (isinstance(found, Basic) and found.has(nan, zoo))


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda names: "+".join(names) or "plain")
def test_everything_has_a_value_or_says_why_not(combination):
    for ratio in (half, Integer(1), Integer(2), lam):
        student = LinearStudent(ratio, eta0=Rational(1, 40))
        for name in combination:
            student = VARIANTS[name](student)
        for name, call in results(student):
            found = value_or_sentence(call)
            if isinstance(found, str):
                assert found.endswith("."), (ratio, name)
                assert " " in found, (ratio, name)
                continue
            where = (combination, ratio, name, found)
            assert is_a_value(found), where
            if isinstance(found, Basic):
                # Times at λ = 1 are limits of the expressions for other λ; `replace(lam=1)` has them.
                values = (3,) if "jump_time" in name or name == "horizon" else (1, 3)
                for value in values if found.has(lam) else values[-1:]:
                    assert is_a_value(found.subs(NUMBERS | {lam: value})), (*where, value)


@pytest.mark.parametrize("ratio", [half, Integer(1), Integer(2)])
def test_values_at_the_ends_are_finite(ratio):
    noisy = LinearStudent(ratio).with_label_noise(2)
    for time in (0, 3, 10**4):
        for name in CURVES[:3]:
            assert getattr(noisy, name)(time).evalf().is_finite
    assert noisy.generalization_plateau == (oo if ratio == 1 else {half: 2, 2: half + 2}[ratio])
    assert noisy.clean_training_loss(oo) == 2 * min(ratio, 1)
    decayed = LinearStudent(ratio).with_weight_decay(0)
    assert decayed.generalization_plateau == LinearStudent(ratio).generalization_plateau


def test_the_jump_time_at_one_is_that_of_its_power_law():
    """L_gen = e^{−2s}(I₀ + I₁) → 1/√(πs) reaches L* at s = 1/(πL*²), L_train → 1/(2√π s^{3/2})."""
    student = LinearStudent(1, epsilon=Rational(1, 10**6), eta0=Rational(1, 100))
    for name in ("training", "generalization"):
        at = getattr(student, f"{name}_jump_time")()
        assert float(getattr(student, f"{name}_curve")(at).evalf()) == pytest.approx(0.5, abs=1e-3)
    scaled = student.with_initial_scale(3).with_outputs(2)
    assert float(scaled.generalization_curve(scaled.generalization_jump_time()).evalf()) == pytest.approx(0.5, abs=1e-3)
    with pytest.raises(NoClosedFormError, match="At λ = 1 the losses fall as powers"):
        _ = student.horizon
