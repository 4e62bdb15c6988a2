"""Which tests concern a source file: those that name it or what it offers, then the rest of its room."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tests_of(source):
    """(near, rest): two lists of paths for pytest, for a source file given relative to the root.

    Near are the examples of the file itself, the tests of the same name, those that name the file or one of its public
    names, and those of the mirrored folder, in this order; the rest is everything else of the room. Files, not folders:
    pytest runs them as listed.
    """
    source = Path(source)
    room, tests = source.parts[0], ROOT / "tests"
    named = _named(source)

    def rank(test):
        if test.stem == f"test_{source.stem}" and test.parent == tests / source.parent:
            return 0
        if named.search(test.read_text(encoding="utf-8")):
            return 1
        return 2 if test.parent == tests / source.parent else 3

    ranked = sorted((rank(test), test) for test in (tests / room).rglob("test_*.py"))
    near = [test.relative_to(ROOT) for place, test in ranked if place < 3]
    examples = (file.relative_to(ROOT) for file in sorted((ROOT / room).rglob("*.py")))
    rest = [test.relative_to(ROOT) for place, test in ranked if place == 3]
    return [source, *near], [*rest, *(file for file in examples if file != source)]


def _named(source):
    """Matches the dotted name of the file, and each public name that it defines."""
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    public = next(
        (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        ),
        [],
    )
    dotted = ".".join(source.with_suffix("").parts).removesuffix(".__init__")
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in (dotted, *public)))
