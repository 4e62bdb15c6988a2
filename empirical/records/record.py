"""Records: what is written down at every look, a number or an array, named by who wants it."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from empirical.records.embeddings import embedding, ipr, rqi
from empirical.records.flatness import curvature, loss_in_box, loss_of_steps, relative_curvature
from empirical.records.snapshot import Snapshot
from theory.suggestion import suggestion

__all__ = ["CURVES", "RECORDS", "Record", "add_record", "check_values", "find_records"]


@dataclasses.dataclass(frozen=True)
class Record:
    """What is written down at every look: a function of what can be seen of the run then.

    Attributes
    ----------
    name
        Of the variable in the run's file.
    measure
        From a `Snapshot` to a number, or to an array of the same shape at every look.
    long_name
        What it is, in a few words; `{loss}` stands for the loss's own.
    dimensions
        Names of the array's axes; () for a number.
    spacing
        For what takes long: measured at the first look, then only at looks that are at least so many times as late as
        the last one at which it was, and at the last of the run; NaN between. 1 measures at every look.

    Examples
    --------
    >>> import torch
    >>> from empirical import CrossEntropy
    >>> largest = Record("largest", lambda run: max(abs(w).max() for w in run.parameters.values()), "largest |w|")
    >>> nothing = torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64)
    >>> run = Snapshot(
    ...     time=0, loss=CrossEntropy(), train=nothing, gen=nothing, outputs=(lambda: nothing[0],) * 2,
    ...     parameters=lambda: {"w": np.array([1.0, -3.0])},
    ... )
    >>> float(largest.measure(run))
    3.0
    """

    name: str
    measure: Callable[[Snapshot], ArrayLike]
    long_name: str
    dimensions: tuple[str, ...] = ()
    spacing: float = 1.0

    def __post_init__(self) -> None:
        """Check the spacing."""
        if not 1 <= self.spacing < math.inf:
            raise ValueError(
                f"spacing must be at least 1 and finite, got {self.spacing}; 1 measures {self.name!r} at every look."
            )


def _weight_norm(run: Snapshot) -> float:
    return float(np.sqrt(sum((weight**2).sum() for weight in run.parameters.values())))


def _train_margin(run: Snapshot) -> float:
    return float(run.loss.margins(run.outputs_train.double(), run.targets_train).double().mean())


def _gen_margin(run: Snapshot) -> float:
    return float(run.loss.margins(run.outputs_gen.double(), run.targets_gen).double().mean())


_UNITS = ("epoch", "step")

_SPACING = 1.2  # of what takes as long as tens of steps

# Always recorded.
CURVES: tuple[Record, ...] = (
    Record(
        "train_accuracy", lambda run: run.train_accuracy,
        "training accuracy: mean over an epoch's minibatches while the weights move, or at a step of the whole set",
    ),
    Record(
        "gen_accuracy", lambda run: run.gen_accuracy,
        "validation accuracy: mean over minibatches after an epoch, or at a step of the whole set",
    ),
    Record("gen_accuracy_whole", lambda run: run.gen_accuracy_whole, "validation accuracy, whole set"),
    Record("train_loss", lambda run: run.train_loss, "training {loss}, averaged like the training accuracy"),
    Record("gen_loss", lambda run: run.gen_loss, "validation {loss}, averaged like the validation accuracy"),
)  # fmt: skip

# On request: most cost another pass over the training set, three are of models that embed symbols, and the last ones,
# of the flatness, cost tens of gradients.
_ON_REQUEST: tuple[Record, ...] = (
    Record("train_accuracy_whole", lambda run: run.train_accuracy_whole, "training accuracy, whole set"),
    Record(
        "train_loss_whole", lambda run: run.mean_loss(run.outputs_train, run.targets_train),
        "training {loss}, whole set",
    ),
    Record("train_margin", _train_margin, "training margin, mean over the whole set"),
    Record("gen_margin", _gen_margin, "validation margin, mean over the whole set"),
    Record("weight_norm", _weight_norm, "Euclidean norm of all weights and biases"),
    Record("embedding", embedding, "embeddings of the symbols", ("symbol", "dimension")),
    Record(
        "rqi", rqi,
        "share of the table's parallelograms that the standardized embeddings close, squared residual below 0.01",
    ),
    Record("ipr", ipr, "inverse participation ratio of the embeddings' frequencies, mean over dimensions"),
    Record(
        "perturbed_loss", loss_of_steps,
        "training {loss} after random steps that move each tensor by a tenth of its norm", spacing=_SPACING,
    ),
    Record(
        "worst_loss", loss_in_box, "largest training {loss} found in the box |Δw| ≤ 0.001 (|w| + 1)", spacing=_SPACING
    ),
    Record("hessian_top", curvature, "largest eigenvalue of the Hessian of the training {loss}", spacing=_SPACING),
    Record(
        "relative_hessian_top", relative_curvature,
        "largest eigenvalue of the Hessian of the training {loss}, weights in units of their tensor's root mean square",
        spacing=_SPACING,
    ),
)  # fmt: skip

RECORDS: dict[str, Record] = {record.name: record for record in _ON_REQUEST}
"""What can be recorded on request, by name; see `add_record`."""


def add_record(record: Record) -> Record:
    """Make a record known by its name, so that sweeps, systems and `--records` can ask for it.

    Adding it again, as when its module is loaded in another process, replaces it.

    Raises
    ------
    TypeError
        If it is no `Record`.
    ValueError
        If its name is no word, is a unit of time, or is that of a record of the package.

    Examples
    --------
    >>> add_record(Record("first_bias", lambda run: run.parameters["hidden.bias"][0], "bias of the first unit")).name
    'first_bias'
    """
    if not isinstance(record, Record):
        raise TypeError(f"A record must be a Record, got {record!r}; give it a name, a function and a few words.")
    if not record.name.isidentifier() or record.name in _UNITS:
        raise ValueError(
            f"A record's name must be a word of letters, digits and _, and not a unit of time, got {record.name!r}."
        )
    if record.name in {known.name for known in (*CURVES, *_ON_REQUEST)}:
        raise ValueError(f"{record.name!r} is a record of the package; choose another name.")
    RECORDS[record.name] = record
    return record


def find_records(names: Iterable[str]) -> tuple[Record, ...]:
    """The records of these names, each once and in their order; ValueError for a name that is not known.

    >>> [record.name for record in find_records(["weight_norm", "train_margin", "weight_norm"])]
    ['weight_norm', 'train_margin']
    """
    names = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    for name in names:
        if name not in RECORDS:
            raise ValueError(
                f"records must be made of {', '.join(RECORDS)}; got {name!r}; one of your own has to be added first."
                + suggestion(name, RECORDS)
            )
    return tuple(RECORDS[name] for name in names)


def check_values(records: Sequence[Record], values: Mapping[str, ArrayLike]) -> None:
    """Raise ValueError with a sentence unless what was measured at one look can be kept.

    >>> check_values([Record("pair", lambda run: [1.0, 2.0], "two", ("one", "two"))], {"pair": [1.0, 2.0]})
    Traceback (most recent call last):
        ...
    ValueError: record 'pair' must have the axes one, two, got the shape (2,); name each axis in its dimensions.
    """
    taken = {record.name for record in records} | set(_UNITS)
    sizes: dict[str, int] = {}
    for record in records:
        value = np.asarray(values[record.name])
        if value.dtype.kind not in "biuf":
            raise ValueError(f"record {record.name!r} must be numbers, got {value.dtype}; a file has to hold it.")
        if record.dimensions and len(record.dimensions) != value.ndim:
            raise ValueError(
                f"record {record.name!r} must have the axes {', '.join(record.dimensions)}, got the shape "
                f"{value.shape}; name each axis in its dimensions."
            )
        for axis, size in zip(record.dimensions, value.shape, strict=False):
            if axis in taken:
                raise ValueError(f"record {record.name!r} has an axis {axis!r}, which is another name here; rename it.")
            if sizes.setdefault(axis, size) != size:
                raise ValueError(f"axis {axis!r} must have one size in all records, got {sizes[axis]} and {size}.")
