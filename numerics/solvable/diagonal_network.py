"""Numbers of `theory.DiagonalNetwork`: its curves from one differential equation, and its sweep along a knob."""

import math
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array, ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.run_curves import RunCurves
from numerics.run_table import measure_each
from numerics.systems import exact_numbers, plain_numbers, plain_times, system_curves
from theory import DiagonalNetwork

__all__ = ["diagonal_curves", "diagonal_times", "front_window", "sweep_diagonal", "training_window"]

_REACH = 7.0  # standard deviations of a fresh input's noise
_MOST = 700.0  # of an exponent
_STEP = 0.8  # of the trapezoidal rule, in the shorter of a standard deviation and the scale of tanh(y/2): 1e-10
_TRAINED = 8.0  # training jump times, after which the training accuracy is not recorded


@system_curves.register
def diagonal_curves(system: DiagonalNetwork, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies above chance at times, from dI/dt = 4/(1 + eᵐ) with I(0) = 0, to seven digits.

    The mean over the noise of fresh inputs is by the trapezoidal rule, whose steps resolve both it and the tanh.

    >>> train, gen = diagonal_curves(DiagonalNetwork(10), [1e-5, 1.0, 6000.0])
    >>> train.round(3), gen.round(3)
    (array([0.051, 1.   , 0.999]), array([0.002, 0.031, 0.855]))
    """
    given, numbers = plain_times(time), plain_numbers(system)
    decay, noise = numbers["weight_decay"], numbers["noise"]
    b, log_amplitude = noise / numbers["samples"], np.log(2.0) + 2 * np.log(numbers["initial_scale"])
    times, places = np.unique(given, return_inverse=True)
    if not times.any():
        return np.zeros_like(given), np.zeros_like(given)

    def pull(t: float, progress: float) -> tuple[float, float]:
        """r, and r(1 − r) times the change of the margin with I."""
        # e^{−2λt} and e^{±I} are put together in the exponent: either alone may be too large.
        log_size, margin, growth = log_amplitude - 2 * decay * t, 0.0, 0.0
        for rate, height in ((1.0, 1.0), (b, noise)):
            up, down = (math.exp(min(log_size + sign * rate * progress, _MOST)) / 2 for sign in (1, -1))
            margin, growth = margin + height * (up - down), growth + height * rate * (up + down)
        r = 1 / (1 + math.exp(min(margin, _MOST)))
        return r, r * (1 - r) * growth

    found = scipy.integrate.solve_ivp(
        lambda t, progress: 4 * pull(t, progress.item())[0],
        (0.0, times[-1]),
        [0.0],
        method="LSODA",
        t_eval=times,
        jac=lambda t, progress: [[-4 * pull(t, progress.item())[1]]],
        rtol=1e-9,
        atol=1e-14,
        first_step=min(1e-3 * float(system.training_jump_time()), times[-1]),
    )
    log_size = log_amplitude - 2 * decay * times
    signal, spread = (
        height * (np.exp(log_size + rate * found.y[0]) - np.exp(log_size - rate * found.y[0])) / 2
        for rate, height in ((1.0, 1.0), (b, noise))
    )
    nodes = np.linspace(-_REACH, _REACH, 1 + int(np.ceil(2 * _REACH * max(1.0, float(spread.max())) / _STEP)))
    density = np.exp(-(nodes**2) / 2)
    fresh = np.tanh((signal[:, None] + spread[:, None] * nodes) / 2) @ (density / density.sum())
    train = np.tanh((signal + spread) / 2)
    return train[places].reshape(given.shape), fresh[places].reshape(given.shape)


def training_window(system: DiagonalNetwork) -> float:
    """The time until which the training accuracy is recorded, eight training jump times.

    >>> round(training_window(DiagonalNetwork(10)) * 1e3, 3)
    1.192
    """
    return _TRAINED * float(system.training_jump_time())


def front_window(system: DiagonalNetwork) -> float:
    """The time until which the generalization accuracy is recorded: the horizon of the system.

    Raises
    ------
    ValueError
        If the noise is so small that there is no such time.

    Examples
    --------
    >>> round(front_window(DiagonalNetwork(10)))
    8005
    """
    end = complex(system.horizon)
    if end.imag or not 0 < end.real < np.inf:
        raise ValueError(
            f"With so little noise, σ = {float(system.noise):g}, fresh inputs are right from the start: no jump."
        )
    return end.real


def diagonal_times(system: DiagonalNetwork, *, points: int = 1000) -> Array:
    """A fifth of the times up to `training_window`, the others up to `front_window`, equally spaced in either.

    >>> diagonal_times(DiagonalNetwork(10), points=5).round(4).tolist()
    [0.0012, 2001.3443, 4002.6886, 6004.0329, 8005.3773]
    """
    plain_numbers(system)
    early = points // 5
    windows = ((training_window(system), early), (front_window(system), points - early))
    return np.concatenate([np.linspace(end / count, end, count) for end, count in windows])


def sweep_diagonal(
    system: DiagonalNetwork,
    knob: str,
    values: ArrayLike | Iterable[Any],
    *,
    points: int = 1000,
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure diagonal networks along one of their knobs: `sweep`, with a record of its own for the training jump.

    Training jumps at a time of order 1/α², generalization at one of order ln α/λ, ten powers of ten later. So the
    training accuracy is recorded up to `training_window` alone.

    Parameters
    ----------
    system, knob, values, points, progress
        As of `sweep`, with `diagonal_times`.

    Raises
    ------
    ValueError
        If the system has no such knob, or a value makes no sense to it.

    Examples
    --------
    >>> table = sweep_diagonal(DiagonalNetwork(), "initial_scale", [10, 1000], points=500)
    >>> table["absolute_sharpness"].round(8).tolist()
    [0.00055124, 0.00055124]
    """

    def run(value: float, variant: DiagonalNetwork) -> RunCurves:
        time = diagonal_times(variant, points=points)
        train, gen = diagonal_curves(variant, time)
        return RunCurves(time, np.where(time <= training_window(variant), train, np.nan), gen, {knob: value})

    numbers = [float(value) for value in np.atleast_1d(np.asarray(values, dtype=np.float64))]
    variants = [(value, exact_numbers(system.replace(**{knob: value}))) for value in numbers]
    return measure_each([partial(run, value, variant) for value, variant in variants], progress, noise="none")
