"""Gradient descent at finite size: spectra without data against dense linear algebra, as ratios within one run.

Run with ``python benchmarks/finite_size.py``; ``--large`` adds d = 100,000, which takes minutes. Times vary with the
machine; the ratios are what to look at.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

import numerics


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Shortest time of a few repeats: the one least disturbed by the rest of the machine."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def dense_modes(d: int, n_train: int, *, vectors: bool) -> object:
    """Diagonalise the usual way: data, covariance, dense eigenvalues, with their eigenvectors or without."""
    inputs = np.random.default_rng(0).standard_normal((n_train, d))
    covariance = inputs.T @ inputs / n_train
    return np.linalg.eigh(covariance) if vectors else np.linalg.eigvalsh(covariance)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="also d = 100,000")
    large = parser.parse_args().large

    d, n_train = 4000, 4124
    drawn = seconds(lambda: numerics.sample_modes(numerics.LinearProblem(d, n_train)), 3)
    print(f"spectrum and weights at d = {d} by the bidiagonal model: {drawn:.2f} s")
    for vectors in (True, False):
        dense = seconds(lambda: dense_modes(d, n_train, vectors=vectors), 1)  # noqa: B023  called at once
        what = "eigenvalues and eigenvectors" if vectors else "eigenvalues alone"
        print(f"  data and dense {what}: {dense:.1f} s, ratio {dense / drawn:.0f}")

    problem = numerics.LinearProblem(1000, 1031)
    steps = np.geomspace(1, 1e10, 1000)
    drawn = seconds(lambda: numerics.descend_in_distribution(problem, steps, eta=0.01), 3)
    diagonalised = seconds(lambda: numerics.descend_by_spectrum(problem, steps, eta=0.01), 1)
    print(f"losses at {steps.size} numbers of steps up to 1e10, d = {problem.d}: without data {drawn:.3f} s")
    print(f"  from data: {diagonalised:.2f} s, ratio {diagonalised / drawn:.0f}")

    trust = seconds(numerics.jump_trust, 1)
    print(f"jump times on the default grid of (λ, d): {trust:.1f} s")

    if large:
        start = time.perf_counter()
        modes = numerics.sample_modes(numerics.LinearProblem(100_000, 103_093))
        middle = time.perf_counter()
        modes.descend(np.geomspace(1, 1e10, 5000), eta=0.01)
        end = time.perf_counter()
        print(f"d = 100,000: modes {middle - start:.0f} s, then 5,000 numbers of steps {end - middle:.1f} s")


if __name__ == "__main__":
    main()
