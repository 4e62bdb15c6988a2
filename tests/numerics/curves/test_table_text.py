import numpy as np
import pytest

from numerics import measure, tabulate

T = np.arange(41)
RUN = measure(T, *np.clip([T / 10, T / 10 - 2], 0, 1))
FLAT = measure(T, np.clip(T / 10, 0, 1), 0 * T)
TABLE = tabulate([{"width": 2**k, "activation": 'a,"b"\n<&>', **run.row()} for k, run in enumerate((RUN, FLAT))])


def test_nothing_of_a_file_is_lost_where_it_cannot_be_written(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        tabulate([{"name": "\ud800", "status": "ok"}]).to_csv(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_data_frames_have_typed_columns():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for frame in (TABLE.to_pandas(), TABLE.to_polars(), pandas.DataFrame(TABLE), polars.DataFrame(TABLE.rows)):
        assert tuple(frame.columns) == TABLE.columns
        assert "int" in str(frame["width"].dtype).lower()
        assert "float" in str(frame["relative_gap"].dtype).lower()
        np.testing.assert_array_equal(np.asarray(frame["relative_gap"]), TABLE["relative_gap"])
    assert len(tabulate([]).to_pandas()) == len(tabulate([]).to_polars()) == 0
    assert tabulate([]).to_csv() == "\n"


def test_a_notebook_shows_escaped_tables_of_thirty_rows():
    shown = TABLE._repr_html_()
    assert "<&>" not in shown
    assert "&lt;&amp;&gt;" in shown
    assert "relative_gap_error" not in shown
    assert "1 fitted of 2 run, 1 with a lower bound of G" in shown
    long = tabulate([{"seed": k, "status": "ok"} for k in range(42)])._repr_html_()
    assert long.count("<tr>") == 31
    assert "… and 12 more rows" in long
    assert f"<td>{RUN.gen.jump_time:.5g}</td>" in RUN._repr_html_()
    assert FLAT.status in FLAT._repr_html_().replace("&gt;", ">")


def test_values_print_in_a_line_or_two():
    values = (RUN, RUN.gen, FLAT, FLAT.gen, TABLE.trend("relative"), TABLE)
    assert all(len(repr(value)) < 250 and repr(value).count("\n") <= 1 for value in values)
    assert repr(RUN).startswith(f"Sharpness: G = {RUN.relative_gap:.4g} ± ")
    assert repr(RUN.gen).startswith(f"CurveFit (erf): t* = {RUN.gen.jump_time:.6g} ± ")
    assert repr(FLAT) == f"Sharpness: {FLAT.status}"
    assert repr(TABLE.trend("relative")) == "Trend: no line, n = 1"
