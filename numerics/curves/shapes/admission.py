"""Whether a shape is one that a fit can work with: its rules, each with a sentence."""

import math

import numpy as np
import scipy  # its submodules load when they are first used

from numerics.annotations import Array
from numerics.curves.shapes.shape import ROOT_PI, Rise, Shape

__all__ = ["checked_shape", "same_shape"]

_FAR = (1e3, 1e6, 1e13)  # steep jumps in long records are evaluated as far from the middle as this
_CELL = 0.02
_CELLS = np.arange(-20.0, 20.0, _CELL)
_BLOCK = 0.2  # of points that a fit of a long curve replaces by five, see `condense`
_BLOCKS = np.arange(-20.0, 20.0, _BLOCK)


def checked_shape(shape: Shape) -> Shape:
    """The shape, or a ValueError that says which rule it breaks.

    >>> checked_shape(Shape("tanh", lambda u, _: Rise((1 + np.tanh(u)) / 2, np.cosh(u) ** -2 / 2, 0 * u)))
    Traceback (most recent call last):
        ...
    ValueError: The largest slope of shape 'tanh' must be 1/√π = 0.564190, got 0.500000; replace u by 1.128379·u.
    """
    if not isinstance(shape, Shape):
        raise ValueError(f"A shape must be a numerics.Shape, got {shape!r}.")
    if not isinstance(shape.name, str) or not shape.name.isidentifier() or shape.name == "best":
        raise ValueError(
            f"The name of a shape must be letters, digits and underscores, and not 'best', got {shape.name!r}."
        )
    low, high = shape.bounds
    ordered = math.isfinite(low) and math.isfinite(high) and low < high
    if not ordered and shape.parameter is not None:
        raise ValueError(f"Shape {shape.name!r} needs two finite bounds of its parameter, got {shape.bounds}.")
    if not shape.reach > 0:
        raise ValueError(f"The reach of shape {shape.name!r} must be positive, got {shape.reach}.")
    if not shape.transition[0] < 0 < shape.transition[1]:
        raise ValueError(f"The transition of shape {shape.name!r} must hold its middle, 0, got {shape.transition}.")
    for theta in _parameters(shape):
        _check_values(shape, theta)
        _check_largest_slope(shape, theta)
        _check_derivatives(shape, theta)
        _check_smoothness(shape, theta)
    if shape.parameter is not None:
        for share in (0.1, 0.5, 0.9):
            _check_parameter(shape, low + share * (high - low))
    return shape


def same_shape(one: Shape, other: Shape) -> bool:
    """Whether two shapes have the same numbers, be their functions one object or two.

    >>> from numerics.curves.shapes.logistic import LOGISTIC
    >>> same_shape(LOGISTIC, Shape("logistic", lambda u, theta: LOGISTIC.rise(u, theta), reach=18.0))
    True
    """
    if one == other:
        return True
    if any(
        getattr(one, name) != getattr(other, name) for name in ("name", "parameter", "bounds", "reach", "transition")
    ):
        return False
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for theta in _parameters(one)
        for first, second in [(one.at(_CELLS.copy(), theta), other.at(_CELLS.copy(), theta))]
        for name in ("value", "slope", "curvature", "by_parameter")
    )


def _parameters(shape: Shape) -> tuple[float, ...]:
    return (0.0,) if shape.parameter is None else (shape.bounds[0], shape.middle, shape.bounds[1])


def _named(shape: Shape, theta: float) -> str:
    return f"shape {shape.name!r}" + ("" if shape.parameter is None else f" at {shape.parameter} = {theta:g}")


