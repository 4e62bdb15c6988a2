"""The generalization curve of a linear student, predicted from its training accuracy alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.accuracy import accuracy
from numerics.annotations import Array
from numerics.curves.curve_fit import CurveFit
from numerics.curves.fitting import fit_curve
from numerics.linear.flow import erfc_deficit

__all__ = ["GeneralizationPrediction", "predict_generalization"]

_NEAREST = 1e-10  # to 1: of an accuracy nearer than that, floats no longer tell the loss
_POINTS = 4000
_ARRIVED = 0.99999


@dataclass(frozen=True)
class GeneralizationPrediction:
    """A predicted generalization accuracy, with the fits of the prediction and of the ends of its band.

    Attributes
    ----------
    time, accuracy, low, high
        Equally spaced steps from the first to where the prediction has arrived, accuracies there; shape (n,) each.
    fit, fit_low, fit_high
        The erf fitted to the prediction (`jump_time`, `sharpness`), and to the two ends of the band.
    known_until
        Step of the last training accuracy that tells a loss; from there on the loss is the late-time form.
    decay_rate
        κ of that form, C t^{−3/2} e^{−κt}, in 1/step.
    learned
        4η₀∫L_train dt of what is known, which the chain rule says is L_gen(0) less the plateau, so 1 for a start of unit
        error and fewer unknowns than samples. Far from it, the curve is not that of a linear student with this η₀ and ε.

    Examples
    --------
    >>> from numerics import linear_curves
    >>> steps = np.linspace(1, 60_000, 3000)
    >>> train, gen = linear_curves(steps, 0.8, convention="exact", epsilon=1e-6)
    >>> found = predict_generalization(steps, train, epsilon=1e-6, eta0=0.01)
    >>> print(f"{found.fit.jump_time / fit_curve(steps, gen).jump_time:.3f}")
    1.000
    """

    time: Array
    accuracy: Array
    low: Array
    high: Array
    fit: CurveFit
    fit_low: CurveFit
    fit_high: CurveFit
    known_until: float
    decay_rate: float
    learned: float


def predict_generalization(
    time: ArrayLike,
    train_accuracy: ArrayLike,
    *,
    epsilon: float,
    eta0: float,
    train_samples: int | None = None,
    plateau: float = 0.0,
) -> GeneralizationPrediction:
    """Generalization accuracy from the training accuracy: L_train = ε/(2 erfinv²A), dL_gen/dt = −4η₀L_train (M Eq. 9, 11).

    L_gen(t) = plateau + 4η₀ ∫_t^∞ L_train, from the right: from the left, 1 − 4η₀ ∫₀ᵗ L_train, one would need the loss
    to ten digits where L_gen ~ 1e-10. What that asks for is the training loss after the training jump, which an accuracy
    of 1 no longer shows: it is extrapolated by the late-time form C t^{−3/2} e^{−κt} (M Eq. 10), fitted to the losses
    from the training jump until they can no longer be told. ε then drops out but for the plateau.

    The band is from the fits to the earlier and to the later half of those losses, which a wrong form sets apart, and
    from the standard errors of both parameters, which the noise of the accuracies makes.

    Parameters
    ----------
    time
        Steps, ascending, positive, shape (n,).
    train_accuracy
        Shape (n,); for classes first taken from chance to 1 onto 0 to 1.
    epsilon, eta0
        Squared error of a correct answer, and rate per step, of gradient flow or of gradient descent in small steps.
    train_samples
        Number of samples behind each accuracy, for binomial weights; None for curves without noise.
    plateau
        Loss that is never learned, `numerics.plateau(lam)`.

    Raises
    ------
    ValueError
        For times or accuracies of other shapes or ranges, ε ≤ 0, η₀ ≤ 0, or fewer than 6 accuracies between a half and 1:
        then nothing says how the loss goes on falling. Also where the losses do not fall faster than t^{−1/2}.

    Examples
    --------
    >>> predict_generalization([1, 2, 3], [0, 1, 1], epsilon=0.1, eta0=0.1)
    Traceback (most recent call last):
        ...
    ValueError: Only 0 accuracies lie between a half and 1, and 6 are needed to see how the loss falls: record more often.
    """
    t, a = np.asarray(time, dtype=np.float64), np.asarray(train_accuracy, dtype=np.float64)
    if t.ndim != 1 or t.shape != a.shape or not (np.isfinite(t).all() and (np.diff(t) > 0).all() and (t > 0).all()):
        raise ValueError(f"Need positive, ascending steps and as many accuracies, got shapes {t.shape} and {a.shape}.")
    if not ((a >= 0) & (a <= 1)).all():
        raise ValueError("Accuracies must lie between 0 and 1; take classes from chance to 1 onto 0 to 1 first.")
    for name, number in (("ε", epsilon), ("η₀", eta0)):
        if not (np.isfinite(number) and number > 0):
            raise ValueError(f"{name} must be positive and finite, got {number}.")
    known = (a > 0) & (a < 1 - _NEAREST)
    t, a = t[known], a[known]
    root = special.erfinv(a)
    log_loss = np.log(epsilon / 2) - 2 * np.log(root)
    after = np.arange(t.size) > (np.flatnonzero(a <= 0.5)[-1] if (a <= 0.5).any() else -1)
    if after.sum() < 6:
        raise ValueError(
            f"Only {after.sum()} accuracies lie between a half and 1, and 6 are needed to see how the loss falls: "
            "record more often."
        )
    weight = np.ones(t.size)
    if train_samples is not None:  # 1/Var ln L, d ln L/dA = −√π e^{u²}/u
        weight = root**2 * np.exp(-2 * root**2) * train_samples / (np.pi * a * (1 - a))
    tails = _tails(t[after], log_loss[after], weight[after], train_samples is not None)
    seen, seen_loss = t, np.exp(log_loss)
    pieces = 4 * eta0 * np.diff(seen) * (seen_loss[1:] + seen_loss[:-1]) / 2
    rest = np.append(np.cumsum(pieces[::-1])[::-1], 0.0)  # of the integral, from each time to the last that is known

    def predicted(at: Array, log_amplitude: float, rate: float) -> Array:
        late = np.exp(log_amplitude - rate * np.maximum(at, seen[-1])) * 8 * eta0 / np.sqrt(np.maximum(at, seen[-1]))
        late *= erfc_deficit(rate * np.maximum(at, seen[-1]))
        return accuracy(plateau + late + np.interp(at, seen, rest), epsilon)

    end = _arrival(predicted, tails[0], float(seen[-1]))
    steps = np.linspace(float(seen[0]), end, _POINTS)
    curves = np.array([predicted(steps, *tail) for tail in tails])
    low, high = curves.min(axis=0), curves.max(axis=0)
    return GeneralizationPrediction(
        steps, curves[0], low, high, fit_curve(steps, curves[0]), fit_curve(steps, low), fit_curve(steps, high),
        float(seen[-1]), tails[0][1], float(rest[0]) + 4 * eta0 * float(seen[0] * seen_loss[0]),
    )  # fmt: skip


def _tails(t: Array, log_loss: Array, weight: Array, noisy: bool) -> list[tuple[float, float]]:
    """(ln C, κ) of the late-time form: of all points, of their halves, and a standard error off in either direction."""
    design = np.stack([np.ones_like(t), -t / t[-1]], axis=-1)
    target = log_loss + 1.5 * np.log(t)

    def fitted(rows: slice) -> tuple[Array, Array]:
        normal = design[rows].T @ (weight[rows, None] * design[rows])
        return np.linalg.solve(normal, design[rows].T @ (weight[rows] * target[rows])), normal

    middle = int(np.searchsorted(np.cumsum(weight), weight.sum() / 2))
    middle = min(max(middle, 3), t.size - 3)
    best, normal = fitted(slice(None))
    found = [best, fitted(slice(middle))[0], fitted(slice(middle, None))[0]]
    if noisy:
        values, vectors = np.linalg.eigh(np.linalg.inv(normal))
        found += [
            best + sign * np.sqrt(value) * axis
            for value, axis in zip(values, vectors.T, strict=True)
            for sign in (-1, 1)
        ]
    tails = [(float(one[0]), max(float(one[1]), 0.0) / float(t[-1])) for one in found]
    return tails


def _arrival(predicted, tail: tuple[float, float], end: float) -> float:
    """A time at which the prediction has arrived, or the best of a thousand times the record."""
    last = end
    while predicted(np.array([last]), *tail)[0] < _ARRIVED and last < 1e4 * end:
        last *= 1.2
    return last
