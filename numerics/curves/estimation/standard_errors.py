"""Standard errors of a fit for residuals of unequal size that depend on their neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.estimation.optimum import Optimum

__all__ = ["Scatter", "scatter"]

_SIGNIFICANT = 3.5  # standard errors of a variance over blocks


@dataclass(frozen=True)
class Scatter:
    """How the points scatter the fitted parameters.

    Attributes
    ----------
    influence
        (JᵀWJ)⁻¹ Jᵀ W r/(1 − h) of each block of points, shape (parameters, blocks).
    edges
        Index of the point where each block begins, and the end of the last; shape (blocks + 1,).
    covariance, errors
        Of the parameters, and the standard errors in it.
    slope_error
        Relative standard error of the largest slope, in proportion to e^{p₁}·(high − low).
    autocorrelation_time
        Successive points that count for one.
    """

    influence: Array
    edges: NDArray[np.intp]
    covariance: Array
    errors: Array
    slope_error: float
    autocorrelation_time: float


def scatter(found: Optimum) -> Scatter:
    """The sandwich (JᵀWJ)⁻¹ Jᵀ W diag(r²/(1−h)²) W J (JᵀWJ)⁻¹, h the leverages (HC3; MacKinnon and White 1985).

    The noise of an accuracy is largest in the middle of the jump and vanishes on the plateaus. Where it depends on its
    neighbours, the covariance grows by the autocorrelation time of the residuals in the shape's transition.
    """
    objective, points = found.objective, found.objective.points
    here = objective.at(found.parameters)
    columns, scores = here.table[:-1], here.weighted[:-1] * here.table[-1]
    normal = np.einsum("im,jm->ij", here.weighted[:-1], columns)
    root = np.sqrt(np.diag(normal))
    inverse = np.linalg.pinv(normal / np.outer(root, root)) / np.outer(root, root)
    begin, end = objective.shape.transition
    inside = (here.u >= begin) & (here.u <= end)
    weight = np.ones(points.tau.size) if points.weight is None else points.weight
    blocks = slice(here.rows.start // points.nodes, here.rows.stop // points.nodes)
    if points.lost is None:
        leverage = np.einsum("im,ij,jm->m", columns, inverse, here.weighted[:-1])
        scores /= 1 - np.minimum(leverage, 0.99)
        meat = np.einsum("im,jm->ij", scores, scores)
        noise, within = np.sqrt(here.table[-1] * here.weighted[-1])[inside] * np.sign(here.table[-1][inside]), 1.0
    else:
        # Within a block J hardly changes: the block's JᵀJ and its mean squared residual stand for its points.
        outer = here.weighted[:-1, None] * here.weighted[None, :-1] / weight[here.rows]
        scores, outer, sums, squares = (
            rows.reshape(*rows.shape[:-1], -1, points.nodes).sum(axis=-1)
            for rows in (scores, outer, here.weighted[-1], here.table[-1] * here.weighted[-1])
        )
        squares = np.maximum(squares + points.lost[blocks], 0.0)  # without noise the two cancel to rounding
        meat = (outer * squares / np.diff(points.edges[blocks.start : blocks.stop + 1])).sum(axis=-1)
        inside = inside[:: points.nodes]
        noise = sums[inside]
        # Residuals that depend on their neighbours make the square of a block's sum larger than its sum of squares.
        within = float((noise**2).sum() / max(squares[inside].sum(), 1e-300))
        within = within if within > 1 + _SIGNIFICANT * np.sqrt(2 / noise.size) else 1.0
    time_of_one = within * autocorrelation_time(noise, fitted=found.parameters.size)
    covariance = time_of_one * inverse @ meat @ inverse
    return Scatter(
        np.einsum("ij,jb->ib", inverse, scores),
        points.edges[blocks.start : blocks.stop + 1],
        covariance,
        np.sqrt(np.maximum(np.diag(covariance), 0.0)),  # of more parameters than points rounding is left
        _slope_error(found, covariance),
        time_of_one,
    )


def _slope_error(found: Optimum, covariance: Array) -> float:
    """Relative error of e^{p₁}·(high − low), with what the asymptotes share with the rate."""
    objective = found.objective
    _, low, high = objective.unpack(found.parameters)
    gradient = np.zeros(found.parameters.size)
    gradient[1] = 1.0
    if objective.high is None:
        gradient[-1] = 1 / (high - low)
    if objective.low is None:
        gradient[-1 - (objective.high is None)] = -1 / (high - low)
    return float(np.sqrt(abs(gradient @ covariance @ gradient)))
