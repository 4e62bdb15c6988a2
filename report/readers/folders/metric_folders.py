"""Folders of MLflow: one file a metric, lines of time, value and step."""

import re
from collections.abc import Iterable
from pathlib import Path

from report.readers.files.opening import opened
from report.readers.folders.listing import Listing
from report.readers.log_table import LogTable
from report.readers.scalar_streams import stream_columns
from report.readers.wording import printable_name

__all__ = ["is_metric", "read_metric_folders"]

_LINE = re.compile(rb"-?\d+ \S+ -?\d+(\s.*)?", re.DOTALL)


def is_metric(listing: Listing, file: Path) -> bool:
    """Whether a file lies where MLflow puts metrics, or directly in the folder, and begins as they do."""
    if "metrics" not in file.parts[:-1] and len(file.parts) > 1:
        return False
    try:
        with opened(listing.path(file)) as data:
            return _LINE.fullmatch(data.readline(200)) is not None
    except (ValueError, OSError):
        return False


def read_metric_folders(listing: Listing, files: Iterable[Path]) -> list[LogTable]:
    """One table a run, `run` the path of its folder; lines that are none of MLflow's are left out, and said."""
    runs: dict[Path, dict[str, list[tuple[int, float, float]]]] = {}
    notes: dict[Path, list[str]] = {}
    for file in files:
        cut = file.parts.index("metrics") if "metrics" in file.parts[:-1] else -1
        run, name = Path(*file.parts[: max(cut, 0)]), "/".join(file.parts[cut + 1 :])
        scalars = []
        with opened(listing.path(file)) as data:
            lines = data.read().splitlines()
        for line in lines:
            try:
                when, value, step, *_ = line.split()  # newer ones name a data set and a model behind it
                scalars.append((int(step), int(when) / 1000, float(value)))
            except ValueError:
                continue
        if len(scalars) < len(lines):
            notes.setdefault(run, []).append(
                f"{len(lines) - len(scalars)} lines of {listing.name(file)} were left out."
            )
        runs.setdefault(run, {})[name] = scalars
    labels = {run: "" if run == Path() and len(runs) == 1 else printable_name(run.as_posix()) for run in runs}
    return [
        LogTable(listing.name(run), stream_columns(streams), tuple(notes.get(run, ())), labels[run])
        for run, streams in runs.items()
    ]
