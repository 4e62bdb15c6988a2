import json
import subprocess
import sys
import time
import warnings
from dataclasses import fields

import numpy as np
import pytest
from scipy.special import erf

import numerics
from numerics import Trend
from report.command_line import main

COMMANDS = ["derive", "linear", "descent", "systems", "parity", "train", "representation", "measure", "report"]
COLUMNS = [
    "jump_time_train", "jump_time_gen", "sharpness_train", "sharpness_gen",
    "relative_gap", "relative_gap_bound", "relative_sharpness", "absolute_sharpness", "status",
]  # fmt: skip
TREND = {field.name for field in fields(Trend)}


@pytest.fixture
def curves_file(tmp_path):
    time_axis = np.arange(1, 401)
    train = 0.5 + 0.25 * (1 + erf(0.08 * (time_axis - 50)))
    gen = 0.5 + 0.25 * (1 + erf(0.02 * (time_axis - 200)))
    path = tmp_path / "log.csv"
    lines = ["epoch,loss,accuracy,val_accuracy"]
    lines += [f"{t},1.0,{a!r},{b!r}" for t, a, b in zip(time_axis, train.tolist(), gen.tolist(), strict=True)]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples_that_parse_as_commands(call, command):
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"groksharp {command}" in done.stdout.split("examples:")[1]


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from report.command_line import main\n"
        "try: main(['linear', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'sympy', 'torch', 'numpy', 'matplotlib', 'scipy'} & set(sys.modules)\nsys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_command_prints_the_help(run_command):
    done = run_command()
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)


def test_linear_json_has_the_published_rows_and_trends(call_json):
    status, result = call_json("linear", "--convention", "published", "--lam", "1.003:1.1:6")
    assert status == 0
    assert result["rows"][0]["lam"] == 1.003
    assert result["rows"][-1]["lam"] == 1.1
    assert all(set(COLUMNS) <= set(row) for row in result["rows"])
    assert result["rows"][0]["relative_gap"] == pytest.approx(7.94, abs=0.005)
    assert result["rows"][-1]["relative_sharpness"] == pytest.approx(0.934, abs=0.0005)
    assert {kind: set(trend) for kind, trend in result["trends"].items()} == {"relative": TREND, "absolute": TREND}
    assert result["trends"]["relative"]["n"] == 6


