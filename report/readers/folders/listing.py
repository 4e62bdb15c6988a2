"""What a folder holds: its files and those of its sub-folders, as far as they may be looked at."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.readers.wording import printable_name

__all__ = ["Listing", "list_folder", "natural", "run_labels"]

_MOST_ENTRIES = 100_000
_DEEPEST = 12


@dataclass(frozen=True)
class Listing:
    """The files below a folder.

    Attributes
    ----------
    root
        The folder.
    files
        Paths from the root, in natural order: `version_2` before `version_10`.
    notes
        What was not looked at.
    unfinished
        How many runs of `groksharp train` are being trained there, or were broken off.
    """

    root: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]
    unfinished: int = 0

    def path(self, file: Path) -> Path:
        """Of a file, to open it."""
        return self.root / file

    def name(self, file: Path) -> str:
        """Of a file, to be said."""
        return printable_name(self.root / file)


def list_folder(root: Path) -> Listing:
    """Every file below a folder, but hidden ones, and links that lead elsewhere; ValueError for too many.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = [(Path(folder) / name).touch() for name in ("run10.csv", "run9.csv", ".hidden")]
    ...     listing = list_folder(Path(folder))
    >>> [str(file) for file in listing.files], listing.notes
    (['run9.csv', 'run10.csv'], ('Not looked at: 1 hidden.',))
    """
    inside = root.resolve()
    files: list[str] = []
    left: Counter[str] = Counter()
    unfinished: set[str] = set()
    folders, seen = [("", 0)], 0
    while folders:
        folder, depth = folders.pop()
        for entry in _entries(root / folder, left):
            seen += 1
            if seen > _MOST_ENTRIES:
                raise ValueError(
                    f"{printable_name(root)} holds more than {_MOST_ENTRIES} files and folders; give the one of "
                    "them that holds the logs."
                )
            kind = _kind(entry, inside)
            if kind == "file":
                files.append(folder + entry.name)
            elif kind == "folder" and depth < _DEEPEST:
                folders.append((f"{folder}{entry.name}/", depth + 1))
            else:
                left["folders too deep" if kind == "folder" else kind] += 1
                if run := re.fullmatch(r"(\..+\.nc)\.(lock|[0-9a-f]+\.tmp)", entry.name):
                    unfinished.add(folder + run[1])
    notes = (f"Not looked at: {', '.join(f'{count} {kind}' for kind, count in sorted(left.items()))}.",) if left else ()
    return Listing(root, tuple(map(Path, sorted(files, key=natural))), notes, len(unfinished))


def natural(path: Path | str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts by the numbers within names.

    >>> sorted(["seed10", "seed9", "seed"], key=natural)
    ['seed', 'seed9', 'seed10']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", str(path))
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)


def run_labels(files: list[Path]) -> list[str]:
    """What tells files apart: the folder where all have one name, else the path without what all end in.

    >>> run_labels([Path("version_0/metrics.csv"), Path("version_1/metrics.csv")])
    ['version_0', 'version_1']
    >>> run_labels([Path("a.csv"), Path("b.csv.gz")])
    ['a', 'b']
    """
    if len(files) == 1:
        return [""]
    folders = [file.parent.as_posix() for file in files]
    if len({file.name for file in files}) == 1 and len(set(folders)) == len(files):
        return folders
    stems = [re.sub(r"(\.[A-Za-z]{1,8}){1,2}$", "", file.as_posix()) for file in files]
    return stems if len(set(stems)) == len(files) else [file.as_posix() for file in files]


def _entries(folder: Path, left: Counter[str]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        left["folders that may not be read"] += 1


def _kind(entry: os.DirEntry[str], inside: Path) -> str:
    """`"file"`, `"folder"`, or why it is not looked at."""
    if entry.name.startswith("."):
        return "hidden"
    try:
        if entry.is_symlink():
            # To files only: one to a folder of the same tree would show its files twice, or lead round in a circle.
            target = Path(entry.path).resolve(strict=True)
            return "file" if target.is_file() and target.is_relative_to(inside) else "links to elsewhere or to folders"
        if entry.is_file():
            return "file"
        return "folder" if entry.is_dir() else "pipes, sockets and devices"
    except (OSError, RuntimeError):  # a link to nowhere, or to itself
        return "links to elsewhere or to folders"
