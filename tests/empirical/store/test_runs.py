import errno
import os
import re
import signal
import sys

import numpy as np
import pytest
import xarray as xr

from empirical import DamagedRunError, find_run, read_run, read_runs, remove_orphans, write_run
from empirical.store.reservations import reserve
from empirical.store.runs import _SEAL, _digest, parse_run
from numerics.whole_file import lock_alone
from tests.empirical.store.walks import Walk

RUN = Walk(0)


@pytest.fixture
def dataset():
    return xr.Dataset(
        {
            "gen_accuracy": ("epoch", np.array([0.5, 0.75, 1, 1], np.float32), {"long_name": "accuracy"}),
            "norms": (("epoch", "symbol", "dimension"), np.arange(24.0).reshape(4, 3, 2) / 7),
            "stopped": ("epoch", np.array([False, False, True, True])),
            "rank": (("epoch", "symbol"), np.arange(12).reshape(4, 3)),
        },
        coords={"epoch": np.arange(1, 5, dtype=np.int32)},
        attrs={"configuration": RUN.to_json(), "temperature": np.float64(1.5), "torch_version": "2 – ü"},
    )


def test_a_run_is_read_back_as_it_was(dataset, tmp_path):
    path = write_run(dataset, tmp_path, RUN)
    assert path == tmp_path / RUN.file_name
    back = read_run(path, RUN)
    xr.testing.assert_identical(back, dataset)
    assert back["gen_accuracy"].dtype == np.float32
    assert back["stopped"].dtype == bool
    assert back["norms"].dims == ("epoch", "symbol", "dimension")


def test_the_same_run_makes_the_same_bytes(dataset, tmp_path):
    first = write_run(dataset, tmp_path, RUN).read_bytes()
    assert write_run(dataset, tmp_path, RUN).read_bytes() == first


@pytest.mark.parametrize(
    "value", [np.float32(0.5), np.int64(3), np.str_("text"), np.bool_(True), 2, 0.1, True, "1.5", ""]
)
def test_attributes_survive(dataset, tmp_path, value):
    dataset.attrs["note"] = value
    back = read_run(write_run(dataset, tmp_path, RUN)).attrs["note"]
    assert back == value
    assert type(back) in (str, int, float)


def test_attributes_of_other_types_are_refused(dataset, tmp_path):
    dataset.attrs["note"] = [1, 2]
    with pytest.raises(TypeError, match="must be a string or a number, got \\[1, 2\\]; write it as JSON"):
        write_run(dataset, tmp_path, RUN)


@pytest.mark.parametrize("values", [["a", "b"], [None, 1], np.array([1, 2], np.float16), np.array([1, 1j])])
def test_variables_of_other_types_are_refused(dataset, tmp_path, values):
    dataset["note"] = ("pair", values)
    with pytest.raises(TypeError, match="must hold integers, floats or booleans, got note of type"):
        write_run(dataset, tmp_path, RUN)
    dataset["note"] = ("pair", [0, 2**40])
    with pytest.raises(ValueError, match="int32"):
        write_run(dataset, tmp_path, RUN)
    assert list(tmp_path.iterdir()) == []


def test_units_of_time_stay_numbers(dataset, tmp_path):
    dataset["gen_accuracy"].attrs["units"] = "seconds"
    back = read_run(write_run(dataset, tmp_path, RUN))
    assert back["gen_accuracy"].dtype == np.float32


