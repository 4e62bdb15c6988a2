"""One measured pair of curves as text and as a row: the fits, beside them what the curves say without a shape."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics import (
    FitStatus,
    GeneralizationPrediction,
    ShapeFree,
    ShapeScore,
    Sharpness,
    compare_shapes,
    measure,
    predict_generalization,
    shape_free,
)  # fmt: skip
from report.annotations import Array, Row
from report.readers.chance_level import chance_level, levels_off, starts_at
from report.readers.curve_files import Curves
from report.readers.curve_options import CurveOptions

__all__ = [
    "compared_shapes", "measure_curves", "measurement_row", "measurement_text", "predicted",
    "predicted_row", "predicted_text", "without_shape",
]  # fmt: skip

_MEASURES = ("middle_crossing", "largest_slope", "width_10_90")


def measure_curves(curves: Curves, options: CurveOptions, chance: float = 0.0) -> tuple[Sharpness, tuple[str, ...]]:
    """The measurement, and what is to be said about its asymptotes where they were not given as fractions.

    A ceiling above 1 is percent, and so is a floor that was given beside it; one that is seen, or that the number of
    classes says, is a fraction. `chance` is the level from which the other runs of the
    same call plainly rise: where the floor is to be seen and this run shows none, it is taken if the run starts there.

    >>> t = np.arange(80.0)
    >>> rise = 0.5 + np.clip((t - 40) / 30, 0, 0.5)
    >>> measure_curves(Curves(t, rise, rise, "a ramp from chance"), CurveOptions())[1]
    ('Floor 0.5 seen in the generalization accuracy, as with 2 classes; --floor 0 overrides it.',)
    """
    floor, ceiling, notes = options.lowest, options.ceiling, []
    if max(_numbers(ceiling), default=0.0) > 1:
        notes.append("A ceiling above 1 is read as percent, and the floor with it.")
        floor, ceiling = floor if options.classes else _hundredth(floor), _hundredth(ceiling)
    seen = chance_level(curves.gen) if floor == "seen" else 0.0
    if floor == "seen":
        floor = seen
        if not seen and chance and starts_at(curves.gen, chance):
            floor = chance
            notes.append(f"Floor {chance:.4g} taken from the other runs, since this one starts there, too.")
    if seen:
        notes.append(
            f"Floor {seen:.4g} seen in the generalization accuracy, as with {round(1 / seen)} classes; "
            "--floor 0 overrides it."
        )
    result = measure(
        curves.time, curves.train, curves.gen, shape=options.shape, floor=floor, ceiling=ceiling,
        train_samples=options.train_samples, gen_samples=options.gen_samples, systematic=True,
    )  # fmt: skip
    for name, fit, values in (
        ("training", result.train, curves.train),
        ("generalization", result.gen, curves.gen),
    ):
        if fit.status is FitStatus.NO_JUMP and np.isfinite(level := levels_off(values)):
            notes.append(
                f"The {name} accuracy rises and levels off at {level:g}, below the middle: --ceiling fit takes it "
                "for the end."
            )
    return result, tuple(notes)


def _numbers(asymptote: Any) -> list[float]:
    both = asymptote if isinstance(asymptote, tuple) else (asymptote,)
    return [one for one in both if isinstance(one, int | float)]


def _hundredth(asymptote: Any) -> Any:
    if isinstance(asymptote, tuple):
        return tuple(map(_hundredth, asymptote))
    return asymptote / 100 if isinstance(asymptote, int | float) else asymptote


def without_shape(curves: Curves, result: Sharpness) -> tuple[ShapeFree, ShapeFree]:
    """The shape-free measures of both curves between the asymptotes of the fits; those given where a fit failed.

    >>> t = np.arange(60.0)
    >>> curves = Curves(t, np.clip(t / 10 - 1, 0, 1), np.clip(t / 10 - 3, 0, 1), "two ramps")
    >>> [round(one.middle_crossing) for one in without_shape(curves, measure(t, curves.train, curves.gen))]
    [15, 35]
    """
    train, gen = (
        shape_free(*_recorded(curves.time, values), floor=_known(fit.floor, 0.0), ceiling=_known(fit.ceiling, 1.0))
        for values, fit in ((curves.train, result.train), (curves.gen, result.gen))
    )
    return train, gen


def measurement_text(curves: Curves, result: Sharpness, free: tuple[ShapeFree, ShapeFree]) -> str:
    """The description of the file, the fits and measures, and the shape-free measures."""
    lines = [curves.description, str(result), "without a shape"]
    lines += [f"  {name:<15}{one}" for name, one in zip(("training", "generalization"), free, strict=True)]
    return "\n".join(lines)


def measurement_row(result: Sharpness, free: tuple[ShapeFree, ShapeFree]) -> Row:
    """The columns that every sweep shares, and the shape-free measures as `…_train` and `…_gen`."""
    row = result.row()
    for name, one in zip(("train", "gen"), free, strict=True):
        row |= {f"{measure}_{name}": getattr(one, measure) for measure in _MEASURES}
    return row


def predicted(curves: Curves, result: Sharpness, epsilon: float, eta0: float) -> GeneralizationPrediction:
    """What the training curve says of generalization, were it a linear student's; its asymptotes are those of the fit.

    >>> from numerics import linear_curves
    >>> steps = np.linspace(0.0, 60_000, 2000)
    >>> both = linear_curves(steps, 0.8, convention="exact", epsilon=1e-6)
    >>> curves = Curves(steps, *both, "a linear student")
    >>> print(predicted_text(predicted(curves, measure(steps, *both), 1e-6, 0.01)))
    predicted from the training curve: t* = 1.453e+04 (1.444e+04 to 1.453e+04), s = 0.0002005 (0.0002005 to 0.0002075)
    """
    time, values = _recorded(curves.time, curves.train)
    floor, ceiling = _known(result.train.floor, 0.0), _known(result.train.ceiling, 1.0)
    share = np.clip((values[time > 0] - floor) / (ceiling - floor), 0, 1)
    return predict_generalization(time[time > 0], share, epsilon=epsilon, eta0=eta0)


def predicted_row(found: GeneralizationPrediction | None) -> Row:
    """The predicted jump time and sharpness with the ends of their bands, as columns; none without a prediction."""
    return {} if found is None else {
        f"predicted_{name}{end}": value
        for name in ("jump_time", "sharpness")
        for end, value in zip(("", "_low", "_high"), _span(found, name), strict=True)
    }  # fmt: skip


def predicted_text(found: GeneralizationPrediction) -> str:
    """The same as a line; where the predicted curve has no jump, why.

    >>> t = np.arange(1.0, 101.0)
    >>> print(predicted_text(predict_generalization(t, np.minimum(t / 10, 0.99), epsilon=1e-3, eta0=1e-3))[:75])
    predicted from the training curve: not fitted: already past the middle at t
    """
    if not found.fit.ok:
        return f"predicted from the training curve: {found.fit}"
    said = ("{} = {:.4g} ({:.4g} to {:.4g})".format(sign, *_span(found, name)) for sign, name in _SIGNS)
    return f"predicted from the training curve: {', '.join(said)}"


_SIGNS = (("t*", "jump_time"), ("s", "sharpness"))


def _span(found: GeneralizationPrediction, name: str) -> tuple[float, float, float]:
    ends = sorted(getattr(fit, name) for fit in (found.fit_low, found.fit_high))
    return getattr(found.fit, name), ends[0], ends[1]


def compared_shapes(curves: Curves, result: Sharpness, options: CurveOptions) -> str:
    """For each curve the shapes in the order of their evidence, with its shares."""
    lines = []
    for name, values, fit, count in (
        ("training", curves.train, result.train, options.train_samples),
        ("generalization", curves.gen, result.gen, options.gen_samples),
    ):
        if fit.ok:
            ranked = compare_shapes(
                *_recorded(curves.time, values), floor=fit.floor, ceiling=fit.ceiling, samples=count
            )
            lines.append(f"shape of the {name} curve: {', '.join(map(_share, ranked))}")
    return "\n".join(lines)


def _share(score: ShapeScore) -> str:
    return f"{score.fit.shape} {score.weight:.0%}".replace("%", " %")


def _recorded(time: ArrayLike, values: ArrayLike) -> tuple[Array, Array]:
    t, y = np.asarray(time, dtype=np.float64), np.asarray(values, dtype=np.float64)
    return t[~np.isnan(y)], y[~np.isnan(y)]


def _known(asymptote: float, otherwise: float) -> float:
    return otherwise if np.isnan(asymptote) else asymptote
