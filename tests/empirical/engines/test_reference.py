"""The reference engine against a plain PyTorch loop, for whatever can be trained, one run at a time and stacked."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import nn

from empirical import (
    SGD,
    AdamW,
    CrossEntropy,
    Epochs,
    Examples,
    Experiment,
    FunctionModule,
    Group,
    Job,
    Linear,
    LinearTeacher,
    Model,
    ModularAddition,
    OneHotSquaredError,
    Parity,
    ReferenceEngine,
    Signature,
    SquaredError,
    Task,
    TwoLayer,
    choose_engine,
    draw_streams,
    find_part,
    train,
)

DOUBLE = {"arithmetic": "float64"}
EPOCHS = Epochs(epochs=6, batch_size=13)
PARITY = Parity(input_size=5, train_samples=40, gen_samples=20)
SUMS = ModularAddition(input_size=9, modulus=3, train_samples=40, gen_samples=20)
TEACHER = LinearTeacher(input_size=6, train_samples=30, gen_samples=20)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Table(Task):
    """a + b mod p as tokens: (a, b, =)."""

    name: ClassVar[str] = "table"
    p: int = 7

    @property
    def signature(self):
        return Signature(inputs=(3,), outputs=self.p, tokens=self.p + 1)

    @property
    def classes(self):
        return self.p

    def draw(self, streams):
        a, b = np.divmod(np.arange(self.p**2), self.p)
        inputs = np.stack([a, b, np.full_like(a, self.p)], axis=1)
        return Examples(inputs, (a + b) % self.p).split(30, rng=streams.split)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Waves(Task):
    """Three values of small images."""

    name: ClassVar[str] = "waves"
    classes: ClassVar[None] = None

    @property
    def signature(self):
        return Signature(inputs=(4, 5), outputs=3)

    def draw(self, streams):
        inputs = streams.data.standard_normal((50, 4, 5))
        return Examples(inputs, np.sin(inputs[:, :3].sum(axis=2))).split(35, rng=streams.split)


class TinyTransformer(nn.Module):
    """One block of attention over embedded tokens, read out at the last; a mask in a buffer."""

    def __init__(self, tokens, length, outputs, width=8):
        super().__init__()
        self.embed, self.place = nn.Embedding(tokens, width), nn.Parameter(torch.randn(length, width))
        self.qkv, self.mix, self.norm = nn.Linear(width, 3 * width), nn.Linear(width, width), nn.LayerNorm(width)
        self.readout = nn.Linear(width, outputs, bias=False)
        self.register_buffer("mask", torch.full((length, length), -torch.inf).triu(1))

    def forward(self, tokens):
        x = self.embed(tokens) + self.place
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        x = x + self.mix((q @ k.mT / q.shape[-1] ** 0.5 + self.mask).softmax(dim=-1) @ v)
        return self.readout(self.norm(x)[:, -1])


class Tied(nn.Module):
    """The same tensor embeds and reads out."""

    def __init__(self, tokens, outputs):
        super().__init__()
        self.embed, self.readout = nn.Embedding(tokens, 6), nn.Linear(6, tokens, bias=False)
        self.readout.weight, self.outputs = self.embed.weight, outputs

    def forward(self, tokens):
        return self.readout(self.embed(tokens[:, :2]).sum(dim=1).tanh())[:, : self.outputs]


class Image(nn.Module):
    """Convolution, batch normalisation with its running means, a frozen layer, a buffer of random features."""

    def __init__(self, outputs):
        super().__init__()
        self.conv, self.norm, self.head = nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Linear(80, 10)
        self.last = nn.Linear(10, outputs).requires_grad_(False)
        self.register_buffer("features", torch.randn(10))

    def forward(self, x):
        x = self.norm(self.conv(x.unsqueeze(1))).relu().flatten(1)
        return self.last(self.features * self.head(x).tanh())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Own(Model):
    """Modules of one's own, by a word."""

    name: ClassVar[str] = "own"
    what: str = "transformer"

    def build(self, signature):
        outputs = signature.outputs
        if self.what == "transformer":
            return TinyTransformer(signature.tokens, *signature.inputs, outputs)
        if self.what == "tied":
            return Tied(signature.tokens, outputs)
        if self.what == "image":
            return Image(outputs)
        if self.what == "function":
            tensors = {"U": torch.randn(*signature.inputs, 5), "V": torch.randn(5, outputs)}
            return FunctionModule(lambda w, x: (x @ w["U"]) ** 2 @ w["V"], tensors)
        if self.what == "wrong":
            return nn.Sequential(nn.Linear(*signature.inputs, outputs), nn.Flatten(0))
        raise ValueError(self.what)


