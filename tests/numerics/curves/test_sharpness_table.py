import json
from dataclasses import fields

import numpy as np
import pytest
from scipy import stats

from numerics import Trend, fit_trend, tabulate


def scatter(n=40, seed=0, noise=0.2):
    rng = np.random.default_rng(seed)
    gap = np.exp(rng.uniform(-1, 3, n))
    return gap, 2.0 * gap**-0.7 * np.exp(rng.normal(0, noise, n))


def row(gap, sharpness, status="ok"):
    return {
        "relative_gap": gap,
        "relative_sharpness": sharpness,
        "absolute_sharpness": sharpness / 7,
        "status": status,
    }


def test_trend_is_the_line_of_polyfit():
    gap, sharpness = scatter()
    trend = fit_trend(gap, sharpness)
    slope, intercept = np.polyfit(np.log(gap), np.log(sharpness), 1)
    assert (trend.slope, trend.intercept, trend.n) == pytest.approx((slope, intercept, 40), rel=1e-12)
    np.testing.assert_allclose(trend(gap), np.exp(intercept) * gap**slope, rtol=1e-12)


def test_interval_is_students():
    gap, sharpness = scatter()
    x, y = np.log(gap), np.log(sharpness)
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    half = stats.t(38).ppf(0.975) * np.sqrt(covariance[0, 0])
    trend = fit_trend(gap, sharpness)
    assert (trend.slope_low, trend.slope_high) == pytest.approx((slope - half, slope + half), rel=1e-10)


def test_interval_covers_the_truth_ninety_five_times_in_a_hundred():
    trends = [fit_trend(*scatter(n=8, seed=seed)) for seed in range(800)]
    covered = np.mean([trend.slope_low < -0.7 < trend.slope_high for trend in trends])
    # Binomial error 0.8 %
    assert abs(covered - 0.95) < 0.025


def test_only_positive_finite_pairs_enter():
    gap, sharpness = scatter(10)
    clean = fit_trend(gap, sharpness)
    dirty = fit_trend([*gap, 0.0, -1.0, np.nan, np.inf, 2.0, 2.0], [*sharpness, 1, 1, 1, 1, -1.0, np.nan])
    assert dirty == clean
    assert dirty.n == 10


@pytest.mark.parametrize("pairs", [([], []), ([1.0, 2.0], [1.0, 2.0]), ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])])
def test_too_little_for_a_line_is_nan_with_its_count(pairs):
    trend = fit_trend(*pairs)
    assert trend.n == len(pairs[0])
    assert np.isnan([trend.slope, trend.intercept, trend.slope_low, trend.slope_high]).all()


def test_table_keeps_failed_rows_and_leaves_them_out_of_the_trends():
    gap, sharpness = scatter(12)
    rows = [row(g, s) for g, s in zip(gap, sharpness, strict=True)]
    failed = row(np.nan, np.nan, "training: no jump")
    odd = row(5.0, 1e6, "generalization: poor")
    table = tabulate([failed, *rows, odd])
    assert len(table) == 14
    assert len(table.fitted) == 12
    assert next(iter(table)) == failed
    assert table.trends["relative"] == fit_trend(gap, sharpness)
    assert table.trends["absolute"].slope == pytest.approx(table.trends["relative"].slope, rel=1e-12)
    assert table.trends["absolute"].intercept == pytest.approx(table.trends["relative"].intercept - np.log(7))


def test_columns():
    table = tabulate([row(1.0, 2.0), row(3.0, 4.0)])
    np.testing.assert_array_equal(table["relative_gap"], [1, 3])
    assert table.columns == ("relative_gap", "relative_sharpness", "absolute_sharpness", "status")
    with pytest.raises(KeyError, match="No column 'gap'; there are relative_gap,"):
        table["gap"]


def test_columns_make_the_table_that_rows_make():
    rows = [row(1.0, 2.0), row(np.nan, 4.0, "no jump"), row(3.0, 4.0)]
    columns = {name: [one[name] for one in rows] for name in rows[0]}
    columns["relative_gap"] = np.array(columns["relative_gap"])
    table, same = tabulate(columns), tabulate(rows)
    assert (table.columns, str(table), table.to_csv()) == (same.columns, str(same), same.to_csv())
    np.testing.assert_equal(table.rows, same.rows)
    assert table.fitted.rows == (rows[0], rows[2])
    assert isinstance(table.rows[0]["relative_gap"], float)
    with pytest.raises(ValueError, match="equal lengths, but 'lam' has 2, 'status' has 1"):
        tabulate({"lam": [0.9, 1.1], "status": ["ok"]})


def test_a_column_that_a_row_lacks_is_none_there():
    table = tabulate([{"lam": 0.9}, {"lam": 1.1, "width": 5}])
    assert table.rows == ({"lam": 0.9, "width": None}, {"lam": 1.1, "width": 5})
    assert table.to_csv() == "lam,width\n0.9,\n1.1,5\n"


def test_a_table_prints_in_two_lines_whatever_it_holds():
    gap, sharpness = scatter(12)
    rows = [row(g, s) for g, s in zip(gap, sharpness, strict=True)]
    table = tabulate([*rows, row(np.nan, np.nan, "training: no jump")])
    slope = np.polyfit(np.log(gap), np.log(sharpness), 1)[0]
    assert str(table) == repr(table)
    assert str(table).splitlines() == [
        f"SharpnessTable: 12 fitted of 13 run; relative sharpness ∝ G^{slope:.3f}, absolute sharpness ∝ G^{slope:.3f}",
        "columns: relative_gap, relative_sharpness, absolute_sharpness, status",
    ]
    assert str(tabulate(rows[:2])).startswith("SharpnessTable: 2 fitted of 2 run; no relative trend, no absolute trend")
    assert str(tabulate([{"status": "no jump"}])) == "SharpnessTable: 0 fitted of 1 run\ncolumns: status"
    assert str(tabulate([dict.fromkeys("abcdefg", 1)])) == "SharpnessTable: 1 run\ncolumns: a, b, c, …, g"
    assert str(tabulate([])) == "SharpnessTable: no runs"


def test_empty_table():
    table = tabulate([])
    assert len(table) == 0
    assert table.columns == ()
    assert table.trends["relative"].n == 0
    json.dumps(table.to_dict(), allow_nan=False)


def test_dictionary_is_json():
    # NumPy's numbers, NaN, infinity, booleans and string subclasses: all plain, NaN as null.
    odd = {
        **row(np.float64(np.nan), np.inf, np.str_("failed")),
        "lam": np.float32(0.5),
        "seed": np.int64(3),
        "yes": np.bool_(True),
    }
    content = json.loads(json.dumps(tabulate([odd]).to_dict(), allow_nan=False))
    assert content["rows"] == [
        {
            "relative_gap": None,
            "relative_sharpness": None,
            "absolute_sharpness": None,
            "status": "failed",
            "lam": 0.5,
            "seed": 3,
            "yes": True,
        }
    ]
    assert set(content["trends"]) == {"relative", "absolute"}
    assert set(content["trends"]["relative"]) == {field.name for field in fields(Trend)}
    assert content["trends"]["relative"]["slope"] is None


def test_trend_is_a_value():
    assert Trend(-0.5, np.log(3), -0.6, -0.4, 9)(4.0) == pytest.approx(1.5)
