"""The fitted curve in scaled time, and what its points say about it: where they lie, deviate, and scatter it."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from numerics.annotations import Array
from numerics.curves.estimation.dependence import seen_in_plateaus
from numerics.curves.estimation.goodness import Goodness, goodness
from numerics.curves.estimation.optimum import Optimum
from numerics.curves.estimation.standard_errors import Scatter, scatter
from numerics.curves.estimation.start import ScaledJump
from numerics.curves.shapes import Shape

__all__ = ["MOST_POINTS", "FittedJump"]

MOST_POINTS = 1000  # points of a part of the curve that show a deviation; of more, every k-th is looked at

_DOUBTFUL = 0.1  # probability, from which it matters whether noise remembers


@dataclass(frozen=True)
class FittedJump:
    """The optimum of one shape for one jump, in scaled time; what costs is computed when it is asked for.

    >>> from numerics.curves.estimation.optimum import find_optimum
    >>> from numerics.curves.shapes import named_shape
    >>> tau, erf = np.linspace(-0.5, 0.5, 101), named_shape("erf")
    >>> jump = ScaledJump(tau, erf.at(25.3 * (tau - 0.1)).value, start=np.log([1.0, 20.0]))
    >>> fitted = FittedJump(jump, erf, find_optimum(jump, erf))
    >>> round(fitted.center, 9), round(fitted.rate, 9), fitted.height, fitted.transition
    (0.1, 25.3, 1.0, slice(51, 70, None))
    >>> fitted.goodness.misfit < 1e-9, fitted.scatter.errors.max() < 1e-9
    (True, np.True_)
    """

    jump: ScaledJump
    shape: Shape
    found: Optimum

    @property
    def center(self) -> float:
        """Jump time."""
        return float(self.found.parameters[0])

    @cached_property
    def rate(self) -> float:
        """Sharpness, positive."""
        return float(np.exp(self.found.parameters[1]))

    @cached_property
    def _unpacked(self) -> tuple[float, float, float]:
        return self.found.objective.unpack(self.found.parameters)

    @property
    def theta(self) -> float:
        """Shape parameter."""
        return self._unpacked[0]

    @property
    def floor(self) -> float:
        """Lower asymptote, given or fitted."""
        return self._unpacked[1]

    @property
    def ceiling(self) -> float:
        """Upper asymptote, given or fitted."""
        return self._unpacked[2]

    @property
    def height(self) -> float:
        """Distance between the asymptotes."""
        return self.ceiling - self.floor

    @property
    def last_u(self) -> float:
        """The shape's u at the last point."""
        return self.rate * (float(self.jump.tau[-1]) - self.center)

    @cached_property
    def transition(self) -> slice:
        """The points that tell about shape and noise."""
        begin, end = (self.center + u / self.rate for u in self.shape.transition)
        first, last = np.searchsorted(self.jump.tau, [begin, np.nextafter(end, np.inf)])
        return slice(int(first), int(last))

    @cached_property
    def goodness(self) -> Goodness:
        """Of the points in the transition, and of those before and after it; of what is new in them if noise remembers.

        How long it does is told by the plateaus, where no other shape can be taken for noise.
        """
        inside = self.transition
        parts = [inside, slice(0, inside.start), slice(inside.stop, self.jump.tau.size)]
        parts = [slice(part.start, part.stop, 1 + (part.stop - part.start) // MOST_POINTS) for part in parts]
        transition, before, after = map(self._residual, parts)
        found = goodness(transition, [before, after], self.height, self.found.parameters.size)
        if not found.p_value < _DOUBTFUL:
            return found
        step = parts[0].step
        reach = MOST_POINTS // 2 * step
        near = slice(max(inside.start % step, inside.start - reach), inside.stop + reach, step)
        residual, first = self._residual(near), (inside.start - near.start) // step
        before, after = residual[:first], residual[first + transition.size :]
        dependence = seen_in_plateaus([before, after])
        if dependence is None:
            return found
        new = dependence.innovations(residual[np.newaxis])[0] / (1 - dependence.coefficients.sum())
        outside = [new[dependence.coefficients.size : first], new[first + transition.size :]]
        of_new = goodness(new[first : first + transition.size], outside, self.height, self.found.parameters.size)
        return replace(found, p_value=of_new.p_value)

    def _residual(self, part: slice) -> Array:
        return self.found.objective.curve(self.found.parameters, self.jump.tau[part]) - self.jump.y[part]

    @cached_property
    def scatter(self) -> Scatter:
        """How the points scatter the parameters."""
        return scatter(self.found)
