"""The same experiment written as anyone would: nn.Module, autograd, optim.SGD, one run, one loop."""

import numpy as np
import pytest
import torch
from torch import nn

from empirical import Weights


def _make_model(weights: Weights, dtype: torch.dtype) -> nn.Sequential:
    width, size = weights.hidden.shape
    with torch.random.fork_rng():
        model = nn.Sequential(nn.Linear(size, width), nn.ReLU(), nn.Linear(width, 2, bias=False)).to(dtype)
    with torch.no_grad():
        model[0].weight.copy_(torch.from_numpy(weights.hidden))
        model[0].bias.copy_(torch.from_numpy(weights.bias))
        model[2].weight.copy_(torch.from_numpy(weights.output))
    return model


def _train_plainly(
    weights, train, gen, *, batches, epochs, batch_size, learning_rate, weight_decay, dtype=torch.float64
):
    """The trained model, and the curves as lists, by name."""
    model = _make_model(weights, dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    x_train, y_train = torch.from_numpy(train.inputs).to(dtype), torch.from_numpy(train.labels).long()
    x_gen, y_gen = torch.from_numpy(gen.inputs).to(dtype), torch.from_numpy(gen.labels).long()
    curves = {}

    def record(name, value):
        curves.setdefault(name, []).append(float(value))

    def accuracy(logits, labels):
        return (logits.argmax(dim=1) == labels).double().mean().item()

    for _ in range(epochs):
        accuracies, losses = [], []
        for batch in torch.from_numpy(batches.permutation(len(train))).split(batch_size):
            logits = model(x_train[batch])
            loss = nn.functional.cross_entropy(logits, y_train[batch])
            accuracies.append(accuracy(logits, y_train[batch]))
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        record("train_accuracy", np.mean(accuracies))
        record("train_loss", np.mean(losses))
        with torch.no_grad():
            pairs = list(zip(x_gen.split(batch_size), y_gen.split(batch_size), strict=True))
            record("gen_accuracy", np.mean([accuracy(model(x), y) for x, y in pairs]))
            record("gen_loss", np.mean([nn.functional.cross_entropy(model(x), y).item() for x, y in pairs]))
            record("train_accuracy_whole", accuracy(model(x_train), y_train))
            record("gen_accuracy_whole", accuracy(model(x_gen), y_gen))
    return model, curves


@pytest.fixture(autouse=True)
def _one_thread():
    """Small problems gain nothing from a second thread, and lose much on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def make_model():
    """``make_model(weights, dtype)``: the network as an nn.Module with these weights."""
    return _make_model


@pytest.fixture
def train_plainly():
    """``train_plainly(weights, train, gen, batches=…, …)``: the plain loop's model and curves."""
    return _train_plainly