def _check_values(shape: Shape, theta: float) -> None:
    """Arrays of the right form; finite far away; from 0 through 1/2 to 1."""
    name, far = _named(shape, theta), np.array([*(-u for u in reversed(_FAR)), 0.0, *_FAR])
    rise = shape.at(far.copy(), theta)
    if not isinstance(rise, Rise):
        raise ValueError(f"The rise of {name} must return a numerics.Rise, got {type(rise).__name__}.")
    if (rise.by_parameter is None) != (shape.parameter is None):
        raise ValueError(f"The rise of {name} must have by_parameter if, and only if, the shape has a parameter.")
    for field in ("value", "slope", "curvature", "by_parameter"):
        values = getattr(rise, field)
        if values is None:
            continue
        if np.shape(values) != far.shape:
            raise ValueError(f"The {field} of {name} must have the shape of u, {far.shape}, got {np.shape(values)}.")
        if not np.isfinite(values).all():
            bad = far[np.argmin(np.isfinite(values))]
            raise ValueError(f"The {field} of {name} must be finite everywhere, got none at u = {bad:g}.")
    if not abs(shape.value(0.0, theta) - 0.5) < 1e-9:
        raise ValueError(
            f"The middle of {name} must be at u = 0, with value 1/2 there, got {shape.value(0.0, theta):.9g}."
        )
    ends = shape.value(-1e6, theta), shape.value(1e6, theta)
    if not (abs(ends[0]) < 1e-3 and abs(ends[1] - 1) < 1e-3):
        raise ValueError(f"The {name} must rise from 0 to 1, got {ends[0]:g} at u = -1e6 and {ends[1]:g} at u = 1e6.")
    if np.isfinite(shape.reach):
        ends = shape.value(-shape.reach, theta), shape.value(shape.reach, theta)
        if not (abs(ends[0]) < 1e-15 and abs(ends[1] - 1) < 1e-15):
            raise ValueError(
                f"Beyond its reach of {shape.reach:g} the {name} must be 0 or 1 to the last bit, "
                f"got {ends[0]:g} and 1 - {1 - ends[1]:g} there; give a larger reach, or none."
            )


def _check_largest_slope(shape: Shape, theta: float) -> None:
    name = _named(shape, theta)
    slope = shape.at(_CELLS.copy(), theta).slope
    if slope.min() < -1e-9:
        raise ValueError(
            f"The {name} must never fall, got a slope of {slope.min():g} at u = {_CELLS[slope.argmin()]:g}."
        )
    place = _CELLS[slope.argmax()]
    largest = float(shape.at(np.linspace(place - _CELL, place + _CELL, 2001), theta).slope.max())
    if abs(largest * ROOT_PI - 1) > 1e-6:
        raise ValueError(
            f"The largest slope of {name} must be 1/√π = {1 / ROOT_PI:.6f}, got {largest:.6f}; "
            f"replace u by {1 / ROOT_PI / largest:.6f}·u."
        )


def _check_derivatives(shape: Shape, theta: float) -> None:
    """Over each cell the value changes by the integral of the slope, and the slope by that of the curvature."""
    begin, middle, end = (shape.at(_CELLS + part * _CELL, theta) for part in (0.0, 0.5, 1.0))
    for function, derivative in (("value", "slope"), ("slope", "curvature")):
        change = (getattr(end, function) - getattr(begin, function)) / _CELL
        # Simpson's rule; a corner inside the cell shows, too.
        mean = (getattr(begin, derivative) + 4 * getattr(middle, derivative) + getattr(end, derivative)) / 6
        _refuse_difference(shape, theta, derivative, f"the derivative of its {function}", mean - change)


def _check_parameter(shape: Shape, theta: float) -> None:
    width = shape.bounds[1] - shape.bounds[0]
    step = 1e-4 * width
    after, before = (shape.at(_CELLS.copy(), theta + sign * step).value for sign in (1, -1))
    by_parameter = shape.at(_CELLS.copy(), theta).by_parameter
    assert by_parameter is not None
    difference = by_parameter * width - (after - before) / 2e-4
    _refuse_difference(shape, theta, "by_parameter", "the derivative of its value in the parameter", difference)


def _refuse_difference(shape: Shape, theta: float, name: str, meaning: str, difference: Array) -> None:
    """Refuse a derivative that differs by this in some cell."""
    worst = int(np.argmax(np.abs(difference)))
    if abs(difference[worst]) > 1e-3:
        raise ValueError(
            f"The {name} of {_named(shape, theta)} must be {meaning}, got {difference[worst]:+.2g} more around "
            f"u = {_CELLS[worst]:.2f}."
        )


def _check_smoothness(shape: Shape, theta: float) -> None:
    """A polynomial through five points of a block is the shape: long curves are fitted by such points."""
    nodes, _ = np.polynomial.legendre.leggauss(5)
    within = np.linspace(-1, 1, 21)

    def values(x: Array) -> Array:
        places = _BLOCKS + (x[:, None] + 1) * _BLOCK / 2
        return shape.at(places.ravel(), theta).value.reshape(places.shape)

    rough = np.abs(scipy.interpolate.BarycentricInterpolator(nodes, values(nodes))(within) - values(within)).max(axis=0)
    if rough.max() > 1e-4:
        raise ValueError(
            f"The {_named(shape, theta)} must be smooth over steps of {_BLOCK:g} in u, got a deviation of "
            f"{rough.max():.2g} from a polynomial around u = {_BLOCKS[rough.argmax()]:.1f}."
        )
