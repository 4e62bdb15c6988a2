"""The claims of D, *To Grok or Not to Grok*, on quadratic networks."""

from collections.abc import Mapping

from report.claim import Claim
from report.published_steps import published_steps
from report.setting import Setting

__all__ = ["judge"]


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's claims against the settings, by name.

    >>> [claim.verdict for claim in judge({})]
    ['not judged']
    """
    sentence = "Quadratic networks learn half of an addition table in 20 steps and all of it in 50"
    return (published_steps(settings.get("tables"), "D", sentence, "D, Appendix A"),)
