"""The rules of the house: who may import whom, what is public, what is said about it, and what is left untouched."""

import ast
import importlib
import inspect
import random
import subprocess
import sys
import types
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy

ROOT = Path(__file__).parents[1]
# pytest puts tests/ on the path, where folders are named like the rooms; the rooms come first.
sys.path.insert(0, str(ROOT))

ROOMS = ("theory", "numerics", "empirical", "report")
ALLOWED = {
    "theory": {"sympy", "mpmath"},
    "numerics": {"sympy", "mpmath", "numpy", "scipy", "flint", "hypothesis"},
    "empirical": {"sympy", "mpmath", "numpy", "scipy", "torch", "xarray"},
    "report": None,  # anything
}
FILES_AND_NETWORK = {"io", "os", "pathlib", "pickle", "shelve", "shutil", "socket", "sqlite3", "tempfile", "urllib"}


def sources(room):
    return sorted((ROOT / room).rglob("*.py"))


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
                target = node.args[0]
                known = isinstance(target, ast.Constant) and isinstance(target.value, str)
                yield node.lineno, target.value.split(".")[0] or room if known else "?"


def trespasses(source, room):
    """Imports of a module's source that its room may not make."""
    if ALLOWED[room] is None:
        return []
    rooms = set(ROOMS[: ROOMS.index(room) + 1])
    allowed = rooms | ALLOWED[room] | set(sys.stdlib_module_names)
    return [(line, name) for line, name in imported(ast.parse(source), room) if name not in allowed]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room):
    assert sources(room)
    found = {
        f"{path.relative_to(ROOT)}:{line}": name
        for path in sources(room)
        for line, name in trespasses(path.read_text(encoding="utf-8"), room)
    }
    assert not found


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("theory", "import numpy as np"),
        ("theory", "def f():\n    from numerics.losses import training_loss"),
        ("theory", "import theory, scipy.special"),
        ("theory", "import importlib\nimportlib.import_module('num' + 'py')"),
        ("numerics", "if True:\n    import torch"),
        ("numerics", "class A:\n    import empirical.sweep"),
        ("numerics", "__import__('matplotlib')"),
        ("empirical", "import pandas"),
        ("empirical", "from report import figures"),
    ],
)
def test_a_trespass_is_seen(room, source):
    assert trespasses(source, room)


def test_what_is_allowed_passes():
    assert not trespasses(
        "import json\nfrom . import losses\nimport sympy, mpmath\nfrom theory.linear.losses import x", "theory"
    )
    assert not trespasses("import numpy.linalg\nfrom theory import y\nfrom scipy import stats", "numerics")


def test_theory_touches_no_files():
    found = {
        f"{path.relative_to(ROOT)}:{line}": name
        for path in sources("theory")
        for line, name in imported(ast.parse(path.read_text(encoding="utf-8")), "theory")
        if name in FILES_AND_NETWORK
    }
    assert not found
    calls = [
        path
        for path in sources("theory")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open"
    ]
    assert not calls


@pytest.mark.parametrize(
    ("room", "foreign"),
    [
        ("theory", "numpy scipy torch matplotlib xarray pandas numerics"),
        ("numerics", "torch matplotlib xarray pandas empirical"),
        ("empirical", "matplotlib report"),
    ],
)
def test_a_fresh_import_loads_nothing_foreign(room, foreign):
    code = f"import sys, {room}; print(*sorted(set({foreign.split()!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_is_named_for_nothing(room):
    nothing = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "tools"}
    named = [path for path in (ROOT / room).rglob("*") if nothing & {path.stem, path.name}]
    assert not named


def is_ours(value):
    return not isinstance(value, types.ModuleType) and getattr(value, "__module__", ROOMS[0]).split(".")[0] in ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_the_public_names_are_all_of_them(room):
    module = importlib.import_module(room)
    public = {name for name, value in vars(module).items() if not name.startswith("_") and is_ours(value)}
    lazy = set(module.__all__) - public if hasattr(module, "__getattr__") else set()
    assert public | lazy == set(module.__all__)
    assert len(module.__all__) == len(set(module.__all__))
    assert not [name for name in module.__all__ if not hasattr(module, name)]
    assert not [name for name in module.__all__ if name.startswith("test")], "pytest would collect it"


def public_objects(room):
    module = importlib.import_module(room)
    return {name: getattr(module, name) for name in module.__all__}


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_explained_by_an_example(room):
    silent, unexplained = [], []
    for name, value in public_objects(room).items():
        if not (inspect.isclass(value) or inspect.isroutine(value)):
            continue  # constants are explained where they are assigned
        if inspect.isclass(value) and issubclass(value, BaseException):
            continue  # an exception is explained by who raises it
        text = inspect.getdoc(value) or ""
        inherited = inspect.isclass(value) and value.__doc__ is None
        if not text or inherited:
            unexplained.append(name)
        methods = vars(value).values() if inspect.isclass(value) else ()
        if ">>>" not in text and not any(">>>" in (getattr(m, "__doc__", None) or "") for m in methods):
            silent.append(name)
    assert not unexplained
    assert not silent


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_has_a_docstring(room):
    assert not [path for path in sources(room) if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]


def test_global_state_is_untouched():
    import numerics
    import theory

    def state():
        name, keys, *rest = np.random.get_state()  # noqa: NPY002  the global state is what is looked at
        return (
            mpmath.mp.prec,
            mpmath.iv.prec,
            np.get_printoptions(),
            np.geterr(),
            random.getstate(),
            name,
            keys.tobytes(),
            tuple(rest),
        )

    before = state()
    half = sympy.Rational(1, 2)
    theory.TrainingLoss(2, half).evalf(60)
    theory.GeneralizationLoss(2, half).evalf(60)
    theory.MarcumQ1(1, 2).evalf(60)
    theory.equations["M9"].check()
    theory.training_jump_time(half, half, half).evalf(30)
    numerics.generalization_loss([0.0, 1.0, 1e9], 1.5)
    numerics.training_loss("1", "2", digits=60)
    numerics.generalization_loss("1", "2", digits=60, form="published")
    numerics.spectral_generalization_loss("1", "2", digits=20)
    numerics.sweep_linear([0.9, 1.1], points=50).to_dict()
    numerics.sweep_descent([0.5], d=10, replicas=1, points=50)
    numerics.sample_linear_data(3, 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError):
        numerics.training_loss("-1", "2", digits=60)
    assert state() == before


@pytest.mark.parametrize("room", ROOMS)
def test_precision_is_a_context_and_randomness_an_argument(room):
    """No assignment to mp.dps or mp.prec; no call of a global generator of numpy, Python or torch."""
    found = []
    for path in sources(room):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found += [place for t in targets if isinstance(t, ast.Attribute) and t.attr in ("dps", "prec")]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = ast.unparse(node.func)
                seeded = ("np.random.default_rng", "np.random.SeedSequence", "np.random.Generator", "random.Random")
                if name.startswith(("np.random.", "numpy.random.", "random.")) and not name.startswith(seeded):
                    found.append(place)
                if name == "torch.manual_seed":
                    found.append(place)
    assert not found
