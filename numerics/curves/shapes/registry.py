"""The shapes there are, by name: the six that come with the toolkit, and those that a user adds."""

from collections.abc import Mapping
from types import MappingProxyType

from numerics.curves.shapes.admission import checked_shape, same_shape
from numerics.curves.shapes.gompertz import GOMPERTZ, MIRRORED_GOMPERTZ
from numerics.curves.shapes.logistic import LOGISTIC
from numerics.curves.shapes.normal import ERF, SKEWED_ERF
from numerics.curves.shapes.shape import Shape
from numerics.curves.shapes.student import STUDENT
from theory.suggestion import suggestion

__all__ = ["SHAPES", "add_shape", "named_shape", "remove_shape"]

_OWN = {shape.name: shape for shape in (ERF, LOGISTIC, GOMPERTZ, MIRRORED_GOMPERTZ, STUDENT, SKEWED_ERF)}
_KNOWN = dict(_OWN)

SHAPES: Mapping[str, Shape] = MappingProxyType(_KNOWN)


def named_shape(name: str) -> Shape:
    """The shape of this name.

    >>> named_shape("erf").reach
    6.0
    """
    if not isinstance(name, str) or name not in SHAPES:
        raise ValueError(
            f"shape must be one of {', '.join(map(repr, SHAPES))}, or 'best', got {name!r}."
            + suggestion(name, (*SHAPES, "best"))
        )
    return SHAPES[name]


def add_shape(shape: Shape) -> None:
    """Make an S-shape of your own known by its name: to `fit_curve`, `measure`, `compare_shapes` and the command line.

    The shape is checked first, at the middle and both ends of the range of θ if it has one: F(0) = 1/2, the largest
    slope is 1/√π, F rises from 0 to 1 and never falls, the derivatives are those of F, and F is as smooth as a fit
    needs. A sentence says what is wrong, and by what factor to stretch u where the slope is. Adding a shape again that
    has the same numbers does nothing, so that a module that adds one can be imported in every process.

    Raises
    ------
    ValueError
        For a shape that breaks one of these rules, a name that is no identifier, and a name that is taken.

    Examples
    --------
    The hyperbolic secant's integral, F(u) = (2/π)·arctan(e^(√π·u)), whose slope sech(√π·u)/√π is largest at u = 0:

    >>> import numpy as np
    >>> from numerics import Rise, Shape, add_shape, compare_shapes, fit_curve, remove_shape
    >>> def secant(u, _):
    ...     x = np.clip(np.sqrt(np.pi) * u, -700, 700)
    ...     slope = 1 / np.cosh(x) / np.sqrt(np.pi)
    ...     return Rise(2 / np.pi * np.arctan(np.exp(x)), slope, -np.sqrt(np.pi) * np.tanh(x) * slope)
    >>> add_shape(Shape("hyperbolic_secant", secant))
    >>> t = np.arange(400.0)
    >>> accuracy = 0.5 + np.arctan(np.exp(0.1 * (t - 170))) / np.pi
    >>> fit = fit_curve(t, accuracy, shape="hyperbolic_secant", floor=0.5)
    >>> round(fit.jump_time, 6), round(float(fit.sharpness * np.sqrt(np.pi)), 6)
    (170.0, 0.1)
    >>> compare_shapes(t, accuracy, floor=0.5)[0].fit.shape
    'hyperbolic_secant'
    >>> remove_shape("hyperbolic_secant")
    """
    checked_shape(shape)
    known = _KNOWN.setdefault(shape.name, shape)
    if not same_shape(known, shape):
        raise ValueError(
            f"The shape {shape.name!r} is known already and has other numbers; give yours another name"
            f"{'' if shape.name in _OWN else ', or remove_shape the old one first'}."
        )


def remove_shape(name: str) -> None:
    """Forget a shape that was added, to replace it by a better one in the same session.

    Raises
    ------
    ValueError
        If no shape of this name was added; those of the toolkit stay.

    Examples
    --------
    >>> remove_shape("erf")
    Traceback (most recent call last):
        ...
    ValueError: Only a shape that was added can be removed (there is none), got 'erf'.
    """
    if name in _OWN or name not in _KNOWN:
        added = ", ".join(repr(one) for one in _KNOWN if one not in _OWN) or "there is none"
        raise ValueError(f"Only a shape that was added can be removed ({added}), got {name!r}.")
    del _KNOWN[name]