def groups(**given):
    return [Group(name=name, **values) for name, values in given.items()]


def sgd(**numbers):
    return lambda parameters: torch.optim.SGD(parameters, **{"lr": 0.05, "weight_decay": 0.02, **numbers})


TWO = {"first": {"parameters": "hidden.*", "learning_rate": 0.2, "weight_decay": 0.0},
       "last": {"parameters": "output.*", "weight_decay": 0.3}}  # fmt: skip
DESCENT = {"learning_rate": 0.05, "weight_decay": 0.02}

# By name: task, model, loss, optimizer; and the same optimizer written by hand.
CASES = {
    "sgd": (PARITY, TwoLayer(width=9, **DOUBLE), CrossEntropy(), SGD(**DESCENT), sgd()),
    "momentum": (PARITY, TwoLayer(width=9, activation="tanh", **DOUBLE), CrossEntropy(), SGD(momentum=0.9, **DESCENT),
                 sgd(momentum=0.9)),
    "adamw": (SUMS, TwoLayer(width=9, activation="gelu", **DOUBLE), CrossEntropy(),
              AdamW(beta1=0.6, beta2=0.9, epsilon=0.05, **DESCENT),
              lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.02, betas=(0.6, 0.9), eps=0.05)),
    "adamw with the usual numbers": (SUMS, TwoLayer(width=9, initial_scale=2.0, **DOUBLE), CrossEntropy(), AdamW(),
                                     lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=1e-2)),
    "groups": (PARITY, TwoLayer(width=9, **DOUBLE), CrossEntropy(), SGD(groups=groups(**TWO), **DESCENT), sgd()),
    "warm-up": (PARITY, TwoLayer(width=9, **DOUBLE), CrossEntropy(),
                SGD(warm_up=10, momentum=0.5, groups=groups(**TWO), **DESCENT), sgd(momentum=0.5)),
    "filter": (SUMS, TwoLayer(width=9, activation="tanh", **DOUBLE), CrossEntropy(),
               SGD(filter_gain=3.0, filter_memory=0.8, momentum=0.5, **DESCENT), sgd(momentum=0.5)),
    "filter, adamw": (SUMS, TwoLayer(width=9, activation="tanh", **DOUBLE), CrossEntropy(),
                      AdamW(filter_gain=3.0, filter_memory=0.8), lambda p: torch.optim.AdamW(p, lr=1e-3)),
    "linear": (TEACHER, Linear(initial_scale=2.0), SquaredError(epsilon=0.1), SGD(**DESCENT), sgd()),
    "one-hot": (SUMS, TwoLayer(width=9, **DOUBLE), OneHotSquaredError(), SGD(**DESCENT), sgd()),
    "values of images": (Waves(), Own(what="image", **DOUBLE), SquaredError(epsilon=0.5), SGD(**DESCENT), sgd()),
    "function": (SUMS, Own(what="function", initial_scale=0.3, **DOUBLE), CrossEntropy(), SGD(**DESCENT), sgd()),
    "tokens": (Table(), Own(what="transformer", **DOUBLE), CrossEntropy(), AdamW(groups=groups(
        embeddings={"parameters": "embed.*, place", "learning_rate": 0.02, "weight_decay": 0.0})), None),
    "tied": (Table(), Own(what="tied", **DOUBLE), CrossEntropy(), SGD(**DESCENT), sgd()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _known(own):
    for part in (Table, Waves, Own):
        own(part)


def experiment(name, schedule=EPOCHS):
    task, model, loss, optimizer, _ = CASES[name]
    return Experiment(task=task, model=model, loss=loss, optimizer=optimizer, schedule=schedule)


def build(one, seeds):
    """An engine of runs with these seeds, their sets, and their streams."""
    job = Job(one.model, one.loss, one.optimizer, one.task.signature)
    assert choose_engine(job, "reference").name == "reference"
    streams = [draw_streams(seed, *one.task.entropy) for seed in seeds]
    sets = [one.task.draw(stream) for stream in streams]
    starts = [one.model.draw_start(one.task.signature, stream.weights) for stream in streams]
    return ReferenceEngine(job, starts, [stream.dropout for stream in streams]), sets, streams, starts


def trained(one, seeds=(0,), records=()):
    engine, sets, streams, _ = build(one, seeds)
    _, curves = train(
        engine, *zip(*sets, strict=True), schedule=one.schedule, loss=one.loss,
        batch_orders=[stream.batches for stream in streams], records=records,
    )  # fmt: skip
    return curves, engine


def judge(one):
    """Mean loss and accuracy of a batch, as PyTorch has them."""
    if isinstance(one.loss, CrossEntropy):
        return nn.functional.cross_entropy, lambda outputs, labels: (outputs.argmax(1) == labels).double().mean()
    if isinstance(one.loss, SquaredError):
        return (
            lambda outputs, targets: nn.functional.mse_loss(outputs, targets) * outputs.shape[1],
            lambda outputs, targets: ((outputs - targets).norm(dim=1) ** 2 < one.loss.epsilon).double().mean(),
        )
    classes = one.task.classes
    return (
        lambda outputs, labels: ((outputs - torch.eye(classes, dtype=torch.float64)[labels]) ** 2).sum(1).mean(),
        lambda outputs, labels: (outputs.argmax(1) == labels).double().mean(),
    )


def plain_optimizer(name, module):
    if name == "tokens":
        slow = {"embed.weight", "place"}
        named = dict(module.named_parameters())
        return torch.optim.AdamW(
            [
                {"params": [p for n, p in named.items() if n in slow], "lr": 0.02, "weight_decay": 0.0},
                {"params": [p for n, p in named.items() if n not in slow]},
            ],
            lr=1e-3,
            weight_decay=1e-2,
        )
    parameters = list(module.parameters())
    if name in ("groups", "warm-up"):
        first, bias, last = parameters
        parameters = [
            {"params": [first, bias], "lr": 0.2, "weight_decay": 0.0},
            {"params": [last], "weight_decay": 0.3},
        ]
    return CASES[name][4](parameters)


def before_each_step(name, optimizer):
    """What is done by hand between the gradient and the step."""
    rates = [group["lr"] for group in optimizer.param_groups]
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    slow = []

    def warm_up(step):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1, step / 10)

    def grokfast(step):
        gradients = [parameter.grad.clone() for parameter in parameters]
        slow[:] = gradients if step == 1 else [0.8 * h + 0.2 * g for h, g in zip(slow, gradients, strict=True)]
        for parameter, g, h in zip(parameters, gradients, slow, strict=True):
            parameter.grad = g + 3.0 * h

    kind = name.partition(",")[0]
    return {"warm-up": warm_up, "filter": grokfast}.get(kind, lambda step: None)


