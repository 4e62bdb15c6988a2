"""A jump is finished when nine tenths of the way are behind the last point, by the curve's own shape."""

import numpy as np
import pytest
from scipy import optimize
from scipy.special import ndtr

from numerics import FitStatus, compare_shapes, fit_curve
from numerics.curves.estimation.condensation import whole
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.least_squares import SquaredResiduals
from numerics.curves.estimation.optimum import Optimum
from numerics.curves.estimation.start import ScaledJump
from numerics.curves.estimation.two_jumps import rests_between_two_jumps
from numerics.curves.estimation.verdict import verdict
from numerics.curves.planted_curves import counted
from numerics.curves.shapes import SHAPES

PLANTED = {"erf": 0.0, "logistic": 0.0, "gompertz": 0.0, "mirrored_gompertz": 0.0, "student": 0.9, "skewed_erf": 1.2}
AT, S = 500.3, 0.02


def cut(shape, share, *, points=1500):
    """A curve of this shape from before the jump to where this share of the way is behind it."""

    def behind(u):
        return SHAPES[shape].rise(np.array([u]), PLANTED[shape]).value[0]

    last = optimize.brentq(lambda u: behind(u) - share, 0.0, 1e3)
    u = np.linspace(-5, last, points)
    return AT + u / S, SHAPES[shape].rise(u, PLANTED[shape]).value


@pytest.mark.parametrize("shape", PLANTED)
def test_every_shape_is_finished_by_its_own_measure(shape):
    unfinished = fit_curve(*cut(shape, 0.85), shape=shape)
    assert unfinished.status is FitStatus.UNFINISHED
    assert np.isnan([unfinished.jump_time, unfinished.sharpness]).all()
    finished = fit_curve(*cut(shape, 0.95), shape=shape)
    assert finished.status is FitStatus.OK
    assert finished.jump_time == pytest.approx(AT, abs=0.01 / S)
    assert finished.sharpness == pytest.approx(S, rel=0.01)


@pytest.mark.parametrize("shape", PLANTED)
def test_counted_curves_are_finished_by_the_same_measure(shape):
    for share, status in ((0.85, FitStatus.UNFINISHED), (0.95, FitStatus.OK)):
        t, clean = cut(shape, share)
        y = counted(0.5 + clean / 2, 2000, rng=np.random.default_rng(0))
        assert fit_curve(t, y, shape=shape, floor=0.5).status is status


def test_a_cauchy_like_jump_at_84_percent_is_not_finished_though_an_erf_would_be():
    u = np.linspace(-15, 1.0, 1500)
    assert SHAPES["erf"].value(u[-1]) > 0.9
    assert 0.83 < SHAPES["student"].value(u[-1], 1.0) < 0.85
    t, y = AT + u / S, 0.5 + np.arctan(np.sqrt(np.pi) * u) / np.pi
    assert fit_curve(t, y, shape="student").status is FitStatus.UNFINISHED


@pytest.mark.parametrize("shape", ["erf", "logistic", "gompertz", "student"])
def test_the_best_shape_does_not_finish_a_jump_that_goes_on_under_a_better_one(shape):
    """Some shape that ends suddenly calls every jump finished."""
    t, clean = cut(shape, 0.86)
    y = counted(clean, 4000, rng=np.random.default_rng(1))
    ranked = compare_shapes(t, y)
    finished = [score for score in ranked if score.fit.ok]
    assert finished, "no shape is tempted"
    assert ranked[0].fit.status is FitStatus.UNFINISHED
    assert ranked[0].criterion < min(score.criterion for score in finished)
    assert fit_curve(t, y, shape="best").status is FitStatus.UNFINISHED


@pytest.mark.parametrize("shape", ["erf", "gompertz", "mirrored_gompertz"])
def test_the_best_shape_of_a_curve_that_has_just_finished_is_fitted(shape):
    t, clean = cut(shape, 0.97)
    fit = fit_curve(t, counted(clean, 4000, rng=np.random.default_rng(1)), shape="best")
    assert fit.status is FitStatus.OK
    assert fit.jump_time == pytest.approx(AT, abs=0.1 / S)


def judged(*, tau=None, y=None, low=0.0, high=1.0, parameters=(0.0, 3.0), converged=True, r_squared=0.9):
    """The verdict on a jump of which only what is told here is out of the ordinary."""
    erf = SHAPES["erf"]
    tau = np.linspace(-0.5, 0.5, 401) if tau is None else np.asarray(tau, float)
    free = [name for name, value in (("low", low), ("high", high)) if value is None]
    bottom = parameters[2] if low is None else low
    top = parameters[-1] if high is None else high
    if y is None:
        y = bottom + (top - bottom) * erf.at(np.exp(parameters[1]) * (tau - parameters[0])).value
    jump = ScaledJump(tau, np.asarray(y, float), np.array(parameters), low, high)
    objective = SquaredResiduals(whole(jump.tau, jump.y), erf, low=low, high=high)
    assert len(parameters) == 2 + len(free)
    return verdict(FittedJump(jump, erf, Optimum(objective, np.array(parameters), converged, 0.0, r_squared)))


def test_an_ordinary_jump_is_a_result():
    assert judged() is FitStatus.OK


