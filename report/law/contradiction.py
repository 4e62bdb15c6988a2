"""Knobs of one system along which sharpness depends on the gap in ways that exclude each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import stats

from report.law.knob_slope import KnobSlope

__all__ = ["Contradictions", "contradictions"]

_LEVEL = 0.05
_ALIKE = 0.1  # of a slope: exact slopes that differ by less are told as one

Pair = tuple[KnobSlope, KnobSlope]


@dataclass(frozen=True)
class Contradictions:
    """Pairs of knobs of one system that exclude each other.

    Attributes
    ----------
    pairs
        How many were held against each other.
    apart
        Those that differ, after Holm's correction for their number, at 5 %.

    Examples
    --------
    >>> contradictions([])
    Contradictions(pairs=0, apart=())
    """

    pairs: int
    apart: tuple[Pair, ...]

    @property
    def farthest(self) -> list[Pair]:
        """Of each system with any the pair whose slopes are farthest apart."""
        by_name: dict[str, list[Pair]] = {}
        for pair in self.apart:
            by_name.setdefault(pair[0].name, []).append(pair)
        return [max(own, key=lambda pair: abs(pair[0].slope - pair[1].slope)) for own in by_name.values()]


def contradictions(slopes: Sequence[KnobSlope]) -> Contradictions:
    """Hold the slopes of one measure along the knobs of each system against each other.

    Only pairs that pass through a common range of the gap: elsewhere a curved law may have another slope.

    >>> from dataclasses import replace
    >>> one = KnobSlope(
    ...     name="mine", knob="lam", measure="absolute", slope=-1.0, slope_low=-1.1, slope_high=-0.9,
    ...     deterministic=False, n=9, censored=0, failed=0, lowest=1.0, highest=9.0, span=2.2, freedom=7,
    ... )
    >>> other = replace(one, knob="d", slope=0.0, slope_low=-0.1, slope_high=0.1)
    >>> len(contradictions([one, other]).apart), contradictions([one, replace(other, lowest=10.0, highest=20.0)]).pairs
    (1, 0)
    """
    known = [one for one in slopes if one.determined]
    pairs = [(a, b) for a, b in combinations(known, 2) if a.name == b.name and _meet(a, b)]
    excluded = _holm([_chance(*pair) for pair in pairs])
    return Contradictions(len(pairs), tuple(pair for pair, apart in zip(pairs, excluded, strict=True) if apart))


def _meet(a: KnobSlope, b: KnobSlope) -> bool:
    return a.lowest <= b.highest and b.lowest <= a.highest


def _chance(a: KnobSlope, b: KnobSlope) -> float:
    """Two-sided p-value of a difference (Welch's t); of exact slopes 0 where they differ visibly, else 1.

    An exact slope is that of its local slopes which is nearest to the other.
    """
    low, high = sorted((a, b), key=lambda one: one.slope)
    top = low.slope_high if low.deterministic else low.slope
    bottom = high.slope_low if high.deterministic else high.slope
    difference = bottom - top
    halves = [(low, low.slope_high - low.slope), (high, high.slope - high.slope_low)]
    random = [(half / stats.t.isf(0.025, one.freedom), one.freedom) for one, half in halves if not one.deterministic]
    if not random:
        return float(difference < _ALIKE)
    error = float(np.hypot.reduce([one for one, _ in random]))
    freedom = error**4 / sum(one**4 / own for one, own in random)
    return float(2 * stats.t.sf(max(difference, 0.0) / error, freedom))


def _holm(chances: Sequence[float]) -> list[bool]:
    """Which are significant together at the level."""
    order = np.argsort(chances)
    found = [False] * len(chances)
    for rank, k in enumerate(order):
        if not chances[k] < _LEVEL / (len(chances) - rank):
            break
        found[k] = True
    return found
