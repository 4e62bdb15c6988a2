"""A jump is finished when nine tenths of the way are behind the last point, by the curve's own shape."""

import numpy as np
import pytest
from scipy import optimize

from numerics import FitStatus, compare_shapes, fit_curve
from numerics.curves.planted_curves import counted
from numerics.curves.shapes import SHAPES

PLANTED = {"erf": 0.0, "logistic": 0.0, "gompertz": 0.0, "mirrored_gompertz": 0.0, "student": 0.9, "skewed_erf": 1.2}
AT, S = 500.3, 0.02


def cut(shape, share, *, falls=False, points=1500):
    """A curve of this shape from before the jump to where this share of the way is behind it."""

    def behind(u):
        value = SHAPES[shape].rise(np.array([-u if falls else u]), PLANTED[shape]).value[0]
        return 1 - value if falls else value

    last = optimize.brentq(lambda u: behind(u) - share, 0.0, 1e3)
    u = np.linspace(-5, last, points)
    return AT + u / S, SHAPES[shape].rise(-u if falls else u, PLANTED[shape]).value


@pytest.mark.parametrize("falls", [False, True])
@pytest.mark.parametrize("shape", PLANTED)
def test_every_shape_is_finished_by_its_own_measure(shape, falls):
    unfinished = fit_curve(*cut(shape, 0.85, falls=falls), shape=shape)
    assert unfinished.status is FitStatus.UNFINISHED
    assert np.isnan([unfinished.jump_time, unfinished.sharpness]).all()
    finished = fit_curve(*cut(shape, 0.95, falls=falls), shape=shape)
    assert finished.status is FitStatus.OK
    assert finished.jump_time == pytest.approx(AT, abs=0.01 / S)
    assert finished.sharpness == pytest.approx(-S if falls else S, rel=0.01)


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
