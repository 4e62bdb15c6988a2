"""Tables with one row a run, and the trends of sharpness against the grokking gap."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike, NDArray

__all__ = ["SharpnessTable", "Trend", "fit_trend", "tabulate"]


@dataclass(frozen=True)
class Trend:
    """Straight line ln S = intercept + slope·ln G with the 95 % confidence interval of its slope.

    `n` counts the runs that entered; with fewer than three the numbers are NaN.

    >>> Trend(slope=-0.5, intercept=0.0, slope_low=-0.6, slope_high=-0.4, n=9)(4.0)
    np.float64(0.5)
    """

    slope: float
    intercept: float
    slope_low: float
    slope_high: float
    n: int

    def __call__(self, gap: ArrayLike) -> NDArray[np.float64]:
        """Return the sharpness that the line gives at a relative gap."""
        return np.exp(self.intercept) * np.asarray(gap, dtype=np.float64) ** self.slope


def fit_trend(gap: ArrayLike, sharpness: ArrayLike) -> Trend:
    """Ordinary least squares of ln S on ln G, over the runs where both are positive (M, figures 4 and 6).

    >>> import numpy as np
    >>> gap = np.array([0.5, 1.0, 2.0, 4.0])
    >>> trend = fit_trend(gap, 3 * gap**-0.5)
    >>> round(trend.slope, 12), round(float(np.exp(trend.intercept)), 12), trend.n
    (-0.5, 3.0, 4)
    """
    gap, sharpness = np.asarray(gap, dtype=np.float64), np.asarray(sharpness, dtype=np.float64)
    usable = (gap > 0) & (sharpness > 0) & np.isfinite(gap) & np.isfinite(sharpness)
    n = int(usable.sum())
    if n < 3 or np.ptp(gap[usable]) == 0:
        return Trend(np.nan, np.nan, np.nan, np.nan, n)
    line = scipy.stats.linregress(np.log(gap[usable]), np.log(sharpness[usable]))
    half = scipy.stats.t.ppf(0.975, n - 2) * line.stderr
    return Trend(float(line.slope), float(line.intercept), float(line.slope - half), float(line.slope + half), n)


@dataclass(frozen=True)
class SharpnessTable:
    """Runs as rows (dictionaries with equal keys), failed fits included with their reason.

    Iterating gives the rows, `table["relative_gap"]` a column, `table.trends` the log-log lines of relative and
    absolute sharpness against the relative gap. `pandas.DataFrame(table)` makes a data frame of it.

    >>> table = tabulate([{"lam": 0.9, "status": "ok"}, {"lam": 1.1, "status": "no jump"}])
    >>> len(table), len(table.fitted), table["lam"].tolist()
    (2, 1, [0.9, 1.1])

    It prints as what it holds:

    >>> from numerics import sweep_linear
    >>> sweep_linear([0.8, 0.9, 0.95], convention="exact", points=2000)
    SharpnessTable: 3 fitted of 3 run; relative sharpness ∝ G^-0.067, absolute sharpness ∝ G^-3.155
    columns: lam, jump_time_train, jump_time_gen, …, status
    """

    rows: tuple[Mapping[str, Any], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.rows[0]) if self.rows else ()

    @property
    def fitted(self) -> "SharpnessTable":
        """The rows whose status is ok."""
        return SharpnessTable(tuple(row for row in self.rows if row["status"] == "ok"))

    @property
    def bounded(self) -> "SharpnessTable":
        """The rows of which it is known how large the relative gap is at least, and no more."""
        bounds = np.asarray([row.get("relative_gap_bound") for row in self.rows], dtype=np.float64)
        return SharpnessTable(tuple(row for row, bound in zip(self.rows, bounds, strict=True) if np.isfinite(bound)))

    @property
    def count(self) -> str:
        """How many runs were fitted, and how many more have a lower bound of the gap.

        >>> bounds = [np.nan, np.nan, 12.0]
        >>> tabulate({"relative_gap_bound": bound, "status": "…"} for bound in bounds).count
        '0 fitted of 3 run, 1 with a lower bound of G'
        """
        bounded = len(self.bounded)
        fitted = f"{len(self.fitted)} fitted of {len(self)} run"
        return f"{fitted}, {bounded} with a lower bound of G" if bounded else fitted

    @property
    def trends(self) -> dict[str, Trend]:
        """The two trends over the fitted rows, under `"relative"` and `"absolute"`."""
        fitted = self.fitted
        gap = [row["relative_gap"] for row in fitted]
        return {kind: fit_trend(gap, [row[f"{kind}_sharpness"] for row in fitted]) for kind in ("relative", "absolute")}

    def __repr__(self) -> str:
        columns = self.columns
        if not columns:
            return "SharpnessTable: no runs"
        text = f"SharpnessTable: {len(self)} run{'s' * (len(self) > 1)}"
        if "status" in columns:
            text = f"SharpnessTable: {self.count}"
            if {"relative_gap", "relative_sharpness", "absolute_sharpness"} <= set(columns):
                text += "; " + ", ".join(
                    f"{kind} sharpness ∝ G^{trend.slope:.3f}" if np.isfinite(trend.slope) else f"no {kind} trend"
                    for kind, trend in self.trends.items()
                )
        shown = columns if len(columns) <= 6 else (*columns[:3], "…", columns[-1])
        return f"{text}\ncolumns: {', '.join(shown)}"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, column: str) -> NDArray[Any]:
        if self.rows and column not in self.columns:
            raise KeyError(f"No column {column!r}; there are {', '.join(self.columns)}.")
        return np.array([row[column] for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """Return `{"rows": [...], "trends": {...}}` in plain types for JSON, NaN as None."""
        return {
            "rows": [_plain(row) for row in self.rows],
            "trends": {kind: _plain(asdict(trend)) for kind, trend in self.trends.items()},
        }


def tabulate(rows: Iterable[Mapping[str, Any]]) -> SharpnessTable:
    """Collect rows into a `SharpnessTable`.

    >>> table = tabulate({"relative_gap": g, "relative_sharpness": 1 / g, "absolute_sharpness": 2 / g, "status": "ok"}
    ...                  for g in (1.0, 2.0, 3.0))
    >>> len(table), round(table.trends["relative"].slope, 9)
    (3, -1.0)
    """
    return SharpnessTable(tuple(rows))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {}
    for name, value in row.items():
        value = value.item() if isinstance(value, np.generic) else value
        if isinstance(value, str):
            value = str(value)
        plain[name] = None if isinstance(value, float) and not np.isfinite(value) else value
    return plain
