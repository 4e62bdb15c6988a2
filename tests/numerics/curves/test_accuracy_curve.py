import numpy as np
import pytest

from numerics.curves.accuracy_curve import checked_curve, checked_samples


def test_four_points_are_a_curve_and_three_are_none():
    curve = checked_curve([1, 2, 3, 5], [0, 0, 1, 1], 0.0, 1.0)
    assert curve.time.tolist() == [1, 2, 3, 5]
    assert curve.accuracy.tolist() == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="at least 4 points, got 3"):
        checked_curve([1, 2, 3], [0, 0, 1], 0.0, 1.0)


@pytest.mark.parametrize(("jitter", "equal"), [(0.0, True), (0.9e-6, True), (1.1e-6, False), (0.5, False)])
@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
def test_times_are_equally_spaced_to_a_millionth_of_a_step(jitter, equal, scale):
    t = np.arange(50.0)
    t[-1] += jitter
    assert checked_curve(scale * t, np.zeros(50), 0.0, 1.0).equally_spaced is equal


def test_a_time_may_repeat_but_not_throughout():
    assert not checked_curve([1, 1, 2, 2], [0, 0, 1, 1], 0.0, 1.0).equally_spaced
    with pytest.raises(ValueError, match=r"time must advance, got 3\.0 throughout"):
        checked_curve([3, 3, 3, 3], [0, 0, 1, 1], 0.0, 1.0)
    with pytest.raises(ValueError, match=r"got 4\.0 after 7\.0"):
        checked_curve([3, 7, 4, 9, 8], [0, 0, 1, 1, 1], 0.0, 1.0)


@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 1.0), (20.0, 100.0), (-3.0, -1.0)])
def test_an_accuracy_may_be_a_whole_height_outside(floor, ceiling):
    height = ceiling - floor
    inside = [floor - height, floor, ceiling, ceiling + height]
    assert checked_curve(range(4), inside, floor, ceiling).accuracy.tolist() == inside
    for far, place in ((floor - 1.01 * height, 0), (ceiling + 1.01 * height, 3)):
        outside = [*inside]
        outside[place] = far
        with pytest.raises(ValueError, match=f"accuracy {far:g} lies far outside of floor {floor:g}"):
            checked_curve(range(4), outside, floor, ceiling)
        checked_curve(range(4), outside, None, ceiling)  # nothing is known of the height
        checked_curve(range(4), outside, floor, None)
    for wrong in (floor, floor + height):
        with pytest.raises(ValueError, match="ceiling must be above floor"):
            checked_curve(range(4), inside, floor + height, wrong)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("index", [0, 2, 4])
def test_the_first_number_that_is_not_finite_is_named(bad, index):
    numbers = np.arange(5.0)
    numbers[index] = bad
    with pytest.raises(ValueError, match=f"time must be finite, got {bad} at index {index}"):
        checked_curve(numbers, np.zeros(5), 0.0, 1.0)
    with pytest.raises(ValueError, match=f"accuracy must be finite, got {bad} at index {index}"):
        checked_curve(np.arange(5.0), numbers, 0.0, 1.0)


def test_shapes_are_equal_and_one_dimensional():
    for time, accuracy in ((np.zeros((2, 4)), np.zeros((2, 4))), (np.arange(5), np.zeros(4)), (3.0, 1.0)):
        with pytest.raises(ValueError, match="one-dimensional and of equal length"):
            checked_curve(time, accuracy, 0.0, 1.0)


def test_samples_are_whole_numbers_from_one_on():
    accuracy = np.array([0.0, 1.0])
    assert checked_samples(None, np.array([5.0])) is None
    assert checked_samples(1, accuracy) == 1
    assert checked_samples(30.0, accuracy) == 30
    assert isinstance(checked_samples(30.0, accuracy), int)
    for bad in (0, -1, 0.5, 1.5, True):
        with pytest.raises(ValueError, match="whole number of at least 1"):
            checked_samples(bad, accuracy)
    for outside in ([-0.01, 1.0], [0.0, 1.01]):
        with pytest.raises(ValueError, match="accuracies from 0 to 1"):
            checked_samples(10, np.array(outside))
