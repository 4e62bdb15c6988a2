"""The linear student along its weight decay, and along the spectrum of its inputs, for the test of a law."""

from collections.abc import Iterator

import numpy as np

import numerics
from report.knob_sweep import KnobSweep
from theory import LinearStudent, critical_weight_decay, power_law_gap, power_law_loss

__all__ = ["spectrum_sweep", "weight_decay_and_spectrum"]

_NAME = "linear_student"
_LAM, _EPSILON, _ETA = 0.9, 1e-10, 0.01
_SHARES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)  # of the weight decay beyond which generalization does not jump
_EXPONENTS = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0)


def weight_decay_and_spectrum() -> Iterator[KnobSweep]:
    """The two sweeps: late losses of power-law spectra at one λ, and exact losses with weight decay at another.

    >>> next(weight_decay_and_spectrum()).knob
    'spectrum_exponent'
    """
    yield KnobSweep(_NAME, "spectrum_exponent", spectrum_sweep(0.5, _EXPONENTS))
    student = LinearStudent(_LAM, epsilon=_EPSILON, eta0=_ETA).with_weight_decay(0)
    _, critical = critical_weight_decay(_LAM, _EPSILON)
    values = [share * float(critical) for share in _SHARES]
    end = 4 * float(LinearStudent(_LAM, epsilon=_EPSILON, eta0=_ETA).generalization_jump_time())
    yield KnobSweep(_NAME, "weight_decay", numerics.sweep(student, "weight_decay", values, points=400, horizon=end))


def spectrum_sweep(lam: float, exponents: tuple[float, ...], epsilon: float = _EPSILON) -> numerics.SharpnessTable:
    """Accuracy curves of `theory.power_law_losses` for inputs whose eigenvalues have the quantiles u^a, measured.

    The late forms hold at the jumps for small ε. Time is s = 4η₀t.

    >>> table = spectrum_sweep(0.5, (2.0,))
    >>> round(float(table["relative_sharpness"][0] * (1 + table["relative_gap"][0])), 2)
    1.0
    """
    rows = []
    target = float(numerics.threshold_loss(epsilon))
    for exponent in exponents:
        q, seen = 1 / exponent, 1 - lam
        amplitude = float(power_law_loss(1, q))
        jump = (amplitude * seen ** -(1 + q) * seen / target) ** (1 / (1 + q))
        time = np.linspace(0.01, 6 * (1 + float(power_law_gap(lam, q))), 3000) * jump
        population = amplitude * (seen * time) ** -(1 + q)
        curves = (numerics.accuracy(loss, epsilon) for loss in (seen * population, population / seen))
        rows.append({"spectrum_exponent": exponent, **numerics.measure(time, *curves).row()})
    return numerics.tabulate(rows, noise="none")
