"""What an S-shape is: it has its middle at u = 0 and a largest slope of 1/√π, as the erf has."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from numerics.annotations import Array

__all__ = ["ROOT_PI", "Rise", "Shape"]

ROOT_PI = float(np.sqrt(np.pi))  # the inverse of every shape's largest slope

_FINISHED = 0.9  # of the way


@dataclass(frozen=True)
class Rise:
    """A shape F(u; θ) with F′ and F″ in u, and ∂F/∂θ at fixed u (None for a shape without θ); all of u's shape.

    >>> ramp = Rise(value=np.array([0.5]), slope=np.array([0.56]), curvature=np.array([0.0]))
    >>> ramp.by_parameter is None
    True
    """

    value: Array
    slope: Array
    curvature: Array
    by_parameter: Array | None = None


@dataclass(frozen=True)
class Shape:
    """An S-shaped rise F(u; θ) from 0 to 1 over u = s·(t − t*), with what a fit has to know of it.

    The middle F(0) = 1/2 and the largest slope 1/√π give the jump time t* and the sharpness s the same meaning for
    every shape (M Eq. 1, where F(u) = (1 + erf u)/2). `add_shape` makes one known by its name.

    Attributes
    ----------
    name
        As given to `fit_curve`.
    rise
        (u, θ) → `Rise`; θ is 0 for a shape without.
    parameter
        Name of the shape parameter θ, or None.
    bounds
        Smallest and largest θ.
    reach
        |u| beyond which F is 0 or 1 to the last bit, for every θ; infinite where it is not worth knowing. A finite one
        makes fits of long curves faster.
    transition
        The u between which a point tells about shape and noise: goodness, autocorrelation and the question whether a
        jump is resolved look there. As u is in units of the largest slope, all six have the same: windows that follow
        slow tails to where the slope is 0.2 % of the largest, to ±12.8 for a Cauchy-like shape, cover no better.

    Examples
    --------
    >>> from numerics import SHAPES
    >>> cauchy = SHAPES["student"]
    >>> cauchy.parameter, cauchy.bounds, cauchy.middle
    ('inverse_degrees_of_freedom', (0.001, 1.0), 0.5005)
    >>> cauchy.has_finished(1.0, theta=1.0), SHAPES["erf"].has_finished(1.0)  # 84 % and 92 % of the way
    (False, True)
    """

    name: str
    rise: Callable[[Array, float], Rise]
    parameter: str | None = None
    bounds: tuple[float, float] = (0.0, 0.0)
    reach: float = np.inf
    transition: tuple[float, float] = (-2.5, 2.5)

    @property
    def middle(self) -> float:
        """Middle of the range of θ."""
        return sum(self.bounds) / 2

    def at(self, u: Array, theta: float = 0.0) -> Rise:
        """Return F and its derivatives; an exponential that overflows on its way to 0 or 1 is no fault of a shape."""
        with np.errstate(over="ignore"):
            return self.rise(u, theta)

    def value(self, u: float, theta: float = 0.0) -> float:
        """Return F at one point: the share of the way that is behind it."""
        return float(self.at(np.array([u]), theta).value[0])

    def has_finished(self, u: float, theta: float = 0.0) -> bool:
        """Whether nine tenths of the way are behind u."""
        return self.value(u, theta) >= _FINISHED
