from dataclasses import replace

import numpy as np
import pytest

from numerics import jump_trust
from report.figures.trust import trust_figure
from report.trust_sentence import trust_sentence


@pytest.fixture(scope="module")
def rows():
    return jump_trust([0.3, 0.7], [50, 800], replicas=5)


def test_the_sentence_has_the_numbers_of_its_rows(rows):
    assert [row.trusted for row in rows] == [False, True, False, False]
    above, below = trust_sentence(rows).split("; ")
    assert above.startswith("Where d is at least what the rule asks for (1 of 4 settings), ")
    assert below.startswith("below it (3 of 4 settings), ")
    assert f"at most {100 * abs(rows[1].gen_ratio - 1):.2g} % off" in above
    assert f"{max(row.loss_ratio for row in rows if not row.trusted):.3g} times" in below
    reach = max(max(row.gen_ratio_high - 1, 1 - row.gen_ratio_low) for row in rows if not row.trusted)
    assert f"80 % of the data sets jump within {100 * reach:.2g} %" in below


def test_the_sentence_says_when_one_side_is_empty(rows):
    small = [row for row in rows if not row.trusted]
    assert trust_sentence(small).startswith("No setting of these is as large as the rule asks for; below it (3 of 3")
    assert "below" not in trust_sentence([row for row in rows if row.trusted])


def test_large_ratios_are_written_without_exponents(rows):
    far = [replace(rows[0], loss_ratio=5973.2, loss_ratio_error=5849.0)]
    assert "is 5970 to 5970 times the infinite-size loss (standard errors up to 5800)" in trust_sentence(far)


def test_the_figure_shows_every_row_where_it_is(rows):
    jumps, losses = (figure.axes[0] for figure in trust_figure(rows))
    for axes, name in ((jumps, "gen_ratio"), (losses, "loss_ratio")):
        shown = [point for bars in axes.containers for point in bars.lines[0].get_xydata().tolist()]
        assert shown == [[row.d / row.size_needed, getattr(row, name)] for row in rows]
        assert axes.get_xscale() == "log"
        low, high = axes.get_xlim()
        assert all(low < x < high for x, _ in shown)
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        assert {"λ = 0.3", "λ = 0.7"} <= set(labels)
    bars = jumps.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose(
        [segment[:, 1] for segment in bars], [[row.gen_ratio_low, row.gen_ratio_high] for row in rows[:2]]
    )


def test_the_curve_is_the_first_correction(rows):
    _, losses = trust_figure([replace(row, tolerance=0.2) for row in rows])
    curve = next(line for line in losses.axes[0].lines if line.get_label() == "first correction")
    x, y = curve.get_xydata().T
    np.testing.assert_allclose(y, 1 + 0.2 / x)
