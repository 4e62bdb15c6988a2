import subprocess
import sys

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from scipy import stats

from numerics import strategies
from numerics.curves.shape_free import shape_free

SHAPES = ("erf", "logistic", "gompertz", "mirrored_gompertz", "student", "skewed_erf")
quick = settings(max_examples=60, deadline=None, derandomize=True)


def truth(curve):
    """The noise-free accuracy from SciPy's distributions, with the unit slope found by search."""
    x = curve.sharpness * (curve.time - curve.jump_time)
    law = {
        "erf": stats.norm(scale=np.sqrt(0.5)),
        "logistic": stats.logistic(scale=np.sqrt(np.pi) / 4),
        "gompertz": stats.gumbel_r(loc=np.sqrt(np.pi) / np.e * np.log(np.log(2)), scale=np.sqrt(np.pi) / np.e),
        "mirrored_gompertz": stats.gumbel_l(
            loc=-np.sqrt(np.pi) / np.e * np.log(np.log(2)), scale=np.sqrt(np.pi) / np.e
        ),
        "student": None,
    }[curve.shape]
    if law is None:
        plain = stats.t(df=1 / curve.shape_parameter)
        law = stats.t(df=1 / curve.shape_parameter, scale=plain.pdf(0) * np.sqrt(np.pi))
    with np.errstate(over="ignore"):  # Gumbel's exp(−exp(−x)) far below the jump
        return curve.floor + (curve.ceiling - curve.floor) * law.cdf(x)


# --- times ------------------------------------------------------------------------------------------------------------


@quick
@given(strategies.times(min_points=10, max_points=60))
def test_times_advance(t):
    assert 10 <= t.size <= 60
    assert (np.diff(t) > 0).all()
    assert t[0] > 0


@quick
@given(st.data())
def test_spacings_are_what_they_are_called(data):
    even = np.diff(data.draw(strategies.times(spacings=["even"])))
    assert even.max() == pytest.approx(even.min(), rel=1e-9)
    ratios = np.diff(np.log(data.draw(strategies.times(spacings=["logarithmic"]))))
    assert ratios.max() == pytest.approx(ratios.min(), rel=1e-6)
    uneven = np.diff(data.draw(strategies.times(spacings=["uneven"])))
    assert 1.1 < uneven.max() / uneven.min() < 3.001


# --- planted curves and runs ------------------------------------------------------------------------------------------


@quick
@given(strategies.planted_curves(shapes=SHAPES[:5]))
def test_a_planted_curve_is_the_curve_of_its_parameters(curve):
    np.testing.assert_array_equal(curve.accuracy, curve.expected)
    np.testing.assert_allclose(curve.accuracy, truth(curve), atol=1e-9)
    assert curve.samples is None


@quick
@given(strategies.planted_curves())
def test_a_planted_curve_can_be_measured(curve):
    height = curve.ceiling - curve.floor
    unit = (curve.accuracy - curve.floor) / height
    assert unit[0] < 0.04
    assert unit[-1] > 0.96
    assert np.interp(curve.jump_time, curve.time, unit) == pytest.approx(0.5, abs=0.1)
    assert np.count_nonzero(abs(curve.sharpness * (curve.time - curve.jump_time)) < 1) >= 6
    measured = shape_free(curve.time, curve.accuracy, floor=curve.floor, ceiling=curve.ceiling)
    assert abs(measured.middle_crossing - curve.jump_time) * curve.sharpness < 0.25
    assert measured.largest_slope == pytest.approx(curve.largest_slope, rel=0.35)


@quick
@given(st.data(), st.sampled_from(["binomial", "correlated"]))
def test_noise_is_that_of_counts(data, noise):
    curve = data.draw(strategies.planted_curves(noise=noise, samples=st.just(400)))
    assert curve.samples == 400
    np.testing.assert_allclose(curve.accuracy * 400, np.round(curve.accuracy * 400), atol=1e-9)
    deviation = np.sqrt(curve.expected * (1 - curve.expected) / 400)
    assert (abs(curve.accuracy - curve.expected) <= 6 * deviation + 4 / 400).all()
    assert (curve.correlation > 0) == (noise == "correlated")


@quick
@given(strategies.planted_runs(groks=True, noise="binomial"))
def test_a_planted_run_knows_its_measures(run):
    train, gen = run.train, run.gen
    assert run.relative_gap > 0
    assert (1 + run.relative_gap) * train.jump_time == pytest.approx(gen.jump_time)
    assert run.relative_sharpness * train.sharpness == pytest.approx(gen.sharpness)
    slopes = np.diff(gen.expected) / np.diff(gen.time)
    assert slopes.max() <= run.absolute_sharpness * (1 + 1e-9)
    assert slopes.max() == pytest.approx(run.absolute_sharpness, rel=0.25)
    assert run.time is train.time
    assert run.options["train_samples"] == train.samples
    assert run.options["gen_samples"] == gen.samples


