"""Files of a user's own, from outside the package."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from empirical import (
    RECORDS,
    SYSTEMS,
    draw_streams,
    load_runs,
    measure_runs,
    sweep,
    train_experiments,
)
from empirical.experiment.parts import _added
from empirical.systems.known import _systems
from numerics import load_extension

RINGS = Path(__file__).with_name("own") / "rings.py"


@pytest.fixture(autouse=True)
def _forget():
    registries = _added, RECORDS, _systems
    before, path, modules = [dict(registry) for registry in registries], list(sys.path), set(sys.modules)
    yield
    for registry, content in zip(registries, before, strict=True):
        registry.clear()
        registry.update(content)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if getattr(sys.modules[name], "__file__", None) and "own" in str(sys.modules[name].__file__):
            del sys.modules[name]


@pytest.fixture
def rings():
    return load_extension(str(RINGS))


def plain_rings(seed, radius, steps):
    """The same training without this package: the curves at the steps that are looked at."""
    streams = draw_streams(seed)
    x = streams.data.standard_normal((120, 2))
    y = (np.hypot(*x.T) < radius).astype(int)
    order = streams.split.permutation(120)
    shift = torch.from_numpy(streams.weights.standard_normal(40)).float()
    with torch.random.fork_rng():
        torch.manual_seed(int(np.random.default_rng(0).integers(2**63)))
        places = torch.randn(2, 40)
    x, y = torch.from_numpy(x).float(), torch.from_numpy(y)
    train, gen = torch.from_numpy(order[:60]), torch.from_numpy(order[60:])
    readout = torch.zeros(40, 2, requires_grad=True)
    shift.requires_grad_()
    optimizer = torch.optim.Adagrad([readout, shift], lr=0.1, weight_decay=0.01)
    found = {}
    for step in range(1, steps + 1):
        outputs = (x @ places + shift).relu() @ readout
        margins = outputs.diff(dim=1)[:, 0] * (2 * y - 1)
        optimizer.zero_grad()
        (1 - margins[train]).relu().mean().backward()
        optimizer.step()
        if step & (step - 1) == 0:
            with torch.no_grad():
                outputs = (x @ places + shift).relu() @ readout
            right = outputs.argmax(dim=1) == y
            margins = outputs.diff(dim=1)[:, 0] * (2 * y - 1)
            for name, value in (
                ("train_accuracy", right[train].double().mean()),
                ("gen_accuracy", right[gen].double().mean()),
                ("gen_loss", (1 - margins[gen]).relu().mean()),
            ):
                found.setdefault(name, []).append(float(value))
    return found, readout.detach().numpy()


@pytest.mark.usefixtures("rings")
def test_a_system_of_ones_own_is_swept_stored_resumed_loaded_and_measured(tmp_path):
    """Nothing of it is the package's, and it is trained in processes that have to find its file."""
    table = sweep("rings", "quick", out=tmp_path, workers=2)
    assert table.columns[:2] == ("radius", "seed")
    assert [(row["radius"], row["seed"]) for row in table] == [(1.0, 0), (1.0, 1), (1.5, 0), (1.5, 1)]
    written = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.nc")}
    assert len(written) == 4
    assert all(path.name.startswith("rings-") for path in written)
    again = sweep("rings", "quick", out=tmp_path, workers=2)
    np.testing.assert_equal(again.to_dict(), table.to_dict())
    assert {path: path.stat().st_mtime_ns for path in written} == written

    datasets = load_runs(tmp_path, "rings", radius=1.5, seed=1)
    (dataset,) = datasets
    assert dataset["step"].values.tolist() == [1, 2, 4, 8, 16, 32, 64, 128]
    assert dataset["readout"].dims == ("step", "feature", "class")
    assert dataset.attrs["engine"] == "reference"
    expected, readout = plain_rings(1, 1.5, 128)
    for name, curve in expected.items():
        np.testing.assert_allclose(dataset[name], curve, rtol=1e-4, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(dataset["readout"][-1], readout, rtol=1e-3, atol=1e-4)
    (row,) = measure_runs(datasets)
    assert (row["radius"], row["seed"]) == (1.5, 1)

    # Alone in this process: the same bits; with another record: trained again, and the first kept.
    runs = SYSTEMS["rings"].experiments("quick")
    for one, other in zip(train_experiments(runs, workers=1, records=["readout"]), load_runs(tmp_path), strict=True):
        assert one.drop_attrs().identical(other.drop_attrs())
    sweep("rings", "quick", out=tmp_path, workers=1, records=["largest"])
    for dataset in load_runs(tmp_path):
        assert {"readout", "largest"} <= set(dataset)
    assert all(path.stat().st_mtime_ns > written[path] for path in written)


def test_a_record_alone_is_found_by_the_training_processes(tmp_path):
    """The parts of the experiment are the package's: nothing but the record names the file."""
    (tmp_path / "own_record.py").write_text(
        "from empirical import Record, add_record\n"
        "add_record(Record('first_bias', lambda run: run.parameters['hidden.bias'][0], 'bias of the first unit'))\n"
    )
    load_extension(str(tmp_path / "own_record.py"))
    tiny = {"input_size": 5, "train_samples": 40, "gen_samples": 20, "width": 8, "epochs": 3}
    runs = SYSTEMS["parity"].experiments(seed=[0, 1], **tiny)
    here, there = (train_experiments(runs, workers=workers, records=["first_bias"]) for workers in (1, 2))
    for one, other in zip(here, there, strict=True):
        assert one["first_bias"].dtype == np.float32
        assert one.identical(other)


def test_a_file_is_found_by_its_path_and_a_module_by_its_name(rings, monkeypatch, tmp_path):
    assert load_extension(str(RINGS)) is rings
    assert load_extension("rings") is rings
    monkeypatch.chdir(RINGS.parent)
    assert load_extension("rings.py") is rings
    assert SYSTEMS["rings"] is rings.SYSTEM
    (tmp_path / "rings.py").write_text("")
    with pytest.raises(ValueError, match=r"'rings' is the name of another module, .*; rename the file"):
        load_extension(str(tmp_path / "rings.py"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere.py", "There is no file nowhere.py; give the path of a .py file"),
        ("no_such_module", "There is no module 'no_such_module' and no file of that name; give the path of a .py file"),
        ("no.such.module", "There is no module 'no.such.module' and no file of that name"),
        ("", "There is no module '' and no file of that name"),
        ("a folder/x", "There is no module 'a folder/x' and no file of that name"),
        (".", "There is no module '.' and no file of that name"),
        ("./own", "There is no module './own' and no file of that name"),
    ],
)
def test_what_is_not_there_gets_a_sentence(source, message):
    with pytest.raises(FileNotFoundError, match=message):
        load_extension(source)


def test_a_name_that_no_module_can_have_is_refused(tmp_path):
    (tmp_path / "a.b.py").write_text("")
    with pytest.raises(
        ValueError, match=r"The name of a file must have no other dot than that of .py, got a.b.py; ren"
    ):
        load_extension(str(tmp_path / "a.b.py"))
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(FileNotFoundError, match="There is no file"):
        load_extension(str(tmp_path / "folder.py"))


def test_an_error_in_a_file_of_ones_own_is_its_own(tmp_path):
    (tmp_path / "broken_own_file.py").write_text("import no_such_module_either\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module_either"):
        load_extension(str(tmp_path / "broken_own_file.py"))
