"""A fit says what is odd about its curve, and says nothing of curves that are what was fitted."""

import numpy as np
import pytest
from scipy.special import ndtr

from numerics import fit_curve, measure
from numerics.curves.planted_curves import counted

T = np.arange(1.0, 401.0)


def noise_kinds(y, seed):
    rng = np.random.default_rng(seed)
    yield y + rng.normal(0, 0.03, y.size)
    yield counted(y, int(rng.integers(300, 5000)), rng=rng)
    yield counted(y, int(rng.integers(300, 5000)), rng=rng, correlation=0.8)


def test_a_planted_jump_is_nearly_never_called_another_course():
    told = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        points = int(rng.integers(50, 600))
        width = rng.uniform(2, points / 12)
        planted = ndtr((np.arange(points) - points / 2) / width)
        told += [fit_curve(np.arange(points), y).complaint for y in noise_kinds(planted, seed)]
    assert sum(map(bool, told)) <= 1  # of 45


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (np.clip((T - 100) / 150, 0, 1), "a straight ramp describes"),
        (np.clip(T / 380, 0, 1), "a straight ramp describes|deviates"),
        (np.clip(np.log(T / 5) / np.log(60), 0, 1), "describes|deviates"),
        (1 - np.exp(-np.maximum(T - 100, 0) / 15), "a saturating exponential describes|deviates"),
        (np.clip(np.sqrt(T / 350), 0, 1), "describes|deviates"),
    ],
)
def test_ramps_and_slow_rises_with_noise_are_told(course, words):
    for y in (course, *noise_kinds(course, 0)):
        fit = fit_curve(T, y)
        # What seems to be noise that remembers for as long as the record leaves the sharpness open.
        assert fit.ok or fit.status.name == "UNCERTAIN"
        assert not fit.ok or any(word in fit.complaint for word in words.split("|")), fit


def test_jumps_of_few_points_and_counts_are_seldom_called_another_course():
    told = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        points = int(rng.integers(8, 16))
        planted = ndtr((np.arange(points) - points * rng.uniform(0.4, 0.6)) / (points * rng.uniform(0.05, 0.1)))
        told.append(fit_curve(np.arange(points), counted(planted, 50, rng=rng)).complaint)
    assert sum("describes the curve better" in one or "deviates from" in one for one in told) <= 6


@pytest.mark.parametrize(("level", "apart"), [(0.97, False), (0.93, True), (0.85, True)])
def test_a_level_near_its_asymptote_is_told(level, apart):
    for noise in (0.0, 0.05):
        rise = ndtr((T - 150) / 15) + noise * np.random.default_rng(0).normal(size=T.size)
        high, low = fit_curve(T, level * rise), fit_curve(T, 1 - level + level * rise)
        for fit, option in ((high, "--ceiling fit"), (low, "--floor fit")):
            assert fit.ok
            assert (option in fit.complaint) is apart
        if apart:
            found = float(high.complaint.rpartition("is ")[2].rstrip(")"))
            assert found == pytest.approx(level, abs=0.01)


def test_a_curve_that_goes_on_beyond_its_fitted_ceiling_is_told():
    creeping = 0.7 * ndtr((T - 60) / 8) + 0.25 * np.clip((T - 60) / 340, 0, 1)
    assert "beyond its fitted ceiling" in fit_curve(T, creeping, ceiling="fit").complaint
    assert "beyond" not in fit_curve(T, 0.9 * ndtr((T - 60) / 8), ceiling="fit").complaint


def test_an_earlier_jump_is_told():
    early = np.where(T < 100, 0.9, ndtr((T - 250) / 15))
    fit = fit_curve(T, early)
    assert (
        fit.complaint
        == f"the accuracy was past the middle before {fit.begin:.6g} and fell back: its last rise is measured"
    )


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_two_jumps_are_still_two_jumps(share):
    y = share * ndtr((T - 100) / 8) + (1 - share) * ndtr((T - 300) / 12)
    assert fit_curve(T, y + 0.02 * np.random.default_rng(0).normal(size=T.size)).status.name == "TWO_JUMPS"


def test_unlike_values_at_equal_times_are_told_and_minibatches_are_not():
    epochs, rng = np.arange(60), np.random.default_rng(0)
    runs = np.stack([ndtr(epochs - 15.0), ndtr(epochs - 40.0)], axis=1)
    assert "unlike values at equal times" in fit_curve(np.repeat(epochs, 2), runs.ravel()).complaint
    batches = rng.binomial(8, np.repeat(ndtr((epochs - 30) / 5), 20)) / 8
    assert fit_curve(np.repeat(epochs, 20), batches).complaint == ""


def test_the_complaints_of_a_pair_name_the_curve():
    ramp, jump = np.clip((T - 100) / 150, 0, 1), ndtr((T - 50) / 8)
    result = measure(T, jump, ramp)
    assert result.complaint == f"generalization: {result.gen.complaint}"
    *_, (last, complaint), (status, _) = result.row().items()
    assert (last, complaint, status) == ("complaint", result.complaint, "status")
    assert measure(T, jump, ndtr((T - 200) / 20)).row()["complaint"] == ""


def test_a_clock_that_began_before_the_training_is_told():
    curves = ndtr((T - 50) / 8), ndtr((T - 200) / 20)
    for begin, told in ((0, False), (3_000, False), (5_000, True), (1.7e9, True)):
        assert ("since the start of training" in measure(begin + T, *curves).complaint) is told
    assert "time begins at" in str(measure(1.7e9 + T, *curves))


def test_a_fraction_beside_percent_is_told():
    curves = 100 * ndtr((T - 50) / 8), ndtr((T - 200) / 20)
    assert "the generalization accuracy stays below 1" in measure(T, *curves, ceiling=100).complaint
    assert measure(T, *curves, ceiling=(100, 1)).complaint == ""


def test_what_one_step_rules_out_is_not_the_course(monkeypatch):
    """On ramps and erfs of few points, where the evidence is near the threshold, too."""
    rng = np.random.default_rng(0)
    curves = []
    for k in range(60):
        t = np.arange(1.0, 21.0 + k % 20)
        rise = np.clip((t - 3) / (t.size - 8), 0, 1) if k % 3 else ndtr(9 * (t / t.size - 0.5))
        curves.append((t, rise + rng.normal(0, 0.04, t.size)))
    screened = [fit_curve(*curve).complaint for curve in curves]
    monkeypatch.setattr("numerics.curves.estimation.slow_rises._HOPELESS", -np.inf)
    assert screened == [fit_curve(*curve).complaint for curve in curves]
    assert 5 < sum("describes the curve better" in told for told in screened) < 55
