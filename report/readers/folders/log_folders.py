"""A folder as runs: its logs of one kind, the most telling that it has; what else there is, is said."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

from report.commands.extras import what_to_install
from report.readers.files.kinds import read_file
from report.readers.files.netcdf import load_netcdf, netcdf_tables
from report.readers.files.opening import opened
from report.readers.folders.event_folders import read_event_folders
from report.readers.folders.listing import Listing, list_folder, natural, run_labels
from report.readers.folders.metric_folders import is_metric, read_metric_folders
from report.readers.folders.single_metrics import put_together
from report.readers.log_table import LogTable
from report.readers.wording import listed, printable_name

__all__ = ["read_folder"]

Reader = Callable[[Listing, list[Path]], list[LogTable]]

_COMPRESSED = r"(\.(gz|bz2|xz))?"
_STATE = "trainer_state.json"


def read_folder(root: Path) -> tuple[LogTable, ...]:
    """One table a run, `run` what tells it from the others.

    Of several kinds of logs one is read, the first of: runs of groksharp (and other NetCDF), trainer states of Hugging
    Face, event files of TensorBoard, metrics of MLflow, Parquet and Arrow, CSV, lines of JSON, JSON, arrays of NumPy,
    text.

    Raises
    ------
    ValueError
        If there is no log in it, or none can be read; the sentence says why.
    ModuleNotFoundError
        If the only logs need a package that is not installed.
    """
    listing = list_folder(root)
    by_kind: dict[str, list[Path]] = {}
    for file in listing.files:
        by_kind.setdefault(_kind(listing, file), []).append(file)
    failures: list[Exception] = []
    for kind, (_, read) in _KINDS.items():
        if kind not in by_kind:
            continue
        notes: list[str] = []
        try:
            tables, reasons = _read_each(listing, by_kind[kind]) if read is None else (read(listing, by_kind[kind]), [])
        except (ValueError, ModuleNotFoundError) as reason:
            failures.append(reason)
            continue
        if not tables:
            failures += reasons
            continue
        tables = put_together(printable_name(root), tables)
        notes += [f"Left out: {_sentence(reason)}" for reason in (*failures, *reasons)][:_MOST_REASONS]
        notes += _left(by_kind, kind)
        notes += listing.notes
        if listing.unfinished:
            notes.append(f"{listing.unfinished} runs are still being trained there, or were broken off.")
        first = dataclasses.replace(tables[0], notes=(*tables[0].notes, *notes))
        return (first, *tables[1:])
    raise _refusal(listing, failures)


_MOST_REASONS = 5


def _read_each(listing: Listing, files: list[Path]) -> tuple[list[LogTable], list[ValueError]]:
    """The tables of files that are a run each, and why others are none; one row is no curve."""
    tables, reasons = [], []
    for file, label in zip(files, run_labels(files), strict=True):
        try:
            for table in read_file(listing.path(file)):
                if len(table) < 2:
                    raise ValueError(
                        f"{listing.name(file)} has {len(table)} row{'s' * (len(table) != 1)}, which is no curve."
                    )
                run = "/".join(filter(None, (printable_name(label), table.run)))
                tables.append(dataclasses.replace(table, run=run))
        except (ValueError, OSError) as reason:
            reasons.append(ValueError(str(reason)))
    return tables, reasons


def _read_netcdf(listing: Listing, files: list[Path]) -> list[LogTable]:
    loaded, reasons = [], []
    for file, label in zip(files, run_labels(files), strict=True):
        try:
            with opened(listing.path(file)) as data:
                loaded.append((listing.name(file), printable_name(label), load_netcdf(data, listing.name(file))))
        except (ValueError, OSError) as reason:
            reasons.append(f"Left out: {reason}")
    if not loaded:
        raise ValueError(" ".join(reasons[:_MOST_REASONS]))
    tables = netcdf_tables(loaded)
    return [dataclasses.replace(tables[0], notes=(*tables[0].notes, *reasons)), *tables[1:]]


def _read_states(listing: Listing, files: list[Path]) -> list[LogTable]:
    """Of each folder of outputs the last state, its own or its newest checkpoint's; each holds the whole history."""
    states: dict[Path, list[Path]] = {}
    for file in files:
        checkpoint = file.parent.name.startswith("checkpoint-")
        states.setdefault(file.parent.parent if checkpoint else file.parent, []).append(file)
    newest = [max(own, key=lambda file: (file.parent == folder, natural(file))) for folder, own in states.items()]
    tables, reasons = _read_each(listing, newest)
    if not tables:
        raise ValueError(" ".join(map(str, reasons)))
    runs = ["" if len(states) == 1 else printable_name(folder.as_posix()) for folder in states]
    named = dict(zip((listing.name(file) for file in newest), runs, strict=True))
    count = len(files) - len(newest)
    said = (f"Of {len(files)} trainer states the last of each run was read: {listed(newest)}.",) if count else ()
    return [
        dataclasses.replace(table, run=named.get(table.source, table.run), notes=(*table.notes, *said))
        for table in tables
    ]


