import numpy as np
import pytest
from scipy.special import erf

import groksharp as gs
from report.log_measurement import each_source
from report.readers.file_knobs import knobs_of_names
from report.run_names import names_of_runs

TIME = np.arange(1.0, 401.0)


def log(late, floor=0.0):
    rise = (1 - floor) / 2
    return {
        "step": TIME,
        "train_acc": floor + rise * (1 + erf(0.1 * (TIME - 50))),
        "val_acc": floor + rise * (1 + erf(0.03 * (TIME - late))),
    }


def test_measured_runs_are_found_in_a_list_of_logs():
    measured = gs.measure_logs([log(150), log(250), {"step": TIME, "train_loss": 1 / TIME}], progress=True)
    assert measured.table["relative_gap"][:2] == pytest.approx([2, 4], rel=1e-6)
    assert [run.ok for run in measured] == [True, True, False]
    assert "losses" in measured.table["status"][2]
    assert len(set(measured.table["run"])) == 3
    assert repr(measured).startswith("MeasuredRuns: 2 fitted of 3 run")
    assert measured.unit == "step"


def test_a_table_of_seeds_and_a_knob_makes_replicas():
    logs = [log(late) for late in (150, 152, 250, 254)]
    table = {name: np.concatenate([one[name] for one in logs]) for name in logs[0]}
    table |= {"seed": np.repeat([0.0, 1, 0, 1], 400), "wd": np.repeat([1.0, 1, 0.1, 0.1], 400)}
    measured = gs.measure_logs(table)
    assert measured.table.knobs == ("wd",)
    assert measured.table["seed"].tolist() == [0, 1, 0, 1]
    assert measured.table["jump_time_gen"] == pytest.approx([150, 152, 250, 254], rel=1e-6)


def test_the_number_of_classes_is_the_floor():
    known = gs.measure_logs(log(200, 0.25), classes=4)
    seen = gs.measure_logs(log(200, 0.25))
    given = gs.measure_logs(log(200, 0.25), floor=0.25)
    assert known.runs[0].result.relative_gap == pytest.approx(3, rel=1e-6)
    assert known.runs[0].result == seen.runs[0].result == given.runs[0].result
    assert known.runs[0].notes == given.runs[0].notes == ()
    assert "as with 4 classes" in seen.runs[0].notes[0]


def test_asymptotes_in_percent_go_with_curves_in_percent():
    percent = {name: values * 100 if name != "step" else values for name, values in log(200, 0.1).items()}
    (run,) = gs.measure_logs(percent, floor=10.0, ceiling=100.0)
    assert run.result.relative_gap == pytest.approx(3, rel=1e-6)
    assert "percent" in " ".join(run.notes)


def test_a_floor_that_is_seen_or_of_classes_stays_a_fraction_beside_a_ceiling_in_percent():
    percent = {name: values * 100 if name != "step" else values for name, values in log(200, 0.25).items()}
    for floor in ({}, {"classes": 4}, {"floor": 25.0}):
        (run,) = gs.measure_logs(percent, ceiling=100.0, **floor)
        assert (run.result.gen.floor, run.result.gen.ceiling) == (0.25, 1.0)
        assert run.result.relative_gap == pytest.approx(3, rel=1e-6)


def test_each_curve_may_have_asymptotes_of_its_own():
    half = log(200) | {"val_acc": 0.5 * log(200)["val_acc"]}
    for ceiling in ((1.0, 0.5), (1.0, "fit")):
        (run,) = gs.measure_logs(half, ceiling=ceiling)
        assert run.result.relative_gap == pytest.approx(3, rel=1e-6)
        assert run.result.gen.ceiling == pytest.approx(0.5, rel=1e-6)
    (run,) = gs.measure_logs(half)
    assert "levels off at 0.5, below the middle: --ceiling fit" in run.notes[0]


@pytest.mark.parametrize(
    ("names", "knobs"),
    [
        (["wd=0.1_seed=3", "wd=1_seed=4"], [{"wd": 0.1, "seed": 3}, {"wd": 1, "seed": 4}]),
        (["lr0.01-s2", "lr1e-3-s2"], [{"lr": 0.01}, {"lr": 0.001}]),
        (["p97/opt=adam,wd=1", "p97/opt=sgd,wd=1"], [{"opt": "adam"}, {"opt": "sgd"}]),
        (["wd=0.1/seed=3/metrics", "wd=0.1/seed=4/metrics"], [{"seed": 3}, {"seed": 4}]),
        (["wd=0.1", "baseline"], [{}, {}]),
        (["version_0", "version_1"], [{}, {}]),
        (["log", "log2"], [{}, {}]),
        (["only=1"], [{}]),
    ],
)
def test_names_of_files_say_knobs(names, knobs):
    assert knobs_of_names(names) == knobs


def test_labels_tell_runs_apart():
    assert names_of_runs(["x/wd=0.1.csv", "y/b.json"], ["", "seed=1"]) == ["wd=0.1", "b, seed=1"]
    assert names_of_runs(["r/a/x.csv", "r/b/x.csv"], ["a", "b"]) == ["a/x", "b/x"]
    assert names_of_runs(["r/a/log.csv", "r/b/log.csv"], ["", ""]) == ["a/log", "b/log"]
    assert names_of_runs(["a mapping", "a mapping"], ["", ""]) == ["a mapping", "a mapping (2)"]
    assert names_of_runs(["/data/log.csv"], [""]) == ["log"]


def test_patterns_are_expanded_and_other_sources_left(tmp_path):
    for name in ("b.csv", "a.csv", "[x].csv"):
        (tmp_path / name).touch()
    assert each_source(str(tmp_path / "?.csv")) == [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    assert each_source(tmp_path / "[x].csv") == [tmp_path / "[x].csv"]
    rows = [{"step": 1, "acc": 0.5}, {"step": 2, "acc": 0.6}]
    assert each_source(rows) == [rows]
    with pytest.raises(FileNotFoundError, match="No file matches"):
        each_source("nothing*.csv")
    with pytest.raises(ValueError, match="There is no source"):
        each_source([])


def test_one_run_under_two_names_is_told():
    measured = gs.measure_logs([log(150), log(250), log(150)])
    assert [any("one run under two names" in note for note in run.notes) for run in measured] == [False, False, True]
    assert np.isnan(measured.table.trends["relative"].slope)


def test_a_run_that_never_rises_has_the_floor_of_its_fellows():
    rng = np.random.default_rng(0)
    never = log(200, 0.5) | {"val_acc": 0.5 + 0.01 * rng.standard_normal(TIME.size)}
    alone, together = gs.measure_logs(never).runs[0], gs.measure_logs([log(150, 0.5), log(250, 0.5), never]).runs[2]
    assert alone.result.train.floor == 0
    assert together.result.train.floor == 0.5
    assert together.result.relative_gap_bound == pytest.approx(400 / 50 - 1, rel=0.01)
    assert any("taken from the other runs" in note for note in together.notes)
    low = gs.measure_logs([log(150, 0.5), log(250)]).runs[1]
    assert low.result.gen.floor == 0
