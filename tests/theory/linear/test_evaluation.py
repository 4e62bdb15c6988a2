import json
from pathlib import Path

import mpmath
import pytest

from theory.linear.evaluation import (
    decaying_part_value,
    generalization_loss_value,
    marcum_q1_value,
    training_loss_value,
)

REFERENCE = Path(__file__).parents[2] / "reference"
ROWS = json.loads((REFERENCE / "losses.json").read_text())["rows"]


@pytest.mark.parametrize("digits", [5, 20, 55])
@pytest.mark.parametrize(
    ("function", "name"),
    [(training_loss_value, "train"), (decaying_part_value, "decaying"), (generalization_loss_value, "gen")],
)
def test_values_have_the_digits_asked_for(function, name, digits):
    for row in ROWS:
        with mpmath.workdps(120):
            found = function(mpmath.mpf(row["s"]), mpmath.mpf(row["lam"]) - 1, digits)
            assert abs(found / mpmath.mpf(row[name]) - 1) < mpmath.mpf(10) ** (1 - digits), row


@pytest.mark.parametrize("excess", [mpmath.mpf(10) ** -300, -(mpmath.mpf(10) ** -300), 0])
def test_next_to_one_the_values_are_those_at_one(excess):
    # e^{−2s}(I₀(2s) + I₁(2s)) at λ = 1, from mpmath's Bessel functions
    with mpmath.workdps(60):
        for time in (mpmath.mpf("0.1"), mpmath.mpf(10) ** 9):
            bessel = [mpmath.besseli(k, 2 * time) for k in (0, 1)]
            at_one = mpmath.exp(-2 * time) * sum(bessel)
            assert abs(generalization_loss_value(time, excess, 40) / at_one - 1) < 1e-39
            assert abs(training_loss_value(time, excess, 40) * time / mpmath.exp(-2 * time) / bessel[1] - 1) < 1e-39


def test_no_time_has_passed():
    for excess in (mpmath.mpf("-0.5"), 0, 1):
        assert training_loss_value(0, excess, 30) == 1
        assert abs(generalization_loss_value(0, excess, 30) - 1) < 1e-29


def test_small_times_keep_relative_digits_of_what_was_lost():
    # 1 − L_gen = s − (1+λ)s²/2 + …: no step may round s away.
    with mpmath.workdps(80):
        time = mpmath.mpf(10) ** -20
        lost = 1 - generalization_loss_value(time, mpmath.mpf(1), 60)
        assert abs(lost / time - 1) < 1e-19
        assert abs((lost / time - 1) / (-3 * time / 2) - 1) < 1e-15


def test_marcum_at_the_borders():
    assert marcum_q1_value(3, 0, 30) == 1
    with mpmath.workdps(40):
        assert abs(marcum_q1_value(0, 3, 30) - mpmath.exp(-4.5)) < 1e-30


def test_working_precision_of_the_caller_is_untouched():
    with mpmath.workdps(23):
        before = mpmath.mp.prec
        generalization_loss_value(100, mpmath.mpf("0.1"), 60)
        marcum_q1_value(3, 4, 60)
        assert mpmath.mp.prec == before


@pytest.mark.parametrize("function", [training_loss_value, decaying_part_value])
def test_more_digits_agree_with_fewer_on_both_sides_of_the_switch(function):
    # More digits move the point 2z = ln 2 · bits at which one representation hands over to the other.
    for s in (mpmath.mpf(20), mpmath.mpf(26), mpmath.mpf(60), mpmath.mpf(200)):
        for excess in (0, mpmath.mpf(2) ** -60, -(mpmath.mpf(2) ** -120), mpmath.mpf("0.25")):
            with mpmath.workdps(420):
                assert abs(function(s, excess, 12) / function(s, excess, 400) - 1) < mpmath.mpf(10) ** -12


@pytest.mark.parametrize("excess", [-0.5, 0.0, 3.0])
def test_negative_times_continue_the_losses(excess):
    # L_gen(−s) = E e^{νs}, from the moments' series in high precision: M9 by a symmetric difference
    with mpmath.workdps(60):
        s, step = mpmath.mpf(-7), mpmath.mpf(10) ** -12
        slope = (decaying_part_value(s + step, excess, 50) - decaying_part_value(s - step, excess, 50)) / (2 * step)
        assert abs(-slope / training_loss_value(s, excess, 50) - 1) < 1e-20
