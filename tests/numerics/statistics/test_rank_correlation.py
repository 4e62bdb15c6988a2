import itertools

import numpy as np
import pytest
from scipy import stats

from numerics import rank_correlation, rank_correlation_within


def normal_pairs(n, rho, rng):
    x = rng.normal(size=n)
    return x, rho * x + np.sqrt(1 - rho**2) * rng.normal(size=n)


def test_the_correlation_is_scipys_with_ties_too():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 6, 40), rng.integers(0, 5, 40)
    assert rank_correlation(x, y).correlation == pytest.approx(stats.spearmanr(x, y).statistic, rel=1e-12)


@pytest.mark.parametrize("rho", [0.0, -0.5, 0.9])
def test_the_interval_covers_the_truth_as_often_as_it_says(rho):
    """The population's ρ of a normal pair is (6/π)·arcsin(r/2)."""
    rng = np.random.default_rng(1)
    truth = 6 / np.pi * np.arcsin(rho / 2)
    found = [rank_correlation(*normal_pairs(25, rho, rng)) for _ in range(1500)]
    covered = np.mean([one.low < truth < one.high for one in found])
    assert abs(covered - 0.95) < 0.02  # binomial error 0.006; Fisher's own interval covers 0.915 at 0.9


def test_only_the_order_of_times_enters_and_the_never_arrived_come_last():
    rng = np.random.default_rng(2)
    x, y = normal_pairs(30, 0.7, rng)
    plain = rank_correlation(x, np.exp(y))
    assert rank_correlation(x, y) == plain
    late = np.argsort(y)[-4:]
    infinite, large = y.copy(), y.copy()
    infinite[late], large[late] = np.inf, 1e9
    assert rank_correlation(x, infinite) == rank_correlation(x, large) != plain


def test_pairs_with_an_unknown_do_not_enter():
    x, y = np.arange(9.0), np.arange(9.0) ** 2
    x[0], y[1] = np.nan, np.nan
    assert rank_correlation(x, y) == rank_correlation(x[2:], y[2:])
    assert rank_correlation(x, y).n == 7


@pytest.mark.parametrize(("x", "y"), [([1, 2, 3], [1, 2, 3]), ([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]), ([], [])])
def test_too_little_for_a_correlation_is_nan_with_its_count(x, y):
    found = rank_correlation(x, y)
    assert np.isnan([found.correlation, found.low, found.high]).all()
    assert found.n == len(x)
    assert not found.excludes_zero


def sized_runs(rng, beyond):
    """Rates and times that both follow the size of the training set; `beyond` says how much of the rate is left."""
    size = np.repeat([25.0, 30.0, 35.0, 40.0, 45.0], 12)
    own = rng.normal(size=size.size)
    return size, size / 10 + own, -(size**2) / 100 - beyond * own + rng.normal(size=size.size)


def test_what_both_owe_to_size_is_no_association_within_sizes():
    p_values, covered, pooled = [], 0, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        size, rate, time = sized_runs(rng, 0.0)
        pooled += rank_correlation(rate, time).high < 0
        found = rank_correlation_within(rate, time, size, permutations=199, rng=rng)
        p_values.append(found.p_value)
        covered += found.low < 0 < found.high
    assert pooled == 300
    assert abs(covered / 300 - 0.95) < 0.035
    assert abs(np.mean(np.array(p_values) <= 0.05) - 0.05) < 0.035
    assert abs(np.mean(p_values) - 0.5) < 0.06


def test_what_the_rate_says_beyond_size_is_found():
    size, rate, time = sized_runs(np.random.default_rng(3), 1.0)
    found = rank_correlation_within(rate, time, size, permutations=999, rng=np.random.default_rng(0))
    assert found.excludes_zero
    assert found.high < 0
    assert found.p_value == 1 / 1000
    assert (found.n, found.strata) == (60, 5)


def test_what_both_owe_to_a_third_value_is_no_association_given_it():
    """x and y follow z, which differs within sizes too; given z they have nothing in common, given noise all of it."""
    without, covered = 0, 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        size = np.repeat([1.0, 2.0, 3.0, 4.0], 10)
        z = rng.normal(size=40)
        x, y = size + z + 0.5 * rng.normal(size=40), -size + z + 0.5 * rng.normal(size=40)
        options = {"permutations": 199, "rng": rng}
        without += rank_correlation_within(x, y, size, given=[rng.normal(size=40)], **options).low > 0
        found = rank_correlation_within(x, y, size, given=[z], **options)
        covered += found.low < 0 < found.high
    assert without >= 47
    assert covered >= 43  # what ranks leave of z is the price of being linear in them


