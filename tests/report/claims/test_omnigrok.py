from dataclasses import replace

import numpy as np
import pytest

from numerics import tabulate
from report.claims.omnigrok import judge
from report.setting import Companion

INDUCED, FIT, GENERALIZE = range(3)


def planted(*, late=8.0, fit_power=0.0, gen_power=-1.0, at_one=1.0, length=1e6, seeds=4, gammas=(0.1, 0.2, 0.4)):
    """Runs along α at γ = 0.1, with a delay of `at_one` at α = 1 and `late` at 8, and along γ at α = 8."""
    rng = np.random.default_rng(0)
    rows = []
    for seed in range(seeds):
        for alpha, gamma in [(1.0, 0.1), (4.0, 0.1), (8.0, 0.1), *((8.0, gamma) for gamma in gammas if gamma != 0.1)]:
            fit = 100 * (gamma / 0.1) ** fit_power * np.exp(0.02 * rng.normal())
            ratio = at_one * (late / at_one) ** (np.log2(alpha) / 3) * (gamma / 0.1) ** (gen_power - fit_power)
            gen = fit * ratio * np.exp(0.02 * rng.normal())
            rows.append(
                {
                    "initial_scale": alpha, "weight_decay": gamma, "seed": seed, "steps_to_train": fit,
                    "steps_to_gen": gen if gen < length else np.nan, "steps": length,
                    "steps_to_fit": fit if fit < length else np.nan,
                    "relative_gap": np.nan, "relative_sharpness": np.nan, "absolute_sharpness": np.nan,
                    "status": "none",
                }
            )  # fmt: skip
    return tabulate(rows)


@pytest.fixture
def judged(planted_setting):
    def judged(table, mnist=None):
        setting = planted_setting("images", table)
        companions = () if mnist is None else (Companion("mnist", "MNIST", mnist),)
        return judge({"images": replace(setting, companions=companions)})

    return judged


def test_each_data_set_has_its_three_claims_and_is_judged_apart(judged):
    claims = judged(planted())
    assert [claim.verdict for claim in claims] == ["confirmed"] * 3 + ["not judged"] * 3
    assert "MNIST" in claims[3].reason
    claims = judged(planted(seeds=2), planted(fit_power=-0.6, gen_power=-0.6, late=1.0))
    assert [claim.verdict for claim in claims[4:]] == ["contradicted", "in part"]
    assert {claim.letter for claim in judge({})} == {"O"}
    assert {claim.verdict for claim in judge({})} == {"not judged"}


def test_small_weights_that_are_late_too_are_no_sign_of_large_ones(judged):
    claim = judged(planted(at_one=8.0))[INDUCED]
    assert claim.verdict == "in part"
    assert "rises with α: open; at the largest α it takes 2 times as long: yes" in claim.reason
    assert "at the smallest it does not take 2 times as long: no" in claim.reason


def test_a_delay_that_falls_is_contradicted(judged):
    claim = judged(planted(at_one=8.0, late=1.0))[INDUCED]
    assert claim.verdict == "contradicted"
    assert "go like α^−" in claim.findings["images"]


def test_one_seed_leaves_the_means_open(judged):
    claim = judged(planted(seeds=1))[INDUCED]
    assert "at the largest α it takes 2 times as long: open" in claim.reason
    assert "[0, ∞]" in claim.findings["images"]


def test_runs_that_never_generalize_are_later_than_all_others(judged):
    claims = judged(planted(length=500.0, gammas=(0.1, 0.2, 0.4, 0.8)))
    assert claims[INDUCED].verdict == "confirmed"
    assert ", ∞] at α = 8" in claims[INDUCED].findings["images"]
    assert "4 of 16 runs censored" in claims[GENERALIZE].findings["images"]
    assert claims[GENERALIZE].verdict == "confirmed"


@pytest.mark.parametrize(
    ("power", "verdict"), [(0.0, "confirmed"), (-0.15, "confirmed"), (-0.5, "contradicted"), (0.5, "contradicted")]
)
def test_the_steps_to_fit_depend_on_the_decay_or_not(judged, power, verdict):
    assert judged(planted(fit_power=power))[FIT].verdict == verdict


@pytest.mark.parametrize(
    ("power", "verdict"), [(-1.0, "confirmed"), (-0.8, "in part"), (0.0, "contradicted"), (0.8, "contradicted")]
)
def test_the_steps_to_generalize_go_like_one_over_the_decay_or_not(judged, power, verdict):
    assert judged(planted(gen_power=power))[GENERALIZE].verdict == verdict


def test_a_table_along_no_knob_is_not_judged(judged):
    table = tabulate({**row, "weight_decay": 0.1} for row in planted() if row["weight_decay"] == 0.1)
    assert [claim.verdict for claim in judged(table)][:3] == ["confirmed", "not judged", "not judged"]
