"""The functions of `theory` for `Scaled` numbers: losses by their stable evaluators, averages by quadrature."""

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from scipy import special

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total
from numerics.evaluation.special_functions import (
    Evaluator,
    largest,
    regularized_lower_gamma,
    scaled_erfc,
    with_share,
)
from numerics.linear.finite_size import log_finite_size_generalization_loss, log_finite_size_training_loss
from numerics.linear.finite_step import log_descent_generalization_loss, log_descent_training_loss
from numerics.linear.flow import log_decaying_part, log_generalization_loss, log_training_loss
from numerics.linear.momentum import heavy_ball, log_heavy_ball, log_momentum_average
from numerics.special_functions.marcum import scaled_marcum_q1
from numerics.special_functions.scipy_functions import scaled_bessel_i
from numerics.special_functions.spectrum import (
    learned_sum,
    scaled_descent_average,
    scaled_edge_excess,
    scaled_spectral_average,
)
from theory import (
    CumulativeLoss,
    DescentAverage,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    GeneralizationLoss,
    InverseLowerGamma,
    MarcumQ1,
    RegularizedLowerGamma,
    ScaledBesselI,
    SkellamTail,
    SpectralAverage,
    TrainingLoss,
)
from theory.functions.scaled_erfc import ScaledErfc
from theory.linear.variants.edge_excess import EdgeExcess
from theory.linear.variants.heavy_ball import HeavyBall, MomentumAverage

__all__ = ["FLOAT_ONLY", "QUADRATURES", "THEORY_FUNCTIONS", "LearnedLoss", "LearnedSum", "without_plateau"]


def _loss(log_loss: Callable[..., Array]) -> Evaluator:
    """A positive loss through its logarithm: of (s, λ), (s, λ, d) or (n, h, λ).

    ln L is convex in time and starts at 0, so |∂ ln L/∂ ln s| ≤ |ln L|; |∂ ln L/∂λ| ≤ 2s.
    """

    def evaluator(*arguments: Scaled) -> Scaled:
        values = [argument.value() for argument in arguments]
        # Elsewhere (negative times, the analytic continuation) multiple precision does the work.
        usable = np.isfinite(values[0]) & (values[0] >= 0)
        for value in values[1:]:
            usable = usable & (value > 0) & np.isfinite(value)
        if not np.all(usable):
            values = [np.where(usable, value, 1.0) for value in values]
        log = np.asarray(log_loss(*values))
        endless = np.isinf(log)
        relative = 4 * EPSILON + 2 * sum(argument.relative_error() for argument in arguments if argument.error.any())
        error = relative * np.abs(log) + EPSILON
        if arguments[1].error.any():
            error = error + 2 * values[0] * arguments[1].absolute_error()
        if not np.all(usable) or endless.any():
            one = np.where(usable, np.where(endless, 0.0, 1.0), np.nan)
            return Scaled(one, np.where(endless, 0.0, log), np.where(endless, 0.0, error))
        return Scaled(np.ones(()), log, np.asarray(error))

    return evaluator


class LearnedLoss(sympy.Function):
    """L_gen − (1 − 1/λ)⁺, the part of the generalization loss that decays; only float64 knows it by this name."""

    nargs = 2


class LearnedSum(sympy.Function):
    """F − (1 − 1/λ)⁺s, the part of `theory.CumulativeLoss` that ends; only float64 knows it by this name."""

    nargs = 2


def without_plateau(term: sympy.Expr) -> sympy.Expr:
    """A multiple of the generalization loss or of its sum over time, written as plateau and rest.

    Of several such terms the plateaus then cancel in SymPy, not in floats.

    >>> from theory import GeneralizationLoss
    >>> without_plateau(3 * GeneralizationLoss(sympy.Symbol("s"), 4))
    3*LearnedLoss(s, 4) + 9/4
    """
    factor, loss = term.as_independent(GeneralizationLoss, CumulativeLoss)
    if isinstance(loss, GeneralizationLoss):
        return factor * LearnedLoss(*loss.args) + factor * sympy.Max(0, 1 - 1 / loss.args[1])
    if isinstance(loss, CumulativeLoss):
        return factor * LearnedSum(*loss.args) + factor * sympy.Max(0, 1 - 1 / loss.args[1]) * loss.args[0]
    return term


