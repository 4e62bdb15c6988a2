"""Where it pays to stack seeds, and to write gradients by hand: ratios of one run, on one thread.

    python benchmarks/stacked_seeds.py [--seeds 8] [--rounds 3]

Three models of different kinds, each trained on several seeds: by a plain PyTorch loop, one seed after the other (1.0);
by the reference engine, one seed after the other; and by the reference engine with all seeds stacked (`torch.func`).
Then the parity network, by autograd and by the two engines whose gradients are written by hand. All trainings of a line
take turns, so that a busy machine slows all alike; the numbers say how many times as fast as the plain loop each is.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable
from typing import ClassVar

import numpy as np
import torch
from torch import nn

from empirical import (
    SYSTEMS,
    AdamW,
    CrossEntropy,
    Examples,
    Experiment,
    FusedEngine,
    Model,
    Signature,
    SquaredError,
    Steps,
    Task,
    add_part,
    draw_streams,
    train_together,
)


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Table(Task):
    """a + b mod p as tokens (a, b, =), split in half."""

    name: ClassVar[str] = "benchmark_table"
    p: int = 23

    @property
    def signature(self) -> Signature:
        """Three tokens to p classes."""
        return Signature(inputs=(3,), outputs=self.p, tokens=self.p + 1)

    @property
    def classes(self) -> int:
        """The sums."""
        return self.p

    def draw(self, streams):
        """Half of the table each."""
        a, b = np.divmod(np.arange(self.p**2), self.p)
        inputs = np.stack([a, b, np.full_like(a, self.p)], axis=1)
        return Examples(inputs, (a + b) % self.p).split(self.p**2 // 2, rng=streams.split)


class Block(nn.Module):
    """Embedded tokens, one head of attention, a hidden layer, all residual; read out at the last token."""

    def __init__(self, tokens: int, length: int, outputs: int, width: int) -> None:
        """Of this width."""
        super().__init__()
        self.embed, self.place = nn.Embedding(tokens, width), nn.Parameter(torch.randn(length, width) / width**0.5)
        self.qkv, self.mix = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.hidden = nn.Sequential(nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width))
        self.readout = nn.Linear(width, outputs, bias=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, outputs)."""
        x = self.embed(tokens) + self.place
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        x = x + self.mix((q @ k.mT / q.shape[-1] ** 0.5).softmax(dim=-1) @ v)
        return self.readout((x + self.hidden(x))[:, -1])


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class TinyTransformer(Model):
    """One block."""

    name: ClassVar[str] = "benchmark_transformer"
    width: int = 32

    def build(self, signature: Signature) -> nn.Module:
        """The block."""
        return Block(signature.tokens, *signature.inputs, signature.outputs, self.width)


EXPERIMENTS = {
    "linear student, d = 90, N = 120, full batch": SYSTEMS["linear_student"].experiment.replace(
        {"train_samples": 120, "schedule": "steps", "steps": 500, "batch_size": None, "dense": 0, "growth": 1.1}
    ),
    "MLP 20-50-5, AdamW, batches of 32": SYSTEMS["modular_addition"].experiment.replace(
        {"optimizer": "adamw", "width": 50, "activation": "gelu", "schedule": "steps", "steps": 500, "batch_size": 32}
        | {"dense": 0, "growth": 1.1}
    ),
    "transformer of width 32 on 3 tokens, full batch": Experiment(
        task=Table(),
        model=TinyTransformer(),
        loss=CrossEntropy(),
        optimizer=AdamW(weight_decay=1.0),
        schedule=Steps(steps=100, dense=0, growth=1.2),
    ),
}


