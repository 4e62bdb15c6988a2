"""Intervals of a quantile against SciPy's, and against how often they hold it."""

import numpy as np
import pytest
from scipy import stats

from numerics import quantile_interval


@pytest.mark.parametrize("n", [1, 2, 5, 6, 9, 10, 25, 100])
@pytest.mark.parametrize(("quantile", "level"), [(0.5, 0.95), (0.5, 0.68), (0.2, 0.95), (0.9, 0.99)])
def test_the_ends_are_those_of_scipy(n, quantile, level):
    values = np.random.default_rng(n).permutation(n).astype(float)
    theirs = stats.quantile_test(values, p=quantile).confidence_interval(level)
    low, high = quantile_interval(values, quantile, level=level)
    assert low == (-np.inf if np.isnan(theirs.low) else theirs.low)
    assert high == (np.inf if np.isnan(theirs.high) else theirs.high)


def test_of_six_the_first_and_the_last_and_of_nine_the_second_and_the_eighth():
    assert quantile_interval(np.arange(5.0)) == (-np.inf, np.inf)
    assert quantile_interval(np.arange(6.0)) == (0.0, 5.0)
    assert quantile_interval(np.arange(9.0)[::-1]) == (1.0, 7.0)
    assert quantile_interval([*np.arange(5.0), np.inf]) == (0.0, np.inf)
    assert quantile_interval([]) == (-np.inf, np.inf)


@pytest.mark.parametrize("size", [6, 20, 60])
def test_an_interval_holds_the_median_at_least_as_often_as_it_says(size):
    rng = np.random.default_rng(0)
    ends = np.array([quantile_interval(rng.exponential(size=size)) for _ in range(1000)])
    assert 0.94 < ((ends[:, 0] <= np.log(2)) & (np.log(2) <= ends[:, 1])).mean() < 0.99


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: quantile_interval([1, np.nan]), "got 1 NaN; give infinity"),
        (lambda: quantile_interval([1, 2], 0), "A quantile lies between 0 and 1, got 0"),
        (lambda: quantile_interval([1, 2], level=95), "The level of an interval lies between 0 and 1, got 95"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
