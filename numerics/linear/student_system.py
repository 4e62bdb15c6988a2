"""Numbers of the linear student as a solvable system: accuracies from its log-losses, and why they may never rise."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.evaluation.values import evaluate, evaluate_log
from numerics.given_numbers import as_floats
from numerics.linear.unlearned import never_learned, stays_above
from numerics.losses import log_generalization_loss, log_training_loss
from numerics.systems import exact_numbers, never_rises, system_curves
from numerics.threshold_accuracy import accuracy_from_log_loss, accuracy_shift
from theory import LinearStudent, NoClosedFormError, Published
from theory.symbols import s as time_symbol

__all__ = ["student_curves", "student_never_rises"]


@system_curves.register
def student_curves(system: LinearStudent, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies at times in steps, from log-losses, so that nothing cancels however small they are.

    Of a student of finite size the expected accuracies, to first order in 1/d; where their correction is larger than
    that can say, it ends at 0 and 1.

    >>> train, gen = student_curves(LinearStudent(1.1, epsilon=1e-10, eta0=0.01).published(), [1.0, 4e4, 1e6])
    >>> train.round(3), gen.round(3)
    (array([0.   , 0.026, 1.   ]), array([0.   , 0.001, 1.   ]))
    """
    epsilon, eta0, outputs = (_number(system, name) for name in ("epsilon", "eta0", "outputs"))
    s = 4 * eta0 * as_floats(time, "Time")
    logarithms = log_training_loss(s, system), log_generalization_loss(s, system)
    train, gen = (accuracy_from_log_loss(one, epsilon, d_out=int(outputs)) for one in logarithms)
    if "d" in system.parameters:
        exact = exact_numbers(system)
        spreads = exact.training_loss_variance(time_symbol), exact.generalization_loss_variance(time_symbol)
        train, gen = (
            np.clip(
                one + accuracy_shift(loss, evaluate_log(spread, {time_symbol: s}), epsilon, d_out=int(outputs)), 0, 1
            )
            for one, loss, spread in zip((train, gen), logarithms, spreads, strict=True)
        )
    return train, gen


@never_rises.register
def student_never_rises(system: LinearStudent) -> str | None:
    """The plateau against the loss at which half of the answers are correct.

    >>> print(student_never_rises(LinearStudent(1.1, epsilon=1e-10, eta0=0.01).with_weight_decay(1e-3)))
    generalization accuracy never rises: the loss stays above its plateau 0.0456, 2.1e+08 times the loss 2.198 ε at \
which half of the answers are correct
    """
    epsilon, outputs = _number(system, "epsilon"), int(_number(system, "outputs"))
    if system.variants == (Published(),):
        return None
    if not system.variants:
        return never_learned(_number(system, "lam"), epsilon, outputs=outputs)
    try:
        loss = float(evaluate(exact_numbers(system).generalization_plateau))
    except NoClosedFormError:
        return None
    return stays_above(loss, epsilon, outputs=outputs)


def _number(system: LinearStudent, name: str) -> float:
    value = getattr(system, name)
    if not value.is_number:
        raise ValueError(f"Only a student with numbers has curves in numbers; its {name} is {value}, give it a value.")
    return float(value)
