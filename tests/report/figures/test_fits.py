from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.markers import MarkerStyle
from scipy.special import erf

from numerics import measure
from report.figures.fits import fits_figure
from report.figures.shared_axes import common_figure
from report.figures.trend import trend_figure
from report.setting import Companion, Example, Style

TIME = np.arange(1.0, 3001.0)


def example(label="a run", gen_jump=400.0):
    train, gen = ((1 + erf(0.05 * (TIME - jump))) / 2 for jump in (100.0, gen_jump))
    return Example(label, measure(TIME, train, gen))


def curves(figure):
    axes = figure.axes[0]
    return axes, {one.get_label(): one for one in axes.collections if isinstance(one, PathCollection)}


def test_a_dollar_sign_begins_no_formula(planted_setting, planted_table):
    setting = replace(planted_setting("x$_{", planted_table()), examples=(example(label="cost$_{.csv"),))
    for panel in (*common_figure([setting]), *fits_figure(setting)):
        panel.canvas.draw()


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
        np.testing.assert_array_equal(drawn["Two"].get_offsets()[:, 1], table[f"{of}_sharpness"] * scale)
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
    shown = {one.get_label(): one for one in axes.collections if isinstance(one, PathCollection)}
    outlines = {mark: MarkerStyle(mark).get_transform().transform_path(MarkerStyle(mark).get_path()) for mark in "d+"}
    for label, mark in (("exact", "d"), ("as published", "+")):
        np.testing.assert_array_equal(shown[label].get_paths()[0].vertices, outlines[mark].vertices)
    bare = trend_figure(planted_setting("one", planted_table()))[0].axes[0]
    assert bare.get_legend() is None
