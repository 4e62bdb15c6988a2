import numpy as np
import pytest

from numerics import crossing_time

T = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0])
SPIKED = np.array([0.1, 0.7, 0.2, 0.3, 0.9, 1.0])


def test_first_and_last_crossing_by_looking_at_every_point():
    rng = np.random.default_rng(0)
    for _ in range(200):
        y = rng.uniform(size=6).round(1)
        level = float(rng.uniform(0, 1))
        first = [k for k in range(6) if y[k] >= level]
        lasting = [k for k in range(6) if (y[k:] >= level).all()]
        for sustained, places in ((False, first), (True, lasting)):
            found = crossing_time(T, y, level, sustained)
            assert found.not_after == (T[places[0]] if places else np.inf)
            assert found.not_before == (T[-1] if not places else T[places[0] - 1] if places[0] else -np.inf)


def test_the_time_is_on_the_line_between_the_two_points():
    found = crossing_time(T, SPIKED, 0.6, sustained=True)
    assert (found.not_before, found.not_after) == (4.0, 8.0)
    assert found.time == pytest.approx(6.0)
    assert crossing_time(T, SPIKED, 0.4).time == pytest.approx(0.5)
    assert crossing_time(3 * T, SPIKED, 0.4).time == pytest.approx(1.5)


def test_what_never_came_is_infinite_and_what_was_there_has_no_time():
    never = crossing_time(T, SPIKED, 1.1)
    assert (never.not_before, never.not_after, never.time) == (16.0, np.inf, np.inf)
    there = crossing_time(T, SPIKED, 0.0)
    assert (there.not_before, there.not_after) == (-np.inf, 0.0)
    assert np.isnan(there.time)
    assert np.isnan(crossing_time(T, np.full(6, np.nan), 0.5).not_after)


def test_points_that_were_not_recorded_widen_the_interval():
    y = np.where(T == 4, np.nan, SPIKED)
    assert crossing_time(T, y, 0.6, sustained=True).not_before == 2.0


def test_single_precision_comes_to_its_own_level():
    assert crossing_time([0, 1], np.array([0.1, 0.9], dtype=np.float32), 0.9).not_after == 1.0


def test_gaps_and_their_bounds():
    train, gen = crossing_time(T, [0, 1, 1, 1, 1, 1], 0.5), crossing_time(T, [0, 0, 0, 0, 1, 1], 0.5)
    assert gen.gap_after(train) == pytest.approx(6.0 / 0.5 - 1)
    assert np.isnan(gen.gap_bound_after(train))
    never = crossing_time(T, np.zeros(6), 0.5)
    assert np.isnan(never.gap_after(train))
    assert never.gap_bound_after(train) == 15.0
    assert np.isnan(gen.gap_bound_after(crossing_time(T, np.ones(6), 0.5)))  # at time 0: the gap has no meaning


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([0, 1], [0.5], 0.5), "one axis and equal lengths"),
        (([1, 0], [0.5, 0.6], 0.5), "must not decrease"),
        (([0, 1], [0.5, 0.6], np.nan), "level must be finite"),
    ],
)
def test_refusals(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        crossing_time(*arguments)