@pytest.mark.parametrize(("inside", "status"), [(2, FitStatus.UNRESOLVED), (3, FitStatus.OK)])
def test_three_times_inside_the_transition_resolve_it(inside, status):
    # The transition is |u| ≤ 2.5, here |τ| ≤ 0.1.
    outer = np.linspace(0.11, 0.5, 40)
    tau = np.concatenate([-outer[::-1], np.linspace(-0.09, 0.09, inside), outer])
    assert judged(tau=tau, parameters=(0.0, np.log(25.0))) is status
    # Points at one time are one.
    assert judged(tau=np.sort(np.append(tau, [tau[40]] * 5)), parameters=(0.0, np.log(25.0))) is status


@pytest.mark.parametrize(("outside", "status"), [(0.2, FitStatus.OK), (0.3, FitStatus.UNDETERMINED)])
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_fitted_asymptote_is_within_a_quarter_of_the_height(outside, status, end):
    tau = np.linspace(-0.5, 0.5, 401)
    y = SHAPES["erf"].at(np.exp(3.0) * tau).value
    asymptote = -outside / (1 - outside) if end == "low" else 1 / (1 - outside)  # so much of a height that includes it
    free = {end: None}
    found = judged(tau=tau, y=y, parameters=(0.0, 3.0, asymptote), r_squared=0.9, **free)
    assert (found is FitStatus.UNDETERMINED) is (status is FitStatus.UNDETERMINED)
    fixed = {end: asymptote}
    assert judged(tau=tau, y=y, **fixed) is not FitStatus.UNDETERMINED


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        ({"converged": False}, FitStatus.NOT_CONVERGED),
        ({"parameters": (-0.51, 3.0)}, FitStatus.ALREADY_JUMPED),
        ({"r_squared": 0.5}, FitStatus.POOR),
        ({"r_squared": 0.51}, FitStatus.OK),
        ({"r_squared": np.nan}, FitStatus.POOR),
        ({"parameters": (-0.5, 3.0)}, FitStatus.OK),  # the points begin at −0.5
        ({"parameters": (-0.499, 3.0)}, FitStatus.OK),
    ],
)
def test_each_rule_has_its_status(broken, status):
    assert judged(**broken) is status


@pytest.mark.parametrize("share", [0.85, 0.89, 0.91, 0.95])
def test_nine_tenths_of_the_way_finish_a_jump(share):
    u = float(optimize.brentq(lambda u: SHAPES["erf"].value(u) - share, 0, 3))
    tau = np.linspace(-0.5, u / np.exp(3.0), 401)
    assert (judged(tau=tau) is FitStatus.OK) is (share > 0.9)


@pytest.mark.parametrize(
    ("error", "status"), [(0.9, FitStatus.OK), (1.1, FitStatus.UNCERTAIN), (1.9, FitStatus.UNCERTAIN)]
)
def test_a_sharpness_is_larger_than_its_error(error, status):
    tau = np.linspace(-0.5, 0.5, 401)
    clean, noise = SHAPES["erf"].at(np.exp(3.0) * tau).value, np.random.default_rng(1).normal(0, 1, 401)

    def fitted(y):
        jump = ScaledJump(tau, y, np.array([0.0, 3.0]))
        objective = SquaredResiduals(whole(tau, y), SHAPES["erf"], low=0.0, high=1.0)
        return FittedJump(jump, SHAPES["erf"], Optimum(objective, np.array([0.0, 3.0]), True, 0.0, 0.9))

    scaled = fitted(clean + error / fitted(clean + noise).scatter.errors[1] * noise)
    assert scaled.scatter.errors[1] == pytest.approx(error)
    assert (verdict(scaled) is FitStatus.UNCERTAIN) is (status is FitStatus.UNCERTAIN)


@pytest.mark.parametrize(("level", "status"), [(0.5, FitStatus.OK), (0.22, FitStatus.TWO_JUMPS)])
def test_a_rest_that_leaves_a_small_misfit_is_no_second_jump(level, status):
    t = np.arange(2000.0)
    erf = SHAPES["erf"]
    y = level * erf.at(0.02 * (t - 850)).value + (1 - level) * erf.at(0.02 * (t - 1050)).value
    assert rests_between_two_jumps(t, y)
    fit = fit_curve(t, y)
    assert fit.status is status
    assert fit.misfit < 0.12 or status is not FitStatus.OK


@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 1.0), (20.0, 80.0), (-5.0, -4.9), (0.5, 1.0)])
def test_a_rest_between_two_jumps_is_seen_in_any_units(floor, ceiling):
    t = np.arange(1000.0)
    erf = SHAPES["erf"]
    two = (erf.at(0.03 * (t - 250)).value + erf.at(0.03 * (t - 750)).value) / 2
    slow = np.clip((t - 150) / 700, 0, 1)
    for unit, rests in ((two, True), (slow, False)):
        y = floor + (ceiling - floor) * unit
        found = fit_curve(t, y, floor=floor, ceiling=ceiling).status
        assert (found is FitStatus.TWO_JUMPS) is rests


def test_the_noise_of_few_answers_is_no_second_jump():
    t = np.arange(60.0)
    for seed in range(30):
        y = np.random.default_rng(seed).binomial(5, ndtr((t - 30) / 6)) / 5
        assert fit_curve(t, y).status is not FitStatus.TWO_JUMPS
