"""Measured rows on disk, for work that is to resume: keyed by the code that made them and by all of its arguments."""

import functools
import hashlib
import json
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numerics
import theory
from numerics import SharpnessTable
from report.annotations import Row

__all__ = ["code_digest", "kept_rows"]


def kept_rows(folder: Path, measure: Callable[..., SharpnessTable], **arguments: Any) -> list[Row]:
    """The rows of `measure(**arguments)`: those that the same code made of the same arguments, else made now.

    They are kept in `folder`. A file that was cut off, or in which a number was changed, is made again.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = kept_rows(Path(folder), numerics.sweep_descent, lam=0.8, d=20, replicas=1)
    ...     [path.name.rpartition("-")[0] for path in Path(folder).iterdir()]
    ['sweep_descent']
    """
    made_by = f"{code_digest()} {measure.__module__}.{measure.__qualname__} {json.dumps(arguments, sort_keys=True)}"
    key = _digest(made_by)
    path = folder / f"{measure.__name__}-{key[:16]}.json"
    rows = _read(path, key)
    if rows is None:
        rows = measure(**arguments).to_dict()["rows"]
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps({"key": key, "seal": _seal(key, rows), "rows": rows}), encoding="utf-8")
        temporary.replace(path)
    return [{name: float("nan") if value is None else value for name, value in row.items()} for row in rows]


@functools.cache
def code_digest() -> str:
    """A digest of all code behind a measured number: the sources of `theory` and `numerics`, and what they build on.

    >>> len(code_digest())
    64
    """
    versions = [f"{package} {version(package)}" for package in ("sympy", "mpmath", "numpy", "scipy")]
    digest = hashlib.sha256(f"python {sys.version_info[:2]} {versions}".encode())
    for room in (theory, numerics):
        root = Path(room.__path__[0])
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{root.name}/{path.relative_to(root).as_posix()}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path, key: str) -> list[Row] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        whole = kept["key"] == key and kept["seal"] == _seal(key, kept["rows"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return kept["rows"] if whole else None


def _seal(key: str, rows: list[Row]) -> str:
    return _digest(key + json.dumps(rows, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
