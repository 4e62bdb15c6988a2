import dataclasses

import numpy as np
import pytest

from report.known_settings import DEFAULT_SETTINGS, default_settings, find_setting, setting_names
from report.setting import Request, Style
from report.settings import effective_theory, phases, representation

REQUEST = Request("quick", Style("black", "o"))
TINY = {"schedule.steps": 60, "model.width": 16}


@pytest.fixture(scope="module")
def theory():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(effective_theory.PRESETS, "quick", {"pairs": (21, 30, 45), "seeds": 3, "trials": 200})
        return effective_theory.build(REQUEST)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        knobs = {"task.train_pairs": (30, 45), "seed": (0, 1), **TINY}
        patch.setitem(representation.PRESETS, "quick", (("quick", knobs), ("quick", {**knobs, "seed": 1})))
        patch.setitem(representation.MODULAR, "quick", (None, {"seed": (0, 1), **TINY}))
        runs = tmp_path_factory.mktemp("runs")
        return representation.build(Request("quick", Style("black", "o"), runs=runs, workers=1))


def test_they_are_settings_by_name_and_two_of_them_in_every_report():
    assert {"effective_theory", "representation", "phases"} <= set(setting_names())
    assert {"effective_theory", "representation"} <= set(DEFAULT_SETTINGS)
    assert "phases" not in DEFAULT_SETTINGS


def test_with_recorded_networks_nothing_is_trained_unless_it_is_named():
    assert set(DEFAULT_SETTINGS) - set(default_settings("quick")) == {"representation", "tables", "images", "flatness"}
    assert find_setting("phases") is phases.build


def test_without_the_digits_no_images_are_asked_for(monkeypatch):
    monkeypatch.setattr("report.known_settings.find_spec", lambda name: None)
    assert set(DEFAULT_SETTINGS) - set(default_settings()) == {"images"}


def test_examples_of_the_effective_theory_are_rows_of_its_table(theory):
    assert len(theory.table) == 9
    rows = [row for row in theory.table if row["status"] == "ok"]
    for example in theory.examples:
        assert example.result.relative_gap in [pytest.approx(row["relative_gap"], rel=1e-6) for row in rows]


def test_the_section_of_unique_structure_has_its_numbers_and_figures(theory):
    section = theory.section("unique")
    assert 21 <= section.rows[0]["critical"] <= 25
    assert section.rows[0]["total"] == 55
    full = section.rows[-1]
    assert (full["pairs"], full["p_unique"]) == (55, 1.0)
    assert full["grokking_rate_median"] == pytest.approx(6 / 70, rel=1e-9)
    assert f"{section.rows[0]['critical']} pairs" in section.text
    assert [figure.axes[0].get_xlabel() for figure in section.panels()] == ["training pairs of 55"] * 2
    assert theory.section("nothing") is None


def test_the_toy_has_each_run_once_and_all_its_sections(toy):
    assert len(toy.table) == 4
    assert [section.name for section in toy.sections] == ["times", "structure", "embeddings", "lead", "modular"]
    assert [len(section.panels()) for section in toy.sections] == [3, 2, 3, 2, 3]
    assert all(section.caption and "nan" not in section.text for section in toy.sections)


def test_after_sixty_steps_nothing_has_come_and_it_is_said_so(toy):
    rows = toy.section("times").rows
    assert {(row["event"], row["pairs"]) for row in rows} == {
        (e, n) for e in ("RQI 0.95", "test 0.9") for n in (30, 45)
    }
    assert all(row["never"] == 1.0 and row["runs"] == 2 for row in rows)
    assert "neither in" in toy.section("lead").text
    assert "0 of 2 runs have a final test accuracy of 0.9" in toy.section("modular").text
    assert all(0 <= row["gen_accuracy"] < 0.9 and np.isfinite(row["circle"]) for row in toy.section("modular").rows)


def test_phases_are_mapped_and_followed_along_paths(monkeypatch, tmp_path):
    from empirical import PHASE_PATHS, find_diagram, find_path

    paths = {"decay": PHASE_PATHS["decay"]}
    monkeypatch.setattr(phases, "PHASE_PATHS", paths)
    monkeypatch.setattr(phases, "MAPS", ("rates",))

    def tiny(diagram):
        quick = diagram.presets["quick"]
        few = {axis.name: list(quick[axis.name])[:2] for axis in diagram.axes}
        presets = {"quick": {**quick, **few, "seed": (0,), "schedule.steps": 20}}
        return dataclasses.replace(diagram, name="", presets=presets)

    rates, decay = tiny(find_diagram("rates")), tiny(find_path("decay"))
    monkeypatch.setattr(phases, "find_path", lambda name: decay)
    mapped = phases.map_phases
    monkeypatch.setattr(phases, "map_phases", lambda name, *rest, **named: mapped(rates, *rest, **named))
    setting = phases.build(Request("quick", Style("black", "o"), runs=tmp_path, workers=1))
    assert [section.name for section in setting.sections] == ["rates", "path-decay"]
    assert len(setting.section("rates").rows) == 4
    assert "4 confusion" in setting.section("rates").text
    assert len(setting.table) == 2
    assert all(len(section.panels()) == 1 for section in setting.sections)
