"""How many successive points make one independent point."""

import numpy as np

from numerics.annotations import Array

__all__ = ["autocorrelation_time"]

_SIGNIFICANT = 2.5  # standard errors of ρ₁
_SIGNIFICANT_BATCHES = 4.0  # standard errors of a variance over batches
_FEWEST_BATCHES = 24
_WINDOW = 5.0  # lags summed, in units of the autocorrelation time found


def autocorrelation_time(noise: Array, *, fitted: int = 0) -> float:
    """Integrated autocorrelation time 1 + 2 Σ_k ρ_k of a series of mean zero, in points; at least 1.

    The variance of a mean over the series is larger by this factor than for independent points. Two estimates see
    different dependence, and the larger counts: the sum of ρ_k up to the first lag that is five times its own value
    (Madras and Sokal 1988), if ρ₁ is significant; and the variance of means over batches of 2, 4, 8, … points, in units
    of what independent points would have, if that is significant: a faint but lasting deviation.

    >>> noise = np.random.default_rng(1).normal(size=20_000)
    >>> autocorrelation_time(noise)
    1.0
    >>> averaged = np.convolve(noise, np.ones(4), mode="valid")  # 1 + 2 Σ_k (1 − k/4) = 4
    >>> 3 < autocorrelation_time(averaged) < 6
    True
    """
    power = float(np.einsum("i,i->", noise, noise))
    if noise.size < 4 or power == 0:
        return 1.0
    return max(1.0, _summed(noise, power, fitted), _batched(noise, power))


def _summed(noise: Array, power: float, fitted: int) -> float:
    n = noise.size
    if float(np.einsum("i,i->", noise[1:], noise[:-1])) / power < _SIGNIFICANT / np.sqrt(n):
        return 1.0
    length = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(noise, length)
    correlation = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, length)[: n // 2] / power
    sums = 2 * np.cumsum(correlation) - 1
    closed = np.flatnonzero(np.arange(sums.size) >= _WINDOW * sums)
    last = int(closed[0]) if closed.size else int(np.argmax(sums))
    return float(sums[last] / (1 - min(0.5, fitted / 2 * (2 * last + 1) / n)))


def _batched(noise: Array, power: float) -> float:
    largest, batches = 1.0, noise
    while batches.size >= 2 * _FEWEST_BATCHES:
        batches = batches[: batches.size // 2 * 2].reshape(-1, 2).sum(axis=1)
        ratio = float(np.einsum("i,i->", batches, batches)) / power
        if ratio > 1 + _SIGNIFICANT_BATCHES * np.sqrt(2 / batches.size):
            largest = max(largest, ratio)
    return largest
