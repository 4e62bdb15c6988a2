"""Images that come with other packages: their files are read, nothing of the packages is imported."""

import functools
import gzip
import importlib.util
import zlib
from pathlib import Path

import numpy as np

from empirical.examples import Examples

__all__ = ["read_images"]


@functools.cache
def read_images(package: str, file: str, *, images: int, pixels: int, brightest: int, classes: int) -> Examples:
    """The images of a gzipped table with a row an image: its pixels, whole numbers, and last its class.

    Pixels are divided by the value of the brightest, so that they go from 0 to 1, in float32, shape (images, pixels).
    The file is read once a process, and its arrays cannot be written to.

    Parameters
    ----------
    package, file
        Name of the top-level package, which is looked up and not imported, and the file's path below its folder.
    images, pixels, brightest, classes
        What the file has; another one is damaged.

    Raises
    ------
    ModuleNotFoundError
        With what to install, where the package is not there.
    ValueError
        If the file is missing or is not such a table.

    Examples
    --------
    >>> read_images("no_such_package", "a.csv.gz", images=1, pixels=4, brightest=16, classes=10)
    Traceback (most recent call last):
        ...
    ModuleNotFoundError: These images come with no_such_package, which is not installed; pip install groksharp[images].
    """
    path = _folder(package) / file
    try:
        lines = gzip.decompress(path.read_bytes()).decode("ascii").splitlines()
        table = np.loadtxt(lines, delimiter=",", dtype=np.int64, ndmin=2) if len(lines) == images else np.empty((0, 0))
    except FileNotFoundError:
        raise ValueError(f"The images must be in {path}, and there is no such file; {_reinstall(package)}.") from None
    except (OSError, EOFError, zlib.error, ValueError) as reason:
        raise _damaged(path, package, images, pixels) from reason
    if table.shape != (images, pixels + 1):
        raise _damaged(path, package, images, pixels)
    shades, labels = table[:, :-1], table[:, -1]
    if shades.min() < 0 or shades.max() != brightest or set(labels.tolist()) != set(range(classes)):
        raise _damaged(path, package, images, pixels)
    examples = Examples((shades / brightest).astype(np.float32), labels)
    for array in (examples.inputs, examples.labels):
        array.setflags(write=False)
    return examples


def _folder(package: str) -> Path:
    """Where a package is; of a top-level one the finders tell it without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"These images come with {package}, which is not installed; pip install groksharp[images].", name=package
        )
    return Path(spec.submodule_search_locations[0])


def _damaged(path: Path, package: str, images: int, pixels: int) -> ValueError:
    return ValueError(
        f"{path} must have {images} images of {pixels} pixels each, and is damaged; {_reinstall(package)}."
    )


def _reinstall(package: str) -> str:
    return f"install the package that has {package} again: pip install --force-reinstall groksharp[images]"
