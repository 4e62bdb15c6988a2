"""How fast the engines train parity runs, against a plain PyTorch loop in the same run.

    python benchmarks/parity_training.py [--input-size 35] [--epochs 100] [--rounds 5] [--sweep-epochs 50]

First one run on one thread: milliseconds of the processor per epoch, the least of several rounds in which all take
turns, with everything that `train_together` does; and the arithmetic that a product of matrices would do, counting the
multiplications and additions with W₁ in training and validation. The plain loop is what one would write first:
nn.Module, autograd and optim.SGD, the data already in memory, the training accuracy from the forward passes of the
training, the validation accuracy once an epoch. The engines record both losses as well; "+ whole" adds the accuracy on
the whole training set after each epoch.

Then the 63 runs of the paper in processes, one a core: a sweep of few epochs and one of four times as many. What the
one takes more than the other is training; what is left is the start of the processes and all that happens once a run.
From both follow the seconds of 3000 epochs. The plain loop has as many processes at a time, with runs of the same
sizes, and its start is not counted. Seconds are those of the processor, since a busy machine adds to those of the
clock, and the least of all rounds.
"""

import argparse
import functools
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch
from torch import nn

from empirical import SYSTEMS, Experiment, FusedEngine, core_count, draw_streams, train_experiments, train_together

PARITY = SYSTEMS["parity"]
_PLAIN_EPOCHS = 10


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


def elapsed(train: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    train()
    return clock() - started


def seconds_of_plain_loop(run: Experiment) -> float:
    torch.set_num_threads(1)
    return elapsed(lambda: train_plainly(run), time.process_time)


def processor_seconds() -> float:
    """Of this process and of those that it has started and that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def gigaflops(run: Experiment) -> float:
    """10⁹ operations of an epoch: W₁ forward and backward for each training sample, forward for validation."""
    knobs = run.knobs()
    samples = 2 * knobs["task.train_samples"] + knobs["task.gen_samples"]
    return 2e-9 * (knobs["task.input_size"] + 1) * knobs["model.width"] * samples


def compare_engines(run: Experiment, rounds: int) -> None:
    torch.set_num_threads(1)
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
    for _ in range(rounds):
        for name, train in trainings.items():
            least[name] = min(least[name], elapsed(train, time.process_time) / run.length * 1e3)
    print(f"input size {run.task.input_size}, torch {torch.__version__}, ms of one core per epoch")
    for name, time_taken in least.items():
        ratio, speed = least["plain loop"] / time_taken, gigaflops(run) / time_taken * 1e3
        print(f"{name:15s}{time_taken:8.3f}   {ratio:5.1f} × the plain loop   {speed:6.1f} GFLOP/s")


def compare_sweeps(epochs: int, rounds: int) -> None:
    cores = core_count()
    sweeps = {length: PARITY.experiments("paper", epochs=length) for length in (epochs, 4 * epochs)}
    runs = len(sweeps[epochs])
    shortened = [run.replace({"epochs": _PLAIN_EPOCHS}) for run in sweeps[epochs][:: runs // (2 * cores)]]
    seconds, clock, plain = dict.fromkeys(sweeps, float("inf")), dict.fromkeys(sweeps, float("inf")), float("inf")
    with ProcessPoolExecutor(cores, get_context("spawn")) as processes:
        for _ in range(rounds):
            times = list(processes.map(seconds_of_plain_loop, shortened))
            plain = min(plain, sum(times) / len(times) / _PLAIN_EPOCHS)
            for length, sweep in sweeps.items():
                before = processor_seconds()
                train = functools.partial(train_experiments, sweep, workers=cores)
                clock[length] = min(clock[length], elapsed(train, time.perf_counter))
                seconds[length] = min(seconds[length], processor_seconds() - before)
    few, many = sweeps
    rate = (seconds[many] - seconds[few]) / (many - few) / runs
    once, length = seconds[few] - rate * few * runs, PARITY.experiment.length
    whole, plainly = once + rate * length * runs, plain * length * runs
    print(f"\n{runs} runs, {cores} processes, seconds of all cores together, with the start of the processes")
    for done in sweeps:
        print(f"{done} epochs: {seconds[done]:.2f}, in {clock[done]:.2f} by the clock")
    print(f"so {once:.2f} once, and {rate * 1e3:.3f} ms a run and epoch; the plain loop {plain * 1e3:.3f} ms")
    print(f"{length} epochs: {whole:.0f}; the plain loop {plainly:.0f}, or {plainly / whole:.1f} × as many")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input-size", type=int, default=35)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sweep-epochs", type=int, default=50, help="of the shorter sweep; 0 leaves the sweeps out")
    parser.add_argument("--sweep-rounds", type=int, default=2)
    arguments = parser.parse_args()
    compare_engines(
        PARITY.experiment.replace({"input_size": arguments.input_size, "epochs": arguments.epochs}), arguments.rounds
    )
    if arguments.sweep_epochs:
        compare_sweeps(arguments.sweep_epochs, arguments.sweep_rounds)


if __name__ == "__main__":
    main()
