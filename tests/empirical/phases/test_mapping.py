"""Diagrams that are trained: what is known by name, what is kept, and what resumes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from empirical import (
    PHASE_DIAGRAMS,
    PHASE_PATHS,
    PHASES,
    PhaseAxis,
    PhaseDiagram,
    PhaseRule,
    add_diagram,
    draw_streams,
    experiment_of,
    find_diagram,
    find_path,
    map_phases,
    read_runs,
)
from empirical.phases import known
from empirical.phases.representation import DIAGRAMS, PATHS

TINY = {"decoder_rate": (1e-3, 1e-2), "representation_rate": (1e-3, 1e-2), "seed": (0, 1), "steps": 60, "width": 20}


def test_the_planes_and_paths_of_the_package_can_be_trained():
    assert [PHASE_DIAGRAMS[name] for name in ("rates", "decay", "decay-classification")] == list(DIAGRAMS)
    assert [PHASE_PATHS[name] for name in ("decay", "decoder_rate", "representation_rate", "dropout")] == list(PATHS)
    for diagram in (*DIAGRAMS, *PATHS):
        for preset in ("quick", "paper"):
            runs = diagram.experiments(preset)
            for run in runs:
                PhaseRule().check(run)
                assert (run.schedule.stop_level, run.schedule.growth) == (0.9, 1.02)


@pytest.mark.parametrize("name", ["rates", "decay", "decay-classification"])
@pytest.mark.parametrize("preset", ["quick", "paper"])
def test_a_plane_has_the_corners_of_the_source(name, preset):
    plane = find_diagram(name)
    cells = {plane.cell(run) for run in plane.experiments(preset)}
    top = {"rates": (1e-5, 1e-2), "decay": (0.0, 10.0), "decay-classification": (0.0, 20.0)}[name]
    assert {(rate, end) for rate in (1e-5, 1e-2) for end in top} <= cells
    runs = plane.experiments(preset)
    seeds = {run.seed for run in runs}
    assert len(seeds) == 3
    assert {run.length for run in runs} == {10_000}
    assert len(runs) == 3 * len(cells)
    assert (runs[0].loss.name == "cross_entropy") == (name == "decay-classification")


def test_runs_of_the_presets_are_shown_every_sum_that_is_asked_for():
    """A sum of one pair only, 0 + 0 or 9 + 9, that is held out is never seen; with two of them 0.9 is out of reach."""
    asked = {run.seed: run.task for one in (*DIAGRAMS, *PATHS)
             for run in one.experiments("paper")}  # fmt: skip
    assert len(asked) == 20
    for seed, task in asked.items():
        shown, held_out = task.draw(draw_streams(seed, *task.entropy))
        assert set(held_out.inputs.sum(axis=1)) <= set(shown.inputs.sum(axis=1))


def test_paths_begin_at_one_point_of_the_plane():
    """Each has the base among its points: one knob differs from path to path, no other."""
    points = [{run.protocol() for run in path.experiments()} for path in PATHS]
    assert len(set.intersection(*points)) == 1


def test_a_tiny_plane_is_trained_kept_and_loaded(tmp_path):
    seen = []
    table = map_phases("rates", out=tmp_path, workers=1, progress=lambda *done: seen.append(done), **TINY)
    assert len(table) == 4
    assert table["runs"] == [2] * 4
    assert set(table["phase"]) <= set(PHASES)
    assert seen[-1] == (480, 480)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert len(files) == 8
    again = map_phases("rates", out=tmp_path, workers=1, **TINY)
    assert again == table
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")} == files


def test_the_table_is_that_of_the_runs(tmp_path):
    """At an accuracy that two of ten guesses have, some runs cross and others do not."""
    rule = PhaseRule(level=0.3, delay=20)
    table = map_phases("rates", out=tmp_path, workers=1, rule=rule, **TINY)
    for row in table:
        cell = row["decoder_rate"], row["representation_rate"]
        mine = [run for run in read_runs(tmp_path) if table.diagram.cell(experiment_of(run)) == cell]
        phases = [rule.of_run(run) for run in mine]
        assert [row[phase] for phase in PHASES] == [phases.count(phase) / 2 for phase in PHASES]


def test_a_rule_that_the_runs_cannot_answer_is_refused_before_training(tmp_path):
    with pytest.raises(ValueError, match="limit must be at most the length of the runs, got 100000 of 10000 steps"):
        map_phases("rates", rule=PhaseRule(limit=1e5), out=tmp_path)
    with pytest.raises(ValueError, match=r"the one at which the runs stop, got 0\.95 and 0\.9"):
        map_phases("rates", rule=PhaseRule(level=0.95), out=tmp_path)
    assert not list(tmp_path.iterdir())


SCRIPT = """
import sys
from empirical import map_phases
if __name__ == "__main__":
    map_phases("rates", out=sys.argv[1], workers=1, width=20, stop_after=0, decoder_rate=[1e-4, 1e-3, 1e-2], seed=0,
               representation_rate=[1e-4, 1e-3, 1e-2], steps=150, engine="reference")
