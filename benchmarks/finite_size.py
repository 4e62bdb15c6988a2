"""Gradient descent at finite size: a leading block of modes against all modes against dense linear algebra, in one run.

Run with ``python benchmarks/finite_size.py``; ``--large`` adds all modes at d = 100,000, which takes minutes. Seconds
are those of this process; they vary with the machine, and the ratios are what to look at.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

import numerics

LAM, EPSILON, ETA = 0.9, 1e-10, 0.01
SIZES = (10**5, 10**6, 10**7, 10**8, 10**9)


def seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Shortest time of a few repeats: the one least disturbed by the rest of the machine."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def losses(modes: numerics.SpectralModes) -> None:
    """Both losses at 5,000 numbers of steps, up to where all is learned."""
    steps = np.linspace(1, numerics.learned_steps(modes, eta=ETA, epsilon=EPSILON), 5000)
    modes.descend(steps, eta=ETA)


def short(problem: numerics.LinearProblem) -> None:
    """As many modes as a run needs."""
    losses(numerics.learned_modes(problem, eta=ETA, epsilon=EPSILON))


def dense(problem: numerics.LinearProblem) -> None:
    """Diagonalise the usual way: data, covariance, dense eigenvectors."""
    data = problem.data()
    values, vectors = np.linalg.eigh(data.covariance)
    losses(numerics.SpectralModes(values, (vectors.T @ data.difference) ** 2))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="also all modes at d = 100,000")
    large = parser.parse_args().large

    print(f"a run at λ = {LAM} until all is learned, losses at 5,000 numbers of steps")
    for d, with_data in ((2000, True), (10_000, False), *([(100_000, False)] if large else [])):
        problem = numerics.descent_problem(LAM, d, 0)
        block = seconds(lambda: short(problem), 3)  # noqa: B023  called at once
        whole = seconds(lambda: losses(numerics.sample_modes(problem)))  # noqa: B023
        print(f"d = {d}: leading block {block:.3f} s; all modes {whole:.3g} s, ratio {whole / block:.0f}", end="")
        if with_data:
            usual = seconds(lambda: dense(problem))  # noqa: B023
            print(f"; data and dense eigenvectors {usual:.3g} s, ratio {usual / block:.0f}", end="")
        print()
    for d in SIZES:
        block = seconds(lambda: short(numerics.descent_problem(LAM, d, 0)), 3)  # noqa: B023
        print(f"d = {d:.0e}: leading block {block:.3f} s")

    table = seconds(lambda: numerics.sweep_descent([0.9, 0.97], d=10**9))
    print(f"the table of `groksharp descent --lam 0.9,0.97 --d 1000000000`, six runs: {table:.2f} s")
    trust = seconds(numerics.jump_trust)
    print(f"jump times on the default grid of (λ, d): {trust:.1f} s")


if __name__ == "__main__":
    main()
