import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from numerics import tabulate
from report.figures.drawn_data import drawn_data
from report.figures.panels import panel
from report.figures.picture import drawn
from report.figures.trend import regression_figure, trend_figure

SVG = "{http://www.w3.org/2000/svg}"


def rows_of(text):
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


def numbers(rows, *columns):
    return np.array([[float(row[name]) for name in columns] for row in rows])


def test_the_points_of_a_trend_are_the_runs_of_the_table(planted_table, planted_setting):
    table = planted_table()
    rows = [dict(row) for row in table]
    rows[2]["status"] = "no jump"  # is not drawn, and the next ones keep their places in the table
    setting = planted_setting("mine", tabulate(rows))
    for figure, kind in zip(trend_figure(setting), ("relative", "absolute"), strict=True):
        found = [row for row in rows_of(drawn_data(figure)) if row["run"]]
        assert [row["run"] for row in found] == [f"mine-run-{k}" for k in range(len(rows)) if k != 2]
        fitted = setting.table.fitted
        told = np.stack([fitted["relative_gap"], fitted[f"{kind}_sharpness"]], axis=1)
        np.testing.assert_array_equal(numbers(found, "x", "y"), told)
        bars = numbers([row for row in rows_of(drawn_data(figure)) if row["kind"] == "bar"], "x", "y", "x_to", "y_to")
        across = bars[: len(fitted)]
        np.testing.assert_allclose(across[:, 2] - across[:, 0], 2 * fitted["relative_gap_error"])
        np.testing.assert_array_equal(across[:, 1], fitted[f"{kind}_sharpness"])


@pytest.mark.parametrize("make", [trend_figure, regression_figure])
def test_points_in_the_svg_are_where_the_csv_says_and_link_to_their_runs(planted_table, planted_setting, make):
    figure = make(planted_setting("mine", planted_table()))[0]
    (picture,) = drawn([figure])
    axes = figure.axes[0]
    found = [row for row in rows_of(picture.csv) if row["run"]]
    places = axes.transData.transform(numbers(found, "x", "y")) * 72 / figure.dpi
    height = figure.get_size_inches()[1] * 72
    links = list(ElementTree.fromstring(picture.svg).iter(f"{SVG}a"))
    assert [one.get("{http://www.w3.org/1999/xlink}href") for one in links] == [f"#{row['run']}" for row in found]
    drawn_at = np.array([[float(next(one.iter(f"{SVG}use")).get(name)) for name in "xy"] for one in links])
    np.testing.assert_allclose(drawn_at, np.stack([places[:, 0], height - places[:, 1]], axis=1), atol=1e-4)


def test_every_kind_of_mark_is_told_with_what_the_axes_mean():
    figure, axes = panel(r"weight decay $\gamma$", r"$S_\mathrm{rel}$ (1/step)")
    axes.plot([1, 2], [3, 4], label=r"law $S(G)$")
    axes.plot([5.0], [6.0], "o", label="runs")
    axes.plot([9.0], [9.0], alpha=0)  # for the limits
    axes.axhline(1)
    axes.fill_between([0, 1], [2, 2], [3, 3], label="band")
    axes.annotate("", (7, 8), (7, 4), arrowprops={"arrowstyle": "->"})
    axes.barh(2, 5, left=1, height=0.5)
    axes.set_yticks([2, 3], ["two", "three"])
    dots = axes.scatter([1, 2], [1, 2], c=[10, 20])
    figure.colorbar(dots, ax=axes, label="pairs")
    text = drawn_data(figure)
    assert re.findall("^# (.*)$", text, flags=re.M) == [
        "axes 1: x is weight decay gamma, y is S_rel (1/step)",
        "axes 1: y = 2 is two",
        "axes 1: y = 3 is three",
        "axes 1: value is pairs",
    ]
    rows = rows_of(text)
    kinds = {row["kind"]: row for row in rows}
    assert set(kinds) == {"line", "point", "outline", "arrow", "rectangle"}
    assert [row["series"] for row in rows[:3]] == ["law S(G)", "law S(G)", "runs"]
    assert not [row for row in rows if row["x"] == "9.0"]
    assert [row["value"] for row in rows if row["value"]] == ["10.0", "20.0"]
    assert [float(kinds["arrow"][name]) for name in ("x", "y", "x_to", "y_to")] == [7, 4, 7, 8]
    assert [float(kinds["rectangle"][name]) for name in ("x", "y", "x_to", "y_to")] == [1, 1.75, 6, 2.25]
    assert {(row["x"], row["y"]) for row in rows if row["series"] == "band"} == {
        (x, y) for x in ("0.0", "1.0") for y in ("2.0", "3.0")
    }


def test_the_same_figure_has_the_same_bytes(planted_table, planted_setting):
    first, second = (drawn(trend_figure(planted_setting("mine", planted_table()))[:1]) for _ in range(2))
    assert first == second
    assert "dc:date" not in first[0].svg


def test_a_point_without_a_value_is_written_without_one():
    figure, axes = panel("x", "y")
    axes.scatter([1, 2], [1, 2], c=np.ma.masked_invalid([10.0, np.nan]))
    assert [row["value"] for row in rows_of(drawn_data(figure))] == ["10.0", "nan"]
