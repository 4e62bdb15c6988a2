"""Every task keeps the promises that the engines and the sweeps build on, and a new one is a class of its own."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from empirical import (
    TASKS,
    CrossEntropy,
    Examples,
    LinearWeights,
    TrainingRun,
    draw_streams,
    sweep_task,
    task_runs,
    train_together,
)

SMALL = {"epochs": 3, "train_samples": 30, "gen_samples": 15}


def small_run(task, **values):
    return TASKS[task](12, 1, **{**SMALL, **values})


@pytest.mark.parametrize("task", list(TASKS))
def test_a_run_has_its_examples_and_weights_from_their_own_streams(task):
    run = small_run(task)
    train, gen = run.examples(draw_streams(1, 12))
    assert (train.inputs.shape, gen.inputs.shape) == ((30, 12), (15, 12))
    changed = dataclasses.replace(run, train_samples=31, weight_decay=0.03, learning_rate=0.02)
    for one, other in ((run, run), (run, changed)):
        starts = [each.draw_start(draw_streams(1, 12)) for each in (one, other)]
        for part, same in zip(*(vars(start).values() for start in starts), strict=True):
            np.testing.assert_array_equal(part, same)


@pytest.mark.parametrize("task", list(TASKS))
def test_the_initial_scale_multiplies_every_weight(task):
    starts = [small_run(task, initial_scale=scale).draw_start(draw_streams(1, 12)) for scale in (1.0, 2.5)]
    for part, scaled in zip(*(vars(start).values() for start in starts), strict=True):
        np.testing.assert_array_equal(scaled, 2.5 * part)
    assert starts[1].norm() == pytest.approx(2.5 * starts[0].norm())


@pytest.mark.parametrize("task", [name for name, run in TASKS.items() if hasattr(run, "classes")])
def test_label_noise_changes_some_training_labels_and_nothing_else(task):
    (train, gen), (noisy, same) = (
        small_run(task, label_noise=noise).examples(draw_streams(1, 12)) for noise in (0.0, 0.2)
    )
    assert (train.labels != noisy.labels).sum() == 6
    np.testing.assert_array_equal(train.inputs, noisy.inputs)
    np.testing.assert_array_equal(gen.labels, same.labels)
    classes = small_run(task).classes
    expected = train.with_wrong_labels(0.2, classes, rng=draw_streams(1, 12).label_noise)
    np.testing.assert_array_equal(noisy.labels, expected.labels)


@pytest.mark.parametrize("task", list(TASKS))
def test_the_same_seed_gives_the_same_bits(task):
    run = small_run(task, optimizer="adamw")
    first, again = (train_together([run], records=["weight_norm", "train_margin"])[0] for _ in range(2))
    assert first.drop_attrs().identical(again.drop_attrs())


@pytest.mark.parametrize("task", list(TASKS))
def test_presets_are_sweeps(task):
    presets = TASKS[task].presets
    assert "quick" in presets
    for preset in presets.values():
        assert len(task_runs(task, **preset)) >= 4


@dataclasses.dataclass(frozen=True, kw_only=True)
class SignRun(TrainingRun):
    """A new task in a few lines: the sign of the first of Gaussian inputs, learned by a linear classifier."""

    task: ClassVar[str] = "sign"
    noise: float = 0.0
    copies: int = 1

    @property
    def loss(self):
        return CrossEntropy()

    @property
    def chance(self):
        return 0.5

    def draw_examples(self, streams):
        inputs = streams.data.standard_normal((self.train_samples + self.gen_samples, self.input_size))
        return Examples(inputs, (inputs[:, 0] > 0).astype(int))

    def draw_start(self, streams):
        return LinearWeights(streams.weights.standard_normal((self.input_size, 2)))


def test_a_new_task_needs_nothing_but_its_class(monkeypatch, tmp_path):
    monkeypatch.setattr("empirical.sweep.TASKS", {"sign": SignRun})
    monkeypatch.setattr("empirical.tasks.TASKS", {"sign": SignRun})
    options = {"learning_rate": 0.3, "weight_decay": [0.0, 1e-3], "train_samples": 400, "epochs": 20}
    with pytest.raises(ValueError, match=r"copies must be at least 1, got 0"):
        SignRun(4, 0, copies=0)
    assert (
        SignRun(4, 0, noise=np.float32(0.5), copies=np.int64(2)).to_json()
        == SignRun(4, 0, noise=0.5, copies=2).to_json()
    )
    table = sweep_task("sign", [4], [0, 1], out=tmp_path, workers=1, **options)
    assert table["weight_decay"].tolist() == [0.0, 0.0, 1e-3, 1e-3]
    assert (
        sorted(path.name[:19] for path in tmp_path.glob("*.nc"))
        == ["sign-n004-seed0000-"] * 2 + ["sign-n004-seed0001-"] * 2
    )
