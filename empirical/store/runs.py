"""Runs on disk: one netCDF file a run, written whole or not at all, and checked when read."""

import contextlib
import errno
import hashlib
import io
import os
import re
import stat
import warnings
from pathlib import Path

import numpy as np
import xarray as xr

from empirical.store.configuration import Configuration
from empirical.store.notice import RunsWarning
from empirical.store.reservations import reserve
from numerics.interruption import uninterrupted
from numerics.whole_file import remove_unfinished, write_whole

__all__ = ["DamagedRunError", "find_run", "parse_run", "read_run", "read_runs", "remove_orphans", "write_run"]

FORMAT_VERSION = 3

# How the two attributes lie one after the other in a netCDF 3 file: name, type (4: a number, 2: text), length, value.
_SEAL = re.compile(
    rb"\0\0\0\x0eformat_version\0\0\0\0\0\x04\0\0\0\x01(?P<version>.{4})"
    rb"\0\0\0\x06sha256\0\0\0\0\0\x02\0\0\0\x40(?P<sha256>[0-9a-f]{64})",
    re.DOTALL,
)
_START = b"CDF\x02"
_UNSEALED = "0" * 64


class DamagedRunError(ValueError):
    """A file that is not a whole run of this format; the message says what is wrong with it."""


def write_run(dataset: xr.Dataset, folder: str | os.PathLike[str], configuration: Configuration) -> Path:
    """Write one run to `folder/configuration.file_name` and return that path.

    The file appears under its name only when it is complete and safely on disk; a process killed in between
    leaves at most a temporary file (see `remove_orphans`). Equal datasets make equal bytes. The format is
    netCDF 3: variables of any number of dimensions hold integers of 32 bits, floats or booleans, and attributes
    are strings or numbers. Raises TypeError for others, ValueError if the dataset's `configuration` attribute is
    another one, OSError if the disk refuses.

    >>> import tempfile, types
    >>> run = types.SimpleNamespace(file_name="walk-7.nc", length=2, to_json=lambda: '{"seed": 7}')
    >>> dataset = xr.Dataset({"gen_accuracy": ("epoch", [0.5, 1.0])}, attrs={"configuration": run.to_json()})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_run(dataset, folder, run)
    ...     read_run(path)["gen_accuracy"].values.tolist()
    [0.5, 1.0]
    """
    if dataset.attrs.get("configuration") != configuration.to_json():
        raise ValueError(
            f"The dataset's configuration is not that of {configuration.file_name}; "
            "write each run with the configuration that it was trained with."
        )
    path = Path(folder) / configuration.file_name
    write_whole(path, _to_bytes(dataset), lasting=True)
    return path


def read_run(path: str | os.PathLike[str], configuration: Configuration | None = None) -> xr.Dataset:
    """Read one run into memory and verify it; `encoding["source"]` is its path.

    Raises `DamagedRunError` if the file is not whole, was altered in any byte, is of another format version, or, where
    a `configuration` is given, is the run of another configuration; FileNotFoundError if there is none, OSError with a
    sentence if it cannot be read.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".nc") as file:
    ...     try:
    ...         read_run(file.name)
    ...     except DamagedRunError:
    ...         print("not a run")
    not a run
    """
    try:
        dataset = parse_run(_content(Path(path)))
    except FileNotFoundError:
        raise
    except OSError as reason:
        if reason.errno == errno.ELOOP:
            raise DamagedRunError("it is a link that leads to itself") from None
        raise type(reason)(f"{path} cannot be read ({reason.strerror}); allow it, or choose another folder.") from None
    if configuration is not None and dataset.attrs["configuration"] != configuration.to_json():
        raise DamagedRunError("it holds the run of another configuration")
    dataset.encoding["source"] = os.fspath(path)
    return dataset


