import json
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy.special import erf

COMMANDS = ["derive", "linear", "parity", "train", "measure", "report"]
COLUMNS = [
    "jump_time_train", "jump_time_gen", "sharpness_train", "sharpness_gen",
    "relative_gap", "relative_sharpness", "absolute_sharpness", "status",
]  # fmt: skip
TREND = {"slope", "intercept", "slope_low", "slope_high", "n"}


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
def test_help_shows_examples_that_parse_as_commands(run_command, command):
    done = run_command(command, "--help")
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


def test_linear_json_has_the_published_rows_and_trends(run_json):
    status, result = run_json("linear", "--convention", "published", "--lam", "1.003:1.1:6")
    assert status == 0
    assert result["rows"][0]["lam"] == 1.003
    assert result["rows"][-1]["lam"] == 1.1
    assert all(set(COLUMNS) <= set(row) for row in result["rows"])
    assert result["rows"][0]["relative_gap"] == pytest.approx(7.94, abs=0.005)
    assert result["rows"][-1]["relative_sharpness"] == pytest.approx(0.934, abs=0.0005)
    assert {kind: set(trend) for kind, trend in result["trends"].items()} == {"relative": TREND, "absolute": TREND}
    assert result["trends"]["relative"]["n"] == 6


def test_exact_above_one_says_that_it_never_rises_and_why(run_command):
    done = run_command("linear", "--convention", "exact", "--lam", "1.003,1.1", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 1
    for row in result["rows"]:
        assert "never rises" in row["status"]
        assert "plateau" in row["status"]
        assert row["jump_time_gen"] is None
        assert row["jump_time_train"] > 0
    assert result["trends"]["relative"] == {**dict.fromkeys(TREND), "n": 0}
    assert "never rises" in done.stderr


def test_the_mirror_of_the_exact_sweep_has_the_trend(run_json):
    status, result = run_json("linear", "--convention", "exact", "--mirror", "--lam", "1.01:1.1:4", "--points", 5000)
    assert status == 0
    assert all(row["lam"] < 1 for row in result["rows"])
    assert result["trends"]["relative"]["slope_high"] < 0


def test_parity_trains_once_and_prints_the_same_again(run_json, tmp_path):
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
    status, first = run_json(*arguments)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    again, second = run_json(*arguments)
    assert len(files) == 2
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert first == second
    assert status == again == 1  # five epochs cannot grok, and the rows say so
    assert [(row["input_size"], row["seed"]) for row in first["rows"]] == [(6, 0), (7, 0)]
    assert all(row["status"] != "ok" for row in first["rows"])


def test_recorded_runs_are_measured_and_nothing_is_trained_or_written(run_json, tmp_path):
    arguments = "parity", "--recorded", "ten_seeds", "--input-sizes", "25,44", "--seeds", "0,9"
    status, measured = run_json(*arguments, cwd=tmp_path)
    assert status == 0
    assert [(row["input_size"], row["seed"]) for row in measured["rows"]] == [(25, 0), (25, 9), (44, 0), (44, 9)]
    early, late = measured["rows"][0], measured["rows"][2]
    assert early["relative_gap"] < 1 < 8 < late["relative_gap"]
    assert late["relative_sharpness"] < 0.5 < 1.5 < early["relative_sharpness"]
    assert not list(tmp_path.iterdir())


def test_any_number_of_the_protocol_is_a_knob_on_the_command_line(run_command, run_json, tmp_path):
    tiny = [
        "--set",
        "train_samples=40",
        "gen_samples=20",
        "width=8",
        "--workers",
        "1",
        "--epochs",
        "5",
        "--out",
        tmp_path,
    ]
    knobs = ("train", "modular_addition", "--set", "modulus=2,3", "optimizer=adamw", "batch_size=none")
    arguments = (*knobs, *tiny, "--input-sizes", "7", "--seeds", "0", "--records", "weight_norm,train_margin")
    status, table = run_json(*arguments)
    assert status == 1  # five epochs cannot grok
    assert [(row["modulus"], row["input_size"]) for row in table["rows"]] == [(2, 7), (3, 7)]
    assert len(list(tmp_path.glob("modular_addition-n007-*.nc"))) == 2
    header = run_command(*arguments).stdout.splitlines()[0]
    assert header.split()[:5] == ["input", "size", "seed", "modulus", "t*_train"]


def test_measure_finds_columns_and_recovers_the_planted_values(run_json, curves_file):
    status, row = run_json("measure", curves_file, "--floor", "0.5")
    assert status == 0
    assert row["status"] == "ok"
    assert row["jump_time_train"] == pytest.approx(50, rel=1e-6)
    assert row["relative_gap"] == pytest.approx(3, rel=1e-6)
    assert row["relative_sharpness"] == pytest.approx(0.25, rel=1e-6)
    assert row["absolute_sharpness"] == pytest.approx(0.5 * 0.02 / np.sqrt(np.pi), rel=1e-6)


def test_measure_sees_the_chance_level_of_two_classes_and_says_so(run_command, curves_file):
    done = run_command("measure", curves_file, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["relative_gap"] == pytest.approx(3, rel=1e-6)
    assert "floor 0.5 seen" in done.stderr
    assert run_command("measure", curves_file, "--floor", "0").returncode == 1


def test_measure_reads_standard_input_and_speaks_to_people(run_command, curves_file):
    done = run_command("measure", "-", "--floor", "0.5", input=curves_file.read_text())
    assert done.returncode == 0
    assert "G = 3 " in done.stdout
    assert "400 points" in done.stdout


def test_measure_of_a_curve_without_a_jump_says_so_and_exits_with_1(run_json, tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text("step,train,test\n" + "\n".join(f"{t},{min(1, t / 20)},0.1" for t in range(100)))
    status, row = run_json("measure", path)
    assert status == 1
    assert "generalization: no jump" in row["status"]
    assert row["jump_time_gen"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("derive", "M99"), "No equation 'M99'; there are M1"),
        (("linear", "--lam", "1"), "λ = 1 has no finite time scale"),
        (("linear", "--lam=-2"), "λ = d/N_train must be positive"),
        (("linear", "--epsilon", "0"), "ε must be positive"),
        (("linear", "--lam", "1.1:1.2"), "START:STOP:COUNT"),
        (("measure", "nowhere.csv"), "There is no file nowhere.csv"),
        (("parity", "--input-sizes", "2"), "input_size"),
        (("parity", "--epochs", "2"), "epochs must be at least 4"),
        (("parity", "--preset", "huge"), "--preset must be one of quick, paper, ten_seeds, weight_decay"),
        (("parity", "--set", "width"), "must be NAME=VALUE or NAME=VALUE,VALUE,..., got 'width'"),
        (("parity", "--set", "depth=3"), "--set must name one of epochs, train_samples"),
        (("parity", "--set", "workers=3"), "got 'workers'; anything else has its own option"),
        (("parity", "--set", "seed=3"), "got 'seed'; anything else has its own option"),
        (("parity", "--set", "width=10", "width=20"), "got width again; write its values as width=A,B"),
        (("parity", "--epochs", "10", "--set", "epochs=20"), "got epochs again"),
        (("parity", "--workers", "0"), "workers must be at least 1, got 0"),
        (("parity", "--recorded", "all"), "invalid choice: 'all' (choose from"),
        (("parity", "--recorded", "paper", "--preset", "quick"), "not allowed with argument"),
        (("parity", "--recorded", "paper", "--out", "runs"), "--recorded trains nothing, got --out"),
        (("parity", "--recorded", "paper", "--workers", "0"), "--recorded trains nothing, got --workers"),
        (("train", "modular_addition", "--recorded", "paper"), "--recorded needs the task parity"),
        (("parity", "--records", "all"), "records must be made of train_accuracy_whole"),
        (("parity", "--recorded", "paper", "--epochs", "9"), "got input_size = 25, seed = 0, epochs = 9; train it"),
        (("parity", "--recorded", "paper", "--accuracy", "whole"), "accuracy needs the curve train_accuracy_whole"),
        (("report", "--recorded", "all"), "invalid choice: 'all'"),
        (("train", "xor"), "TASK must be one of parity, modular_addition, linear_student; got 'xor'"),
        (("train", "linear_student", "--set", "label_noise=0.1"), "--set must name one of epochs"),
        (("parity", "--seeds", "3:1"), "START below STOP"),
        (("nonsense",), "invalid choice"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_2(run_command, tmp_path, arguments, sentence):
    done = run_command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_derive_prints_every_form(run_command):
    listing = run_command("derive").stdout
    assert all(f"M{k} " in listing for k in range(1, 12))
    assert "✓ 50 digits" in run_command("derive", "M11").stdout
    assert r"\begin{align*}" in run_command("derive", "M10", "--latex").stdout
    assert "### M10" in run_command("derive", "M10", "--markdown").stdout
    notebook = json.loads(run_command("derive", "M10", "--notebook").stdout)
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
    assert notebook["nbformat"] == 4


def test_the_notebook_cell_runs(run_command):
    notebook = json.loads(run_command("derive", "M3", "--notebook").stdout)
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
    assert shortest([sys.executable, "-m", "report.command_line", "--help"]) < bare + 0.25


def test_choices_that_are_spelled_out_are_all_there_are():
    from empirical import recorded_runs
    from numerics.curves.shapes import SHAPES
    from report import command_line

    assert tuple(SHAPES) == command_line._SHAPES
    with pytest.raises(ValueError, match=", ".join(command_line._RECORDED)):
        recorded_runs("unknown")