def test_what_is_given_is_taken_out_of_the_ranks():
    rng = np.random.default_rng(2)
    x, y, z, u = rng.normal(size=(4, 25))
    x, y = x + z, y + z - u
    ranks = np.array([stats.rankdata(values) for values in (x, y, z, u)])
    inverse = np.linalg.inv(np.corrcoef(ranks))
    partial = -inverse[0, 1] / np.sqrt(inverse[0, 0] * inverse[1, 1])
    found = rank_correlation_within(x, y, np.zeros(25), given=[z, u], rng=rng)
    assert found.correlation == pytest.approx(partial, rel=1e-12)
    half = stats.norm.ppf(0.975) * np.sqrt((1 + partial**2 / 2) / (25 - 1 - 2 - 2))
    assert (found.low, found.high) == pytest.approx(
        tuple(np.tanh(np.arctanh(partial) + np.array([-half, half]))), rel=1e-9
    )
    missing = np.append(z, np.nan)
    again = rank_correlation_within(np.append(x, 1), np.append(y, 1), np.zeros(26), given=[missing], rng=rng)
    assert again.n == 25
    for given in ([x], [y]):
        assert np.isnan(rank_correlation_within(x, y, np.zeros(25), given=given, rng=rng).correlation)


def test_strata_of_one_value_do_not_enter():
    size, rate, time = sized_runs(np.random.default_rng(4), 0.5)
    full = rank_correlation_within(rate, time, size, rng=np.random.default_rng(0))
    more = (
        np.append(values, extra) for values, extra in ((rate, [3, 9, 9, 9]), (time, [1, 2, 3, 4]), (size, [7, 8, 8, 8]))
    )
    assert rank_correlation_within(*more, rng=np.random.default_rng(0)) == full


def test_in_one_stratum_it_is_the_plain_one():
    x, y = normal_pairs(30, 0.6, np.random.default_rng(5))
    plain = rank_correlation(x, y)
    within = rank_correlation_within(x, y, np.zeros(30), rng=np.random.default_rng(0))
    assert (within.correlation, within.low, within.high) == pytest.approx(
        (plain.correlation, plain.low, plain.high), rel=1e-12
    )


def test_strata_of_any_size_have_ranks_of_one_range():
    rng = np.random.default_rng(3)
    strata = np.repeat([0, 1], [3, 40])
    x, y = rng.normal(size=43), rng.normal(size=43)
    x[:3], y[:3] = [1, 2, 3], [1, 2, 3]
    ranks = [np.concatenate([np.linspace(-1, 1, n + 1)[:-1] + 1 / n for n in (3, 40)]) for _ in range(2)]
    for rank, values in zip(ranks, (x, y), strict=True):
        rank[:3] = rank[:3][stats.rankdata(values[:3]).astype(int) - 1]
        rank[3:] = rank[3:][stats.rankdata(values[3:]).astype(int) - 1]
    expected = ranks[0] @ ranks[1] / np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1]))
    assert rank_correlation_within(x, y, strata, rng=rng).correlation == pytest.approx(expected, rel=1e-12, abs=0)


def test_the_p_value_is_that_of_all_permutations():
    """Of two strata of three runs all 36 permutations can be listed."""
    x, y, group = [1, 2, 3, 4, 5, 6], [1, 3, 2, 7, 8, 9], [0, 0, 0, 1, 1, 1]
    values = [
        np.dot([-1, 0, 1], a) + np.dot([-1, 0, 1], b)
        for a in itertools.permutations([-1, 0, 1])
        for b in itertools.permutations([-1, 0, 1])
    ]
    exact = np.mean(np.abs(values) >= 3)
    found = rank_correlation_within(x, y, group, permutations=20_000, rng=np.random.default_rng(0))
    assert found.correlation == pytest.approx(3 / 4, rel=1e-12)
    assert found.p_value == pytest.approx(exact, abs=0.01)


def test_too_few_within_strata_is_nan():
    found = rank_correlation_within([1, 2, 3, 4], [1, 2, 4, 3], [0, 0, 1, 1], rng=np.random.default_rng(0))
    assert np.isnan([found.correlation, found.low, found.high, found.p_value]).all()


def test_bad_input_is_said():
    with pytest.raises(ValueError, match=r"one value of either kind, got values of the shapes \(2,\) and \(3,\)"):
        rank_correlation([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="between 0 and 1, got 95"):
        rank_correlation([1, 2, 3, 4], [1, 2, 3, 4], level=95)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_order_of_few_runs_is_not_certain(sign):
    """Four runs are in one of the two orders once in 12 times by chance; of five it is once in 60."""
    four, five, many = (rank_correlation(np.arange(n), sign * np.arange(n) ** 3) for n in (4, 5, 100))
    assert not four.excludes_zero
    assert five.excludes_zero
    for found in (four, five, many):
        assert (found.high if sign > 0 else -found.low) == 1
    assert 0.99 < (many.low if sign > 0 else -many.high) < 1
    strata = [0, 0, 1, 1, 2, 2]
    within = rank_correlation_within([1, 2] * 3, [1, sign + 1] * 3, strata, rng=np.random.default_rng(0))
    assert not within.excludes_zero
    assert within.p_value > 0.05


def test_a_test_without_permutations_is_refused():
    with pytest.raises(ValueError, match="1 permutation or more, got 0"):
        rank_correlation_within([1, 2, 3, 4], [1, 2, 4, 3], [0] * 4, permutations=0, rng=np.random.default_rng(0))
