"""Any solvable system in numbers: its curves, and why one of them may never rise."""

from functools import singledispatch
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike
from sympy import Rational, oo

from numerics.annotations import Array
from numerics.evaluation.values import evaluate
from theory import SolvableSystem
from theory.symbols import t as time_symbol

__all__ = ["accuracy_floor", "exact_numbers", "never_rises", "plain_numbers", "plain_times", "system_curves"]

System = TypeVar("System", bound=SolvableSystem)

_ENOUGH = 1e-13  # of an accuracy


@singledispatch
def system_curves(system: SolvableSystem, time: ArrayLike) -> tuple[Array, Array]:
    """Training and generalization accuracy of a solvable system at times of its own clock.

    Its two expressions, evaluated by `evaluate`. A class of systems that has faster numbers of its own joins them by
    `system_curves.register`.

    Raises
    ------
    ValueError
        If a parameter of the system has no value.
    theory.NoClosedFormError
        Where the system has no closed form.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> student = LinearStudent(0.9, epsilon=1e-3, eta0=0.01).with_weight_decay(1e-3)
    >>> train, gen = system_curves(student, [1.0, 300.0, 1e4])
    >>> train.round(3), gen.round(3)
    (array([0.026, 0.295, 1.   ]), array([0.026, 0.071, 0.471]))
    """
    system = exact_numbers(system)
    times = {time_symbol: np.asarray(time, dtype=np.float64)}
    train, gen = system.training_curve(time_symbol), system.generalization_curve(time_symbol)
    return (
        evaluate(train, times, absolute_error=_ENOUGH),
        evaluate(gen, times, absolute_error=_ENOUGH),
    )


@singledispatch
def accuracy_floor(system: SolvableSystem) -> float:
    """Accuracy from which the curves of a system rise: 0, or what its class joins by `register`, say chance.

    >>> from theory import LinearStudent
    >>> accuracy_floor(LinearStudent(0.9))
    0.0
    """
    return 0.0


@singledispatch
def never_rises(system: SolvableSystem) -> str | None:
    """Say why the generalization accuracy of a system never reaches one half; None if it does or nothing is known.

    >>> from theory import LinearStudent
    >>> never_rises(LinearStudent(0.9, epsilon=1e-10)) is None
    True
    """
    try:
        end = float(evaluate(system.generalization_curve(oo)))
        plateau = float(evaluate(system.generalization_plateau))
    except (ValueError, NotImplementedError):  # what has no closed form, NoClosedFormError, is one of these
        return None
    if not end < 0.5:
        return None
    return (
        f"generalization accuracy never rises: the loss stays above its plateau {plateau:.3g}, "
        f"where {end:.3g} of the answers are correct"
    )


def exact_numbers(system: System) -> System:
    """The system with the exact fractions that its floats are, so that SymPy does not round them any further.

    >>> from theory import LinearStudent
    >>> exact_numbers(LinearStudent(0.75)).lam
    3/4
    """
    floats = {name: value for name, value in system.parameters.items() if getattr(value, "is_Float", False)}
    return system.replace(**{name: Rational(value) for name, value in floats.items()}) if floats else system


def plain_numbers(system: SolvableSystem) -> dict[str, float]:
    """The parameters of a system as floats, by name.

    Raises
    ------
    ValueError
        If a parameter has no value, with its name.

    Examples
    --------
    >>> from theory import SeparabilityEdge
    >>> plain_numbers(SeparabilityEdge("1/4"))
    {'lam': 0.25, 'sigma': 5.0}
    """
    if unknown := [name for name, value in system.parameters.items() if not value.is_number]:
        raise ValueError(f"Only a system with numbers has curves in numbers; give {unknown[0]} a value, got {system}.")
    return {name: float(value) for name, value in system.parameters.items()}


def plain_times(time: ArrayLike) -> Array:
    """Times of a system's clock as floats, any shape.

    Raises
    ------
    ValueError
        If one is negative or not finite.

    Examples
    --------
    >>> plain_times([0, 2])
    array([0., 2.])
    """
    times = np.asarray(time, dtype=np.float64)
    if not (usable := np.isfinite(times) & (times >= 0)).all():
        raise ValueError(f"Times must be finite and not negative, got {times[~usable].flat[0]}.")
    return times
