"""How much the slopes differ: between all knobs, between those of networks alone, and between systems."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from numerics import RandomEffects, random_effects
from report.law.knob_slope import KnobSlope

__all__ = ["Heterogeneity", "pool"]

_LEAST = 3  # effects, over which a spread can be had


@dataclass(frozen=True, kw_only=True)
class Heterogeneity:
    """Random effects of slopes; None where there are fewer than three.

    Attributes
    ----------
    knobs
        Of all knobs of all systems. Of exact curves the slope is known without error.
    networks
        Of the knobs of trained networks and of random data alone.
    systems
        Of the means over the knobs of each system.
    far
        Of the knobs that move the gap, or the time, at least by a factor of two: a slope over less says little.

    Examples
    --------
    >>> pool([])
    Heterogeneity(knobs=None, networks=None, systems=None, far=None)
    """

    knobs: RandomEffects | None
    networks: RandomEffects | None
    systems: RandomEffects | None
    far: RandomEffects | None


def pool(slopes: Sequence[KnobSlope]) -> Heterogeneity:
    """The random effects of the slopes of one measure."""
    known = [one for one in slopes if one.determined]
    names = dict.fromkeys(one.name for one in known)
    means = [_mean([one for one in known if one.name == name]) for name in names]
    return Heterogeneity(
        knobs=_pooled([(one.slope, one.error) for one in known]),
        networks=_pooled([(one.slope, one.error) for one in known if not one.deterministic]),
        systems=_pooled([mean for mean in means if np.isfinite(mean[1])]),
        far=_pooled([(one.slope, one.error) for one in known if one.span >= np.log(2)]),
    )


def _mean(slopes: Sequence[KnobSlope]) -> tuple[float, float]:
    """Mean slope of a system and its standard error, which has the scatter between its knobs in it."""
    if len(slopes) == 1:
        return slopes[0].slope, slopes[0].error
    found = random_effects([one.slope for one in slopes], [one.error for one in slopes])
    return found.mean, (found.mean_high - found.mean) / float(stats.t.isf(0.025, len(slopes) - 1))


def _pooled(effects: Sequence[tuple[float, float]]) -> RandomEffects | None:
    return random_effects(*zip(*effects, strict=True)) if len(effects) >= _LEAST else None
