"""The product that learns a parity, against enumeration, an integrated flow and its own limits."""

import itertools
import math

import mpmath
import pytest
from sympy import Rational, oo, symbols

from theory import NoClosedFormError, ParityProduct, SolvableSystem


def test_it_is_a_solvable_system_without_a_gap():
    system = ParityProduct(3, 30)
    assert isinstance(system, SolvableSystem)
    assert system.training_jump_time() == system.generalization_jump_time()
    assert system.replace(**system.parameters) == system


@pytest.mark.parametrize("bits", [2, 3, 5])
def test_the_weight_is_that_of_the_integrated_flow(bits):
    system = ParityProduct(bits, 40, start=Rational(1, 2), rate=Rational(1, 3))
    flow = mpmath.odefun(lambda t, w: w ** (bits - 1) / 3, 0, mpmath.mpf(1) / 2)
    assert float(system.weight(1)) == pytest.approx(float(flow(1)), rel=1e-12)


def test_an_even_number_of_wrong_factors_is_right():
    """Enumerate which of four factors have the wrong sign."""
    system, weight = ParityProduct(4, 40), 2.0
    right = 0.5 * (1 + math.erf(weight / math.sqrt(2) / 3))
    chance = sum(
        math.prod(1 - right if wrong else right for wrong in signs)
        for signs in itertools.product((0, 1), repeat=4)
        if sum(signs) % 2 == 0
    )
    assert float(system.accuracy(weight)) == pytest.approx(chance, rel=1e-12)


def test_all_is_right_after_the_end_of_time():
    system = ParityProduct(3, 30, start=Rational(1, 2))
    assert system.blow_up_time == 2
    assert [system.generalization_curve(t) for t in (2, 3, oo)] == [1, 1, 1]
    with pytest.raises(NoClosedFormError, match="never infinite"):
        _ = ParityProduct(2, 30).blow_up_time


def test_the_slope_is_that_of_the_curve_and_inverse_to_the_time_left():
    system = ParityProduct(4, 100, start=Rational(1, 3), rate=2)
    time, step = system.generalization_jump_time(), Rational(1, 10**12)
    rise = system.accuracy(system.weight(time + step)) - system.accuracy(system.weight(time - step))
    slope = system.absolute_sharpness()
    assert float((rise / (2 * step)).evalf(30)) == pytest.approx(float(slope), rel=1e-9)
    assert float(slope * (system.blow_up_time - time)) == pytest.approx(float(system.slope_constant()) / 2, rel=1e-12)


def test_a_smaller_start_is_later_and_as_sharp_a_smaller_scale_is_later_and_less_sharp():
    system = ParityProduct(3, 30)
    later, smaller = system.replace(start=Rational(1, 4)), system.replace(start=Rational(1, 4), spread=Rational(1, 4))
    assert later.generalization_jump_time() > system.generalization_jump_time()
    assert later.absolute_sharpness() == system.absolute_sharpness()
    products = [float(one.absolute_sharpness() * one.generalization_jump_time()) for one in (system, smaller)]
    assert products[0] == pytest.approx(products[1], rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parity_bits": 1}, "bits of the parity must be a whole number ≥ 2, got 1"),
        ({"input_size": 3}, "n > k, got n = 3 and k = 3"),
        ({"start": 0}, "start w₀ must be positive, got 0"),
        ({"spread": -1}, "spread σ must be positive, got -1"),
        ({"rate": math.nan}, "rate η must be positive, got nan"),
        ({"rate": True}, "rate η must be a number or an expression, got True"),
        ({"bits": 3}, "no parameter 'bits'; it has parity_bits, input_size"),
        ({"training_plateau": 1}, "no parameter 'training_plateau'"),
    ],
)
def test_what_makes_no_sense_is_said(changes, words):
    with pytest.raises(ValueError, match=words):
        ParityProduct(3, 30).replace(**changes)


def test_a_level_lies_between_chance_and_one():
    with pytest.raises(ValueError, match="between chance, 1/2, and 1, got 1/2"):
        ParityProduct(3, 30).jump_weight(Rational(1, 2))
    assert ParityProduct(3, 30).jump_weight(symbols("A")).free_symbols == {symbols("A")}
