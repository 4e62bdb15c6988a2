import json

import pytest

import numerics
from report.kept import rows as module
from report.kept.rows import kept_rows

ARGUMENTS = {"lam": 0.8, "d": 20, "seeds": [0, 1]}


@pytest.fixture
def counted():
    """The sweep of gradient descent, with how often it ran."""
    calls = []

    def sweep_descent(**arguments):
        calls.append(arguments)
        return numerics.sweep_descent(**arguments)

    return sweep_descent, calls


def plain(rows):
    """For a comparison: what is not known is None, which equals itself."""
    return numerics.tabulate(rows).to_dict()["rows"]


def only(folder):
    (path,) = folder.iterdir()
    return path


def test_rows_are_measured_once_and_are_the_same_again(tmp_path, counted):
    sweep, calls = counted
    first, second = (kept_rows(tmp_path, sweep, **ARGUMENTS) for _ in range(2))
    assert len(calls) == 1
    assert plain(first) == plain(second) == plain(numerics.sweep_descent(**ARGUMENTS))


def test_another_argument_or_another_code_is_measured_anew(tmp_path, counted, monkeypatch):
    sweep, calls = counted
    kept_rows(tmp_path, sweep, **ARGUMENTS)
    kept_rows(tmp_path, sweep, **{**ARGUMENTS, "eta": 0.02})
    assert len(calls) == 2
    monkeypatch.setattr(module, "code_digest", lambda _: "a fit that was changed")
    kept_rows(tmp_path, sweep, **ARGUMENTS)
    assert len(calls) == 3


def test_planted_rows_are_not_served(tmp_path, counted):
    sweep, calls = counted
    rows = kept_rows(tmp_path, sweep, **ARGUMENTS)
    path = only(tmp_path)
    seal, files, _ = path.read_text().split("\n")
    planted = json.dumps([{**rows[0], "relative_gap": 123.0}])
    for text in (
        planted,
        "\n".join([seal, files, planted]),
        path.read_text()[:50],  # cut off
        "null",
        "{}",
    ):
        path.write_text(text)
        assert plain(kept_rows(tmp_path, sweep, **ARGUMENTS)) == plain(rows)
    assert len(calls) == 6


def test_a_file_of_other_arguments_is_not_served_under_their_name(tmp_path, counted):
    sweep, _ = counted
    kept_rows(tmp_path, sweep, **ARGUMENTS)
    path = only(tmp_path)
    other = path.read_text()
    path.unlink()
    rows = kept_rows(tmp_path, sweep, **{**ARGUMENTS, "lam": 0.5})
    only(tmp_path).write_text(other)
    assert plain(kept_rows(tmp_path, sweep, **{**ARGUMENTS, "lam": 0.5})) == plain(rows)
