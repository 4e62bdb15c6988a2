import numpy as np
import pytest
from scipy import stats

from numerics import estimate_share, paired_lead


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (1, 1)])
def test_wilsons_interval_solves_its_equation(count, n):
    """The ends are where the score test is at its limit: (count/n − p)² = z²·p(1 − p)/n."""
    found = estimate_share(count, n)
    z = stats.norm.ppf(0.975)
    for end in (found.low, found.high):
        assert (count / n - end) ** 2 == pytest.approx(z**2 * end * (1 - end) / n, abs=1e-12)
    assert found.low <= found.share <= found.high
    assert found.high - found.low > 0.2


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, 0), (2.7, 10), (1, 2.5), (1, np.inf), (np.nan, 3)])
def test_a_share_of_nothing_is_refused(count, n):
    with pytest.raises(ValueError, match=f"got {count} of {n}"):
        estimate_share(count, n)


def test_the_interval_of_the_lead_is_that_of_order_statistics():
    """For n = 10 the second and the ninth difference hold the median with probability 1 − 2·11/1024."""
    rng = np.random.default_rng(0)
    first = rng.uniform(0, 1, 10)
    difference = rng.permutation(np.arange(10.0)) - 2
    lead = paired_lead(first, first + difference)
    assert (lead.low, lead.high, lead.median) == pytest.approx((-1, 6, 2.5))
    assert (lead.ahead, lead.behind, lead.tied) == (7, 2, 1)
    assert lead.p_value == pytest.approx(stats.binomtest(7, 9).pvalue)


def test_the_interval_covers_the_median_at_least_as_often_as_it_says():
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(500):
        lead = paired_lead(np.zeros(15), rng.exponential(size=15))
        inside.append(lead.low <= np.log(2) <= lead.high)
    assert 0.93 < np.mean(inside) < 0.99


def test_an_event_that_never_comes_is_last():
    lead = paired_lead([1, 2, 3, 4, 5, 6, np.inf, np.inf], [2, 3, 4, np.inf, np.nan, np.inf, 9, np.inf])
    assert (lead.ahead, lead.behind, lead.tied, lead.neither) == (6, 1, 0, 1)
    assert (lead.median, lead.low, lead.high) == (1.0, -np.inf, np.inf)


def test_few_runs_have_no_interval_and_none_has_no_median():
    assert paired_lead([1, 2], [3, 4]).low == -np.inf
    lead = paired_lead([np.inf], [np.nan])
    assert np.isnan(lead.median)
    assert lead.neither == 1
    assert np.isnan(paired_lead([1, np.inf], [np.inf, 1]).median)


def test_no_event_is_before_all_times():
    with pytest.raises(ValueError, match="No event is at −∞"):
        paired_lead([-np.inf, 1.0], [1.0, 2.0])
