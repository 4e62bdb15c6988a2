import itertools

import pytest

from report.criteria import Criterion, verdict_of


@pytest.mark.parametrize("holding", list(itertools.product([True, False, None], repeat=3)))
def test_a_verdict_is_that_of_its_criteria(holding):
    verdict, reason = verdict_of([Criterion(str(k), holds) for k, holds in enumerate(holding)])
    if holding.count(True) == 3:
        assert verdict == "confirmed"
    elif True in holding:
        assert verdict == "in part"
    else:
        assert verdict == ("contradicted" if False in holding else "not decided")
    assert reason.split("; ") == [
        f"{k}: { ({True: 'yes', False: 'no'}.get(h, 'open')) }" for k, h in enumerate(holding)
    ]


def test_nothing_is_confirmed_without_criteria():
    assert verdict_of([]) == ("not decided", "")
