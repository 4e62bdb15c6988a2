import numpy as np
import pytest
from scipy.special import ndtr

from numerics import compare_shapes, fit_curve, measure, shape_free

T = np.arange(1.0, 401.0)
TRAIN, GEN = ndtr((T - 60) / 8), 0.1 + 0.7 * ndtr((T - 200) / 20)


def test_the_word_fit_and_none_are_one():
    for function in (fit_curve, shape_free, lambda *a, **k: compare_shapes(*a, **k)[0].fit):
        word, none = (function(T, GEN, floor=free, ceiling=free) for free in ("fit", None))
        assert repr(word) == repr(none)
        assert (word.floor, word.ceiling) == pytest.approx((0.1, 0.8), abs=0.01)
    best = fit_curve(T, GEN, shape="best", floor="fit", ceiling="fit")
    assert (best.shape, best.ceiling) == ("erf", pytest.approx(0.8))


def test_a_pair_is_one_for_each_curve():
    result = measure(T, TRAIN, GEN, floor=(0, 0.1), ceiling=(1.0, "fit"), systematic=True)
    train, gen = fit_curve(T, TRAIN), fit_curve(T, GEN, floor=0.1, ceiling="fit")
    assert (result.train, result.gen) == (train, gen)
    assert np.isfinite(result.relative_gap_systematic)
    assert measure(T, TRAIN, GEN, floor="fit", ceiling=np.array([1.0, 0.8])).gen.ceiling == 0.8


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("free", "ceiling must be a number or \"fit\", got 'free'"),
        (True, 'ceiling must be a number or "fit", got True'),
        (np.inf, "ceiling must be a finite number, got inf"),
        ((1.0, 0.9, 0.8), r"ceiling must be one value or a pair \(training, generalization\)"),
        ((1.0, "x"), "ceiling of generalization must be a number"),
    ],
)
def test_other_asymptotes_are_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        measure(T, TRAIN, GEN, ceiling=given)


def test_a_constant_curve_has_no_asymptotes_to_see():
    assert np.isnan(shape_free(T, 0 * T, floor="fit", ceiling="fit").middle_crossing)
