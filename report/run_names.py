"""What runs of several logs are called, and what their time counts."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

__all__ = ["names_of_runs", "time_unit"]

_UNITS = ("step", "epoch", "iteration", "batch")
_ENDINGS = r"(\.(csv|tsv|txt|log|json|jsonl|ndjson|parquet|feather|gz|bz2|xz|nc|npz|npy))+$"


def time_unit(columns: Sequence[str]) -> str:
    """The unit of time that all columns of time name, or empty.

    >>> time_unit(["train_step", "step"]), time_unit(["step", "epoch"])
    ('step', '')
    """
    units = {unit for column in columns for unit in _UNITS if unit in column.lower()}
    return units.pop() if len(units) == 1 else ""


def names_of_runs(sources: Sequence[str], labels: Sequence[str]) -> list[str]:
    """What tells runs apart: the label within a source, the name of the source, or both.

    >>> names_of_runs(["a/log.csv", "b/log.csv"], ["", ""]), names_of_runs(["x.csv", "x.csv"], ["seed=0", "seed=1"])
    (['a/log', 'b/log'], ['seed=0', 'seed=1'])
    """
    if len(set(sources)) == 1 and len(sources) > 1:
        return _told_apart([label or source for source, label in zip(sources, labels, strict=True)])
    files = {source: _without_ending(Path(source).name or source) for source in dict.fromkeys(sources)}
    if len(set(files.values())) < len(files):  # one name in several folders
        parents = [Path(source).parent.parts for source in files]
        shared = len([parts for parts in zip(*parents, strict=False) if len(set(parts)) == 1])
        files = {source: _without_ending("/".join(Path(source).parts[shared:])) for source in files}
    return _told_apart([_with_label(of, files[of], label) for of, label in zip(sources, labels, strict=True)])


def _with_label(source: str, name: str, label: str) -> str:
    """The name of a file with the label of a run, unless the folders on the way to it say that already."""
    said = f"/{label}/" in f"/{_without_ending(source)}/"
    return ", ".join(filter(None, (name, "" if said else label)))


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names that come more than once get a number."""
    counts: Counter[str] = Counter()
    told = []
    for name in names:
        counts[name] += 1
        told.append(f"{name} ({counts[name]})" if counts[name] > 1 else name)
    return told


def _without_ending(name: str) -> str:
    return re.sub(_ENDINGS, "", name) or name
