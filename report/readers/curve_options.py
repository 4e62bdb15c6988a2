"""How curves are found in a log, and how they are fitted."""

import math
from dataclasses import dataclass
from typing import Literal

from numerics.annotations import Asymptotes
from numerics.curves.shapes import named_shape

__all__ = ["CurveOptions"]


@dataclass(frozen=True, kw_only=True)
class CurveOptions:
    """How the curves of a log are found and fitted.

    Attributes
    ----------
    time, train, gen
        Names of columns; None where they are to be found.
    run
        The column that tells runs apart; None where it is to be found.
    offset
        Is added to the time; None adds 1 to whole epochs that are counted from 0, and nothing else.
    errors
        Whether the columns are error rates: accuracy = 1 − error.
    floor, ceiling
        As for `numerics.measure`; a floor that is `"seen"` is the chance level that the curve shows.
    classes
        How many classes there are to guess from: the floor is one over it. None where that is not known.
    shape, train_samples, gen_samples
        As for `numerics.measure`.

    Raises
    ------
    ValueError
        For classes below 2, or next to a floor, for a shape that there is not, and an offset that is no finite number.

    Examples
    --------
    >>> CurveOptions(classes=4).lowest, CurveOptions(floor=0.1).lowest
    (0.25, 0.1)
    """

    time: str | None = None
    train: str | None = None
    gen: str | None = None
    run: str | None = None
    offset: float | None = None
    errors: bool = False
    floor: Asymptotes | Literal["seen"] = "seen"
    ceiling: Asymptotes = 1.0
    classes: int | None = None
    shape: str = "erf"
    train_samples: int | None = None
    gen_samples: int | None = None

    def __post_init__(self) -> None:
        if self.shape != "best":
            named_shape(self.shape)  # says which there are
        if self.offset is not None and not math.isfinite(self.offset):
            raise ValueError(f"offset must be a finite number, got {self.offset}.")
        if self.classes is None:
            return
        if self.classes != int(self.classes) or self.classes < 2:
            raise ValueError(f"classes must be a whole number of at least 2, got {self.classes}.")
        if self.floor != "seen":
            raise ValueError(
                f"{self.classes} classes say that the floor is {1 / self.classes:.6g}, and it is also given as "
                f"{self.floor}; leave one of the two out."
            )

    @property
    def lowest(self) -> Asymptotes | Literal["seen"]:
        """The floor, which the number of classes says where it is given."""
        return self.floor if self.classes is None else 1 / self.classes
