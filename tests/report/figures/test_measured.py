import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from scipy.special import erf

from numerics import fit_curve, measure, tabulate
from report.figures.measured import measured_figure

TIME = np.arange(1.0, 3001.0)


def run(gen_jump=400.0):
    rng = np.random.default_rng(0)
    train, gen = (
        (1 + erf(0.05 * (TIME - jump))) / 2 + 0.01 * rng.standard_normal(TIME.size) for jump in (100.0, gen_jump)
    )
    gen[::3] = np.nan  # logged less often
    return measure(TIME, train, gen)


@pytest.fixture(scope="module")
def result():
    return run()


@pytest.fixture(scope="module")
def never():
    return run(gen_jump=1e5)


@pytest.fixture(scope="module")
def axes(result):
    return result.plot(unit="epoch", label="cost$_{.csv")


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.lines}


def test_the_points_are_drawn_as_they_were_fitted_until_both_jumps_are_over(axes, result):
    for name, fit in (("training", result.train), ("generalization", result.gen)):
        points = np.stack([fit.curve.time, fit.curve.accuracy], axis=1)
        np.testing.assert_array_equal(lines(axes)[name], points[points[:, 0] <= axes.get_xlim()[1]])
    assert 400 < axes.get_xlim()[1] < 600
    assert len(axes.lines) == 2 + 2 + 2 + 2 * 3  # asymptotes, points, fits, jump times with both ends


def test_the_fit_lies_in_its_band_and_the_jump_times_are_on_the_axis_with_their_intervals(axes, result):
    time, fitted = lines(axes)["fitted erf, 95 % band"].T
    np.testing.assert_array_equal(fitted, result.train(time))
    bands = [one for one in axes.collections if one.get_alpha() == 0.25]
    for band, jump, fit in zip(bands, axes.containers, (result.train, result.gen), strict=True):
        x, y = band.get_paths()[0].vertices.T
        low, high = fit.band(x)
        assert (np.minimum(abs(y - low), abs(y - high)) < 1e-12).all()
        assert np.ptp(y[np.abs(fit(x) - 0.5) < 0.1]) > 0
        np.testing.assert_array_equal(jump.lines[0].get_xydata(), [[fit.jump_time, 0]])
        [interval] = jump.lines[2][0].get_segments()
        assert np.ptp(interval[:, 0]) == pytest.approx(2 * 1.96 * fit.jump_time_error)


def test_labels_residuals_and_titles(axes, result):
    main, below = axes.figure.axes
    assert (main.get_ylabel(), below.get_ylabel(), below.get_xlabel()) == ("accuracy", "residual", "time (epochs)")
    left = [line.get_xydata() for line in below.lines[1:]]
    for (time, residual), fit in zip((one.T for one in left), (result.train, result.gen), strict=True):
        recorded = fit.curve.accuracy[np.searchsorted(fit.curve.time, time)]
        np.testing.assert_allclose(residual, recorded - fit(time), atol=1e-15)
    name, measures = main.get_title().splitlines()
    assert name == r"cost\$_{.csv"
    assert measures.startswith("$G$ = 2.999 ± 0.003, ")
    axes.figure.canvas.draw()


def test_a_new_figure_is_one_of_pyplots_where_that_is_loaded_and_leaves_no_state_elsewhere(result, monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    result.gen.plot()
    assert "matplotlib.pyplot" not in sys.modules
    made = []
    pyplot = SimpleNamespace(figure=lambda **options: made.append(Figure(**options)) or made[-1])
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)
    assert result.gen.plot().figure is made[0]
    assert measured_figure([("a run", result)]) not in made  # of a file


def test_axes_of_the_users_are_drawn_into_and_returned(result):
    own = Figure().subplots(1, 2)
    assert result.gen.plot(own[1]) is own[1]
    assert not own[0].lines
    assert own[1].get_xlabel() == "time"
    with pytest.raises(ValueError, match="got both ax and residuals=True"):
        result.plot(own[0], residuals=True)


def test_a_curve_without_a_fit_is_shown_whole_with_the_sentence_that_says_why(never):
    axes = never.plot()
    drawn = lines(axes)
    assert axes.get_xlim()[1] == TIME[-1]
    assert len(axes.figure.axes[1].lines) == 2  # zero, and what the training curve's fit leaves
    assert drawn["generalization"][-1, 0] == TIME[-1]
    assert "no jump: the accuracy does not rise" in axes.get_title().replace("\n", " ")
    assert f"G ≥ {never.relative_gap_bound:.4g}" in axes.get_title()
    assert len(never.gen.plot().figure.axes) == 1


