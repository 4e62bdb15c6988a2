"""Where a report comes from: what decides its numbers, and what differs from one making to the next."""

import contextlib
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

__all__ = ["Provenance", "provenance"]

_VARYING = ("written", "seconds", "machine")
_PACKAGES = ("groksharp", "sympy", "mpmath", "numpy", "scipy", "torch", "xarray", "matplotlib")


@dataclass(frozen=True)
class Provenance:
    """Command, time and versions behind a report; the settings say themselves where their runs come from.

    >>> provenance("groksharp report", seconds=1.0).lasting["command"]
    'groksharp report'
    """

    command: str
    written: str
    seconds: float
    python: str
    machine: str
    versions: dict[str, str]

    @property
    def lasting(self) -> dict[str, Any]:
        """What decides the numbers: equal for two reports that are made of the same runs by the same code."""
        return {name: value for name, value in asdict(self).items() if name not in _VARYING}


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
