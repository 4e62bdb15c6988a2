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


@pytest.mark.parametrize(("low", "high", "holds"), [(0, 1, None), (0.1, 1, True), (-1, 0, None), (-1, -0.1, False)])
def test_an_interval_that_touches_zero_leaves_the_sign_open(low, high, holds):
    assert Criterion.positive("", low, high).holds is holds
    assert Criterion.above("", 2, low + 2, high + 2).holds is holds


def test_nothing_is_confirmed_without_criteria():
    assert verdict_of([]) == ("not decided", "")
