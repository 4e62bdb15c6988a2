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
_STEP = 0.01  # of a common factor of the coefficients, for a derivative


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
    (HC2; MacKinnon and White 1985). The errors are widened for the few points that a steep jump rests on.
    """
    if found.objective.points.lost is not None:
        return _of_blocks(found)
    return _of_points(found)


def _inverse(normal: Array) -> Array:
    root = np.sqrt(np.diag(normal))
    inverse: Array = np.linalg.pinv(normal / np.outer(root, root)) / np.outer(root, root)
    return inverse


def _of_points(found: Optimum) -> Scatter:
    seen = _weighted_rows(found)
    inverse = _inverse(np.einsum("im,jm->ij", seen.columns, seen.columns))
    lags = seen_lags(seen.residual, seen.residual[seen.inside])
    noise = _Independent(seen, inverse) if lags is None else _Remembering(seen, inverse, lags)
    left = np.maximum(noise.left, _LEFT)
    freedom = quadratic_freedom(noise.influence**2 / left, noise.variance, noise.basis, noise.form)
    freedom = less_freedom(freedom, noise.uncertain)
    influence = noise.influence * (noise.innovations / np.sqrt(left))
    covariance = np.einsum("im,jm->ij", influence, influence) * np.multiply.outer(*[widening(freedom)] * 2)
    return _scatter(found, influence, seen.edges, freedom, covariance, seen.together * noise.time)


@dataclass(frozen=True)
class _Rows:
    """The times where the curve moves and some about them: weighted columns of J, shape (parameters, m), and residuals.

    Points at one time are one row, as they would be for their mean. `variance` is what noise between that of counts and
    one of equal size would have, `inside` where the transition is, and `together` how many points of one time count for
    one.
    """

    columns: Array
    residual: Array
    variance: Array
    inside: NDArray[np.bool_]
    edges: NDArray[np.intp]
    together: float


def _weighted_rows(found: Optimum) -> _Rows:
    objective, points = found.objective, found.objective.points
    here = objective.at(found.parameters)
    more = max(0, _REMEMBERED - here.u.size) // 2
    around = slice(max(0, here.rows.start - more), min(points.tau.size, here.rows.stop + more))
    before, after = here.rows.start - around.start, around.stop - here.rows.stop
    _, low, high = objective.unpack(found.parameters)
    u = np.pad(here.u, (before, after), constant_values=(-np.inf, np.inf))
    columns = np.pad(here.table[:-1], ((0, 0), (before, after)))
    y = points.y[around]
    residual = np.concatenate([low - y[:before], here.table[-1], high - y[y.size - after :]])
    variance = np.ones(u.size)
    if points.weight is None:
        variance[before : u.size - after] += 4 * here.rise.value * (1 - here.rise.value)
    else:
        root = np.sqrt(points.weight[around])
        columns, residual = columns * root, residual * root
    edges, together = points.edges[around.start : around.stop + 1], 1.0
    first = np.flatnonzero(np.diff(points.tau[around], prepend=-np.inf))
    if first.size < u.size:
        root = np.sqrt(np.diff(first, append=u.size))
        sums = np.add.reduceat(residual, first)
        ratio = float(sums @ sums) / max(float(residual @ residual), 1e-300)
        together = ratio if ratio > 1 + _SIGNIFICANT * np.sqrt(2 / first.size) else 1.0
        columns, residual = np.add.reduceat(columns, first, axis=1) / root, sums / root
        u, variance, edges = u[first], variance[first], np.append(edges[first], edges[-1])
    begin, end = objective.shape.transition
    return _Rows(columns, residual, variance, (u >= begin) & (u <= end), edges, together)


class _Independent:
    """Noise without memory: the residuals are what is new at each point."""

    time = 1.0
    uncertain = np.zeros(1)

    def __init__(self, seen: _Rows, inverse: Array) -> None:
        self.influence, self.innovations, self.variance = inverse @ seen.columns, seen.residual, seen.variance
        self.left = 1 - np.einsum("im,im->m", seen.columns, self.influence)
        carried = self.influence * seen.variance
        self.basis, self.form = _taken(seen.columns, carried, np.einsum("im,jm->ij", carried, self.influence))


def _taken(columns: Array, carried: Array, total: Array) -> tuple[Array, Array]:
    """Basis and form of what the fit adds to the covariance of the noise V: JᵀΣJ − Jᵀ(cV) − (cV)ᵀJ, Σ = cVcᵀ."""
    one = np.eye(len(columns))
    return np.concatenate([columns, carried]), np.block([[total, -one], [-one, 0 * one]])


class _Remembering:
    """Noise that remembers: its dependence, and what its innovations do to the parameters, shape (parameters, m)."""

    def __init__(self, seen: _Rows, inverse: Array, lags: Lags) -> None:
        columns = seen.columns
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
        self.time, self.innovations = dependence.time, dependence.innovations(seen.residual[np.newaxis])[0]
        self.influence, self.variance = np.fft.irfft(carried, size, axis=1)[:, : columns.shape[1]], np.ones(columns.shape[1])
        self.basis, self.form = _taken(dependence.innovations(columns), self.influence, total)
        self.left = 1 + np.einsum("im,ij,jm->m", self.basis, self.form, self.basis)
        error = float(np.sqrt(dependence.scale_variance))
        step = min(error, dependence.room)
        self.uncertain = (error / step * np.log(np.diag(covariance(dependence, 1 + step)) / np.diag(total))) ** 2


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
