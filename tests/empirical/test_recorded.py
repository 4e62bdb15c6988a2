"""The recorded runs: nothing lost in the file, the same as trained again, and what the paper's figure shows."""

import importlib.resources
import io
import json
import platform
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from empirical import SYSTEMS, Experiment, measure_runs, recorded_runs, train_experiments, train_together
from empirical.recorded.accuracy_lattice import accuracy_denominator, from_lattice, to_lattice
from empirical.recorded.archive import write_recorded
from empirical.recorded.collection import wanted_runs
from empirical.recorded.runs import RECORDED

CURVES = ("train_accuracy", "gen_accuracy")
FILE = importlib.resources.files("empirical.recorded") / "parity.npz"
EPOCHS = 30

# Other engines, precisions and instruction sets round differently. Over 30 epochs of these runs none of them changes
# one answer; a step of the coarser lattice, 1/3328 of an accuracy, is allowed for on average. See the mutations below.
TOLERANCE = 1 / 3328


def parity(size, seed, **knobs):
    return SYSTEMS["parity"].experiment.replace({"input_size": size, "seed": seed, **knobs})


@pytest.fixture(scope="module")
def ten_seeds():
    return recorded_runs("ten_seeds")


@pytest.fixture(scope="module")
def table(ten_seeds):
    return measure_runs(ten_seeds)


@given(st.data(), st.integers(1, 400), st.integers(1, 64))
def test_means_over_minibatches_are_on_the_lattice(data, samples, batch_size):
    sizes = [min(batch_size, samples - start) for start in range(0, samples, batch_size)]
    right = [data.draw(st.integers(0, size)) for size in sizes]
    mean = sum(map(Fraction, right, sizes)) / len(sizes)
    assert (mean * accuracy_denominator(samples, batch_size)).denominator == 1


@pytest.mark.parametrize(("samples", "batch_size", "finest"), [(64, 32, 64), (750, 32, 5376), (250, 32, 3328)])
def test_no_coarser_lattice_would_do(samples, batch_size, finest):
    full, last = divmod(samples, batch_size)
    batches = full + bool(last)
    steps = [Fraction(1, batches * size) for size in (batch_size, last) if size]
    assert accuracy_denominator(samples, batch_size) == finest
    assert not any(all((step * q).denominator == 1 for step in steps) for q in range(1, finest))


@pytest.mark.parametrize("denominator", [1, 7, 3328, 5376, 65535])
def test_every_point_of_the_lattice_comes_back_and_no_two_are_one(denominator):
    numerators = np.arange(denominator + 1, dtype=np.uint16)
    accuracies = from_lattice(numerators, denominator)
    assert accuracies.dtype == np.float32
    assert (np.diff(accuracies) > 0).all()
    np.testing.assert_array_equal(to_lattice(accuracies, denominator), numerators)
    exact = [float(np.float32(k / denominator)) for k in range(denominator + 1)]
    assert accuracies.tolist() == exact


@pytest.mark.parametrize("wrong", [np.nextafter(np.float32(0.5), np.float32(1)), 1 + 1 / 3328, -1 / 3328, 0.3, np.nan])
def test_what_would_not_come_back_is_refused(wrong):
    with pytest.raises(ValueError, match="accuracies must be multiples of 1/3328, got"):
        to_lattice(np.float32([0.5, wrong]), 3328)


def test_a_denominator_of_more_than_16_bits_is_refused():
    with pytest.raises(ValueError, match="denominator must fit 16 bits, got 65536; keep these accuracies as floats"):
        to_lattice(np.float32([0.5]), 65536)


def test_the_file_is_small_and_holds_each_run_once(ten_seeds):
    assert len(FILE.read_bytes()) < 2_000_000
    runs = [Experiment.from_json(dataset.attrs["configuration"]) for dataset in ten_seeds]
    assert runs == [parity(size, seed) for size in range(25, 46) for seed in range(10)]
    for dataset in ten_seeds:
        assert dataset["epoch"].values.tolist() == list(range(1, 3001))
        for curve in CURVES:
            assert dataset[curve].dtype == np.float32
            assert 0.35 < dataset[curve].min() < 0.7
            assert dataset[curve].values[-100:].mean() > 0.9


