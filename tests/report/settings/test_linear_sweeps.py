import numpy as np
import pytest

from report.settings import descent, linear


@pytest.mark.parametrize(("setting", "name"), [(linear, "linear_student"), (descent, "descent")])
def test_the_sweep_of_lambda_has_the_edge_of_the_spectrum_beside_it(setting, name):
    sweep = next(iter(setting.knob_sweeps()))
    assert (sweep.name, sweep.knob) == (name, "lam")
    assert sweep.table["status"].tolist() == ["ok"] * len(sweep.table)
    lam = np.array(sweep.values)
    assert ((lam > 0.9) & (lam < 1)).all()
    np.testing.assert_allclose(sweep.predictors["spectrum edge"] * 0.04 * (1 - np.sqrt(lam)) ** 2, 1, rtol=1e-12)
    delay = sweep.table["jump_time_gen"].astype(float) - sweep.table["jump_time_train"].astype(float)
    slope = np.polyfit(np.log(sweep.predictors["spectrum edge"]), np.log(delay), 1)[0]
    assert slope == pytest.approx(1.1, abs=0.1)  # the delay over 1/κ is a logarithm of λ
