import json

import numpy as np
import pytest
from scipy.special import erf

from report.readers.curve_options import CurveOptions
from report.readers.own_runs import own_settings
from report.readers.run_files import holds_runs, runs_of
from report.readers.sources import read_tables
from report.setting import Request, Style

REQUEST = Request("quick", Style("#CC79A7", "D"))


@pytest.fixture
def curves(tmp_path):
    """Write a log with jumps at 50 and at `gen`."""

    def write(name, gen, floor=0.5):
        t = np.arange(1, 601)
        rise = (1 - floor) / 2
        lines = [
            f"{time},{floor + rise * (1 + erf(0.08 * (time - 50)))},{floor + rise * (1 + erf(0.02 * (time - gen)))}"
            for time in t
        ]
        path = tmp_path / name
        path.write_text("\n".join(["epoch,accuracy,val_accuracy", *lines]))
        return str(path)

    return write


def build(files, options=CurveOptions(), taken=()):  # noqa: B008
    return [make(REQUEST) for make in own_settings(files, options, taken).values()]


def test_all_curve_files_make_one_setting(curves, capsys):
    (setting,) = build([curves("a.csv", 200), curves("b.csv", 300), curves("c.csv", 150)])
    assert setting.name == "curves"
    assert setting.table["run"].tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(setting.table["relative_gap"], [3, 5, 2], rtol=1e-5)
    np.testing.assert_allclose(setting.table["relative_sharpness"], 0.25, rtol=1e-5)
    assert [example.label for example in setting.examples] == ["c", "a", "b"]  # from small to large gap
    assert setting.time_unit == "epoch"
    assert setting.style == REQUEST.style
    assert setting.asymptotes == (0.5, 1.0)
    for run, at in zip(setting.curves, (200, 300, 150), strict=True):  # what a small picture of it needs
        assert np.interp(0.75, run[2], run[0]) == pytest.approx(at, rel=0.02)
    assert capsys.readouterr().err.count("Floor 0.5 seen") == 1


def test_curves_are_fitted_as_the_options_say(curves, capsys):
    path = curves("a.csv", 200, floor=0.1)
    (setting,) = build([path], CurveOptions(floor=0.1, time="epoch", train="accuracy", gen="val_accuracy"))
    assert setting.table["relative_gap"].tolist() == pytest.approx([3], rel=1e-5)
    assert not capsys.readouterr().err
    (other,) = build([path], CurveOptions(floor=0.1, train="val_accuracy", gen="accuracy"))
    assert other.table["relative_gap"].tolist() == pytest.approx([-0.75], rel=1e-5)


def test_a_table_of_measured_runs_is_a_setting_of_its_own(tmp_path, planted_table):
    runs = tmp_path / "my runs.json"
    runs.write_text(json.dumps(planted_table().to_dict()))
    bare = tmp_path / "bare.csv"
    bare.write_text("width,relative_gap,relative_sharpness,status\n50,1,0.9,ok\n100,2,0.6,ok\n200,,,no jump|at all\n")
    first, second = build([str(runs), str(bare)])
    assert first.name == "my-runs"
    assert first.table.trends["relative"] == planted_table().trends["relative"]
    assert first.table.noise == "curves"
    assert second.name == "bare"
    assert second.table["width"].tolist() == [50, 100, 200]
    assert second.table["status"].tolist() == ["ok", "ok", "no jump|at all"]
    assert second.table.noise == "runs"
    assert second.examples == ()


def test_names_that_are_taken_get_a_number(tmp_path, curves, planted_table):
    files = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        files.append(tmp_path / folder / "parity.json")
        files[-1].write_text(json.dumps(planted_table().to_dict()))
    names = [setting.name for setting in build([*map(str, files), curves("x.csv", 200)], taken=("parity", "curves"))]
    assert names == ["parity-2", "parity-3", "curves-2"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n", "neither measured runs .columns relative_gap and relative_sharpness. nor curves: There is no"),
        ("a,b\n1,2\n", "the columns are a, b"),
        ("relative_gap,relative_sharpness\nbig,1\n", "Column 'relative_gap' must be numeric: 1 value .* such as big"),
        ("epoch,train,test\n1,0.5,0.5\n", "a fit needs"),
    ],
)
def test_a_file_that_is_neither_is_refused_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "file.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=sentence):
        own_settings([str(path)], CurveOptions())


def test_a_missing_file_is_refused():
    with pytest.raises(FileNotFoundError, match=r"There is no file nowhere\.csv"):
        own_settings(["nowhere.csv"], CurveOptions())


@pytest.mark.parametrize("form", ["lines", "list", "object", "laid out"])
def test_json_of_any_form_is_read(tmp_path, planted_table, form):
    rows = planted_table().to_dict()["rows"]
    text = {
        "lines": "\n".join(map(json.dumps, rows)),
        "list": json.dumps(rows),
        "object": json.dumps({"rows": rows, "trends": {}}),
        "laid out": json.dumps({"rows": rows}, indent=2),
    }[form]
    path = tmp_path / "runs.json"
    path.write_text(text)
    (found,) = read_tables(str(path))
    assert holds_runs(found)
    assert runs_of(found)["relative_gap"].tolist() == planted_table()["relative_gap"].tolist()


def test_one_measured_run_is_a_table_of_one(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"relative_gap": 2.0, "relative_sharpness": None, "status": "ok"}))
    (found,) = read_tables(str(path))
    assert runs_of(found)["status"].tolist() == ["ok in the file, but without a gap or a sharpness"]


def test_runs_of_one_file_and_of_a_folder_stand_beside_each_other(curves, tmp_path):
    one, other = (
        np.loadtxt(curves(name, gen), delimiter=",", skiprows=1) for name, gen in (("a.csv", 200), ("b.csv", 300))
    )
    rows = np.concatenate([np.column_stack([np.full(len(run), k), run]) for k, run in enumerate((one, other))])
    seeds = tmp_path / "seeds.csv"
    np.savetxt(seeds, rows, delimiter=",", header="seed,epoch,accuracy,val_accuracy", comments="")
    (setting,) = build([str(seeds)])
    assert setting.table["seed"].tolist() == [0, 1]
    np.testing.assert_allclose(setting.table["relative_gap"], [3, 5], rtol=1e-5)
    (tmp_path / "losses.csv").write_text("epoch,loss\n1,2\n")
    (setting,) = build([str(tmp_path / "*.csv")])
    assert setting.table["run"].tolist() == ["a", "b", "losses", "seeds, seed=0", "seeds, seed=1"]
    assert [row["status"][:16] for row in setting.table] == ["ok", "ok", "There are losses", "ok", "ok"]
