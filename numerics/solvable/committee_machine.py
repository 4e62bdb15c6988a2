"""Numbers of `theory.CommitteeMachine`: the moments of its neurons step by step, the neurons themselves, its sweep."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.run_curves import RunCurves, checked_points
from numerics.run_table import measure_each
from numerics.simulation import simulate
from numerics.systems import exact_numbers, plain_numbers, plain_times, system_curves
from numerics.threshold_accuracy import accuracy
from theory import CommitteeMachine

__all__ = [
    "CommitteeRun",
    "committee_curves",
    "follow_moments",
    "simulate_committee",
    "sweep_committee",
    "train_neurons",
]

_MOST_STEPS = 20_000
_DIVERGED = 1e6  # the loss; at the start it is 3/4
_LEARNED = 0.125  # of the tolerance: the loss at which 0.995 of the answers are right


@dataclass(frozen=True)
class CommitteeRun:
    """Losses of a committee machine before its first step and after each, shape (steps + 1,).

    Attributes
    ----------
    training_loss, generalization_loss
        Mean squared error on the training set, and its expectation on fresh inputs.

    Examples
    --------
    >>> run = follow_moments(CommitteeMachine(), steps=2)
    >>> run.generalization_loss.round(3).tolist()
    [0.75, 0.68, 0.602]
    """

    training_loss: Array
    generalization_loss: Array


@dataclass(frozen=True)
class _Set:
    """The training set with products xxᵀ as rows, the teacher β, and the machine's numbers as floats."""

    inputs: Array
    products: Array
    targets: Array
    teacher: Array
    scale: float
    nonlinearity: float
    rate: float


def _draw(system: CommitteeMachine, seed: int = 0) -> _Set:
    numbers = plain_numbers(system)
    size, samples, replica = (int(numbers[name]) for name in ("dimension", "samples", "replica"))
    scale, rng = numbers["output_scale"], np.random.default_rng([seed, replica, size, samples])
    inputs = rng.standard_normal((samples, size)) / np.sqrt(size)
    teacher = np.sqrt(size) * np.eye(size)[0]  # inputs have no preferred direction
    products = (inputs[:, :, None] * inputs[:, None, :]).reshape(samples, -1)
    nonlinearity, rate = numbers["nonlinearity"], numbers["learning_rate"] / scale**2
    return _Set(inputs, products, (inputs @ teacher) ** 2 / 2, teacher, scale, nonlinearity, rate)


def follow_moments(
    system: CommitteeMachine,
    *,
    steps: int = _MOST_STEPS,
    learned: float = 0.0,
    seed: int = 0,
    neurons: Array | None = None,
) -> CommitteeRun:
    """Mean and second moment of the neurons step by step, exact at any width: w̄ → Tw̄ + c, M → TMTᵀ + ….

    Parameters
    ----------
    system
        A machine; its `replica` is the training set.
    steps
        How many at most.
    learned
        Ends once the loss on fresh inputs is below this, and where it diverges, above 10⁶.
    seed
        Of the training sets.
    neurons
        Weights at the start, shape (N, D), of which the moments are taken; infinitely many if None, w̄ = 0 and M = 1.

    Raises
    ------
    ValueError
        If the neurons do not have the machine's dimension, a parameter has no value, or `steps` is no whole number.

    Examples
    --------
    >>> slow, fast = (follow_moments(CommitteeMachine(a), learned=0.01) for a in (10, 1))
    >>> slow.generalization_loss.size > fast.generalization_loss.size
    True
    """
    if isinstance(steps, bool) or not isinstance(steps, Integral) or steps < 0:
        raise ValueError(f"The number of steps must be a whole number ≥ 0, got {steps!r}.")
    data, size = _draw(system, seed), int(system.dimension)
    if neurons is not None:
        _check_neurons(neurons, size)
    mean = np.zeros(size) if neurons is None else neurons.mean(axis=0)
    second = np.eye(size) if neurons is None else neurons.T @ neurons / len(neurons)
    first_mean, first_second, unit = mean, second, np.eye(size)
    wanted, bend = np.outer(data.teacher, data.teacher), data.scale * data.nonlinearity
    train, gen = [], []
    for _ in range(steps + 1):
        linear, left = data.scale * (mean - first_mean), wanted - bend * (second - first_second)
        error = data.targets - data.inputs @ linear - data.products @ (wanted - left).ravel() / 2
        train.append(error @ error / error.size)
        gen.append(_fresh_loss(left, linear))
        if gen[-1] < learned or gen[-1] > _DIVERGED:
            break
        pull = data.rate * data.scale * (error @ data.inputs) / error.size
        turn = unit + data.rate * bend * (error @ data.products).reshape(size, size) / error.size
        turned = turn @ mean
        mean, cross = turned + pull, np.outer(turned, pull)
        second = turn @ second @ turn.T + cross + cross.T + np.outer(pull, pull)
    return CommitteeRun(np.array(train), np.array(gen))


