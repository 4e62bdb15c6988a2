"""A digest of the code behind a number: its sources, what comes with them, and the versions of what they build on."""

import functools
import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

__all__ = ["ALL_ROOMS", "NUMBERS", "code_digest"]

NUMBERS = ("theory", "numerics")
"""The rooms behind a number that no network has part in."""

ALL_ROOMS = (*NUMBERS, "empirical", "report")
"""The rooms behind a page."""

_BELOW = {
    "theory": ("sympy", "mpmath"), "numerics": ("numpy", "scipy"), "empirical": ("torch", "xarray", "scikit-learn"),
    "report": ("matplotlib", "jinja2"),
}  # fmt: skip


@functools.cache
def code_digest(rooms: tuple[str, ...] = ALL_ROOMS) -> str:
    """SHA-256 of every file of these rooms, recorded runs among them, and of the versions of what they import.

    >>> len(code_digest(NUMBERS))
    64
    """
    versions = [f"{package} {_version(package)}" for room in rooms for package in _BELOW[room]]
    digest = hashlib.sha256(f"python {sys.version_info[:2]} {versions}".encode())
    for room in rooms:
        for root in _folders(room):
            for path in sorted(root.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(f"{room}/{path.relative_to(root).as_posix()}".encode())
                    digest.update(path.read_bytes())
    return digest.hexdigest()


def _folders(room: str) -> list[Path]:
    """Where a room is, found without importing it."""
    spec = find_spec(room)
    return [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
