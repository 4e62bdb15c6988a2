"""How fast the parity engine trains, against a plain PyTorch loop in the same run.

    python benchmarks/parity_training.py [--input-size 35] [--epochs 100] [--at-once 1 8]

Prints milliseconds per run and epoch: on one thread, the least of several rounds that take turns so that a
busy machine slows all alike; then for the whole machine, one process a core. The plain loop is what one would
write first: nn.Module, autograd and optim.SGD, the data already in memory, the training accuracy from the
forward passes of the training, the validation accuracy once an epoch. The engine records more: the whole-set
accuracies and both losses as well.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import nn

from empirical import (
    ParityRun,
    core_count,
    draw_streams,
    draw_weights,
    parity_examples,
    train_parity,
    train_together,
)


def train_plainly(run: ParityRun) -> tuple[float, float]:
    streams = draw_streams(run.seed, run.input_size)
    train, gen = parity_examples(run, streams)
    weights = draw_weights(run.input_size, run.width, rng=streams.weights)
    model = nn.Sequential(nn.Linear(run.input_size, run.width), nn.ReLU(), nn.Linear(run.width, 2, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(torch.from_numpy(weights.hidden))
        model[0].bias.copy_(torch.from_numpy(weights.bias))
        model[2].weight.copy_(torch.from_numpy(weights.output))
    optimizer = torch.optim.SGD(model.parameters(), lr=run.learning_rate, weight_decay=run.weight_decay)
    x_train, y_train = torch.from_numpy(train.inputs).float(), torch.from_numpy(train.labels).long()
    x_gen, y_gen = torch.from_numpy(gen.inputs).float(), torch.from_numpy(gen.labels).long()
    train_accuracy = gen_accuracy = 0.0
    for _ in range(run.epochs):
        accuracies = []
        order = torch.from_numpy(streams.batches.permutation(len(train)))
        for x, y in zip(x_train[order].split(32), y_train[order].split(32), strict=True):
            logits = model(x)
            loss = nn.functional.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            accuracies.append((logits.argmax(dim=1) == y).float().mean())
        train_accuracy = torch.stack(accuracies).mean().item()
        with torch.no_grad():
            gen_accuracy = (model(x_gen).argmax(dim=1) == y_gen).float().mean().item()
    return train_accuracy, gen_accuracy


def milliseconds(train: Callable[[], object], run_epochs: int) -> float:
    started = time.perf_counter()
    train()
    return (time.perf_counter() - started) / run_epochs * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input-size", type=int, default=35)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8], help="runs an ensemble")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    runs = [ParityRun(arguments.input_size, seed, epochs=arguments.epochs) for seed in range(max(arguments.at_once))]
    trainings = {"plain loop": (lambda: train_plainly(runs[0]), 1)} | {
        f"ensemble of {size}": (lambda size=size: train_together(runs[:size]), size) for size in arguments.at_once
    }
    least = dict.fromkeys(trainings, float("inf"))
    for _ in range(arguments.rounds):
        for name, (train, size) in trainings.items():
            least[name] = min(least[name], milliseconds(train, size * arguments.epochs))

    # Each run knows its seconds, so that starting the processes doesn't count.
    cores = core_count()
    all_cores = [ParityRun(arguments.input_size, seed, epochs=5 * arguments.epochs) for seed in range(2 * cores)]
    seconds = [dataset.attrs["seconds"] for dataset in train_parity(all_cores)]
    least[f"{cores} processes"] = sum(seconds) / len(seconds) / all_cores[0].epochs / cores * 1e3

    print(f"input size {arguments.input_size}, torch {torch.__version__}, ms per run and epoch")
    for name, time_taken in least.items():
        print(f"{name:15s}{time_taken:8.2f}   {least['plain loop'] / time_taken:5.1f} × the plain loop")


if __name__ == "__main__":
    main()
