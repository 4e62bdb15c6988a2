"""What the effective theory says of a recorded run: of its training set, and of the embeddings at its end."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

import numerics
from empirical.annotations import Outcome
from empirical.curves import experiment_of, recorded_curve
from empirical.outcomes.outcome import final_value, steps_to
from empirical.randomness import draw_streams
from empirical.tasks.addition_table import AdditionTable

__all__ = [
    "OUTCOMES",
    "circle_quality",
    "fourier_share",
    "gen_ceiling",
    "grokking_rate",
    "predicted_gen_accuracy",
    "training_set",
    "unique",
]


def training_set(dataset: xr.Dataset) -> tuple[AdditionTable, np.ndarray]:
    """The table of a recorded run, and the pairs of it that were learned, (train_pairs, 2).

    Raises ValueError for a run of another task.

    >>> from empirical import SYSTEMS, train_together
    >>> tiny = SYSTEMS["representation"].experiment.replace({"symbols": 3, "train_pairs": 2, "width": 4, "steps": 4})
    >>> table, pairs = training_set(train_together([tiny])[0])
    >>> table.symbols, pairs.shape
    (3, (2, 2))
    """
    experiment = experiment_of(dataset)
    task = experiment.task
    if not isinstance(task, AdditionTable):
        raise ValueError(f"This outcome needs the task 'addition_table', got {task.name!r}; leave it out.")
    train, _ = task.draw(draw_streams(experiment.seed, *task.entropy))
    return task, train.inputs


def grokking_rate(dataset: xr.Dataset) -> float:
    """λ₃ of the run's own training set, with Z₀ = p: `numerics.grokking_rate`."""
    task, pairs = training_set(dataset)
    return float(numerics.grokking_rate(pairs, task.symbols, modulus=task.modulus))


def unique(dataset: xr.Dataset) -> bool:
    """Whether the parallelograms of the training set leave nothing undetermined but what those of the table do."""
    return grokking_rate(dataset) > 0


def gen_ceiling(dataset: xr.Dataset) -> float:
    """Share of the held-out pairs whose answer follows from the training set in the ideal case (U, section 3.1).

    These are the pairs of D̄ that are not in D: `numerics.accuracy_ceiling` counts D, too.
    """
    task, pairs = training_set(dataset)
    return _held_out(numerics.accuracy_ceiling(pairs, task.symbols, modulus=task.modulus), task)


def predicted_gen_accuracy(dataset: xr.Dataset) -> float | None:
    """The same with the parallelograms that the embeddings at the end of the run close; None where they diverged.

    Residuals are counted as in the record `rqi`: `numerics.predicted_accuracy` in the convention `"squared"`.
    """
    task, pairs = training_set(dataset)
    positions = recorded_curve(dataset, "embedding", wanted_by="predicted_gen_accuracy")[-1]
    if not np.isfinite(positions).all():
        return None
    share = numerics.predicted_accuracy(positions, pairs, modulus=task.modulus, convention="squared")
    return _held_out(float(share), task)


def circle_quality(dataset: xr.Dataset) -> float | None:
    """How nearly embeddings in the plane are a circle at the end of the run: `numerics.circle_quality`.

    Sums count as on one line where they are less than 0.1 off it, the distance at which `rqi` counts a parallelogram of
    one dimension. None where the embeddings diverged or are not in the plane.
    """
    positions = recorded_curve(dataset, "embedding", wanted_by="circle_quality")[-1]
    if positions.shape[-1] != 2 or not np.isfinite(positions).all():
        return None
    return float(numerics.circle_quality(positions, tolerance=0.1))


def fourier_share(dataset: xr.Dataset) -> float | None:
    """Largest share of the final embeddings' variance that is of one frequency over the symbols; None if they diverged.

    Σ_d |Ê_d(m)|² of the frequency m, over the sum of all frequencies but 0. It is 1 on a circle or an ellipse of one
    frequency, also a small one, and falls where the symbols lie in that order on an open or an uneven ring.
    """
    positions = recorded_curve(dataset, "embedding", wanted_by="fourier_share")[-1].astype(np.float64)
    if not np.isfinite(positions).all():
        return None
    share = float(numerics.fourier_power(positions).max())
    return None if np.isnan(share) else share


def _held_out(share: float, task: AdditionTable) -> float:
    """The share of the held-out pairs, from that of the whole table."""
    total = task.symbols * (task.symbols + 1) // 2
    return (share * total - task.train_pairs) / (total - task.train_pairs)


OUTCOMES: Mapping[str, Outcome] = {
    "steps_to_rqi": steps_to("rqi", 0.95),
    "grokking_rate": grokking_rate,
    "unique": unique,
    "gen_ceiling": gen_ceiling,
    "predicted_gen_accuracy": predicted_gen_accuracy,
    "final_gen_accuracy": final_value("gen_accuracy_whole"),
}
"""The columns of every system that learns an addition table; they need the records `embedding` and `rqi`."""
