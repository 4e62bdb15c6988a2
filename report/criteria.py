"""What a claim is held against: criteria that hold, do not hold, or stay open, and the verdict they give."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Criterion", "verdict_of"]

_WORDS = {True: "yes", False: "no", None: "open"}


@dataclass(frozen=True)
class Criterion:
    """A criterion in a few words, and whether it holds; None where the numbers leave it open.

    >>> str(Criterion("the slope is one", None))
    'the slope is one: open'
    """

    words: str
    holds: bool | None

    def __str__(self) -> str:
        return f"{self.words}: {_WORDS[self.holds]}"

    @classmethod
    def positive(cls, words: str, low: float, high: float) -> "Criterion":
        """That a number with this interval is positive.

        >>> [Criterion.positive("it rises", *interval).holds for interval in ((1, 2), (-2, -1), (-1, 1))]
        [True, False, None]
        """
        return cls(words, True if low > 0 else False if high < 0 else None)

    @classmethod
    def above(cls, words: str, bound: float, low: float, high: float) -> "Criterion":
        """That a number with this interval is above the bound.

        >>> Criterion.above("more than half", 0.5, 0.4, 0.7).holds is None
        True
        """
        return cls.positive(words, low - bound, high - bound)


def verdict_of(criteria: Sequence[Criterion]) -> tuple[str, str]:
    """The verdict and its reason: confirmed if all hold, in part if some do, contradicted if none does and one fails.

    Without criteria nothing is decided.

    >>> verdict_of([Criterion("a", True), Criterion("b", None)])
    ('in part', 'a: yes; b: open')
    >>> verdict_of([Criterion("a", False), Criterion("b", None)])[0], verdict_of([Criterion("a", None)])[0]
    ('contradicted', 'not decided')
    """
    holding = [one.holds for one in criteria]
    if holding and all(holding):
        verdict = "confirmed"
    elif any(holding):
        verdict = "in part"
    else:
        verdict = "contradicted" if False in holding else "not decided"
    return verdict, "; ".join(map(str, criteria))