def train_neurons(system: CommitteeMachine, neurons: ArrayLike, *, steps: int, seed: int = 0) -> CommitteeRun:
    """Gradient descent of the neurons themselves, by their outputs φ(w_i·x) on the training set.

    Parameters
    ----------
    system, seed
        As of `follow_moments`.
    neurons
        Weights at the start, shape (N, D).
    steps
        How many.

    Raises
    ------
    ValueError
        If the neurons do not have the machine's dimension.

    Examples
    --------
    >>> weights = np.random.default_rng(0).standard_normal((50, 10))
    >>> ours = train_neurons(CommitteeMachine(), weights, steps=100).generalization_loss
    >>> np.allclose(ours, follow_moments(CommitteeMachine(), steps=100, neurons=weights).generalization_loss)
    True
    """
    data, weights = _draw(system, seed), np.array(neurons, dtype=np.float64)
    _check_neurons(weights, int(system.dimension))
    bend, first, start = data.nonlinearity, weights.copy(), np.zeros(len(data.targets))
    train, gen = [], []
    for k in range(steps + 1):
        hidden = data.inputs @ weights.T
        output = data.scale * (hidden + bend * hidden**2 / 2).mean(axis=1)
        start = output if k == 0 else start
        error = data.targets - output + start
        moved = (weights.T @ weights - first.T @ first) / len(weights)
        left = np.outer(data.teacher, data.teacher) - data.scale * bend * moved
        train.append(error @ error / error.size)
        gen.append(_fresh_loss(left, data.scale * (weights - first).mean(axis=0)))
        weights += data.rate * data.scale * ((1 + bend * hidden) * error[:, None]).T @ data.inputs / error.size
    return CommitteeRun(np.array(train), np.array(gen))


@system_curves.register
def committee_curves(system: CommitteeMachine, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies at numbers of steps, of infinitely many neurons; between two steps by a straight line.

    >>> train, gen = committee_curves(CommitteeMachine(), [1, 10, 100])
    >>> train.round(2), gen.round(2)
    (array([0.14, 0.39, 1.  ]), array([0.14, 0.25, 0.97]))
    """
    times = plain_times(time)
    run = follow_moments(system, steps=int(np.ceil(times.max(initial=0))))
    train, gen = (np.interp(times, np.arange(each.size), each) for each in _accuracies(system, run))
    return train, gen


@simulate.register
def simulate_committee(
    system: CommitteeMachine, *, replica: int = 0, seed: int = 0, points: int = 1000, neurons: int = 200
) -> RunCurves:
    """Train neurons that are drawn at random for `points` steps; `replica` draws neurons, the system's own the inputs.

    Examples
    --------
    >>> run = simulate_committee(CommitteeMachine("1/3"), points=200)
    >>> dict(run.columns), run.measure().status
    ({'output_scale': 0.3333333333333333, 'nonlinearity': 0.5, 'replica': 0}, 'ok')
    """
    points = checked_points(points)
    plain_numbers(system)
    weights = np.random.default_rng([seed, replica]).standard_normal((neurons, int(system.dimension)))
    run = train_neurons(system, weights, steps=points, seed=seed)
    columns = {
        "output_scale": float(system.output_scale), "nonlinearity": float(system.nonlinearity), "replica": replica,
    }  # fmt: skip
    return RunCurves(np.arange(points + 1.0), *_accuracies(system, run), columns)


def sweep_committee(
    system: CommitteeMachine,
    knob: str,
    values: ArrayLike | Iterable[Any],
    *,
    replicas: Iterable[int] = (0,),
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure committee machines along one of their knobs: every step until 0.995 of fresh answers are right.

    Parameters
    ----------
    system, knob, values, progress
        As of `sweep`.
    replicas
        Training sets, for each value.

    Raises
    ------
    ValueError
        If the system has no such knob, or a value makes no sense to it.

    Examples
    --------
    >>> table = sweep_committee(CommitteeMachine(), "output_scale", [0.5, 2])
    >>> bool(table["relative_gap"][1] > table["relative_gap"][0])
    True
    """

    def run(variant: CommitteeMachine, value: float, replica: int) -> RunCurves:
        losses = follow_moments(variant, learned=_LEARNED * float(variant.tolerance))
        columns = {knob: value, "replica": replica}
        if losses.generalization_loss[-1] > _DIVERGED:
            status = f"descent diverges: the learning rate η₀ = {float(variant.learning_rate):g} is too large"
            return RunCurves(np.arange(4.0), np.zeros(4), np.zeros(4), columns, status)
        time = np.arange(1.0, losses.training_loss.size)
        train, gen = (each[1:] for each in _accuracies(variant, losses))
        return RunCurves(time, train, gen, columns)

    numbers = [float(value) for value in np.atleast_1d(np.asarray(values, dtype=np.float64))]
    runs = [
        partial(run, exact_numbers(system.replace(**{knob: value}).replace(replica=replica)), value, replica)
        for value in numbers
        for replica in replicas
    ]
    return measure_each(runs, progress, noise="runs")


def _check_neurons(neurons: Array, size: int) -> None:
    if neurons.ndim != 2 or neurons.shape[1] != size:
        raise ValueError(f"Neurons must have {size} weights each, got an array of shape {neurons.shape}.")


def _accuracies(system: CommitteeMachine, run: CommitteeRun) -> tuple[Array, Array]:
    tolerance = float(system.tolerance)
    return accuracy(run.training_loss, tolerance), accuracy(run.generalization_loss, tolerance)


def _fresh_loss(left: Array, linear: Array) -> float:
    """(Tr A/D)²/4 + |A|²/(2D²) + |αw̄|²/D."""
    size = linear.size
    return float((np.trace(left) / size) ** 2 / 4 + (left * left).sum() / (2 * size**2) + linear @ linear / size)
