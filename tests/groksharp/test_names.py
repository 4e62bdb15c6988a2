"""One name for the toolkit: the same objects, loaded when asked for."""

import importlib
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import groksharp as gs

ROOT = Path(__file__).parents[2]
ROOMS = ("theory", "numerics", "empirical", "report")


def fresh(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_are_the_rooms(room):
    assert getattr(gs, room) is importlib.import_module(room)


@pytest.mark.parametrize("name", [name for name in gs.__all__ if name not in ROOMS])
def test_each_name_is_the_object_of_one_room(name):
    homes = [room for room in map(importlib.import_module, ROOMS) if name in room.__all__]
    assert len(homes) == 1
    assert getattr(gs, name) is getattr(homes[0], name)


def test_nothing_is_loaded_before_it_is_asked_for():
    code = "import sys, groksharp as gs; dir(gs); {}; print(*sorted({{'sympy', 'numpy', 'torch'}} & set(sys.modules)))"
    assert fresh(code.format("gs.__version__")) == ""
    assert fresh(code.format("gs.TrainingLoss")) == "sympy"
    assert fresh(code.format("gs.fit_curve")) == "numpy"


def test_what_there_is_is_listed():
    assert dir(gs) == sorted([*gs.__all__, "__version__"])
    assert gs.__all__ == sorted(set(gs.__all__))
    assert gs.__version__ == version("groksharp")


def test_the_documentation_lists_every_name_under_its_room():
    listed = {
        room: re.findall(r"`(\w+)`", names) for room, names in re.findall(r"^- of `(\w+)`: (.*)$", gs.__doc__, re.M)
    }
    assert sorted([*listed, *(name for names in listed.values() for name in names)]) == gs.__all__
    assert all(name in importlib.import_module(room).__all__ for room, names in listed.items() for name in names)


def test_a_misspelled_name_is_told_its_nearest():
    for room in (gs, gs.numerics):
        with pytest.raises(
            AttributeError, match=rf"module '{room.__name__}' has no attribute 'mesure'. Did you mean 'measure'"
        ):
            room.mesure  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'report' has no attribute 'compear'. Did you mean 'compare'\?$"):
        gs.report.compear  # noqa: B018
    assert not hasattr(gs, "__wrapped__")


def test_neither_sweep_is_the_sweep():
    with pytest.raises(AttributeError, match=r"groksharp\.numerics\.sweep .* groksharp\.empirical\.sweep"):
        gs.sweep  # noqa: B018


def test_type_checkers_see_the_same_names():
    import ast

    tree = ast.parse(Path(gs.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    seen = {}
    for node in block.body:
        if isinstance(node, ast.ImportFrom):
            seen |= {alias.name: node.module for alias in node.names}
    assert sorted([*seen, *ROOMS]) == gs.__all__
    assert all(name in importlib.import_module(home).__all__ for name, home in seen.items())


@pytest.mark.parametrize("arguments", [["--version"], ["derive", "M3", "--latex"]])
def test_the_package_runs_as_the_command(arguments):
    runs = [
        subprocess.run(
            [sys.executable, "-m", *module, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for module in (["groksharp"], ["report.program"])
    ]
    assert runs[0].stdout == runs[1].stdout != ""
