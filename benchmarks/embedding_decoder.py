"""How fast the engines train embeddings with a decoder in the protocol of U, in the same run.

    python benchmarks/embedding_decoder.py [--width 200] [--train-pairs 45] [--steps 1000] [--rounds 5]

Prints microseconds of a processor per run and step: on one thread, the least of several rounds that take turns so that
a busy machine slows all alike; with few looks, as in a long run, and with one after every step; then for the whole
machine, one process a core, with the looks of the system `representation`. The reference engine trains one run and ten
stacked ones. The arithmetic counts the products with the decoder's weights only: forward, back and for the gradient.
"""

import argparse
import itertools
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch

from empirical import SYSTEMS, DecoderEngine, Experiment, core_count, train_together

STACKED = 10


def microseconds(train: Callable[[], object], steps: int) -> float:
    started = time.process_time()
    train()
    return (time.process_time() - started) / steps * 1e6


def microseconds_alone(run: Experiment) -> float:
    torch.set_num_threads(1)
    return microseconds(lambda: train_together([run]), run.length)


def gigaflops(run: Experiment) -> float:
    """10⁹ operations of a step: for each of the decoder's weights and each pair three products and three sums."""
    model = run.model
    sizes = [model.dimension, *(model.width,) * model.layers, model.target_dimension]
    weights = sum(before * after for before, after in itertools.pairwise(sizes))
    return 6e-9 * weights * run.task.train_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, default=200)
    parser.add_argument("--train-pairs", type=int, default=45)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    steps = arguments.steps
    run = SYSTEMS["representation"].experiment.replace(
        {"width": arguments.width, "train_pairs": arguments.train_pairs, "steps": steps, "dense": 0, "growth": 1.2}
    )
    everywhere = run.replace({"dense": steps})
    system = run.replace({"dense": 100, "growth": 1.02})
    stack = [run.replace({"seed": seed, "steps": steps // STACKED}) for seed in range(STACKED)]
    trainings: dict[str, Callable[[], object]] = {
        "reference": lambda: train_together([run], engine="reference"),
        "reference, every step looked at": lambda: train_together([everywhere], engine="reference"),
        f"reference, {STACKED} stacked": lambda: train_together(stack, engine="reference"),
    }
    if DecoderEngine.available():
        trainings["decoder"] = lambda: train_together([run], engine="decoder")
        trainings["decoder, every step looked at"] = lambda: train_together([everywhere], engine="decoder")
    least = dict.fromkeys(trainings, float("inf"))
    for _ in range(arguments.rounds):
        for name, train in trainings.items():
            least[name] = min(least[name], microseconds(train, steps))

    # Each process times its own trainings, so that starting the processes does not count.
    cores = core_count()
    machine = f"{cores} processes"
    least[machine] = float("inf")
    with ProcessPoolExecutor(cores, get_context("spawn")) as processes:
        for _ in range(arguments.rounds + 1):  # the first round also imports
            times = list(
                processes.map(microseconds_alone, [system.replace({"seed": seed}) for seed in range(2 * cores)])
            )
            least[machine] = min(least[machine], sum(times) / len(times) / cores)

    print(f"width {arguments.width}, {arguments.train_pairs} pairs, torch {torch.__version__}, µs per run and step")
    for name, taken in least.items():
        ratio, speed = least["reference"] / taken, gigaflops(run) / taken * 1e6
        print(f"{name:34s}{taken:6.0f}   {ratio:5.1f} × the reference alone   {speed:6.1f} GFLOP/s")
    print(f"300 runs of 10,000 steps at this speed, the whole machine: {3 * least[machine]:.0f} s")


if __name__ == "__main__":
    main()
