import numpy as np
import pytest
import torch

from empirical import CURVES, RECORDS, CrossEntropy, Record, Snapshot, SquaredError, add_record
from empirical.records.record import find_records
from empirical.records.snapshot import minibatch_weights

# These need embeddings, or a network.
SPECIAL = {"embedding", "ipr", "rqi", "perturbed_loss", "worst_loss", "hessian_top", "relative_hessian_top"}


@pytest.fixture(autouse=True)
def _forget():
    before = dict(RECORDS)
    yield
    RECORDS.clear()
    RECORDS.update(before)


def snapshot(**changes):
    asked = []

    def outputs(name, values):
        return lambda: asked.append(name) or torch.tensor(values)

    labels = torch.tensor([0, 1, 1])
    given = {
        "time": 7,
        "loss": CrossEntropy(),
        "train": (torch.zeros(3, 1), labels),
        "gen": (torch.ones(3, 1), labels),
        "outputs": (
            outputs("train", [[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]]),
            outputs("gen", [[1.0, 0.0], [2.0, 0.0], [0.0, 0.5]]),
        ),
        "parameters": lambda: asked.append("parameters") or {"w": np.array([3.0]), "b": np.array([[4.0]])},
        **changes,
    }  # fmt: skip
    return Snapshot(**given), asked


def measured(run):
    records = (*CURVES, *RECORDS.values())
    return {one.name: one.measure(run) for one in records if one.name not in SPECIAL}


def test_every_record_is_what_it_says():
    run, _ = snapshot()
    found = measured(run)
    train, gen = np.log1p(np.exp([-2.0, -1.0, 3.0])), np.log1p(np.exp([-1.0, 2.0, -0.5]))
    expected = {
        "train_accuracy": 2 / 3, "gen_accuracy": 2 / 3, "gen_accuracy_whole": 2 / 3, "train_accuracy_whole": 2 / 3,
        "train_loss": train.mean(), "gen_loss": gen.mean(), "train_loss_whole": train.mean(), "train_margin": 0.0,
        "gen_margin": (1 - 2 + 0.5) / 3, "weight_norm": 5.0,
    }  # fmt: skip
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name


def test_a_short_last_batch_counts_as_a_full_one():
    weights = minibatch_weights(3, 2), minibatch_weights(3, 2)
    run, _ = snapshot(weights=weights)
    assert run.gen_accuracy == pytest.approx((0.5 + 1) / 2)
    moving = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]), torch.tensor([0, 1, 1])
    run, asked = snapshot(weights=weights, moving=lambda: moving)
    assert run.train_accuracy == pytest.approx((0.5 + 0) / 2)
    values = np.log1p(np.exp([-1.0, 1.0, 1.0]))
    assert run.train_loss == pytest.approx((values[:2].mean() + values[2]) / 2)
    assert asked == []
    for samples, size in ((10, 3), (750, 32), (5, 5), (5, 9), (1, 1)):
        weights = minibatch_weights(samples, size)
        assert weights.shape == (samples,)
        assert weights.sum() == pytest.approx(1)
        starts = range(0, samples, size)
        np.testing.assert_allclose([weights[k : k + size].sum() for k in starts], 1 / len(starts))


def test_nothing_is_computed_that_is_not_asked_for_and_nothing_twice():
    run, asked = snapshot()
    assert run.time == 7
    assert asked == []
    for _ in range(2):
        run.gen_accuracy, run.gen_loss, run.correct_gen  # noqa: B018
    assert asked == ["gen"]
    measured(run)
    measured(run)
    assert sorted(asked) == ["gen", "parameters", "train"]


def test_values_are_judged_by_their_own_loss():
    targets = torch.tensor([[1.0], [2.0]], dtype=torch.float64)
    outputs = torch.tensor([[1.1], [2.0]], dtype=torch.float64)
    run, _ = snapshot(
        loss=SquaredError(epsilon=0.001),
        train=(torch.zeros(2, 1), targets),
        gen=(torch.zeros(2, 1), targets),
        outputs=(lambda: outputs, lambda: outputs),
    )
    assert (run.train_accuracy, run.gen_accuracy) == (0.5, 0.5)
    assert run.gen_loss == pytest.approx(0.005)


def test_records_are_found_by_name_each_once():
    assert [record.name for record in find_records(["gen_margin", "weight_norm", "gen_margin"])] == [
        "gen_margin", "weight_norm",
    ]  # fmt: skip
    assert [record.name for record in find_records("weight_norm")] == ["weight_norm"]
    assert find_records(name for name in ()) == ()
    with pytest.raises(
        ValueError, match=r"records must be made of train_accuracy_whole, .*; got 'all'; one of your own"
    ):
        find_records(["all"])


def test_a_record_of_ones_own_is_found_and_added_again_replaced():
    first = add_record(Record("mine", lambda run: 1.0, "one"))
    assert find_records(["mine"]) == (first,)
    second = add_record(Record("mine", lambda run: 2.0, "two"))
    assert find_records(["mine"]) == (second,)


@pytest.mark.parametrize("name", ["train_accuracy", "gen_loss", "weight_norm"])
def test_a_record_of_the_package_keeps_its_meaning(name):
    with pytest.raises(ValueError, match=f"{name!r} is a record of the package; choose another name"):
        add_record(Record(name, lambda run: 1.0, "mine"))


@pytest.mark.parametrize("name", ["", "two words", "a.b", "a/b", "epoch", "step"])
def test_a_name_that_no_file_could_bear_is_refused(name):
    with pytest.raises(
        ValueError, match=r"A record's name must be a word of letters, digits and _, and not a unit of "
    ):
        add_record(Record(name, lambda run: 1.0, "mine"))


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match="A record must be a Record, got"):
        add_record(lambda run: 1.0)
