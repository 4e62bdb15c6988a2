"""The measurement of pairs of curves that are known as functions."""

from collections.abc import Iterator

from numerics.curves.estimation.estimate import Estimate, estimate_shape
from numerics.curves.known.estimates import estimate_rising
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.measurement import named, paired
from numerics.curves.shapes import named_shape
from numerics.curves.sharpness import Sharpness

__all__ = ["measure_rising"]


def measure_rising(train: RisingCurves, gen: RisingCurves) -> Iterator[Sharpness]:
    """What `measure` says of each pair, between floor 0 and ceiling 1: plain curves are fitted at once, others singly.

    Raises
    ------
    ValueError
        As of `measure`, when its turn comes.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import ndtr
    >>> end = np.array([1.0, 2.0])
    >>> curves = (RisingCurves(end, 9000, lambda _, time, at=at: ndtr(40 * (time - at))) for at in (0.2, 0.6))
    >>> [round(measured.relative_gap, 6) for measured in measure_rising(*curves)]
    [2.0, 2.0]
    """
    count = train.end.size
    estimates = estimate_rising(train.beside(gen))
    for k in range(count):
        yield paired(
            *(
                _from_all_points(name, curves, k) if estimate is None else estimate
                for name, curves, estimate in (
                    ("training", train, estimates[k]), ("generalization", gen, estimates[count + k]),
                )
            )
        )  # fmt: skip


def _from_all_points(name: str, curves: RisingCurves, number: int) -> Estimate:
    with named(name):
        return estimate_shape(*curves.recorded(number), shape=named_shape("erf"))
