"""A value on disk for the next time: keyed by all that made it, sealed, and written whole or not at all."""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numerics.whole_file import remove_unfinished, write_whole

__all__ = ["digest_of", "kept_value"]

_MOST_BYTES = 256 * 2**20  # some five pages, each of a version of the code of its own


def kept_value(folder: Path, name: str, made_by: str, make: Callable[[], tuple[Any, Iterable[Path]]]) -> Any:
    """What `make` gives: the value kept in `folder`, if it was made by the same and of the same files, else made now.

    A file that was cut off, or in which a character was changed, is made again. Of more than 256 MiB in the folder what
    was asked for longest ago is removed; nothing is lost by it but the time to make it again.

    Parameters
    ----------
    folder, name
        The file is `NAME-KEY.json` in the folder.
    made_by
        Everything that the value depends on, in words: digests of code, arguments.
    make
        Returns the value, in types that JSON has, and the files that it was computed from, which are known only
        afterwards. When one of them has other bytes than then, or is gone, the value is made again.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for _ in range(2):
    ...         kept_value(Path(folder), "answer", "code 1, x = 6", lambda: print("computed") or (42, ()))
    computed
    42
    42
    """
    key = digest_of(f"{name} {made_by}")
    path = folder / f"{name}-{key[:16]}.json"
    if (found := _read(path, key)) is not None:
        _mark_as_used(path)
        return json.loads(found)
    value, files = make()
    content = json.dumps({str(file): digest_of(file.read_bytes()) for file in sorted(set(files))})
    text = json.dumps(value, ensure_ascii=False)
    with suppress(OSError):  # what cannot be kept is made again
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
        write_whole(path, "\n".join([_seal(key, content, text), content, text]).encode())
        _forget(folder)
    return json.loads(text)


def digest_of(content: str | bytes) -> str:
    """SHA-256 in hexadecimal digits.

    >>> digest_of("λ")[:8]
    '6bb5604c'
    """
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _read(path: Path, key: str) -> str | None:
    """The text of the value, if its seal is whole and its files are what they were."""
    try:
        seal, content, text = path.read_text(encoding="utf-8").split("\n")
        files = json.loads(content) if seal == _seal(key, content, text) else None
    except (OSError, ValueError):
        return None
    return text if files is not None and all(_is(Path(file), was) for file, was in files.items()) else None


def _mark_as_used(path: Path) -> None:
    with suppress(OSError):  # a folder that one may only read
        os.utime(path)


def _forget(folder: Path) -> None:
    """Remove the values that were not used for longest, and what writers left that were killed, beyond the limit."""
    found = []
    for path in folder.glob("*-" + "[0-9a-f]" * 16 + ".*"):
        with suppress(OSError):  # another process was faster
            if path.is_file():
                found.append((path.stat().st_mtime_ns, path.stat().st_size, path))
    total = 0
    for _, size, path in sorted(found, reverse=True):
        total += size
        with suppress(OSError):
            if total > _MOST_BYTES and _is_sealed(path):
                path.unlink()


def _is_sealed(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return re.fullmatch("[0-9a-f]{64}\n", file.readline(66)) is not None


def _is(file: Path, digest: str) -> bool:
    try:
        return digest_of(file.read_bytes()) == digest
    except OSError:
        return False


def _seal(key: str, content: str, text: str) -> str:
    return digest_of("\n".join([key, content, text]))
