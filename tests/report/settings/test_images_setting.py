import numpy as np
import pytest

from report.known_settings import DEFAULT_SETTINGS, setting_names
from report.setting import Request, Style
from report.settings import images

TINY = {"schedule.steps": 6, "model.width": 8, "task.train_samples": 20, "task.gen_samples": 20, "seed": (0, 1)}


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    preset = (
        ("initial_scale", {**TINY, "model.initial_scale": (1.0, 8.0)}),
        ("weight_decay", {**TINY, "optimizer.weight_decay": (0.1, 0.4)}),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(images.PRESETS, "quick", {"digits": preset, "mnist": preset})
        runs = tmp_path_factory.mktemp("runs")
        return images.build(Request("quick", Style("black", "o"), runs=runs, workers=1))


def test_it_is_a_setting_by_name():
    assert "images" in setting_names()
    assert "images" in DEFAULT_SETTINGS
    assert set(images.PRESETS["quick"]) == {"digits"}
    assert set(images.PRESETS["paper"]) == {"digits", "mnist"}


def test_each_data_set_has_its_runs_once(setting):
    assert len(setting.table) == 6
    mnist = setting.companion("mnist")
    assert (len(mnist), {"steps_to_fit", "initial_scale", "weight_decay"} <= set(mnist.columns)) == (6, True)
    assert "MNIST" in setting.about
    assert "MNIST" in setting.section("scale").text


def test_its_sections_have_a_panel_a_data_set_and_say_what_never_came(setting):
    assert [section.name for section in setting.sections] == ["scale", "decay"]
    for section in setting.sections:
        assert len(section.panels()) == 2
        assert "nan" not in section.text
        assert {row["system"] for row in section.rows} == {"digits", "mnist"}
        assert all(row["runs"] == row["never_generalized"] == 2 for row in section.rows)
        assert all(np.isinf(row["steps_to_gen"]) for row in section.rows)
    assert "not to be had" in setting.section("decay").text
