"""The generalization curve of a linear student, predicted from its training accuracy alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.curves.curve_fit import CurveFit
from numerics.curves.fitting import fit_curve
from numerics.given_numbers import positive_number
from numerics.linear.flow import erfc_deficit
from numerics.threshold_accuracy import accuracy

__all__ = ["GeneralizationPrediction", "predict_generalization"]

_NEAREST = 1e-10  # to 1: of an accuracy nearer than that, floats no longer tell the loss
_POINTS = 4000
_ARRIVED = 0.99999
_LONGEST = 1e4  # prediction, in records
_LEAST, _MOST = 1e-100, 1e100


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

    def __repr__(self) -> str:
        return f"GeneralizationPrediction: {self.fit}"


def predict_generalization(
    time: ArrayLike,
    train_accuracy: ArrayLike,
    *,
    epsilon: float,
    eta0: float,
    train_samples: int | None = None,
    plateau: float = 0.0,
) -> GeneralizationPrediction:
    """Generalization accuracy from the training accuracy: L_train = ε/(2 erfinv²A), dL_gen/dt = −4η₀L_train (M Eq. 9).

    L_gen(t) = plateau + 4η₀ ∫_t^∞ L_train, from the right: from the left, 1 − 4η₀ ∫₀ᵗ L_train, one would need the loss
    to ten digits where L_gen ~ 1e-10. What that asks for is the training loss after the training jump, which an
    accuracy of 1 no longer shows: it is extrapolated by the late-time form C t^{−3/2} e^{−κt} (M Eq. 10), fitted to the
    losses from the training jump until they can no longer be told. ε then drops out but for the plateau.

    The band is from the fits to the earlier and to the later half of those losses, which a wrong form sets apart; from
    C e^{−κt} in their later half, which is how a finite sample ends, with its slowest direction; and from the standard
    errors of both parameters, which the noise of the accuracies makes. It is no interval of a known confidence: of
    random data sets of 300 to 2000 inputs about half to nine tenths had their jump within it.

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
        For times or accuracies of other shapes or ranges, ε ≤ 0, η₀ ≤ 0, a plateau < 0, no samples, or fewer than 6
        accuracies between a half and 1: then nothing says how the loss goes on falling.

    Examples
    --------
    >>> predict_generalization([1, 2, 3], [0, 1, 1], epsilon=0.1, eta0=0.1)
    Traceback (most recent call last):
        ...
    ValueError: Only 0 accuracies lie between a half and 1; to see how the loss falls takes 6: record more often.
    """
    t, a = np.asarray(time, dtype=np.float64), np.asarray(train_accuracy, dtype=np.float64)
    if t.ndim != 1 or t.shape != a.shape or not (np.isfinite(t).all() and (np.diff(t) > 0).all() and (t > 0).all()):
        raise ValueError(f"Need positive, ascending steps and as many accuracies, got shapes {t.shape} and {a.shape}.")
    if not ((a >= 0) & (a <= 1)).all():
        raise ValueError("Accuracies must lie between 0 and 1; take classes from chance to 1 onto 0 to 1 first.")
    epsilon, eta0 = positive_number(epsilon, "ε"), positive_number(eta0, "η₀")
    for name, number in (("ε", epsilon), ("η₀", eta0)):
        if not _LEAST < number < _MOST:
            raise ValueError(f"{name} must lie between {_LEAST:g} and {_MOST:g}, got {number}.")
    if not (np.isfinite(plateau) and plateau >= 0):
        raise ValueError(f"The plateau must be finite and not negative, got {plateau}.")
    if train_samples is not None and not train_samples >= 1:
        raise ValueError(f"The number of training samples must be at least 1, got {train_samples}.")
    known = (a > 0) & (a < 1 - _NEAREST)
    t, a = t[known], a[known]
    root = special.erfinv(a)
    log_loss = np.log(epsilon / 2) - 2 * np.log(root)
    after = np.arange(t.size) > (np.flatnonzero(a <= 0.5)[-1] if (a <= 0.5).any() else -1)
    if after.sum() < 6:
        raise ValueError(
            f"Only {after.sum()} accuracies lie between a half and 1; to see how the loss falls takes 6: "
            "record more often."
        )
    weight = np.ones(t.size)
    if train_samples is not None:  # 1/Var ln L, d ln L/dA = −√π e^{u²}/u
        weight = root**2 * np.exp(-2 * root**2) * train_samples / (np.pi * a * (1 - a))
    tails = _tails(t[after], log_loss[after], weight[after], train_samples is not None)
    seen, seen_loss = t, np.exp(log_loss)
    pieces = 4 * eta0 * np.diff(seen) * (seen_loss[1:] + seen_loss[:-1]) / 2
    rest = np.append(np.cumsum(pieces[::-1])[::-1], 0.0)  # of the integral, from each time to the last that is known

    def predicted(at: Array, tail: _Tail) -> Array:
        later = np.maximum(at, seen[-1])
        return accuracy(plateau + 4 * eta0 * tail.integral(later) + np.interp(at, seen, rest), epsilon)

    end = float(seen[-1])
    while predicted(np.array([end]), tails[0])[0] < _ARRIVED and end < _LONGEST * seen[-1]:
        end *= 1.2
    steps = np.linspace(float(seen[0]), end, _POINTS)
    curves = np.array([predicted(steps, tail) for tail in tails])
    low, high = curves.min(axis=0), curves.max(axis=0)
    best, slow, fast = (fit_curve(steps, curve) for curve in (curves[0], low, high))
    return GeneralizationPrediction(steps, curves[0], low, high, best, slow, fast, float(seen[-1]), tails[0].rate)


@dataclass(frozen=True)
class _Tail:
    """L = e^{log_amplitude} t^{−power} e^{−rate t}, power 3/2 or 0."""

    log_amplitude: float
    rate: float
    power: float

    def integral(self, t: Array) -> Array:
        """From t to infinity; infinite for a loss that does not fall."""
        fallen = np.exp(self.log_amplitude - self.rate * t)
        with np.errstate(divide="ignore"):
            return fallen / self.rate if self.power == 0 else 2 * fallen * erfc_deficit(self.rate * t) / np.sqrt(t)


def _tails(t: Array, log_loss: Array, weight: Array, noisy: bool) -> list[_Tail]:
    """The late-time form of all points, of their halves, the last exponential, and a standard error off either way."""
    design = np.stack([np.ones_like(t), -t / t[-1]], axis=-1)
    middle = min(max(int(np.searchsorted(np.cumsum(weight), weight.sum() / 2)), 3), t.size - 3)

    def normal(rows: slice) -> Array:
        return np.asarray(design[rows].T @ (weight[rows, None] * design[rows]))

    def fitted(rows: slice, power: float) -> Array:
        target = log_loss[rows] + power * np.log(t[rows])
        return np.asarray(np.linalg.solve(normal(rows), design[rows].T @ (weight[rows] * target)), dtype=np.float64)

    everything, late = slice(None), slice(middle, None)
    best = fitted(everything, 1.5)
    found = [(best, 1.5), (fitted(slice(middle), 1.5), 1.5), (fitted(late, 1.5), 1.5), (fitted(late, 0.0), 0.0)]
    if noisy:
        values, vectors = np.linalg.eigh(np.linalg.inv(normal(everything)))
        for size, axis in zip(np.sqrt(values), vectors.T, strict=True):
            found += [(best - size * axis, 1.5), (best + size * axis, 1.5)]
    return [_Tail(float(one[0]), max(float(one[1]), 0.0) / float(t[-1]), power) for one, power in found]