@pytest.mark.parametrize("name", CASES)
def test_a_run_is_the_plain_loop(train_plainly, name):
    one = experiment(name)
    (curves,), engine = trained(one)
    _, [(train_set, gen_set)], [streams], [start] = build(one, [0])
    with torch.random.fork_rng():
        module = one.model.build(one.task.signature).double()
    tensors = {name: torch.from_numpy(np.array(weights)) for name, weights in start.items()}
    module.load_state_dict(tensors, strict=name != "tied")
    optimizer = plain_optimizer(name, module)
    loss, accuracy = judge(one)
    expected = train_plainly(
        module, optimizer, train_set, gen_set, batches=streams.batches, epochs=6, batch_size=13, loss=loss,
        accuracy=accuracy, before_step=before_each_step(name, optimizer),
        inputs_as=torch.float64 if one.task.signature.tokens is None else torch.int64,
    )  # fmt: skip
    for curve in ("train_accuracy", "gen_accuracy", "gen_accuracy_whole", "train_loss", "gen_loss"):
        np.testing.assert_allclose(curves[curve], expected[curve], rtol=1e-12, atol=1e-12, err_msg=curve)
    found = engine.parameters(0)
    for parameter, tensor in module.named_parameters():
        np.testing.assert_allclose(found[parameter], tensor.detach(), rtol=1e-12, atol=1e-12, err_msg=parameter)
    assert abs(np.diff(curves["train_loss"])).min() > 1e-5


