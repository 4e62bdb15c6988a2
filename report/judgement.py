"""The claims of every paper, held against the settings of a report."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from report import claims
from report.claim import Claim
from report.setting import Setting

__all__ = ["judge"]


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Every paper's claims with what these settings say of them, paper by paper.

    A claim on settings that are not among them is not judged, and says so; a paper of which no claim has a finding is
    left out.

    Parameters
    ----------
    settings
        By name, in the order of the report.

    Examples
    --------
    >>> judge({})
    ()
    """
    judged: list[Claim] = []
    for module in pkgutil.iter_modules(claims.__path__):
        of_paper: tuple[Claim, ...] = import_module(f"report.claims.{module.name}").judge(settings)
        if any(claim.findings for claim in of_paper):
            judged += of_paper
    return tuple(judged)
