import dataclasses
from typing import ClassVar

import numpy as np
import pytest
import torch

from empirical import (
    ENGINES,
    SGD,
    AdamW,
    CrossEntropy,
    EmbeddingDecoder,
    Examples,
    Job,
    Model,
    Record,
    Signature,
    Steps,
    TargetDistance,
    TwoLayer,
    train,
)

PARITY = Job(TwoLayer(width=16), CrossEntropy(), SGD(learning_rate=0.3), Signature((5,), 2))
SUMS = Job(
    EmbeddingDecoder(width=8, dimension=2, target_dimension=3), TargetDistance(), AdamW(learning_rate=0.01),
    Signature((2,), 4, tokens=5),
)  # fmt: skip
ABLE = [(kind, job) for job in (PARITY, SUMS) for kind in ENGINES if not kind.unable(job)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Normed(Model):
    """Buffers that move while the network is trained, and units that are left out."""

    name: ClassVar[str] = "normed"

    def build(self, signature):
        return torch.nn.Sequential(
            torch.nn.Linear(*signature.inputs, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2)
        )


def examples(job, seed):
    rng = np.random.default_rng(seed)
    inputs = rng.integers(job.signature.tokens or 2, size=(20, *job.signature.inputs))
    return Examples(inputs, rng.integers(job.signature.outputs, size=20))


def trained(kind, job, seeds=(0, 1), records=()):
    streams = [np.random.default_rng(seed) for seed in seeds]
    starts = [job.model.draw_start(job.signature, rng) for rng in streams]
    sets = [examples(job, seed) for seed in seeds]
    engine = kind.build(job, starts, streams)
    _, curves = train(
        engine, sets, sets, schedule=Steps(steps=12, dense=4, growth=2, batch_size=8), loss=job.loss,
        batch_orders=streams, records=records,
    )  # fmt: skip
    return engine, sets, curves


def distance(run):
    """Between what the network of a look gives and what the engine does."""
    outputs = run.network(run.inputs_gen if run.inputs_gen.dtype == torch.int64 else run.inputs_gen.double())
    given = run.outputs_gen.double()
    return float((outputs - given if given.shape[1] > 1 else outputs.diff(dim=1) - given).abs().max())


def gradient(run):
    """Its size, taken by autograd."""
    with torch.enable_grad():
        outputs = run.network(run.inputs_train if run.inputs_train.dtype == torch.int64 else run.inputs_train.double())
        run.loss.values(outputs, run.targets_train).mean().backward()
    return max(float(weight.grad.abs().max()) for weight in run.network.parameters())


@pytest.mark.parametrize(("kind", "job"), ABLE, ids=lambda part: getattr(part, "name", ""))
def test_a_look_has_the_network_of_every_engine_and_changes_nothing(kind, job):
    watched = [Record("distance", distance, "d"), Record("gradient", gradient, "g")]
    before = torch.get_rng_state()
    engine, _, curves = trained(kind, job, records=watched)
    assert torch.equal(torch.get_rng_state(), before)
    plain, _, alone = trained(kind, job)
    for k in (0, 1):
        assert (curves[k]["distance"] < 1e-5).all()
        assert (curves[k]["gradient"] > 1e-4).all()
        for name, curve in alone[k].items():
            np.testing.assert_array_equal(curves[k][name], curve)
        for name, weight in plain.parameters(k).items():
            np.testing.assert_array_equal(engine.parameters(k)[name], weight)
            np.testing.assert_array_equal(dict(engine.network(k).named_parameters())[name].detach(), weight)


def test_a_network_has_the_buffers_of_its_run_is_out_of_training_and_its_own():
    job = Job(Normed(), CrossEntropy(), SGD(learning_rate=0.1), Signature((5,), 2))
    engine, (known,), _ = trained(ENGINES[-1], job, seeds=(0,))
    network = engine.network(0)
    assert not any(part.training for part in network.modules())
    assert network[1].running_mean.abs().max() > 0.01
    assert {tensor.dtype for tensor in network.parameters()} == {torch.float64}
    outputs = engine.outputs(engine.load([known.inputs], [known.labels])[0])[0]
    torch.testing.assert_close(network(torch.from_numpy(known.inputs).double()).float(), outputs)
    with torch.no_grad():
        network[0].weight.zero_()
    assert np.abs(engine.parameters(0)["0.weight"]).max() > 0
