"""The same experiments written as anyone would: nn.Module, autograd, torch.optim, one run, one loop."""

import numpy as np
import pytest
import torch
from torch import nn

from empirical import SYSTEMS, add_part, draw_streams
from empirical.experiment.parts import _added


def _make_network(start, dtype=torch.float64, activation=nn.ReLU):
    """The two-layer network as an nn.Module with these weights."""
    width, size = start["hidden.weight"].shape
    outputs = len(start["output.weight"])
    with torch.random.fork_rng():
        network = nn.Sequential(nn.Linear(size, width), activation(), nn.Linear(width, outputs, bias=False)).to(dtype)
    with torch.no_grad():
        for parameter, weights in zip(network.parameters(), start.values(), strict=True):
            parameter.copy_(torch.from_numpy(weights))
    return network


def _right(outputs, targets):
    return (outputs.argmax(dim=1) == targets).double().mean()


def _to_tensor(labels, dtype):
    values = torch.from_numpy(labels)
    return values.to(dtype) if values.is_floating_point() else values.long()


def _train_plainly(
    module,
    optimizer,
    train,
    gen,
    *,
    batches,
    epochs,
    batch_size,
    loss=nn.functional.cross_entropy,
    accuracy=_right,
    dtype=torch.float64,
    inputs_as=None,
    before_step=lambda step: None,
):
    """The curves as arrays, by name; the module is trained in place."""
    inputs_as = dtype if inputs_as is None else inputs_as
    x_train, y_train = torch.from_numpy(train.inputs).to(inputs_as), _to_tensor(train.labels, dtype)
    x_gen, y_gen = torch.from_numpy(gen.inputs).to(inputs_as), _to_tensor(gen.labels, dtype)
    curves, step = {}, 0

    def record(name, value):
        curves.setdefault(name, []).append(float(value))

    for _ in range(epochs):
        accuracies, losses = [], []
        module.train()
        for batch in torch.from_numpy(batches.permutation(len(train))).split(batch_size):
            outputs = module(x_train[batch])
            value = loss(outputs, y_train[batch])
            accuracies.append(float(accuracy(outputs, y_train[batch])))
            losses.append(value.item())
            optimizer.zero_grad()
            value.backward()
            step += 1
            before_step(step)
            optimizer.step()
        record("train_accuracy", np.mean(accuracies))
        record("train_loss", np.mean(losses))
        module.eval()
        with torch.no_grad():
            pairs = list(zip(x_gen.split(batch_size), y_gen.split(batch_size), strict=True))
            record("gen_accuracy", np.mean([float(accuracy(module(x), y)) for x, y in pairs]))
            record("gen_loss", np.mean([loss(module(x), y).item() for x, y in pairs]))
            record("train_accuracy_whole", accuracy(module(x_train), y_train))
            record("train_loss_whole", loss(module(x_train), y_train))
            record("gen_accuracy_whole", accuracy(module(x_gen), y_gen))
    return {name: np.array(curve) for name, curve in curves.items()}


@pytest.fixture(autouse=True)
def _one_thread():
    """Small problems gain nothing from a second thread, and lose much on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def make_network():
    """`make_network(start, dtype)`: the two-layer network as an nn.Module with these weights."""
    return _make_network


@pytest.fixture
def train_plainly():
    """`train_plainly(module, optimizer, train, gen, batches=…, …)`: the plain loop's curves."""
    return _train_plainly


@pytest.fixture
def tiny_parity():
    """A parity experiment that takes milliseconds."""
    return SYSTEMS["parity"].experiment.replace(
        {"input_size": 5, "epochs": 6, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}
    )


@pytest.fixture
def draw():
    """`draw(experiment)`: its streams after the draws, its two sets and its initial weights."""

    def drawn(experiment):
        streams = draw_streams(experiment.seed, *experiment.task.entropy)
        train, gen = experiment.task.draw(streams)
        return streams, train, gen, experiment.model.draw_start(experiment.task.signature, streams.weights)

    return drawn


@pytest.fixture
def own():
    """`own(part)`: known by its name in this test, and not after it."""
    before = dict(_added)
    yield add_part
    _added.clear()
    _added.update(before)
