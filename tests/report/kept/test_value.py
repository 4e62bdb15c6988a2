import os

import pytest

from report.kept import value
from report.kept.value import kept_value


@pytest.fixture
def counted(tmp_path):
    """A value made of one file, with how often it was made."""
    run, calls = tmp_path / "run.nc", []
    run.write_text("0.5")

    def make():
        calls.append(run.read_text())
        return {"value": float(run.read_text())}, [run]

    def ask(made_by="code 1"):
        return kept_value(tmp_path / "kept", "value", made_by, make)["value"]

    return ask, calls, run


def test_it_is_made_once(counted):
    ask, calls, _ = counted
    assert [ask(), ask()] == [0.5, 0.5]
    assert len(calls) == 1


def test_a_changed_run_is_computed_anew(counted):
    ask, calls, run = counted
    ask()
    run.write_text("0.75")
    assert [ask(), ask()] == [0.75, 0.75]
    run.touch()  # the same bytes are the same run
    assert (ask(), len(calls)) == (0.75, 2)


def test_a_run_that_is_gone_is_asked_for_again(counted):
    ask, _, run = counted
    ask()
    run.unlink()
    with pytest.raises(FileNotFoundError):
        ask()


def test_a_changed_code_is_computed_anew(counted):
    ask, calls, _ = counted
    ask("code 1")
    ask("code 2")
    ask("code 1")
    assert len(calls) == 2


@pytest.mark.parametrize("harm", [lambda text: text.replace("0.5", "0.6"), lambda text: text[:-1], lambda text: ""])
def test_what_was_tampered_with_is_made_again(counted, tmp_path, harm):
    ask, calls, _ = counted
    ask()
    (path,) = (tmp_path / "kept").iterdir()
    path.write_text(harm(path.read_text()))
    assert (ask(), len(calls)) == (0.5, 2)
    assert [one.suffix for one in (tmp_path / "kept").iterdir()] == [".json"]  # nothing temporary is left


def test_what_was_asked_for_longest_ago_makes_room(counted, tmp_path, monkeypatch):
    ask, calls, _ = counted
    folder = tmp_path / "kept"
    for name in ("code 1", "code 2", "code 3"):
        ask(name)
    asked, old, left = (folder / f"value-{_key(name)}.json" for name in ("code 1", "code 2", "code 3"))
    left.rename(left := left.with_suffix(".99.tmp"))  # by a writer that was killed
    for k, path in enumerate([asked, old, left]):
        os.utime(path, (k, k))
    mine = folder / f"mine-{'0' * 16}.json"  # which no one kept here
    mine.write_text("not sealed")
    os.utime(mine, (0, 0))
    monkeypatch.setattr(value, "_MOST_BYTES", 2 * asked.stat().st_size)
    ask("code 1")
    ask("code 4")
    assert len(calls) == 4
    assert {path.name for path in folder.iterdir()} == {asked.name, mine.name, f"value-{_key('code 4')}.json"}


def _key(made_by):
    return value.digest_of(f"value {made_by}")[:16]
