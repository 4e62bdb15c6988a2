"""Losses of any linear student as numbers: float64 arrays, logarithms, or any number of digits.

A student is its λ alone, or a `theory.LinearStudent` with numbers. Of a λ there are two forms, by name. `exact` is the
true expectation at infinite size. `published` is what the paper plots: the late-time form of the training loss and its
integral, the decaying part of the generalization loss without the plateau 1 − 1/λ that exists for λ > 1.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr

from numerics.annotations import Array
from numerics.evaluation.values import evaluate_log
from numerics.linear import flow
from numerics.linear.flow import LossForm, known_form
from numerics.linear.precise_losses import PRECISE_LOSSES, precise_expression, precise_value
from numerics.special_functions.pointwise import excess_of, with_rest
from numerics.systems import exact_numbers
from theory import LinearStudent, Published
from theory.linear.evaluation import generalization_loss_value, training_loss_value
from theory.symbols import s as time_symbol

__all__ = ["generalization_loss", "log_generalization_loss", "log_training_loss", "training_loss"]


def training_loss(
    s: ArrayLike, student: ArrayLike | LinearStudent, *, form: LossForm = "exact", digits: int | None = None
) -> Any:
    """Expected training loss at dimensionless time s = 4η₀t (M Eq. 8 averaged over the data).

    `exact`: e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s. `published`: e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) (M Eq. 10).

    Parameters
    ----------
    s
        Time ≥ 0. With a λ and the exact form complex times, too: the losses are entire.
    student
        λ = d/N_train > 0, broadcast against the times; or a `theory.LinearStudent` whose parameters are numbers, with
        any of its variants.
    form
        Of a λ. A student says it itself, by `published()`.
    digits
        If given, `s` and λ are single numbers (strings, fractions and mpmath numbers are exact, however close to 1 or
        0; a float is the binary number it is) and the result is an mpmath number with this many correct digits.

    Raises
    ------
    ValueError
        For λ ≤ 0, negative times, an unknown form, or a student with a parameter that is no number.
    theory.NoClosedFormError
        Where the student's variants together have no closed form.

    Examples
    --------
    >>> training_loss([0.0, 2.0], 0.5)
    array([1.        , 0.11923172])
    >>> from theory import LinearStudent
    >>> training_loss([0.0, 2.0, 200.0], LinearStudent(0.5).with_weight_decay(0.1).with_label_noise(0.01))
    array([1.01      , 0.12325982, 0.00686529])
    >>> import mpmath
    >>> print(mpmath.nstr(training_loss(2, "0.5", digits=30), 30))
    0.119231719243148497889186661912
    """
    if digits is not None:
        return _precise("training_loss", s, student, form, digits)
    if np.iscomplexobj(s):
        return _continued(training_loss_value, s, student, form)
    return np.exp(log_training_loss(s, student, form=form))


def generalization_loss(
    s: ArrayLike, student: ArrayLike | LinearStudent, *, form: LossForm = "exact", digits: int | None = None
) -> Any:
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
        return _precise("generalization_loss", s, student, form, digits)
    if np.iscomplexobj(s):
        return _continued(generalization_loss_value, s, student, form)
    return np.exp(log_generalization_loss(s, student, form=form))


def log_training_loss(s: ArrayLike, student: ArrayLike | LinearStudent, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `training_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_training_loss([1e-9, 1e9], 0.25)]
    ['-1.24999999988e-09', '-250000031.311']
    """
    return _log_loss("training_loss", s, student, form)


def log_generalization_loss(s: ArrayLike, student: ArrayLike | LinearStudent, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `generalization_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_generalization_loss([1e-9, 1e9], 0.25)]
    ['-9.99999999875e-10', '-250000029.924']
    """
    return _log_loss("generalization_loss", s, student, form)


def _continued(value: Callable[..., Any], s: ArrayLike, student: ArrayLike | LinearStudent, form: LossForm) -> Any:
    """The exact loss of a λ where some times are complex: those in multiple precision, point by point."""
    if isinstance(student, LinearStudent) or known_form(form) != "exact":
        raise ValueError(f"Complex times are for the exact losses of a λ, got {student!r} in the form {form!r}.")
    log_loss = flow.log_training_loss if value is training_loss_value else flow.log_generalization_loss
    return with_rest(
        lambda times, lam: np.exp(log_loss(times, lam)),
        lambda time, lam, digits: value(time, excess_of(lam), digits),
        np.isreal(s) & (np.real(s) >= 0),
        np.asarray(s),
        np.asarray(student),
    )


Which = Literal["training_loss", "generalization_loss"]


def _log_loss(which: Which, s: ArrayLike, student: ArrayLike | LinearStudent, form: LossForm) -> Array:
    flow_loss = flow.log_training_loss if which == "training_loss" else flow.log_generalization_loss
    if not isinstance(student, LinearStudent):
        return flow_loss(s, student, form=form)
    if known_form(form) != "exact":
        raise ValueError(f"A LinearStudent says its form itself: take student.published() instead of form={form!r}.")
    if student.variants in ((), (Published(),)) and student.lam.is_number:
        return flow_loss(s, float(student.lam), form="published" if student.variants else "exact")
    loss = _expression(which, student)
    times = np.asarray(s, dtype=np.float64)
    if not (times >= 0).all():
        raise ValueError(f"Time must not be negative, got s = {times[~(times >= 0)].flat[0]}.")
    return evaluate_log(loss, {time_symbol: times})


def _precise(which: Which, s: Any, student: Any, form: LossForm, digits: int) -> Any:
    if isinstance(student, LinearStudent):
        return precise_expression(_expression(which, student), time_symbol, s, digits)
    name = "train" if which == "training_loss" else "gen"
    return precise_value(PRECISE_LOSSES[name, known_form(form)], s, student, digits)


def _expression(which: Which, student: LinearStudent) -> Expr:
    """The loss as a function of the time alone."""
    loss = getattr(exact_numbers(student), which)(time_symbol)
    if missing := sorted(map(str, loss.free_symbols - {time_symbol})):
        raise ValueError(
            f"Only a student with numbers has losses in numbers, got {student}: {missing[0]} has no value."
        )
    return loss
