"""The runs of one system along one of its knobs: what a law of sharpness is put to the test with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from numerics import SharpnessTable
from report.annotations import Array

__all__ = ["KnobSweep", "knob_words"]

_PARTS = ("task", "model", "loss", "optimizer", "schedule", "groups")


@dataclass(frozen=True)
class KnobSweep:
    """Runs in which one knob was turned and nothing else, apart from the seed.

    Attributes
    ----------
    name
        Of the system, as in `groksharp systems`, or of the solvable system.
    knob
        The dotted name of what was turned, such as `"task.input_size"`; of a solvable system the name of its parameter.
    table
        One row a run; it has a column for the knob.
    predictors
        Of the delay t*_gen − t*_train: for each theory by name the number, one a row, to which it says that the delay
        is proportional.
    alternatives
        Measures the same runs otherwise when it is called, by another shape or with fitted asymptotes: what the choice
        changes is a systematic error.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> sweep = KnobSweep("linear_student", "lam", sweep_linear([0.9, 0.95], convention="exact", points=2000))
    >>> sweep.values
    [0.9, 0.95]
    """

    name: str
    knob: str
    table: SharpnessTable
    predictors: Mapping[str, Array] = field(default_factory=dict)
    alternatives: Callable[[], Mapping[str, SharpnessTable]] = dict

    @property
    def column(self) -> str:
        """The knob's column of the table."""
        return self.knob if self.knob in self.table.columns else self.knob.rpartition(".")[2]

    @property
    def values(self) -> list[float]:
        """The value of the knob in each row."""
        return [float(value) for value in self.table[self.column]]


def knob_words(knob: str) -> str:
    """The name of a knob in words, without the part that it belongs to.

    >>> knob_words("optimizer.groups.decoder.learning_rate")
    'decoder learning rate'
    """
    return " ".join(word for word in knob.split(".") if word not in _PARTS).replace("_", " ")
