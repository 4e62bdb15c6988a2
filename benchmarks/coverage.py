"""How often value ± 1.96 errors holds what was planted, where that is hard: steep jumps, and noise that remembers.

    python benchmarks/coverage.py [--runs 1000] [--seed 0] [--only TEXT]

A design is a pair of jumps of width 1/s, in epochs, at random places between two of them, and a kind of noise. Each
line says in how many per cent of the pairs the intervals of t*, s (of both curves), G and S_rel hold the planted
numbers, the largest distance from them in errors, and how many pairs were not measured or came with a complaint; only
those without are counted. A share of 95 % over 1000 runs is known to 0.7 %, that of t* and s over both curves to 0.5 %.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

import numerics
from numerics.strategies import PlantedCurve, PlantedRun, counted

Noise = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def remembering(rng: np.random.Generator, rho: float, size: int) -> np.ndarray:
    """Noise of variance 1 with the correlation ρ^k at distance k."""
    start = int(20 / (1 - rho))
    noise: np.ndarray = lfilter([np.sqrt(1 - rho**2)], [1, -rho], rng.normal(size=size + start))[start:]
    return noise


def constant(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same everywhere."""
    return p + 0.02 * rng.normal(size=p.size)


def counts(p: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of 250 answers."""
    return counted(p, 250, rng=rng)


def following(rho: float) -> Noise:
    """The same everywhere, correlated."""
    return lambda p, rng: p + 0.03 * remembering(rng, rho, p.size)


def following_counts(rho: float) -> Noise:
    """Of 250 answers, correlated: it lives on the rise."""
    return lambda p, rng: counted(p, 250, rng=rng, correlation=rho)


def mixed(rho: float) -> Noise:
    """Half of the variance is remembered, half is not."""
    return lambda p, rng: p + 0.03 * (remembering(rng, rho, p.size) + rng.normal(size=p.size)) / np.sqrt(2)


def averaged(points: int) -> Noise:
    """A moving average."""
    kernel = np.full(points, 0.03 / np.sqrt(points))
    return lambda p, rng: p + np.convolve(rng.normal(size=p.size + points - 1), kernel, mode="valid")


@dataclass(frozen=True)
class Design:
    """Two jumps of one width under one noise, recorded at every epoch."""

    noise: Noise
    width: float
    epochs: int = 300
    floor: float = 0.0
    samples: int | None = None
    free: bool = False

    def pulls(self, runs: int, seed: int = 0) -> tuple[np.ndarray, int, int]:
        """(value − truth)/error of t*, s, t*, s, G, S_rel, shape (kept, 6); the numbers refused, and complained of."""
        rng, t, at_s = (
            np.random.default_rng([seed, *repr(self.width).encode()]),
            np.arange(1.0, self.epochs + 1),
            1 / self.width,
        )
        asymptotes = {"floor": "fit", "ceiling": "fit"} if self.free else {"floor": self.floor}
        kept, refused, complained = [], 0, 0
        for _ in range(runs):
            run = PlantedRun(
                *(
                    PlantedCurve(t, t, jump_time=share * t.size + rng.random(), sharpness=at_s, floor=self.floor)
                    for share in (0.3, 0.65)
                )
            )
            found = numerics.measure(
                t, *(self.noise(curve.expected, rng) for curve in (run.train, run.gen)),
                train_samples=self.samples, gen_samples=self.samples, **asymptotes,
            )  # fmt: skip
            if not found.ok or found.complaint:
                refused, complained = refused + (not found.ok), complained + found.ok
                continue
            kept.append([
                *(
                    (getattr(fit, name) - getattr(curve, name)) / getattr(fit, f"{name}_error")
                    for fit, curve in ((found.train, run.train), (found.gen, run.gen))
                    for name in ("jump_time", "sharpness")
                ),
                (found.relative_gap - run.relative_gap) / found.relative_gap_error,
                (found.relative_sharpness - run.relative_sharpness) / found.relative_sharpness_error,
            ])  # fmt: skip
        return np.array(kept).reshape(-1, 6), refused, complained


WIDTHS = (1, 1.5, 2, 3, 5)
DESIGNS = {
    **{f"constant noise, 1/s = {w}": Design(constant, w) for w in WIDTHS},
    **{f"counts, 1/s = {w}": Design(counts, w) for w in WIDTHS},
    **{f"counts, floor 1/2, 1/s = {w}": Design(counts, w, floor=0.5) for w in WIDTHS},
    **{f"counts, weighted, 1/s = {w}": Design(counts, w, samples=250) for w in WIDTHS},
    **{f"counts, both asymptotes fitted, 1/s = {w}": Design(counts, w, floor=0.1, free=True) for w in WIDTHS},
    **{
        f"correlation {rho}, 1/s = {w}": Design(following(rho), w, epochs=1200)
        for rho in (0.5, 0.9, 0.95, 0.99)
        for w in (5, 20, 80)
    },
    **{
        f"counts, correlation {rho}, 1/s = {w}": Design(following_counts(rho), w, epochs=1200, floor=0.5)
        for rho in (0.5, 0.9)
        for w in (5, 20, 80)
    },
    **{f"half correlated 0.95, 1/s = {w}": Design(mixed(0.95), w, epochs=1200) for w in (5, 20, 80)},
    **{f"average of 12, 1/s = {w}": Design(averaged(12), w, epochs=1200) for w in (5, 20, 80)},
}


def main() -> None:
    """Print one line a design."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="pairs of curves a design (default 1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the noise of every design (default 0)")
    parser.add_argument("--only", default="", metavar="TEXT", help="designs whose name has this in it")
    options = parser.parse_args()
    print(f"{'design':45s}   t*     s     G S_rel  largest  refused  complaints")
    for name, design in DESIGNS.items():
        if options.only not in name:
            continue
        pulls, refused, complained = design.pulls(options.runs, options.seed)
        held = np.abs(pulls) < 1.96
        shares = [held[:, columns].mean() if len(held) else np.nan for columns in ([0, 2], [1, 3], [4], [5])]
        told = " ".join(f"{100 * share:5.1f}" for share in shares)
        largest = np.abs(pulls).max(initial=0.0)
        print(
            f"{name:45s} {told} {largest:8.1f} {refused / options.runs:8.1%} {complained / options.runs:8.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
