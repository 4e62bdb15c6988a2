import dataclasses

import numpy as np
import pytest

from report.known_settings import find_setting
from report.setting import Request, Style

STYLE = Style("#CC79A7", "D")
TINY = {
    "task.input_size": (6,), "seed": (0, 1), "schedule.epochs": 6, "model.width": 8, "task.train_samples": 40,
    "task.gen_samples": 20, "optimizer.learning_rate": (0.1, 0.2),
}  # fmt: skip


@pytest.fixture
def own_system():
    """A system that a user added, forgotten afterwards."""
    from empirical import SYSTEMS, add_system
    from empirical.systems import known

    add_system(dataclasses.replace(SYSTEMS["parity"], name="mine", title="", about="", presets={"quick": TINY}))
    yield "mine"
    del known._systems["mine"]


def test_any_system_is_a_setting_without_a_file(own_system, tmp_path):
    setting = find_setting(own_system)(Request("paper", STYLE, runs=tmp_path, workers=1))
    assert (setting.name, setting.title, setting.phrase, setting.time_unit) == ("mine", "Mine", "mine", "epoch")
    assert setting.style == STYLE
    assert len(setting.table) == 4 == len(list(tmp_path.glob("*.nc")))
    assert setting.about == "4 runs with input size 6, seed 0 and 1 and learning rate 0.1 and 0.2, 6 epochs each."
    assert setting.origin == f"seed 0 and 1; preset quick, trained here or loaded from {tmp_path}"
    assert setting.table.noise == "curves"
    again = find_setting(own_system)(Request("paper", STYLE, runs=tmp_path, workers=1))
    assert again.table.to_dict() == setting.table.to_dict()


def test_examples_are_the_measured_runs_themselves():
    """Not fitted again with other asymptotes: each has the numbers of its row."""
    setting = find_setting("parity")(Request("quick", STYLE, recorded="quick"))
    gaps = setting.table["relative_gap"]
    shown = [example.result.relative_gap for example in setting.examples]
    assert shown == [gaps.min(), np.sort(gaps)[gaps.size // 2], gaps.max()]
    first = setting.examples[0]
    row = setting.table.rows[int(gaps.argmin())]
    assert first.result.row() == {name: row[name] for name in first.result.row()}
    assert first.label == f"input size {row['input_size']}, seed {row['seed']}"
    both = (first.result.train.curve, first.result.gen.curve)
    assert all(curve.time.shape == curve.accuracy.shape == (3000,) for curve in both)


def test_recorded_networks_say_what_made_them():
    from empirical import recorded_runs

    setting = find_setting("parity")(Request("quick", STYLE, recorded="quick"))
    made = recorded_runs("quick")[0].attrs
    assert f"recorded by `make recorded` with groksharp {made['groksharp_version']}, torch " in setting.origin
    assert f"({made['engine']}, {made['machine']})" in setting.origin
    assert "None was trained for this page" in setting.about
    assert "10 runs with input size 25 to 45 and seed 0 and 1, 3000 epochs each" in setting.about
