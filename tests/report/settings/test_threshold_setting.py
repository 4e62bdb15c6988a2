import numpy as np
import pytest

from report.settings import threshold_learner


@pytest.fixture(scope="module")
def sweeps():
    return {sweep.knob: sweep for sweep in threshold_learner.knob_sweeps()}


def test_every_knob_has_runs_that_are_measured(sweeps):
    assert set(sweeps) == set(threshold_learner.KNOBS)
    for knob, sweep in sweeps.items():
        assert sweep.values == threshold_learner.KNOBS[knob].tolist()
        assert set(sweep.table["status"]) == {"ok"}


def test_the_middles_predict_the_measured_delay(sweeps):
    for sweep in sweeps.values():
        delay = sweep.table["jump_time_gen"] - sweep.table["jump_time_train"]
        assert delay / sweep.predictors["between the middles"] == pytest.approx(1, rel=0.15, abs=0)


def test_no_law_holds_across_the_knobs(sweeps):
    ratios = {
        knob: [np.ptp(np.log(sweep.table[column])) for column in ("relative_gap", "absolute_sharpness")]
        for knob, sweep in sweeps.items()
    }
    assert ratios["start"][0] > 2
    assert ratios["start"][1] < 0.06
    assert ratios["samples"][0] > 0.8
    assert ratios["samples"][1] < 1e-6
    assert ratios["l2"][0] < 1e-6
    assert ratios["l2"][1] > 1.5
