"""Numbers of `theory.SeparabilityEdge`: its orbit over time, and gradient descent on its two points."""

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike
from scipy.special import erf, ndtr

from numerics.annotations import Array
from numerics.run_curves import RunCurves, checked_points
from numerics.simulation import simulate
from numerics.systems import accuracy_floor, never_rises, plain_numbers, system_curves
from theory import SeparabilityEdge

__all__ = ["edge_curves", "edge_never_rises", "edge_orbit", "simulate_edge"]

_CHANCE = 0.5
_NODES = 4000
_FIRST, _LAST = 1e-9, 690.0  # of ln t, which has to stay a float


def edge_orbit(system: SeparabilityEdge) -> tuple[Array, Array, Array]:
    """Time, weight S and bias b along the orbit, from t ≈ 0 to the end of the floats; shape (n,) each.

    With β = −b for the clock, dS/dβ = −(x₁ + x₂z)/(1 + z) and t = ∫₀^β 2e^{β}/(e^{Sx₁} + e^{Sx₂}) dβ, of which te^{−β}
    stays of order 1.

    >>> time, weight, bias = edge_orbit(SeparabilityEdge(0.25, 2))
    >>> rate = float(SeparabilityEdge(0.25, 2).late_rate())
    >>> weight[-1].round(6), abs((bias[-1] + np.log(rate * time[-1])).round(6))
    (np.float64(0.231049), np.float64(0.0))
    """
    lam, sigma = plain_numbers(system).values()
    first, second = -sigma, sigma * (1 - 2 * lam)

    def flow(_: float, state: Array) -> list[float]:
        weight, scaled = state
        one, other = np.exp(weight * first), np.exp(weight * second)
        return [-(first * one + second * other) / (one + other), 2 / (one + other) - scaled]

    end = _LAST / (1 + min(second, 0) ** 2)  # t goes like e^{(1 + x₂²)β} for x₂ < 0, else like e^β
    clock = np.geomspace(_FIRST, end, _NODES)
    path = scipy.integrate.solve_ivp(flow, (0, end), [0.0, 0.0], method="DOP853", t_eval=clock, rtol=1e-11, atol=1e-14)
    return path.y[1] * np.exp(clock), path.y[0], -clock


@system_curves.register
def edge_curves(system: SeparabilityEdge, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies at times of the flow: of the two points in training, Φ(−b/(σS)) in generalization.

    Raises
    ------
    ValueError
        If a time is not positive or beyond the floats.

    Examples
    --------
    >>> train, gen = edge_curves(SeparabilityEdge(0.45), [0.1, 10.0, 1000.0])
    >>> train, gen.round(3)
    (array([1., 1., 1.]), array([0.547, 0.838, 0.999]))
    """
    times, weight, bias = edge_orbit(system)
    time = np.asarray(time, dtype=np.float64)
    if not np.all((time > times[0]) & (time < times[-1])):
        raise ValueError(
            f"Times of the orbit must be positive and below {times[-1]:.0e}, got {time.min()}, {time.max()}."
        )
    lam, sigma = plain_numbers(system).values()
    ratio = scipy.interpolate.CubicSpline(np.log(times), -bias / (sigma * weight))(np.log(time))
    return (1 + (ratio > 1 - 2 * lam)) / 2, ndtr(ratio)  # x₂ is right where −b > x₂S


@accuracy_floor.register
def edge_floor(system: SeparabilityEdge) -> float:
    """One half: with S but no bias half of all inputs are on the right side."""
    return _CHANCE


@never_rises.register
def edge_never_rises(system: SeparabilityEdge) -> str | None:
    """The accuracy at which the ratio of bias and weight ends, where it is below 3/4.

    >>> print(edge_never_rises(SeparabilityEdge(0.75)))
    generalization accuracy never rises past 3/4: for λ = 0.75 > 1/2 the points are separable, and it ends at 0.532
    """
    lam, sigma = plain_numbers(system).values()
    if lam <= 0.5:
        return None
    end = (1 + erf(1 / (np.sqrt(2) * sigma**2 * (2 * lam - 1)))) / 2
    if end > (1 + _CHANCE) / 2:
        return None
    return (
        f"generalization accuracy never rises past 3/4: for λ = {lam:.6g} > 1/2 the points are separable, and it ends "
        f"at {end:.3g}"
    )


@simulate.register
def simulate_edge(
    system: SeparabilityEdge, *, replica: int = 0, seed: int = 0, points: int = 5000, bias_step: float = 0.01
) -> RunCurves:
    """Gradient descent on the two points, in steps η that grow so that each moves the bias by `bias_step`.

    Nothing is random: replica and seed change nothing. Time is Ση, and the curve that of the flow up to O(bias_step).

    Examples
    --------
    >>> run = simulate_edge(SeparabilityEdge(0.4), points=1000)
    >>> bool(run.gen_accuracy[-1] > 0.99), set(run.train_accuracy)
    (True, {np.float64(0.5), np.float64(1.0)})
    """
    lam, sigma = plain_numbers(system).values()
    points = checked_points(points)
    inputs = np.array([-sigma, sigma * (1 - 2 * lam)])
    weight = bias = clock = 0.0
    time, train, gen = np.empty(points), np.empty(points), np.empty(points)
    for k in range(points):
        losses = np.exp(inputs * weight + bias)
        step = bias_step / losses.mean()
        weight, bias, clock = weight - step * (inputs * losses).mean(), bias - bias_step, clock + step
        time[k], train[k] = clock, (inputs * weight + bias < 0).mean()
        gen[k] = ndtr(-bias / (sigma * abs(weight)))
    return RunCurves(time, train, gen, {"lam": lam, "replica": replica}, edge_never_rises(system), _CHANCE)
