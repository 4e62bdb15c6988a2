"""N's and T's claims on planted runs: each verdict follows the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from numerics import tabulate
from report.claims import nanda, truong
from report.setting import Section

NOT_FITTED = {**dict.fromkeys(("relative_gap", "relative_sharpness", "absolute_sharpness"), np.nan), "status": "none"}


def runs(modulus, fraction, decay, gen, train=250.0, seeds=4, spread=0.15, seed=0):
    """Runs about these steps, spread by so much of them."""
    rng = np.random.default_rng(seed)
    return [
        {
            "modulus": modulus, "train_fraction": fraction, "weight_decay": decay, "seed": k, "steps_to_train": train,
            "steps_to_gen": gen * np.exp(spread * rng.normal()), "steps": 50_000, **NOT_FITTED,
        }
        for k in range(seeds)
    ]  # fmt: skip


def along_decay(power, reversal=1.0):
    rows = [
        run
        for k, decay in enumerate((0.3, 0.5, 1.0))
        for run in runs(53, 0.5, decay, 2300 * decay**power, spread=0.05, seed=k)
    ]
    return rows + runs(53, 0.5, 2.0, 2300 * reversal, seed=9)


@pytest.fixture
def judge(planted_setting):
    """The verdicts of a paper's claims on planted runs."""

    def judge(paper, rows, structure=None, **companions):
        setting = planted_setting("transformer", tabulate(rows), **companions)
        if structure is not None:
            section = Section(name="structure", title="", panels=tuple, caption="", text="", rows=structure)
            setting = replace(setting, sections=(section,))
        return paper.judge({"transformer": setting})

    return judge


@pytest.mark.parametrize(
    ("gen", "train", "verdict"),
    [(2336, 250, "confirmed"), (9000, 250, "in part"), (9000, 900, "contradicted"), (2336, 900, "in part")],
)
def test_steps_of_half_of_53_are_held_against_the_published_mean(judge, gen, train, verdict):
    assert judge(truong, runs(53, 0.5, 1.0, gen, train))[0].verdict == verdict


def test_a_run_that_never_generalized_leaves_the_mean_open(judge):
    rows = runs(97, 0.5, 1.0, 1686, 736)
    assert judge(truong, rows)[1].verdict == "confirmed"
    assert judge(truong, [*rows, {**rows[0], "seed": 9, "steps_to_gen": np.nan}])[1].verdict == "in part"


@pytest.mark.parametrize(("power", "verdict"), [(-0.78, "confirmed"), (-1.6, "in part"), (0.5, "in part")])
def test_the_power_of_the_weight_decay(judge, power, verdict):
    claim = judge(truong, along_decay(power))[2]
    assert claim.verdict == verdict
    assert "γ from 0.3 to 1, 0 of 12" in claim.findings["transformer"]


@pytest.mark.parametrize(("factor", "verdict"), [(2.5, "confirmed"), (0.4, "contradicted"), (1.02, "not decided")])
def test_the_reversal_beyond_one(judge, factor, verdict):
    assert judge(truong, along_decay(-0.78, factor))[3].verdict == verdict


@pytest.mark.parametrize(
    ("power", "words", "numbers"), [(-0.8, "confirmed", "contradicted"), (0.8, "contradicted", "confirmed")]
)
def test_of_nandas_two_statements_on_weight_decay_one_holds(judge, power, words, numbers):
    rows = along_decay(power, 2.0**power)
    assert [claim.verdict for claim in judge(nanda, rows)[1:3]] == [words, numbers]


@pytest.mark.parametrize(
    ("train", "gen", "verdict"), [(1000, 7000, "confirmed"), (150, 7000, "in part"), (150, 900, "contradicted")]
)
def test_steps_of_nandas_size(judge, train, gen, verdict):
    own = tabulate(runs(113, 0.3, 1.0, gen, train, spread=0.01))
    assert judge(nanda, along_decay(-1), nanda=own)[0].verdict == verdict
    assert "has no run of that size" in judge(nanda, along_decay(-1))[0].reason


@pytest.mark.parametrize(
    ("lead", "verdict"),
    [((300, 400, 500, 600, 700, 800), "confirmed"), ((-300,) * 6, "contradicted"), ((-9, 9), "not decided")],
)
def test_what_comes_first(judge, lead, verdict):
    rows = tuple({"steps_to_structure": 1000.0 - ahead, "steps_to_half": 1000.0} for ahead in lead)
    assert judge(nanda, along_decay(-1), rows)[3].verdict == verdict


def test_without_the_setting_nothing_is_judged():
    assert {claim.verdict for paper in (nanda, truong) for claim in paper.judge({})} == {"not judged"}


def test_a_weight_decay_that_is_best_in_the_middle_holds_in_part_for_both_statements(judge):
    rows = along_decay(-0.8, 3.0)
    assert [claim.verdict for claim in judge(nanda, rows)[1:3]] == ["in part", "in part"]
