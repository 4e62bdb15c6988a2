import shutil

import pytest

from report.kept import code_digest as module
from report.kept.code_digest import ALL_ROOMS, NUMBERS, code_digest


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Copies of the small rooms, whose files a test may change; returns their folder."""
    folders = {room: module._folders(room) for room in NUMBERS}
    for room, (folder,) in folders.items():
        shutil.copytree(folder, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "_folders", lambda room: [tmp_path / room])
    return tmp_path


def digest(rooms=NUMBERS):
    return code_digest.__wrapped__(rooms)


def test_the_digest_is_that_of_the_sources_wherever_they_are(copied):
    """A changed line of the fit, or of the theory under it, changes it; so does a file of data."""
    seen = [code_digest(NUMBERS)]
    assert digest() == seen[0]
    for file in ("numerics/curves/sharpness.py", "theory/symbols.py"):
        with (copied / file).open("a") as source:
            source.write("# changed\n")
        seen.append(digest())
    (copied / "numerics/data.npz").write_bytes(b"0")
    seen.append(digest())
    (copied / "numerics/data.npz").rename(copied / "numerics/other.npz")
    seen.append(digest())
    assert len(set(seen)) == 5


def test_another_version_of_a_library_is_another_digest(monkeypatch):
    before = digest(("theory",))
    monkeypatch.setattr(module, "version", lambda package: "0.0")
    assert digest(("theory",)) != before


def test_a_page_depends_on_every_room():
    assert set(ALL_ROOMS) == {"theory", "numerics", "empirical", "report"}
    assert len({code_digest(ALL_ROOMS), code_digest(NUMBERS)}) == 2