def test_a_run_is_written_under_its_own_configuration_only(dataset, tmp_path):
    with pytest.raises(ValueError, match=r"not that of walk-1-6-0\.0\.nc"):
        write_run(dataset, tmp_path, Walk(1))
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(dataset, tmp_path, monkeypatch):
    path = write_run(dataset, tmp_path, RUN)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    dataset.attrs["temperature"] = 9.0
    with pytest.raises(OSError, match="No space left") as raised:
        write_run(dataset, tmp_path, RUN)
    assert raised.value.filename == str(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_run_is_none(tmp_path):
    assert find_run(tmp_path, RUN) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"hello",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content.replace(np.array(0.75, ">f4").tobytes(), np.array(0.76, ">f4").tobytes()),
        lambda content: content.replace(b"2 \xe2", b"3 \xe2"),
        lambda content: content.replace(b"symbol", b"syllab"),
        lambda content: content.replace(b"accuracy\0", b"loss\0\0\0\0\0"),  # a long name
        lambda content: content.replace(b"gen_accuracy", b"gen_accurate"),
        lambda content: content + b"\0",
    ],
)
def test_a_damaged_file_is_set_aside_with_a_warning(dataset, tmp_path, damage):
    path = write_run(dataset, tmp_path, RUN)
    content = path.read_bytes()
    damaged = damage(content)
    assert damaged != content
    path.write_bytes(damaged)
    with pytest.warns(UserWarning, match=r"was set aside as .*\.nc\.damaged, because it") as warned:
        assert find_run(tmp_path, RUN) is None
    assert len(warned) == 1
    assert not path.exists()
    assert path.with_name(path.name + ".damaged").read_bytes() == damaged


def test_every_truncation_and_every_changed_byte_is_noticed(dataset, tmp_path):
    content = write_run(dataset, tmp_path, RUN).read_bytes()
    assert parse_run(content)
    for length in range(0, len(content), 97):
        with pytest.raises(DamagedRunError):
            parse_run(content[:length])
    for place in range(len(content)):
        with pytest.raises(DamagedRunError, match=r"checksum|format version"):
            parse_run(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def sealed_again(content):
    """As somebody does who knows how the checksum is made."""
    return content.replace(_SEAL.search(content)["sha256"], _digest(content, _SEAL.search(content)).encode())


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda content: content[:-1], "it is not a whole netCDF file of a run"),
        (lambda content: content.replace(b"\rconfiguration", b"\rConfiguration"), "it does not say of which"),
        (lambda content: content.replace(b'"seed": 0', b'"seed": 1'), "it holds the run of another configuration"),
        (lambda content: content.replace(b'{"length"', b'["length"'), "it holds the run of another configuration"),
    ],
)
def test_what_somebody_else_has_sealed_is_set_aside_too(dataset, tmp_path, damage, reason):
    path = write_run(dataset, tmp_path, RUN)
    content = path.read_bytes()
    assert sealed_again(content) == content
    damaged = sealed_again(damage(content))
    assert damaged != content
    path.write_bytes(damaged)
    with pytest.warns(UserWarning, match=rf"was set aside as .*\.nc\.damaged, because {reason}"):
        assert find_run(tmp_path, RUN) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe")
def test_pipes_and_endless_files_are_not_waited_for(tmp_path):
    path = tmp_path / RUN.file_name
    os.mkfifo(path)
    with pytest.raises(DamagedRunError, match="it is a device or a pipe"):
        read_run(path)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(10**12)  # of zeros, which take no space
    with pytest.raises(DamagedRunError, match="it is not a run of format version 3"):
        read_run(path)


def test_a_link_to_itself_is_set_aside_and_what_may_not_be_read_is_one_sentence(dataset, tmp_path, monkeypatch):
    path = tmp_path / RUN.file_name
    path.symlink_to(path.name)
    with pytest.warns(UserWarning, match="because it is a link that leads to itself"):
        assert find_run(tmp_path, RUN) is None
    assert [entry.name for entry in tmp_path.iterdir()] == [f"{RUN.file_name}.damaged"]
    write_run(dataset, tmp_path, RUN)

    def forbid(self, mode):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    monkeypatch.setattr(type(path), "open", forbid)
    sentence = f"{path} cannot be read (Permission denied); allow it, or choose another folder."
    with pytest.raises(PermissionError, match=re.escape(sentence)):
        find_run(tmp_path, RUN)
    with pytest.warns(UserWarning, match=re.escape(f"Left out: {sentence}")):
        assert read_runs(tmp_path) == []


def test_another_user_s_damaged_run_in_a_folder_for_all_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / RUN.file_name).touch()

    def forbid(self, target):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(self))

    monkeypatch.setattr(type(tmp_path), "rename", forbid)
    with pytest.raises(PermissionError, match=r"cannot be used, because it is not a run .*, nor set aside \(Operation"):
        find_run(tmp_path, RUN)


