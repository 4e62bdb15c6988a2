"""The setting of tables: its runs, its sections, and rows that claims can read."""

import numpy as np
import pytest

from empirical import SYSTEMS, load_runs
from report.claims import doshi, kumar
from report.known_settings import DEFAULT_SETTINGS, find_setting
from report.setting import Request, Style
from report.settings import tables

TINY = {"task.modulus": 7, "model.width": 32, "task.train_fraction": 0.8, "schedule.steps": 60}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        presets = SYSTEMS["quadratic_mlp"].presets
        patch.setitem(presets, "tiny", {**TINY, "seed": 0})
        plain = {"optimizer": "sgd", "learning_rate": 3.0, "weight_decay": 0.0, "model.initialization": "doshi"}
        patch.setitem(presets, "unregularized", {**TINY, **plain, "seed": 0})
        recipes = {
            "D": tables.Recipe("quadratic_mlp", "tiny", (10, 20), "small"),
            "K": tables.Recipe("quadratic_mlp", "unregularized", (10, 20), "without decay"),
        }
        patch.setattr(tables, "RECIPES", recipes)
        sizes = {
            "seeds": {"D": 2, "K": 2},
            "train_fraction": {**TINY, "task.train_fraction": (0.1, 0.8), "seed": (0, 1)},
            "weight_decay": {**TINY, "optimizer.weight_decay": (0.0, 1.0, 5.0), "seed": (0, 1)},
        }
        patch.setitem(tables.PRESETS, "quick", sizes)
        runs = tmp_path_factory.mktemp("runs")
        setting = tables.build(Request("quick", Style("black", "o"), runs=runs, workers=1))
    return setting, load_runs(runs)


def test_it_is_a_setting_of_every_report_that_trains():
    assert find_setting("tables") is tables.build
    assert "tables" in DEFAULT_SETTINGS


def test_the_shares_of_the_table_are_its_own_and_the_decays_stand_beside(built):
    setting, runs = built
    assert (setting.name, len(setting.table), len(setting.companion("weight_decay"))) == ("tables", 4, 6)
    assert len(runs) == 4 + 4 + 2  # one decay is that of a share, and so is a recipe
    assert [section.name for section in setting.sections] == ["recipes", "fraction", "decay", "norm"]


def test_every_run_is_in_the_rows_and_in_the_figures(built):
    setting, _ = built
    recipes, fraction, decay, norm = setting.sections
    assert [row["recipe"] for row in recipes.rows] == ["D", "D", "K", "K"]
    assert recipes.rows[0]["published_gen"] == 20
    found = [(row["train_fraction"], row["steps_to_gen"]) for row in fraction.rows]
    assert [share for share, _ in found] == [0.1, 0.1, 0.8, 0.8]
    assert np.isnan([steps for share, steps in found if share == 0.1]).all()
    assert len(decay.rows) == 7
    assert decay.rows[0]["best"] in (0.0, 1.0, 5.0)
    assert all(row["norm_start"] > 0 and row["norm_end"] > 0 for row in norm.rows)
    for section in setting.sections:
        (figure,) = section.panels()
        assert figure.axes[0].lines
    (axes,) = fraction.panels()[0].axes
    arrows = [text for text in axes.texts if text.arrow_patch is not None]
    never = {
        (name, row["train_fraction"], row["steps"])
        for row in fraction.rows
        for name in ("steps_to_train", "steps_to_gen")
        if np.isnan(row[name])
    }
    assert len(arrows) == len(never) > 0


def test_the_norms_are_those_of_the_records(built):
    setting, runs = built
    plain = [run for run in runs if '"sgd"' in run.attrs["configuration"]]
    np.testing.assert_equal(setting.section("norm").rows, tuple(tables._norms(run) for run in plain))
    come = 0
    for run in runs:
        found, norm = tables._norms(run), np.asarray(run["weight_norm"], np.float64)
        assert (found["norm_start"], found["norm_end"]) == (norm[0], norm[-1])
        for name in ("train", "gen"):
            looks = np.flatnonzero(run[f"{name}_accuracy"] >= np.float32(0.99))
            np.testing.assert_equal(found[f"norm_{name}"], norm[looks[0]] if looks.size else np.nan)
            come += bool(looks.size)
    assert come > 4


def test_claims_read_it(built):
    setting, _ = built
    for claim in (*doshi.judge({"tables": setting}), *kumar.judge({"tables": setting})):
        assert claim.findings["tables"]
        assert claim.verdict != "not judged"
