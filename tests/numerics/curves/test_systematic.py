from dataclasses import replace

import numpy as np
import pytest
from scipy.special import erf

from numerics import fit_curve, measure

T = np.linspace(0, 1000, 401)
ERF = [(1 + erf(rate * (T - middle))) / 2 for rate, middle in ((0.02, 150), (0.01, 500))]
NAMES = ("relative_gap_systematic", "relative_sharpness_systematic", "absolute_sharpness_systematic")


def test_it_is_the_largest_change_among_the_other_fits():
    rng = np.random.default_rng(0)
    skewed = (ERF[1] + np.exp(-np.log(2) * np.exp(-0.02 * (T - 500)))) / 2
    train, gen = (rng.binomial(100, curve) / 100 for curve in (ERF[0], skewed))
    result = measure(T, train, gen, systematic=True)
    base = measure(T, train, gen)
    others = [
        {"shape": "logistic"}, {"shape": "gompertz"}, {"shape": "mirrored_gompertz"}, {"floor": None}, {"ceiling": None}
    ]  # fmt: skip
    changes = []
    for how in others:
        fits = [fit_curve(T, curve, **how) for curve in (train, gen)]
        kept = [
            fit if fit.ok and not fit.complaint else own for fit, own in zip(fits, (base.train, base.gen), strict=True)
        ]
        other = replace(base, train=kept[0], gen=kept[1])
        changes.append(
            (other.relative_gap - base.relative_gap) ** 2
            - max(other.relative_gap_error**2 - base.relative_gap_error**2, 0)
        )
    assert result.relative_gap_systematic == pytest.approx(np.sqrt(max(0.0, *changes)), rel=1e-9)
    assert result.relative_gap_systematic > 0
    assert (result.relative_gap, result.relative_gap_error) == (base.relative_gap, base.relative_gap_error)
    assert "another choice of shape or asymptotes" in str(result)
    assert "another choice" not in str(base)


def test_where_it_was_not_asked_or_nothing_was_measured_it_is_not_known():
    for result in (measure(T, *ERF), measure(T, ERF[0], 0 * T, systematic=True)):
        assert np.isnan([result.row()[name] for name in NAMES]).all()


def test_it_scales_as_its_measure():
    plain, slow = (measure(unit * T, *ERF, systematic=True).row() for unit in (1.0, 7.0))
    assert [slow[name] for name in NAMES] == pytest.approx(
        [plain[NAMES[0]], plain[NAMES[1]], plain[NAMES[2]] / 7], rel=1e-6
    )
