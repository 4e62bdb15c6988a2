"""Speed of losses and fits against the usual alternatives, as ratios within one run.

Run with ``python benchmarks/evaluation_and_fits.py``. Times vary with the machine; the ratios are what to look at.
"""

import time
from collections.abc import Callable

import numpy as np
from scipy import special
from scipy.optimize import curve_fit

import numerics


def shortest(work: Callable[[], object], repeats: int = 3) -> float:
    """Shortest time of a few repeats, in seconds: the one least disturbed by the rest of the machine."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def erf_curve(t: np.ndarray, sharpness: float, jump_time: float) -> np.ndarray:
    """The paper's curve with floor 0 and ceiling 1."""
    return 0.5 + 0.5 * special.erf(sharpness * (t - jump_time))


def fits() -> tuple[float, float, float]:
    """Both fits at four λ of the paper's sweep: ours, scipy's with default settings, and the largest difference."""
    curves = []
    for lam in (1.003, 1.02, 1.05, 1.1):
        time_axis = numerics.linear_times(lam)
        curves += [(time_axis, accuracy) for accuracy in numerics.linear_curves(time_axis, lam)]
    ours = [numerics.fit_curve(*curve) for curve in curves]

    def with_scipy() -> list[np.ndarray]:
        # Default settings from the default start would never find the jump at t = 1e8: scipy is given ours to 20 %.
        starts = [(1.2 * fit.sharpness, 0.8 * fit.jump_time) for fit in ours]
        return [curve_fit(erf_curve, *curve, p0=start)[0] for curve, start in zip(curves, starts, strict=True)]

    reference = with_scipy()
    difference = max(abs(fit.jump_time / optimum[1] - 1) for fit, optimum in zip(ours, reference, strict=True))
    mine = shortest(lambda: [numerics.fit_curve(*curve) for curve in curves])
    return mine / len(curves), shortest(with_scipy) / len(curves), difference


def line(what: str, ours: float, against: str, theirs: float) -> None:
    """Print one row: our time, the alternative's, and the ratio of the two."""
    print(f"{what:<28}{ours * 1e3:9.2f} ms   {against:<16}{theirs * 1e3:9.2f} ms   ratio {theirs / ours:6.2f}")


def main() -> None:
    """Print the table; a ratio above 1 means that ours is faster."""
    mine, scipys, difference = fits()
    line("fit of 50,000 points", mine, "scipy curve_fit", scipys)
    print(f"  largest relative difference of the jump times: {difference:.1e}")

    data = numerics.sample_linear_data(300, 330, rng=np.random.default_rng(0))
    spectrum = shortest(lambda: numerics.descend_by_spectrum(data, [1e4], eta=0.01))
    steps = shortest(lambda: numerics.descend_step_by_step(data, [1e4], eta=0.01), repeats=1)
    line("10,000 steps at d = 300", spectrum, "step by step", steps)


if __name__ == "__main__":
    main()
