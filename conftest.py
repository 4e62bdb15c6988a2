"""Examples that need an optional extra run where it is installed, and what one adds is not known to the next."""

import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

collect_ignore = ["tests/numerics/own"]  # files of a user's own: a test loads them
if not find_spec("flint"):
    collect_ignore.append("numerics/linear/enclosures.py")

# Where what users add is kept; the packages keep no other state.
_REGISTRIES = (
    ("numerics.curves.shapes.registry", "_KNOWN"),
    ("empirical.experiment.parts", "_added"),
    ("empirical.records.record", "RECORDS"),
    ("empirical.systems.known", "_systems"),
    ("empirical.phases.known", "_diagrams"),
    ("empirical.phases.known", "_paths"),
    ("empirical.tasks.operations.known", "_operations"),
    ("report.known_settings", "_ADDED"),
)


@pytest.fixture(autouse=True)
def nothing_added_stays():
    """Forget after each test, and after the examples of each docstring, what they have added."""
    if "empirical.experiment.parts" in sys.modules:
        import_module("empirical.experiment.known_parts")  # parts of the package are none that a test adds
    registries = [getattr(sys.modules[module], name) for module, name in _REGISTRIES if module in sys.modules]
    before = [dict(registry) for registry in registries]
    yield
    for registry, entries in zip(registries, before, strict=True):
        registry.clear()
        registry.update(entries)
