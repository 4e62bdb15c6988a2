import errno
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf

from report.command_line import main
from report.commands import measure, systems

FULL = Path("/dev/full")
TIME = np.arange(1.0, 101)
ROWS = list(zip(TIME, (1 + erf(0.2 * (TIME - 20))) / 2, (1 + erf(0.1 * (TIME - 60))) / 2, strict=True))

WORDS = {
    "clears the screen": "\x1b[2J",
    "a link": "\x1b]8;;http://x\x07y\x1b]8;;\x07",
    "a control character of eight bits": "\x9b2J",
    "written backwards": "\u202egnp.exe\u202c",
    "no width": "a\u200bb",
    "goes back": "ab\b\bcd",
    "a line of its own": "a\rgroksharp: done\n",
    "no character": "\udcff",
    "long": "x" * 100_000,
    "many digits": "9" * 5000,
}
PLACES = {
    "command": ["{}"],
    "option": ["measure", "--{}", "LOG"],
    "log": ["measure", "{}"],
    "pattern": ["measure", "no*{}"],
    "time": ["measure", "LOG", "--time", "{}"],
    "floor": ["measure", "LOG", "--floor", "{}"],
    "offset": ["measure", "LOG", "--offset", "{}"],
    "shape": ["measure", "LOG", "--shape", "{}"],
    "samples": ["measure", "LOG", "--gen-samples", "{}"],
    "classes": ["measure", "LOG", "--classes", "{}", "--json"],
    "figure": ["measure", "LOG", "--figure", "{}.jpg"],
    "table": ["measure", "LOG", "--csv", "no/{}"],
    "λ": ["linear", "--lam", "{}"],
    "λ, in parts": ["linear", "--lam", "1:{}:3"],
    "points": ["linear", "--points", "{}"],
    "equation": ["derive", "{}"],
    "system": ["train", "{}"],
    "knob": ["train", "parity", "--set", "{}=1"],
    "value": ["train", "parity", "--set", "weight_decay={}", "--recorded", "quick"],
    "preset": ["train", "parity", "--preset", "{}"],
    "seeds": ["train", "parity", "--input-sizes", "0:{}"],
    "diagram": ["phases", "--diagram", "{}"],
    "module": ["systems", "--load", "{}"],
    "file": ["systems", "--load", "{}.py"],
    "pair": ["representation", "--train", "0-{}"],
    "pairs": ["representation", "--train", "@{}"],
    "own runs": ["report", "--with", "{}"],
    "settings": ["report", "--settings", "{}"],
    "port": ["serve", "--port", "{}"],
}


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["step,train_acc,val_acc", *(",".join(map(str, row)) for row in ROWS)]))
    return path


def assert_plain(done):
    """An exit status of the three, and short lines of which a terminal shows every character."""
    assert done.returncode in (0, 1, 2)
    assert "not foreseen" not in done.stderr
    lines = (done.stdout + done.stderr).split("\n")
    assert [line[:300] for line in lines if not line.replace("\r", "").isprintable()] == []
    assert max(map(len, done.stderr.split("\n"))) < 1100


def run_at(call, log, place, word):
    arguments = [str(log) if part == "LOG" else part.replace("{}", word) for part in PLACES[place]]
    done = call(*arguments)
    assert_plain(done)
    return done


@pytest.mark.parametrize("place", ["option", "log", "figure", "λ"])
def test_what_is_written_on_the_command_line_rules_no_terminal(call, log, place):
    done = run_at(call, log, place, WORDS["clears the screen"])
    assert done.returncode == 2
    assert r"\x1b" in done.stderr


