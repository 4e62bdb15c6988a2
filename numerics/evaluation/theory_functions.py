"""The functions of `theory` for `Scaled` numbers: losses by their stable evaluators, averages by quadrature."""

from collections.abc import Callable

import numpy as np
import sympy
from scipy import special

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total
from numerics.evaluation.special_functions import Evaluator, largest, with_share
from numerics.evaluation.spectral_rule import Nodes, integrate
from numerics.linear.finite_size import log_finite_size_generalization_loss, log_finite_size_training_loss
from numerics.linear.finite_step import log_descent_generalization_loss, log_descent_training_loss
from numerics.linear.flow import log_decaying_part, log_generalization_loss, log_training_loss
from theory import (
    CumulativeLoss,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    GeneralizationLoss,
    InverseLowerGamma,
    MarcumQ1,
    TrainingLoss,
)

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
    """∫ (1 − e^{−νs})/ν over the continuous part of the spectrum, (16/π)[q(1−q)]^{3/2}/ν dv in the rule's variable."""
    time, ratio = np.broadcast_arrays(s.value(), lam.value())
    root = np.sqrt(ratio)
    low, width = ((ratio - 1) / (1 + root)) ** 2, 4 * root

    def integrand(at: Nodes) -> Scaled:
        nu = low + width * at.near
        weight = 16 / np.pi * (at.near * at.far) ** 1.5 / nu
        value = weight * -np.expm1(-nu * time) / nu
        return Scaled(value, np.zeros(()), 16 * EPSILON * value)

    found = integrate(integrand, time.shape)
    # F is concave in s and at most s: its relative error is that of s; λ changes low by (1 − 1/√λ)dλ.
    moved = s.relative_error() + 4 * lam.absolute_error() * (1 + time)
    usable = np.isfinite(time) & (time >= 0) & (ratio > 0)
    error = found.error + found.mantissa * np.where(moved < 0.1, moved, np.inf)
    return Scaled(np.where(usable, found.mantissa, np.nan), found.exponent, error)


def _cumulative_loss(s: Scaled, lam: Scaled) -> Scaled:
    plateau = largest(Scaled.exact(0.0), total([Scaled.exact(1.0), -lam.power(-1.0)]))
    return total([_learned_sum(s, lam), plateau * s])


def _marcum_q1(a: Scaled, b: Scaled) -> Scaled:
    """Q₁ for a ≤ b as e^{−(b−a)²/2} times an integral of positive terms; otherwise 1 − Q₁(b, a) + e^{…}I₀(ab).

    Q₁ = e^{−(b−a)²/2} (2/π) ∫ (1 − r + 2rq)/((1 − r)² + 4rq) e^{−2abq} dφ, r = a/b, q = sin²φ, φ from 0 to π/2.
    """
    first, second = np.broadcast_arrays(a.value(), b.value())
    low, high = np.minimum(first, second), np.maximum(first, second)
    apart, product = high - low, low * high
    rest = np.where(high > 0, apart / np.where(high > 0, high, 1.0), 1.0)  # 1 − r
    r = 1 - rest

    def integrand(at: Nodes) -> Scaled:
        q = at.near
        weight = np.sqrt(q * at.far) * (rest + 2 * r * q) / np.maximum(rest**2 + 4 * r * q, 1e-300)
        return Scaled(weight, np.asarray(-2 * product * q), 8 * EPSILON * weight * (1 + product * q))

    core = integrate(integrand, first.shape)
    tail = Scaled(core.mantissa * (2 / np.pi), core.exponent, core.error) * Scaled(
        np.ones(()), -(apart**2) / 2, 2 * EPSILON * (1 + apart**2)
    )
    # At r = 1 the point φ = 0 has a share of its own.
    tail = total([tail, Scaled.exact(np.where(rest == 0, 0.5, 0.0))])
    bessel = Scaled(special.i0e(product), -(apart**2) / 2, 4 * EPSILON * (1 + apart**2) * special.i0e(product))
    found = tail.chosen(first <= second, total([Scaled.exact(1.0), -tail, bessel]))
    moved = (a.absolute_error() + b.absolute_error()) * (1 + apart)
    usable = (a.value() >= 0) & (b.value() >= 0)
    size = np.abs(found.mantissa)
    error = found.error + size * np.where(moved < 0.1, moved, np.inf)
    return Scaled(np.where(usable, found.mantissa, np.nan), found.exponent, error)


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
    InverseLowerGamma: _inverse_lower_gamma,
}

FLOAT_ONLY = (sympy.Integral, DescentTrainingLoss, DescentGeneralizationLoss, LearnedLoss, LearnedSum)
"""What SymPy evaluates too slowly, or not at all, so that no constant of it is left to SymPy."""

QUADRATURES = (CumulativeLoss, LearnedSum, MarcumQ1)
"""Functions whose evaluators here integrate."""
