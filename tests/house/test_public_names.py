"""What is public in each room, what is said about it, and how its files are named."""

import ast
import importlib
import inspect
import types


def test_no_file_is_named_for_nothing(room, root):
    nothing = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "tools"}
    named = [path for path in (root / room).rglob("*") if nothing & {path.stem, path.name}]
    assert not named


def is_ours(value, rooms):
    return not isinstance(value, types.ModuleType) and getattr(value, "__module__", rooms[0]).split(".")[0] in rooms


def test_the_public_names_are_all_of_them(room, rooms):
    module = importlib.import_module(room)
    ours = {name for name, value in vars(module).items() if not name.startswith("_") and is_ours(value, rooms)}
    public = ours - {"TYPE_CHECKING"}
    lazy = set(module.__all__) - public if hasattr(module, "__getattr__") else set()
    assert public | lazy == set(module.__all__)
    assert len(module.__all__) == len(set(module.__all__))
    assert not [name for name in module.__all__ if not hasattr(module, name)]
    assert not [name for name in module.__all__ if name.startswith("test")], "pytest would collect it"


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
    assert not [path for path, tree in trees(room).items() if not ast.get_docstring(tree)]
