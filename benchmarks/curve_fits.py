"""Speed of one curve fit against scipy's, on the same curve of a network, in turns, in the same run.

    python benchmarks/curve_fits.py [--rounds 20]

3,000 epochs, accuracies of 250 samples, floor 1/2. scipy's curve_fit has its default settings and our start; from there
it gives a point and a covariance. Ours gives also standard errors that know of unequal and dependent residuals, R²,
goodness of fit, a status and a complaint. Times vary with the machine; the ratios are what to look at. Fits of long
curves: benchmarks/linear_sweep.py.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special
from scipy.optimize import curve_fit

import numerics
from numerics.curves.phases import find_jump_in_long, start_rate


def rise(t: np.ndarray, sharpness: float, jump_time: float) -> np.ndarray:
    """The paper's curve with floor 1/2 and ceiling 1."""
    return 0.75 + 0.25 * special.erf(sharpness * (t - jump_time))


def start_of(t: np.ndarray, accuracy: np.ndarray) -> tuple[float, float]:
    """Where our fit starts from, too: sharpness and jump time read off the curve."""
    split = find_jump_in_long(accuracy, 0.5, 1.0).split
    return start_rate(t / t[-1], accuracy, split, 0.5, 1.0) / t[-1], float(t[split])


def spent(work: Callable[[], Any]) -> float:
    """Milliseconds of the processor."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def main() -> None:
    """Print medians and ratios; a ratio above 1 means that ours is faster."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="turns of each way (default 20)")
    rounds = parser.parse_args().rounds
    t = np.arange(1.0, 3001.0)
    rng = np.random.default_rng(0)
    for width in (20, 100, 500):
        y = rng.binomial(250, rise(t, 1 / width, 1200.0)) / 250
        ways = {
            "scipy": lambda y=y: curve_fit(rise, t, y, p0=start_of(t, y)),
            "ours": lambda y=y: numerics.fit_curve(t, y, floor=0.5),
            "with binomial weights": lambda y=y: numerics.fit_curve(t, y, floor=0.5, samples=250),
        }
        turns = [{name: spent(work) for name, work in ways.items()} for _ in range(rounds)]
        times = {name: np.array([turn[name] for turn in turns]) for name in ways}
        told = ", ".join(f"{name} {np.median(own):.2f} ms" for name, own in times.items())
        print(f"3,000 epochs, width {width:3d}: {told}; ratio {np.median(times['scipy'] / times['ours']):.2f}")


if __name__ == "__main__":
    main()
