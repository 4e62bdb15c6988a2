import importlib
import sys

import numerics
from numerics.progress import shown


def test_true_shows_a_bar_on_standard_error_and_a_function_is_called(capsys):
    calls = []
    for progress in (True, None, False, lambda *counted: calls.append(counted)):
        numerics.sweep_linear([0.8, 0.9], points=500, progress=progress)
    out, err = capsys.readouterr()
    assert not out
    assert "runs: 100%" in err
    assert calls == [(1, 2), (2, 2)]


def test_without_tqdm_a_plain_line_says_how_much_is_done(capsys, monkeypatch):
    load = importlib.import_module

    def without_tqdm(name):
        if name == "tqdm":
            raise ModuleNotFoundError(name=name)
        return load(name)

    monkeypatch.setattr(importlib, "import_module", without_tqdm)
    with shown(True, "sweep", "run") as show:
        for done in range(1, 4):
            show(done, 3)
    assert capsys.readouterr().err == "sweep: 1 of 3 runs\nsweep: 3 of 3 runs\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with shown(True, "sweep", "run") as show:
        show(3, 3)
    assert capsys.readouterr().err == "sweep: 3 of 3 runs\r\n"
