"""Nominal 95 % intervals, value ± 1.96 standard errors, hold the planted value in about 95 % of planted runs."""

from dataclasses import dataclass

import numpy as np
import pytest

from numerics import measure
from numerics.strategies import PlantedCurve, PlantedRun, counted

NAMES = ("jump_time_train", "jump_time_gen", "relative_gap", "relative_sharpness", "absolute_sharpness")


@dataclass(frozen=True)
class Design:
    """Two jumps with 10-90 % widths in epochs, recorded at every epoch."""

    train_width: float
    gen_width: float
    floor: float = 0.5
    samples: int = 250
    weighted: bool = False
    shape: str = "erf"
    correlation: float = 0.0
    epochs: int = 3000

    def planted(self):
        # An erf takes 1.8124/s from 10 to 90 %; the jumps do not fall on recorded times.
        t = np.arange(1.0, self.epochs + 1)
        train, gen = (
            PlantedCurve(t, t, jump_time=at, sharpness=1.8124 / width, floor=self.floor, shape=self.shape)
            for at, width in ((0.2 * self.epochs + 0.37, self.train_width), (0.55 * self.epochs + 0.37, self.gen_width))
        )
        return PlantedRun(train, gen)

    def pulls(self, runs, seed=0):
        """(value − truth)/(standard error) for each run and measure, shape (runs, 5); NaN where refused."""
        planted, rng = self.planted(), np.random.default_rng([seed, self.samples, int(self.train_width)])
        truth = (
            planted.train.jump_time,
            planted.gen.jump_time,
            planted.relative_gap,
            planted.relative_sharpness,
            planted.absolute_sharpness,
        )
        size = self.samples if self.weighted else None
        pulls = []
        for _ in range(runs):
            accuracies = (
                counted(curve.expected, self.samples, rng=rng, correlation=self.correlation)
                for curve in (planted.train, planted.gen)
            )
            result = measure(
                planted.time, *accuracies, shape=self.shape, floor=self.floor, train_samples=size, gen_samples=size
            )
            row = result.row()
            pulls.append([(row[name] - value) / row[f"{name}_error"] for name, value in zip(NAMES, truth, strict=True)])
        return np.array(pulls)


def covered(pulls):
    assert np.isfinite(pulls).all(), "a planted run was refused"
    return (abs(pulls) < 1.96).mean(0)


# The share of n runs that cover is binomial: its standard deviation is √(0.95·0.05/n), 1.3 % for 300 runs and 0.5 % for
# 2000. Bounds are 92 to 98 % and three of these standard deviations.
def bounds(runs, low=0.92, high=0.98):
    return low - 3 * np.sqrt(low * (1 - low) / runs), min(high + 3 * np.sqrt(high * (1 - high) / runs), 1.0)


WHITE = {
    "wide, parity": Design(100, 300),
    "wide, parity, weighted": Design(100, 300, weighted=True),
    "floor 0": Design(60, 150, floor=0.0),
    "floor 0, weighted": Design(60, 150, floor=0.0, weighted=True),
    "large set": Design(30, 100, samples=1000),
    "large set, weighted": Design(30, 100, samples=1000, weighted=True),
    "steep": Design(8, 20),
    "steep, weighted": Design(8, 20, weighted=True),
    "five epochs": Design(5, 30, samples=1000, floor=0.0),
    "five epochs, weighted": Design(5, 30, samples=1000, floor=0.0, weighted=True),
    "logistic": Design(60, 150, shape="logistic"),
    "gompertz, weighted": Design(60, 150, shape="gompertz", weighted=True),
}
FAST = ("wide, parity", "floor 0, weighted", "steep", "large set, weighted")


@pytest.mark.parametrize("name", FAST)
def test_intervals_cover(name):
    runs = 150
    pulls = WHITE[name].pulls(runs)
    assert (covered(pulls) >= bounds(runs)[0]).all(), dict(zip(NAMES, covered(pulls), strict=True))
    # Errors that are too large show sooner in the spread of the pulls, which is 1 within 1/√(2·150) = 6 %.
    assert ((pulls.std(0) > 0.8) & (pulls.std(0) < 1.25)).all(), dict(zip(NAMES, pulls.std(0), strict=True))


def test_a_coverage_that_is_wrong_is_seen():
    """Errors that are too small by a quarter, or too large by a half, fall out of the bounds."""
    pulls = np.random.default_rng(0).normal(size=(1000, 1))
    low, high = bounds(1000)
    assert low <= covered(pulls).item() <= high
    assert covered(pulls / 0.75).item() < low
    assert covered(pulls / 1.6).item() > high


@pytest.mark.slow
@pytest.mark.parametrize("name", WHITE)
def test_intervals_cover_over_many_runs(name):
    runs = 1000
    shares = covered(WHITE[name].pulls(runs, seed=1))
    low, high = bounds(runs)
    assert ((shares >= low) & (shares <= high)).all(), dict(zip(NAMES, shares, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("correlation", [0.5, 0.8, 0.9])
def test_intervals_cover_under_correlated_noise(correlation, weighted):
    """Within the transition there are about w(1 − ρ)/(1 + ρ) independent points: the fewer, the worse ρ is known.

    Widths of 150 and 300 epochs hold 50, 17 and 8, and twice as many, independent points. Of 600 runs 94-97 %, 89-94 %
    and 84-92 % cover.
    """
    runs = 300
    shares = covered(Design(150, 300, correlation=correlation, weighted=weighted).pulls(runs))
    low, high = bounds(runs, low={0.5: 0.92, 0.8: 0.88, 0.9: 0.83}[correlation])
    assert ((shares >= low) & (shares <= high)).all(), dict(zip(NAMES, shares, strict=True))


def test_errors_that_ignored_the_correlation_would_be_too_small():
    """At ρ = 0.8 they would be √((1 + ρ)/(1 − ρ)) = 3 times too small, and the intervals would cover a half."""
    pulls = Design(150, 300, correlation=0.8).pulls(40)
    assert (abs(pulls) < 1.96).mean() > 0.85
    # The pulls spread like a standard normal distribution, within √(1/80) = 11 % for each of five measures.
    assert (pulls.std(0) < 1.5).all()
