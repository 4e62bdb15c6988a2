import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from report.whole_folder import check_writable, whole_folder

ROOT = Path(__file__).parents[2]
OLD, NEW = "old", "new"
FILES = ("figures/a.svg", "index.html", "report.md")


def write(folder, text, names=FILES):
    (folder / "figures").mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(text)


def texts(folder):
    return {name: (folder / name).read_text() for name in FILES if (folder / name).exists()}


def test_files_of_the_former_are_gone_and_others_stay(tmp_path):
    write(tmp_path, OLD, (*FILES, "figures/stale.svg"))
    (tmp_path / "mine.txt").write_text("mine")
    with whole_folder(tmp_path, last="index.html") as beside:
        write(beside, NEW)
        assert set(texts(tmp_path).values()) == {OLD}
    assert set(texts(tmp_path).values()) == {NEW}
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(
        ["a.svg", "figures", "index.html", "mine.txt", "report.md"]
    )


def test_what_fails_changes_nothing(tmp_path):
    write(tmp_path, OLD)

    def fail():
        with whole_folder(tmp_path, last="index.html") as beside:
            write(beside, NEW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert texts(tmp_path) == dict.fromkeys(FILES, OLD)
    assert len(list(tmp_path.iterdir())) == 3


def test_killed_at_any_move_every_file_is_there_and_the_page_is_moved_last(tmp_path, monkeypatch):
    move, seen = os.replace, []
    for killed_at in range(4):
        folder = tmp_path / str(killed_at)
        folder.mkdir()
        write(folder, OLD)
        moves = iter(range(9))

        def dying(source, target, moves=moves, killed_at=killed_at):
            if next(moves) == killed_at:
                raise KeyboardInterrupt  # as by Ctrl-C
            move(source, target)

        monkeypatch.setattr(os, "replace", dying)
        try:
            with whole_folder(folder, last="index.html") as beside:
                write(beside, NEW)
        except KeyboardInterrupt:
            pass
        found = texts(folder)
        assert len(found) == len(FILES)
        assert set(found.values()) <= {OLD, NEW}
        assert len(list(folder.iterdir())) == 3
        seen.append(found["index.html"])
        assert (found["index.html"] == NEW) == (set(found.values()) == {NEW})
    assert seen == [OLD] * 3 + [NEW]


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_has_stays(tmp_path):
    dead, named_alike = tmp_path / f".next-{'0' * 16}", tmp_path / ".next-of-mine"
    for folder in (dead, named_alike):
        folder.mkdir()
        (folder / "file").touch()
    with whole_folder(tmp_path, last="index.html") as first, whole_folder(tmp_path, last="index.html") as second:
        assert sorted(tmp_path.iterdir()) == sorted([first, second, named_alike])
        assert len({first, second, dead}) == 3
    assert list(tmp_path.iterdir()) == [named_alike]


def test_of_two_writers_one_moves_its_files_after_the_other(tmp_path, monkeypatch):
    move, order = os.replace, []

    def slowly(source, target):
        time.sleep(0.01)
        order.append(threading.current_thread().name)
        move(source, target)

    def write_all(text, together=threading.Barrier(2)):  # noqa: B008  one for both
        with whole_folder(tmp_path, last="index.html") as beside:
            write(beside, text)
            together.wait()

    monkeypatch.setattr(os, "replace", slowly)
    threads = [threading.Thread(target=write_all, args=(text,), name=text) for text in (OLD, NEW)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(texts(tmp_path).values()) == {order[-1]}
    assert order == [order[0]] * 3 + [order[-1]] * 3


def test_links_are_replaced_and_not_followed(tmp_path):
    folder, elsewhere = tmp_path / "page", tmp_path / "elsewhere"
    for one in (folder, elsewhere):
        one.mkdir()
    write(elsewhere, OLD)
    (folder / "figures").symlink_to(elsewhere / "figures")
    (folder / "index.html").symlink_to(elsewhere / "index.html")
    (folder / f".next-{'1' * 16}").symlink_to(elsewhere / "figures")
    with whole_folder(folder, last="index.html") as beside:
        write(beside, NEW)
    assert set(texts(folder).values()) == {NEW}
    assert texts(elsewhere) == dict.fromkeys(FILES, OLD)


def test_no_folder_is_made_where_a_file_is(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for name in ("file", "file/below", "broken"):
        with pytest.raises(NotADirectoryError, match=r"out must be a folder, got the (file|broken link) .*; choose"):
            check_writable(tmp_path / name)
    check_writable(tmp_path / "new" / "one")
    assert not (tmp_path / "new").exists()


WRITER = """
import itertools, pathlib, sys
from report.whole_folder import whole_folder

print(flush=True)
for number in itertools.count(int(sys.argv[2])):
    with whole_folder(pathlib.Path(sys.argv[1]), last="index.html") as beside:
        (beside / "figures").mkdir()
        for name in ("figures/a.svg", "figures/b.svg", "index.html", "report.md"):
            (beside / name).write_text(f"{number} " * 1000)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills")
def test_killed_a_hundred_times_every_file_is_whole_and_the_page_never_newer_than_the_rest(tmp_path):
    moments = random.Random(3)
    with whole_folder(tmp_path, last="index.html") as beside:
        write(beside, "0 " * 1000, ("figures/a.svg", "figures/b.svg", "index.html", "report.md"))
    names = ("figures/a.svg", "figures/b.svg", "report.md", "index.html")
    for k in range(100):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(10**6 * (k + 1))], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(0.01 + moments.uniform(0, 0.02))
            process.kill()
        numbers = []
        for name in names:
            words = (tmp_path / name).read_text().split()
            assert len(words) == 1000
            assert len(set(words)) == 1
            numbers.append(int(words[0]))
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] - numbers[-1] <= 1 or numbers[-1] < 10**6 * (k + 1)
    with whole_folder(tmp_path, last="index.html") as beside:
        write(beside, NEW)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.svg", "figures", "index.html", "report.md"]
