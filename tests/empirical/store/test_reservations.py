import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from empirical.store import reservations
from empirical.store.reservations import reserve

fcntl = pytest.importorskip("fcntl")

# The file alone: its package would take seconds to load.
HOLD = f"""
import os, runpy, sys, time
reserve = runpy.run_path({reservations.__file__!r})["reserve"]
held = reserve(sys.argv[1])
if len(sys.argv) > 2:
    ready, tell = os.pipe()
    if os.fork() == 0:  # a forked child outlives its parent
        os.write(tell, b"-")
        time.sleep(60)
    os.read(ready, 1)  # what a child does first it has done
print(held is not None, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("fork", [[], ["fork"]])
def test_a_reservation_ends_with_its_process_and_not_with_a_forked_child(tmp_path, fork):
    path = tmp_path / "run.nc"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), *fork], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout.readline() == "True\n"
            assert reserve(path) is None
            process.kill()
            process.wait()
            reservation = reserve(path)
            assert reservation.sure
            reservation.release()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []


def test_of_many_at_once_one_holds_it(tmp_path):
    """Threads take turns as fast as they can; two inside at a time would be seen."""
    inside, most, turns = 0, 0, 0
    guard = threading.Lock()

    def take_turns():
        nonlocal inside, most, turns
        for _ in range(300):
            reservation = reserve(tmp_path / "run.nc")
            if reservation is None:
                continue
            with guard:
                inside += 1
                most, turns = max(most, inside), turns + 1
            tmp_path.stat()  # lets another thread in
            with guard:
                inside -= 1
            reservation.release()

    threads = [threading.Thread(target=take_turns) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert turns > 10
    assert list(tmp_path.iterdir()) == []


def rename_silly(path, missing_ok=False):
    """What NFS does to a file that is unlinked while it is open."""
    path.rename(path.with_name(f".nfs{os.urandom(4).hex()}"))


@pytest.mark.parametrize("unlink", [Path.unlink, rename_silly])
def test_a_lock_that_was_removed_meanwhile_does_not_count(tmp_path, monkeypatch, unlink):
    """The owner releases between the opening of its file and the attempt to lock it."""
    monkeypatch.setattr(Path, "unlink", unlink)
    owner = reserve(tmp_path / "run.nc")
    flock, calls = fcntl.flock, []

    def release_first(descriptor, operation):
        if not calls:
            owner.release()
        calls.append(descriptor)
        return flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", release_first)
    late = reserve(tmp_path / "run.nc")
    assert len(calls) == 2
    assert (tmp_path / ".run.nc.lock").exists()
    assert reserve(tmp_path / "run.nc") is None
    late.release()
    late.release()
    assert list(tmp_path.glob(".run*")) == []


def test_without_locks_or_files_the_work_goes_on_unreserved(tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    first, second = (reserve(tmp_path / "run.nc") for _ in range(2))
    assert not first.sure
    assert not second.sure
    first.release()
    assert list(tmp_path.iterdir()) == []

    def exhausted(*arguments):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", exhausted)
    assert not reserve(tmp_path / "run.nc").sure


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        reserve(tmp_path / "nowhere" / "run.nc")


def make_link(path):
    path.symlink_to(path.with_name("precious"))


@pytest.mark.parametrize("put", [make_link, Path.mkdir, os.mkfifo])
def test_what_else_has_the_name_of_the_lock_is_neither_followed_nor_touched(tmp_path, put):
    (tmp_path / "precious").write_text("data")
    lock = tmp_path / ".run.nc.lock"
    put(lock)
    before = lock.lstat()
    with pytest.raises(
        OSError, match=r"^The lock .*\.run\.nc\.lock must be a plain file; something else has this name"
    ):
        reserve(tmp_path / "run.nc")
    assert lock.lstat() == before
    assert (tmp_path / "precious").read_text() == "data"


@pytest.mark.parametrize("error", [errno.EACCES, errno.EROFS, errno.ESTALE, errno.ENOSPC])
def test_a_folder_that_takes_no_files_is_named_in_a_sentence(tmp_path, monkeypatch, error):
    def refuse(*arguments):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match=rf"^Runs cannot be written to {tmp_path} \(.*\); choose another folder\.$"):
        reserve(tmp_path / "run.nc")


def test_the_lock_of_another_user_counts_though_we_may_only_read_it(tmp_path, monkeypatch):
    theirs = reserve(tmp_path / "run.nc")
    opened = os.open

    def read_only(path, flags, *mode):
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    assert reserve(tmp_path / "run.nc") is None
    theirs.release()
    with pytest.raises(PermissionError, match=r"cannot be written to .* \(Permission denied\)"):
        reserve(tmp_path / "run.nc")


def test_a_server_that_does_not_answer_leaves_the_lock_of_others(tmp_path, monkeypatch):
    (tmp_path / ".run.nc.lock").touch()

    def refuse(*arguments):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert not reserve(tmp_path / "run.nc").sure
    assert (tmp_path / ".run.nc.lock").exists()
