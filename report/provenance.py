"""Where a report comes from: versions, command, seeds, time taken."""

import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

__all__ = ["Provenance", "provenance"]

_PACKAGES = ("groksharp", "sympy", "mpmath", "numpy", "scipy", "torch", "xarray", "matplotlib")


@dataclass(frozen=True)
class Provenance:
    """Command, time and versions behind a report."""

    command: str
    written: str
    seconds: float
    python: str
    machine: str
    versions: dict[str, str]
    seeds: str
    networks: str


def provenance(preset: str, *, seconds: float, runs: Path, recorded: str | None = None) -> Provenance:
    """Collect the provenance of a comparison that took ``seconds``."""
    from empirical import PRESETS as NETWORKS

    seeds = ", ".join(map(str, NETWORKS[recorded or preset]["seeds"]))
    return Provenance(
        command=f"groksharp report --preset {preset}" + (f" --recorded {recorded}" if recorded else ""),
        written=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        seconds=round(seconds, 1),
        python=sys.version.split()[0],
        machine=f"{platform.system()} {platform.machine()}",
        versions={package: version(package) for package in _PACKAGES},
        seeds=f"networks {seeds} at every input size; gradient descent 0, replicas counted from 0; runs kept in {runs}",
        networks=recorded_origin(recorded) if recorded else f"trained here or loaded from {runs}",
    )


def recorded_origin(preset: str) -> str:
    """Which command, engine, versions and machine made the recorded networks of a preset.

    >>> print(recorded_origin("quick"))  # doctest: +ELLIPSIS
    the curves were recorded by `make recorded` with groksharp ..., torch ..., numpy ... (FusedEngine, ...)
    """
    from empirical import recorded_runs

    made = recorded_runs(preset)[0].attrs
    return (
        f"the curves were recorded by `{made['recorded_by']}` with groksharp {made['groksharp_version']}, "
        f"torch {made['torch_version']}, numpy {made['numpy_version']} ({made['engine']}, {made['machine']})"
    )
