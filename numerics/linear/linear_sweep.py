"""Sharpness of the linear student–teacher model over λ, as in the paper's linear figure."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.accuracy import accuracy_from_log_loss, threshold_loss
from numerics.curves.sharpness import Sharpness, measure
from numerics.curves.sharpness_table import SharpnessTable, tabulate
from numerics.linear.flow import LossForm, log_generalization_loss, log_training_loss, plateau

__all__ = ["PAPER_LAM", "linear_curves", "linear_status", "linear_times", "mirror", "sweep_linear"]

PAPER_LAM = np.linspace(1.003, 1.1, 120)
PAPER_LAM.setflags(write=False)


def mirror(lam: ArrayLike) -> NDArray[np.float64]:
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


def linear_times(lam: float, *, points: int = 50_000, horizon: float = 5000.0) -> NDArray[np.float64]:
    """Times, in steps, of the paper's protocol: equally spaced from 1 to horizon/(λ − 1)².

    >>> linear_times(1.1, points=3).round(1)
    array([1.000000e+00, 2.500005e+05, 5.000000e+05])
    """
    if lam == 1:
        raise ValueError("λ = 1 has no finite time scale 1/(λ − 1)²; take λ ≠ 1.")
    return np.linspace(1.0, horizon / (lam - 1) ** 2, points)


def linear_curves(
    time: ArrayLike,
    lam: float,
    *,
    convention: LossForm = "published",
    epsilon: float = 1e-10,
    eta0: float = 0.01,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Training and generalization accuracy at ``time`` in steps (M Eq. 7 with Eq. 8–10), s = 4η₀t.

    >>> train, gen = linear_curves([1.0, 4e4, 1e6], 1.1)
    >>> train.round(3), gen.round(3)
    (array([0.   , 0.026, 1.   ]), array([0.   , 0.001, 1.   ]))
    """
    if not (np.isfinite(eta0) and eta0 > 0):
        raise ValueError(f"The rate η₀ must be positive and finite, got {eta0}.")
    s = 4 * eta0 * np.asarray(time, dtype=np.float64)
    return (
        accuracy_from_log_loss(log_training_loss(s, lam, form=convention), epsilon),
        accuracy_from_log_loss(log_generalization_loss(s, lam, form=convention), epsilon),
    )


def linear_status(result: Sharpness, lam: float, epsilon: float, convention: LossForm) -> str:
    """Status of a measured linear run, with the theory's reason where the plateau forbids the jump.

    >>> t = linear_times(1.1, points=1000)
    >>> result = measure(t, *linear_curves(t, 1.1, convention="exact"))
    >>> linear_status(result, 1.1, 1e-10, "exact")[:88]
    'generalization accuracy never rises: for λ = 1.1 > 1 the loss stays above its plateau 1 '
    """
    floor_loss = float(plateau(lam))
    if convention == "exact" and floor_loss > threshold_loss(epsilon):
        return (
            f"generalization accuracy never rises: for λ = {lam:.6g} > 1 the loss stays above its plateau 1 − 1/λ = "
            f"{floor_loss:.3g}, {floor_loss / threshold_loss(epsilon):.2g} times the loss 2.198 ε "
            "at which half of the answers are correct"
        )
    return result.status


def sweep_linear(
    lam: ArrayLike = PAPER_LAM,
    *,
    convention: LossForm = "published",
    epsilon: float = 1e-10,
    eta0: float = 0.01,
    points: int = 50_000,
    horizon: float = 5000.0,
    progress: Callable[[int, int], None] | None = None,
) -> SharpnessTable:
    """Measure the linear model at every λ with the paper's protocol (M section 3.1; its defaults are the paper's).

    Parameters
    ----------
    lam
        Values of λ = d/N_train, positive, not 1. The paper takes 120 from 1.003 to 1.1.
    convention
        ``"published"``: late-time forms without the plateau, as the paper plots. ``"exact"``: the true expectation, for
        which λ > 1 never generalizes (each row says so) and `mirror` of the same λ shows the trend.
    epsilon, eta0
        Squared-error threshold of a correct answer; gradient-flow rate per step.
    points, horizon
        Times per λ: ``points`` equally spaced from 1 to ``horizon``/(λ − 1)² steps.
    progress
        Called with (done, total) after each λ.

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
    values = np.atleast_1d(np.asarray(lam, dtype=np.float64))
    rows = []
    for done, value in enumerate(values.tolist(), start=1):
        rows.append(_row(value, convention, epsilon, eta0, points, horizon))
        if progress is not None:
            progress(done, values.size)
    return tabulate(rows)


def _row(lam: float, convention: LossForm, epsilon: float, eta0: float, points: int, horizon: float) -> dict[str, Any]:
    time = linear_times(lam, points=points, horizon=horizon)
    result = measure(time, *linear_curves(time, lam, convention=convention, epsilon=epsilon, eta0=eta0))
    return {"lam": lam, **result.row(), "status": linear_status(result, lam, epsilon, convention)}