def test_every_run_says_what_made_it(ten_seeds):
    made = ten_seeds[0].attrs
    assert made["recorded_by"] == "make recorded"
    assert set(made) >= {"engine", "torch_version", "numpy_version", "groksharp_version", "machine"}
    assert all({**one.attrs, "configuration": None} == {**made, "configuration": None} for one in ten_seeds)


def test_presets_are_parts_of_the_whole(ten_seeds):
    whole = {dataset.attrs["configuration"]: dataset for dataset in ten_seeds}
    for preset, count in (("quick", 10), ("paper", 63)):
        datasets = recorded_runs(preset)
        runs = [Experiment.from_json(dataset.attrs["configuration"]) for dataset in datasets]
        assert len(runs) == count
        assert runs == SYSTEMS["parity"].experiments(preset)
        assert all(dataset.identical(whole[dataset.attrs["configuration"]]) for dataset in datasets)


def test_changing_a_dataset_does_not_change_the_next(ten_seeds):
    (mine,) = recorded_runs(input_size=[25], seed=0)
    mine["gen_accuracy"][:] = 0
    (again,) = recorded_runs(input_size=[25], seed=0)
    assert again.identical(ten_seeds[0])


def test_writing_the_recorded_runs_gives_their_file_back():
    runs = {one.attrs["configuration"]: one for preset in RECORDED["parity"] for one in recorded_runs(preset)}
    file = io.BytesIO()
    write_recorded([runs[run.to_json()] for run in wanted_runs("parity")], file, records=["weight_norm"])
    file.seek(0)
    with np.load(file) as written, np.load(io.BytesIO(FILE.read_bytes())) as kept:
        assert set(written) == set(kept)
        for name in set(kept) - {"attributes"}:
            np.testing.assert_array_equal(written[name], kept[name])
        attributes = json.loads(str(kept["attributes"]))
        assert set(json.loads(str(written["attributes"]))) == set(attributes)


def test_runs_that_were_not_made_alike_are_refused():
    (one,) = train_experiments([parity(25, 0, epochs=2, width=8)], workers=1)
    foreign = one.assign_attrs(torch_version="0")
    with pytest.raises(ValueError, match="got 2 makers; train them together"):
        write_recorded([one, foreign], io.BytesIO())


def _distance(trained, recorded):
    """Mean absolute difference of both accuracies over the epochs that were trained, in each curve."""
    epochs = trained.sizes["epoch"]
    return [float(np.abs(trained[c].values - recorded[c].values[:epochs]).astype(np.float64).mean()) for c in CURVES]


def _first_epochs(size, seed, *, engine=None, **changed):
    (trained,) = train_together([parity(size, seed, epochs=EPOCHS, **changed)], engine=engine)
    (recorded,) = recorded_runs("ten_seeds", input_size=size, seed=seed)
    return trained, recorded


@pytest.mark.parametrize(("size", "seed"), [(25, 0), (45, 9)])
@pytest.mark.parametrize(
    ("engine", "arithmetic"),
    [(None, "float32"), ("ensemble", "float32"), ("reference", "float32"), ("ensemble", "float64")],
)
def test_trained_again_the_first_epochs_are_those_recorded(size, seed, engine, arithmetic):
    trained, recorded = _first_epochs(size, seed, engine=engine, arithmetic=arithmetic)
    assert max(_distance(trained, recorded)) < TOLERANCE
    machine = f"{platform.system()} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
    recorded_by = {"FusedEngine": "fused"}.get(recorded.attrs["engine"], recorded.attrs["engine"])
    if (trained.attrs["engine"], machine) == (recorded_by, recorded.attrs["machine"]):
        for curve in CURVES:
            np.testing.assert_array_equal(trained[curve].values, recorded[curve].values[:EPOCHS])


