import numpy as np
import pytest

from empirical.tasks.table_rows import check_rows, draw_rows


@pytest.mark.parametrize(("rows", "samples"), [(1, 1), (7, 7), (7, 3), (10**6, 1000), (2**62, 500), (2**200, 500)])
def test_no_row_is_drawn_twice(rows, samples):
    drawn = draw_rows(rows, samples, rng=np.random.default_rng(0))
    assert drawn.dtype == np.int64
    assert len(set(drawn.tolist())) == samples
    assert 0 <= drawn.min() <= drawn.max() < min(rows, 2**62)


def test_every_row_is_as_likely_at_every_place():
    draws = np.stack([draw_rows(5, 3, rng=np.random.default_rng(seed)) for seed in range(4000)])
    for place in draws.T:
        counts = np.bincount(place, minlength=5)
        assert abs(counts - 800).max() < 5 * np.sqrt(4000 * 0.2 * 0.8)


def test_more_samples_than_rows_are_refused():
    check_rows(5, 5)
    with pytest.raises(ValueError, match=r"must be at most 5, the number of different examples, got 6; lower one"):
        draw_rows(5, 6, rng=np.random.default_rng(0))
