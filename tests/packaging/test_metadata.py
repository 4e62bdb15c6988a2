"""What is imported is declared, what is declared is pinned, and type checkers find the types."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ROOMS = ("theory", "numerics", "empirical", "report", "groksharp")
INSTALLED_AS = {"flint": "python-flint"}  # where the import has another name than the distribution


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements):
    found = {normalized(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}
    return found - {"groksharp"}  # an extra that has others in it


def imported(room):
    """Distributions whose packages the room's files import, at the top, inside functions or by name."""
    found = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                target = node.args[0]
                found |= {target.value.partition(".")[0]} if isinstance(target, ast.Constant) else set()
    return {normalized(INSTALLED_AS.get(name, name)) for name in found - set(sys.stdlib_module_names) - set(ROOMS)}


BASE = names(PROJECT["dependencies"])
OPTIONAL = {"numerics": {"certified", "strategies"}, "empirical": {"networks", "dask"}}
TAKEN_IF_THERE = {"numerics": {"pandas", "polars", "tqdm"}}  # data frames to hand over to, and a bar
OPTIONAL["report"] = {*OPTIONAL["numerics"], *OPTIONAL["empirical"], "report", "logs", "tensorboard", "serve"}


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_imports_is_declared(room):
    declared = BASE.union(*(names(EXTRAS[extra]) for extra in OPTIONAL.get(room, ())))
    assert imported(room) - TAKEN_IF_THERE.get(room, set()) <= declared


def test_what_is_declared_is_imported():
    used = set().union(*map(imported, ROOMS))
    declared = BASE.union(
        *(
            names(EXTRAS[extra])
            for extra in ("networks", "report", "certified", "dask", "strategies", "logs", "tensorboard", "serve")
        )
    )
    taken = set().union(*TAKEN_IF_THERE.values())
    assert taken <= used
    assert declared | taken == used


def test_everything_is_all():
    assert EXTRAS["all"] == ["groksharp[networks,report,images,certified,dask,strategies,logs,tensorboard,serve]"]


def test_ranges_here_and_exact_versions_in_the_constraints():
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, exact, version = line.partition("==")
            assert exact, f"constraints.txt holds exact versions, got {line!r}"
            pinned[normalized(name)] = version
    for requirement in [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]:
        name, lowest, *_ = re.split(r">=|,|(?=\[)", requirement)
        if name != "groksharp":
            assert "==" not in requirement
            assert normalized(name) in pinned, f"{name} has no exact version in constraints.txt"
            assert _number(lowest) <= _number(pinned[normalized(name)])


def _number(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def test_torch_is_pinned_to_the_build_that_was_tried():
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("room", ROOMS)
def test_every_package_is_typed(room):
    assert (ROOT / room / "py.typed").exists()


@pytest.mark.parametrize("extra", ["networks", "report", "dask"])
def test_the_command_line_names_the_extra_of_what_is_missing(extra):
    from report.commands.extras import what_to_install

    for module in names(EXTRAS[extra]) - {"tqdm"}:  # progress is shown without it, too
        sentence = what_to_install(ModuleNotFoundError(f"No module named {module!r}", name=module))
        assert f"groksharp[{extra}]" in sentence
