"""Who may import whom: rooms one way, and each room only the libraries that are its own."""

import ast
import subprocess
import sys
import textwrap

import pytest

ROOMS = ("theory", "numerics", "empirical", "report", "groksharp")
ALLOWED = {
    "theory": {"sympy", "mpmath", "lazy_loader"},
    "numerics": {"sympy", "mpmath", "numpy", "scipy", "flint", "hypothesis", "pandas", "polars", "tqdm"},
    "empirical": {"sympy", "mpmath", "numpy", "scipy", "torch", "xarray", "filelock", "loky", "pebble"},
    "report": None,  # anything
    "groksharp": set(),
}
FILES_AND_NETWORK = {"io", "os", "pathlib", "pickle", "shelve", "shutil", "socket", "sqlite3", "tempfile", "urllib"}


def imported(tree, room):
    """(line, top-level name) of every import in the module, those inside functions and by name included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, room if node.level else node.module.split(".")[0]
        elif isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in ("import_module", "__import__") and node.args:
                # Of a formatted name the beginning is known, as in f"empirical.systems.{name}".
                target = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
                known = isinstance(target, ast.Constant) and isinstance(target.value, str)
                top, dot, _ = str(target.value).partition(".") if known else ("?", ".", "")
                yield node.lineno, (top or room) if dot or target is node.args[0] else "?"


# Imports what a user names.
BY_NAME = {"numerics/extensions.py"}


def trespasses(tree, room):
    """Imports of a module that its room may not make."""
    if ALLOWED[room] is None:
        return []
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *ALLOWED[room], *sys.stdlib_module_names}
    return [(line, name) for line, name in imported(tree, room) if name not in allowed]


def test_imports_run_one_way(room, trees, root):
    found = {
        f"{path.relative_to(root)}:{line}": name
        for path, tree in trees(room).items()
        for line, name in trespasses(tree, room)
        if name != "?" or path.relative_to(root).as_posix() not in BY_NAME
    }
    assert not found


@pytest.mark.parametrize(
    ("home", "source"),
    [
        ("theory", "import numpy as np"),
        ("theory", "def f():\n    from numerics.losses import training_loss"),
        ("theory", "import theory, scipy.special"),
        ("theory", "import importlib\nimportlib.import_module('num' + 'py')"),
        ("theory", "import_module(f'{room}.losses')"),
        ("theory", "import_module(f'num{rest}')"),
        ("theory", "import_module(f'numerics.{name}')"),
        ("numerics", "if True:\n    import torch"),
        ("numerics", "class A:\n    import empirical.sweep"),
        ("numerics", "__import__('matplotlib')"),
        ("empirical", "import pandas"),
        ("empirical", "from report import figures"),
        ("empirical", "import groksharp"),
        ("groksharp", "import numpy"),
    ],
)
def test_a_trespass_is_seen(home, source):
    assert trespasses(ast.parse(source), home)


@pytest.mark.parametrize(
    ("home", "source"),
    [
        ("theory", "import json\nfrom . import losses\nimport sympy, mpmath\nfrom theory.losses import x"),
        ("numerics", "import numpy.linalg\nfrom theory import y\nfrom scipy import stats"),
        ("numerics", "import_module(f'theory.derivations.{name}')\nimport_module('.losses', __package__)"),
        ("groksharp", "from report import main"),
    ],
)
def test_what_is_allowed_passes(home, source):
    assert not trespasses(ast.parse(source), home)


def test_theory_touches_no_files(trees, root):
    touched = {
        f"{path.relative_to(root)}:{line}": name
        for path, tree in trees("theory").items()
        for line, name in imported(tree, "theory")
        if name in FILES_AND_NETWORK
    }
    opened = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path, tree in trees("theory").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open"
    ]
    assert not touched
    assert not opened


@pytest.mark.parametrize(
    ("loaded", "foreign"),
    [
        ("theory", "numpy scipy torch matplotlib xarray pandas numerics"),
        ("numerics", "torch matplotlib xarray pandas empirical"),
        ("empirical", "matplotlib report"),
        ("report", "numpy torch xarray matplotlib"),
        ("groksharp", "sympy numpy"),
    ],
)
def test_a_fresh_import_loads_nothing_foreign(loaded, foreign, root):
    assert not loaded_by(f"import {loaded}", foreign, root)


TRAIN = """
from empirical.execution import process_pool
from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.two_layer import TwoLayer
from empirical.optimizers.sgd import SGD
from empirical.schedules.epochs import Epochs
from empirical.tasks.parity import Parity
from empirical.training.group import train_group
parity = Experiment(
    task=Parity(input_size=5, train_samples=40, gen_samples=20), model=TwoLayer(width=8), loss=CrossEntropy(),
    optimizer=SGD(), schedule=Epochs(epochs=2),
)
(run,) = train_group([parity], lambda units: None, records=["weight_norm"], homes={}, engine=None, device="cpu")
assert run.variables["gen_accuracy"][1].shape == (2,)
"""


@pytest.mark.parametrize(
    ("done", "foreign"),
    [
        ("import report\nreport.main(['--help'])", "sympy numpy torch xarray matplotlib tqdm jinja2"),
        (
            "import report\nreport.main(['linear', '--lam', '0.9', '--convention', 'exact', '--points', '500'])",
            "sympy mpmath scipy.stats scipy.optimize scipy.integrate torch xarray pandas matplotlib jinja2",
        ),
        (
            "import report\nreport.main(['descent', '--lam', '0.5', '--d', '100', '--seeds', '0,1'])",
            "sympy mpmath scipy.stats scipy.integrate torch xarray pandas matplotlib jinja2",
        ),
        (TRAIN, "sympy numerics.curves scipy.special scipy.stats scipy.sparse xarray pandas matplotlib report"),
    ],
    ids=["help", "linear", "descent", "worker"],
)
def test_what_is_done_loads_what_it_needs(done, foreign, root):
    quiet = "contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit)"
    assert not loaded_by(f"import contextlib, io\nwith {quiet}:\n" + textwrap.indent(done, "    "), foreign, root)


def loaded_by(code, foreign, root):
    """Which of the foreign modules a fresh interpreter has loaded once it has run the code."""
    asked = f"{code}\nimport sys; print(*sorted(set({foreign.split()!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