def test_exact_above_one_says_that_it_never_rises_and_why(call):
    done = call("linear", "--convention", "exact", "--lam", "1.003,1.1", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    for row in result["rows"]:
        assert "never rises" in row["status"]
        assert "plateau" in row["status"]
        assert row["jump_time_gen"] is None
        assert row["jump_time_train"] > 0
    assert result["trends"]["relative"] == {
        **dict.fromkeys(TREND), "n": 0, "groups": 0, "one_sided": 0, "censored": 2
    }  # fmt: skip
    assert "never rises" in done.stderr


def test_the_mirror_of_the_exact_sweep_has_the_trend(call_json):
    status, result = call_json("linear", "--convention", "exact", "--mirror", "--lam", "1.01:1.1:4", "--points", 5000)
    assert status == 0
    assert all(row["lam"] < 1 for row in result["rows"])
    assert result["trends"]["relative"]["local_high"] < 0
    assert result["trends"]["relative"]["slope_high"] is None  # no noise, no sampling interval


def test_parity_trains_once_and_prints_the_same_again(call_json, tmp_path):
    arguments = (
        "parity",
        "--input-sizes",
        "6:8",
        "--seeds",
        "0:1",
        "--epochs",
        "5",
        "--workers",
        "1",
        "--out",
        tmp_path,
    )
    status, first = call_json(*arguments)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    again, second = call_json(*arguments)
    assert len(files) == 2
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert first == second
    assert status == again == 1  # five epochs cannot grok, and the rows say so
    assert [(row["input_size"], row["seed"]) for row in first["rows"]] == [(6, 0), (7, 0)]
    assert all(row["status"] != "ok" for row in first["rows"])


def test_recorded_runs_are_measured_and_nothing_is_trained_or_written(call_json, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = "parity", "--recorded", "ten_seeds", "--input-sizes", "25,44", "--seeds", "0,9"
    status, measured = call_json(*arguments)
    assert status == 0
    assert [(row["input_size"], row["seed"]) for row in measured["rows"]] == [(25, 0), (25, 9), (44, 0), (44, 9)]
    early, late = measured["rows"][0], measured["rows"][2]
    assert early["relative_gap"] < 1 < 8 < late["relative_gap"]
    assert late["relative_sharpness"] < 0.5 < 1.5 < early["relative_sharpness"]
    assert not list(tmp_path.iterdir())


def test_any_knob_is_turned_on_the_command_line(call, call_json, tmp_path):
    tiny = (
        "task.train_samples=40",
        "gen_samples=20",
        "model.width=8",
        "--workers",
        1,
        "--epochs",
        5,
        "--out",
        tmp_path,
    )
    knobs = ("train", "modular_addition", "--set", "task.modulus=2,3", "optimizer=adamw", "batch_size=none", *tiny)
    arguments = (*knobs, "--input-sizes", "9", "--seeds", "0", "--records", "weight_norm,train_margin")
    status, table = call_json(*arguments)
    assert status == 1  # five epochs cannot grok
    assert [(row["task.modulus"], row["input_size"]) for row in table["rows"]] == [(2, 9), (3, 9)]
    assert len(list(tmp_path.glob("modular_addition-*.nc"))) == 2
    header = call(*arguments, "--engine", "reference", "--device", "cpu", "--at-once", 1).stdout
    assert header.splitlines()[0].split("  ")[:4] == ["input size", "seed", "modulus", "steps to train"]


def test_the_level_that_counts_as_learned_is_an_option(call, call_json):
    steps = {}
    for level in ("0.6", "1"):
        _, table = call_json("parity", "--recorded", "quick", "--input-sizes", "25", "--seeds", "0", "--level", level)
        (row,) = table["rows"]
        steps[level] = row["steps_to_gen"]
    assert 0 < steps["0.6"] < steps["1"] <= row["steps"] == 72000
    refused = call("parity", "--recorded", "quick", "--level", "1.5")
    assert refused.returncode == 2
    assert "level must be above 0 and at most 1, got 1.5" in refused.stderr


def test_the_representation_toy_says_when_each_thing_came(call_json, tmp_path):
    knobs = ("symbols=5", "train_pairs=12", "width=16", "steps=30", "decoder.learning_rate=0.01")
    options = ("--seeds", "0", "--workers", 1, "--level", "0.05", "--out", tmp_path)
    _, table = call_json("train", "representation", "--set", *knobs, *options)
    (row,) = table["rows"]
    assert {"steps_to_train", "steps_to_gen", "steps_to_rqi", "grokking_rate"} <= set(row)
    assert (row["train_pairs"], row["steps"]) == (12, 30)
    assert 0 <= row["steps_to_train"] <= 30


def test_systems_lists_what_can_be_trained(call, call_json):
    status, listed = call_json("systems")
    assert status == 0
    systems = {system["name"]: system for system in listed["systems"]}
    assert {"parity", "modular_addition", "linear_student"} <= set(systems)
    assert {"quick", "paper", "ten_seeds", "weight_decay"} <= set(systems["parity"]["presets"])
    assert {"task.input_size", "optimizer.weight_decay", "schedule.epochs", "seed"} <= set(systems["parity"]["knobs"])
    assert all(set(system) == {"name", "presets", "knobs"} for system in listed["systems"])
    told = call("systems").stdout
    assert all(name in told for system in listed["systems"] for name in (system["name"], *system["presets"]))


EXTENSION = """
from dataclasses import replace

from empirical import SYSTEMS, add_system
from numerics import sweep_linear
from report import Setting, add_setting

tiny = {"task.input_size": 6, "seed": (0, 1), "schedule.epochs": 5, "model.width": 8, "task.train_samples": 40,
        "task.gen_samples": 20}
add_system(replace(SYSTEMS["parity"], name="mine", title="My system", presets={"quick": tiny}))


def build(request):
    table = sweep_linear([0.8, 0.85, 0.9], convention="exact", points=2000)
    return Setting(
        name="far", title="Far from one", phrase="the far linear model", time_unit="step", about="λ from 0.8.",
        table=table, style=request.style,
    )


add_setting("far", build)
"""


@pytest.mark.usefixtures("unrendered")
def test_a_file_of_the_users_adds_systems_and_settings(call, call_json, tmp_path):
    """Three commands one after the other in this process; in `test_stranger` and the page on extensions in others."""
    file, runs, page = tmp_path / "far_and_mine.py", tmp_path / "runs", tmp_path / "page"
    file.write_text(EXTENSION)
    status, listed = call_json("systems", "--load", file)
    assert status == 0
    assert {"mine"} < {system["name"] for system in listed["systems"]}
    status, trained = call_json("train", "mine", "--load", file, "--workers", 1, "--out", runs)
    assert status == 1  # five epochs cannot grok
    assert [row["seed"] for row in trained["rows"]] == [0, 1]
    files = {path: path.stat().st_mtime_ns for path in runs.glob("*.nc")}
    assert len(files) == 2
    made = ("--settings", "far,mine", "--runs", runs, "--out", page, "--workers", 1)
    assert call("report", "--load", file, *made).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in runs.glob("*.nc")} == files
    told = json.loads((page / "report.json").read_text())
    assert list(told["settings"]) == ["far", "mine"]
    assert told["settings"]["mine"]["title"] == "My system"
    assert [row["seed"] for row in told["settings"]["mine"]["rows"]] == [0, 1]
    assert told["provenance"]["command"].startswith(f"groksharp report --load {file} --settings far,mine")


def test_a_run_that_is_set_aside_is_said(tmp_path, monkeypatch, capfd):
    knobs = ["width=8", "train_samples=40", "gen_samples=20", "input_size=4", "seed=0", "epochs=5"]
    monkeypatch.setattr(sys, "argv", ["groksharp", "train", "parity", "--set", *knobs, "--out", str(tmp_path)])
    monkeypatch.setattr(sys, "warnoptions", [])
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    with warnings.catch_warnings():
        main()
        (run,) = tmp_path.iterdir()
        trained = run.read_bytes()
        run.write_bytes(trained[:-1])
        assert "set aside" not in capfd.readouterr().err
        main()
    said = (
        f"groksharp train: {run} was set aside as {run.name}.damaged, because its content does not match its checksum."
    )
    assert said in capfd.readouterr().err.splitlines()
    assert run.read_bytes() == trained


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_tables_are_drawn_where_asked(call, tmp_path, suffix):
    figure = tmp_path / f"linear.{suffix}"
    done = call("linear", "--lam", "1.02,1.05,1.1", "--points", 2000, "--figure", figure)
    assert done.returncode == 0
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert figure.read_bytes().startswith(start)


def test_curves_and_networks_are_drawn_where_asked(call, curves_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("measure", curves_file, "--figure", tmp_path / "curves.svg").returncode == 0
    words = (tmp_path / "curves.svg").read_text()
    assert words.count("<path") > 10
    done = call("parity", "--recorded", "quick", "--figure", tmp_path / "parity.png")
    assert done.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"log.csv", "curves.svg", "parity.png"}


@pytest.mark.parametrize(
    ("command", "figure", "sentence"),
    [
        (("linear",), "out.jpg", "A figure is written as .png, .svg or .pdf, got out.jpg; name it out.png, say"),
        (("linear",), "out", "got out; name it out.png"),
        (("parity", "--preset", "paper"), "nowhere/out.png", "There is no folder nowhere for the figure out.png"),
        (("measure", "nowhere.csv"), "out.gif", "got out.gif"),
    ],
)
def test_a_figure_that_cannot_be_written_is_refused_before_long_work(
    call, tmp_path, command, figure, sentence, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    done = call(*command, "--figure", figure)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("unrendered")
def test_own_runs_are_laid_beside_a_setting(call, curves_file, tmp_path):
    runs = tmp_path / "runs.json"
    runs.write_text(call("linear", "--lam", "1.02,1.05,1.1", "--points", 2000, "--json").stdout)
    arguments = ("--settings", "parity", "--recorded", "quick", "--with", curves_file, runs, "--out", tmp_path / "page")
    done = call("report", *arguments)
    assert done.returncode == 0, done.stderr
    assert "Floor 0.5 seen" in done.stderr
    settings = json.loads((tmp_path / "page" / "report.json").read_text())["settings"]
    assert list(settings) == ["parity", "runs", "curves"]
    assert settings["curves"]["rows"][0]["relative_gap"] == pytest.approx(3, rel=1e-6)
    assert [row["lam"] for row in settings["runs"]["rows"]] == [1.02, 1.05, 1.1]
    assert settings["runs"]["trends"]["relative"]["n"] == 3


def without(missing):
    """Run commands where a module is not installed, for one module after the other; exit statuses and sentences."""
    code = (
        "import sys\n"
        "class Missing:\n"
        "    module = None\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == self.module:\n"
        "            raise ModuleNotFoundError('No module named ' + name, name=name)\n"
        "sys.meta_path.insert(0, missing := Missing())\n"
        "from report.command_line import main\n"
        f"for missing.module, command in {missing!r}:\n"
        "    assert missing.module not in sys.modules\n"
        "    print(main(command))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.split(), done.stderr.splitlines()


def test_a_missing_extra_is_named():
    """One after the other in one process: each stops before what the next of them misses is loaded."""
    missing = [
        ("jinja2", ["report"], "report"),
        ("latex2mathml", ["report"], "report"),
        ("matplotlib", ["report"], "report"),
        ("matplotlib", ["linear", "--lam", "1.05", "--figure", "x.png"], "report"),
        ("torch", ["parity", "--preset", "quick"], "networks"),
        ("torch", ["systems"], "networks"),
        ("torch", ["report", "--settings", "parity"], "networks"),
        ("xarray", ["train", "parity"], "networks"),
    ]
    statuses, sentences = without([(module, command) for module, command, _ in missing])
    assert (statuses, len(sentences)) == (["2"] * len(missing), len(missing)), sentences
    for sentence, (module, _, extra) in zip(sentences, missing, strict=True):
        assert sentence.endswith(f"not installed; pip install groksharp[{extra}]"), (module, sentence)


def test_measure_finds_columns_and_recovers_the_planted_values(call_json, curves_file):
    status, row = call_json("measure", curves_file, "--floor", "0.5")
    assert status == 0
    assert row["status"] == "ok"
    assert row["jump_time_train"] == pytest.approx(50, rel=1e-6)
    assert row["relative_gap"] == pytest.approx(3, rel=1e-6)
    assert row["relative_sharpness"] == pytest.approx(0.25, rel=1e-6)
    assert row["absolute_sharpness"] == pytest.approx(0.5 * 0.02 / np.sqrt(np.pi), rel=1e-6)


def test_measure_predicts_generalization_from_the_training_curve(call_json, tmp_path):
    steps = np.linspace(1, 60_000, 2000)
    train, gen = numerics.linear_curves(steps, 0.8, convention="exact", epsilon=1e-6)
    file = tmp_path / "student.csv"
    np.savetxt(file, np.stack([steps, train, gen], axis=1), delimiter=",", header="step,train_acc,val_acc", comments="")
    status, row = call_json("measure", file, "--predict", "1e-6", "0.01")
    assert status == 0
    assert row["predicted_jump_time"] == pytest.approx(row["jump_time_gen"], rel=1e-3)
    assert row["predicted_jump_time_low"] < row["predicted_jump_time"] <= row["predicted_jump_time_high"]
    assert row["predicted_sharpness"] == pytest.approx(row["sharpness_gen"], rel=1e-3)


def test_measure_sees_the_chance_level_of_two_classes_and_says_so(call, curves_file):
    done = call("measure", curves_file, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["relative_gap"] == pytest.approx(3, rel=1e-6)
    assert "Floor 0.5 seen" in done.stderr
    assert call("measure", curves_file, "--floor", "0").returncode == 1


def test_measure_of_several_runs_is_a_table_with_a_trend(call, call_json, curves_file, tmp_path, monkeypatch):
    """Three files and one without accuracies: a row each, and no run is lost for another."""
    monkeypatch.chdir(tmp_path)
    text = curves_file.read_text()
    for k, cut in enumerate((150, 100, 50)):
        lines = text.splitlines()
        own = [
            line.rpartition(",")[0] + "," + late.rpartition(",")[2]
            for line, late in zip(lines[1:], lines[1 + cut :], strict=False)
        ]
        (tmp_path / f"wd={0.1 * 10**k:g}-seed=7.csv").write_text("\n".join([lines[0], *own]))
    (tmp_path / "wd=100-seed=7.csv").write_text("step,train_loss\n1,2\n")
    status, told = call_json("measure", "wd=*.csv", "--floor", "0.5", "--csv", "table.csv", "--figure", "runs.png")
    assert status == 0
    assert [row["wd"] for row in told["rows"]] == [0.1, 1, 10, 100]
    assert [row["relative_gap"] for row in told["rows"][:3]] == pytest.approx([0, 1, 2], abs=1e-4)
    assert "losses" in told["rows"][3]["status"]
    assert told["trends"]["relative"]["n"] == 2  # a gap of zero has no logarithm
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 5
    assert (tmp_path / "runs.png").read_bytes().startswith(b"\x89PNG")
    (tmp_path / "short.csv").write_text("step,train,test\n1,0,0\n")
    status, told = call_json("measure", "short.csv")
    assert status == 1
    assert told["status"] == "train has 1 point and test has 1; a fit needs 4 of each."
    done = call("measure", "wd=100-seed=7.csv", "wd=100-seed=7.csv")
    assert done.returncode == 1
    assert "2 of 2 runs could not be measured" in done.stderr


def test_measure_reads_standard_input_and_speaks_to_people(run_command, curves_file):
    done = run_command("measure", "-", "--floor", "0.5", input=curves_file.read_text())
    assert done.returncode == 0
    assert "G = 3 " in done.stdout
    assert "400 points" in done.stdout


def test_measure_of_a_curve_without_a_jump_says_so_and_exits_with_1(call_json, tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text("step,train,test\n" + "\n".join(f"{t},{min(1, t / 20)},0.1" for t in range(100)))
    status, row = call_json("measure", path)
    assert status == 1
    assert "generalization: no jump" in row["status"]
    assert row["jump_time_gen"] is None
    assert row["relative_gap_bound"] == pytest.approx(99 / 10 - 1, rel=0.02)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("derive", "M99"), "No equation 'M99'; there are M1"),
        (("linear", "--lam", "1"), "λ = 1 has no finite time scale"),
        (("linear", "--lam=-2"), "λ = d/N_train must be positive"),
        (("linear", "--epsilon", "0"), "ε must be positive"),
        (("linear", "--lam", "1.1:1.2"), "START:STOP:COUNT"),
        (("measure", "nowhere.csv"), "There is no file nowhere.csv"),
        (("measure", "nowhere*.csv"), "No file matches nowhere*.csv"),
        (("measure", "log.csv", "--csv", "nowhere/table.csv"), "There is no folder nowhere for the table table.csv"),
        (("measure", "log.csv", "--classes", "4", "--floor", "0.1"), "4 classes say that the floor is 0.25"),
        (("measure", "log.csv", "--classes", "1"), "classes must be a whole number of at least 2, got 1"),
        (("measure", "log.csv", "--floor", "0.1,0.2,0.3"), "a number, 'fit', or two of these as TRAIN,GEN"),
        (("parity", "--input-sizes", "2"), "input_size"),
        (("parity", "--epochs", "2"), "epochs must be at least 4"),
        (("parity", "--preset", "huge"), "preset must be one of quick, paper, ten_seeds, weight_decay"),
        (("parity", "--set", "width"), "must be NAME=VALUE or NAME=VALUE,VALUE,..., got 'width'"),
        (("parity", "--set", "depth=3"), "depth"),
        (("parity", "--set", "workers=3"), "workers"),
        (("parity", "--set", "width=10", "width=20"), "got width again; write its values as width=A,B"),
        (("parity", "--epochs", "10", "--set", "epochs=20"), "schedule.epochs as schedule.epochs and as epochs"),
        (("parity", "--epochs", "10", "--set", "schedule.epochs=20"), "got schedule.epochs again"),
        (("parity", "--workers", "0"), "workers must be at least 1, got 0"),
        (("parity", "--recorded", "all"), "preset must be one of quick, paper, ten_seeds, weight_decay, "),
        (("parity", "--recorded", "paper", "--preset", "quick"), "not allowed with argument"),
        (("parity", "--recorded", "paper", "--out", "runs"), "--recorded trains nothing, got --out"),
        (("parity", "--recorded", "paper", "--workers", "0"), "--recorded trains nothing, got --workers"),
        (
            ("train", "modular_addition", "--recorded", "paper"),
            "system must be one of parity, transformer, quadratic_mlp, ",
        ),
        (("parity", "--recorded", "paper", "--engine", "reference"), "--recorded trains nothing, got --engine"),
        (("parity", "--records", "all"), "records must be made of train_accuracy_whole"),
        (("parity", "--recorded", "paper", "--epochs", "9"), "schedule.epochs = 9, seed = 0; train it"),
        (("parity", "--recorded", "paper", "--accuracy", "whole"), "accuracy needs the curve train_accuracy_whole"),
        (("report", "--recorded", "all"), "invalid choice: 'all'"),
        (("report", "--settings", "linear,xor"), "There is no setting 'xor'; there are linear, descent, parity, "),
        (("report", "--settings", ","), "must be names with commas between"),
        (("report", "--settings", "linear", "--recorded", "paper"), "add parity"),
        (("report", "--with", "nowhere.csv"), "There is no file nowhere.csv"),
        (("report", "--workers", "0"), "workers must be at least 1, got 0; leave it out for one process a core."),
        (("report", "--out", "/dev/null"), "out must be a folder, got the file /dev/null"),
        (("train", "parity", "--at-once", "0"), "at_once must be at least 1, got 0; 1 trains each run by itself."),
        (("report", "--workers", "2", "--scheduler", "tcp://a:1"), "not allowed with argument"),
        (("report", "--scheduler", "nowhere"), "scheduler must be an address like tcp://HOST:PORT"),
        (("train", "xor"), "system must be one of "),
        (("train", "parity", "--load", "nowhere.py"), "There is no file nowhere.py"),
        (("linear", "--figure", "out.bmp"), "got out.bmp"),
        (("parity", "--seeds", "3:1"), "START below STOP"),
        (("nonsense",), "invalid choice"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(call, tmp_path, arguments, sentence, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_derive_prints_every_form(call):
    listing = call("derive").stdout
    assert all(f"M{k} " in listing for k in range(1, 12))
    assert "  Relative sharpness\n" in listing
    assert "✓ 50 digits" in call("derive", "M11").stdout
    assert r"\begin{align*}" in call("derive", "M10", "--latex").stdout
    assert "### M10" in call("derive", "M10", "--markdown").stdout
    notebook = json.loads(call("derive", "M10", "--notebook").stdout)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
    assert notebook["nbformat"] == 4


def test_the_notebook_cell_runs(call):
    notebook = json.loads(call("derive", "M3", "--notebook").stdout)
    done = subprocess.run(
        [sys.executable, "-c", "".join(notebook["cells"][1]["source"])], capture_output=True, text=True, check=True
    )
    assert "M3: checked" in done.stdout


def test_progress_goes_to_standard_error_only(run_command):
    done = run_command("linear", "--lam", "1.1", "--points", 500, "--json")
    assert "linear model" in done.stderr
    json.loads(done.stdout)


def test_help_is_fast(run_command):
    """Not a benchmark: one interpreter start must dominate, so a heavy import would show as a multiple of it."""

    def shortest(command):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    bare = shortest([sys.executable, "-c", "import argparse"])
    assert shortest([sys.executable, "-m", "report.program", "--help"]) < bare + 0.25


def test_choices_that_are_spelled_out_are_all_there_are():
    from empirical import recorded_runs
    from numerics.curves.shapes import SHAPES
    from report.commands.options import RECORDED
    from report.commands.options import SHAPES as SPELLED

    assert tuple(SHAPES) == SPELLED
    with pytest.raises(ValueError, match=", ".join(RECORDED)):
        recorded_runs("unknown")