@pytest.mark.parametrize(
    "changed",
    [
        {"learning_rate": 0.0102}, {"weight_decay": 0.012}, {"batch_size": 31}, {"width": 990},
        {"train_samples": 749}, {"gen_samples": 249}, {"parity_bits": 2}, {"initial_scale": 1.02},
    ],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
@pytest.mark.parametrize(("size", "seed"), [(25, 0), (45, 9)])
def test_another_protocol_is_seen_in_the_first_epochs(size, seed, changed):
    assert max(_distance(*_first_epochs(size, seed, **changed))) > TOLERANCE


def test_another_seed_is_seen_in_the_first_epochs(ten_seeds):
    trained, _ = _first_epochs(25, 1)
    assert max(_distance(trained, ten_seeds[0])) > 10 * TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize(("size", "seed"), [(25, 0), (35, 4), (45, 2)])
def test_whole_runs_trained_in_double_precision_jump_when_the_recorded_did(size, seed, ten_seeds, table):
    """Rounding alone moves a whole run by less than its stated errors and a fraction of what another seed does."""
    (trained,) = train_together([parity(size, seed, arithmetic="float64")], engine="ensemble")
    (row,) = measure_runs([trained])
    fitted = table.fitted
    here = fitted["input_size"] == size
    recorded = next(r for r in fitted if (r["input_size"], r["seed"]) == (size, seed))
    for name in ("jump_time_train", "jump_time_gen"):
        moved = abs(row[name] - recorded[name])
        assert moved < 3 * recorded[f"{name}_error"]
        assert moved < 0.5 * fitted[name][here].std(ddof=1)


def test_almost_every_run_is_fitted(table):
    assert len(table) == 210
    unfitted = {(row["input_size"], row["seed"]): row["status"] for row in table if row["status"] != "ok"}
    assert set(unfitted) == {(45, 8)}
    assert "not finished at the last point" in unfitted[45, 8]


def test_the_published_figure_comes_out(table):
    """M, parity figure: G from about 0.6 to 12, S_rel from 2.25 to 0.3, S_abs from 1.9e-3 to 0.3e-3, read off."""
    paper = measure_runs(recorded_runs("paper"))
    assert len(paper) == len(paper.fitted) == 63
    published = {
        "relative_gap": (0.6, 12), "relative_sharpness": (0.3, 2.25), "absolute_sharpness": (0.3e-3, 1.9e-3),
    }  # fmt: skip
    for name, (low, high) in published.items():
        assert paper[name].min() == pytest.approx(low, rel=0.25)
        assert paper[name].max() == pytest.approx(high, rel=0.25)
    for kind in ("relative", "absolute"):
        trend, more = paper.trends[kind], table.trends[kind]
        assert trend.slope_high < -0.4
        assert trend.groups == more.groups == 21
        assert more.slope_high - more.slope_low < 0.85 * (trend.slope_high - trend.slope_low)
        assert more.between_share > 0.9
        assert trend.slope_low < more.slope < trend.slope_high


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"preset": "depth"}, "preset must be one of quick, paper, ten_seeds, .*; got 'depth'; use one of these names"),
        ({"system": "linear_student"}, "system must be one of parity, transformer, .*; got 'linear_student'"),
        (
            {"seed": 10},
            "parity have task.input_size from 25 to 45, seed from 0 to 9, got task.input_size = 25, seed = 10",
        ),
        ({"input_size": 24}, r"got task.input_size = 24, seed = 0; train it with `groksharp train parity`"),
        ({"learning_rate": 0.02}, r"got task.input_size = 25, optimizer.learning_rate = 0.02, seed = 0; train it with"),
        ({"epochs": 100}, r"got task.input_size = 25, schedule.epochs = 100, seed = 0; train it"),
        ({"optimizer": "adamw"}, r"got task.input_size = 25, optimizer = adamw, optimizer.beta1 = 0.9, .*; train it"),
        (
            {"system": "transformer", "preset": "few_rows", "modulus": 59},
            "transformer have task.modulus 53, 97, 113, .*, seed 0, 1, 2, 3, got task.modulus = 59, task.train_",
        ),
        (
            {"system": "transformer", "preset": "nanda", "modulus": 53, "dropout": 0.5},
            "got task.modulus = 53, task.train_fraction = 0.3, model.dropout = 0.5, optimizer.weight_decay = 1.0, seed",
        ),
        ({"seed": []}, "seed must have at least one value, got none"),
        ({"colour": 3}, r"A knob must be one of .*; got 'colour'; use one of these names"),
    ],
)
def test_what_was_not_recorded_is_one_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        recorded_runs(**given)
    assert "\n" not in str(caught.value)


def test_whole_accuracies_were_not_recorded():
    with pytest.raises(ValueError, match="accuracy needs the curve train_accuracy_whole"):
        measure_runs(recorded_runs(input_size=[25], seed=0), accuracy="whole")
