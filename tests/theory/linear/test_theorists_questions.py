"""What a theorist asks of the students and the jump formulas: limits, series, derivatives, integrals."""

import pytest
from sympy import Abs, Limit, N, Rational, limit, nsolve, oo, pi, series, simplify, sqrt, symbols

from theory import (
    FiniteSizeGeneralizationLoss,
    GeneralizationLoss,
    LinearStudent,
    MarchenkoPastur,
    accuracy,
    accuracy_slope,
    decay_profile,
    jump_time,
    law_exponent,
    law_relative_sharpness,
    linear_relative_gap,
    rate_ratio,
    training_jump_time,
)

lam, s, gamma, c, x, p, d, epsilon, eta0 = symbols("lambda s gamma c x p d epsilon eta_0", positive=True)
half = Rational(1, 2)
decayed = LinearStudent(lam).with_weight_decay(gamma)


def at(ratio):
    return LinearStudent(ratio).with_weight_decay(gamma)


def equal(found, expected):
    point = {symbol: Rational(k + 2, 7) for k, symbol in enumerate((lam, s, gamma, c, p, d, epsilon, eta0))}
    difference = found - expected
    return simplify(difference) == 0 or abs(difference.subs(point).evalf(20, chop=True)) < 1e-15


LIMITS = {
    "plateau without decay": (decayed.generalization_plateau, gamma, 0, (lam - 1 + Abs(lam - 1)) / (4 * lam)),
    "training plateau without decay": (decayed.training_plateau, gamma, 0, 0),
    "plateau of endless decay": (decayed.generalization_plateau, gamma, oo, half),
    "training plateau of endless decay": (decayed.training_plateau, gamma, oo, half),
    "plateau of many inputs": (decayed.generalization_plateau, lam, oo, half),
    "plateau of many samples": (decayed.generalization_plateau, lam, 0, gamma**2 / (2 * (2 + gamma) ** 2)),
    "plateau at one": (decayed.generalization_plateau, lam, 1, gamma / (4 * sqrt(gamma**2 / 4 + 2 * gamma))),
    "small decay below one": (at(half).generalization_plateau / gamma**2, gamma, 0, 1),
    "small decay above one": (at(2).generalization_plateau, gamma, 0, Rational(1, 4)),
    "small decay at one": (at(1).generalization_plateau / sqrt(gamma), gamma, 0, sqrt(2) / 8),
    "noise and decay": (at(half).with_label_noise(1).generalization_plateau, gamma, 0, 1),
    "pole of the transform": (
        c * MarchenkoPastur(lam).stieltjes(-c), c, 0, (lam - 1 + sqrt(lam**2 - 2 * lam + 1)) / (2 * lam)
    ),
    "transform at infinity": (c * MarchenkoPastur(lam).stieltjes(-c), c, oo, 1),
    "second moment": (MarchenkoPastur(half).inverse_moment(2, c), c, 0, 8),
    "jump at rate 0": (jump_time(c, x, p), x, 0, (c / p) ** Rational(2, 3)),
    "training jump at one": (training_jump_time(lam, epsilon, eta0), lam, 1, training_jump_time(1, epsilon, eta0)),
    "gap of small thresholds": (linear_relative_gap(half, epsilon, eta0), epsilon, 0, 0),
    "profile": (decay_profile(x), x, 0, 1),
    "rate": (rate_ratio(x), x, oo, 1),
    "law of powers": (law_relative_sharpness(x, 3 * x), x, 0, Rational(1, 9)),
    "exponent of powers": (law_exponent(x, 3 * x), x, 0, -1),
    "size without end": (FiniteSizeGeneralizationLoss(s, lam, d), d, oo, GeneralizationLoss(s, lam)),
    "accuracy of large losses": (accuracy(x, epsilon, 3) ** 2 * x**3, x, oo, 6 / pi * epsilon**3),
    "accuracy of endless tolerance": (accuracy(x, epsilon, 4), epsilon, oo, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_limits(name):
    expression, symbol, end, expected = LIMITS[name]
    found = limit(expression, symbol, end)
    assert not found.has(Limit)
    assert equal(found, expected), found


def test_the_limit_without_decay_is_half_of_the_plateau_on_both_sides():
    found = limit(decayed.generalization_plateau, gamma, 0)
    for ratio in (half, Rational(1), Rational(5, 2)):
        assert found.subs(lam, ratio) == LinearStudent(ratio).generalization_plateau / 2


def test_plateaus_keep_their_digits_in_floats():
    for ratio, decay in ((half, 1e-8), (1.5, 1e-8), (1.0, 1e-8)):
        for plateau in (decayed.training_plateau, decayed.generalization_plateau):
            exact = plateau.subs({lam: Rational(ratio), gamma: Rational(decay)}).evalf(30)
            assert float(plateau.subs({lam: float(ratio), gamma: decay})) == pytest.approx(
                float(exact), rel=1e-12, abs=0
            )


def test_series_and_derivatives():
    small = series(at(half).training_plateau, gamma, 0, 4).removeO()
    assert [simplify(small.coeff(gamma, k)) for k in (2, 3)] == [Rational(1, 4), -1]
    step = Rational(1, 10**10)
    for symbol in (lam, gamma):
        point = {lam: Rational(1), gamma: Rational(1, 3)}
        ahead, behind = (
            decayed.generalization_plateau.subs(point | {symbol: point[symbol] + sign * step}).evalf(40)
            for sign in (1, -1)
        )
        slope = decayed.generalization_plateau.diff(symbol).subs(point).evalf(20)
        assert abs((ahead - behind) / (2 * step) - slope) < 1e-9
    assert simplify(linear_relative_gap(lam, epsilon, eta0).diff(eta0)) == 0
    assert simplify(accuracy(x, epsilon, 4).diff(x) - accuracy_slope(x, epsilon, 4)) == 0
    assert simplify(MarchenkoPastur(lam).stieltjes(-c).diff(c) + MarchenkoPastur(lam).inverse_moment(2, c)) == 0


def test_the_best_decay_of_noisy_labels():
    """Ridge regression: the best penalty is the noise over the signal, c* = σ²λ/E|T|², so γ* = 4σ²λ."""
    noisy = LinearStudent(4).with_weight_decay(gamma).with_label_noise(1)
    assert abs(nsolve(noisy.generalization_plateau.diff(gamma), gamma, 10) - 16) < 1e-10


def test_slopes_of_a_decayed_student():
    loss = decayed.generalization_loss(s)
    point, step = {lam: Rational(2), gamma: Rational(1), s: Rational(2)}, Rational(1, 10**8)
    for symbol in (s, gamma):
        ahead, behind = (loss.subs(point | {symbol: point[symbol] + sign * step}).evalf(30) for sign in (1, -1))
        assert abs((ahead - behind) / (2 * step) - loss.diff(symbol).subs(point).evalf(15)) < 1e-12


def test_noise_grows_as_the_root_of_time_at_one():
    loss = LinearStudent(1).with_label_noise(1).generalization_loss(s)
    grown = [N(loss.subs(s, time)) / sqrt(N(time)) for time in (10**6, 10**8)]
    assert float(grown[1]) == pytest.approx(float(2 * (sqrt(2) - 1) / sqrt(pi)), rel=1e-3, abs=0)
    assert abs(grown[0] - grown[1]) < 1e-2
