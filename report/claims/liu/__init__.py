"""The claims of U, *Towards Understanding Grokking: An Effective Theory of Representation Learning*."""

from collections.abc import Mapping

from report.claim import Claim
from report.claims.liu.arrival import arrival_claims
from report.claims.liu.phases import phase_claims
from report.claims.liu.structure import structure_claims
from report.setting import Setting

__all__ = ["judge"]


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's claims against the settings, by name.

    >>> [claim.verdict for claim in judge({})][:2]
    ['not judged', 'not judged']
    """
    return (*arrival_claims(settings), *structure_claims(settings), *phase_claims(settings))
