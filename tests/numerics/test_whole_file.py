import os
import signal
import subprocess
import sys

import pytest

from numerics.whole_file import check_folder, remove_unfinished, write_named, write_whole


def test_a_link_is_replaced_and_not_followed(tmp_path):
    precious, path = tmp_path / "precious", tmp_path / "file"
    precious.write_text("data")
    path.symlink_to(precious)
    write_whole(path, b"new")
    assert (path.read_text(), path.is_symlink(), precious.read_text()) == ("new", False, "data")


def test_what_a_user_names_is_written_where_it_leads(tmp_path):
    file, link, pipe = (tmp_path / name for name in ("file", "link", "pipe"))
    file.write_text("old")
    link.symlink_to("file")
    write_named(link, b"new")
    assert (link.is_symlink(), file.read_text()) == (True, "new")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_named(pipe, b"table")
    assert (os.read(reader, 9), pipe.is_fifo()) == (b"table", True)
    os.close(reader)
    assert sorted(tmp_path.iterdir()) == [file, link, pipe]


def test_a_stream_of_the_process_is_written_to_through_a_pipe():
    write = (
        "from pathlib import Path; from numerics.whole_file import write_named as w; w(Path('/dev/stdout'), b'table')"
    )
    assert subprocess.run([sys.executable, "-c", write], capture_output=True, check=True).stdout == b"table"


@pytest.fixture
def interruptible():
    """SIGINT raises, though a shell's background job ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("lasting", [False, True])
def test_an_interruption_waits_until_the_file_is_whole(tmp_path, monkeypatch, lasting):
    replace = os.replace

    def interrupted(source, target):
        signal.raise_signal(signal.SIGINT)
        replace(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file", b"new", lasting=lasting)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("file", "new")]


def test_the_temporary_file_of_a_living_writer_stays_and_only_such_files_go(tmp_path, monkeypatch):
    others = [tmp_path / name for name in ("mine.tmp", ".mine.tmp", ".mine.0123.tmp", f".d.{'0' * 16}.tmp")]
    for path in others[:3]:
        path.touch()
    others[3].mkdir()
    (tmp_path / f".file.{'0' * 16}.tmp").touch()

    monkeypatch.setattr(os, "fsync", lambda descriptor: remove_unfinished(tmp_path))
    write_whole(tmp_path / "file", b"new", lasting=True)
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "file"])


def test_a_folder_is_found_or_what_is_in_its_place(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    assert check_folder(tmp_path / "link" / "new" / "one") == tmp_path / "link"
    with pytest.raises(NotADirectoryError, match=r"out must be a folder, got the file .*/file; choose another path"):
        check_folder(tmp_path / "file" / "below")
