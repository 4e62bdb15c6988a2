"""The presets of the transformer: what they turn, and what each recipe is."""

import pytest
import torch
from torch import nn

from empirical import SYSTEMS, BinaryTable, draw_streams, train_together

SYSTEM = SYSTEMS["transformer"]
FIXED = {"task.operation", "task.modulus", "task.train_fraction", "model.width", "optimizer.weight_decay", "seed"}


def test_quick_turns_the_fixed_knobs_only():
    assert set(SYSTEM.presets["quick"]) <= FIXED


def test_the_one_layer_network_of_t_has_its_number_of_parameters():
    """Embedding and positions of two places, `torch.nn.TransformerEncoderLayer`, a norm and a read-out with bias."""
    run = SYSTEM.experiment
    network = run.model.build(run.task.signature)
    layer = nn.TransformerEncoderLayer(128, 4, 512, activation="gelu")
    others = (nn.Embedding(53, 128), nn.Embedding(2, 128), nn.LayerNorm(128), nn.Linear(128, 53))
    expected = sum(weight.numel() for part in (layer, *others) for weight in part.parameters())
    assert sum(weight.numel() for weight in network.parameters()) == expected


def test_nandas_network_has_the_sizes_that_are_printed():
    """d_model 128, four heads of 32, 512 hidden units, p + 1 tokens; biases in the MLP alone, and no LayerNorm."""
    run = SYSTEM.experiments("nanda")[0]
    network = run.model.build(run.task.signature)
    shapes = sorted(tuple(weight.shape) for weight in network.parameters())
    assert shapes == sorted(
        [(114, 128), (3, 128), (384, 128), (128, 128), (512, 128), (512,), (128, 512), (128,), (113, 128)]
    )
    assert (run.task.train_rows, run.schedule.batch_size) == (int(0.3 * 113**2), None)


def test_powers_network_reads_four_signs_in_two_layers():
    (run, *_) = SYSTEM.experiments("power")
    assert isinstance(run.task, BinaryTable)
    assert (run.task.rows, run.task.operation) == (97 * 96, "division")
    network = run.model.build(run.task.signature)
    assert network.get_parameter("embedding.weight").shape == (99, 128)
    assert network.get_buffer("positions").shape == (4, 128)


@pytest.mark.parametrize("operation", ["division", "s5"])
def test_any_operation_is_learned(operation):
    """A tiny network begins to fit what it is shown of any table."""
    run = SYSTEM.experiment.replace(
        {
            "task.operation": operation, "task.modulus": 5, "task.train_fraction": 0.9 if operation != "s5" else 0.004,
            "model.dimension": 16, "model.mlp_width": 32, "learning_rate": 0.02, "weight_decay": 0.0, "steps": 40,
            "dense": 0, "growth": 2.0, "stop_after": 0,
        }
    )  # fmt: skip
    (dataset,) = train_together([run])
    assert float(dataset["train_loss"][-1]) < 0.5 * float(dataset["train_loss"][0])
    train, gen = run.task.draw(draw_streams(0))
    assert len(train) + len(gen) == run.task.rows


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_half_of_53_takes_the_steps_that_were_published(seed):
    """T, seven seeds: 250 steps to train, 2336 ± 426 to generalize."""
    (dataset,) = train_together([SYSTEM.experiment.replace({"seed": seed})])
    steps = dataset["step"].values
    reached = [int(steps[(dataset[name].values >= 0.99).argmax()]) for name in ("train_accuracy", "gen_accuracy")]
    assert 200 < reached[0] < 300
    assert abs(reached[1] - 2336) < 3 * 426


def test_stacked_on_a_device_it_is_the_same_network():
    """Two seeds by `torch.func` descend as each alone, in float32 to rounding."""
    small = {"task.modulus": 7, "model.dimension": 16, "model.mlp_width": 32, "steps": 20, "dense": 0, "growth": 2.0}
    runs = [SYSTEM.experiment.replace({**small, "seed": seed, "stop_after": 0}) for seed in (0, 1)]
    together = train_together(runs)
    for run, found in zip(runs, together, strict=True):
        (alone,) = train_together([run])
        torch.testing.assert_close(
            torch.tensor(found["train_loss"].values), torch.tensor(alone["train_loss"].values), rtol=1e-3, atol=1e-4
        )
