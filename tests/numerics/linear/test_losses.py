import json
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import (
    generalization_loss,
    log_decaying_part,
    log_generalization_loss,
    log_training_loss,
    plateau,
    training_loss,
)

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "losses.json").read_text())["rows"]
LOSSES = [(training_loss, log_training_loss, "train"), (generalization_loss, log_generalization_loss, "gen")]


def grid():
    """400 points: log10 s in [−6, 9], log10 λ in [−3, 3]; half of them within 10^{−1}…10^{−15} of λ = 1."""
    rng = np.random.default_rng(20240214)
    s = 10 ** rng.uniform(-6, 9, 400)
    far = 10 ** rng.uniform(-3, 3, 200)
    near = 1 + rng.choice([-1, 1], 200) * 10 ** rng.uniform(-15, -1, 200)
    return s, np.concatenate([far, near])


def exact(function, s, lam, form="exact"):
    """The 40-digit value at exactly these binary numbers."""
    return [
        function(Fraction(x), Fraction(y), digits=40, form=form) for x, y in zip(s.tolist(), lam.tolist(), strict=True)
    ]


@pytest.mark.parametrize(("loss", "log_loss", "name"), LOSSES, ids=["train", "gen"])
@pytest.mark.parametrize("form", ["exact", "published"])
def test_floats_are_right_everywhere(loss, log_loss, name, form):
    s, lam = grid()
    values = exact(loss, s, lam, form)
    with mpmath.workdps(40):
        logs = np.array([float(mpmath.log(v)) for v in values])
    # The log-loss to rounding of its own size; the loss itself wherever its exponent leaves twelve digits.
    np.testing.assert_allclose(
        log_loss(s, lam, form=form), logs, rtol=1e-14, atol=1e-13 if form == "published" else 2e-14
    )
    alive = logs > -700
    assert alive.sum() > 250
    np.testing.assert_allclose(loss(s, lam, form=form)[alive], np.array([float(v) for v in values])[alive], rtol=1e-12)
    assert (loss(s, lam, form=form)[~alive] < 1e-300).all()


def test_decaying_part_is_right_where_the_plateau_hides_it():
    s, lam = grid()
    above = lam > 1
    s, lam = s[above], lam[above]
    # D(s, λ) = D(λs, 1/λ)/λ: the 40-digit generalization loss below 1 has no plateau.
    expected = []
    for x, y in zip(s.tolist(), lam.tolist(), strict=True):
        x, y = Fraction(x), Fraction(y)
        with mpmath.workdps(40):
            mirrored = generalization_loss(x * y, 1 / y, digits=40) * y.denominator / y.numerator
            expected.append(float(mpmath.log(mirrored)))
    np.testing.assert_allclose(log_decaying_part(s, lam), expected, rtol=1e-14, atol=2e-14)


@pytest.mark.parametrize("digits", [8, 30, 50])
@pytest.mark.parametrize(("loss", "log_loss", "name"), LOSSES, ids=["train", "gen"])
def test_digits_against_the_reference(loss, log_loss, name, digits):
    for row in ROWS:
        found = loss(row["s"], row["lam"], digits=digits)
        with mpmath.workdps(70):
            assert abs(found / mpmath.mpf(row[name]) - 1) < mpmath.mpf(10) ** (1 - digits), row


def test_digits_take_strings_fractions_and_mpmath_numbers():
    with mpmath.workdps(60):
        same = [
            generalization_loss(s, lam, digits=40)
            for s, lam in (("2.5", "1.1"), (Fraction(5, 2), Fraction(11, 10)), (mpmath.mpf("2.5"), mpmath.mpf("1.1")))
        ]
        assert abs(same[0] - same[1]) < 1e-39
        assert abs(same[0] - same[2]) < 1e-39
        # A float is the binary number that it is: 1.1 is 9e−17 off.
        off = generalization_loss(2.5, 1.1, digits=40) - same[0]
        assert 1e-19 < abs(off) < 1e-15


