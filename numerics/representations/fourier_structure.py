"""Structure of an embedding over residues: its power by frequency, how few frequencies it has, and its circle."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.representations.embeddings import checked_embedding

__all__ = ["fourier_circle", "fourier_power", "inverse_participation_ratio"]


def fourier_power(table: ArrayLike) -> Array:
    """Share of each frequency 1, 2, …, ⌊p/2⌋ in the variance of an embedding over its symbols 0, …, p − 1.

    F_m = Σ_k E_k exp(−2πi·mk/p), and the share of m is Σ_d |F_m,d|² over the sum of all m but 0, with m and p − m taken
    together, which are one frequency of real numbers. A shift of the symbols leaves the shares as they are, and
    multiplication of the symbols by a unit u exchanges them: the share of m goes to u⁻¹m. So shares tell something of
    addition modulo p. For multiplication the symbols have to be put in the order of their discrete logarithms first.

    Parameters
    ----------
    table
        Shape (p, d), or with leading axes before that; the rows are the symbols in their order.

    Returns
    -------
    numpy.ndarray
        Shape (…, ⌊p/2⌋), from frequency 1 on; the sum is 1. NaN where all symbols agree.

    Raises
    ------
    ValueError
        If the embedding has another shape or is not finite.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(7) / 7
    >>> fourier_power(np.stack([2 * np.cos(3 * angle), np.sin(angle)], axis=1)).round(6).tolist()
    [0.2, 0.0, 0.8]
    """
    power = _folded_power(_centred(checked_embedding(table))).sum(axis=-1)
    return _over(power, power.sum(axis=-1, keepdims=True))


def inverse_participation_ratio(table: ArrayLike) -> float | Array:
    """How few frequencies the units of an embedding have, 1 for one each: D's progress measure.

    IPR = Σ_m P_m² / (Σ_m P_m)² with the power P_m = |F_m|² of one unit, which is one dimension of the embedding, over
    the frequencies m = 1, …, ⌊p/2⌋; then the mean over the units (D). The convention here is that m and
    p − m are one frequency and that the mean, m = 0, is left out: over the full transform a cosine has its power in two
    places and the ratio is half of this one. With K = ⌊p/2⌋ it is

    - 1 for units of one frequency each, which may be different ones,
    - 2/(K + 1) in expectation for independent Gaussian entries and odd p,
    - 1/K at least, for power that is spread evenly.

    Parameters
    ----------
    table
        Shape (p, d), or with leading axes before that.

    Returns
    -------
    float or numpy.ndarray
        One number an embedding, of the units in which the symbols differ; NaN if there are none.

    Raises
    ------
    ValueError
        If the embedding has another shape or is not finite.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(7) / 7
    >>> one, two = np.cos(3 * angle), np.cos(angle) + np.cos(2 * angle)
    >>> [round(inverse_participation_ratio(unit), 6) for unit in (one, two, np.stack([one, two], axis=1))]
    [1.0, 0.5, 0.75]
    """
    power = _folded_power(_centred(checked_embedding(table)))
    share = _over(power, power.sum(axis=-2, keepdims=True))
    ratio = (share**2).sum(axis=-2)
    known = np.isfinite(ratio)
    mean = _over(np.where(known, ratio, 0.0).sum(axis=-1), np.asarray(known.sum(axis=-1), dtype=np.float64))
    return mean if mean.ndim else float(mean)


def fourier_circle(table: ArrayLike) -> Array:
    """Where the symbols lie in the plane of the strongest frequency, drawn so that it is a circle of radius 1.

    With the directions a = (2/p) Σ_k cos(2πmk/p) E_k and b = (2/p) Σ_k sin(2πmk/p) E_k of the frequency m < p/2 that
    has most power, the coordinates (x, y) of a symbol are those that bring x·a + y·b nearest to its embedding, less the
    mean. An embedding of the frequency m alone has (cos(2πmk/p), sin(2πmk/p)) exactly, whatever ellipse it is. What
    further frequencies add in this plane moves the points off the circle. In one dimension there is no plane, and the
    points lie on a line.

    Parameters, raises: as in `fourier_power`. Returns shape (…, p, 2).

    Examples
    --------
    >>> angle = 2 * np.pi * 2 * np.arange(5) / 5
    >>> ellipse = np.stack([3 * np.cos(angle), np.cos(angle) + np.sin(angle), np.full(5, 7.0)], axis=1)
    >>> circle = fourier_circle(ellipse)
    >>> np.hypot(*circle.T).round(6).tolist(), circle[0].round(6).tolist()
    ([1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 0.0])
    """
    centred = _centred(checked_embedding(table))
    symbols = centred.shape[-2]
    strongest = 1 + _folded_power(centred)[..., : (symbols - 1) // 2, :].sum(axis=-1).argmax(axis=-1)
    angle = 2 * np.pi * (strongest[..., None] * np.arange(symbols) % symbols) / symbols
    waves = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    directions = 2 / symbols * np.swapaxes(waves, -1, -2) @ centred
    return centred @ np.linalg.pinv(directions)


def _centred(given: Array) -> Array:
    """Each dimension without its mean, in a unit of the embedding's own size, so that squares stay numbers.

    A dimension in which all symbols agree is zero, whatever the mean was rounded to.
    """
    off = given - given.mean(axis=-2, keepdims=True)
    constant = np.ptp(given, axis=-2, keepdims=True) == 0
    off = np.where(constant, 0.0, off)
    _, exponent = np.frexp(np.abs(off).max(axis=(-2, -1), keepdims=True))
    return np.ldexp(off, -exponent)


def _folded_power(centred: Array) -> Array:
    """|F_m|² of the frequencies 1 … ⌊p/2⌋ in each dimension, of m and p − m together, (…, ⌊p/2⌋, d)."""
    power = 2 * np.abs(np.fft.rfft(centred, axis=-2)[..., 1:, :]) ** 2
    if centred.shape[-2] % 2 == 0:
        power[..., -1, :] /= 2  # p/2 is its own mirror image
    return power


def _over(part: Array, whole: Array) -> Array:
    """The ratio, NaN where there is nothing."""
    return np.divide(part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > 0)
