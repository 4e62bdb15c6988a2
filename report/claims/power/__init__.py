"""The claims of P, *Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets*."""

from collections.abc import Mapping

from report.claim import Claim
from report.claims.power.data import data_claims
from report.claims.power.delay import delay_claims
from report.claims.power.flatness import flatness_claims
from report.claims.power.interventions import intervention_claims
from report.setting import Setting

__all__ = ["judge"]


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's claims against the settings, by name.

    >>> {claim.verdict for claim in judge({})}
    {'not judged'}
    """
    return (
        *delay_claims(settings),
        *data_claims(settings),
        *intervention_claims(settings),
        *flatness_claims(settings),
    )
