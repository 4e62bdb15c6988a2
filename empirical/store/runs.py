"""Runs on disk: one netCDF file a run, written whole or not at all, and checked when read."""

import contextlib
import hashlib
import io
import json
import os
import secrets
import warnings
from pathlib import Path

import numpy as np
import xarray as xr

from empirical.store.configuration import Configuration
from empirical.store.reservations import reserve

__all__ = ["DamagedRunError", "find_run", "parse_run", "read_run", "read_runs", "remove_orphans", "write_run"]

FORMAT_VERSION = 2


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
    content = _to_bytes(dataset)
    while True:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            break
        except FileNotFoundError:
            if not path.parent.is_dir():
                raise  # else someone took the temporary file for an orphan: once more
        finally:
            temporary.unlink(missing_ok=True)
    _sync(path.parent)
    return path


def _sync(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_run(path: str | os.PathLike[str], configuration: Configuration | None = None) -> xr.Dataset:
    """Read one run into memory and verify it.

    Raises `DamagedRunError` if the file is not whole, was altered, is of another format version, or, where
    a `configuration` is given, is the run of another configuration; OSError if it cannot be opened.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".nc") as file:
    ...     try:
    ...         read_run(file.name)
    ...     except DamagedRunError:
    ...         print("not a run")
    not a run
    """
    try:
        content = Path(path).read_bytes()
    except IsADirectoryError:
        raise DamagedRunError("it is a folder") from None
    dataset = parse_run(content)
    if configuration is not None and dataset.attrs.get("configuration") != configuration.to_json():
        raise DamagedRunError("it holds the run of another configuration")
    return dataset


def parse_run(content: bytes) -> xr.Dataset:
    """The run in the content of a file, verified; `DamagedRunError` as for `read_run`.

    >>> try:
    ...     parse_run(b"step,accuracy")
    ... except DamagedRunError as reason:
    ...     print(str(reason)[:27])
    it is not a whole netCDF fi
    """
    try:
        dataset = xr.load_dataset(io.BytesIO(content), engine="scipy", decode_times=False)
        dataset.attrs = {name: _plain(value) for name, value in dataset.attrs.items()}
    # The parser meets arbitrary bytes here and fails in as many ways as there are damaged files.
    except Exception as reason:
        raise DamagedRunError(f"it is not a whole netCDF file of a run ({type(reason).__name__}: {reason})") from reason
    version = dataset.attrs.pop("format_version", None)
    if version != FORMAT_VERSION:
        raise DamagedRunError(f"its format version is {version}, not {FORMAT_VERSION}")
    if dataset.attrs.pop("sha256", None) != _digest(dataset):
        raise DamagedRunError("its content does not match its checksum")
    return dataset


def find_run(folder: str | os.PathLike[str], configuration: Configuration) -> xr.Dataset | None:
    """The finished run of this configuration in `folder`, or None if it has to be trained.

    A file of that name which cannot be trusted is renamed to `….damaged`, with a warning; nothing is deleted.
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
        aside, count = path.with_name(path.name + ".damaged"), 1
        while aside.exists():
            count += 1
            aside = path.with_name(f"{path.name}.damaged{count}")
        path.rename(aside)
        warnings.warn(f"{path} was set aside as {aside.name}, because {reason}.", stacklevel=2)
        return None


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
        except DamagedRunError as reason:
            warnings.warn(f"{path} was left out, because {reason}.", stacklevel=2)
    return runs


def remove_orphans(folder: str | os.PathLike[str]) -> None:
    """Remove the temporary files and the locks of writers that died; those of runs reserved elsewhere stay.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     remove_orphans(folder)  # nothing there, nothing to do
    """
    folder = Path(folder)
    # Tidying must not stop a sweep: the folder may be one that we can only read.
    with contextlib.suppress(OSError):
        for path in [*folder.glob(".*.nc.*.tmp"), *folder.glob(".*.nc.lock")]:
            run = path.name[1 : path.name.rindex(".nc.") + 3]
            reservation = reserve(folder / run)
            if reservation is None:
                continue
            if reservation.sure and path.suffix == ".tmp":
                path.unlink(missing_ok=True)
            reservation.release()


def _to_bytes(dataset: xr.Dataset) -> bytes:
    for name, variable in dataset.variables.items():
        if variable.dtype.kind not in "bi" and variable.dtype not in (np.float32, np.float64):
            raise TypeError(f"A variable must hold integers, floats or booleans, got {name} of type {variable.dtype}.")
    dataset = dataset.copy()
    dataset.attrs = {name: _plain(value) for name, value in dataset.attrs.items()}
    dataset.attrs |= {"sha256": _digest(dataset), "format_version": FORMAT_VERSION}
    return bytes(dataset.to_netcdf(engine="scipy", format="NETCDF3_64BIT"))


def _plain(value: object) -> str | int | float:
    """An attribute as a plain string or number, which is what survives a netCDF 3 file unchanged."""
    if isinstance(value, np.generic | np.ndarray) and value.size == 1:
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"An attribute must be a string or a number, got {value!r}; write it as JSON.")


def _digest(dataset: xr.Dataset) -> str:
    """SHA-256 of what is read back: attributes, and each variable's name, dimensions, type and values."""
    digest = hashlib.sha256(json.dumps(dataset.attrs, sort_keys=True).encode())
    for name in sorted(map(str, dataset.variables)):
        # netCDF 3 is big-endian and has no integers of 64 bits; the digest must not depend on how bytes lie in memory.
        values = np.ascontiguousarray(dataset[name].values)
        values = values.astype("<i8" if values.dtype.kind == "i" else values.dtype.newbyteorder("<"))
        digest.update(json.dumps([name, dataset[name].dims, dataset[name].shape, values.dtype.str]).encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
