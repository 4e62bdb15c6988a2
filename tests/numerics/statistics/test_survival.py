import numpy as np
import pytest

from numerics import fit_censored_times, survival


def test_without_censoring_it_is_the_share_that_is_left():
    times = np.array([5.0, 1.0, 3.0, 3.0, 9.0])
    found = survival(times, 100.0)
    assert found.time.tolist() == [1.0, 3.0, 5.0, 9.0]
    assert found.share == pytest.approx([0.8, 0.4, 0.2, 0.0], abs=1e-12)
    assert (found.n, found.arrived, found.median) == (5, 5, 3.0)


def test_freireichs_patients():
    """The 6-MP group of Freireich et al. 1963, the textbook example: weeks of remission, + censored."""
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23] + [np.inf] * 12
    length = [100.0] * 9 + [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = survival(weeks, length)
    assert found.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.share == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    assert (found.n, found.arrived, found.median) == (21, 9, 23.0)
    assert found.median_high == np.inf
    # The interval of ln(−ln S) at 6 weeks, by hand: Greenwood's variance is 3/(21·18).
    half = 1.959964 * np.sqrt(3 / (21 * 18)) / np.log(18 / 21)
    assert (found.low[0], found.high[0]) == pytest.approx(
        ((18 / 21) ** np.exp(-half), (18 / 21) ** np.exp(half)), rel=1e-6
    )


def test_the_interval_covers_the_truth_of_an_exponential():
    rng = np.random.default_rng(0)
    covered, medians = [], []
    for _ in range(400):
        times = rng.exponential(10, 40)
        found = survival(np.where(times < 12, times, np.inf), 12.0)
        k = np.searchsorted(found.time, 8.0) - 1
        covered.append(found.low[k] < np.exp(-0.8) < found.high[k])
        medians.append(found.median_low <= 10 * np.log(2) <= found.median_high)
    assert abs(np.mean(covered) - 0.95) < 0.035
    assert abs(np.mean(medians) - 0.95) < 0.035


def test_where_none_arrives_the_median_is_after_the_end():
    found = survival([np.inf, np.nan], [50.0, 70.0])
    assert (found.median, found.median_low, found.arrived, found.time.size) == (np.inf, 70.0, 0, 0)


def test_bad_input_is_said():
    with pytest.raises(ValueError, match="at least one run"):
        survival([], 3.0)
    with pytest.raises(ValueError, match=r"arrival at 7.0 in a run of length 5.0"):
        survival([1.0, 7.0], 5.0)


@pytest.mark.parametrize("call", [survival, lambda times, length: fit_censored_times([0.0, 1.0], times, length)])
@pytest.mark.parametrize(
    ("times", "length", "sentence"),
    [
        ([-5.0, 3.0], 9.0, "arrives at 0 or later, got -5.0; give infinity"),
        ([-np.inf, 3.0], 9.0, "arrives at 0 or later, got -inf"),
        ([np.inf, 3.0], np.nan, "length of a run is finite and not negative, got nan"),
        ([np.inf, 3.0], [np.inf, 4.0], "length of a run is finite and not negative, got inf"),
        ([np.inf, np.inf], -3.0, "length of a run is finite and not negative, got -3.0"),
        ([1.0, 3.0], [4.0, 4.0, 4.0], r"one length or one for each, got shapes \(2,\) and \(3,\)"),
    ],
)
def test_times_and_lengths_that_are_none_are_refused(call, times, length, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(times, length)