@pytest.mark.parametrize("loss", [training_loss, generalization_loss])
@pytest.mark.parametrize("digits", [0, -3, 2.5, "30"])
def test_digits_must_be_a_positive_whole_number(loss, digits):
    with pytest.raises(ValueError, match="digits must be a whole number of at least 1"):
        loss(1, 1, digits=digits)


def test_published_forms_as_printed():
    s, lam = 500.0, np.array([0.3, 1.003, 4.0])
    kappa = (1 - np.sqrt(lam)) ** 2
    train = np.exp(-kappa * s) / (2 * np.sqrt(np.pi) * lam**0.75 * s**1.5)
    np.testing.assert_allclose(training_loss(s, lam, form="published"), train, rtol=1e-12)
    # The generalization form is its integral, here by Simpson's rule in √u.
    from scipy import integrate

    for at, found in zip(lam, generalization_loss(s, lam, form="published"), strict=True):
        area, _ = integrate.quad(
            lambda u, at=at: training_loss(s + u, at, form="published"), 0, np.inf, epsabs=0, epsrel=1e-9
        )
        assert found == pytest.approx(area, rel=1e-7, abs=0)


def test_published_forms_approach_the_exact_ones_like_one_over_s():
    for lam in ("0.3", "0.97"):
        for loss in (training_loss, generalization_loss):
            errors = []
            for s in (10**6, 10**7):
                with mpmath.workdps(40):
                    errors.append(loss(s, lam, digits=40, form="published") / loss(s, lam, digits=40) - 1)
            assert float(errors[0] / errors[1]) == pytest.approx(10, rel=0.03, abs=0)


@pytest.mark.parametrize(("loss", "log_loss", "name"), LOSSES, ids=["train", "gen"])
def test_special_values(loss, log_loss, name):
    lam = np.array([1e-3, 0.3, 1.0, 1.003, 4.0, 1e3])
    np.testing.assert_allclose(loss(0.0, lam), 1.0, rtol=1e-14)
    np.testing.assert_allclose(log_loss(0.0, lam), 0.0, atol=1e-14)
    end = np.zeros(6) if name == "train" else plateau(lam)
    np.testing.assert_allclose(loss(1e100, lam), end, atol=1e-49)


@pytest.mark.parametrize(("loss", "log_loss", "name"), LOSSES, ids=["train", "gen"])
def test_infinite_time_is_the_plateau(loss, log_loss, name):
    lam = np.array([0.3, 1.0, 4.0])
    np.testing.assert_array_equal(loss(np.inf, lam), np.zeros(3) if name == "train" else plateau(lam))


def test_plateau():
    np.testing.assert_array_equal(plateau([0.5, 1.0, 4.0]), [0, 0, 0.75])
    # λ − 1 keeps its digits: (λ − 1)/λ and not 1 − 1/λ.
    assert plateau(1 + 2.0**-50) == pytest.approx(2.0**-50, rel=1e-14, abs=0)


@pytest.mark.parametrize(("loss", "log_loss", "name"), LOSSES, ids=["train", "gen"])
def test_broadcasting(loss, log_loss, name):
    s, lam = np.array([0.1, 2.0, 30.0]), np.array([[0.5], [2.0]])
    table = loss(s, lam)
    assert table.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        assert table[i, j] == loss(s[j], lam[i, 0])
    assert np.ndim(loss(1.0, 0.5)) == 0
    assert loss([], 0.5).shape == (0,)
    np.testing.assert_array_equal(loss([1, 2], 2), loss([1.0, 2.0], 2.0))


def test_arrays_longer_than_a_chunk_are_seamless():
    s = np.geomspace(1e-3, 1e3, 40_000)
    whole = generalization_loss(s, 1.2)
    assert (np.diff(whole) < 0).all()
    picked = np.arange(0, s.size, 3999)
    np.testing.assert_allclose(whole[picked], [generalization_loss(s[i], 1.2) for i in picked], rtol=1e-15)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(s=st.floats(1e-6, 1e6), lam=st.floats(1e-2, 1e2), step=st.floats(1e-3, 1.0))
