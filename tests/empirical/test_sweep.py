import inspect
import socket

import numpy as np
import pytest
import xarray as xr

import empirical.sweep
from empirical import (
    PRESETS,
    ParityRun,
    load_parity,
    measure_parity,
    parity_runs,
    sweep_parity,
    train_parity,
)

TINY = {"epochs": 8, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}
CURVES = ["train_accuracy", "gen_accuracy", "train_accuracy_whole", "gen_accuracy_whole"]


def assert_same_curves(datasets, others):
    for one, other in zip(datasets, others, strict=True):
        assert one.attrs["configuration"] == other.attrs["configuration"]
        xr.testing.assert_equal(one, other)


def test_a_small_network_groks_and_is_measured():
    """Seven spurious bits: validation follows training with a delay, and both reach the ceiling."""
    table = sweep_parity(
        [10], [0], epochs=400, width=100, train_samples=200, gen_samples=100, learning_rate=0.3, workers=1
    )
    (row,) = table
    assert row["status"] == "ok"
    assert 0 < row["jump_time_train"] < row["jump_time_gen"] < 400
    assert row["relative_gap"] == pytest.approx(row["jump_time_gen"] / row["jump_time_train"] - 1)


def test_order_and_bits_don_t_depend_on_workers():
    runs = parity_runs([6, 5], [1, 0], **TINY)
    assert [(run.input_size, run.seed) for run in runs] == [(5, 0), (5, 1), (6, 0), (6, 1)]
    alone = train_parity(runs, workers=1)
    assert_same_curves(train_parity(runs, workers=2), alone)
    assert_same_curves(train_parity(runs[::-1], workers=1), alone[::-1])
    assert [ParityRun.from_json(dataset.attrs["configuration"]) for dataset in alone] == runs


def test_larger_groups_give_the_same_curves_within_rounding():
    runs = parity_runs([5], [0, 1, 2], **TINY)
    for one, other in zip(train_parity(runs, workers=1), train_parity(runs, workers=1, at_once=3), strict=True):
        np.testing.assert_allclose(one["train_loss"], other["train_loss"], rtol=1e-4)


def test_a_finished_run_is_not_trained_again(tmp_path, monkeypatch):
    first = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert [path.name[:17] for path in sorted(written)] == ["parity-n005-seed0", "parity-n005-seed0"]
    trained = []

    def count(runs, **options):
        trained.extend(runs)
        return train_together(runs, **options)

    train_together = empirical.sweep.train_together
    monkeypatch.setattr(empirical.sweep, "train_together", count)
    again = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    assert trained == []
    np.testing.assert_equal(again.to_dict(), first.to_dict())
    sweep_parity([5], [0, 1, 2], out=tmp_path, workers=1, **TINY)
    assert [run.seed for run in trained] == [2]
    sweep_parity([5], [0], out=tmp_path, workers=1, **{**TINY, "width": 17})
    assert [run.width for run in trained] == [16, 17]
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_an_interrupted_sweep_keeps_what_is_finished_and_resumes(tmp_path, monkeypatch):
    runs = parity_runs([5], [0, 1, 2], **TINY)

    def interrupt(done, total):
        if len(list(tmp_path.glob("*.nc"))) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("empirical.workers._SECONDS_BETWEEN_REPORTS", 0)
    with pytest.raises(KeyboardInterrupt):
        train_parity(runs, out=tmp_path, workers=1, progress=interrupt)
    assert len(list(tmp_path.iterdir())) == 2
    totals = []
    resumed = train_parity(runs, out=tmp_path, workers=1, progress=lambda done, total: totals.append(total))
    assert set(totals) == {8}
    assert_same_curves(resumed, train_parity(runs, workers=1))


def test_a_damaged_run_is_trained_again_and_orphans_go(tmp_path):
    runs = parity_runs([5], [0, 1], **TINY)
    first = train_parity(runs, out=tmp_path, workers=1)
    path = tmp_path / runs[0].file_name
    path.write_bytes(path.read_bytes()[:1000])
    orphan = tmp_path / f".a.nc.{socket.gethostname()}.{2**22 - 1}.tmp"
    orphan.touch()
    with pytest.warns(UserWarning, match="set aside"):
        again = train_parity(runs, out=tmp_path, workers=1)
    assert_same_curves(again, first)
    assert_same_curves(load_parity(tmp_path), first)
    assert not orphan.exists()


def test_saved_runs_are_loaded_and_measured_without_training(tmp_path, monkeypatch):
    table = sweep_parity([6, 5], [0, 1], out=tmp_path / "new" / "folder", workers=1, **TINY)
    sweep_parity([5], [0], out=tmp_path / "new" / "folder", workers=1, **{**TINY, "epochs": 5})
    monkeypatch.setattr(empirical.sweep, "train_together", None)
    loaded = load_parity(tmp_path / "new" / "folder", epochs=8)
    np.testing.assert_equal(measure_parity(loaded).to_dict(), table.to_dict())
    assert len(load_parity(tmp_path / "new" / "folder")) == 5


def test_either_accuracy_is_measured_from_its_own_curves(monkeypatch):
    datasets = train_parity(parity_runs([5], [0], **TINY), workers=1)
    measured = []
    measure = empirical.sweep.numerics.measure

    def spy(time, train_accuracy, gen_accuracy, *, floor, ceiling):
        measured.append((time, train_accuracy, gen_accuracy, floor, ceiling))
        return measure(time, train_accuracy, gen_accuracy, floor=floor, ceiling=ceiling)

    monkeypatch.setattr(empirical.sweep.numerics, "measure", spy)
    for accuracy, names in (("protocol", CURVES[:2]), ("whole", CURVES[2:])):
        measure_parity(datasets, accuracy=accuracy)
        time, train_accuracy, gen_accuracy, floor, ceiling = measured.pop()
        assert (floor, ceiling) == (0.5, 1.0)
        np.testing.assert_array_equal(time, np.arange(1, 9))
        np.testing.assert_array_equal(train_accuracy, datasets[0][names[0]])
        np.testing.assert_array_equal(gen_accuracy, datasets[0][names[1]])


def test_presets_are_sweeps_and_share_their_runs():
    assert len(parity_runs(**PRESETS["paper"])) == 63
    assert set(parity_runs(**PRESETS["quick"])) < set(parity_runs(**PRESETS["paper"]))
    defaults = inspect.signature(sweep_parity).parameters
    assert {name: tuple(defaults[name].default) for name in ("input_sizes", "seeds")} == {
        name: PRESETS["paper"][name] for name in ("input_sizes", "seeds")
    }


def test_bad_arguments_get_a_sentence_before_any_training(tmp_path):
    with pytest.raises(ValueError, match="accuracy must be 'protocol' or 'whole', got 'best'"):
        sweep_parity([5], [0], accuracy="best")
    with pytest.raises(ValueError, match="workers must be at least 1, got 0; leave it out"):
        sweep_parity([5], [0], workers=0)
    with pytest.raises(ValueError, match="epochs must be at least 4, got 3"):
        sweep_parity([5], [0], epochs=3)
    with pytest.raises(ValueError, match="seeds must name at least one value, got none"):
        sweep_parity([5], [])
    with pytest.raises(TypeError, match=r"protocol must be made of epochs, .*; got 'depth'; use one of these"):
        sweep_parity([5], [0], depth=3)
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match=r"out must be a folder, got the file .*; choose another path"):
        sweep_parity([5], [0], out=tmp_path / "file")
