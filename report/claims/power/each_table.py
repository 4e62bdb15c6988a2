"""A claim that is asked of every table, along the share of it that was learned."""

from collections.abc import Callable, Mapping, Sequence

from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.delays import Delays

__all__ = ["judge_each_table"]


def judge_each_table(
    sentence: str,
    source: str,
    along: Mapping[str, Mapping[str, Delays]],
    judge: Callable[[Delays], tuple[str, Sequence[Criterion]]],
) -> Claim:
    """The claim with what `judge` tells of each table and the criteria that it sets up, those in order of the tables.

    >>> judge_each_table("It falls", "P, section 3", {}, lambda found: ("nothing", [])).verdict
    'not judged'
    """
    if not along:
        return Claim.not_judged(sentence, source, "transformer")
    told: dict[str, str] = {}
    criteria: list[Criterion] = []
    for setting, tables in along.items():
        words = []
        for name, found in tables.items():
            said, asked = judge(found)
            words.append(f"{name}: {said}")
            criteria += [Criterion(f"{name}: {one.words}", one.holds) for one in asked]
        told[setting] = "; ".join(words)
    return Claim(sentence, source, told, *verdict_of(criteria))