def test_losses_fall_and_are_convex_in_log(s, lam, step):
    # Averages of e^{−νs}: decreasing and log-convex in time.
    for log_loss in (log_training_loss, log_generalization_loss):
        first, middle, last = log_loss(s * np.array([1, 1 + step, 1 + 2 * step]), lam)
        slack = 1e-13 * (1 + abs(last))
        assert first >= middle - slack
        assert first + last >= 2 * middle - slack


@settings(max_examples=60, deadline=None, derandomize=True)
@given(s=st.floats(0, 1e9), lam=st.floats(1e-3, 1e3))
def test_decaying_parts_mirror_each_other(s, lam):
    left, right = log_decaying_part(s, lam), log_decaying_part(lam * s, 1 / lam) - np.log(lam)
    rounded = 2.0**-52 * s * abs(1 - np.sqrt(lam))  # what the last digit of 1/λ moves the exponent by
    assert left == pytest.approx(right, rel=1e-13, abs=1e-12 + rounded)


@pytest.mark.parametrize("loss", [training_loss, generalization_loss, log_training_loss, log_generalization_loss])
def test_bad_arguments_get_one_sentence(loss):
    for bad in (0.0, -1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="λ = d/N_train must be positive and finite, got"):
            loss([1.0, 2.0], [0.5, bad])
    for bad in (-1.0, np.nan):
        with pytest.raises(ValueError, match="Time must not be negative, got s ="):
            loss([1.0, bad], 0.5)
    with pytest.raises(ValueError, match="form must be 'exact' or 'published', got 'asymptotic'"):
        loss(1.0, 0.5, form="asymptotic")


def test_bad_precise_arguments_get_one_sentence():
    for s, lam in (("-1", "0.5"), ("inf", "0.5"), ("1", "0"), ("1", "-2"), ("1", "nan")):
        with pytest.raises(ValueError, match="Need finite s ≥ 0 and λ > 0"):
            generalization_loss(s, lam, digits=20)
    with pytest.raises(ValueError, match="late-time forms need s > 0"):
        training_loss(0, 1, digits=20, form="published")


@pytest.mark.parametrize("log_loss", [log_training_loss, log_generalization_loss])
def test_log_losses_keep_their_digits_next_to_zero(log_loss):
    # ln L = −(c₁)s + …: twelve digits of a logarithm of size s, not of the loss next to 1.
    loss = training_loss if log_loss is log_training_loss else generalization_loss
    for s in (1e-300, 1e-12, 1e-6, 1e-3, 0.1):
        for lam in (1e-3, 0.7, 1.0, 1.003, 900.0):
            with mpmath.workdps(400):
                expected = mpmath.log(loss(Fraction(s), Fraction(lam), digits=400))
                assert abs(float(log_loss(s, lam)) / expected - 1) < 1e-14


@pytest.mark.parametrize("s", [1e150, 1e250, 1.7e308])
@pytest.mark.parametrize("lam", [1e-3, 1.0, 1 + 2.0**-50, 4.0])
def test_times_near_the_largest_float(s, lam):
    for log_loss, name in ((log_training_loss, training_loss), (log_generalization_loss, generalization_loss)):
        with mpmath.workdps(30):
            expected = mpmath.log(name(Fraction(s), Fraction(lam), digits=30))
            # An exponent beyond the largest float is −∞.
            assert float(log_loss(s, lam)) == pytest.approx(float(expected), rel=1e-14, abs=0)


def test_a_lam_next_to_zero_keeps_its_digits():
    with mpmath.workdps(40):
        expected = mpmath.exp(-3)  # λ → 0
        assert abs(generalization_loss(3, "1e-300", digits=30) / expected - 1) < 1e-29
        assert abs(training_loss(3, "1e-300", digits=30) / expected - 1) < 1e-29
