import numpy as np
import pytest

from numerics import tabulate
from report.text_table import failure_summary, markdown_rows, table_cells, text_table


def test_knobs_stand_before_the_measures_under_their_last_words():
    table = tabulate(
        [
            {
                "seed": 0, "optimizer.weight_decay": 1e-3, "model.shape": (2, 3), "model.name": "mlp",
                "relative_gap": 0.5, "status": "ok",
            }
        ]
    )  # fmt: skip
    header, rows = table_cells(table)
    assert header == ["seed", "weight decay", "shape", "name", "G", "status"]
    assert rows == [["0", "0.001", "(2, 3)", "mlp", "0.5", "ok"]]


def test_knobs_with_the_same_last_word_keep_their_whole_names():
    row = {"a.rate": 1, "b.rate": None, "relative_gap": np.nan, "status": "ok"}
    assert table_cells(tabulate([row])) == (["a rate", "b rate", "G", "status"], [["1", "–", "–", "ok"]])


def test_a_bound_stands_where_the_gap_would():
    rows = [
        {"relative_gap": gap, "relative_gap_bound": bound, "status": "…"} for gap, bound in ((2, None), (None, 9.0))
    ]
    assert [cells[0] for cells in table_cells(tabulate(rows))[1]] == ["2", "≥ 9"]
    assert text_table(tabulate(rows)).splitlines()[4] == "0 fitted of 2 run, 1 with a lower bound of G"


@pytest.mark.parametrize("cell", ["a|b", "|", "two\nlines"])
def test_no_cell_breaks_a_markdown_table(cell):
    lines = markdown_rows(["x", "y"], [[cell, "1"]]).splitlines()
    assert len(lines) == 3
    assert lines[2].replace(r"\|", "").count("|") == 3


def test_every_reason_of_failure_is_there_once():
    measures = {"relative_gap": 1.0, "relative_sharpness": 1.0, "absolute_sharpness": 1.0}
    statuses = (
        "ok",
        "generalization: two jumps",
        "generalization: no jump; G ≥ 60.74",
        "generalization: no jump; G ≥ 4e+05",
    )
    table = tabulate({**measures, "status": status} for status in statuses)
    reasons = ["  2 × generalization: no jump; G ≥ 60.74", "  1 × generalization: two jumps"]
    assert failure_summary(table).splitlines() == ["3 of 4 runs could not be measured:", *reasons]
    assert "1 fitted of 4 run" in text_table(table)
