import pytest

from numerics import tabulate
from report.claims.miller import judge


@pytest.fixture
def settings(planted_table, planted_setting):
    """Make the three settings of planted tables, some of them replaced, left out (None) or added."""

    def make(published=None, forbidden=None, **changes):
        companions = {
            "published": published or planted_table(-0.5),
            "forbidden": forbidden or planted_table(-0.5, status="never rises"),
        }
        tables = {name: planted_table(-0.5, seed=k) for k, name in enumerate(("linear", "descent", "parity"))}
        return {
            name: planted_setting(name, table, **(companions if name == "linear" else {}))
            for name, table in {**tables, **changes}.items()
            if table is not None
        }

    return make


@pytest.fixture
def verdicts(settings):
    def verdicts(**changes):
        return [claim.verdict for claim in judge(settings(**changes))]

    return verdicts


def test_falling_sharpness_is_confirmed_and_rising_contradicted(verdicts, planted_table):
    assert verdicts()[:2] == ["confirmed", "confirmed"]
    assert verdicts(parity=planted_table(+0.5))[:2] == ["contradicted", "contradicted"]
    assert verdicts(parity=planted_table(0.0, noise=0.3))[:2] == ["in part", "in part"]


def test_curvature_decides_the_power_law(verdicts, planted_table):
    assert verdicts()[2] == "confirmed"
    bent = planted_table(-0.5, bend=-0.2)
    assert verdicts(linear=bent)[2] == "in part"
    assert verdicts(linear=bent, descent=bent, parity=bent)[2] == "contradicted"


def test_the_reason_quotes_the_local_exponents_of_the_law(settings, planted_table):
    """At κ → ∞ both jumps are exponential and the exponent vanishes; near λ = 1 it is markedly negative."""
    bent = [dict(row) for row in planted_table(-0.5, bend=-0.2)]
    bent[0] |= {"lam": 0.9975, "jump_time_train": 1.3e7, "jump_time_gen": 1.2e8}
    claims = judge(settings(linear=tabulate(bent)))
    assert "local exponents from -0.05 to -0.62" in claims[2].reason


def test_an_unfitted_run_weakens_the_claim_of_one_shape(verdicts, planted_table):
    failed = tabulate([*planted_table(-0.5), {**planted_table(-0.5).rows[0], "status": "no jump"}])
    assert verdicts()[3] == "confirmed"
    assert verdicts(parity=failed)[3] == "in part"


def test_the_published_range_is_checked_against_the_paper(verdicts):
    assert verdicts()[4] == "contradicted"  # the planted law is not the linear model's
    ends = [
        {"lam": 1.003, "relative_gap": 7.94, "relative_sharpness": 0.446, "absolute_sharpness": 1.0, "status": "ok"},
        {"lam": 1.1, "relative_gap": 0.618, "relative_sharpness": 0.934, "absolute_sharpness": 2.0, "status": "ok"},
    ]
    assert verdicts(published=tabulate(ends))[4] == "confirmed"


def test_no_fitted_network_leaves_the_parity_claim_open(verdicts, planted_table):
    assert verdicts(parity=planted_table(-0.5, status="no jump"))[5] == "not decided"


def test_jumps_above_one_are_contradicted_only_if_none_is_seen(verdicts, planted_table):
    assert verdicts()[6] == "contradicted"
    assert verdicts(forbidden=planted_table(-0.5))[6] == "in part"


@pytest.mark.parametrize("name", ["linear", "descent", "parity"])
def test_too_few_runs_are_said(settings, planted_table, name):
    claims = judge(settings(**{name: planted_table(-0.5, gaps=[1.0, 2.0])}))
    assert claims[0].findings[name] == "no trend (2 runs)"
    assert claims[0].verdict == "in part"


def test_where_no_setting_has_a_trend_nothing_is_decided(settings, planted_table):
    few = planted_table(-0.5, gaps=[1.0, 2.0])
    assert judge(settings(linear=few, descent=few, parity=few))[0].verdict == "not decided"


def test_a_claim_on_a_setting_that_is_missing_is_not_judged_and_says_so(settings):
    claims = judge(settings(linear=None))
    assert [claims[k].verdict for k in (4, 6)] == ["not judged", "not judged"]
    assert claims[4].reason == "the setting linear is not in this report"
    assert claims[0].verdict == "confirmed"
    assert claims[0].reason.endswith("negative in 2 of 2 settings")
    assert set(claims[0].findings) == {"descent", "parity"}
    assert judge(settings(parity=None))[5].verdict == "not judged"


def test_other_settings_are_counted_beside_the_papers_own(settings, planted_table):
    claims = judge(settings(mine=planted_table(+0.5)))
    assert claims[0].verdict == "confirmed"
    assert claims[0].reason.endswith("negative in 3 of 3 settings, in 0 of 1 beyond the paper's")
    assert claims[0].findings["mine"].startswith("slope 0.5")
    alone = judge(settings(linear=None, descent=None, parity=None, mine=planted_table(-0.5)))
    assert {claim.verdict for claim in alone} == {"not judged"}
    assert "in 1 of 1 beyond the paper's; none of its own is in this report" in alone[0].reason


def test_a_table_without_goodness_of_fit_does_not_confirm_the_shape(settings, planted_table):
    unknown = tabulate({**row, "r_squared_gen": float("nan")} for row in planted_table(-0.5))
    claim = judge(settings(parity=unknown))[3]
    assert claim.findings["parity"] == "20 fitted of 20 run, R² unknown"
    assert claim.verdict == "in part"
