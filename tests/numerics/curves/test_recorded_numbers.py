import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from numerics.curves.recorded_numbers import recorded_accuracy, recorded_time

HOLES = [0.25, np.nan, 1.0]


@pytest.mark.parametrize(
    "values",
    [
        [0.25, None, 1.0],
        [Fraction(1, 4), float("nan"), Decimal(1)],
        np.ma.array([0.25, 0.7, 1.0], mask=[False, True, False]),
        np.array([0.25, np.nan, 1.0], dtype=np.float32),
    ],
)
def test_numbers_and_holes_of_any_kind_are_read(values):
    np.testing.assert_array_equal(recorded_accuracy(values), HOLES)


def test_columns_of_data_frames_are_read():
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for column in (pandas.Series([0.25, None, 1.0], dtype="Float64"), polars.Series([0.25, None, 1.0])):
        np.testing.assert_array_equal(recorded_accuracy(column), HOLES)
    minutes = [datetime.timedelta(minutes=k) for k in range(3)]
    for column in (pandas.to_timedelta(minutes), pandas.Series(minutes), polars.Series(minutes)):
        assert recorded_time(column).tolist() == [0.0, 60.0, 120.0]
    stamps = pandas.date_range("2024-05-01", periods=3, freq="min")
    for column in (stamps, stamps.tz_localize("UTC"), polars.Series(stamps.to_pydatetime())):
        with pytest.raises(ValueError, match=r"got dates .* time - start is a duration"):
            recorded_time(column)


def test_floats_are_not_copied():
    y = np.zeros(5)
    assert recorded_accuracy(y) is y


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["0.5", "1"], "must be numbers, got text"),
        ([True, False], "must be numbers, got booleans"),
        ([0.5, 1j], "must be numbers, got complex numbers"),
        (np.array([1, 2], dtype="m8[s]"), "must be numbers, got durations"),
        (np.array(["2024-05-01"], dtype="M8[D]"), "must be numbers, got dates"),
        (np.array([0.5, "1"], dtype=object), "must be numbers, got '1', a str"),
        (np.array([0.5, True], dtype=object), "must be numbers, got True, a bool"),
        ([[0.5], [1.0, 2.0]], "must be an array of numbers"),
    ],
)
def test_what_is_no_number_is_refused_with_what_it_is(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        recorded_accuracy(values)


def test_durations_are_seconds_and_dates_are_not_times():
    assert recorded_time(np.array([0, 1500], dtype="m8[ms]")).tolist() == [0.0, 1.5]
    assert np.isnan(recorded_time(np.array([0, "NaT"], dtype="m8[s]"))[1])
    with pytest.raises(ValueError, match="unit of a fixed length"):
        recorded_time(np.array([0, 1], dtype="m8[M]"))
    for dates in ([datetime.date(2024, 5, 1)], np.array(["2024-05-01"], dtype="M8[ns]")):
        with pytest.raises(ValueError, match="counted from the start of training, got dates"):
            recorded_time(dates)
