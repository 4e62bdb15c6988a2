"""Random training sets of an addition table: what a thousand of them cost, and how the critical size grows with p.

Run with ``python benchmarks/representations.py``; the sizes take some minutes, the rest seconds.
"""

import time
from collections.abc import Sequence

import numpy as np

import numerics

TRIALS = ((10, 25, 10_000), (30, 74, 10_000), (100, 310, 1000), (100, 310, 10_000))
SIZES = ((5, 10_000), (7, 10_000), (10, 10_000), (15, 10_000), (20, 10_000), (30, 5000), (50, 2000), (70, 2000),
         (100, 1000), (150, 400), (200, 400), (300, 100))  # fmt: skip
LARGE = 30


def critical(modular: bool) -> list[numerics.CriticalPairs]:
    """Print and return the critical size for each number of symbols."""
    print(f"{'p':>4}{'trials':>8}{'size':>7}{'95 %':>14}{'fraction':>10}{'covering':>10}{'with the last':>15}{'s':>7}")
    found = []
    for p, trials in SIZES:
        start = time.perf_counter()
        modulus = p if modular else None
        one = numerics.critical_pairs(p, trials=trials, seed=0, modulus=modulus)
        found.append(one)
        print(
            f"{p:4}{trials:8}{one.pairs:7}{one.pairs_low:8.0f}–{one.pairs_high:<5.0f}{one.fraction:10.4f}"
            f"{numerics.covering_pairs(p, modulus=modulus):10.1f}{one.p_covering:15.3f}"
            f"{time.perf_counter() - start:7.1f}",
            flush=True,
        )
    return found


def line(found: Sequence[numerics.CriticalPairs]) -> str:
    """Weighted least squares of (size)/(p + 1)·2 = (fraction)·p on ln p, with the 95 % interval of its slope."""
    large = [one for one in found if one.symbols >= LARGE]
    log_p = np.log([one.symbols for one in large])
    scale = np.array([2 / (one.symbols + 1) for one in large])
    value = scale * [one.pairs for one in large]
    # Half a pair is what the sizes are rounded to.
    error = scale * [max(one.pairs_high - one.pairs_low, 1) / (2 * 1.96) for one in large]
    (slope, constant), covariance = np.polyfit(log_p, value, 1, w=1 / error, cov="unscaled")
    covering = [2 * numerics.covering_pairs(one.symbols, modulus=one.modulus) / (one.symbols + 1) for one in large]
    alike = np.polyfit(log_p, covering, 1, w=1 / error)
    half = 1.96 * float(np.sqrt(covariance[0, 0]))
    return (
        f"p ≥ {LARGE}: fraction·p = {slope:.3f} ln p + {constant:.2f}, slope {slope - half:.3f} to {slope + half:.3f}; "
        f"covering alone: {alike[0]:.3f} ln p + {alike[1]:.2f}"
    )


def main() -> None:
    """Print what training sets cost, then the critical sizes of both additions with the lines through them."""
    for p, pairs, trials in TRIALS:
        start = time.perf_counter()
        numerics.unique_structure(p, pairs, trials=trials, seed=0)
        print(f"{trials} training sets of {pairs} pairs at p = {p}: {time.perf_counter() - start:.2f} s")
    for name, modular in (("addition", False), ("addition modulo p", True)):
        print(name)
        print(line(critical(modular)))


if __name__ == "__main__":
    main()
