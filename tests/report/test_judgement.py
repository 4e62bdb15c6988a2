import pytest

from report import Claim, judge
from report.claims import miller


def test_all_papers_are_judged_and_a_paper_without_a_finding_is_left_out(planted_table, planted_setting):
    mine = {"mine": planted_setting("mine", planted_table())}
    assert judge(mine) == miller.judge(mine)
    assert judge({}) == ()


def test_a_verdict_is_one_of_five():
    with pytest.raises(ValueError, match=r"A verdict must be one of confirmed, contradicted, .*; got 'true'"):
        Claim("a", "M", {}, "true", "b")
