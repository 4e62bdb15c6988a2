"""How flat the minimum of a run was before, in and after its jump, read off its records."""

import functools
from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from empirical.annotations import Outcome
from empirical.curves import recorded_curve, steps_of

__all__ = ["FLATNESS_MEASURES", "FLATNESS_OUTCOMES", "FLATNESS_RECORDS", "flatness_curves"]

FLATNESS_RECORDS = (
    "train_loss_whole", "weight_norm", "perturbed_loss", "worst_loss", "hessian_top", "relative_hessian_top",
)  # fmt: skip
"""What a run has to record for `flatness_curves`."""

FLATNESS_MEASURES: Mapping[str, str] = {
    "random_steps": "rise by random steps of relative size",
    "worst_corner": "rise in the worst corner of a small box",
    "curvature": "largest curvature",
    "relative_curvature": "largest relative curvature",
}
"""The measures of flatness in words, by name; each is small where the minimum is flat."""

_MOMENTS = ("before", "jump", "end")
_READ = (*FLATNESS_MEASURES, "train_loss", "weight_norm", "gen_accuracy")
_LEARNED, _HALF, _PATIENCE = 0.99, 0.5, 4


def flatness_curves(dataset: xr.Dataset) -> dict[str, NDArray[np.float64]]:
    """The measures of flatness of a run over the looks at which they were taken, and what has to be held against them.

    With the loss L of the whole training set, as `step` goes on:

    - `random_steps`: `perturbed_loss` − L;
    - `worst_corner`: (`worst_loss` − L)/(1 + L), the measure of Keskar et al.;
    - `curvature`, `relative_curvature`: `hessian_top`, as it is and relative;
    - `train_loss`, which is L, `weight_norm`, `train_accuracy` and `gen_accuracy`.

    Returns arrays of shape (looks,) by name. Raises ValueError where the run has not `FLATNESS_RECORDS`.

    Examples
    --------
    >>> from empirical import FLATNESS_RECORDS, SYSTEMS, train_together
    >>> tiny = SYSTEMS["linear_student"].experiment.replace({"input_size": 5, "epochs": 30})
    >>> (run,) = train_together([tiny], records=FLATNESS_RECORDS)
    >>> curves = flatness_curves(run)
    >>> curves["step"][3:8].tolist(), bool(np.ptp(curves["curvature"]) < 1e-6)  # that of 2Σ wherever it stands
    ([4.0, 5.0, 6.0, 8.0, 10.0], True)
    """
    names = (*FLATNESS_RECORDS, "train_accuracy", "gen_accuracy")
    found = {name: recorded_curve(dataset, name, wanted_by="flatness").astype(np.float64) for name in names}
    taken = np.isfinite(found["perturbed_loss"])
    seen = {name: curve[taken] for name, curve in found.items()}
    loss = seen["train_loss_whole"]
    return {
        "step": steps_of(dataset)[taken].astype(np.float64),
        "random_steps": seen["perturbed_loss"] - loss,
        "worst_corner": (seen["worst_loss"] - loss) / (1 + loss),
        "curvature": seen["hessian_top"],
        "relative_curvature": seen["relative_hessian_top"],
        "train_loss": loss,
        **{name: seen[name] for name in ("weight_norm", "train_accuracy", "gen_accuracy")},
    }


def _look(curves: Mapping[str, NDArray[np.float64]], moment: str) -> int | None:
    """The look of a moment; None where there is no such moment."""
    step, gen = curves["step"], curves["gen_accuracy"]
    if moment == "end":
        return step.size - 1 if step.size else None
    if moment == "jump":
        return _first(gen >= _HALF)
    learned = _first(curves["train_accuracy"] >= _LEARNED)
    waited = None if learned is None else _first(step >= _PATIENCE * step[learned])
    return None if waited is None or gen[waited] >= _HALF else waited


def _first(holds: NDArray[np.bool_]) -> int | None:
    return int(holds.argmax()) if holds.any() else None


def _at(name: str, moment: str, dataset: xr.Dataset) -> float | None:
    curves = flatness_curves(dataset)
    look = _look(curves, moment)
    return None if look is None else float(curves[name][look])


FLATNESS_OUTCOMES: Mapping[str, Outcome] = {
    f"{name}_{moment}": functools.partial(_at, name, moment) for moment in _MOMENTS for name in _READ
}
"""What `flatness_curves` has at three moments, as outcomes of a system: `curvature_before`, `train_loss_jump`, …

- `before`: the first look at four times the steps to a training accuracy of 0.99 or later; there is none where the
  generalization accuracy has come to one half by then.
- `jump`: the first look with a generalization accuracy of one half or more.
- `end`: the last look.
"""