def _learned_sum(s: Scaled, lam: Scaled) -> Scaled:
    time, ratio = np.broadcast_arrays(s.value(), lam.value())
    found = learned_sum(time, ratio)
    # F is concave in s and at most s: its relative error is that of s; λ changes low by (1 − 1/√λ)dλ.
    moved = s.relative_error() + 4 * lam.absolute_error() * (1 + time)
    return _moved(found, moved, np.isfinite(time) & (time >= 0) & (ratio > 0))


def _cumulative_loss(s: Scaled, lam: Scaled) -> Scaled:
    plateau = largest(Scaled.exact(0.0), total([Scaled.exact(1.0), -lam.power(-1.0)]))
    return total([_learned_sum(s, lam), plateau * s])


def _marcum_q1(a: Scaled, b: Scaled) -> Scaled:
    first, second = np.broadcast_arrays(a.value(), b.value())
    found = scaled_marcum_q1(first, second, second - first)
    moved = (a.absolute_error() + b.absolute_error()) * (1 + np.abs(second - first))
    return _moved(found, moved, (first >= 0) & (second >= 0))


def _skellam_tail(s: Scaled, lam: Scaled) -> Scaled:
    time, ratio = np.broadcast_arrays(s.value(), lam.value())
    root, scale = np.sqrt(ratio), np.sqrt(2 * time)
    apart = (1 - ratio) / (1 + root) * scale
    # With a = √λ b the exponent is (b − a)²/2, and ∂(b − a)/∂λ = −b/(2√λ).
    moved = (s.relative_error() * np.abs(apart) + lam.relative_error() * root * scale) * (1 + np.abs(apart))
    return _moved(scaled_marcum_q1(root * scale, scale, apart), moved, (time >= 0) & (ratio >= 0))


def _spectral_average(k: Scaled, s: Scaled, lam: Scaled) -> Scaled:
    if k.value().size != 1:
        return _UNKNOWN
    power = int(k.value().flat[0])
    if power < 2:
        return _loss(log_training_loss if power else log_generalization_loss)(s, lam)
    time, ratio = np.broadcast_arrays(s.value(), lam.value())
    low = ((ratio - 1) / (1 + np.sqrt(ratio))) ** 2
    # ν is about (1−√λ)² + k/s where it counts.
    moved = s.relative_error() * (2 + power + low * time) + lam.relative_error() * 2 * (power + ratio * time + time)
    return _moved(scaled_spectral_average(power, time, ratio), moved, np.isfinite(time) & (time >= 0) & (ratio > 0))


def _scaled_bessel_i(n: Scaled, x: Scaled) -> Scaled:
    order, at = n.value(), x.value()
    value = np.asarray(scaled_bessel_i(order, at))
    # |∂ ln(e^{−x}I_n)/∂ ln x| is at most n + x, and about ½ at large x.
    share = np.abs(order) * x.relative_error() + x.absolute_error() * np.minimum(1, (1 + order**2) / np.abs(at))
    return with_share(np.where((at >= 0) & (order == np.round(order)), value, np.nan), share)


def _edge_excess(k: Scaled, s: Scaled, lam: Scaled) -> Scaled:
    if k.value().size != 1:
        return _UNKNOWN
    order = int(k.value().flat[0])
    time, ratio = np.broadcast_arrays(s.value(), lam.value())
    found = scaled_edge_excess(order, time, ratio)
    known = (s.absolute_error() == 0) & (lam.absolute_error() == 0)
    return _moved(found, np.where(known, 0.0, np.inf), np.isfinite(time) & (time >= 0) & (ratio > 0))


