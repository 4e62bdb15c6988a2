"""Which tests concern a source file: those that import it or what it offers, then the rest of its room."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def near_and_rest(source):
    """Two lists of paths for pytest, for a source file given relative to the root.

    Near are the examples of the file itself, the tests of the same name, those that name the file or import one of its
    public names, and those of the mirrored folder, in this order; the rest is everything else of the room. Files, not
    folders: pytest runs them as listed.
    """
    source = Path(source)
    room, tests = source.parts[0], ROOT / "tests"
    dotted = ".".join(source.with_suffix("").parts).removesuffix(".__init__")
    public = _public_names(ROOT / source)

    def distance(test):
        if test == tests / source.with_name(f"test_{source.stem}.py"):
            return 0
        text, imported = _text_and_imported_names(test)
        if dotted in text or public & imported:
            return 1
        return 2 if test.parent == tests / source.parent else 3

    ranked = sorted((distance(test), test.relative_to(ROOT)) for test in (tests / room).rglob("test_*.py"))
    examples = (file.relative_to(ROOT) for file in sorted((ROOT / room).rglob("*.py")))
    near = [source, *(test for place, test in ranked if place < 3)]
    return near, [*(test for place, test in ranked if place == 3), *(file for file in examples if file != source)]


def _public_names(file):
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


@cache
def _text_and_imported_names(file):
    text = file.read_text(encoding="utf-8")
    nodes = ast.walk(ast.parse(text))
    return text, {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
