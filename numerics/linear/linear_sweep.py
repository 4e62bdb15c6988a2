"""Sharpness of the linear student–teacher model over λ, as in the paper's linear figure."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array, ProgressOption
from numerics.curves.known.measurement import measure_rising
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.sharpness_table import SharpnessTable, tabulate
from numerics.linear.flow import LossForm, known_form, log_generalization_loss, log_training_loss
from numerics.linear.unlearned import never_learned
from numerics.progress import shown
from numerics.threshold_accuracy import accuracy_from_log_loss

__all__ = ["PAPER_LAM", "linear_curves", "linear_times", "mirror", "sweep_linear"]

_FEWEST = 4
_AT_ONCE = 120  # λ, whose curves stay in the processor's cache

PAPER_LAM = np.linspace(1.003, 1.1, 120)
PAPER_LAM.setflags(write=False)


def mirror(lam: ArrayLike) -> Array:
    """The λ' on the other side of 1 with the same decay rate: (1 − √λ')² = (1 − √λ)², λ' = (2 − √λ)².

    The published late-time forms at λ > 1 describe, up to λ^{3/4}, the true curves at λ' < 1, where
    there is no plateau.

    >>> mirror([1.003, 1.1]).round(6)
    array([0.997004, 0.904765])
    """
    lam = np.asarray(lam, dtype=np.float64)
    if not ((lam > 0) & (lam < 4)).all():
        raise ValueError(f"Only 0 < λ < 4 has a mirror image, got {lam[~((lam > 0) & (lam < 4))].flat[0]}.")
    return (2 - np.sqrt(lam)) ** 2


def linear_times(lam: float, *, points: int = 50_000, horizon: float = 5000.0) -> Array:
    """Times, in steps, of the paper's protocol: equally spaced from 1 to horizon/(λ − 1)².

    >>> linear_times(1.1, points=3).round(1)
    array([1.000000e+00, 2.500005e+05, 5.000000e+05])
    """
    return np.linspace(1.0, _last_time(lam, horizon), points)


def linear_curves(
    time: ArrayLike,
    lam: float,
    *,
    convention: LossForm = "published",
    epsilon: float = 1e-10,
    eta0: float = 0.01,
) -> tuple[Array, Array]:
    """Training and generalization accuracy at `time` in steps (M Eq. 7 with Eq. 8–10), s = 4η₀t.

    >>> train, gen = linear_curves([1.0, 4e4, 1e6], 1.1)
    >>> train.round(3), gen.round(3)
    (array([0.   , 0.026, 1.   ]), array([0.   , 0.001, 1.   ]))
    """
    _check(lam, convention, epsilon, eta0)
    s = 4 * float(eta0) * np.asarray(time, dtype=np.float64)
    losses = log_training_loss(s, lam, form=convention), log_generalization_loss(s, lam, form=convention)
    train, gen = (accuracy_from_log_loss(loss, epsilon) for loss in losses)
    return train, gen


def sweep_linear(
    lam: ArrayLike = PAPER_LAM,
    *,
    convention: LossForm = "published",
    epsilon: float = 1e-10,
    eta0: float = 0.01,
    points: int = 50_000,
    horizon: float = 5000.0,
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure the linear model at every λ with the paper's protocol (M section 3.1; its defaults are the paper's).

    The table of `sweep` of a plain `theory.LinearStudent`, or of its published form, along `lam`. The curves are known,
    so that each is evaluated only where its fit has to look, and all are fitted at once; one with anything to tell but
    its numbers is measured from all its points.

    Parameters
    ----------
    lam
        Values of λ = d/N_train, positive, not 1. The paper takes 120 from 1.003 to 1.1.
    convention
        `"published"`: late-time forms without the plateau, as the paper plots. `"exact"`: the true expectation, for
        which λ > 1 never generalizes (each row says so) and `mirror` of the same λ shows the trend.
    epsilon, eta0
        Squared-error threshold of a correct answer; gradient-flow rate per step.
    points, horizon
        Times per λ: `points` equally spaced from 1 to `horizon`/(λ − 1)² steps.
    progress
        True for a bar on standard error, or a function that is called with (done, total) after each λ.

    Raises
    ------
    ValueError
        For λ ≤ 0, λ = 1, ε ≤ 0, η₀ ≤ 0, fewer than 4 points, a horizon before the first step, or an unknown convention.

    Examples
    --------
    >>> table = sweep_linear([1.003, 1.1], points=5000)
    >>> table["relative_gap"].round(2)
    array([7.94, 0.62])
    """
    values = np.asarray(lam, dtype=np.float64)
    if values.ndim > 1 or values.size == 0:
        raise ValueError(f"lam must be a number or a list of them, got an array of shape {values.shape}.")
    values = np.atleast_1d(values)
    for value in values.tolist():
        _check(value, convention, epsilon, eta0)
    if not (points >= _FEWEST and points == points // 1):
        raise ValueError(f"points must be a whole number; a fit needs at least {_FEWEST} points, got {points}.")
    ends = np.array([_last_time(value, horizon) for value in values.tolist()])
    rows = []
    with shown(progress, "runs", "run") as show:
        for first in range(0, values.size, _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            curves = _known_curves(values[part], ends[part], int(points), convention, epsilon, eta0)
            for value, measured in zip(values[part].tolist(), measure_rising(*curves), strict=True):
                row = {"lam": value, **measured.row()}
                unlearned = never_learned(value, epsilon) if convention == "exact" else None
                rows.append(row if unlearned is None else {**row, "status": unlearned})
                show(len(rows), values.size)
    return tabulate(rows, noise="none")


def _known_curves(
    lam: Array, end: Array, points: int, convention: LossForm, epsilon: float, eta0: float
) -> tuple[RisingCurves, RisingCurves]:
    """The training and the generalization curves at several λ, as functions of time."""

    def curves(log_loss: Callable[..., Array]) -> RisingCurves:
        def accuracy(number: NDArray[np.intp], time: Array) -> Array:
            return accuracy_from_log_loss(log_loss(4 * eta0 * time, lam[number], form=convention), epsilon)

        return RisingCurves(end, points, accuracy, begin=1.0)

    return curves(log_training_loss), curves(log_generalization_loss)


def _last_time(lam: float, horizon: float) -> float:
    if lam == 1:
        raise ValueError("λ = 1 has no finite time scale 1/(λ − 1)²; take λ ≠ 1.")
    end = float(horizon / (lam - 1) / (lam - 1))
    if not 1 < end < np.inf:
        raise ValueError(
            f"Times go from 1 to horizon/(λ − 1)², which must be finite and above 1, got {end:.6g} for horizon = "
            f"{horizon} and λ = {lam}; take another horizon."
        )
    return end


def _check(lam: float, convention: LossForm, epsilon: float, eta0: float) -> None:
    for name, value in (("λ = d/N_train", lam), ("The threshold ε", epsilon), ("The rate η₀", eta0)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive and finite, got {value}.")
    known_form(convention)
