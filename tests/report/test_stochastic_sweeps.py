import numpy as np
import pytest

from report.stochastic_sweeps import batch_sweep, momentum_sweep


@pytest.mark.slow
def test_batches_follow_the_trend_and_momentum_does_not():
    batches, momentum = batch_sweep().table, momentum_sweep().table
    assert (np.diff(batches["relative_gap"]) > 0).all()
    assert (np.diff(batches["relative_sharpness"]) < 0).all()
    last = momentum["relative_gap"][-2:], momentum["relative_sharpness"][-2:]
    assert (last[0] < momentum["relative_gap"][0]).all()
    assert (last[1] < momentum["relative_sharpness"][0]).all()