"""


@pytest.mark.slow  # `tests/empirical/store` kills what trains here; that what is there is loaded stands above
def test_killed_while_it_trains_it_resumes(tmp_path):
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", SCRIPT, tmp_path], cwd=root, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        while len(list(tmp_path.glob("*.nc"))) < 1 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert 1 <= len(before) < 9
    knobs = {"width": 20, "stop_after": 0, "steps": 150, "seed": 0, "engine": "reference", "workers": 1}
    rates = [1e-4, 1e-3, 1e-2]
    table = map_phases("rates", out=tmp_path, decoder_rate=rates, representation_rate=rates, **knobs)
    assert len(table) == 9
    after = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert len(after) == 9
    assert {path: after[path] for path in before} == before


def test_rows_are_plain_json():
    table = map_phases("decay", decoder_rate=1e-2, decoder_decay=[0, 10], seed=0, steps=20, width=10, workers=1)
    assert json.loads(json.dumps(table.to_dict(), allow_nan=False)) == {"rows": [dict(row) for row in table]}
    first = {"decoder_rate": 1e-2, "decoder_decay": 0.0, "confusion": 1.0, "phase": "confusion", "runs": 1}
    assert first.items() <= table.rows[0].items()
    assert table.rows[0]["steps_to_gen"] is None


def test_a_diagram_of_ones_own_has_to_be_one(monkeypatch):
    monkeypatch.setattr(known, "_diagrams", dict(known._diagrams))
    axes = PhaseAxis("bits", "task.input_size"), PhaseAxis("width", "model.width")
    with pytest.raises(TypeError, match="must be a PhaseDiagram"):
        add_diagram("mine")
    with pytest.raises(ValueError, match="'rates' is a diagram of the package"):
        add_diagram(PhaseDiagram("rates", "parity", axes, {"quick": {}}))
    with pytest.raises(ValueError, match="A knob must be one of"):
        add_diagram(PhaseDiagram("mine", "parity", (PhaseAxis("x", "nothing"), axes[0]), {"quick": {"x": 1}}))
    with pytest.raises(ValueError, match=r"diagram must be one of rates, decay, .*; got 'none'"):
        find_diagram("none")
    with pytest.raises(ValueError, match=r"path must be one of decay, .*; got 'rates'"):
        find_path("rates")
    for wrong, rule in (
        ({"axes": ()}, "axes must be one"), ({"axes": axes + axes}, "axes must be one"),
        ({"axes": (axes[0], axes[0])}, "different names"), ({"presets": {}}, "presets must have 'quick'"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=rule):
            PhaseDiagram(**({"name": "mine", "system": "parity", "axes": axes, "presets": {"quick": {}}} | wrong))
    with pytest.raises(ValueError, match="name must be a word"):
        PhaseAxis("seed", "seed")
    with pytest.raises(ValueError, match="preset must be one of quick, paper; got 'slow'"):
        map_phases("rates", "slow")


def test_an_axis_is_not_turned_under_two_names():
    """One of them would win in silence."""
    knobs = {"representation_rate": 1e-3, "optimizer.groups.embedding.learning_rate": 1e-2}
    with pytest.raises(ValueError, match=r"turned once, got .*learning_rate as representation_rate and as optimizer"):
        find_diagram("rates").experiments("quick", **knobs)
