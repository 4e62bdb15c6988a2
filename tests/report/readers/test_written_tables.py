import numpy as np

from numerics import measure, tabulate
from report.readers.run_files import runs_of
from report.readers.sources import read_tables

T = np.arange(41)
RUNS = [measure(T, *np.clip([T / 10, T / 10 - late], 0, 1)) for late in (1, 2, 2.5, 9)]
TABLE = tabulate([{"width": 2**k, "activation": 'a,"b"\n<&>', **run.row()} for k, run in enumerate(RUNS)])


def test_a_table_written_to_a_file_is_read_back_by_the_report(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    assert TABLE.to_csv(path) is None
    assert path.read_text() == TABLE.to_csv()
    assert list(tmp_path.iterdir()) == [path]
    back = runs_of(*read_tables(str(path)))
    for column in ("width", "activation", "relative_gap", "relative_gap_bound", "sharpness_gen", "status"):
        np.testing.assert_array_equal(back[column], TABLE[column])
    assert back.trends == TABLE.trends
