"""What is public in each room, what is said about it, and how its files are named."""

import ast
import importlib
import inspect


def test_no_file_is_named_for_nothing(room, root):
    nothing = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "tools"}
    named = [path for path in (root / room).rglob("*") if nothing & {path.stem, path.name}]
    assert not named


def listed(tree):
    """What a file's `__all__` says."""
    (names,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets) == "__all__"
    )
    return names


def test_the_public_names_are_all_of_them(room, trees, root):
    """Of a room with a stub those that it imports, which type checkers see as well."""
    module = importlib.import_module(room)
    stub = trees(room).get(root / room / "__init__.pyi", trees(room)[root / room / "__init__.py"])
    assert sorted(listed(stub)) == sorted(module.__all__) == sorted(set(dir(module)) - {"__version__"})
    assert len(module.__all__) == len(set(module.__all__))
    assert not [name for name in module.__all__ if not hasattr(module, name)]
    assert not [name for name in module.__all__ if name.startswith("test")], "pytest would collect it"


def test_no_file_of_a_room_has_the_name_of_a_public_name(room, root):
    """Loading the file would put it in the place of the name."""
    files = {path.stem for path in (root / room).iterdir()} - {"__init__"}
    assert not files & set(importlib.import_module(room).__all__)


def public_objects(room):
    module = importlib.import_module(room)
    return {name: getattr(module, name) for name in module.__all__}


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


def test_every_module_has_a_docstring(room, trees):
    assert not [path for path, tree in trees(room).items() if path.suffix == ".py" and not ast.get_docstring(tree)]
