from itertools import product

import numpy as np
import pytest

from empirical import PHASES, PhaseAxis, PhaseDiagram, PhaseRule, PhaseTable
from empirical.phases.table import _probabilities
from report.figures.phase_map import PHASE_COLORS, phase_map
from report.figures.phase_path import phase_path

RATE, DECAY = PhaseAxis("rate", "decoder.learning_rate", "a rate", logarithmic=True), PhaseAxis("decay", "weight_decay")
CELLS = {
    (1e-3, 0.0): ["memorisation"] * 3,
    (1e-3, 2.0): ["grokking", "grokking", "comprehension"],
    (1e-3, 10.0): ["comprehension"] * 3,
    (1e-1, 0.0): ["memorisation"] * 3,
    (1e-1, 2.0): ["confusion", "confusion", "memorisation"],
    (1e-1, 10.0): ["confusion"] * 3,
}


def plane(cells=CELLS, axes=(RATE, DECAY), title="Cost $_{"):
    diagram = PhaseDiagram("mine", "representation", axes, {"quick": {}}, title=title)
    names = [axis.name for axis in axes]
    rows = [dict(zip(names, values, strict=True)) | _probabilities(phases) for values, phases in cells.items()]
    return PhaseTable(diagram, PhaseRule(), tuple(rows))


def boxes(axes):
    """Colour, left, bottom, right, top of every filled rectangle."""
    filled = [patch for patch in axes.patches if patch.get_facecolor()[3]]
    return [(patch.get_facecolor()[:3], *patch.get_extents().transformed(axes.transData.inverted()).extents)
            for patch in filled]  # fmt: skip


def test_each_cell_is_divided_among_its_phases():
    figure = phase_map(plane())
    axes = figure.axes[0]
    figure.canvas.draw()
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a rate", "decay")
    assert axes.get_xlim() == pytest.approx((1e-4, 1.0))  # half way to the neighbour, on the axis's own scale
    assert axes.get_ylim() == pytest.approx((-1.0, 14.0))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "2", "10"]  # no tick where nothing was run
    assert "accuracy 0.9, delay 1000 steps, 3 runs a cell" in axes.get_title(loc="left")
    assert len(axes.patches) == len(CELLS) + 8
    assert sorted(text.get_text() for text in axes.texts) == sorted("MGCM??")
    from matplotlib.colors import to_rgb

    area = dict.fromkeys(PHASES, 0.0)
    for color, left, bottom, right, top in boxes(axes):
        (phase,) = [name for name, value in PHASE_COLORS.items() if to_rgb(value) == pytest.approx(color)]
        area[phase] += np.log10(right / left) * (top - bottom)
    height = {0.0: 2.0, 2.0: 5.0, 10.0: 8.0}
    expected = dict.fromkeys(PHASES, 0.0)
    for (_, decay), phases in CELLS.items():
        for phase in phases:
            expected[phase] += 2 * height[decay] / 3
    assert area == pytest.approx(expected)


def test_the_legend_has_the_phases_in_words():
    (legend,) = phase_map(plane()).legends
    words = [text.get_text() for text in legend.get_texts()]
    assert [phase in line for phase, line in zip(PHASES, words, strict=True)] == [True] * 4


def test_colours_of_phases_differ_in_lightness_too():
    from matplotlib.colors import to_rgb

    lightness = [np.dot(to_rgb(color), (0.2126, 0.7152, 0.0722)) for color in PHASE_COLORS.values()]
    assert min(abs(one - other) for one, other in product(lightness, lightness) if one != other) > 0.1


def test_a_large_map_has_no_letters():
    cells = {(10.0**-k, float(d)): ["grokking"] for k, d in product(range(13), range(3))}
    assert not phase_map(plane(cells)).axes[0].texts


def test_a_single_row_is_a_map_too():
    figure = phase_map(plane({(1e-3, 0.0): ["grokking"], (1e-2, 0.0): ["confusion"]}, title=""))
    assert figure.axes[0].get_ylim() == (-0.5, 0.5)


@pytest.mark.parametrize("values", [("a", "b"), (0.0, 1.0)])
def test_an_axis_that_cannot_be_drawn_is_named(values):
    with pytest.raises(ValueError, match="A map needs positive numbers along rate"):
        phase_map(plane({(value, 0.0): ["grokking"] for value in values}))


def path(**more):
    table = plane({(1e-3,): CELLS[1e-3, 2.0], (1e-1,): CELLS[1e-3, 0.0]}, axes=(RATE,))
    gap = {"relative_gap": (5.0, None), "relative_gap_low": (4.0, 9.0), "relative_gap_high": (7.0, None)}
    sharp = {f"relative_sharpness{end}": (0.2, None) for end in ("", "_low", "_high")}
    rows = [row | {name: values[k] for name, values in (gap | sharp).items()} for k, row in enumerate(table.rows)]
    return PhaseTable(table.diagram, table.rule, tuple(rows))


def test_a_path_shows_probabilities_gap_and_sharpness():
    figure = phase_path(path())
    figure.canvas.draw()
    probability, gap, _ = figure.axes
    assert [axes.get_xscale() for axes in figure.axes] == ["log"] * 3
    drawn = {bars.get_label(): bars.lines[0].get_ydata() for bars in probability.containers}
    assert list(drawn) == list(PHASES)
    np.testing.assert_allclose(drawn["grokking"], [2 / 3, 0])
    np.testing.assert_allclose(drawn["memorisation"], [0, 1])
    (arrow,) = [line for line in gap.lines if line.get_marker() == "^"]
    assert arrow.get_xdata().tolist() == [1e-1]


def test_a_path_without_any_median_says_so():
    table = path()
    names = [f"relative_{name}{end}" for name in ("gap", "sharpness") for end in ("", "_low", "_high")]
    rows = [row | dict.fromkeys(names) for row in table.rows]
    _, *others = phase_path(PhaseTable(table.diagram, table.rule, tuple(rows))).axes
    assert [[text.get_text() for text in axes.texts] for axes in others] == [["no median to be had"]] * 2
    assert not any(axes.texts for axes in phase_path(table).axes)


def test_a_map_and_a_path_are_not_each_other():
    with pytest.raises(ValueError, match="A path needs one axis"):
        phase_path(plane())
    with pytest.raises(ValueError, match="A map needs two axes"):
        phase_map(path())
