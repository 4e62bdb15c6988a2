import numpy as np

from report.settings import committee_machine, diagonal_network


def test_the_delay_of_the_diagonal_network_is_what_the_theory_says():
    for sweep in diagonal_network.knob_sweeps():
        delay = sweep.table["jump_time_gen"] - sweep.table["jump_time_train"]
        ratio = delay / sweep.predictors["(ln α + c)/λ"]
        assert np.abs(ratio - 1).max() < 0.02
        assert np.ptp(np.log(delay / sweep.predictors["ln α/λ"])) > 3 * np.ptp(np.log(ratio))


def test_the_committee_machine_turns_both_knobs():
    sweeps = list(committee_machine.knob_sweeps())
    assert [sweep.knob for sweep in sweeps] == ["output_scale", "nonlinearity"]
    for sweep in sweeps:
        assert len(sweep.table.fitted) == len(sweep.table)
        assert list(sweep.values) == sorted(np.repeat(sorted(set(sweep.values)), 4))
        assert all(len(predicted) == len(sweep.table) for predicted in sweep.predictors.values())
