"""Speed of the paper's linear sweep: 120 λ, 50,000 times each, two fits a λ; four ways, in turns, in one process.

    python benchmarks/linear_sweep.py [--lam 120] [--rounds 5]

- as in a notebook: the losses of the published late-time form at every time, the generalization loss by the cumulative
  trapezoidal rule (dL_gen/ds = −L_train, M Eq. 9), scipy's curve_fit with a start at the steepest rise;
- a loop of `linear_curves` and curve_fit, from the start that our fits have;
- a loop of `linear_curves` and `fit_curve`, which also gives standard errors, R², goodness and a status;
- `sweep_linear`, which gives all of that, and the ratios with their errors, from the curves' values at a few nodes.

Times are of the processor, which vary with the machine; the ratios are what to look at.
"""

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.optimize import OptimizeWarning, curve_fit
from scipy.special import erf

import numerics
from numerics.curves.phases import find_jump_in_long, start_rate

EPSILON, ETA0 = 1e-10, 0.01


def rise(t: np.ndarray, sharpness: float, jump_time: float) -> np.ndarray:
    """The paper's curve with floor 0 and ceiling 1."""
    return (1 + erf(sharpness * (t - jump_time))) / 2


def as_in_a_notebook(lams: np.ndarray) -> np.ndarray:
    """Sharpness and jump time of both curves at each λ; NaN where a fit fails."""
    found = []
    for lam in lams:
        t = np.linspace(1, 5000 / (lam - 1) ** 2, 50_000)
        s = 4 * ETA0 * t
        training = np.exp(-((1 - np.sqrt(lam)) ** 2) * s) / (2 * np.sqrt(np.pi) * lam**0.75 * s**1.5)
        generalization = cumulative_trapezoid(training[::-1], -s[::-1], initial=0)[::-1]
        for loss in (training, generalization):
            accuracy = erf(np.sqrt(EPSILON / 2 / np.maximum(loss, 1e-300)))
            steepest = int(np.argmax(np.gradient(accuracy, t)))
            start = np.sqrt(np.pi) * np.gradient(accuracy, t)[steepest], t[steepest]
            try:
                found.append(curve_fit(rise, t, accuracy, p0=start)[0])
            except RuntimeError:
                found.append(np.full(2, np.nan))
    return np.array(found)


def loop(fit: Callable[[np.ndarray, np.ndarray], tuple[float, float]]) -> Callable[[np.ndarray], np.ndarray]:
    """The same numbers from a fit of each curve in turn."""

    def found(lams: np.ndarray) -> np.ndarray:
        grids = ((lam, numerics.linear_times(lam)) for lam in lams)
        return np.array([fit(t, accuracy) for lam, t in grids for accuracy in numerics.linear_curves(t, lam)])

    return found


def scipys(t: np.ndarray, accuracy: np.ndarray) -> tuple[float, float]:
    """Sharpness and jump time by curve_fit."""
    split = find_jump_in_long(accuracy, 0.0, 1.0).split
    start = start_rate(t / t[-1], accuracy, split, 0.0, 1.0) / t[-1], float(t[split])
    sharpness, jump_time = curve_fit(rise, t, accuracy, p0=start)[0]
    return sharpness, jump_time


def ours(t: np.ndarray, accuracy: np.ndarray) -> tuple[float, float]:
    """Sharpness and jump time by `fit_curve`."""
    fit = numerics.fit_curve(t, accuracy)
    return fit.sharpness, fit.jump_time


def swept(lams: np.ndarray) -> np.ndarray:
    """The same numbers from the table of `sweep_linear`."""
    table = numerics.sweep_linear(lams)
    columns = (table[f"{what}_{which}"] for which in ("train", "gen") for what in ("sharpness", "jump_time"))
    return np.stack(list(columns), axis=1).reshape(-1, 2)


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of the processor, and the result."""
    start = time.process_time()
    result = work()
    return (time.process_time() - start) * 1e3, result


def main() -> None:
    """Print medians, ratios, and how far the ways agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lam", type=int, default=120, metavar="COUNT", help="values of λ (default 120)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each way (default 5)")
    options = parser.parse_args()
    warnings.simplefilter("ignore", OptimizeWarning)
    lams = np.linspace(1.003, 1.1, options.lam)
    ways = {
        "as in a notebook": as_in_a_notebook, "loop of curve_fit": loop(scipys), "loop of fit_curve": loop(ours),
        "sweep_linear": swept,
    }  # fmt: skip
    for way in ways.values():
        way(lams[::10])
    turns = [{name: spent(lambda way=way: way(lams)) for name, way in ways.items()} for _ in range(options.rounds)]
    times = {name: np.array([turn[name][0] for turn in turns]) for name in ways}
    found = {name: turns[0][name][1] for name in ways}
    print(f"{2 * options.lam} fits of 50,000 points, median of {options.rounds} turns")
    for name, own in times.items():
        ratio = np.median(own / times["sweep_linear"])
        apart = np.nanmax(np.abs(found[name] / found["sweep_linear"] - 1), initial=0.0)
        failed = int(np.isnan(found[name]).any(axis=1).sum())
        print(
            f"{name:18s} {np.median(own):7.1f} ms, {ratio:5.1f} times that of sweep_linear; "
            f"differs by up to {apart:.1e}, {failed} fits failed"
        )


if __name__ == "__main__":
    main()
