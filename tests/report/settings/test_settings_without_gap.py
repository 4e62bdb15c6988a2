"""The settings without a gap, and the linear student's sweeps along weight decay and spectrum."""

import re

import numpy as np
import pytest

from report.linear_sweeps import weight_decay_and_spectrum
from report.setting import Request, Style
from report.settings import analytic_weights, parity_product

REQUEST = Request("quick", Style("black", "o"))


@pytest.mark.parametrize("module", [pytest.param(parity_product, marks=pytest.mark.slow), analytic_weights])
def test_there_is_no_trend_where_there_is_no_gap(module):
    setting = module.build(REQUEST)
    assert set(setting.table["status"]) == {"ok"}
    assert np.isnan(setting.table.trends["absolute"].slope)
    (section,) = setting.sections
    assert section.rows
    assert not re.search("nan", section.text)
    assert len(section.panels()) == 1


@pytest.mark.slow
def test_along_weight_decay_sharpness_falls_steeply_and_along_the_spectrum_as_the_inverse():
    spectrum, decay = weight_decay_and_spectrum()
    assert decay.values == decay.table["weight_decay"].tolist()
    assert decay.table.trends["relative"].slope < -3
    product = spectrum.table["relative_sharpness"] * (1 + spectrum.table["relative_gap"])
    assert product == pytest.approx(np.ones(6), rel=0.02)
