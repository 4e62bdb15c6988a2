"""Sharpness of the linear student–teacher model over λ, as in the paper's linear figure."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.given_numbers import as_floats, positive_number, whole_number
from numerics.linear.flow import LossForm, known_form
from numerics.system_sweep import sweep
from numerics.systems import system_curves
from theory import LinearStudent

__all__ = ["PAPER_LAM", "linear_curves", "linear_times", "mirror", "sweep_linear"]

PAPER_LAM = np.linspace(1.003, 1.1, 120)
PAPER_LAM.setflags(write=False)

_LATEST, _MOST_POINTS = 1e100, 10**8


def mirror(lam: ArrayLike) -> Array:
    """The λ' on the other side of 1 with the same decay rate: (1 − √λ')² = (1 − √λ)², λ' = (2 − √λ)².

    The published late-time forms at λ > 1 describe, up to λ^{3/4}, the true curves at λ' < 1, where
    there is no plateau.

    >>> mirror([1.003, 1.1]).round(6)
    array([0.997004, 0.904765])
    """
    lam = as_floats(lam, "λ")
    if not ((lam > 0) & (lam < 4)).all():
        raise ValueError(f"Only 0 < λ < 4 has a mirror image, got {lam[~((lam > 0) & (lam < 4))].flat[0]}.")
    return (2 - np.sqrt(lam)) ** 2


def linear_times(lam: float, *, points: int = 50_000, horizon: float = 5000.0) -> Array:
    """Times, in steps, of the paper's protocol: equally spaced from 1 to horizon/(λ − 1)².

    >>> linear_times(1.1, points=3).round(1)
    array([1.000000e+00, 2.500005e+05, 5.000000e+05])
    """
    if lam == 1:
        raise ValueError("λ = 1 has no finite time scale 1/(λ − 1)²; take λ ≠ 1.")
    away = abs(positive_number(lam, "λ = d/N_train") - 1)
    last = positive_number(horizon, "The horizon") / away / away  # one after the other: a square may be too large
    if not 1 < last < _LATEST:
        raise ValueError(
            f"The last time, horizon/(λ − 1)², must lie between 1 and {_LATEST:g} steps, got {last:g} at λ = {lam:g}; "
            "take another horizon."
        )
    return np.linspace(1.0, last, whole_number(points, "points", 1, _MOST_POINTS))


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
    return system_curves(_student(lam, convention, epsilon, eta0), time)


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

    `sweep` of a plain `theory.LinearStudent`, or of its published form, along `lam`.

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
        For λ ≤ 0, λ = 1, ε ≤ 0, η₀ ≤ 0, fewer than 4 points or an unknown convention.

    Examples
    --------
    >>> table = sweep_linear([1.003, 1.1], points=5000)
    >>> table["relative_gap"].round(2)
    array([7.94, 0.62])
    """
    values = np.atleast_1d(as_floats(lam, "λ"))
    if not values.size:
        raise ValueError("There is no λ; give one or several.")
    return sweep(
        _student(values[0], convention, epsilon, eta0),
        "lam",
        values,
        times=lambda student: linear_times(float(student.lam), points=points, horizon=horizon),
        progress=progress,
    )


def _student(lam: float, convention: LossForm, epsilon: float, eta0: float) -> LinearStudent:
    student = LinearStudent(
        positive_number(lam, "λ = d/N_train"),
        epsilon=positive_number(epsilon, "The threshold ε"),
        eta0=positive_number(eta0, "The rate η₀"),
    )
    return student.published() if known_form(convention) == "published" else student
