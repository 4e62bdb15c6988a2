from dataclasses import replace

import pytest

from report import Claim
from report.kept import pictures, settings
from report.kept.settings import kept_setting
from report.setting import Request, Section, Style


@pytest.fixture
def build(monkeypatch, planted_setting, planted_table, tmp_path):
    """The setting `mine`, which reads one run; returns how to ask for it, and a list of when it was built."""
    built = []
    runs = tmp_path / "runs"
    runs.mkdir()
    (runs / "mine-1.nc").write_text("-0.5")

    def make(request):
        (run,) = request.folder("mine").glob("mine-*.nc")
        built.append(run.read_text())
        section = Section(name="s", title="S", panels=lambda: ("drawn",), caption="", text=f"{len(built)}. time")
        table = planted_table(float(run.read_text()))
        return replace(planted_setting("mine", table), sections=(section,))

    monkeypatch.setattr(settings, "find_setting", {"mine": make}.get)

    def ask(preset="quick"):
        return kept_setting("mine", Request(preset, Style("black", "o"), runs=runs))

    return ask, built, runs


def test_a_setting_is_built_once_and_looks_the_same(build):
    ask, built, _ = build
    first, second = ask(), ask()
    assert len(built) == 1
    assert first.table == second.table
    assert first.identity == second.identity != ""


def test_a_changed_run_or_code_or_preset_is_built_anew(build, monkeypatch):
    ask, built, runs = build
    before = ask()
    (runs / "mine-1.nc").write_text("-0.8")
    after = ask()
    assert round(after.table.trends["relative"].slope, 1) == -0.8
    assert after.identity != before.identity
    (runs / "parity-1.nc").write_text("a run of another setting in the same folder")
    assert ask().identity == after.identity
    ask("paper")
    monkeypatch.setattr(settings, "code_digest", lambda: "other code")
    ask()
    assert built == ["-0.5", "-0.8", "-0.8", "-0.8"]


def test_a_figure_of_a_kept_setting_can_still_be_drawn(build):
    ask, built, _ = build
    assert ask().sections[0].panels() == ("drawn",)
    assert len(built) == 1
    again = ask()
    assert len(built) == 1
    assert again.sections[0].panels() == ("drawn",)
    assert len(built) == 2


def test_claims_are_judged_once_for_what_is_known_of_the_settings(build, monkeypatch):
    ask, _, runs = build
    judged = []

    def judge(named):
        judged.append(list(named))
        return (Claim("It falls", "M, section 2", {"mine": "it does"}, "confirmed", f"{len(judged)}. time"),)

    monkeypatch.setattr(settings, "judge", judge)
    first = settings.kept_claims(runs, {"mine": ask()})
    assert settings.kept_claims(runs, {"mine": ask()}) == first
    assert len(judged) == 1
    settings.kept_claims(runs, {"mine": ask(), "own": replace(ask(), identity="")})
    settings.kept_claims(runs, {"mine": ask(), "own": replace(ask(), identity="")})
    settings.kept_claims(runs, {"mine": replace(ask(), identity="other")})
    assert judged == [["mine"], ["mine", "own"], ["mine", "own"], ["mine"]]


def test_pictures_are_drawn_once_for_what_is_drawn(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    drawn = []

    def figures():
        drawn.append(1)
        yield "a", (Figure(figsize=(1, 1)), Figure(figsize=(1, 2)))

    def ask(drawn_from="x", folder=tmp_path):
        return pictures.kept_pictures(folder, "mine", drawn_from, figures())

    assert ask() == ask()
    assert len(drawn) == 1
    ask("y")
    monkeypatch.setattr(pictures, "code_digest", lambda: "other code")
    assert ask() == ask(folder=None)
    assert len(drawn) == 4
