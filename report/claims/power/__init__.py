"""The claims of P, *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*."""

from collections.abc import Mapping

from report.claim import Claim
from report.claims.power.flatness import flatness_claims
from report.setting import Setting

__all__ = ["judge"]


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's claims against the settings, by name.

    >>> [claim.verdict for claim in judge({})]
    ['not judged']
    """
    return flatness_claims(settings)
