"""No two files of a room import each other, however long the way round; the parts of an experiment stand alone."""

import ast
from collections import deque

import pytest

PARTS = ("tasks", "models", "losses", "optimizers", "schedules")


def dotted(path, root):
    """The module's name, and whether it is a package."""
    names = path.relative_to(root).with_suffix("").parts
    return (".".join(names[:-1]), True) if names[-1] == "__init__" else (".".join(names), False)


def bound(tree):
    """What a package's own lines define: a name that is imported from it may be this and not the file of that name."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def import_graph(modules, packages=()):
    """Of each module the modules it imports: at the top, in functions, for types, or by a name that is written out.

    That importing `a.b` runs `a/__init__.py` first is no import of `a`: it holds whoever asks.
    """
    names = {package: set(bound(modules[package])) for package in packages}

    def home_of(module, node):
        """Where `from … import` looks."""
        if not node.level:
            return node.module
        above = module.split(".") if module in packages else module.split(".")[:-1]
        return ".".join([*above[: len(above) - node.level + 1], *filter(None, [node.module])])

    def named(argument):
        """The module that is written out; all that the name may mean if only its beginning is."""
        if isinstance(argument, ast.Constant):
            yield argument.value
        elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
            yield from (name for name in modules if name.startswith(argument.values[0].value))

    def targets(module, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                home = home_of(module, node)
                for alias in node.names:
                    yield f"{home}.{alias.name}"
                    if f"{home}.{alias.name}" not in modules or alias.name in names.get(home, ()):
                        yield home
            elif isinstance(node, ast.Call) and node.args:
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in ("import_module", "__import__"):
                    yield from named(node.args[0])

    return {module: set(modules) & set(targets(module, tree)) - {module} for module, tree in modules.items()}


def way(graph, start, ends):
    """The shortest way along imports from a module to one of the ends, at least one step; None if there is none."""
    before, queue = {}, deque([start])
    while queue:
        here = queue.popleft()
        for there in sorted(graph[here]):
            if there not in before:
                before[there] = here
                queue.append(there)
                if there in ends:
                    steps = [there]
                    while len(steps) == 1 or steps[-1] != start:
                        steps.append(before[steps[-1]])
                    return steps[::-1]
    return None


def cycles(graph):
    """Strongly connected components of two or more modules, each as its shortest closed way."""
    found, seen = [], set()
    for module in sorted(graph):
        if module not in seen and way(graph, module, {module}):
            there = {other for other in graph if way(graph, module, {other}) and way(graph, other, {module})}
            shortest = min((way(graph, other, {other}) for other in sorted(there)), key=len)
            seen |= there
            found.append(
                " → ".join(shortest) + (f" ({len(there)} files in all)" if len(there) >= len(shortest) else "")
            )
    return found


def folder(module):
    """`empirical.tasks.parity` and `empirical.tasks` lie in `tasks`."""
    return module.split(".")[1] if "." in module else ""


def dependencies(graph, origin, forbidden):
    """Shortest ways from modules of a folder to those of forbidden folders, one for each module that has one."""
    ends = {module for module in graph if folder(module) in forbidden}
    ways = (way(graph, module, ends) for module in sorted(graph) if folder(module) == origin)
    return [" → ".join(steps) for steps in ways if steps]


@pytest.fixture(scope="module")
def graph_of(trees, root):
    def build(room):
        named = {dotted(path, root): tree for path, tree in trees(room).items()}
        modules = {name: tree for (name, _), tree in named.items()}
        return import_graph(modules, {name for name, is_package in named if is_package})

    return build


def test_no_two_files_import_each_other(room, graph_of):
    found = cycles(graph_of(room))
    assert not found


@pytest.mark.parametrize("part", PARTS)
def test_the_parts_of_an_experiment_do_not_import_each_other(part, graph_of):
    graph = graph_of("empirical")
    assert [module for module in graph if folder(module) == part], f"no files in empirical/{part}"
    found = dependencies(graph, part, set(PARTS) - {part})
    assert not found


def test_engines_know_no_tasks(graph_of):
    found = dependencies(graph_of("empirical"), "engines", {"tasks"})
    assert not found


def graph_from(**files):
    """Files by name, `a__b` for `a.b`; a package is a name that others begin with."""
    modules = {name.replace("__", "."): ast.parse(text) for name, text in files.items()}
    packages = {name for name in modules if any(other.startswith(f"{name}.") for other in modules)}
    return import_graph(modules, packages)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("import r.y", "import r.x"),
        ("from r.y import f", "def g():\n    from r.x import f"),
        ("from r import y", "from r import x"),
        ("from . import y", "from .x import f"),
        ("import r.y as other", "from importlib import import_module\nimport_module('r.x')"),
        ("import r.y", "__import__('r.x')"),
        ("import r.y", "importlib.import_module(f'r.{name}')"),
        ("import r.y", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from r.x import T"),
    ],
)
def test_a_cycle_of_two_is_seen(x, y):
    assert cycles(graph_from(r="", r__x=x, r__y=y)) == ["r.x → r.y → r.x"]


def test_a_chain_is_seen_and_printed():
    graph = graph_from(r="", r__a="import r.b", r__b="from r.c import f", r__c="import r.a, r.d", r__d="")
    assert cycles(graph) == ["r.a → r.b → r.c → r.a"]


def test_two_cycles_are_two():
    graph = graph_from(r="", r__a="import r.b", r__b="import r.a", r__c="import r.d, r.a", r__d="import r.c")
    assert cycles(graph) == ["r.a → r.b → r.a", "r.c → r.d → r.c"]


def test_a_large_knot_is_shown_by_its_shortest_cycle():
    graph = graph_from(r="", r__a="import r.b", r__b="import r.c", r__c="import r.a, r.d", r__d="import r.c")
    assert cycles(graph) == ["r.c → r.d → r.c (4 files in all)"]


def test_asking_the_package_for_a_name_closes_a_cycle():
    assert cycles(graph_from(r="from r.x import f", r__x="def g():\n    from r import f")) == ["r → r.x → r"]
    assert cycles(graph_from(r="from .x import f", r__x="from . import f")) == ["r → r.x → r"]


def test_a_name_that_is_a_file_and_a_public_name_may_be_either():
    graph = graph_from(r="from r.x import x", r__x="", r__y="from r import x", r__z="from r import y")
    assert graph["r.y"] == {"r", "r.x"}
    assert graph["r.z"] == {"r.y"}


def test_what_is_no_cycle_passes():
    graph = graph_from(
        r="from r.a import f\nfrom r.c import g",
        r__a="from r.c import g\nimport json",
        r__c="from r.c__private import h\nname = 'r.a'\nimport_module(name)",
        r__sub="from r.sub.d import e",
        r__sub__d="from r.a import f\nfrom .. import c\nfrom ..a import f",
    )
    assert not cycles(graph)
    assert graph["r.sub.d"] == {"r.a", "r.c"}


def test_a_part_that_imports_another_is_seen_through_a_chain():
    graph = graph_from(
        e="",
        e__tasks="",
        e__tasks__parity="",
        e__models="",
        e__models__linear="from e.sizes import n",
        e__models__plain="",
        e__sizes="from e.tasks.parity import m",
        e__engines="",
        e__engines__fused="from e import tasks",
    )
    assert dependencies(graph, "models", {"tasks", "losses"}) == ["e.models.linear → e.sizes → e.tasks.parity"]
    assert dependencies(graph, "engines", {"tasks"}) == ["e.engines.fused → e.tasks"]
    assert not dependencies(graph, "tasks", {"models"})
