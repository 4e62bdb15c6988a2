"""How fast the engines train parity runs, against a plain PyTorch loop in the same run.

    python benchmarks/parity_training.py [--input-size 35] [--epochs 100] [--rounds 5]

Prints milliseconds per run and epoch: on one thread, the least of several rounds that take turns so that a
busy machine slows all alike; then for the whole machine, one process a core; and the arithmetic done, counting
the multiplications and additions with W₁ in training and validation. The plain loop is what one would write
first: nn.Module, autograd and optim.SGD, the data already in memory, the training accuracy from the forward
passes of the training, the validation accuracy once an epoch. The engines record both losses as well; "+ whole"
adds the accuracy on the whole training set after each epoch.
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch
from torch import nn

from empirical import SYSTEMS, Experiment, FusedEngine, core_count, draw_streams, train_together


def train_plainly(run: Experiment) -> tuple[float, float]:
    streams = draw_streams(run.seed, *run.task.entropy)
    train, gen = run.task.draw(streams)
    start = run.model.draw_start(run.task.signature, streams.weights)
    width, inputs = start["hidden.weight"].shape
    model = nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, 2, bias=False))
    with torch.no_grad():
        for parameter, weights in zip(model.parameters(), start.values(), strict=True):
            parameter.copy_(torch.from_numpy(weights))
    rates = {"lr": run.optimizer.learning_rate, "weight_decay": run.optimizer.weight_decay}
    optimizer = torch.optim.SGD(model.parameters(), **rates)
    x_train, y_train = torch.from_numpy(train.inputs).float(), torch.from_numpy(train.labels).long()
    x_gen, y_gen = torch.from_numpy(gen.inputs).float(), torch.from_numpy(gen.labels).long()
    train_accuracy = gen_accuracy = 0.0
    for _ in range(run.length):
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


def milliseconds(train: Callable[[], object], epochs: int) -> float:
    started = time.perf_counter()
    train()
    return (time.perf_counter() - started) / epochs * 1e3


def milliseconds_alone(run: Experiment) -> float:
    torch.set_num_threads(1)
    return milliseconds(lambda: train_together([run]), run.length)


def gigaflops(run: Experiment) -> float:
    """10⁹ operations of an epoch: W₁ forward and backward for each training sample, forward for validation."""
    knobs = run.knobs()
    samples = 2 * knobs["task.train_samples"] + knobs["task.gen_samples"]
    return 2e-9 * (knobs["task.input_size"] + 1) * knobs["model.width"] * samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input-size", type=int, default=35)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    run = SYSTEMS["parity"].experiment.replace({"input_size": arguments.input_size, "epochs": arguments.epochs})
    trainings: dict[str, Callable[[], object]] = {
        "plain loop": lambda: train_plainly(run),
        "reference": lambda: train_together([run], engine="reference"),
        "ensemble": lambda: train_together([run], engine="ensemble"),
    }
    if FusedEngine.available():
        whole = ["train_accuracy_whole"]
        trainings["fused"] = lambda: train_together([run], engine="fused")
        trainings["fused + whole"] = lambda: train_together([run], engine="fused", records=whole)
    least = dict.fromkeys(trainings, float("inf"))
    for _ in range(arguments.rounds):
        for name, train in trainings.items():
            least[name] = min(least[name], milliseconds(train, run.length))

    # Each process times its own trainings, so that starting the processes does not count.
    cores = core_count()
    machine = f"{cores} processes"
    least[machine] = float("inf")
    with ProcessPoolExecutor(cores, get_context("spawn")) as processes:
        for _ in range(arguments.rounds + 1):  # the first round also imports
            times = list(processes.map(milliseconds_alone, [run.replace({"seed": seed}) for seed in range(4 * cores)]))
            least[machine] = min(least[machine], sum(times) / len(times) / cores)

    print(f"input size {arguments.input_size}, torch {torch.__version__}, ms per run and epoch")
    for name, time_taken in least.items():
        ratio, speed = least["plain loop"] / time_taken, gigaflops(run) / time_taken * 1e3
        print(f"{name:15s}{time_taken:8.3f}   {ratio:5.1f} × the plain loop   {speed:6.1f} GFLOP/s")
    paper = 63 * 3000 * least[machine] / 1e3
    print(f"63 runs of 3000 epochs at this speed, the whole machine: {paper:.0f} s")


if __name__ == "__main__":
    main()
