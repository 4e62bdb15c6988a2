"""A folder whose files are replaced together, or not at all as far as a file system allows."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["whole_folder"]

_ABANDONED = 3600.0  # seconds after which a temporary folder has no owner any more


@contextmanager
def whole_folder(folder: Path, *, last: str) -> Iterator[Path]:
    """Yield an empty folder beside; what was written there is moved into `folder` at the end, `last` at the very end.

    Each file appears whole, and a folder of this name is replaced as one, with nothing of the former left in it; what
    else lies in `folder` stays. Where the work fails or is killed before, nothing has changed; `last` should be what
    is read first, and need none of the others.

    >>> with tempfile.TemporaryDirectory() as name:
    ...     with whole_folder(Path(name), last="page") as beside:
    ...         _ = (beside / "page").write_text("new")
    ...     [path.name for path in Path(name).iterdir()]
    ['page']
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(".next-*"):  # of writers that were killed
        if time.time() - path.stat().st_mtime > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=".next-", dir=folder))
    former = beside / ".former"
    try:
        yield beside
        former.mkdir()
        for path in sorted(beside.iterdir(), key=lambda one: (one.name == last, one.is_file(), one.name)):
            if path == former:
                continue
            place = folder / path.name
            if place.is_dir():  # a folder with something in it cannot be replaced
                place.replace(former / path.name)
            try:
                path.replace(place)
            except BaseException:
                if (former / path.name).exists():
                    (former / path.name).replace(place)
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
