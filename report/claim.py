"""A claim of a paper with what each setting says of it and a verdict that numbers decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from theory import sources
from theory.sources import Source

__all__ = ["VERDICTS", "Claim"]

VERDICTS = {"confirmed": "✓", "contradicted": "✗", "in part": "◐", "not decided": "?", "not judged": "–"}
"""What may be said of a claim, with its mark; it is not judged where the settings that it speaks of are missing."""


@dataclass(frozen=True)
class Claim:
    """One claim: its sentence, its source, the finding of each setting by name, and the verdict with its reason.

    The source begins with the letter of its paper: `"M, section 2"`. Raises ValueError for one that begins with none,
    and for a verdict that is none of `VERDICTS`.

    >>> Claim("S falls", "M", {"linear": "slope −1"}, "confirmed", "the slope is negative").findings["linear"]
    'slope −1'
    """

    sentence: str
    source: str
    findings: Mapping[str, str]
    verdict: str
    reason: str

    def __post_init__(self) -> None:
        if not isinstance(getattr(sources, self.letter, None), Source):
            raise ValueError(
                f"A claim's source begins with the letter of a paper in theory.sources, got {self.source!r}."
            )
        if self.verdict not in VERDICTS:
            raise ValueError(f"A verdict must be one of {', '.join(VERDICTS)}; got {self.verdict!r}.")

    @classmethod
    def not_judged(cls, sentence: str, source: str, setting: str) -> "Claim":
        """The claim where the setting that it speaks of is missing.

        >>> Claim.not_judged("It falls", "M", "linear").reason
        'the setting linear is not in this report'
        """
        return cls(sentence, source, {}, "not judged", f"the setting {setting} is not in this report")

    @property
    def letter(self) -> str:
        """The letter under which the paper is cited."""
        return self.source.partition(",")[0]

    @property
    def paper(self) -> Source:
        """The paper, as `theory.sources` spells it."""
        paper: Source = getattr(sources, self.letter)
        return paper
