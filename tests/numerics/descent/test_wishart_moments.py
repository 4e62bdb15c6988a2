from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from sympy import Rational

from numerics import exact_finite_size_losses, wishart_moments
from theory import (
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    GeneralizationLoss,
    TrainingLoss,
)

SIZES = [(1, 1), (1, 7), (7, 1), (5, 5), (4, 9), (9, 4), (20, 40)]


@pytest.mark.parametrize(("d", "n"), SIZES)
def test_known_moments(d, n):
    # E tr W, E tr W² and E tr W³ of the real Wishart matrix W = XᵀX, divided by dNᵏ.
    expected = (1, 1, Fraction(n + d + 1, n), Fraction(n * n + 3 * n * (d + 1) + d * d + 3 * d + 4, n * n))
    assert wishart_moments(3, d, n) == expected


@pytest.mark.parametrize(("d", "n"), SIZES)
def test_samples_and_unknowns_change_places(d, n):
    # tr (XᵀX)ᵏ = tr (XXᵀ)ᵏ.
    one, two = wishart_moments(8, d, n), wishart_moments(8, n, d)
    assert [d * n**k * m for k, m in enumerate(one)][1:] == [n * d**k * m for k, m in enumerate(two)][1:]


def test_one_unknown_is_a_chi_square():
    expected, product = [Fraction(1)], Fraction(1)
    for k in range(6):
        product *= Fraction(9 + 2 * k, 9)
        expected.append(product)
    assert wishart_moments(6, 1, 9) == tuple(expected)


def test_moments_of_dense_matrices():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((20_000, 7, 4))
    covariance = np.einsum("rni,rnj->rij", inputs, inputs) / 7
    power = covariance
    for k, expected in enumerate(wishart_moments(5, 4, 7)[1:]):
        traces = np.trace(power, axis1=1, axis2=2) / 4
        assert abs(traces.mean() - float(expected)) < 4 * traces.std() / np.sqrt(20_000), k + 1
        power = power @ covariance


def test_infinite_size_gives_the_narayana_polynomials():
    d, n = 10**12, 2 * 10**12
    for k, moment in enumerate(wishart_moments(6, d, n)[1:], start=1):
        narayana = sum(Fraction(comb(k, r) * comb(k, r + 1), k) * Fraction(1, 2) ** r for r in range(k))
        assert abs(moment / narayana - 1) < 1e-10


@pytest.mark.parametrize("n", [4, 30])
@pytest.mark.parametrize("s", [0, 2, 20])
def test_one_unknown_has_a_closed_loss_within_the_bound(n, s):
    # E e^{−χ²_N s/N} = (1 + 2s/N)^{−N/2}, and minus its derivative.
    train, gen, error = exact_finite_size_losses(s, 1, n, order=30)
    base = 1 + mpmath.mpf(2 * s) / n
    with mpmath.workdps(40):
        distances = [abs(gen - base ** (-mpmath.mpf(n) / 2)), abs(train - base ** (-mpmath.mpf(n) / 2 - 1))]
    assert max(distances) <= error + mpmath.mpf("1e-14")
    assert error < (1e-12 if n == 30 and s <= 2 else 0.1)


def test_the_training_loss_is_the_slope():
    train, _, error = exact_finite_size_losses(2, 30, 20)
    with mpmath.workdps(50):
        step = mpmath.mpf("1e-8")
        (_, high, _), (_, low, _) = (exact_finite_size_losses(2 + sign * step, 30, 20) for sign in (1, -1))
        assert float((low - high) / (2 * step)) == pytest.approx(float(train), rel=1e-12)
    assert error < 1e-20


@pytest.mark.parametrize("s", [5, 40])
def test_more_moments_change_less_than_the_bound(s):
    # λ > 1: the plateau, an atom at zero, is in the Radau rule.
    train, gen, error = exact_finite_size_losses(s, 30, 20, order=40)
    assert gen > mpmath.mpf(1) / 3
    for order in (8, 16, 24):
        short_train, short_gen, short_error = exact_finite_size_losses(s, 30, 20, order=order)
        change = max(abs(short_gen - gen), abs(short_train - train))
        assert change < short_error + error
        assert short_error > error


# (λ = d/N) with whole numbers at every size used below
@pytest.mark.parametrize("lam", [Rational(1, 2), Rational(1), Rational(2)])
@pytest.mark.parametrize("s", [1, 2, 4])
def test_the_distance_from_theory_falls_like_one_and_two_powers_of_d(lam, s):
    # Exact expectations: no statistical error. Infinite-size theory errs like 1/d, with its correction like 1/d².
    sizes = s * max(1, 2 * int(lam)) * np.array([16, 32, 64, 128])
    exact = [exact_finite_size_losses(s, d, int(d / lam), order=30) for d in sizes.tolist()]
    for index, infinite, corrected in (
        (0, TrainingLoss, FiniteSizeTrainingLoss),
        (1, GeneralizationLoss, FiniteSizeGeneralizationLoss),
    ):
        first = [float(abs(found[index] - infinite(s, lam).evalf(40))) for found in exact]
        second = [
            float(abs(found[index] - corrected(s, lam, d).evalf(40)))
            for found, d in zip(exact, sizes.tolist(), strict=True)
        ]
        slopes = [np.polyfit(np.log(sizes), np.log(distance), 1)[0] for distance in (first, second)]
        assert slopes == pytest.approx([-1, -2], abs=0.04)
        assert max(float(found[2]) for found in exact) < 1e-3 * min(second)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wishart_moments(-1, 2, 3), "order ≥ 0 and sizes ≥ 1, got order = -1"),
        (lambda: wishart_moments(2, 0, 3), "sizes ≥ 1"),
        (lambda: exact_finite_size_losses(-1, 2, 3), "Need s ≥ 0 and an order ≥ 4, got s = -1.0"),
        (lambda: exact_finite_size_losses(1, 2, 3, order=3), "an order ≥ 4, got .* order = 3"),
    ],
)
def test_bad_arguments_get_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
