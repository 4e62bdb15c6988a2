import os

import pytest

from report.whole_folder import whole_folder

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


def test_killed_at_any_move_the_page_is_whole_and_moved_last(tmp_path, monkeypatch):
    """As far as moves go there are four: away with the old figures, and one for each of three entries."""
    move, seen = os.replace, []
    for killed_at in range(5):
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
        seen.append(found["index.html"])
        assert (found["index.html"] == NEW) == (set(found.values()) == {NEW})
    assert seen == [OLD] * 4 + [NEW]


def test_what_a_killed_writer_left_is_removed_after_a_while(tmp_path):
    for name, age in ((".next-old", 7200), (".next-young", 60)):
        (tmp_path / name).mkdir()
        then = tmp_path.stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    with whole_folder(tmp_path, last="index.html"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".next-young"]
