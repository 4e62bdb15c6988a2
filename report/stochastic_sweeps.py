"""Random batches and momentum of the linear student, each along its knob: runs for the test of a law."""

import numpy as np

import numerics
from report.knob_sweep import KnobSweep
from theory import Batches, LinearStudent, Momentum

__all__ = ["batch_sweep", "momentum_sweep"]

_STUDENT = LinearStudent(0.9, epsilon=1e-6, eta0=0.01)
_POINTS = 250
_FALL = np.log(1e3 / 1e-6)  # of the losses until both curves have jumped
_NOISES = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98)
_SHARES = (0.2, 0.8, 0.95, 0.98, 0.99, 0.995)


def batch_sweep() -> KnobSweep:
    """Runs along the batch fraction b = B/N at constant λ and η₀, from weak noise to nearly the critical one.

    The delay is the training loss's head start over the generalization loss, ln[(1−c)/ν₋]/κ where κt is large.
    """
    lam, eta0 = float(_STUDENT.lam), float(_STUDENT.eta0)
    edge = (1 - np.sqrt(lam)) ** 2
    fractions = sorted(eta0 * lam / (eta0 * lam + noise * float(Batches.critical_noise(lam))) for noise in _NOISES)
    noises = np.array([eta0 * lam * (1 / fraction - 1) for fraction in fractions])
    table = numerics.sweep(
        _STUDENT.with_batches(1), "batch_fraction", fractions, points=_POINTS, horizon=_FALL / (4 * eta0 * edge)
    )
    return KnobSweep(
        "linear_student", "batch_fraction", table, {"ln((1−c)/ν₋)/κ": np.log((1 - noises) / edge) / (4 * eta0 * edge)}
    )


def momentum_sweep() -> KnobSweep:
    """Runs along the momentum β at constant λ and η₀, up to next to the critical one (1 − √(2η₀ν₋))².

    The delay is proportional to one over the rate of decay.
    """
    lam, eta0 = float(_STUDENT.lam), float(_STUDENT.eta0)
    critical = float(Momentum(0).critical_momentum(lam, eta0))
    momenta = [share * critical for share in _SHARES]
    rates = np.array([float(Momentum(beta).decay_rate(lam, eta0)) for beta in momenta])
    ends = dict(zip(momenta, _FALL / rates, strict=True))
    table = numerics.sweep(
        _STUDENT.with_momentum(0),
        "momentum",
        momenta,
        times=lambda student: np.linspace(1.0, ends[float(student.parameters["momentum"])], _POINTS),
    )
    return KnobSweep("linear_student", "momentum", table, {"1/κ(β)": 1 / rates})
