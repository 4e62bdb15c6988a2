import numpy as np
import pytest

from numerics import critical_pairs, estimate_share, fit_censored_times
from report.figures.arrival_times import arrival_figure, never_figure
from report.figures.embeddings import embedding_figures
from report.figures.structure_over_time import lead_figure
from report.figures.unique_curve import unique_figure

RATE = np.array([0.08, 0.05, 0.03, 0.02, 0.0])
PAIRS = np.array([50, 45, 40, 35, 20])
TIMES = np.array([700.0, 900.0, 1500.0, np.inf, np.inf])


def arrivals(rate=RATE, pairs=PAIRS, times=TIMES):
    length = np.full(len(rate), 5000.0)
    with np.errstate(divide="ignore"):
        line = fit_censored_times(-np.log(rate), times, length)
    return arrival_figure(rate, pairs, times, length, line, "step", "RQI 0.95")


def test_runs_that_never_arrive_are_arrows_from_the_end_of_their_run():
    axes = arrivals().axes[0]
    seen, stuck = axes.collections
    np.testing.assert_allclose(seen.get_offsets(), np.column_stack([1 / RATE[:3], TIMES[:3]]))
    np.testing.assert_allclose(stuck.get_offsets()[:, 1], 5000)
    arrows = [text for text in axes.texts if not text.get_text()]
    assert len(arrows) == 2
    assert all(arrow.xyann[1] == 5000 and arrow.xy[1] > 5000 for arrow in arrows)


def test_a_rate_of_zero_stands_beyond_all_others():
    axes = arrivals().axes[0]
    assert axes.collections[1].get_offsets()[:, 0].max() > 1 / RATE[3]
    assert any("lambda_3 = 0" in text.get_text() for text in axes.texts)
    assert not any("lambda" in text.get_text() for text in arrivals(RATE[:4], PAIRS[:4], TIMES[:4]).axes[0].texts)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_runs_are_drawn_without_a_line(count):
    figure = arrivals(RATE[:count], PAIRS[:count], TIMES[:count])
    assert not [line for line in figure.axes[0].lines if "slope" in str(line.get_label())]


def test_shares_stand_at_their_sizes_with_their_intervals():
    shares = {20: estimate_share(5, 6), 50: estimate_share(0, 6)}
    axes = never_figure({"RQI 0.95": shares}, 23.0, 55).axes[0]
    (bars,) = axes.containers
    np.testing.assert_allclose(bars.lines[0].get_xydata(), [[20, 5 / 6], [50, 0]])
    np.testing.assert_allclose(bars.lines[2][0].get_segments()[0][:, 1], [shares[20].low, shares[20].high])


def test_an_embedding_is_standardized_and_rises():
    line = np.linspace(3, -7, 10)[:, None]
    (figure,) = embedding_figures([("end", line)])
    straight, points = figure.axes[0].lines
    values = points.get_ydata()
    assert (values.mean(), values.std(ddof=1)) == (pytest.approx(0, abs=1e-12), pytest.approx(1))
    assert (np.diff(values) > 0).all()
    np.testing.assert_allclose(straight.get_ydata(), values)


def test_symbols_of_a_plane_stand_at_their_places():
    angle = 2 * np.pi * np.arange(7) / 7
    (figure,) = embedding_figures([("end", np.column_stack([np.cos(angle), np.sin(angle)]))])
    places = np.array([text.get_position() for text in figure.axes[0].texts])
    assert [text.get_text() for text in figure.axes[0].texts] == list("0123456")
    np.testing.assert_allclose(np.hypot(*places.T), np.sqrt(2 * 6 / 7))
    assert embedding_figures([("constant", np.zeros((3, 2)))])


def test_what_never_came_is_at_the_edge():
    first, second = np.array([500.0, 600.0, np.inf]), np.array([900.0, np.inf, np.inf])
    axes = lead_figure(first, second, np.full(3, 1000.0), "step", ("a", "b"), (800.0, 1530.0)).axes[0]
    np.testing.assert_allclose(axes.lines[1].get_xydata(), [[600, 1500], [1500, 1500]])
    np.testing.assert_allclose(axes.lines[3].get_xydata(), [[800, 1530]])


def test_trained_runs_lie_on_the_curve_of_unique_structure():
    found = critical_pairs(10, trials=200, seed=0, level=0.9)
    axes = unique_figure(found, runs={20: [0.0, 0.4], 30: [1.0]}).axes[0]
    curve, crossing = axes.lines[:2]
    np.testing.assert_allclose(curve.get_ydata(), found.p_unique(curve.get_xdata())[:, 0])
    assert (curve.get_ydata()[0], curve.get_ydata()[-1]) == (0, 1)
    assert crossing.get_label() == f"0.9 at {found.pairs}"
    assert crossing.get_xdata()[0] == found.pairs
    mean = next(line for line in axes.lines if line.get_label() == "trained runs")
    np.testing.assert_allclose(mean.get_xydata(), [[20, 0.2], [30, 1.0]])
