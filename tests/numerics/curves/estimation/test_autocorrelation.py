"""The autocorrelation time against its definition, sum by sum."""

import numpy as np
import pytest
from scipy.signal import lfilter

from numerics.curves.estimation.autocorrelation import autocorrelation_time


def summed(x, fitted):
    """1 + 2 Σ ρ_k up to the first lag that is five times this sum, if ρ₁ is 2.5 standard errors from zero."""
    n = x.size
    rho = [np.sum(x[k:] * x[: n - k]) / np.sum(x * x) for k in range(n // 2)]
    if rho[1] < 2.5 / np.sqrt(n):
        return 1.0
    times = [1 + 2 * sum(rho[1 : k + 1]) for k in range(n // 2)]
    last = next((k for k, time in enumerate(times) if k >= 5 * time), int(np.argmax(times)))
    # Fitting takes up noise: what `fitted` parameters leave of a sum over 2k + 1 lags.
    return times[last] / (1 - min(0.5, fitted / 2 * (2 * last + 1) / n))


def batched(x):
    """Largest variance of sums over batches in units of independent points' that is four standard errors above it."""
    found, length = [1.0], 2
    while x.size // (length // 2) >= 48:
        sums = x[: x.size // length * length].reshape(-1, length).sum(axis=1)
        ratio = np.sum(sums**2) / np.sum(x**2)
        if ratio > 1 + 4 * np.sqrt(2 / sums.size):
            found.append(ratio)
        length *= 2
    return max(found)


def series(kind, size, seed=0):
    white = np.random.default_rng(seed).normal(size=size)
    return {
        "white": white,
        "autoregressive": lfilter([1.0], [1.0, -0.8], white),
        "faint": lfilter([1.0], [1.0, -0.15], white),
        "slow": white + 0.5 * np.sin(np.arange(size) * 2 * np.pi / size),
        "trend": np.arange(size) - size / 2.0,
        "alternating": np.where(np.arange(size) % 2, 1.0, -1.0),
        "constant": np.ones(size),
    }[kind]


@pytest.mark.parametrize("fitted", [0, 2, 40])
@pytest.mark.parametrize("size", [4, 5, 17, 47, 48, 95, 96, 500, 1500])
@pytest.mark.parametrize("kind", ["white", "autoregressive", "faint", "slow", "trend", "alternating", "constant"])
def test_it_is_the_larger_of_two_sums(kind, size, fitted):
    for seed in range(4):
        x = series(kind, size, seed)
        expected = max(1.0, summed(x, fitted), batched(x))
        assert autocorrelation_time(x, fitted=fitted) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("size", [100, 400])
@pytest.mark.parametrize(("standard_errors", "counts"), [(2.4, False), (2.6, True)])
def test_a_neighbour_counts_from_two_and_a_half_standard_errors_on(size, standard_errors, counts):
    rho = standard_errors / np.sqrt(size)
    # Two interleaved series with the correlation of neighbours mixed in exactly.
    x = np.zeros(size)
    x[size // 2 - 1 : size // 2 + 1] = 1.0
    outer = np.sqrt((1 / rho - 2) / 2)
    x[[0, -1]] = outer
    assert np.sum(x[1:] * x[:-1]) / np.sum(x * x) == pytest.approx(rho)
    assert bool(summed(x, 0) > 1) is counts
    assert autocorrelation_time(x) == pytest.approx(max(summed(x, 0), batched(x)))


def test_three_points_or_none_that_deviate_tell_nothing():
    assert autocorrelation_time(np.ones(3)) == 1
    assert autocorrelation_time(np.ones(4)) == pytest.approx(summed(np.ones(4), 0))
    assert autocorrelation_time(np.zeros(100)) == 1
    for scale in (1e-3, 0.25, 1.0, 1e6):  # 0.25 makes the sum of squares 1
        assert autocorrelation_time(scale * np.ones(16)) == pytest.approx(summed(np.ones(16), 0))
        assert autocorrelation_time(scale * np.ones(16)) > 1