@pytest.mark.parametrize("name", CASES)
def test_stacked_runs_are_the_single_ones(name):
    one = experiment(name)
    together, stacked = trained(one, (0, 1, 2))
    for seed in range(3):
        (alone,), engine = trained(one, (seed,))
        for curve, values in alone.items():
            np.testing.assert_allclose(together[seed][curve], values, rtol=1e-9, atol=1e-9, err_msg=curve)
        for parameter, weights in engine.parameters(0).items():
            np.testing.assert_allclose(stacked.parameters(seed)[parameter], weights, rtol=0, atol=1e-9)
    assert (together[0]["train_loss"] != together[1]["train_loss"]).all()


def test_frozen_parameters_and_buffers_are_drawn_from_the_seed_and_stay():
    one = experiment("values of images")
    engines = {seeds: trained(one, seeds)[1] for seeds in ((0,), (1,), (0, 1))}
    starts = build(one, [0, 1])[3]
    assert (starts[0]["features"] != starts[1]["features"]).all()
    for seeds, engine in engines.items():
        for k, seed in enumerate(seeds):
            found = engine.parameters(k)
            np.testing.assert_array_equal(found["last.weight"], starts[seed]["last.weight"])
            assert (found["head.weight"] != starts[seed]["head.weight"]).any()
            assert "features" not in found
    scaled = one.model.replace(initial_scale=2.0).draw_start(one.task.signature, draw_streams(0).weights)
    np.testing.assert_array_equal(scaled["features"], starts[0]["features"])
    np.testing.assert_array_equal(scaled["head.weight"], 2 * starts[0]["head.weight"])


def dropped(**changes):
    one = experiment("sgd")
    return dataclasses.replace(one, model=one.model.replace(dropout=0.5, width=40, **changes))


def test_dropout_follows_from_the_seed():
    (first,), _ = trained(dropped())
    (again,), _ = trained(dropped())
    (other,), _ = trained(dropped(), (1,))
    for name, curve in first.items():
        np.testing.assert_array_equal(curve, again[name])
    assert (first["train_loss"] != other["train_loss"]).all()
    # The same data, weights and batches: what differs is the noise alone.
    engine, [(train_set, _)], _, starts = build(dropped(), [0])
    twin = ReferenceEngine(engine.job, starts, [np.random.default_rng(9)])
    inputs, labels = engine.load([train_set.inputs], [train_set.labels])
    assert torch.equal(twin.outputs(inputs), engine.outputs(inputs))
    assert not torch.equal(twin.descend(inputs, labels, 13), engine.descend(inputs, labels, 13))


def test_how_often_is_looked_changes_no_dropout():
    ends = []
    for legs in ((13, 13, 13), (39,)):  # samples between looks, in batches of 13
        engine, [(train_set, _)], _, _ = build(dropped(), [0])
        inputs, labels = engine.load([train_set.inputs], [train_set.labels])
        begin = 0
        for samples in legs:
            rows = slice(begin, begin + samples)
            engine.descend(inputs[:, rows], labels[:, rows], 13)
            begin += samples
        ends.append(engine.parameters(0))
    for name, weight in ends[0].items():
        np.testing.assert_array_equal(weight, ends[1][name])


