from pathlib import Path

import pytest

from empirical import PHASES
from empirical.phases import known

TINY = ("--steps", 60, "--workers", 1, "--set", "width=20")
RATES = ("decoder_rate=1e-3,1e-2", "representation_rate=1e-3")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_json_has_the_cells(call_json, tmp_path):
    status, printed = call_json("phases", *TINY, *RATES, "--seeds", "0,1")
    assert status == 0
    assert list(printed) == ["rows"]
    first, second = printed["rows"]
    assert (first["decoder_rate"], second["decoder_rate"], first["representation_rate"]) == (1e-3, 1e-2, 1e-3)
    for row in printed["rows"]:
        assert {*PHASES, "phase", "runs", "steps_to_train", "steps_to_gen", "delay"} <= set(row)
        assert {f"{phase}_{end}" for phase in PHASES for end in ("low", "high")} <= set(row)
        assert sum(row[phase] for phase in PHASES) == pytest.approx(1)
        assert row["runs"] == 2
    assert len(list((tmp_path / "out" / "phases").glob("*.nc"))) == 4


@pytest.mark.parametrize(
    ("name", "axis"), [("rates", "representation_rate"), ("decay", "decoder_decay"),
                       ("decay-classification", "decoder_decay")],
)  # fmt: skip
def test_each_diagram_has_its_axes(call_json, name, axis):
    status, printed = call_json("phases", "--diagram", name, *TINY, "decoder_rate=1e-2", f"{axis}=1", "--seeds", 0)
    assert status == 0
    assert [(row["decoder_rate"], row[axis]) for row in printed["rows"]] == [(1e-2, 1.0)]


def test_a_path_has_gap_and_sharpness(call_json):
    status, printed = call_json("phases", "--path", "decay", *TINY, "decoder_decay=0,1", "--seeds", 0)
    assert status == 0
    assert [row["decoder_decay"] for row in printed["rows"]] == [0.0, 1.0]
    more = {"relative_gap", "relative_gap_low", "relative_gap_high", "relative_sharpness", "measured"}
    assert all(more | set(PHASES) <= set(row) for row in printed["rows"])


def test_the_table_can_be_read_and_the_map_is_drawn(call):
    done = call("phases", *TINY, *RATES, "--seeds", 0, "--out", "runs", "--figure", "map.png")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["decoder", "rate", "representation"]
    assert lines[0].split()[-1] == "phase"
    assert len(lines) == 5
    assert lines[-1] == "Most frequent phase of 2 cells: 2 confusion"
    assert Path("map.png").read_bytes().startswith(b"\x89PNG")
    again = call("phases", *TINY, *RATES, "--seeds", 0, "--out", "runs")
    assert again.stdout == done.stdout
    assert "it/s" not in again.stderr


def test_a_path_is_drawn(call):
    done = call("phases", "--path", "dropout", *TINY, "dropout=0,0.1", "--seeds", 0, "--figure", "path.svg")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "dropout"


MINE = """
from empirical import PhaseAxis, PhaseDiagram, add_diagram

axes = PhaseAxis("bits", "task.input_size"), PhaseAxis("rate", "optimizer.learning_rate", logarithmic=True)
tiny = {"width": 8, "train_samples": 40, "gen_samples": 20, "epochs": 5}
add_diagram(PhaseDiagram("mine", "parity", axes, {"quick": {"bits": (4, 5), "rate": 0.1, "seed": (0, 1)}}, tiny))
"""


def test_a_diagram_of_ones_own_is_loaded(call, tmp_path):
    (tmp_path / "my_diagram.py").write_text(MINE)
    done = call("phases", "--diagram", "mine", "--load", "my_diagram.py", "--workers", 1)
    del known._diagrams["mine"]  # for the tests after this one
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split()[:2] == ["bits", "rate"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--diagram", "none"), "diagram must be one of rates, decay, decay-classification"),
        (("--path", "rates"), "path must be one of decay, "),
        (("--preset", "slow"), "preset must be one of quick, paper; got 'slow'"),
        (("--level", "0.95"), "level must be at most the one at which the runs stop"),
        (("--set", "seed=1", "--seeds", "2"), "--set must name each knob once, got seed again"),
        (("--figure", "map.jpg"), "A figure is written as .png, .svg or .pdf"),
    ],
)
def test_bad_usage_is_one_sentence(call, words, sentence):
    done = call("phases", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
