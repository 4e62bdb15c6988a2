"""The papers behind the theory, under the letters by which they are cited."""

from dataclasses import dataclass

__all__ = ["L", "M", "Source", "U"]


@dataclass(frozen=True)
class Source:
    """A paper; its text is the full citation.

    Attributes
    ----------
    authors
        Their names, in order.
    arxiv
        Number of the preprint.

    Examples
    --------
    >>> print(L)
    Levi, Beck, Bar-Sinai, arXiv 2310.16441
    >>> M.brief
    'Miller et al., arXiv 2402.08946'
    """

    authors: str
    arxiv: str

    def __str__(self) -> str:
        return f"{self.authors}, arXiv {self.arxiv}"

    @property
    def brief(self) -> str:
        """The citation by the first author alone."""
        return f"{self.authors.split(',')[0]} et al., arXiv {self.arxiv}"


M = Source("Miller, Gleeson, O'Neill, Bui, Levi", "2402.08946")
"""Measuring Sharpness in Grokking."""

L = Source("Levi, Beck, Bar-Sinai", "2310.16441")
"""Grokking in Linear Estimators."""

U = Source("Liu, Kitouni, Nolte, Michaud, Tegmark, Williams", "2205.10343")
"""Towards Understanding Grokking: An Effective Theory of Representation Learning."""
