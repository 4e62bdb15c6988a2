"""Standard errors of a fit for residuals of unequal size that depend on their neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.estimation.dependence import Dependence, Lags, seen_lags
from numerics.curves.estimation.freedom import less_freedom, quadratic_freedom, widening
from numerics.curves.estimation.optimum import Optimum

__all__ = ["Scatter", "scatter"]

_SIGNIFICANT = 3.5  # standard errors of a variance over blocks
_REMEMBERED = 1000  # points about the jump whose residuals tell how neighbours depend on each other
_ROUNDS = 3  # in which what a fit takes up of the noise and its correlation are found together
_LEFT = 0.01  # of its variance, at least, in the residual of a point
_MANY = 300.0  # degrees of freedom, whose quantile is half a per cent from a normal one
_IN_THE_JUMP = 3.0  # times the variance on a plateau, which comes to it in the middle of the jump


@dataclass(frozen=True)
class Scatter:
    """How the points scatter the fitted parameters.

    Attributes
    ----------
    influence
        What each block of points adds to the errors of the parameters, shape (parameters, blocks): their covariance is
        the sum of its products, but for `widening`.
    edges
        Index of the point where each block begins, and the end of the last; shape (blocks + 1,).
    freedom
        Degrees of freedom of each error, shape (parameters,).
    covariance, errors
        Of the parameters, and the standard errors in it, each wider by Student's quantile over the normal one.
    slope_error
        Relative standard error of the largest slope, in proportion to e^{p₁}·(high − low).
    autocorrelation_time
        Successive points that count for one.
    """

    influence: Array
    edges: NDArray[np.intp]
    freedom: Array
    covariance: Array
    errors: Array
    slope_error: float
    autocorrelation_time: float


def scatter(found: Optimum) -> Scatter:
    """The sandwich Σ_m c_m c_mᵀ ε_m²/q_m, ε the innovations of the residuals and c_m what each moves the parameters by.

    The noise of an accuracy is largest in the middle of the jump and vanishes on the plateaus, so that each point
    counts with its own residual. Where neighbours depend on each other, the residuals r are an autoregression with
    independent innovations, ε = r − Σ φ_k r_{−k}, and c is (JᵀWJ)⁻¹JᵀW carried on by it; without, ε = r and c is
    (JᵀWJ)⁻¹JᵀW itself. The fit took up a part of each ε and left q of its variance: 1 − leverage for independent noise
    of equal size (HC2; MacKinnon and White 1985). The errors are widened for the few points that a steep jump rests on,
    and for what is not known of the memory.
    """
    if found.objective.points.lost is not None:
        return _of_blocks(found)
    return _of_points(found)


def _inverse(normal: Array) -> Array:
    root = np.sqrt(np.diag(normal))
    inverse: Array = np.linalg.pinv(normal / np.outer(root, root)) / np.outer(root, root)
    return inverse


def _of_points(found: Optimum) -> Scatter:
    seen = _rows(found)
    inverse = _inverse(np.einsum("im,jm->ij", seen.columns, seen.columns))
    lags = seen_lags(seen.around, seen.around[seen.inside])
    noise = _Independent(seen, inverse) if lags is None else _Remembering(seen, inverse, lags)
    influence = noise.influence * (noise.innovations / np.sqrt(noise.left))
    covariance = np.einsum("im,jm->ij", influence, influence) * np.multiply.outer(*[widening(noise.freedom)] * 2)
    edges = seen.edges if lags is not None else seen.edges[seen.moving.start : seen.moving.stop + 1]
    return _scatter(found, influence, edges, noise.freedom, covariance, seen.together * noise.time)


@dataclass(frozen=True)
class _Rows:
    """The times where the curve moves, with weighted columns of J, shape (parameters, m), and residuals around them.

    Points at one time are one row, as their mean would be; so many of them count `together` for one. `moving` and
    `inside` say where in `around` the columns and the transition are, `edges` where in the curve its rows begin.
    `variance` is that of noise between the one of counts, in proportion to F(1 − F), and the same everywhere.
    """

    columns: Array
    variance: Array
    around: Array
    moving: slice
    inside: slice
    edges: NDArray[np.intp]
    together: float


def _rows(found: Optimum) -> _Rows:
    objective, points = found.objective, found.objective.points
    here = objective.at(found.parameters)
    rows, columns, value = here.rows, here.table[:-1], here.rise.value
    more = max(0, _REMEMBERED - here.u.size) // 2
    around = slice(max(0, rows.start - more), min(points.tau.size, rows.stop + more))
    _, low, high = objective.unpack(found.parameters)
    parts = low - points.y[around.start : rows.start], here.table[-1], high - points.y[rows.stop : around.stop]
    residual = np.concatenate(parts)
    if points.weight is not None:
        columns, residual = columns * np.sqrt(points.weight[rows]), residual * np.sqrt(points.weight[around])
    variance = np.ones(value.size) if points.weight is not None else 1 + _IN_THE_JUMP * 4 * value * (1 - value)
    tau, edges, together = points.tau[around], points.edges[around.start : around.stop + 1], 1.0
    if (tau[1:] == tau[:-1]).any():
        beyond = parts[0].size, parts[2].size
        columns, variance = np.pad(columns, ((0, 0), beyond)), np.pad(variance, beyond, constant_values=1.0)
        first = np.flatnonzero(np.diff(tau, prepend=-np.inf))
        root = np.sqrt(np.diff(first, append=tau.size))
        sums, squares = np.add.reduceat(residual, first), float(residual @ residual)
        ratio = float(sums @ sums) / max(squares, 1e-300)
        together = ratio if ratio > 1 + _SIGNIFICANT * np.sqrt(2 / first.size) else 1.0
        columns, residual = np.add.reduceat(columns, first, axis=1) / root, sums / root
        tau, variance, edges, moving = (
            tau[first],
            variance[first],
            np.append(edges[first], edges[-1]),
            slice(0, first.size),
        )
    else:
        moving = slice(parts[0].size, parts[0].size + value.size)
    ends = (found.parameters[0] + end * np.exp(-found.parameters[1]) for end in objective.shape.transition)
    inside = slice(*np.searchsorted(tau, list(ends)).tolist())
    return _Rows(columns, variance, residual, moving, inside, edges, together)


class _Independent:
    """Noise without memory: the residuals are what is new at each point."""

    time = 1.0

    def __init__(self, seen: _Rows, inverse: Array) -> None:
        self.influence, self.innovations = inverse @ seen.columns, seen.around[seen.moving]
        self.left = np.maximum(1 - np.einsum("im,im->m", seen.columns, self.influence), _LEFT)
        shares = self.influence**2
        self.freedom = np.square(shares.sum(axis=1)) / np.einsum("im,im->i", shares, shares)
        if self.freedom.min() > _MANY:
            return
        carried = self.influence * seen.variance
        basis, form = _taken(seen.columns, carried, np.einsum("im,jm->ij", carried, self.influence))
        left = 1 + np.einsum("im,im->m", basis, form @ basis) / seen.variance
        # Of the small variance at the edges more than there was may be left, from the middle: that is not counted on.
        self.left = np.minimum(np.maximum(left, _LEFT), 1)
        self.freedom = quadratic_freedom(shares / self.left, seen.variance, basis, form)


class _Remembering:
    """Noise that remembers: its dependence, and what its innovations do to the parameters, shape (parameters, m)."""

    def __init__(self, seen: _Rows, inverse: Array, lags: Lags) -> None:
        columns = np.zeros((len(seen.columns), seen.around.size))
        columns[:, seen.moving] = seen.columns
        size = 1 << (2 * columns.shape[1] - 1).bit_length()
        spectrum = np.fft.rfft(inverse @ columns, size, axis=1)
        both = np.full(spectrum.shape[1], 2.0 / size)  # a frequency and its negative
        both[[0, -1]] = 1.0 / size
        power = (spectrum[:, np.newaxis] * spectrum.conj()).real * both

        def covariance(dependence: Dependence, scale: float = 1.0) -> Array:
            """Of the parameters, for innovations of variance 1."""
            response = dependence.response(size, scale)
            return np.einsum("ijw,w->ij", power, 1 / (response.real**2 + response.imag**2))

        normal, taken = np.einsum("im,jm->ij", columns, columns), 0.0
        for _ in range(_ROUNDS):
            dependence = lags.model(taken)
            total = covariance(dependence)
            taken = dependence.innovation * float(np.einsum("ij,ji->", normal, total))
        carried = spectrum / dependence.response(size).conj()
        self.time, self.innovations = dependence.time, dependence.innovations(seen.around[np.newaxis])[0]
        self.influence = np.fft.irfft(carried, size, axis=1)[:, : columns.shape[1]]
        filtered = dependence.innovations(columns)
        basis, form = _taken(filtered, self.influence, total)
        self.left = np.maximum(1 + np.einsum("im,im->m", basis, form @ basis), _LEFT)
        variance = np.ones(columns.shape[1])
        variance[seen.moving] = seen.variance
        moved = total + np.einsum("im,jm->ij", self.influence * (variance - 1), self.influence)
        basis, form = _taken(filtered, self.influence * variance, moved)
        alone = quadratic_freedom(self.influence**2 / self.left, variance, basis, form)
        # The memory may be longer by its error, and what the parameters scatter by then is how well that is known.
        error = float(np.sqrt(dependence.scale_variance))
        step = min(error, dependence.room)
        longer = error / step * np.log(np.diag(covariance(dependence, 1 + step)) / np.diag(total))
        self.freedom = less_freedom(alone, longer**2)


def _taken(columns: Array, carried: Array, total: Array) -> tuple[Array, Array]:
    """Basis and form of what the fit adds to the covariance of the noise V: JᵀΣJ − Jᵀ(cV) − (cV)ᵀJ, Σ = cVcᵀ."""
    one = np.eye(len(columns))
    return np.concatenate([columns, carried]), np.block([[total, -one], [-one, 0 * one]])


def _of_blocks(found: Optimum) -> Scatter:
    objective, points = found.objective, found.objective.points
    assert points.lost is not None
    here = objective.at(found.parameters)
    columns, scores = here.table[:-1], here.weighted[:-1] * here.table[-1]
    inverse = _inverse(np.einsum("im,jm->ij", here.weighted[:-1], columns))
    begin, end = objective.shape.transition
    inside = (here.u >= begin) & (here.u <= end)
    weight = np.ones(points.tau.size) if points.weight is None else points.weight
    blocks = slice(here.rows.start // points.nodes, here.rows.stop // points.nodes)
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
    time = within * autocorrelation_time(noise, fitted=found.parameters.size)
    edges, freedom = points.edges[blocks.start : blocks.stop + 1], np.full(found.parameters.size, np.inf)
    return _scatter(
        found, np.einsum("ij,jb->ib", inverse, scores), edges, freedom, time * inverse @ meat @ inverse, time
    )


def _scatter(
    found: Optimum, influence: Array, edges: NDArray[np.intp], freedom: Array, covariance: Array, time: float
) -> Scatter:
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))  # of more parameters than points rounding is left
    return Scatter(influence, edges, freedom, covariance, errors, _slope_error(found, covariance), time)


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
