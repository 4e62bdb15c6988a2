"""What the names of files say of their runs: `wd=0.1_seed=3.csv`, `lr0.01-s2.csv`."""

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["knobs_of_names"]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_SETTING = re.compile(rf"([^\W\d_][\w.]*?)\s*=\s*({_NUMBER}(?![\w.])|[^=_,;/\s]+)", re.IGNORECASE)
_JOINED = re.compile(rf"(?<![^\W_])([^\W\d_]{{1,}})[_-]?({_NUMBER})(?![^\W_])", re.IGNORECASE)
_SEEDS = {"s": "seed", "sd": "seed", "rng": "seed"}
_NO_KNOBS = {
    "version",
    "v",
    "run",
    "runs",
    "log",
    "part",
    "file",
    "metrics",
    "curve",
    "curves",
    "data",
    "job",
    "exp",
    "results",
}


def knobs_of_names(names: Sequence[str]) -> list[dict[str, Any]]:
    """For each name of a file or folder, without its ending, what it says: names with numbers or words.

    Only what all names have in the same order is taken, and of that what is not the same everywhere. Where one name
    does not fit, nothing is.

    >>> knobs_of_names(["wd=0.1_seed=3", "wd=1e-3_seed=3"])
    [{'wd': 0.1}, {'wd': 0.001}]
    >>> knobs_of_names(["lr0.01-s2", "lr0.01-s3"]), knobs_of_names(["a", "lr1"])
    ([{'seed': 2}, {'seed': 3}], [{}, {}])
    """
    for pattern in (_SETTING, _JOINED):
        found = [[one for one in pattern.findall(name) if one[0].lower() not in _NO_KNOBS] for name in names]
        keys = [tuple(_SEEDS.get(key.lower(), key) for key, _ in one) for one in found]
        if keys and keys[0] and len(set(keys)) == 1 and len(set(keys[0])) == len(keys[0]):
            values = [[_value(text) for _, text in one] for one in found]
            varied = [k for k in range(len(keys[0])) if len({one[k] for one in values}) > 1]
            return [{keys[0][k]: one[k] for k in varied} for one in values]
    return [{} for _ in names]


def _value(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            pass
    return text
