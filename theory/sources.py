"""The papers behind the theory, under the letters by which they are cited."""

from dataclasses import dataclass

__all__ = ["A", "B", "D", "F", "H", "K", "L", "M", "N", "O", "P", "Source", "T", "U", "V", "Y", "Z"]


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

P = Source("Power, Burda, Edwards, Babuschkin, Misra", "2201.02177")
"""Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets."""

N = Source("Nanda, Chan, Lieberum, Smith, Steinhardt", "2301.05217")
"""Progress Measures for Grokking via Mechanistic Interpretability."""

D = Source("Doshi, Das, He, Gromov", "2310.13061")
"""To Grok or Not to Grok: Disentangling Generalization and Memorization on Corrupted Algorithmic Datasets."""

K = Source("Kumar, Bordelon, Gershman, Pehlevan", "2310.06110")
"""Grokking as the Transition from Lazy to Rich Training Dynamics."""

T = Source("Truong, Truong, Luu", "2603.13331")
"""Why Grokking Takes So Long: A First-Principles Theory of Representational Phase Transitions."""

F = Source("Lee, Kang, Kim, Lee", "2405.20233")
"""Grokfast: Accelerated Grokking by Amplifying Slow Gradients."""

O = Source("Liu, Michaud, Tegmark", "2210.01117")  # noqa: E741
"""Omnigrok: Grokking Beyond Algorithmic Data."""

Z = Source("Žunkovič, Ilievski", "2210.15435")
"""Grokking Phase Transitions in Learning Local Rules with Gradient Descent."""

B = Source("Beck, Levi, Bar-Sinai", "2410.04489")
"""Grokking at the Edge of Linear Separability."""
Y = Source("Lyu, Jin, Li, Du, Lee, Hu", "2311.18817")
"""Dichotomy of Early and Late Phase Implicit Biases Can Provably Induce Grokking."""
H = Source("Barak, Edelman, Goel, Kakade, Malach, Zhang", "2207.08799")
"""Hidden Progress in Deep Learning: SGD Learns Parities Near the Computational Limit."""

A = Source("Gromov", "2301.02679")
"""Grokking Modular Arithmetic."""
V = Source("Paquette, Lee, Pedregosa, Paquette", "2102.04396")
"""SGD in the Large: Average-case Analysis, Asymptotics, and Stepsize Criticality."""
