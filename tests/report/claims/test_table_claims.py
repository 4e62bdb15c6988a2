"""The claims of D and K on planted runs: each verdict is turned by the number that it depends on."""

from dataclasses import replace

import numpy as np
import pytest

from report.claims import doshi, kumar
from report.setting import Section


@pytest.fixture
def judged(planted_setting, planted_table):
    """Judge planted runs of one recipe, and planted norms."""

    def judge(module, recipe, train, gen, norms=(), gap=1.0):
        published = {"D": (20, 50), "K": (2110, 2750)}[recipe]
        rows = tuple(
            {
                "recipe": recipe, "published_train": published[0], "published_gen": published[1],
                "steps_to_train": a, "steps_to_gen": b, "relative_gap": gap,
            }
            for a, b in zip(train, gen, strict=True)
        )  # fmt: skip
        norm = tuple(dict(zip(("norm_start", "norm_train", "norm_gen"), three, strict=True)) for three in norms)
        sections = tuple(
            Section(name=name, title=name, panels=tuple, caption="", text="", rows=found)
            for name, found in (("recipes", rows), ("norm", norm))
        )
        return module.judge({"tables": replace(planted_setting("tables", planted_table()), sections=sections)})

    return judge


@pytest.mark.parametrize(
    ("train", "gen", "verdict"),
    [
        ([19, 22], [41, 60], "confirmed"),
        ([19, 22], [41, 80], "in part"),
        ([5, 5], [500, 500], "contradicted"),
        ([5, 19], [41, 500], "not decided"),
        ([19, 19], [np.nan, np.nan], "in part"),
    ],
)
def test_published_steps_are_met_within_a_factor(judged, train, gen, verdict):
    (claim,) = judged(doshi, "D", train, gen)
    assert claim.verdict == verdict
    assert claim.letter == "D"
    assert "2 runs" in claim.findings["tables"]


def test_what_never_came_is_told(judged):
    (claim,) = judged(doshi, "D", [19, 20], [45, np.nan])
    assert "inf" in claim.findings["tables"]
    assert claim.reason.endswith("steps to generalize: open")


@pytest.mark.parametrize(
    ("gen", "verdict"),
    [
        ([2700] * 6, "confirmed"),
        ([np.nan] * 6, "contradicted"),
        ([2000] * 6, "in part"),  # at once with the training set
        ([2700, 2700, 2700, np.nan, np.nan, np.nan], "not decided"),
    ],
)
def test_grokking_without_regularization_is_a_share_of_runs(judged, gen, verdict):
    claim, *_ = judged(kumar, "K", [2000] * 6, gen, norms=[(1.0, 1.1, 1.2)] * 6)
    assert claim.verdict == verdict
    assert claim.findings["tables"].startswith(f"{np.isfinite(gen).sum()} of 6 runs generalize")


@pytest.mark.parametrize(
    ("norms", "verdict"),
    [
        ([(1.0, 1.1, 1.2)] * 6, "confirmed"),
        ([(1.0, 1.3, 1.2)] * 6, "in part"),
        ([(1.0, 0.9, 0.8)] * 6, "contradicted"),
        ([(1.0, 1.1, 1.2), (1.0, 0.9, 0.8)] * 3, "not decided"),
        ([(1.0, 1.1, np.nan)] * 6, "contradicted"),
        ([], "not judged"),
    ],
)
def test_a_growing_norm_is_one_that_grew_by_the_time_of_generalization(judged, norms, verdict):
    _, claim, _ = judged(kumar, "K", [2000], [2700], norms=norms)
    assert claim.verdict == verdict
    if norms and np.isfinite(norms[0][2]):
        assert f"{norms[0][2]:.2f}" in claim.findings["tables"]


def test_nothing_is_said_without_the_setting():
    for module in (doshi, kumar):
        assert {claim.verdict for claim in module.judge({})} == {"not judged"}