def test_time_is_logarithmic_where_the_jumps_are_more_than_a_decade_apart(never, axes):
    assert axes.get_xscale() == "linear"
    late = never.plot()
    assert late.get_xscale() == "log"
    assert late.figure.axes[1].get_xlabel() == "time (logarithmic)"


def test_a_curve_of_another_shape_has_its_complaint_above():
    t = np.linspace(0, 10, 400)
    fit = fit_curve(t, 1 - np.exp(-t))
    assert fit.complaint in fit.plot(residuals=False).get_title().replace("\n", " ")


def test_a_page_has_ten_of_many_runs_both_trends_and_one_legend(result, never):
    figure = measured_figure([(f"run {k}", result) for k in range(13)] + [("never", never)], "step")
    assert len(figure.axes) == 12
    titles = [one.get_title().splitlines()[0] for one in figure.axes]
    assert titles[0] == "run 0"
    assert titles[9] == "never"
    assert figure.get_suptitle() == "10 of 14 runs, from the smallest gap to the largest"
    assert all(one.get_legend() is None for one in figure.axes[:10])
    assert [text.get_text() for text in figure.legends[0].get_texts()][:2] == ["training", "generalization"]
    assert figure.axes[10].get_title().splitlines()[1:] == ["13 fitted of 14 run", "1 with a lower bound of G"]


def test_a_table_has_a_mark_for_each_value_arrows_for_bounds_and_its_line():
    gaps = np.array([0.5, 1.0, 2.0, 4.0, 3.0])
    rows = [
        {"width": k % 3, "relative_gap": g, "relative_gap_bound": np.nan, "relative_sharpness": g**-0.5, "status": "ok",
         "relative_gap_error": 0.1 * g, "relative_sharpness_error": 0.01}
        for k, g in enumerate(gaps)
    ]  # fmt: skip
    rows[4] |= {"relative_gap": np.nan, "relative_gap_bound": 3.0, "status": "training: already past the middle"}
    table = tabulate(rows)
    axes = table.plot()
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    bars, bounded = axes.containers
    (points,) = (one for one in axes.collections if isinstance(one, PathCollection))
    np.testing.assert_array_equal(points.get_offsets(), np.stack([gaps[:4], gaps[:4] ** -0.5], axis=1))
    np.testing.assert_allclose(bars.lines[2][0].get_segments()[0][:, 0], [0.45, 0.55])
    np.testing.assert_allclose(bounded.lines[0].get_xydata(), [[3.0, 3.0**-0.5]])
    grid, line = axes.lines[-1].get_xydata().T
    np.testing.assert_allclose(line, table.trends["relative"](grid))
    assert axes.get_title().splitlines()[1:] == ["4 fitted of 5 run", "1 with a lower bound of G"]
    grouped = tabulate(rows, knobs=["width"]).plot()
    assert [text.get_text() for text in grouped.get_legend().get_texts()] == ["width = 0", "width = 1", "width = 2"]
    with pytest.raises(ValueError, match="kind must be one of relative, absolute, got 'relativ'"):
        table.plot(kind="relativ")


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (1.2345, 0.02, "1.23 ± 0.02"), (0.0, 0.1, "0.0 ± 0.1"), (1234.5, 30.0, "1230 ± 30"), (2.5, np.inf, "2.5 ± inf"),
        (3e-7, 1e-8, "3e-07 ± 1e-08"), (0.5, np.nan, "0.5"),
    ],
)  # fmt: skip
def test_a_measure_is_told_to_the_place_of_its_error(value, error, said):
    ramp = np.clip(np.arange(40) / 10 - 1, 0, 1)
    fit = replace(fit_curve(np.arange(40), ramp), jump_time=value, jump_time_error=error)
    assert fit.plot(Figure().subplots()).get_title().startswith(f"$t^*$ = {said}, ")


def test_an_interval_ends_where_time_does():
    """One that reaches below zero has no place on a logarithmic axis."""
    step = np.geomspace(1.0, 1e5, 400)
    result = measure(step, (1 + erf((step - 30) / 20)) / 2, (1 + erf((step - 1e4) / 3e3)) / 2)
    wide = replace(result, train=replace(result.train, jump_time_error=40.0))
    axes = wide.plot(Figure().subplots())
    assert axes.get_xscale() == "log"
    (bar,) = axes.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose(bar[:, 0], [axes.get_xlim()[0], 30 + 1.96 * 40], rtol=1e-3)
