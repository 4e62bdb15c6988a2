"""Training of a diagonal linear network on any data: u and v under multiplicative steps, every input of the set."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from numerics.annotations import Array
from numerics.run_curves import RunCurves, checked_points
from numerics.simulation import simulate
from numerics.solvable.diagonal_network import diagonal_times, training_window
from numerics.systems import plain_numbers
from theory import DiagonalNetwork

__all__ = ["sample_sparse_teacher", "signal_samples", "simulate_diagonal", "train_diagonal"]

_FRESH = 2000


def train_diagonal(
    inputs: ArrayLike,
    labels: ArrayLike,
    time: ArrayLike,
    *,
    initial_scale: float,
    weight_decay: float,
    step: float = 0.1,
) -> Array:
    """Weights w = u² − v² at sorted times, shape (times, d), from u = v = α, by logistic loss with labels ±1.

    Each step is u ← u·e^{−h(2g + λ)}, v ← v·e^{−h(−2g + λ)}, g the gradient of the mean loss in w: it keeps the signs,
    and weight decay alone is exact. h follows the loss: it is `step` over the fastest rate, λ + 4‖K diag(r)‖/n with
    K = |X| diag(u² + v²)|X|ᵀ and r = 1/(1 + e^{margin}), and steps end on the times. The error is of first order in
    `step`; below 1 the steps are stable.

    Parameters
    ----------
    inputs, labels
        Shapes (n, d) and (n,).
    time
        In units of the gradient flow, increasing.
    initial_scale, weight_decay
        α and λ.
    step
        As above.

    Raises
    ------
    ValueError
        If shapes do not fit, labels are other than ±1, or a number makes no sense.

    Examples
    --------
    >>> weights = train_diagonal([[1.0, 2.0]], [1], [1e-4, 50.0], initial_scale=10, weight_decay=0.1)
    >>> (weights[:, 1] / weights[:, 0]).round(1).tolist()
    [2.0, 19.8]
    """
    x, y, times = (np.asarray(each, dtype=np.float64) for each in (inputs, labels, time))
    if x.ndim != 2 or y.shape != x.shape[:1] or not x.size:
        raise ValueError(f"Inputs must be (n, d) with a label each, got shapes {x.shape} and {y.shape}.")
    if not (np.abs(y) == 1).all():
        raise ValueError(f"Labels must be 1 or -1, got {sorted(set(y.tolist()) - {1.0, -1.0})[0]}.")
    if times.ndim != 1 or not (np.diff(times, prepend=0.0) >= 0).all():
        raise ValueError("Times must increase from 0 on and be numbers, shape (n,).")
    for name, value in (("initial scale", initial_scale), ("weight decay", weight_decay), ("step", step)):
        if not (value > 0 and np.isfinite(value)):
            raise ValueError(f"The {name} must be positive and finite, got {value}.")
    signed, size = y[:, None] * x, np.abs(x)
    log_u = np.full(x.shape[1], np.log(initial_scale))
    log_v, now, found = log_u.copy(), 0.0, np.empty((times.size, x.shape[1]))
    for k, end in enumerate(times):
        while now < end:
            up, down = np.exp(2 * log_u), np.exp(2 * log_v)
            r = expit(-signed @ (up - down))
            fastest = weight_decay + 4 * (size @ ((up + down) * (r @ size))).max() / len(y)
            h = min(step / fastest, end - now)
            push = 2 * h * (r @ signed) / len(y)
            log_u += push - h * weight_decay
            log_v -= push + h * weight_decay
            now = end if h == end - now else now + h
        found[k] = np.exp(2 * log_u) - np.exp(2 * log_v)
    return found


def signal_samples(samples: int, noise: float) -> Array:
    """The samples of `theory.DiagonalNetwork` with label 1: a signal of 1, and noise σ in a coordinate of their own.

    >>> signal_samples(2, 0.5)
    array([[1. , 0.5, 0. ],
           [1. , 0. , 0.5]])
    """
    return np.column_stack([np.ones(samples), noise * np.eye(samples)])


def sample_sparse_teacher(
    samples: int, dimension: int, *, active: int = 3, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Random signs of shape (samples, dimension), labelled by the sign of the sum of the first few (Y, section 3).

    `active` is odd, so that there is always a sign.

    Raises
    ------
    ValueError
        If `active` is even or there are fewer coordinates.

    Examples
    --------
    >>> inputs, labels = sample_sparse_teacher(4, 6, rng=np.random.default_rng(0))
    >>> (np.sign(inputs[:, :3].sum(axis=1)) == labels).all()
    np.True_
    """
    if active % 2 == 0 or not 0 < active <= dimension:
        raise ValueError(f"The teacher has an odd number of active coordinates, at most {dimension}, got {active}.")
    inputs = rng.choice([-1.0, 1.0], size=(samples, dimension))
    return inputs, np.sign(inputs[:, :active].sum(axis=1))


@simulate.register
def simulate_diagonal(
    system: DiagonalNetwork, *, replica: int = 0, seed: int = 0, points: int = 1000, step: float = 0.1
) -> RunCurves:
    """Train u and v on all samples; the generalization accuracy is that on 2000 fresh inputs.

    Accuracies are above chance, of answers drawn by the network's probabilities: means of tanh(yf/2).

    Examples
    --------
    >>> run = simulate_diagonal(DiagonalNetwork(3, "1/100", samples=40, noise=20), points=100)
    >>> dict(run.columns), run.measure().status
    ({'initial_scale': 3.0, 'weight_decay': 0.01, 'replica': 0}, 'ok')
    """
    points = checked_points(points)
    scale, decay, samples, noise = plain_numbers(system).values()
    samples = int(samples)
    inputs, time = signal_samples(samples, noise), diagonal_times(system, points=points)
    order = np.argsort(time, kind="stable")
    weights = train_diagonal(inputs, np.ones(samples), time[order], initial_scale=scale, weight_decay=decay, step=step)
    rng = np.random.default_rng([seed, replica])
    fresh = np.column_stack([np.ones(_FRESH), noise / np.sqrt(samples) * rng.standard_normal((_FRESH, samples))])
    train, gen = (np.tanh(weights @ data.T / 2).mean(axis=1) for data in (inputs, fresh))
    columns = {"initial_scale": scale, "weight_decay": decay, "replica": replica}
    return RunCurves(time[order], np.where(time[order] <= training_window(system), train, np.nan), gen, columns)