def test_the_options_name_the_planted_family():
    curve = find(strategies.planted_curves(shapes=["logistic"]), lambda curve: curve.floor == 0.5)
    assert curve.options == {"shape": "logistic", "floor": 0.5, "ceiling": curve.ceiling, "samples": None}


def test_every_shape_is_drawn_and_all_rise():
    for shape in SHAPES:
        assert find(strategies.planted_curves(), lambda curve, s=shape: curve.shape == s).shape == shape
    with pytest.raises(NoSuchExample):
        find(strategies.planted_curves(), lambda curve: curve.sharpness < 0, settings=quick)


# --- broken curves ----------------------------------------------------------------------------------------------------


@quick
@given(strategies.broken_curves())
def test_a_broken_curve_has_no_shape_free_measures(curve):
    assert curve.reason in strategies.REASONS
    measured = shape_free(curve.time, curve.accuracy, **curve.options)
    assert not measured.ok
    assert np.isnan(measured.width_10_90)


@quick
@given(st.data())
def test_a_broken_curve_is_broken_for_its_reason(data):
    unit = {}
    for reason in strategies.REASONS:
        curve = data.draw(strategies.broken_curves(reasons=[reason]))
        assert curve.reason == reason
        unit[reason] = (curve.accuracy - curve.floor) / (curve.ceiling - curve.floor)
    assert unit["no jump"].max() < 0.45
    assert unit["jumped before the record"].min() > 0.55
    assert unit["unfinished"][0] < 0.01
    assert 0.5 < unit["unfinished"][-1] < 0.81
    assert np.diff(unit["between two points"]).max() == 1
    assert unit["falls back"].max() > 0.99
    assert unit["falls back"][-1] < 0.01


# --- counts -----------------------------------------------------------------------------------------------------------


def test_counts_have_the_binomial_mean_and_variance_and_the_correlation_asked_for():
    p, samples = 0.7, 250
    for correlation in (0.0, 0.8):
        y = strategies.counted(np.full(40_000, p), samples, rng=np.random.default_rng(0), correlation=correlation)
        # The correlation shortens the record by (1 + ρ)/(1 − ρ), 9 times; the mean is known to 0.029·3/200.
        assert y.mean() == pytest.approx(p, abs=4 * 0.029 * 3 / 200)
        assert y.var() == pytest.approx(p * (1 - p) / samples, rel=0.06)
        assert np.corrcoef(y[1:], y[:-1])[0, 1] == pytest.approx(correlation, abs=0.02)


def test_the_same_seed_gives_the_same_counts():
    one, two = (strategies.counted([0.2] * 9, 50, rng=np.random.default_rng(1), correlation=0.5) for _ in range(2))
    np.testing.assert_array_equal(one, two)


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        (strategies.times(spacings=["square"]), "spacing must be one of even, logarithmic, uneven, got 'square'"),
        (strategies.planted_curves(noise="pink"), "noise must be one of none, binomial, correlated, got 'pink'"),
        (strategies.planted_curves(shapes=["tanh"]), "shape must be one of .* got 'tanh'"),
        (strategies.broken_curves(reasons=["bad luck"]), "reason must be one of no jump, .* got 'bad luck'"),
    ],
)
def test_unknown_names_get_one_sentence(strategy, message):
    with pytest.raises(ValueError, match=message):
        find(strategy, lambda _: True)


@pytest.mark.parametrize(
    ("accuracy", "correlation", "message"),
    [([0.5, 1.2], 0.0, "accuracy must be from 0 to 1"), ([0.5], 1.0, "correlation must be at least 0 and below 1")],
)
def test_counts_need_probabilities(accuracy, correlation, message):
    with pytest.raises(ValueError, match=message):
        strategies.counted(accuracy, 10, rng=np.random.default_rng(0), correlation=correlation)


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_hypothesis_is_not_needed_by_anything_else():
    result = python("import sys, numerics; print('hypothesis' in sys.modules)")
    assert result.stdout.strip() == "False", result.stderr


def test_without_hypothesis_one_sentence_says_what_to_install():
    result = python("import sys; sys.modules['hypothesis'] = None; from numerics import strategies")
    assert result.returncode == 1
    assert "numerics.strategies needs Hypothesis, which is not installed" in result.stderr
