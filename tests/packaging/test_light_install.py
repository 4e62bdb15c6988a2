"""`pip install groksharp` alone derives, evaluates and measures; what needs more says what to install."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Every finder is made blind to all but the standard library, the rooms and what the plain installation brings, so that
# the interpreter is one in which nothing else was ever installed.
PLAIN = """
import sys
SEEN = {"sympy", "mpmath", "numpy", "scipy", "lazy_loader", "theory", "numerics", "empirical", "report", "groksharp"}
class Plain:
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        known = top in SEEN or top in sys.stdlib_module_names or top.startswith("_sysconfigdata")
        return self.finder.find_spec(name, path, target) if known else None
sys.meta_path[:] = [Plain(finder) for finder in sys.meta_path]
"""


def run_plainly(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", PLAIN + code, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def groksharp(*commands):
    """Commands one after the other in one plain interpreter, whose start takes longer than they do.

    Returns the exit status and the output of each.
    """
    called = [[str(word) for word in command] for command in commands]
    done = run_plainly(
        "from contextlib import redirect_stderr\nfrom report import main\n"
        f"for one in {called!r}:\n"
        "    with redirect_stderr(sys.stdout): status = main(one)\n"
        "    print('exit status', status, flush=True)\n"
    )
    assert done.returncode == 0, done.stderr
    *outputs, rest = re.split(r"exit status (\d)\n", done.stdout)
    assert rest == ""
    return list(zip(map(int, outputs[1::2]), outputs[::2], strict=True))


@pytest.mark.parametrize("name", ["torch", "xarray", "matplotlib", "jinja2", "tqdm", "latex2mathml", "pytest"])
def test_nothing_else_is_seen(name):
    done = run_plainly(f"import importlib.util\nassert importlib.util.find_spec({name!r}) is None\nimport {name}")
    assert done.returncode == 1
    assert f"ModuleNotFoundError: No module named {name!r}" in done.stderr


def test_the_base_rooms_work():
    done = run_plainly(
        "import numpy as np, groksharp as gs\n"
        "from theory.symbols import lam, s\n"
        "assert gs.GeneralizationLoss(s, lam).diff(s) == -gs.TrainingLoss(s, lam)\n"
        "t = np.arange(1.0, 400)\n"
        "y = [(1 + np.tanh((t - at) / 40)) / 2 for at in (100, 250)]\n"
        "assert abs(gs.measure(t, *y).relative_gap - 1.5) < 0.01\n"
        "assert abs(gs.numerics.training_loss(1.0, 0.5) - float(gs.TrainingLoss(1, 0.5))) < 1e-12\n"
        "assert len(gs.sweep_linear([1.05, 1.1], points=2000).fitted) == 2\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_line_works_and_measures_a_file(tmp_path):
    file = tmp_path / "curves.csv"
    rows = [f"{t},{min(1, max(0.5, t / 50 - 1))},{min(1, max(0.5, t / 90 - 2))}" for t in range(1, 400)]
    file.write_text("\n".join(["step,train_acc,val_acc", *rows]))
    checked, typeset, swept, measured = groksharp(
        ["derive", "M10", "--check"],
        ["derive", "M4", "--latex"],
        ["linear", "--lam", "1.05,1.1", "--points", "2000"],
        ["measure", file, "--json"],
    )
    for (status, output), printed in ((checked, "M10: checked"), (typeset, "align"), (swept, "2 fitted of 2 run")):
        assert status == 0, output
        assert printed in output
    assert measured[0] == 0, measured
    assert json.loads(measured[1][measured[1].index("{") :])["status"] == "ok"


def test_the_command_line_helps():
    done = run_plainly("from report import main\nmain(['--help'])")
    assert done.returncode == 0, done.stderr
    assert "groksharp" in done.stdout


def test_what_needs_more_says_what_to_install(tmp_path):
    needs = {
        ("parity",): "networks",
        ("parity", "--recorded", "paper"): "networks",
        ("train", "modular_addition"): "networks",
        ("report",): "(networks|report)",
        ("linear", "--lam", "1.05,1.1", "--points", "2000", "--figure", tmp_path / "linear.svg"): "report",
    }
    for (status, output), (command, extra) in zip(groksharp(*needs), needs.items(), strict=True):
        assert status == 2, command
        assert len(output.strip().splitlines()) == 1, output
        assert re.search(rf"groksharp\[[\w,]*{extra}", output), output