def test_a_foreign_run_under_this_name_is_set_aside(dataset, tmp_path):
    other = Walk(1)
    dataset.attrs["configuration"] = other.to_json()
    write_run(dataset, tmp_path, other).rename(tmp_path / RUN.file_name)
    with pytest.warns(UserWarning, match="because it holds the run of another configuration"):
        assert find_run(tmp_path, RUN) is None


def test_a_netcdf_file_of_someone_else_is_not_a_run(tmp_path):
    path = tmp_path / "theirs.nc"
    xr.Dataset({"x": ("t", [1.0])}).to_netcdf(path, engine="scipy")
    with pytest.raises(DamagedRunError, match="it is not a run of format version 3"):
        read_run(path)


def test_reading_a_folder_leaves_out_what_is_damaged_and_says_so(dataset, tmp_path):
    path = write_run(dataset, tmp_path, RUN)
    (tmp_path / "other-task.nc").write_bytes(b"CDF")
    (tmp_path / "broken-link.nc").symlink_to(tmp_path / "nowhere")
    with pytest.warns(UserWarning, match=r"eft out") as warned:
        (found,) = read_runs(tmp_path)
    assert [str(one.message) for one in warned] == [
        f"{tmp_path}/broken-link.nc was left out, because there is no file behind it.",
        f"{tmp_path}/other-task.nc was left out, because it is not a run of format version 3.",
    ]
    assert len(read_runs(tmp_path, prefix="walk")) == 1
    xr.testing.assert_identical(found, dataset)
    assert path.exists()
    assert (tmp_path / "other-task.nc").exists()


def test_reading_no_folder_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must be a folder of runs at .*; train some there first"):
        read_runs(tmp_path / "nowhere")


def test_orphans_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path):
    dead, living, lock_of_living = (
        tmp_path / f".{name}" for name in (f"d.nc.{0:016x}.tmp", f"l.nc.{1:016x}.tmp", "l.nc.lock")
    )
    not_ours = [tmp_path / ".theirs.nc.00.tmp", tmp_path / ".linked.nc.lock", tmp_path / f".linked.nc.{0:016x}.tmp"]
    for path in (dead, tmp_path / ".gone.nc.lock", not_ours[0]):
        path.touch()
    for path in not_ours[1:]:
        path.symlink_to(not_ours[0])
    reservation = reserve(tmp_path / "l.nc")
    with living.open("xb") as file:
        lock_alone(file.fileno())
        remove_orphans(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([living, lock_of_living, *not_ours])
    reservation.release()
    remove_orphans(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(not_ours)


def test_a_temporary_file_that_someone_took_is_written_again(dataset, tmp_path, monkeypatch):
    taken = []
    fsync = os.fsync

    def take_once(descriptor):
        fsync(descriptor)
        for path in tmp_path.glob("*.tmp"):
            if not taken:
                taken.append(path)
                path.unlink()

    monkeypatch.setattr(os, "fsync", take_once)
    path = write_run(dataset, tmp_path, RUN)
    assert len(taken) == 1
    xr.testing.assert_identical(read_run(path, RUN), dataset)
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError):
        write_run(dataset, tmp_path / "nowhere", RUN)


def test_every_damaged_file_is_kept(dataset, tmp_path):
    path = tmp_path / RUN.file_name
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        with pytest.warns(UserWarning, match="set aside"):
            find_run(tmp_path, RUN)
    path.mkdir()
    with pytest.warns(UserWarning, match="because it is a folder"):
        find_run(tmp_path, RUN)
    names = [f"{RUN.file_name}.damaged{k}" for k in ("", 2, 3, 4)]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == names
    assert [(tmp_path / name).read_bytes() for name in names[:3]] == [b"one", b"two", b"three"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_disk_that_is_full_in_the_middle_of_a_file_leaves_nothing(dataset, tmp_path):
    resource = pytest.importorskip("resource")
    size = write_run(dataset, tmp_path, RUN).stat().st_size
    before = (tmp_path / RUN.file_name).read_bytes()
    dataset.attrs["torch_version"] = "x" * size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_run(dataset, tmp_path, RUN)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.name for path in tmp_path.iterdir()] == [RUN.file_name]
    assert (tmp_path / RUN.file_name).read_bytes() == before
