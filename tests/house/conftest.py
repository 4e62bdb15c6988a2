"""The rooms and their sources; a test that takes `room` runs once for each."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# pytest puts tests/ on the path, where folders are named like the rooms; the rooms come first.
sys.path.insert(0, str(ROOT))

ROOMS = ("theory", "numerics", "empirical", "report", "groksharp")


def pytest_generate_tests(metafunc):
    if "room" in metafunc.fixturenames:
        metafunc.parametrize("room", ROOMS)


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def rooms():
    """In the order in which they may import each other: each those before it."""
    return ROOMS


@pytest.fixture(scope="session")
def sources():
    """`sources(room)`: path and text of each of its files, and of the stub of a package that has one."""
    kept = {}

    def read(room):
        if room not in kept:
            found = [path for ending in ("py", "pyi") for path in sorted((ROOT / room).rglob(f"*.{ending}"))]
            kept[room] = {path: path.read_text(encoding="utf-8") for path in found}
        assert kept[room], f"no sources of {room}"
        return kept[room]

    return read


@pytest.fixture(scope="session")
def trees(sources):
    """`trees(room)`: path and syntax tree of each of its files."""
    kept = {}

    def parse(room):
        if room not in kept:
            kept[room] = {path: ast.parse(text) for path, text in sources(room).items()}
        return kept[room]

    return parse
