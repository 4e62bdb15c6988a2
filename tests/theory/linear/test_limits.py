"""Limits and series at infinity, which SymPy gets wrong in Bessel functions, against numbers of many digits."""

import mpmath
import pytest
from sympy import Integer, Limit, Max, Order, Rational, Symbol, exp, limit, log, oo, pi, simplify, sqrt

from theory import (
    CumulativeLoss,
    GeneralizationLoss,
    MarcumQ1,
    ScaledBesselI,
    SkellamTail,
    TrainingLoss,
)
from theory.steps import value
from theory.symbols import lam, s

HALF, QUARTER = Rational(1, 2), Rational(1, 4)
delta = Symbol("delta", positive=True)
below, above = 1 / (1 + delta), 1 + delta


def ratio(at):
    return TrainingLoss(s, at) / GeneralizationLoss(s, at)


# An expression whose error at s is O(1/s), so that its limit is found by one step of Richardson's extrapolation.
AT_INFINITY = {
    "second term of a ratio": s * (ratio(QUARTER) - QUARTER),
    "third term of a ratio": s * (s * (ratio(QUARTER) - QUARTER) - Rational(3, 2)),
    "ratio above 1": s**2 * (TrainingLoss(s, 4).diff(s) / TrainingLoss(s, 4) + 1 + 3 / (2 * s)),
    "derivative": TrainingLoss(s, QUARTER).diff(s) / TrainingLoss(s, QUARTER),
    "third derivative": TrainingLoss(s, HALF).diff(s, 3) / TrainingLoss(s, HALF),
    "second term at λ = 1": s * (2 * sqrt(pi) * s ** Rational(3, 2) * TrainingLoss(s, 1) - 1),
    "second term of L_gen at λ = 1": s * (sqrt(pi * s) * GeneralizationLoss(s, 1) - 1),
    "ratio at λ = 1": s * (2 * s * ratio(1) - 1),
    "derivative at λ = 1": s * (s * TrainingLoss(s, 1).diff(s) / TrainingLoss(s, 1) + Rational(3, 2)),
    "slope in λ": sqrt(s) * exp(s / 4) * GeneralizationLoss(s, lam).diff(lam).subs(lam, QUARTER),
    "Skellam tail": sqrt(s) * (SkellamTail(s, 1) - HALF),
    "area at λ = 1": CumulativeLoss(s, 1) - 2 * sqrt(s / pi),
    "area above 1": CumulativeLoss(s, 2) - s / 2,
    "scaled Bessel function": s * (sqrt(2 * pi * s) * ScaledBesselI(1, s) - 1),
    "Marcum on a ray": sqrt(s) * exp(s / 2) * MarcumQ1(sqrt(s), 2 * sqrt(s)),
    "Marcum above": MarcumQ1(3 * s, 2 * s),
}


@pytest.mark.parametrize("name", AT_INFINITY)
def test_limits_at_infinity(name):
    expression = AT_INFINITY[name]
    found = limit(expression, s, oo)
    assert found.is_number
    near, far = (value(expression, {s: Integer(10) ** k}, 40) for k in (6, 8))
    with mpmath.workdps(40):
        # Errors of O(1/s) or O(1/√s) have fallen 100 or 10 times; exact ones not at all.
        assert abs(far - found.evalf(40)._to_mpmath(140)) < 1e-3 * max(1, abs(far))
        assert abs(far - near) < 2e-2 * max(1, abs(far))


@pytest.mark.parametrize("at", [QUARTER, HALF, Rational(2), Rational(9, 4)])
def test_logarithmic_rate_at_infinity_is_the_edge(at):
    decaying = GeneralizationLoss(s, at) - Max(0, 1 - 1 / at)
    assert simplify(limit(log(decaying) / s, s, oo) + (1 - sqrt(at)) ** 2) == 0


def test_limits_with_a_symbol_for_lam():
    assert limit(TrainingLoss(s, lam), s, oo) == 0
    assert limit(GeneralizationLoss(s, lam), s, oo) == Max(0, 1 - 1 / lam)
    assert limit(TrainingLoss(s, lam).diff(s) / TrainingLoss(s, lam), s, oo) == -((1 - sqrt(lam)) ** 2)
    assert limit(ratio(above), s, oo) == 0
    rate = limit(ratio(below), s, oo)
    assert simplify(rate - ((1 - below) / (1 + sqrt(below))) ** 2) == 0
    for hidden in (ratio(lam), s * CumulativeLoss(s, lam)):
        with pytest.raises(NotImplementedError, match=r"the side of 1 .* 1 \+ δ or 1/\(1 \+ δ\)"):
            limit(hidden, s, oo)
    with pytest.raises(NotImplementedError, match="where time or λ moves, not both"):
        limit(GeneralizationLoss(s, 1 + 1 / s), s, oo)


def test_limits_in_lam():
    assert limit(GeneralizationLoss(s, lam), lam, oo) == 1
    assert limit(lam * (1 - GeneralizationLoss(s, lam)), lam, oo) == 1
    assert limit(TrainingLoss(s, lam), lam, oo) == 0
    assert limit(TrainingLoss(s, lam), lam, 0) == exp(-s)
    assert limit((GeneralizationLoss(s, lam) - exp(-s)) / lam, lam, 0) == s**2 * exp(-s) / 2
    assert limit(GeneralizationLoss(s, lam), lam, 1) == GeneralizationLoss(s, 1)


def test_limits_at_zero():
    assert limit((1 - GeneralizationLoss(s, lam)) / s, s, 0) == 1
    assert limit((1 - TrainingLoss(s, lam)) / s, s, 0) == 1 + lam
    assert limit(CumulativeLoss(s, lam) / s, s, 0) == 1
    assert limit((CumulativeLoss(s, lam) - s) / s**2, s, 0) == -HALF


@pytest.mark.parametrize("power", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize("at", [QUARTER, Integer(1), Rational(9, 4)])
@pytest.mark.parametrize("terms", [1, 2, 4])
def test_late_series_err_by_their_order(power, at, terms):
    function = TrainingLoss(s, at).average(Integer(power))
    series = function.series(s, oo, terms)
    assert series.has(Order)
    cut = series.replace(lambda part: isinstance(part, Order), lambda part: Integer(0))
    (falling,) = (part for part in (series.args if series.is_Add else [series]) if part.has(Order))
    falling = falling.replace(lambda part: isinstance(part, Order), lambda part: Integer(0))
    logs = []
    for time in (Integer(200), Integer(800)):
        digits = 40 + int((1 - sqrt(at)) ** 2 * time / 2)  # the plateau is that much larger than what falls
        error, size = (value(part, {s: time}, digits) for part in (function - cut, falling))
        with mpmath.workdps(digits):
            logs.append(mpmath.log(abs(error / size), 4))
    assert abs(logs[0] - logs[1] - terms) < 0.3


def test_a_limit_that_is_not_known_stays_one():
    assert isinstance(limit(log(TrainingLoss(s, lam)), s, oo), Limit)
