"""Hypothesis strategies: planted accuracy curves and runs, and curves that cannot be measured.

For tests of code that measures curves, this toolkit's or your own. Nothing else needs Hypothesis, so the module is
imported by name: `from numerics import strategies`.

>>> from hypothesis import given, settings
>>> from numerics import fit_curve, strategies
>>> @settings(max_examples=20, derandomize=True, database=None, deadline=None)
... @given(strategies.planted_curves(shapes=["erf"]))
... def an_exact_curve_is_recovered(curve):
...     fit = fit_curve(curve.time, curve.accuracy, **curve.options)
...     assert abs(fit.sharpness / curve.sharpness - 1) < 1e-6
>>> an_exact_curve_is_recovered()
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy import special

from numerics.annotations import Array
from numerics.curves.planted_curves import PlantedCurve, PlantedRun, counted
from numerics.curves.shapes import SHAPES, named_shape

try:
    from hypothesis import assume
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError(
        "numerics.strategies needs Hypothesis, which is not installed; install groksharp with its extra 'strategies'."
    ) from error

__all__ = [
    "REASONS",
    "BrokenCurve",
    "PlantedCurve",
    "PlantedRun",
    "broken_curves",
    "counted",
    "planted_curves",
    "planted_runs",
    "times",
]

# What keeps a curve of `broken_curves` from being measured.
REASONS = ("no jump", "jumped before the record", "unfinished", "between two points", "falls back")

NOISES = ("none", "binomial", "correlated")
SPACINGS = ("even", "logarithmic", "uneven")


@dataclass(frozen=True, eq=False)
class BrokenCurve:
    """A curve without a measurable jump, and the reason, one of `REASONS`.

    Examples
    --------
    >>> BrokenCurve(np.arange(4.0), np.zeros(4), "no jump").options
    {'floor': 0.0, 'ceiling': 1.0}
    """

    time: Array
    accuracy: Array
    reason: str
    floor: float = 0.0
    ceiling: float = 1.0

    @property
    def options(self) -> dict[str, float]:
        """Keywords for `fit_curve`."""
        return {"floor": self.floor, "ceiling": self.ceiling}


@st.composite
def times(draw: st.DrawFn, *, min_points: int = 40, max_points: int = 400, spacings: Sequence[str] = SPACINGS) -> Array:
    """Strategy for the times of a record: increasing and positive, shape (n,), in units from 1e-3 to 1e9.

    `spacings` are any of `"even"` (every epoch), `"logarithmic"` (equal ratios) and `"uneven"` (intervals that
    differ by up to a factor of 3). Curves need at least 10 points.

    >>> from hypothesis import find
    >>> find(times(spacings=["even"], min_points=4), lambda t: t[1] > 2 * t[0] - 1e-9)
    array([1., 2., 3., 4.])
    """
    points = draw(st.integers(min_points, max_points))
    spacing = draw(st.sampled_from(list(spacings)))
    if spacing == "even":
        steps = np.arange(1.0, points + 1)
    elif spacing == "logarithmic":
        steps = np.geomspace(1.0, draw(st.floats(3.0, 1000.0)), points)
    elif spacing == "uneven":
        rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        steps = np.cumsum(rng.uniform(0.5, 1.5, points))
    else:
        raise ValueError(f"spacing must be one of {', '.join(SPACINGS)}, got {spacing!r}.")
    return steps * draw(st.sampled_from([1.0, 10.0, 0.001, 1e6, 1e9]))


@st.composite
def planted_curves(
    draw: st.DrawFn,
    *,
    shapes: Sequence[str] | None = None,
    noise: str = "none",
    time: st.SearchStrategy[Array] | None = None,
    floors: st.SearchStrategy[float] | None = None,
    ceilings: st.SearchStrategy[float] | None = None,
    samples: st.SearchStrategy[int] | None = None,
) -> PlantedCurve:
    """Strategy for measurable curves: the jump begins and ends within the record and at least six points lie in it.

    Parameters
    ----------
    shapes
        Names as for `fit_curve`, by default all there are; the shape parameter is drawn where there is one.
    noise
        `"none"`; `"binomial"` for counts over `samples`; `"correlated"` for counts whose noise at successive
        points is correlated by 0.3 to 0.95 (see `counted`).
    time, floors, ceilings, samples
        Strategies; by default `times`, 0 to 1/2, 0.8 to 1, and 100 to 2000.

    Examples
    --------
    >>> from hypothesis import find
    >>> curve = find(planted_curves(noise="binomial"), lambda curve: curve.samples < 500)
    >>> 100 <= curve.samples < 500, curve.shape in SHAPES
    (True, True)
    """
    t = draw(times() if time is None else time)
    family = draw(_families(shapes, floors, ceilings))
    place = draw(_places(t, family))
    return draw(_recorded(t, place, family, noise=noise, samples=samples))


@st.composite
def planted_runs(
    draw: st.DrawFn,
    *,
    shapes: Sequence[str] | None = None,
    noise: str = "none",
    groks: bool = False,
    time: st.SearchStrategy[Array] | None = None,
    floors: st.SearchStrategy[float] | None = None,
    ceilings: st.SearchStrategy[float] | None = None,
    samples: st.SearchStrategy[int] | None = None,
) -> PlantedRun:
    """Strategy for runs whose training and generalization curves can both be measured; options as `planted_curves`.

    With `groks` the generalization jumps later than the training accuracy.

    >>> from hypothesis import find
    >>> run = find(planted_runs(groks=True), lambda run: run.relative_sharpness < 1)
    >>> run.relative_gap > 0
    True
    """
    t = draw(times(min_points=80) if time is None else time)
    family = draw(_families(shapes, floors, ceilings))
    places = [draw(_places(t, family)) for _ in range(2)]
    if groks:
        assume(places[0].jump_time != places[1].jump_time)
        places.sort(key=lambda place: place.jump_time)
    train, gen = (draw(_recorded(t, place, family, noise=noise, samples=samples)) for place in places)
    return PlantedRun(train, gen)


@st.composite
def broken_curves(
    draw: st.DrawFn,
    *,
    reasons: Sequence[str] = REASONS,
    noise: str = "none",
    time: st.SearchStrategy[Array] | None = None,
    floors: st.SearchStrategy[float] | None = None,
) -> BrokenCurve:
    """Strategy for curves that no one should get a jump time and a sharpness from; the ceiling is 1.

    - `"no jump"`: a level, or a drift, in the lower 40 % between floor and ceiling;
    - `"jumped before the record"`: in the upper 40 % from the first point;
    - `"unfinished"`: the jump passes the middle but has at most 80 % of the way behind it at the last point;
    - `"between two points"`: on the floor at one point, on the ceiling at the next;
    - `"falls back"`: a jump, and before the last third of the record a collapse to the floor that lasts.

    >>> from hypothesis import find
    >>> broken = find(broken_curves(reasons=["between two points"]), lambda broken: broken.floor == 0)
    >>> sorted(set(broken.accuracy.tolist()))
    [0.0, 1.0]
    """
    t = draw(times(spacings=["even"]) if time is None else time)
    floor = draw(st.sampled_from([0.0, 0.1, 0.5]) if floors is None else floors)
    reason = draw(st.sampled_from(list(reasons)))
    x = (t - t[0]) / (t[-1] - t[0])
    if reason == "no jump":
        begin, end = draw(st.floats(0, 0.4)), draw(st.floats(0, 0.4))
        unit = begin + (end - begin) * x
    elif reason == "jumped before the record":
        begin, end = draw(st.floats(0.6, 1.0)), draw(st.floats(0.6, 1.0))
        unit = begin + (end - begin) * x
    elif reason == "unfinished":
        # Φ reaches 55 to 80 % at the last point, and comes from the floor.
        reached = special.ndtri(draw(st.floats(0.55, 0.8)))
        unit = special.ndtr(reached + draw(st.floats(4.0, 20.0)) * (x - 1))
    elif reason == "between two points":
        unit = np.where(np.arange(t.size) < draw(st.integers(4, t.size - 4)), 0.0, 1.0)
    elif reason == "falls back":
        rise, fall = draw(st.floats(0.1, 0.3)), draw(st.floats(0.45, 0.65))
        unit = np.where(x < fall, special.ndtr(60 * (x - rise)), special.ndtr(200 * (fall + 0.02 - x)))
    else:
        raise ValueError(f"reason must be one of {', '.join(REASONS)}, got {reason!r}.")
    accuracy = floor + (1 - floor) * unit
    return BrokenCurve(t, draw(_counted(accuracy, noise, None))[0], reason, floor=floor)


@dataclass(frozen=True)
class _Family:
    """What the curves of a run share: the asymptotes, and the shape with its parameter, NaN for a shape without."""

    floor: float
    ceiling: float
    shape: str
    shape_parameter: float


@dataclass(frozen=True)
class _Place:
    """Where a curve jumps, and how sharply."""

    jump_time: float
    sharpness: float


@st.composite
def _families(
    draw: st.DrawFn,
    shapes: Sequence[str] | None,
    floors: st.SearchStrategy[float] | None,
    ceilings: st.SearchStrategy[float] | None,
) -> _Family:
    floor = draw(st.sampled_from([0.0, 0.5]) | st.floats(0, 0.5) if floors is None else floors)
    ceiling = draw(st.just(1.0) | st.floats(0.8, 1.0) if ceilings is None else ceilings)
    shape = named_shape(draw(st.sampled_from(list(SHAPES if shapes is None else shapes))))
    if shape.parameter is None:
        return _Family(floor, ceiling, shape.name, np.nan)
    # Not at the very ends, where a fit's parameter would stop.
    low, high = shape.bounds
    return _Family(floor, ceiling, shape.name, draw(st.floats(low + 0.1 * (high - low), high - 0.2 * (high - low))))


@st.composite
def _places(draw: st.DrawFn, t: Array, family: _Family) -> _Place:
    """A place with 3 % of the way at most outside the record and at least six points inside the jump."""
    edge = max(3, t.size // 6)
    center = draw(st.integers(edge, t.size - 1 - edge))
    half = draw(st.integers(3, max(3, t.size // 10)))
    jump_time = float(t[center] + draw(st.floats(0, 1)) * (t[center + 1] - t[center]))
    # Between u = −1 and 1 an erf goes from 8 to 92 %.
    sharpness = float(2 / (t[center + half] - t[center - half]))
    u = sharpness * (t - jump_time)
    # An asymmetric shape may be slow on one side only.
    ends = named_shape(family.shape).at(u[[0, -1]], family.shape_parameter).value
    assume(ends.min() < 0.03 and ends.max() > 0.97)
    assume(np.count_nonzero(np.abs(u) < 1) >= 6)
    return _Place(jump_time, sharpness)


@st.composite
def _counted(
    draw: st.DrawFn, accuracy: Array, noise: str, samples: st.SearchStrategy[int] | None
) -> tuple[Array, int | None, float]:
    """The accuracy as recorded, the number of samples behind it and the correlation of its noise."""
    if noise == "none":
        return accuracy, None, 0.0
    if noise not in NOISES:
        raise ValueError(f"noise must be one of {', '.join(NOISES)}, got {noise!r}.")
    size = draw(st.integers(100, 2000) if samples is None else samples)
    correlation = draw(st.floats(0.3, 0.95)) if noise == "correlated" else 0.0
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return counted(accuracy, size, rng=rng, correlation=correlation), size, correlation


@st.composite
def _recorded(
    draw: st.DrawFn,
    t: Array,
    place: _Place,
    family: _Family,
    *,
    noise: str,
    samples: st.SearchStrategy[int] | None,
) -> PlantedCurve:
    clean = PlantedCurve(t, t, **asdict(place), **asdict(family))
    accuracy, size, correlation = draw(_counted(clean.expected, noise, samples))
    return replace(clean, accuracy=accuracy, samples=size, correlation=correlation)
