import numpy as np
import pytest

from numerics import tabulate
from report.claims import judge


def table(exponent, gaps=None, bend=0.0, noise=0.01, status="ok", seed=0):
    """Runs on a planted law S = G^exponent with curvature, a little noise and good fits."""
    rng = np.random.default_rng(seed)
    gaps = np.geomspace(0.8, 10, 20) if gaps is None else gaps
    rows = []
    for gap in gaps:
        sharp = gap**exponent * np.exp(bend * np.log(gap) ** 2 + noise * rng.standard_normal())
        rows.append(
            {
                "lam": 0.95, "jump_time_train": 1e6, "jump_time_gen": (1 + gap) * 1e6,
                "relative_gap": gap, "relative_sharpness": sharp, "absolute_sharpness": sharp,
                "r_squared_train": 0.99, "r_squared_gen": 0.99, "status": status,
            }
        )  # fmt: skip
    return tabulate(rows)


def verdicts(**changes):
    tables = {
        "published": table(-0.5), "theory": table(-0.5), "descent": table(-0.5, seed=1),
        "parity": table(-0.5, seed=2), "forbidden": table(-0.5, status="never rises"),
    }  # fmt: skip
    return [claim.verdict for claim in judge(**{**tables, **changes})]


def test_falling_sharpness_is_confirmed_and_rising_contradicted():
    assert verdicts()[:2] == ["confirmed", "confirmed"]
    assert verdicts(parity=table(+0.5))[:2] == ["contradicted", "contradicted"]
    assert verdicts(parity=table(0.0, noise=0.3))[:2] == ["in part", "in part"]


def test_curvature_decides_the_power_law():
    assert verdicts()[2] == "confirmed"
    assert verdicts(theory=table(-0.5, bend=-0.2))[2] == "in part"
    bent = table(-0.5, bend=-0.2)
    assert verdicts(theory=bent, descent=bent, parity=bent)[2] == "contradicted"


def test_the_reason_quotes_the_local_exponents_of_the_law():
    """At κ → ∞ both jumps are exponential and the exponent vanishes; near λ = 1 it is markedly negative."""
    bent = [dict(row) for row in table(-0.5, bend=-0.2)]
    bent[0] |= {"lam": 0.9975, "jump_time_train": 1.3e7, "jump_time_gen": 1.2e8}
    claims = judge(
        published=table(-0.5), theory=tabulate(bent), descent=table(-0.5, seed=1), parity=table(-0.5, seed=2),
        forbidden=table(-0.5),
    )  # fmt: skip
    assert "local exponents from -0.05 to -0.62" in claims[2].reason


def test_an_unfitted_run_weakens_the_claim_of_one_shape():
    failed = tabulate([*table(-0.5), {**table(-0.5).rows[0], "status": "no jump"}])
    assert verdicts()[3] == "confirmed"
    assert verdicts(parity=failed)[3] == "in part"


def test_the_published_range_is_checked_against_the_paper():
    assert verdicts()[4] == "contradicted"  # the planted law is not the linear model's
    ends = [
        {"lam": 1.003, "relative_gap": 7.94, "relative_sharpness": 0.446, "absolute_sharpness": 1.0, "status": "ok"},
        {"lam": 1.1, "relative_gap": 0.618, "relative_sharpness": 0.934, "absolute_sharpness": 2.0, "status": "ok"},
    ]
    assert verdicts(published=tabulate(ends))[4] == "confirmed"


def test_no_fitted_network_leaves_the_parity_claim_open():
    assert verdicts(parity=table(-0.5, status="no jump"))[5] == "not decided"


def test_jumps_above_one_are_contradicted_only_if_none_is_seen():
    assert verdicts()[6] == "contradicted"
    assert verdicts(forbidden=table(-0.5))[6] == "in part"


@pytest.mark.parametrize("name", ["theory", "descent", "parity"])
def test_too_few_runs_are_said(name):
    claims = judge(**{
        "published": table(-0.5), "theory": table(-0.5), "descent": table(-0.5), "parity": table(-0.5),
        "forbidden": table(-0.5), name: table(-0.5, gaps=[1.0, 2.0]),
    })  # fmt: skip
    assert getattr(claims[0], name) == "no trend (2 runs)"
    assert claims[0].verdict == "in part"
