import numpy as np
import pytest

from numerics import (
    fit_curve,
    linear_curves,
    linear_times,
    measure,
    mirror,
    predict_generalization,
    sweep_descent,
    sweep_linear,
)
from numerics.given_numbers import as_floats, positive_number, whole_number
from numerics.system_sweep import system_times
from theory import LinearStudent

TIME = np.arange(1.0, 41)
CURVE = np.clip((TIME - 10) / 10, 0, 1)
ODD = [np.nan, np.inf, -np.inf, 10**400, -(10**400), None, "1", 1j, True, [], [[1], [1, 2]]]


def short(value):
    """The name of a case."""
    return str(value)[:12]


@pytest.mark.parametrize("value", [*ODD, 0, -1.0], ids=short)
def test_only_a_positive_number_is_one(value):
    with pytest.raises(ValueError, match="x must be positive and finite, got"):
        positive_number(value, "x")


@pytest.mark.parametrize("value", [*ODD, 1, 11, 5.5], ids=short)
def test_only_a_whole_number_between_the_bounds_is_one(value):
    with pytest.raises(ValueError, match="x must be a whole number from 2 to 10, got"):
        whole_number(value, "x", 2, 10)


@pytest.mark.parametrize(("value", "found"), [(2, 2), (10.0, 10), (np.float32(4), 4), (np.int8(7), 7)])
def test_whole_numbers_of_every_type_are_taken(value, found):
    number = whole_number(value, "x", 2, 10)
    assert (number, type(number)) == (found, int)


@pytest.mark.parametrize("values", ["x", 1j, [1j], [None], [[1], [1, 2]], [True, False], [object()]], ids=short)
def test_what_is_no_number_is_no_array_of_them(values):
    with pytest.raises(ValueError, match="x must be numbers"):
        as_floats(values, "x")


def test_whole_numbers_of_any_size_are_floats_or_infinite():
    assert as_floats([[1, -(10**400)], [10**300, 2]], "x").tolist() == [[1, -np.inf], [1e300, 2]]
    assert as_floats(np.array([np.longdouble("1e4000")]), "x").tolist() == [np.inf]


def test_of_a_large_whole_number_a_message_has_a_few_digits():
    with pytest.raises(ValueError, match=r"from 2 to 10, got 1e\+300\.$"):
        whole_number(10**300, "x", 2, 10)


def refusal(act):
    """The sentence against an act; a full stop where there is none."""
    try:
        act()
    except ValueError as refused:
        return str(refused) if type(refused) is ValueError else ""
    return "."


@pytest.mark.parametrize("odd", [*ODD, 1e300, 1e308, 5e-324, np.float32(3e38)], ids=short)
def test_the_linear_student_answers_any_number_with_a_result_or_one_sentence(odd):
    """Warnings are errors in tests."""
    knobs = ("lam", "epsilon", "eta0", "points", "horizon")
    acts = [lambda knob=knob: sweep_linear(**{"lam": 0.9, "points": 300, knob: odd}) for knob in knobs]
    acts += [
        lambda: mirror(odd),
        lambda: linear_times(0.9, points=odd),
        lambda: sweep_descent([0.9], d=odd, seeds=[0], points=9),
        lambda: sweep_descent([0.9], d=9, seeds=[0], points=odd),
        lambda: system_times(LinearStudent(0.9, eta0=0.01), points=odd),
        lambda: linear_curves([1.0, 2.0], odd),
        lambda: linear_curves([1.0, odd], 0.9),
        lambda: predict_generalization(TIME, CURVE, epsilon=odd, eta0=0.1),
        lambda: predict_generalization(TIME, CURVE, epsilon=0.1, eta0=odd),
    ]
    assert [said for act in acts if not (said := refusal(act)).endswith(".") or len(said) > 300] == []


@pytest.mark.parametrize(
    "time",
    [
        TIME * 1e-300, TIME * 5e-324, TIME * 1e100, TIME * 1e305, (TIME - 20) * 1e306, np.append(TIME[:-1], 1.7e308),
        np.append(TIME[:-1], 1e99), np.append(1e-300, TIME[1:]), np.full(40, 10**400, dtype=object),
        TIME.astype(np.longdouble) * np.longdouble("1e4000"),
    ],
)  # fmt: skip
def test_times_that_no_float_squares_are_refused_or_measured(time):
    said = refusal(lambda: fit_curve(time, CURVE))
    assert said == "." or "1e-100 to 1e+100" in said or "1e-30" in said or "finite" in said


@pytest.mark.parametrize("odd", [10**400, np.nan, 1.5, 0, "1", 1j, True, 2**60], ids=short)
def test_samples_are_a_whole_number_that_floats_hold(odd):
    with pytest.raises(ValueError, match="samples must be a whole number"):
        measure(TIME, CURVE, CURVE, gen_samples=odd)


@pytest.mark.parametrize("odd", [10**400, 1e308, [], 1j], ids=short)
def test_a_floor_is_a_number_that_floats_square(odd):
    with pytest.raises(ValueError, match="floor"):
        fit_curve(TIME, CURVE, floor=odd)
