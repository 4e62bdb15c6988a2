"""Accuracy curves made from known parameters, with the noise of counts: what a fit has to find again."""

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.curves.shapes import named_shape

__all__ = ["PlantedCurve", "PlantedRun", "counted"]


@dataclass(frozen=True, eq=False)
class PlantedCurve:
    """An accuracy curve together with the parameters it was made from.

    Attributes
    ----------
    time, accuracy
        Shape (n,); the accuracy with its noise.
    jump_time, sharpness, floor, ceiling, shape, shape_parameter
        As in `CurveFit`: A = floor + (ceiling − floor)·F(s·(t − t*)) with F(0) = 1/2 and the largest slope 1/√π.
    samples
        Number of samples that each accuracy was counted over; None without noise.
    correlation
        Of the noise at successive points.

    Examples
    --------
    >>> curve = PlantedCurve(np.arange(5.0), np.zeros(5), jump_time=2.0, sharpness=1.5)
    >>> curve.expected.round(3)
    array([0.   , 0.017, 0.5  , 0.983, 1.   ])
    """

    time: Array
    accuracy: Array
    _: KW_ONLY
    jump_time: float
    sharpness: float
    floor: float = 0.0
    ceiling: float = 1.0
    shape: str = "erf"
    shape_parameter: float = np.nan
    samples: int | None = None
    correlation: float = 0.0

    @property
    def expected(self) -> Array:
        """The accuracy without its noise."""
        # A fall is a rise in reversed time.
        rise = named_shape(self.shape).at(self.sharpness * (self.time - self.jump_time), self.shape_parameter)
        return self.floor + (self.ceiling - self.floor) * rise.value

    @property
    def largest_slope(self) -> float:
        """Largest slope (ceiling − floor)·s/√π of the curve without its noise."""
        return (self.ceiling - self.floor) * self.sharpness / float(np.sqrt(np.pi))

    @property
    def options(self) -> dict[str, Any]:
        """Keywords with which `fit_curve` fits the family that the curve is from."""
        return {"shape": self.shape, "floor": self.floor, "ceiling": self.ceiling, "samples": self.samples}


@dataclass(frozen=True, eq=False)
class PlantedRun:
    """A training and a generalization curve recorded at the same times, of the same shape and asymptotes.

    Examples
    --------
    >>> t = np.arange(300.0)
    >>> train, gen = (
    ...     PlantedCurve(t, t / 300, jump_time=at, sharpness=s, floor=0.5) for at, s in ((50.0, 0.2), (150.0, 0.1))
    ... )
    >>> run = PlantedRun(train, gen)
    >>> run.relative_gap, run.relative_sharpness, round(run.absolute_sharpness, 4)
    (2.0, 0.5, 0.0282)
    """

    train: PlantedCurve
    gen: PlantedCurve

    @property
    def time(self) -> Array:
        """The times of both curves."""
        return self.train.time

    @property
    def relative_gap(self) -> float:
        """G = t*_gen/t*_train − 1 (M section 2)."""
        return self.gen.jump_time / self.train.jump_time - 1

    @property
    def relative_sharpness(self) -> float:
        """S_rel = s_gen/s_train (M section 2)."""
        return self.gen.sharpness / self.train.sharpness

    @property
    def absolute_sharpness(self) -> float:
        """S_abs, the largest slope of the generalization curve (M section 2)."""
        return self.gen.largest_slope

    @property
    def options(self) -> dict[str, Any]:
        """Keywords with which `measure` fits the family that the curves are from."""
        options = self.train.options
        options["train_samples"], options["gen_samples"] = options.pop("samples"), self.gen.samples
        return options


def counted(accuracy: ArrayLike, samples: int, *, rng: np.random.Generator, correlation: float = 0.0) -> Array:
    """Accuracies counted over `samples` examples: binomial noise, correlated from point to point if asked for.

    Each value is the binomial quantile of Φ(z), where z is a stationary Gaussian sequence with correlation ρ^k at
    distance k: the distribution of each value is exactly binomial, and neighbours share their luck, as two successive
    epochs share most of the network.

    Parameters
    ----------
    accuracy
        Expected accuracies from 0 to 1, shape (n,).
    samples
        Size of the validation set.
    rng
        Source of the noise.
    correlation
        ρ of the Gaussian sequence, 0 ≤ ρ < 1.

    Examples
    --------
    >>> counted([0.0, 0.5, 1.0], 250, rng=np.random.default_rng(0))
    array([0.   , 0.504, 1.   ])
    """
    p = np.asarray(accuracy, dtype=np.float64)
    if not (p >= 0).all() or not (p <= 1).all():
        raise ValueError(f"accuracy must be from 0 to 1, got {p.min()} to {p.max()}.")
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation must be at least 0 and below 1, got {correlation}.")
    if correlation == 0:
        return rng.binomial(samples, p) / samples
    kicks = rng.normal(size=p.size)
    kicks[1:] *= np.sqrt(1 - correlation**2)
    sequence = scipy.signal.lfilter([1.0], [1.0, -correlation], kicks)
    return scipy.stats.binom.ppf(special.ndtr(sequence), samples, p) / samples