def test_dropout_leaves_out_units_in_training_and_none_when_it_is_looked(make_network):
    engine, [(train_set, gen_set)], _, [start] = build(dropped(), [0])
    network = make_network(start)
    inputs, labels = engine.load([train_set.inputs], [train_set.labels])
    for _ in range(2):  # at a look
        torch.testing.assert_close(engine.outputs(inputs)[0], network(inputs[0]).detach(), rtol=0, atol=1e-13)
    # In training each output is a sum over half of the units, twice each.
    hidden = network[1](network[0](inputs[0]))
    shares = (2 * hidden.unsqueeze(1) * network[2].weight).detach()
    found = engine.descend(inputs, labels, 40)[0]
    sample = int(((hidden > 0).sum(dim=1)).argmin())
    active = shares[sample, 0][hidden[sample] > 0]
    subsets = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * len(active)).reshape(
        -1, len(active)
    )
    assert (subsets @ active - found[sample, 0]).abs().min() < 1e-12
    assert len(gen_set) == 20


def test_stacked_runs_with_dropout_have_noise_of_their_own():
    curves, _ = trained(dropped(), (0, 1))
    again, _ = trained(dropped(), (0, 1))
    for one, other in zip(curves, again, strict=True):
        np.testing.assert_array_equal(one["train_loss"], other["train_loss"])
    engine, sets, _, starts = build(dropped(), [0])
    stacked = ReferenceEngine(engine.job, starts * 2, [np.random.default_rng(0)] * 2)
    inputs, labels = stacked.load([sets[0][0].inputs] * 2, [sets[0][0].labels] * 2)
    outputs = stacked.descend(inputs, labels, 40)
    assert not torch.equal(outputs[0], outputs[1])


