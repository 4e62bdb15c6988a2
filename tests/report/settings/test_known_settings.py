import dataclasses

import pytest

from report import add_setting, compare, known_settings, setting_names
from report.known_settings import find_setting


@pytest.fixture
def added(monkeypatch):
    """What tests add is forgotten after them."""
    monkeypatch.setattr(known_settings, "_ADDED", {})


def test_every_file_of_the_folder_and_every_system_is_a_setting():
    from empirical import SYSTEMS

    names = setting_names()
    assert names[:3] == ("linear", "descent", "parity")
    assert set(SYSTEMS) < set(names)
    assert all(callable(find_setting(name)) for name in names)


def test_an_unknown_setting_is_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"There is no setting 'sorting'; there are linear, descent, parity, .*modular_add"
    ):
        compare(settings=["linear", "sorting"])


def test_a_setting_of_a_users_own_is_compared(added, planted_table, planted_setting):
    asked = []

    def build(request):
        asked.append(request)
        return dataclasses.replace(planted_setting("other", planted_table()), style=request.style)

    add_setting("mine", build)
    comparison = compare(settings=["mine"], runs="there", workers=3)
    (setting,) = comparison.settings
    assert setting.name == "mine"
    assert setting.style == asked[0].style
    assert (asked[0].runs, asked[0].workers, asked[0].preset) == ("there", 3, "quick")
    assert "G^-0.50 in the planted other" in comparison.finding
    assert comparison.provenance.command == "groksharp report --preset quick --settings mine"


def test_settings_without_a_style_of_their_own_get_different_ones(added, planted_table, planted_setting):
    for name in "abcd":
        add_setting(
            name, lambda request: dataclasses.replace(planted_setting("x", planted_table()), style=request.style)
        )
    styles = [setting.style for setting in compare(settings="abcd").settings]
    assert len({style.color for style in styles}) == len({style.marker for style in styles}) == 4


@pytest.mark.parametrize(
    ("name", "sentence"), [("linear", "comes with the package"), ("my runs", "take 'my-runs'"), ("", "take 'runs'")]
)
def test_names_that_cannot_be_taken(added, name, sentence):
    with pytest.raises(ValueError, match=sentence):
        add_setting(name, lambda request: None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"preset": "huge"}, "preset must be one of quick, paper, got 'huge'"),
        ({"settings": ["linear", "linear"]}, "Each setting must be named once, got linear, linear"),
        ({"settings": []}, "needs at least one setting"),
        ({"settings": ["linear"], "recorded": "paper"}, "recorded networks are parity's, got the settings linear"),
    ],
)
def test_what_cannot_be_compared_is_said_at_once(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare(**arguments)
