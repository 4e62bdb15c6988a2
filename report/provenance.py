"""Where a report comes from: the command, versions, time taken."""

import contextlib
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

__all__ = ["Provenance", "provenance"]

_PACKAGES = ("groksharp", "sympy", "mpmath", "numpy", "scipy", "torch", "xarray", "matplotlib")


@dataclass(frozen=True)
class Provenance:
    """Command, time and versions behind a report; the settings say themselves where their runs come from."""

    command: str
    written: str
    seconds: float
    python: str
    machine: str
    versions: dict[str, str]


def provenance(command: str, *, seconds: float) -> Provenance:
    """Collect the provenance of a comparison that took `seconds`.

    >>> provenance("groksharp report", seconds=1.26).seconds
    1.3
    """
    return Provenance(
        command=command,
        written=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        seconds=round(seconds, 1),
        python=sys.version.split()[0],
        machine=f"{platform.system()} {platform.machine()}",
        versions=dict(_versions()),
    )


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):  # a report of settings without networks needs no PyTorch
            yield package, version(package)