class Noisy(nn.Module):
    """Random numbers that no layer of dropout draws: in training, and when it is looked at."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.layer = nn.Linear(inputs, outputs)

    def forward(self, x):
        return nn.functional.dropout(self.layer(x), 0.5, self.training) + 0.1 * torch.randn(())


@dataclasses.dataclass(frozen=True, kw_only=True)
class NoisyModel(Model):
    name: ClassVar[str] = "noisy"

    def build(self, signature):
        return Noisy(*signature.inputs, signature.outputs)


def test_random_numbers_of_any_module_follow_from_the_seed_and_leave_global_ones_alone(own):
    own(NoisyModel)
    one = dataclasses.replace(experiment("sgd"), model=NoisyModel())
    before = torch.get_rng_state()
    (first,), _ = trained(one)
    (again,), _ = trained(one)
    (looked,), _ = trained(one, records=[find_record("train_loss_whole")])
    (other,), _ = trained(one, (1,))
    assert torch.equal(torch.get_rng_state(), before)
    for name, curve in first.items():
        np.testing.assert_array_equal(curve, again[name])
        np.testing.assert_array_equal(curve, looked[name])  # a further look does not change the training
    assert (first["train_loss"] != other["train_loss"]).all()


def find_record(name):
    from empirical import RECORDS

    return RECORDS[name]


def test_the_outputs_of_a_leg_are_those_from_before_each_step():
    engine, [(train_set, _)], _, starts = build(experiment("adamw"), [0])
    inputs, labels = engine.load([train_set.inputs], [train_set.labels])
    outputs = engine.descend(inputs, labels, 13)
    twin = ReferenceEngine(engine.job, starts, [np.random.default_rng(0)])
    expected = []
    for start in range(0, 40, 13):
        batch = slice(start, start + 13)
        expected.append(twin.outputs(inputs[:, batch]))
        twin.descend(inputs[:, batch], labels[:, batch], 13)
    assert torch.equal(outputs, torch.cat(expected, dim=1))


def test_the_weights_that_were_given_stay_as_they_were():
    for count in (1, 2):
        engine, sets, _, starts = build(experiment("sgd"), list(range(count)))
        before = [{name: weights.copy() for name, weights in start.items()} for start in starts]
        inputs, labels = engine.load([one.inputs for one, _ in sets], [one.labels for one, _ in sets])
        engine.descend(inputs, labels, 40)
        kept = engine.parameters(0)
        engine.descend(inputs, labels, 40)
        for start, same in zip(starts, before, strict=True):
            for name, weights in same.items():
                np.testing.assert_array_equal(start[name], weights)
        assert (kept["output.weight"] != engine.parameters(0)["output.weight"]).any()


def test_float32_and_float64_are_the_arithmetic_of_the_model():
    one = experiment("sgd")
    for arithmetic, dtype in (("float32", torch.float32), ("float64", torch.float64)):
        engine, [(train_set, _)], _, _ = build(
            dataclasses.replace(one, model=one.model.replace(arithmetic=arithmetic)), [0]
        )
        inputs, labels = engine.load([train_set.inputs], [train_set.labels])
        assert (inputs.dtype, labels.dtype) == (dtype, torch.int64)
        assert engine.descend(inputs, labels, 40).dtype == engine.outputs(inputs).dtype == dtype
        assert engine.parameters(0)["hidden.bias"].dtype == np.float64


def test_tokens_stay_whole_numbers_and_values_are_of_the_arithmetic():
    engine, [(train_set, _)], _, _ = build(experiment("tokens"), [0])
    assert [part.dtype for part in engine.load([train_set.inputs], [train_set.labels])] == [torch.int64, torch.int64]
    engine, [(train_set, _)], _, _ = build(experiment("values of images"), [0])
    inputs, targets = engine.load([train_set.inputs], [train_set.labels])
    assert (inputs.shape, targets.shape) == ((1, 35, 4, 5), (1, 35, 3))
    assert (inputs.dtype, targets.dtype) == (torch.float64, torch.float64)


def test_a_model_of_other_outputs_and_a_loss_of_other_values_are_refused(own):
    one = dataclasses.replace(experiment("sgd"), model=Own(what="wrong"))
    for seeds in ((0,), (0, 1)):
        with pytest.raises(ValueError, match=r"'own' must map a batch to 2 outputs each, \(13, 2\), got \(26,\)"):
            trained(one, seeds)

    @own
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Meaned(CrossEntropy):
        name: ClassVar[str] = "meaned"

        def values(self, outputs, targets):
            return super().values(outputs, targets).mean()

    with pytest.raises(ValueError, match=r"'meaned' must give one value a sample, \(13,\), got \(\); the mean is tak"):
        trained(dataclasses.replace(experiment("sgd"), loss=Meaned()))


def test_initial_weights_that_are_not_those_of_the_module_are_refused():
    engine, _, _, [start] = build(experiment("sgd"), [0])
    bias = start["hidden.bias"]
    for wrong in ({**start, "more": bias}, {"hidden.bias": bias}, {**start, "hidden.bias": bias[:1]}, {}):
        with pytest.raises(
            ValueError, match=r"The initial weights must be those of the module, .*; let `draw_start` give"
        ):
            ReferenceEngine(engine.job, [wrong], [np.random.default_rng(0)])


def test_a_group_that_holds_nothing_is_refused_before_the_training():
    one = experiment("sgd")
    nothing = dataclasses.replace(one, optimizer=SGD(groups=groups(embeddings={"parameters": "embed*"})))
    with pytest.raises(ValueError, match="Group 'embeddings' must hold a parameter, and none is named like 'embed"):
        build(nothing, [0])
    assert find_part("optimizer", "sgd") is SGD


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("name", CASES)
def test_a_gpu_takes_the_same_steps(name):
    one, ends = experiment(name), []
    _, sets, streams, starts = build(one, [0, 1])
    for device in ("cpu", "cuda"):
        job = Job(one.model, one.loss, one.optimizer, one.task.signature, device)
        engine = ReferenceEngine(job, starts, [stream.dropout for stream in streams])
        inputs, labels = engine.load([one.inputs for one, _ in sets], [one.labels for one, _ in sets])
        for _ in range(20):
            engine.descend(inputs, labels, 13)
        ends.append(engine.outputs(inputs).cpu())
    torch.testing.assert_close(*ends, rtol=0, atol=1e-8)
