"""The law S(G) of the linear model as numbers: relative sharpness and local exponent along a fixed threshold."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.linear.fitted_erf import GENERALIZATION, TRAINING, fitted_erf
from numerics.linear.flow import erfc_deficit
from numerics.threshold_accuracy import threshold_loss

__all__ = ["SharpnessLaw", "sharpness_law"]

_LATEST = 1000.0


@dataclass(frozen=True)
class SharpnessLaw:
    """Points of S(G) at one ε, all of shape (n,): gap G, relative sharpness, d ln S/d ln G and (1−√λ)².

    >>> law = sharpness_law([0.5, 1.0, 2.0])
    >>> bool((np.diff(law.gap) < 0).all()), bool((np.diff(law.relative_sharpness) > 0).all())
    (True, True)
    """

    gap: Array
    relative_sharpness: Array
    exponent: Array
    slowest_decay: Array


def sharpness_law(
    x_train: ArrayLike, *, epsilon: float = 1e-10, of: Literal["fit", "tangent"] = "fit", horizon: float = np.inf
) -> SharpnessLaw:
    """S(G) in parametric form, along the time at which training is half correct in units of the slowest decay.

    x_train = (1−√λ)² 4η₀ t, t the step at which the training accuracy is ½. Small values are λ → 1 and large gaps. The
    generalization accuracy is ½ at x_gen, which solves 2x^{−1/2} g(x) = ℓ x_train^{−1/2} e^{−x_train/3} with
    ℓ = (2√π L*)^{2/3}. λ^{3/4} is taken as 1, so the law is that of λ next to 1; an `epsilon` times λ^{3/4} makes it
    that of the λ. See `theory.linear.jumps.sharpness_law` and `theory.linear.jumps.fitted_law` for the derivation.

    Parameters
    ----------
    x_train
        Times, positive, a number or shape (n,).
    epsilon
        Squared error ε below which an answer is correct.
    of
        Whose jump times and sharpness: of the erf that `measure` `"fit"`s to the whole record, as M does, or of the
        `"tangent"` where the accuracies are ½. At M's λ = 1.003 the second is 12 % sharper.
    horizon
        Where the record ends, for the fit. M's, 5000/(λ−1)² steps at η₀ = 0.01, is about x = 50; for its λ any
        that is longer gives the same.

    Raises
    ------
    ValueError
        For x_train ≤ 0 or above 1000, ε ≤ 0, an unknown `of`, or a record that ends before its jump.

    Examples
    --------
    >>> law = sharpness_law([1.18, 8.4])  # the ends of the paper's range, λ = 1.003 and 1.1
    >>> law.gap.round(2), law.relative_sharpness.round(3), law.exponent.round(3)
    (array([8.04, 0.66]), array([0.443, 0.93 ]), array([-0.591, -0.074]))
    >>> sharpness_law([1.18, 8.4], of="tangent").relative_sharpness.round(3)
    array([0.497, 0.935])
    """
    x = np.atleast_1d(np.asarray(x_train, dtype=np.float64))
    if not (usable := (x > 0) & (x <= _LATEST)).all():
        raise ValueError(
            f"Jump times must be positive and at most {_LATEST:g}, where both curves are one, got x_train = "
            f"{x[~usable].flat[0]}."
        )
    if not (epsilon > 0 and np.isfinite(epsilon)):
        raise ValueError(f"The error threshold ε must be positive and finite, got {epsilon}.")
    if of not in ("fit", "tangent"):
        raise ValueError(f"The law is that 'of' the 'fit' or of the 'tangent', got {of!r}.")
    log_level = 2 / 3 * np.log(2 * np.sqrt(np.pi) * threshold_loss(epsilon))
    x_gen = np.array([_solve_balance(log_level - 0.5 * np.log(one) - one / 3) for one in x])
    train_rate, gen_rate = TRAINING.rate(x), GENERALIZATION.rate(x_gen)
    speed = train_rate / (3 * gen_rate)  # dx_gen/dx_train where the threshold stays
    if of == "fit":
        train, gen = fitted_erf(TRAINING, x, horizon), fitted_erf(GENERALIZATION, x_gen, horizon)
        times, sharpness = (train.jump_time, gen.jump_time), gen.sharpness / train.sharpness
        slopes = train.jump_time_slope, speed * gen.jump_time_slope
        along = speed * gen.log_sharpness_slope - train.log_sharpness_slope
    else:
        times, sharpness, slopes = (x, x_gen), gen_rate / train_rate, (np.ones_like(x), speed)
        along = (gen_rate - 1 - 1.5 / x_gen) * speed + 1.5 / (x**2 * train_rate)
    ratio = times[1] / times[0]
    gap_slope = (slopes[1] - ratio * slopes[0]) / times[0]
    exponent = (ratio - 1) * along / gap_slope
    return SharpnessLaw(ratio - 1, sharpness, exponent, np.exp(log_level + 2 * x / 3) * x)


def _solve_balance(target: float) -> float:
    """x with ln(2x^{−1/2} g(x)) = target; the left side falls from +∞ to −∞."""

    def difference(y: float) -> float:
        x = np.exp(y)
        return float(np.log(2 * erfc_deficit(np.array(x))) - 0.5 * y - x - target)

    return float(np.exp(scipy.optimize.brentq(difference, -80.0, np.log(abs(target) + 10), xtol=1e-14, rtol=1e-14)))