def _descent_average(k: Scaled, m: Scaled, h: Scaled, lam: Scaled) -> Scaled:
    if k.value().size != 1:
        return _UNKNOWN
    order = int(k.value().flat[0])
    steps, step, ratio = np.broadcast_arrays(m.value(), h.value(), lam.value())
    found = scaled_descent_average(order, steps, step, ratio)
    known = sum(argument.absolute_error() for argument in (m, h, lam)) == 0
    return _moved(found, np.where(known, 0.0, np.inf), (steps >= 0) & (step > 0) & (ratio > 0))


def _momentum_average(k: Scaled, n: Scaled, h: Scaled, beta: Scaled, lam: Scaled) -> Scaled:
    fixed = (k, h, beta, lam)
    if any(argument.value().size != 1 for argument in fixed):
        return _UNKNOWN
    power, *single = (float(argument.value().flat[0]) for argument in fixed)
    log = log_momentum_average(int(power), n.value(), *single)
    return Scaled(np.ones(()), log, 8 * EPSILON * (4 + np.abs(log)))


def _heavy_ball(n: Scaled, u: Scaled, beta: Scaled) -> Scaled:
    if beta.value().size != 1:
        return _UNKNOWN
    arguments = n.value(), u.value(), float(beta.value().flat[0])
    log = log_heavy_ball(*arguments)
    # At a zero of the wave the logarithm is −∞.
    log = np.maximum(log, -1e9)
    return Scaled(np.sign(heavy_ball(*arguments)), log, 16 * EPSILON * (4 + np.abs(log)))


def _moved(found: Scaled, share: Array, usable: Any) -> Scaled:
    """A value whose arguments' errors change it by this share; what is not usable is left to multiple precision."""
    error = found.error + np.abs(found.mantissa) * np.where(share < 0.1, share, np.inf)
    return Scaled(np.where(usable, found.mantissa, np.nan), found.exponent, error)


_UNKNOWN = Scaled.exact(np.nan)


def _inverse_lower_gamma(a: Scaled, p: Scaled) -> Scaled:
    order, share = a.value(), p.value()
    value = special.gammaincinv(order, share)
    slope = np.exp(special.gammaln(order) + (1 - order) * np.log(value) + value)
    error = np.abs(slope * p.absolute_error() / value)
    return with_share(value, np.where(a.absolute_error() == 0, error, np.inf))


THEORY_FUNCTIONS: dict[type[sympy.Basic], Evaluator] = {
    TrainingLoss: _loss(log_training_loss),
    GeneralizationLoss: _loss(log_generalization_loss),
    MarcumQ1: _marcum_q1,
    FiniteSizeTrainingLoss: _loss(log_finite_size_training_loss),
    FiniteSizeGeneralizationLoss: _loss(log_finite_size_generalization_loss),
    DescentTrainingLoss: _loss(log_descent_training_loss),
    DescentGeneralizationLoss: _loss(log_descent_generalization_loss),
    CumulativeLoss: _cumulative_loss,
    LearnedLoss: _loss(log_decaying_part),
    LearnedSum: _learned_sum,
    SpectralAverage: _spectral_average,
    SkellamTail: _skellam_tail,
    ScaledBesselI: _scaled_bessel_i,
    EdgeExcess: _edge_excess,
    DescentAverage: _descent_average,
    MomentumAverage: _momentum_average,
    HeavyBall: _heavy_ball,
    RegularizedLowerGamma: regularized_lower_gamma,
    ScaledErfc: scaled_erfc,
    InverseLowerGamma: _inverse_lower_gamma,
}

FLOAT_ONLY = (sympy.Integral, DescentTrainingLoss, DescentGeneralizationLoss, LearnedLoss, LearnedSum, MomentumAverage)
"""What SymPy evaluates too slowly, or not at all, so that no constant of it is left to SymPy."""

QUADRATURES = (CumulativeLoss, DescentAverage, EdgeExcess, LearnedSum, MarcumQ1, SkellamTail, SpectralAverage)
"""Functions whose evaluators here integrate."""
