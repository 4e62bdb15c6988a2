"""Speed of the curve fits against scipy's, on the same curves, in the same run.

    python benchmarks/curve_fits.py [--lam 120]

The paper's linear sweep: 50,000 points a curve, two curves a λ. scipy's curve_fit has its default settings and our
start, because its default start would never find a jump at t = 1e8; from there it gives a point and a covariance. Ours
gives also standard errors that know of unequal and dependent residuals, R², goodness of fit and a status. Times vary
with the machine; the ratios are what to look at.
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


def timed(work: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """Shortest time of a few repeats, in seconds, the one least disturbed by the rest of the machine; the result."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def erf_curve(t: np.ndarray, sharpness: float, jump_time: float) -> np.ndarray:
    """The paper's curve with floor 0 and ceiling 1."""
    return 0.5 + 0.5 * special.erf(sharpness * (t - jump_time))


def start_of(t: np.ndarray, accuracy: np.ndarray) -> tuple[float, float]:
    """Where our fit starts from, too: sharpness and jump time read off the curve."""
    split = find_jump_in_long(accuracy, 0.0, 1.0).split
    return start_rate(t / t[-1], accuracy, split, 0.0, 1.0) / t[-1], float(t[split])


def sweep(count: int) -> None:
    """Both fits at each λ of the paper's sweep."""
    ours = theirs = 0.0
    differences = []
    for lam in np.linspace(1.003, 1.1, count):
        t = numerics.linear_times(lam)
        for accuracy in numerics.linear_curves(t, lam):
            seconds, fit = timed(lambda a=accuracy, t=t: numerics.fit_curve(t, a))
            ours += seconds
            start = start_of(t, accuracy)
            seconds, (best, _) = timed(lambda a=accuracy, t=t, s=start: curve_fit(erf_curve, t, a, p0=s), 2)
            theirs += seconds
            # Its default tolerance leaves scipy some 1e-6 from its optimum; the optimum itself is what has to agree.
            best, _ = curve_fit(erf_curve, t, accuracy, p0=best, ftol=1e-15, xtol=1e-15, gtol=1e-15)
            differences.append(max(abs(fit.sharpness / best[0] - 1), abs(fit.jump_time / best[1] - 1)))
    fits = 2 * count
    print(f"linear sweep, {fits} fits of 50,000 points: {ours / fits * 1e3:.2f} ms, scipy {theirs / fits * 1e3:.2f} ms")
    print(f"  ratio {theirs / ours:.1f}; largest relative difference of jump time or sharpness {max(differences):.1e}")


def epochs() -> None:
    """One fit of a network's curve: 3,000 epochs, 250 samples, floor 1/2."""
    t = np.arange(1.0, 3001.0)
    rng = np.random.default_rng(0)
    for width in (20, 100, 500):
        clean = 0.75 + 0.25 * special.erf((t - 1200) / width)
        y = rng.binomial(250, clean) / 250
        plain, _ = timed(lambda y=y: numerics.fit_curve(t, y, floor=0.5), 20)
        weighted, _ = timed(lambda y=y: numerics.fit_curve(t, y, floor=0.5, samples=250), 20)
        print(f"3,000 epochs, width {width:3d}: {plain * 1e3:.2f} ms, with binomial weights {weighted * 1e3:.2f} ms")


def main() -> None:
    """Print the measurements; a ratio above 1 means that ours is faster."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lam", type=int, default=120, metavar="COUNT", help="values of λ (default 120)")
    sweep(parser.parse_args().lam)
    epochs()


if __name__ == "__main__":
    main()
