"""Standard errors of the fits of many curves at once."""

from dataclasses import dataclass

import numpy as np

from numerics.annotations import Array
from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.known.optima import Optima
from numerics.curves.known.windows import Windows
from numerics.curves.shapes import Shape

__all__ = ["Scatters", "scatters"]


@dataclass(frozen=True)
class Scatters:
    """`influence` of each block, shape (curves, 2, blocks), and `errors` of p₀ and p₁, (curves, 2), as of `Scatter`.

    `autocorrelation_time` has shape (curves,).
    """

    influence: Array
    errors: Array
    autocorrelation_time: Array


def scatters(windows: Windows, found: Optima, shape: Shape) -> Scatters:
    """`scatter` of each curve: the same sums over the same blocks.

    >>> from scipy.special import expit
    >>> from numerics.curves.known.optima import find_optima
    >>> from numerics.curves.known.rises import find_rises
    >>> from numerics.curves.known.rising_curves import RisingCurves
    >>> from numerics.curves.known.windows import windows
    >>> from numerics.curves.shapes import named_shape
    >>> curves = RisingCurves(np.array([1.0]), 50_000, lambda _, time: expit(60 * (time - 0.4)))
    >>> rises, erf = find_rises(curves), named_shape("erf")
    >>> seen = windows(curves, rises, erf.reach)
    >>> scatters(seen, find_optima(seen, erf, rises.rate), erf).errors.round(5).tolist()
    [[0.00043, 0.02138]]
    """
    slopes = np.stack([-found.rate[:, np.newaxis, np.newaxis] * found.rise.slope, found.u * found.rise.slope])
    weighted = windows.weight * slopes
    outer = np.einsum("icbm,jcbm->cijb", weighted, slopes)
    scores = np.einsum("icbm,cbm->cib", weighted, found.residual)
    sums, squares = (
        np.einsum("cbm,cbm->cb", windows.weight * found.residual, rows)
        for rows in (np.ones_like(found.residual), found.residual)
    )
    squares = np.maximum(squares + windows.lost, 0.0)
    inverse = np.linalg.inv(outer.sum(axis=3))
    meat = (outer * (squares / np.maximum(np.diff(windows.edges), 1))[:, np.newaxis, np.newaxis]).sum(axis=3)
    begin, end = shape.transition
    first = found.u[..., 0]
    inside = (first >= begin) & (first <= end) & (windows.weight[..., 0] > 0)
    # What deviates smoothly makes the square of a block's sum larger than its sum of squares, and never by chance.
    within = np.maximum((inside * sums**2).sum(axis=1) / np.maximum((inside * squares).sum(axis=1), 1e-300), 1.0)
    of_blocks = [autocorrelation_time(noise[moves], fitted=2) for noise, moves in zip(sums, inside, strict=True)]
    time_of_one = within * np.array(of_blocks)
    covariance = time_of_one[:, np.newaxis, np.newaxis] * (inverse @ meat @ inverse)
    return Scatters(inverse @ scores, np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0)), time_of_one)
