"""One dialect: single backticks, annotations as they stand, no contractions."""

import ast
import io
import re
import tokenize

import pytest

CONTRACTION = re.compile(
    r"\b(?:\w+n['’]t|(?:i|you|we|they|he|she|it|that|there|here|what|who|where|let)['’](?:s|re|ve|ll|d|m))\b", re.I
)
DOUBLE_BACKTICKS = re.compile("``")


def postponed_annotations(source):
    """Lines of `from __future__ import annotations`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield from (node.lineno for alias in node.names if alias.name == "annotations")


def docstrings(source):
    """(line, text) of strings that stand alone: of modules, classes, functions and attributes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def prose(source):
    """(line, text) of all strings, parts of formatted ones too, and of all comments."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def matches(pattern, texts):
    """Lines on which the pattern stands."""
    return sorted({first + text.count("\n", 0, m.start()) for first, text in texts for m in pattern.finditer(text)})


RULES = {
    "annotations as they stand": lambda source: sorted(postponed_annotations(source)),
    "single backticks": lambda source: matches(DOUBLE_BACKTICKS, docstrings(source)),
    "no contractions": lambda source: matches(CONTRACTION, prose(source)),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_rooms_speak_one_dialect(rule, room, sources, root):
    found = {str(path.relative_to(root)): RULES[rule](text) for path, text in sources(room).items()}
    assert not {path: lines for path, lines in found.items() if lines}


def test_so_do_the_pages(root):
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    found = {
        str(page.relative_to(root)): matches(CONTRACTION, [(1, page.read_text(encoding="utf-8"))]) for page in pages
    }
    assert not {page: lines for page, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("rule", "source", "lines"),
    [
        ("annotations as they stand", "from __future__ import annotations", [1]),
        ("annotations as they stand", "import json\nfrom __future__ import division, annotations\n", [2]),
        ("single backticks", '"""Of\n\n``x`` and ``y``."""', [3]),
        ("single backticks", 'class A:\n    x = 1\n    """As ``x``."""\n    def f(self):\n        """``y``"""', [3, 5]),
        ("no contractions", 'def f():\n    """It\n    doesn\'t."""', [3]),
        ("no contractions", "x = f'{a} can’t be'", [1]),
        ("no contractions", 'raise ValueError("This isn\'t it.")', [1]),
        ("no contractions", "x = 1\n# Let's see\n", [2]),
        ("no contractions", "'''They're; that's; you'll; we've.'''", [1]),
    ],
)
def test_another_dialect_is_heard(rule, source, lines):
    assert RULES[rule](source) == lines


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("annotations as they stand", "'from __future__ import annotations'"),
        ("single backticks", '"""Of `x`."""\nfence = "```"\n# ``` and ``x``'),
        ("no contractions", '"""The student\'s loss, Lambert\'s W, the curves\' ends; cannot; its; one\'s."""'),
        ("no contractions", "x = {'it': 's'}; y = d['n']['t']"),
        ("no contractions", 'x = "isnt"'),
    ],
)
def test_the_dialect_passes(rule, source):
    assert not RULES[rule](source)