def _content(path: Path) -> bytes:
    """All of a file that begins as a run does; but the first bytes of what may be endless or never come."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise DamagedRunError("it is a folder" if stat.S_ISDIR(mode) else "it is a device or a pipe")
    with path.open("rb") as file:
        start = file.read(len(_START))
        return start + file.read() if start == _START else start


def parse_run(content: bytes) -> xr.Dataset:
    """The run in the content of a file, verified; `DamagedRunError` as for `read_run`.

    The checksum is over the file: values, attributes of the run and of its curves, the names and lengths of
    dimensions, types, order. Bytes that do not match it are not parsed.

    >>> try:
    ...     parse_run(b"step,accuracy")
    ... except DamagedRunError as reason:
    ...     print(reason)
    it is not a run of format version 3
    """
    seal = _SEAL.search(content)
    if seal is None:
        raise DamagedRunError(f"it is not a run of format version {FORMAT_VERSION}")
    version = int.from_bytes(seal["version"], "big", signed=True)
    if version != FORMAT_VERSION:
        raise DamagedRunError(f"its format version is {version}, not {FORMAT_VERSION}")
    if seal["sha256"].decode() != _digest(content, seal):
        raise DamagedRunError("its content does not match its checksum")
    try:
        dataset = xr.load_dataset(io.BytesIO(content), engine="scipy", decode_times=False)
        dataset.attrs = {name: _plain(value) for name, value in dataset.attrs.items()}
    # Whoever makes a checksum of bytes of their own meets the parser, which fails in as many ways as there are bytes.
    except Exception as reason:
        raise DamagedRunError(f"it is not a whole netCDF file of a run ({type(reason).__name__}: {reason})") from reason
    if not isinstance(dataset.attrs.get("configuration"), str):
        raise DamagedRunError("it does not say of which configuration it is")
    del dataset.attrs["format_version"], dataset.attrs["sha256"]
    return dataset


def find_run(folder: str | os.PathLike[str], configuration: Configuration) -> xr.Dataset | None:
    """The finished run of this configuration in `folder`, or None if it has to be trained.

    A file of that name which cannot be trusted is renamed to `….damaged`, with a warning; nothing is deleted.
    OSError with a sentence where it is another user's, and may not be renamed or read.
    Hold the run's reservation, or another process may have replaced the file in the meantime.

    >>> import tempfile, types
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(find_run(folder, types.SimpleNamespace(file_name="walk-7.nc")))
    None
    """
    path = Path(folder) / configuration.file_name
    try:
        return read_run(path, configuration)
    except FileNotFoundError:
        return None
    except DamagedRunError as reason:
        aside = _set_aside(path, reason)
        warnings.warn(f"{path} was set aside as {aside.name}, because {reason}.", RunsWarning, stacklevel=2)
        return None


def _set_aside(path: Path, reason: DamagedRunError) -> Path:
    aside, count = path.with_name(path.name + ".damaged"), 1
    while os.path.lexists(aside):
        count += 1
        aside = path.with_name(f"{path.name}.damaged{count}")
    try:
        path.rename(aside)
    except OSError as refusal:
        raise type(refusal)(
            f"{path} cannot be used, because {reason}, nor set aside ({refusal.strerror}); choose another folder."
        ) from None
    return aside


def read_runs(folder: str | os.PathLike[str], *, prefix: str = "*") -> list[xr.Dataset]:
    """All runs in `folder`, of one prefix or of all, ordered by file name; nothing is changed on disk.

    A run's prefix is what its name has before a hyphen. A file that cannot be read is left out with a warning.
    Raises FileNotFoundError if there is no such folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     read_runs(folder)
    []
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"There must be a folder of runs at {folder}, found none; train some there first.")
    runs = []
    for path in sorted(folder.glob(f"{prefix}-*.nc")):
        try:
            runs.append(read_run(path))
        except FileNotFoundError:
            warnings.warn(f"{path} was left out, because there is no file behind it.", RunsWarning, stacklevel=2)
        except DamagedRunError as reason:
            warnings.warn(f"{path} was left out, because {reason}.", RunsWarning, stacklevel=2)
        except OSError as reason:
            warnings.warn(f"Left out: {reason}", RunsWarning, stacklevel=2)
    return runs


def remove_orphans(folder: str | os.PathLike[str]) -> None:
    """Remove the temporary files and the locks of writers that died; those of runs reserved elsewhere stay.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     remove_orphans(folder)  # nothing there, nothing to do
    """
    folder = Path(folder)
    remove_unfinished(folder)
    for lock in folder.glob(".*.nc.lock"):
        # Tidying must not stop a sweep: the folder may be one that we can only read.
        with contextlib.suppress(OSError), uninterrupted():
            reservation = reserve(lock.with_name(lock.name[1:].removesuffix(".lock")))
            if reservation is not None:
                reservation.release()


def _to_bytes(dataset: xr.Dataset) -> bytes:
    for name, variable in dataset.variables.items():
        if variable.dtype.kind not in "bi" and variable.dtype not in (np.float32, np.float64):
            raise TypeError(f"A variable must hold integers, floats or booleans, got {name} of type {variable.dtype}.")
    dataset = dataset.copy()
    own = {name: _plain(value) for name, value in dataset.attrs.items()}
    dataset.attrs = {"format_version": FORMAT_VERSION, "sha256": _UNSEALED} | own
    content = bytes(dataset.to_netcdf(engine="scipy", format="NETCDF3_64BIT"))
    seal = _SEAL.search(content)
    assert seal is not None
    return content[: seal.start("sha256")] + _digest(content, seal).encode() + content[seal.end("sha256") :]


def _digest(content: bytes, seal: re.Match[bytes]) -> str:
    """SHA-256 of the whole file as it was before the digest was written into it."""
    digest = hashlib.sha256(memoryview(content)[: seal.start("sha256")])
    digest.update(_UNSEALED.encode())
    digest.update(memoryview(content)[seal.end("sha256") :])
    return digest.hexdigest()


def _plain(value: object) -> str | int | float:
    """An attribute as a plain string or number, which is what survives a netCDF 3 file unchanged."""
    if isinstance(value, np.generic | np.ndarray) and value.size == 1:
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"An attribute must be a string or a number, got {value!r}; write it as JSON.")