def train_plainly(run: Experiment) -> float:
    """A loop as one writes it, looked at when the schedule says; the last validation accuracy."""
    streams = draw_streams(run.seed, *run.task.entropy)
    dtype = torch.float64 if run.model.arithmetic == "float64" else torch.float32
    inputs_as = dtype if run.task.signature.tokens is None else torch.int64
    sets = [
        (torch.from_numpy(part.inputs).to(inputs_as), torch.from_numpy(part.labels)) for part in run.task.draw(streams)
    ]
    if not isinstance(run.loss, SquaredError):
        sets = [(inputs, labels.long()) for inputs, labels in sets]
    (x, y), (x_gen, y_gen) = sets
    start = run.model.draw_start(run.task.signature, streams.weights)
    with torch.random.fork_rng():
        module = run.model.build(run.task.signature).to(dtype)
    module.load_state_dict({name: torch.from_numpy(np.array(weights)) for name, weights in start.items()})
    optimizer = run.optimizer.build(run.optimizer.parameter_groups(module.named_parameters()))
    size = run.schedule.batch_size or len(x)
    looks, order, accuracy = set(run.schedule.times()), torch.arange(0), 0.0
    for step in range(run.length + 1):
        if step in looks:
            with torch.no_grad():
                for inputs, labels in ((x, y), (x_gen, y_gen)):
                    outputs = module(inputs)
                    run.loss.values(outputs.double(), labels).mean().item()
                    accuracy = run.loss.correct(outputs, labels).double().mean().item()
        if step == run.length:
            break
        batch_x, batch_y = x, y
        if size < len(x):
            if len(order) < size:
                order = torch.cat([order, torch.from_numpy(streams.batches.permutation(len(x)))])
            batch_x, batch_y, order = x[order[:size]], y[order[:size]], order[size:]
        optimizer.zero_grad()
        run.loss.values(module(batch_x), batch_y).mean().backward()
        optimizer.step()
    return accuracy


def least_seconds(trainings: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The least of several rounds in which the trainings take turns."""
    least = dict.fromkeys(trainings, float("inf"))
    for _ in range(rounds):
        for name, train in trainings.items():
            started = time.perf_counter()
            train()
            least[name] = min(least[name], time.perf_counter() - started)
    return least


def report(title: str, least: dict[str, float], steps: int) -> None:
    """How many times as fast as the first of them, and what a step of a run costs."""
    first = next(iter(least.values()))
    print(title)
    for name, seconds in least.items():
        print(f"  {name:30s}{first / seconds:7.2f} ×   {seconds / steps * 1e6:9.1f} µs per run and step")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for title, experiment in EXPERIMENTS.items():
        runs = [experiment.replace({"seed": seed}) for seed in range(arguments.seeds)]
        trainings: dict[str, Callable[[], object]] = {
            "plain loop": lambda runs=runs: [train_plainly(run) for run in runs],
            "reference, one by one": lambda runs=runs: [train_together([run], engine="reference")[0] for run in runs],
            f"reference, {len(runs)} stacked": lambda runs=runs: train_together(runs, engine="reference"),
        }
        report(title, least_seconds(trainings, arguments.rounds), len(runs) * experiment.length)

    parity = SYSTEMS["parity"].experiment.replace({"epochs": 20})
    steps = 20 * 24
    engines = ["reference", "ensemble", *(["fused"] if FusedEngine.available() else [])]
    for width in (100, 1000):
        run = parity.replace({"width": width})
        by_engine = {
            f"{name}{' (autograd)' if name == 'reference' else ''}": (
                lambda name=name, run=run: train_together([run], engine=name)
            )
            for name in engines
        }
        report(f"parity, 35-{width}-2, batches of 32", least_seconds(by_engine, arguments.rounds), steps)
    runs = [parity.replace({"seed": seed, "width": 100}) for seed in range(arguments.seeds)]
    stacked = {
        f"{name}, {how}": (lambda name=name, each=each: [train_together(part, engine=name) for part in each])
        for name in engines
        for how, each in (("one by one", [[run] for run in runs]), (f"{len(runs)} stacked", [runs]))
    }
    report("parity, 35-100-2, several seeds", least_seconds(stacked, arguments.rounds), len(runs) * steps)


if __name__ == "__main__":
    main()
