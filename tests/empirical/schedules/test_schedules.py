import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirical import Epochs, Steps


def rng(seed=0):
    return np.random.default_rng(seed)


def batches(schedule, samples, seed=0):
    """The samples of every step, as an engine goes through the legs."""
    found = []
    size = samples if schedule.batch_size is None else schedule.batch_size
    for leg in schedule.legs(samples, rng(seed)):
        for order in leg.orders:
            order = np.arange(samples) if order is None else order
            found += [order[k : k + size] for k in range(0, len(order), size)]
    return found


@pytest.mark.parametrize("batch_size", [None, 1, 7, 20, 50])
def test_an_epoch_goes_once_through_the_set_in_a_fresh_order(batch_size):
    schedule = Epochs(epochs=3, batch_size=batch_size)
    legs = list(schedule.legs(20, rng()))
    assert [leg.time for leg in legs] == [1, 2, 3]
    orders = [leg.orders[0] for leg in legs]
    assert all(len(leg.orders) == 1 for leg in legs)
    assert all(sorted(order) == list(range(20)) for order in orders)
    assert not np.array_equal(orders[0], orders[1])
    stream = rng()
    for order in orders:  # bits that the recorded runs rest on
        np.testing.assert_array_equal(order, stream.permutation(20))
    assert (schedule.length, schedule.looks, schedule.unit) == (3, 3, "epoch")
    assert schedule.minibatch_means


@given(st.integers(1, 3000), st.integers(0, 300), st.floats(1, 3))
def test_looks_begin_before_the_first_step_are_dense_then_thinner_and_end_at_the_end(steps, dense, growth):
    schedule = Steps(steps=steps, dense=dense, growth=growth)
    times = schedule.times()
    assert (times[0], times[-1]) == (0, steps)
    assert list(times[: min(dense, steps) + 1]) == list(range(min(dense, steps) + 1))
    assert schedule.looks == len(times)
    for before, time in itertools.pairwise(times):
        assert before < time
        assert time == before + 1 or time == steps or growth * before <= time < growth * before + 1 + 1e-9 * time
    assert (schedule.length, schedule.unit, schedule.minibatch_means) == (steps, "step", False)


def test_a_growth_of_one_looks_after_every_step():
    assert Steps(steps=40, dense=3, growth=1).times() == tuple(range(41))


@given(st.integers(1, 40), st.integers(1, 60), st.none() | st.integers(1, 50), st.booleans(), st.integers(0, 5))
def test_there_are_as_many_batches_as_steps_and_none_is_short(samples, steps, batch_size, replacement, dense):
    schedule = Steps(steps=steps, dense=dense, growth=1.5, batch_size=batch_size, replacement=replacement)
    legs = list(schedule.legs(samples, rng()))
    assert tuple(leg.time for leg in legs) == schedule.times()
    assert legs[0].orders == ()
    found = batches(schedule, samples)
    assert len(found) == steps
    if batch_size is None or (batch_size >= samples and not replacement):
        assert all(sorted(batch) == list(range(samples)) for batch in found)
    else:
        assert {len(batch) for batch in found} == {batch_size}


def test_without_replacement_the_set_is_gone_through_again_and_again():
    found = np.concatenate(batches(Steps(steps=30, dense=0, growth=2, batch_size=7), 20))
    for start in range(0, 200, 20):
        assert sorted(found[start : start + 20]) == list(range(20))
    assert not np.array_equal(found[:20], found[20:40])


def test_with_replacement_it_is_not():
    found = np.concatenate(batches(Steps(steps=2000, batch_size=10, replacement=True), 20))
    assert len(set(found[:20])) < 20
    assert abs(np.bincount(found, minlength=20) - 1000).max() < 5 * np.sqrt(1000)


def test_batches_do_not_depend_on_when_is_looked():
    """Long legs are handed out in pieces; the batches are the same."""
    long = batches(Steps(steps=9000, dense=0, growth=1e9, batch_size=8), 50)
    short = batches(Steps(steps=9000, dense=9000, batch_size=8), 50)
    np.testing.assert_array_equal(long, short)
    pieces = [len(leg.orders) for leg in Steps(steps=9000, dense=0, growth=1e9, batch_size=8).legs(50, rng())]
    assert max(pieces) > 1
    np.testing.assert_array_equal(batches(Steps(steps=50, batch_size=8), 50), long[:50])
