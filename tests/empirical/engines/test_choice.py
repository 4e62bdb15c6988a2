"""Engines say what they are able to train, or why not; what they are not able to train they never do."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest
import torch

from empirical import (
    ENGINES,
    SGD,
    SYSTEMS,
    AdamW,
    CrossEntropy,
    FusedEngine,
    Group,
    Job,
    Linear,
    OneHotSquaredError,
    Signature,
    SquaredError,
    TwoLayer,
    choose_engine,
    train_together,
)

PLAIN = Job(TwoLayer(), CrossEntropy(), SGD(), Signature((6,), 2))
DOUBLE = TwoLayer(arithmetic="float64")
HAND_WRITTEN = ["fused", "ensemble"]  # those of two classes; test_decoder.py has the other one
TINY = {"input_size": 6, "epochs": 8, "train_samples": 45, "gen_samples": 20, "width": 16, "learning_rate": 0.1}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Doubled(CrossEntropy):
    name: ClassVar[str] = "doubled"

    def values(self, outputs, targets):
        return 2 * super().values(outputs, targets)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Leaky(TwoLayer):
    name: ClassVar[str] = "leaky"

    def build(self, signature):
        network = super().build(signature)
        network.activation = torch.nn.LeakyReLU(0.3)
        return network


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ones(TwoLayer):
    """Its own weights only."""

    name: ClassVar[str] = "ones"

    def draw_start(self, signature, rng):
        return {name: 0.1 + 0.5 * weights for name, weights in super().draw_start(signature, rng).items()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Signed(SGD):
    name: ClassVar[str] = "signed"

    def build(self, groups):
        return torch.optim.Rprop([{"params": group["params"]} for group in groups], lr=0.01)


OWN = [("loss", Doubled(), "minimises the loss 'cross_entropy', not 'doubled'"),
       ("model", Leaky(width=16), "trains the model 'two_layer', not 'leaky'"),
       ("model", Ones(width=16), "trains the model 'two_layer', not 'ones'"),
       ("optimizer", Signed(), "descends by the optimizer 'sgd', not 'signed'")]  # fmt: skip

UNABLE = [
    ({"model": Linear()}, "trains the model 'two_layer', not 'linear'"),
    ({"loss": SquaredError()}, "minimises the loss 'cross_entropy', not 'squared_error'"),
    ({"loss": OneHotSquaredError()}, "minimises the loss 'cross_entropy', not 'one_hot_squared_error'"),
    ({"optimizer": AdamW()}, "descends by the optimizer 'sgd', not 'adamw'"),
    ({"model": TwoLayer(activation="tanh")}, "trains ReLU networks, not activation 'tanh'"),
    ({"model": TwoLayer(activation="gelu")}, "trains ReLU networks, not activation 'gelu'"),
    ({"model": TwoLayer(dropout=0.1)}, "has no dropout"),
    ({"optimizer": SGD(momentum=0.5)}, "has no momentum"),
    ({"optimizer": SGD(groups=[Group(name="a", parameters="*")])}, "has one rate for all parameters"),
    ({"optimizer": SGD(warm_up=1)}, "has no warm-up"),
    ({"optimizer": SGD(filter_gain=2.0)}, "has no filter of gradients"),
    ({"signature": Signature((6,), 3)}, "trains two classes, not 3"),
    ({"signature": Signature((6,), 1)}, "trains two classes, not 1"),
    ({"signature": Signature((6,), 2, tokens=7)}, "takes inputs that are vectors of numbers"),
    ({"signature": Signature((2, 3), 2)}, "takes inputs that are vectors of numbers"),
    ({"signature": Signature((), 2)}, "takes inputs that are vectors of numbers"),
    *[({kind: part}, reason) for kind, part, reason in OWN],
]


@pytest.mark.parametrize(("change", "reason"), UNABLE, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("engine", HAND_WRITTEN)
def test_an_engine_that_is_not_able_says_why(monkeypatch, engine, change, reason):
    monkeypatch.setattr(FusedEngine, "available", staticmethod(lambda: True))
    job = dataclasses.replace(PLAIN, **change)
    kind = next(one for one in ENGINES if one.name == engine)
    assert kind.unable(job) == reason
    assert choose_engine(job).name == "reference"
    with pytest.raises(ValueError) as caught:
        choose_engine(job, engine)
    assert str(caught.value) == f"engine {engine!r} {reason}; leave engine out for one that is able."


def test_the_fastest_engine_that_is_able_is_chosen(monkeypatch):
    for built, expected in ((True, "fused"), (False, "ensemble")):
        monkeypatch.setattr(FusedEngine, "available", staticmethod(lambda built=built: built))
        assert choose_engine(PLAIN).name == expected
        assert choose_engine(dataclasses.replace(PLAIN, model=DOUBLE)).name == "ensemble"
        assert choose_engine(dataclasses.replace(PLAIN, device="cuda")).name == "ensemble"
    for system, expected in (
        ("parity", "ensemble"),
        ("modular_addition", "reference"),
        ("linear_student", "reference"),
    ):
        one = SYSTEMS[system].experiment
        assert choose_engine(Job(one.model, one.loss, one.optimizer, one.task.signature)).name == expected


def test_the_kernel_says_which_arithmetic_and_which_device_it_has_not(monkeypatch):
    for change, where in (({"model": DOUBLE}, "float64 on cpu"), ({"device": "cuda"}, "float32 on cuda")):
        with pytest.raises(ValueError, match=f"'fused' computes in float32 on a processor, not in {where}; leave"):
            choose_engine(dataclasses.replace(PLAIN, **change), "fused")
    monkeypatch.setattr(FusedEngine, "available", staticmethod(lambda: False))
    with pytest.raises(ValueError, match="engine 'fused' has no compiled kernel here; leave engine out"):
        choose_engine(PLAIN, "fused")


@pytest.mark.parametrize("name", ["best", "", "Fused", 3, ["fused"]])
def test_an_engine_that_is_not_known_gets_a_sentence(name):
    with pytest.raises(ValueError, match="engine must be one of fused, ensemble, decoder, reference; got "):
        choose_engine(PLAIN, name)


@pytest.mark.parametrize("engine", HAND_WRITTEN)
def test_all_engines_take_the_steps_of_the_reference(engine):
    if engine == "fused" and not FusedEngine.available():
        pytest.skip("the kernel was not built")
    runs = SYSTEMS["parity"].experiments(seed=[0, 1], initial_scale=1.5, label_noise=0.1, **TINY)
    records = ["train_loss_whole", "train_accuracy_whole", "train_margin", "gen_margin", "weight_norm"]
    expected = train_together(runs, engine="reference", records=records)
    found = train_together(runs, engine=engine, records=records)
    for one, other in zip(found, expected, strict=True):
        assert (one.attrs["engine"], other.attrs["engine"]) == (engine, "reference")
        for curve in ("train_loss", "gen_loss", *records):
            np.testing.assert_allclose(one[curve], other[curve], rtol=1e-4, atol=1e-5, err_msg=curve)
    assert not np.array_equal(found[0]["train_loss"], found[1]["train_loss"])


@pytest.mark.parametrize(("kind", "part", "reason"), OWN)
def test_a_part_of_ones_own_is_trained_as_it_is_and_by_no_hand_written_engine(
    own, draw, train_plainly, kind, part, reason
):
    """A subclass of a part of the package may compute anything: the plain loop knows what."""
    own(type(part))
    experiment = SYSTEMS["parity"].experiment.replace({**TINY, "arithmetic": "float64"})
    part = part.replace(arithmetic="float64") if kind == "model" else part
    experiment = dataclasses.replace(experiment, **{kind: part})
    for engine in HAND_WRITTEN:
        with pytest.raises(ValueError, match=f"engine {engine!r} {reason}; leave engine out"):
            train_together([experiment], engine=engine)
    (dataset,) = train_together([experiment], records=["train_loss_whole", "train_accuracy_whole"])
    assert dataset.attrs["engine"] == "reference"
    streams, train, gen, start = draw(experiment)
    network = experiment.model.build(experiment.task.signature).double()
    network.load_state_dict({name: torch.from_numpy(weights) for name, weights in start.items()})
    scale = 2.0 if kind == "loss" else 1.0
    if kind == "optimizer":
        optimizer = torch.optim.Rprop(network.parameters(), lr=0.01)
    else:
        optimizer = torch.optim.SGD(network.parameters(), lr=experiment.optimizer.learning_rate, weight_decay=0.01)
    expected = train_plainly(
        network, optimizer, train, gen, batches=streams.batches, epochs=8, batch_size=32,
        loss=lambda outputs, labels: scale * torch.nn.functional.cross_entropy(outputs, labels),
    )  # fmt: skip
    for name, curve in expected.items():
        np.testing.assert_allclose(dataset[name], curve, rtol=1e-6, atol=1e-7, err_msg=name)
    package = dataclasses.replace(experiment, **{kind: getattr(SYSTEMS["parity"].experiment.replace(TINY), kind)})
    (other,) = train_together([package])
    assert abs(dataset["train_loss"] - other["train_loss"]).max() > 1e-3
