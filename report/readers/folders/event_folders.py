"""Folders of TensorBoard: a run a folder, its training and validation curves where they lie in folders of their own."""

import re
from collections.abc import Iterable
from pathlib import Path

from report.readers.files.events import scalar_events
from report.readers.files.opening import opened
from report.readers.folders.listing import Listing
from report.readers.log_table import LogTable
from report.readers.scalar_streams import stream_columns
from report.readers.wording import listed, printable_name

__all__ = ["read_event_folders"]

_TRAIN = ("train", "training")
_GEN = ("validation", "val", "valid", "eval", "evaluation", "test", "dev", "gen")

Scalars = dict[str, list[tuple[int, float, float]]]


def read_event_folders(listing: Listing, files: Iterable[Path]) -> list[LogTable]:
    """One table a run, `run` its folder; the files of one folder one after the other.

    Three ways of writing spread one run over folders, and are one run here, the folder's name before the tag:

    - Keras: `run/train` and `run/validation`, the same tags in both;
    - an estimator: `run` and `run/eval`, the same tags in both;
    - `add_scalars("accuracy", {"train": …, "val": …})`: `run/accuracy_train` and `run/accuracy_val`, one tag in each.

    Raises ModuleNotFoundError without the package tensorboard.
    """
    by_folder: dict[Path, list[Path]] = {}
    for file in files:
        by_folder.setdefault(file.parent, []).append(file)
    scalars, notes = {}, {}
    for folder, own in by_folder.items():
        scalars[folder], notes[folder] = _read_folder(listing, own)
    tables = []
    runs = _runs(scalars)
    for run, parts in runs.items():
        streams = {column: scalars[folder][tag] for folder, tag, column in parts}
        said = tuple(dict.fromkeys(note for folder in {one: None for one, _, _ in parts} for note in notes[folder]))
        joined = sorted({folder.name for folder, _, _ in parts if folder != run})
        if joined:
            said = (*said, f"The folders {listed(joined)} were read as curves of one run.")
        label = "" if run == Path() and len(runs) == 1 else printable_name(run.as_posix())
        tables.append(LogTable(listing.name(run), stream_columns(streams), said, label))
    if not tables:
        every = list(dict.fromkeys(note for own in notes.values() for note in own))
        raise ValueError(" ".join([f"The event files in {listing.name(Path())} have no scalars.", *every[:5]]))
    return tables


def _read_folder(listing: Listing, files: list[Path]) -> tuple[Scalars, list[str]]:
    scalars: Scalars = {}
    notes = [f"{len(files)} event files of one folder were read one after the other."] if len(files) > 1 else []
    for file in files:
        try:
            with opened(listing.path(file)) as data:
                found, said = scalar_events(data)
        except (ValueError, OSError) as reason:
            notes.append(str(reason))
            continue
        notes += said
        for tag, values in found.items():
            scalars.setdefault(tag, []).extend(values)
    return scalars, notes


def _runs(scalars: dict[Path, Scalars]) -> dict[Path, list[tuple[Path, str, str]]]:
    """Of each run its curves: the folder that holds one, the tag there, the name of its column."""
    runs: dict[Path, list[tuple[Path, str, str]]] = {}
    for folder, own in scalars.items():
        added = _added_scalar(folder, own)
        if added:
            tag, name = added
            runs.setdefault(folder.parent, []).append((folder, tag, f"{tag}/{name}"))
        elif own and _is_part(folder, scalars):
            parts = [(folder, tag, f"{folder.name}/{tag}") for tag in own]
            runs.setdefault(folder.parent, []).extend(parts)
        elif own:
            runs.setdefault(folder, []).extend((folder, tag, tag) for tag in own)
    return runs


def _added_scalar(folder: Path, own: Scalars) -> tuple[str, str] | None:
    """The tag and the curve's name, where a folder is named after the only tag in it, as by `add_scalars`."""
    for tag in own if len(own) == 1 else ():
        beginning = tag.replace("/", "_") + "_"
        if folder.name.startswith(beginning) and folder.name != beginning:
            return tag, folder.name.removeprefix(beginning)
    return None


def _is_part(folder: Path, scalars: dict[Path, Scalars]) -> bool:
    """Whether a folder holds one side of a run whose other side, with a tag in common, lies beside or above it."""
    sides = [side for side in (_TRAIN, _GEN) if folder.name.lower() in side]
    if not sides or folder == Path() or _has_both_sides(scalars[folder]):
        return False
    others = [
        other
        for other in scalars
        if (other.parent == folder.parent and other.name.lower() in (_GEN if sides[0] is _TRAIN else _TRAIN))
        or other == folder.parent
    ]
    return any(set(scalars[folder]) & set(scalars[other]) for other in others if other != folder)


def _has_both_sides(own: Scalars) -> bool:
    """Whether the tags themselves tell training from validation: a whole run, whatever its folder is called."""
    words = [set(re.findall(r"[a-z]+", tag.lower())) for tag in own]
    return all(any(one & set(side) for one in words) for side in (_TRAIN, _GEN))
