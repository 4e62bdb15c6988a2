"""Losses of the linear student as numbers: float64 arrays, logarithms, or any number of digits.

Two forms, by name. `exact` is the true expectation at infinite size. `published` is what the paper plots: the late-time
form of the training loss and its integral, the decaying part of the generalization loss without the plateau 1 − 1/λ
that exists for λ > 1.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.linear import flow
from numerics.linear.flow import LossForm, known_form
from numerics.linear.precise_losses import PRECISE_LOSSES, precise_value

__all__ = ["generalization_loss", "log_generalization_loss", "log_training_loss", "training_loss"]


def training_loss(s: ArrayLike, student: ArrayLike, *, form: LossForm = "exact", digits: int | None = None) -> Any:
    """Expected training loss at dimensionless time s = 4η₀t (M Eq. 8 averaged over the data).

    `exact`: e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s. `published`: e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) (M Eq. 10).

    Parameters
    ----------
    s, student
        Time ≥ 0 and λ = d/N_train > 0, broadcast against each other.
    digits
        If given, `s` and λ are single numbers (strings, fractions and mpmath numbers are exact, however close to 1 or
        0; a float is the binary number it is) and the result is an mpmath number with this many correct digits.

    Raises
    ------
    ValueError
        For λ ≤ 0, negative times, or an unknown form.

    Examples
    --------
    >>> training_loss([0.0, 2.0], 0.5)
    array([1.        , 0.11923172])
    >>> import mpmath
    >>> print(mpmath.nstr(training_loss(2, "0.5", digits=30), 30))
    0.119231719243148497889186661912
    """
    if digits is not None:
        return precise_value(PRECISE_LOSSES["train", known_form(form)], s, student, digits)
    return np.exp(log_training_loss(s, student, form=form))


def generalization_loss(s: ArrayLike, student: ArrayLike, *, form: LossForm = "exact", digits: int | None = None) -> Any:
    """Expected generalization loss at dimensionless time s = 4η₀t.

    `exact`: (1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ], evaluated as a plateau plus a sum of
    positive terms, so nothing cancels at any s or λ. `published`: with x = (1−√λ)²s,
    [e^{−x} − √(πx) erfc(√x)]/(√π λ^{3/4} √s), M's Eq. 9 applied to Eq. 10.

    Parameters, errors: as for `training_loss`.

    Examples
    --------
    >>> generalization_loss([0.0, 2.0, 1e9], 4.0)  # ends on the plateau 1 − 1/λ
    array([1.        , 0.75288735, 0.75      ])
    >>> import mpmath
    >>> print(mpmath.nstr(generalization_loss("1e9", "1.003", digits=30), 30))
    0.00299102691924227318045862412762
    """
    if digits is not None:
        return precise_value(PRECISE_LOSSES["gen", known_form(form)], s, student, digits)
    return np.exp(log_generalization_loss(s, student, form=form))


def log_training_loss(s: ArrayLike, student: ArrayLike, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `training_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_training_loss([1e-9, 1e9], 0.25)]
    ['-1.24999999988e-09', '-250000031.311']
    """
    return flow.log_training_loss(s, student, form=form)


def log_generalization_loss(s: ArrayLike, student: ArrayLike, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `generalization_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_generalization_loss([1e-9, 1e9], 0.25)]
    ['-9.99999999875e-10', '-250000029.924']
    """
    return flow.log_generalization_loss(s, student, form=form)
