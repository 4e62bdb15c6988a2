"""One measured pair of curves as text and as a row: the fits, beside them what the curves say without a shape."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics import ShapeFree, ShapeScore, Sharpness, compare_shapes, shape_free
from report.curve_files import Curves

__all__ = ["compared_shapes", "measurement_row", "measurement_text", "without_shape"]

_MEASURES = ("middle_crossing", "largest_slope", "width_10_90")


def without_shape(curves: Curves, result: Sharpness) -> tuple[ShapeFree, ShapeFree]:
    """The shape-free measures of both curves between the asymptotes of the fits; those given where a fit failed.

    >>> from numerics import measure
    >>> t = np.arange(60.0)
    >>> curves = Curves(t, np.clip(t / 10 - 1, 0, 1), np.clip(t / 10 - 3, 0, 1), "two ramps")
    >>> [round(one.middle_crossing) for one in without_shape(curves, measure(t, curves.train, curves.gen))]
    [15, 35]
    """
    pairs = ((curves.train, result.train), (curves.gen, result.gen))
    return tuple(  # type: ignore[return-value]
        shape_free(*_recorded(curves.time, values), floor=_known(fit.floor, 0.0), ceiling=_known(fit.ceiling, 1.0))
        for values, fit in pairs
    )


def measurement_text(curves: Curves, result: Sharpness, free: tuple[ShapeFree, ShapeFree]) -> str:
    """The description of the file, the fits and measures, and the shape-free measures."""
    lines = [curves.description, str(result), "without a shape"]
    lines += [f"  {name:<15}{one}" for name, one in zip(("training", "generalization"), free, strict=True)]
    return "\n".join(lines)


def measurement_row(result: Sharpness, free: tuple[ShapeFree, ShapeFree]) -> dict[str, Any]:
    """The columns that every sweep shares, and the shape-free measures as ``…_train`` and ``…_gen``."""
    row = result.row()
    for name, one in zip(("train", "gen"), free, strict=True):
        row |= {f"{measure}_{name}": getattr(one, measure) for measure in _MEASURES}
    return row


def compared_shapes(curves: Curves, result: Sharpness, samples: tuple[int | None, int | None]) -> str:
    """For each curve the shapes in the order of their evidence, with its shares.

    Parameters
    ----------
    samples
        As for `numerics.fit_curve`, of the training and of the generalization curve.
    """
    lines = []
    for name, values, fit, count in (
        ("training", curves.train, result.train, samples[0]),
        ("generalization", curves.gen, result.gen, samples[1]),
    ):
        if fit.ok:
            ranked = compare_shapes(
                *_recorded(curves.time, values), floor=fit.floor, ceiling=fit.ceiling, samples=count
            )
            lines.append(f"shape of the {name} curve: {', '.join(map(_share, ranked))}")
    return "\n".join(lines)


def _share(score: ShapeScore) -> str:
    return f"{score.fit.shape} {score.weight:.0%}".replace("%", " %")


def _recorded(time: ArrayLike, values: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    t, y = np.asarray(time, dtype=np.float64), np.asarray(values, dtype=np.float64)
    return t[~np.isnan(y)], y[~np.isnan(y)]


def _known(asymptote: float, otherwise: float) -> float:
    return otherwise if np.isnan(asymptote) else asymptote