@pytest.mark.slow
def test_290_command_lines_with_a_hostile_word_are_refused_in_a_sentence(call, log, monkeypatch):
    """Each of 10 words at each of 29 places."""
    monkeypatch.chdir(log.parent)
    for place, word in itertools.product(PLACES, WORDS.values()):
        if "\udcff" in word and place in ("module", "knob"):
            continue
        run_at(call, log, place, word)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["linear", "--lam", "1e300"], "must lie between 1 and 1e+100 steps"),
        (["linear", "--lam", "1:2:1000000000000"], "COUNT from 2 to 100,000"),
        (["linear", "--lam", "0.9", "--points", "1000000000000"], "points must be a whole number from 4 to 100000000"),
        (["linear", "--lam", "0.9", "--horizon", "inf"], "horizon must be positive and finite, got inf"),
        (["train", "parity", "--seeds", "0:1000000000000"], "by 100,000 at most"),
        (["measure", "LOG", "--gen-samples", "9" * 400], "samples must be a whole number of at least 1"),
        (["measure", "LOG", "--offset", "-1e20"], "time must advance"),
        (["measure", "LOG", "--figure", ""], "name a file for the figure"),
        (["measure", "LOG", "--csv", "."], "name a file for the table"),
        (["measure", "LOG", "--csv", "/dev/full"], "no space left on device."),
        (["measure", "LOG", "--predict", "1e300", "1"], "ε must lie between"),
        (["representation", "--train", "0-" + "9" * 5000], "two whole numbers with a dash between"),
        (["representation", "--train", "@/dev/zero"], "is a device, not a file"),
    ],
)
def test_a_value_that_nobody_can_mean_is_refused(call, log, arguments, sentence):
    done = call(*(str(log) if part == "LOG" else part for part in arguments))
    assert_plain(done)
    assert done.returncode in (1, 2)
    assert sentence in done.stderr


def test_names_of_a_log_rule_no_terminal_and_its_json_is_whole(call, tmp_path):
    names = ["\x1b[2J", "\x9b", "a\u202eb", "😀\ud800", "=cmd()", "$\\frac{", "<script>"]
    columns = dict(zip(("step", "train_acc", "val_acc"), map(list, zip(*ROWS, strict=True)), strict=True))
    path = tmp_path / "log\x1b[2J.json"
    path.write_text(json.dumps({name: {**columns, f"lr{name}": k} for k, name in enumerate(names)}))
    done = call("measure", path, "--csv", tmp_path / "table.csv", "--figure", tmp_path / "curves.svg")
    assert_plain(done)
    assert done.returncode == 0
    assert "<script" not in (tmp_path / "curves.svg").read_text()
    rows = (tmp_path / "table.csv").read_text().splitlines()[1:]
    assert [row.partition(",")[0] for row in rows][4:] == ["'=cmd()", "$\\frac{", "<script>"]
    told = call("measure", path, "--json")
    assert_plain(told)
    assert len(json.loads(told.stdout)["rows"]) == len(names)


def test_a_thousand_reasons_are_told_in_short(call, tmp_path):
    sources = [tmp_path / f"{'x' * k}y.csv" for k in range(1, 100)]
    done = call("measure", *sources)
    assert "  … and 79 more reasons" in done.stderr
    assert len(done.stderr.splitlines()) < 30


@pytest.mark.parametrize(("module", "words", "said"), [(measure, ["measure", "x"], ""), (systems, ["systems"], "")])
def test_only_commands_that_train_say_that_runs_are_kept(monkeypatch, capsys, module, words, said):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run", interrupted)
    assert main(words) == 130
    assert capsys.readouterr().err == f"groksharp {words[0]}: interrupted.\n"


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OverflowError("int too large"), 1, "What failed is not foreseen (OverflowError: int too large"),
        (MemoryError(), 1, "more memory than there is"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "no space left on device."),
        (KeyError("No such thing."), 2, "No such thing."),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_no_error_reaches_the_user_as_a_traceback(monkeypatch, capsys, error, status, sentence):
    def failing(_):
        raise error

    monkeypatch.setattr(systems, "run", failing)
    assert main(["systems"]) == status
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert bool(said) == bool(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("closed", [(), (0,), (1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_streams_of_every_kind_are_enough(log, closed, encoding):
    code = "import os, sys\nfor k in eval(sys.argv[1]): os.close(k)\nos.execv(sys.argv[2], sys.argv[2:])"
    command = [sys.executable, "-m", "report.program", "linear", "--lam", "0.9", "--points", "300", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", code, repr(closed), *command],
        capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 0
    assert b"Error" not in done.stderr
    assert b"Exception" not in done.stderr
    if 1 not in closed:
        assert json.loads(done.stdout.decode(encoding))["rows"][0]["status"] == "ok"


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="no full device here")
@pytest.mark.parametrize(("stream", "status"), [("stdout", 1), ("stderr", 0)])
def test_a_full_disk_below_a_stream_is_told_in_a_sentence(stream, status):
    command = [sys.executable, "-m", "report.program", "linear", "--lam", "0.9", "--points", "300", "--json"]
    with FULL.open("w") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        done = subprocess.run(command, check=False, **streams)
    assert done.returncode == status
    if stream == "stdout":
        assert done.stderr.endswith(b"groksharp linear: no space left on device.\n")
