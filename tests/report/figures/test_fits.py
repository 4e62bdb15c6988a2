from dataclasses import replace

import numpy as np
import pytest
from scipy.special import erf

from numerics import measure
from report.figures.fits import example_figure, fits_figure
from report.figures.shared_axes import common_figure
from report.figures.trend import trend_figure
from report.setting import Companion, Example, Style

TIME = np.arange(1.0, 3001.0)


def example(label="a run", gen_jump=400.0):
    train, gen = ((1 + erf(0.05 * (TIME - jump))) / 2 for jump in (100.0, gen_jump))
    gen[::3] = np.nan  # logged less often
    return Example(label, TIME, train, gen, measure(TIME, train, gen))


def curves(figure):
    axes = figure.axes[0]
    return axes, {line.get_label(): line.get_xydata() for line in axes.lines}


def test_the_curves_and_their_fits_are_drawn_until_both_jumps_are_over():
    axes, drawn = curves(example_figure(example(), "epoch"))
    assert {"training", "generalization", "fitted erf"} <= set(drawn)
    assert len(axes.lines) == 4
    assert 400 < axes.get_xlim()[1] < 600
    assert axes.get_xlabel() == "time (epochs)"
    assert axes.get_title() == "a run\n$G$ = 3, $S_\\mathrm{rel}$ = 1"
    assert not np.isnan(drawn["generalization"]).any()
    time, fitted = drawn["fitted erf"].T
    np.testing.assert_allclose(fitted, (1 + erf(0.05 * (time - 400))) / 2, atol=1e-6)


def test_a_curve_without_a_fit_is_shown_whole_and_gets_none():
    axes, drawn = curves(example_figure(example(gen_jump=1e5), ""))
    assert len(axes.lines) == 3
    assert axes.get_xlim()[1] == TIME[-1]
    assert axes.get_xlabel() == "time"
    assert axes.get_title() == "a run\n"
    assert "fitted erf" in drawn  # of the training curve


def test_a_dollar_sign_begins_no_formula(planted_setting, planted_table):
    figure = example_figure(example(label="cost$_{.csv"), "step")
    figure.canvas.draw()
    setting = planted_setting("x$_{", planted_table())
    for panel in common_figure([setting]):
        panel.canvas.draw()
    assert len(fits_figure(setting)) == 0


def test_common_axes_show_every_fitted_setting_in_its_style(planted_setting, planted_table):
    settings = [
        planted_setting("one", planted_table(-0.5)),
        planted_setting("two", planted_table(-0.2)),
        planted_setting("none", planted_table(status="no jump")),
    ]
    for figure, of in zip(common_figure(settings), ("relative", "absolute"), strict=True):
        axes, drawn = curves(figure)
        assert {"One", "Two"} <= set(drawn)
        assert "None" not in drawn
        table = settings[1].table
        scale = table["jump_time_train"] if of == "absolute" else 1
        np.testing.assert_array_equal(drawn["Two"][:, 1], table[f"{of}_sharpness"] * scale)
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        assert labels[:2] == ["One", "Two"]


@pytest.mark.parametrize("kind", ["relative", "absolute"])
def test_companions_are_drawn_beside_the_trend_and_those_without_a_style_are_not(planted_setting, planted_table, kind):
    beside = Companion("published", "as published", planted_table(-0.3), Style("#009E73", "+"))
    hidden = Companion("hidden", "hidden", planted_table(-0.1))
    setting = replace(planted_setting("one", planted_table()), companions=(beside, hidden), label="exact")
    axes = trend_figure(setting)[("relative", "absolute").index(kind)].axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["exact", "as published"]
    assert [bars.lines[0].get_marker() for bars in axes.containers] == ["d", "+"]
    bare = trend_figure(planted_setting("one", planted_table()))[0].axes[0]
    assert bare.get_legend() is None
