from pathlib import Path

import pytest
from selection import ROOT, near_and_rest

SOURCES = [
    path.relative_to(ROOT).as_posix() for room in ("theory", "numerics") for path in sorted((ROOT / room).rglob("*.py"))
]


@pytest.mark.parametrize("source", SOURCES)
def test_near_and_rest_are_all_near_and_rest_the_room_each_once(source):
    near, rest = near_and_rest(source)
    room = source.partition("/")[0]
    files = {*(ROOT / room).rglob("*.py"), *(ROOT / "tests" / room).rglob("test_*.py")}
    assert len(near) + len(rest) == len(files)
    assert {ROOT / path for path in (*near, *rest)} == files
    assert near[0] == Path(source)


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("numerics/curves/phases.py", ["tests/numerics/curves/test_phases.py"]),
        # Named like another file of another folder, and used by its public names.
        ("numerics/linear/sharpness_law.py", ["tests/numerics/linear/test_sharpness_law.py"]),
        ("theory/linear/jumps/sharpness_law.py", ["tests/theory/linear/jumps/test_sharpness_law.py"]),
        ("theory/registry.py", ["tests/theory/test_registry.py"]),
        ("numerics/curves/estimation/standard_errors.py", ["tests/numerics/curves/estimation/test_standard_errors.py"]),
    ],
)
def test_the_near_and_rest_the_same_name_come_first(source, tests):
    near, _ = near_and_rest(source)
    assert [path.as_posix() for path in near[1 : 1 + len(tests)]] == tests


def test_tests_that_name_the_file_are_near_though_far_away():
    near, rest = near_and_rest("numerics/curves/estimation/condensation.py")
    assert Path("tests/numerics/curves/estimation/test_optimum.py") in near
    assert Path("tests/numerics/linear/test_losses.py") in rest
