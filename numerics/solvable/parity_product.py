"""Numbers and runs of `theory.ParityProduct`: its accuracy in floats, and online descent on drawn bits."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf

from numerics.annotations import Array
from numerics.run_curves import RunCurves, checked_points
from numerics.simulation import simulate
from numerics.systems import accuracy_floor, plain_numbers, plain_times, system_curves
from theory import ParityProduct

__all__ = ["parity_curves", "parity_floor", "simulate_parity"]

_CHANCE = 0.5


@system_curves.register
def parity_curves(system: ParityProduct, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies at times of the system's clock, both the same; 1 from the time on at which the weight is infinite.

    >>> train, gen = parity_curves(ParityProduct(3, 30), [0.0, 0.7, 0.9, 1.0])
    >>> gen.round(3)
    array([0.509, 0.697, 0.999, 1.   ])
    """
    t, numbers = plain_times(time), plain_numbers(system)
    k, start, rate = (numbers[name] for name in ("parity_bits", "start", "rate"))
    if k == 2:
        weight = start * np.exp(rate * t)
    else:
        left = start ** (2 - k) - (k - 2) * rate * t
        weight = np.where(left > 0, np.maximum(left, 1e-300) ** (1 / (2 - k)), np.inf)
    gen = (1 + erf(weight / (np.sqrt(2) * float(system.spread_of_factor))) ** k) / 2
    return gen.copy(), gen


@accuracy_floor.register
def parity_floor(system: ParityProduct) -> float:
    """One half: a product that knows nothing answers by chance."""
    return _CHANCE


@simulate.register
def simulate_parity(
    system: ParityProduct,
    *,
    replica: int = 0,
    seed: int = 0,
    points: int = 400,
    batch: int = 64,
    samples: int = 4000,
) -> RunCurves:
    """Descend on the correlation loss −y f of drawn bits, a fresh batch a step, up to the system's horizon.

    The weights start at w₀, those of the other bits in a random direction, of root mean square σ in each block. The
    training accuracy is that on the batches as they come, before they are learned from, the generalization accuracy
    that on one set of fresh samples. Weights stay once those that matter are a thousand times what the others add: the
    blow-up would leave the floats.

    Parameters
    ----------
    points
        Number of steps, each looked at.
    batch, samples
        Fresh samples a step, and of the set for the generalization accuracy.

    Raises
    ------
    ValueError
        If a parameter is no number, or n is not a multiple of k.

    Examples
    --------
    >>> run = simulate_parity(ParityProduct(3, 30), points=100, samples=1000)
    >>> bool(run.gen_accuracy[0] < 0.6), bool(run.gen_accuracy[-1] > 0.9)
    (True, True)
    """
    points = checked_points(points)
    numbers = plain_numbers(system)
    k, n = int(numbers["parity_bits"]), numbers["input_size"]
    if n % k:
        raise ValueError(f"The input bits are in k blocks of equal size, n a multiple of k, got n = {n:g}, k = {k}.")
    data, weights_at, fresh = (
        np.random.default_rng(child) for child in np.random.SeedSequence([seed, replica]).spawn(3)
    )
    others = weights_at.standard_normal((k, int(n) // k - 1))
    others *= float(system.spread_of_factor) / np.linalg.norm(others, axis=1, keepdims=True)
    weights = np.column_stack([np.full(k, float(system.start)), others])
    held_out = _bits(fresh, samples, weights.shape)
    step = float(system.horizon) / (points - 1)
    enough = 1e3 * float(system.spread_of_factor)
    train, gen = np.empty(points), np.empty(points)
    for look in range(points):
        inputs = _bits(data, batch, weights.shape)
        factors = _factors(inputs, weights)
        train[look] = _right(inputs, factors)
        gen[look] = _right(held_out, _factors(held_out, weights))
        if weights[:, 0].min() < enough:
            weights = weights + float(system.rate) * step * _gradient(inputs, factors)
    time = step * np.arange(points, dtype=np.float64)
    return RunCurves(time, train, gen, {"parity_bits": k, "input_size": int(n), "replica": replica}, floor=_CHANCE)


def _bits(rng: np.random.Generator, samples: int, shape: tuple[int, ...]) -> Array:
    """Inputs ±1, shape (samples, k, n/k); the bit that matters is the first of its block."""
    drawn: Array = 2.0 * rng.integers(2, size=(samples, *shape)).astype(np.float64) - 1.0
    return drawn


def _factors(inputs: Array, weights: Array) -> Array:
    return np.einsum("skj,kj->sk", inputs, weights)


def _right(inputs: Array, factors: Array) -> float:
    return float(np.mean(inputs[:, :, 0].prod(axis=1) * factors.prod(axis=1) > 0))


def _gradient(inputs: Array, factors: Array) -> Array:
    """The mean of y ∏_{i≠j} ⟨wᵢ, xᵢ⟩ xⱼ over the samples, shape (k, n/k)."""
    others = np.stack([np.delete(factors, j, axis=1).prod(axis=1) for j in range(factors.shape[1])], axis=1)
    return np.einsum("s,sk,skj->kj", inputs[:, :, 0].prod(axis=1), others, inputs) / len(inputs)
