import pytest

from report import Claim, judge
from report.claims import miller


def test_all_papers_are_judged_and_a_paper_without_a_finding_is_left_out(planted_table, planted_setting):
    mine = {"mine": planted_setting("mine", planted_table())}
    assert judge(mine) == miller.judge(mine)
    assert judge({}) == ()


def test_a_claim_cites_a_paper_by_its_letter():
    assert Claim("a", "M, section 2", {}, "confirmed", "b").paper.arxiv == "2402.08946"
    with pytest.raises(ValueError, match=r"letter of a paper in theory\.sources, got 'section 2, M'"):
        Claim("a", "section 2, M", {}, "confirmed", "b")


def test_a_verdict_is_one_of_five():
    with pytest.raises(ValueError, match=r"A verdict must be one of confirmed, contradicted, .*; got 'true'"):
        Claim("a", "M", {}, "true", "b")
