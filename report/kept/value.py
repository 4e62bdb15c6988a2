"""A value on disk for the next time: keyed by all that made it, sealed, and written whole or not at all."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from numerics.whole_file import remove_unfinished, write_whole

__all__ = ["digest_of", "kept_value"]


def kept_value(folder: Path, name: str, made_by: str, make: Callable[[], tuple[Any, Iterable[Path]]]) -> Any:
    """What `make` gives: the value kept in `folder`, if it was made by the same and of the same files, else made now.

    A file that was cut off, or in which a character was changed, is made again.

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
        return json.loads(found)
    value, files = make()
    content = json.dumps({str(file): digest_of(file.read_bytes()) for file in sorted(set(files))})
    text = json.dumps(value, ensure_ascii=False)
    with contextlib.suppress(OSError):  # what cannot be kept is made again
        folder.mkdir(parents=True, exist_ok=True)
        remove_unfinished(folder)
        write_whole(path, "\n".join([_seal(key, content, text), content, text]).encode())
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


def _is(file: Path, digest: str) -> bool:
    try:
        return digest_of(file.read_bytes()) == digest
    except OSError:
        return False


def _seal(key: str, content: str, text: str) -> str:
    return digest_of("\n".join([key, content, text]))