_KINDS: dict[str, tuple[str, Reader | None]] = {
    "NetCDF": (r".*\.(nc|cdf)", _read_netcdf),
    "trainer states": (rf"(.*/)?{re.escape(_STATE)}", _read_states),
    "event files": (r".*tfevents[^/]*", read_event_folders),
    "MLflow metrics": (r"(?!)", read_metric_folders),  # by their first line
    "Parquet or Arrow": (r".*\.(parquet|pq|feather|arrow|ipc)", None),
    "CSV": (rf".*\.(csv|tsv|tab){_COMPRESSED}", None),
    "lines of JSON": (rf".*\.(jsonl|ndjson){_COMPRESSED}", None),
    "JSON": (rf".*\.json{_COMPRESSED}", None),
    "arrays": (r".*\.(npz|npy)", None),
    "text": (rf".*\.(txt|log|dat|out){_COMPRESSED}", None),
    "logs of other tools": (
        r".*\.(wandb|h5|hdf5|sqlite3?|db|mat|xlsx?|pkl|pickle|pt|pth|ckpt|index|safetensors)",
        None,
    ),
}
_OTHER = "other files"


_BESIDE = re.compile(r"(.*/)?(debug(-internal)?\.log|requirements\.txt|wandb-(summary|metadata)\.json)")  # of W&B


def _kind(listing: Listing, file: Path) -> str:
    if _BESIDE.fullmatch(file.as_posix()):
        return _OTHER
    for kind, (pattern, _) in _KINDS.items():
        if re.fullmatch(pattern, file.as_posix(), re.IGNORECASE | re.DOTALL):
            return kind
    return "MLflow metrics" if is_metric(listing, file) else _OTHER


def _left(by_kind: dict[str, list[Path]], kind: str) -> list[str]:
    others = sorted((other for other in by_kind if other != kind), key=lambda other: other == _OTHER)  # these last
    counts = ", ".join(f"{other} ({len(by_kind[other])})" for other in others)
    return [f"Of the folder, {kind} was read; left out: {counts}."] if counts else []


def _sentence(reason: Exception) -> str:
    return (what_to_install(reason) if isinstance(reason, ModuleNotFoundError) else None) or str(reason)


def _refusal(listing: Listing, failures: list[Exception]) -> Exception:
    missing = [reason for reason in failures if isinstance(reason, ModuleNotFoundError)]
    if missing:
        return missing[0]
    name = printable_name(listing.root)
    if len(failures) == 1:
        return ValueError(str(failures[0]))
    if failures:
        # The last kinds first: what a log of another tool is says more than why a file beside it is none.
        shown = " ".join(map(str, failures[: -_MOST_REASONS - 1 : -1]))
        return ValueError(f"No log in {name} can be read. {shown}")
    seen = listed((file.name for file in listing.files), most=5)
    return ValueError(
        f"{name} holds no log: no CSV, JSON, Parquet, NetCDF, NumPy or event file; "
        + (f"it has {seen}." if seen else "it has no files at all.")
    )
