"""Tables with one row a run, and the trends of sharpness against the grokking gap."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.table_columns import Columns, Rows, columns_of, json_column, plain_column, plain_value
from numerics.curves.table_text import csv_text, html_table
from numerics.plotting import draw
from numerics.statistics.trend.trend import Noise, Trend, fit_trend
from numerics.whole_file import write_named
from theory.suggestion import suggestion

__all__ = ["SharpnessTable", "tabulate"]

_DETAILS = ("_error", "_systematic", "_correlation", "_bound", "r_squared_train", "r_squared_gen")  # not in notebooks
_NOISES = ("none", "runs", "curves")


@dataclass(frozen=True)
class SharpnessTable:
    """Runs as rows of named columns, failed fits included with their reason.

    Iterating gives the rows, `table["relative_gap"]` a column, `table.trends` the log-log lines of relative and
    absolute sharpness against the relative gap. `pandas.DataFrame(table)` makes a data frame of it.

    Attributes
    ----------
    data
        The values of each column, in the order of the runs. Rows may be given instead: a column that one of them lacks
        is None there.
    noise
        What scatters the runs about a trend: `"none"`, the curves are known and have no sampling interval; `"runs"`,
        each curve is known and the runs are random; `"curves"`, the fits have errors, too.
    knobs
        Columns of what was turned: runs that are equal in these are replicas of one another.

    Examples
    --------
    >>> table = tabulate([{"lam": 0.9, "status": "ok"}, {"lam": 1.1, "status": "no jump"}])
    >>> len(table), len(table.fitted), table["lam"].tolist()
    (2, 1, [0.9, 1.1])

    It prints as what it holds:

    >>> from numerics import sweep_linear
    >>> sweep_linear([0.8, 0.9, 0.95], convention="exact", points=2000)
    SharpnessTable: 3 fitted of 3 run; relative sharpness ∝ G^-0.067, absolute sharpness ∝ G^-3.155
    columns: lam, jump_time_train, jump_time_gen, …, status
    """

    data: Columns | Rows
    noise: Noise = "curves"
    knobs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", columns_of(self.data))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._data)

    @cached_property
    def rows(self) -> tuple[Mapping[str, Any], ...]:
        """One mapping a run."""
        names = self.columns
        return tuple(dict(zip(names, values, strict=True)) for values in zip(*self._data.values(), strict=True))

    @property
    def fitted(self) -> "SharpnessTable":
        """The rows whose status is ok."""
        return self.where(self._ok)

    @property
    def bounded(self) -> "SharpnessTable":
        """The rows of which it is known how large the relative gap is at least, and no more."""
        return self.where(np.isfinite(self._numbers("relative_gap_bound")))

    def where(self, chosen: Iterable[Any]) -> "SharpnessTable":
        """The rows for which `chosen`, a value a row, is true.

        >>> table = tabulate({"lam": [0.8, 0.9, 0.95]})
        >>> table.where(table["lam"] > 0.85)["lam"].tolist()
        [0.9, 0.95]
        """
        keep = [bool(one) for one in chosen]
        return replace(self, data={name: tuple(compress(values, keep)) for name, values in self._data.items()})

    @property
    def count(self) -> str:
        """How many runs were fitted, and how many more have a lower bound of the gap.

        >>> tabulate({"relative_gap_bound": [np.nan, np.nan, 12.0], "status": ["…"] * 3}).count
        '0 fitted of 3 run, 1 with a lower bound of G'
        """
        bounded = len(self.bounded)
        fitted = f"{len(self.fitted)} fitted of {len(self)} run"
        return f"{fitted}, {bounded} with a lower bound of G" if bounded else fitted

    @cached_property
    def trends(self) -> dict[str, Trend]:
        """The two trends against the fitted gap, under `"relative"` and `"absolute"`; see `trend`."""
        return {kind: self.trend(kind) for kind in ("relative", "absolute")}

    def trend(self, kind: str, gap: str = "relative_gap") -> Trend:
        """The trend of a sharpness against a gap (`fit_trend`).

        It goes through the fitted rows, and those that have a sharpness and a lower bound of the gap.

        Parameters
        ----------
        kind
            `"relative"` or `"absolute"`.
        gap
            The column of the gap: `"relative_gap"` of the fitted jump times, or one of other times, such as
            `"first_gap"`; its bounds and errors are those in `…_bound` and `…_error`, if there are any.

        Examples
        --------
        >>> gap = np.array([1.0, 2.0, 4.0])
        >>> table = tabulate({"first_gap": gap, "relative_sharpness": 1 / gap, "status": ["ok"] * 3})
        >>> round(table.trend("relative", "first_gap").slope, 9)
        -1.0
        """
        if len(self):
            self._column(gap)  # says which columns there are
        fitted = self._ok
        own = gap == "relative_gap"  # whose errors share those of the sharpness
        return fit_trend(
            np.where(fitted, self._numbers(gap), np.nan) if own else self._numbers(gap),
            self._numbers(f"{kind}_sharpness"),
            gap_error=self._numbers(f"{gap}_error"),
            sharpness_error=self._numbers(f"{kind}_sharpness_error"),
            correlation=self._numbers(f"{kind}_correlation") if own else None,
            gap_bound=np.where(fitted, np.nan, self._numbers(f"{gap}_bound")) if own else self._numbers(f"{gap}_bound"),
            knob=list(zip(*map(self._column, self.knobs), strict=True)) if self.knobs else None,
            noise=self.noise,
        )

    @property
    def _data(self) -> Mapping[str, tuple[Any, ...]]:
        """What `data` is once it was looked at."""
        return self.data  # type: ignore[return-value]

    @property
    def _ok(self) -> NDArray[np.bool_]:
        return np.array([status == "ok" for status in self._column("status")], dtype=bool)

    def _column(self, name: str) -> tuple[Any, ...]:
        if name not in self._data and len(self):
            raise KeyError(f"No column {name!r}; there are {', '.join(self.columns)}.{suggestion(name, self.columns)}")
        return self._data.get(name, ())

    def _numbers(self, column: str) -> Array:
        """A column of numbers, NaN where a row has none."""
        return np.array(self._data.get(column, (None,) * len(self)), dtype=np.float64)

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
        return len(next(iter(self._data.values()), ()))

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, column: str) -> NDArray[Any]:
        return np.array(self._column(column))

    def plot(self, ax: Any = None, *, kind: str = "relative", unit: str = "") -> Any:
        """Draw a sharpness against the relative gap with the trend and its 95 % interval; needs matplotlib.

        Both axes are logarithmic. A run of which only a lower bound of the gap is known has an arrow, one without a
        sharpness is counted in the title; up to five values of the knobs have marks of their own.

        Parameters
        ----------
        ax
            The matplotlib axes to draw into; without, a new figure is made, as by `CurveFit.plot`.
        kind
            `"relative"` or `"absolute"`.
        unit
            Of time, in the singular, for the label of the absolute sharpness.

        Returns
        -------
        The `matplotlib.axes.Axes`.

        Examples
        --------
        >>> from numerics import sweep_linear
        >>> axes = sweep_linear([0.8, 0.9, 0.95], convention="exact", points=2000).plot(kind="absolute", unit="step")
        >>> print(axes.get_ylabel())
        absolute sharpness $S_\\mathrm{abs}$ (1/step)
        """
        return draw("table", self, ax, kind=kind, unit=unit)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Return the rows as comma-separated values, or write them to `path`, as a whole or not at all.

        Whole numbers stay whole, floats keep their last digit, NaN is empty. `groksharp report --with` reads the file.

        >>> print(tabulate([{"lam": 0.9, "seed": 0, "status": "ok"}]).to_csv(), end="")
        lam,seed,status
        0.9,0,ok
        """
        text = csv_text(self._data)
        if path is None:
            return text
        write_named(Path(path), text.encode())
        return None

    def to_pandas(self) -> Any:
        """The rows as a `pandas.DataFrame`.

        >>> tabulate([{"lam": 0.9, "status": "ok"}, {"lam": 1.1, "status": "no jump"}]).to_pandas()["lam"].tolist()
        [0.9, 1.1]
        """
        import pandas

        return pandas.DataFrame(self._plain_columns)

    def to_polars(self) -> Any:
        """The rows as a `polars.DataFrame`.

        >>> tabulate([{"lam": 0.9, "status": "ok"}, {"lam": 1.1, "status": "no jump"}]).to_polars().shape
        (2, 2)
        """
        import polars

        return polars.DataFrame(self._plain_columns, strict=False)

    @property
    def _plain_columns(self) -> dict[str, list[Any]]:
        return {name: plain_column(values) for name, values in self._data.items()}

    def _repr_html_(self) -> str:
        columns = [name for name in self.columns if not name.endswith(_DETAILS)]
        hidden = len(self.columns) - len(columns)
        said = [repr(self).splitlines()[0], f"and {hidden} more columns" if hidden else ""]
        return html_table(columns, list(zip(*map(self._column, columns), strict=True)), said)

    def to_dict(self) -> dict[str, Any]:
        """Return `{"rows": [...], "trends": {...}}` in plain types for JSON, NaN as None."""
        columns = {name: json_column(values) for name, values in self._plain_columns.items()}
        return {
            "rows": list(tabulate(columns).rows),
            "trends": {kind: _json_row(asdict(trend)) for kind, trend in self.trends.items()},
        }


def tabulate(data: Columns | Rows, *, noise: Noise = "curves", knobs: Iterable[str] = ()) -> SharpnessTable:
    """Collect rows, or columns by their names, into a `SharpnessTable`; `noise` and `knobs` as there.

    Raises ValueError for columns of different lengths, and for a knob that is no column.

    >>> gap = np.array([1.0, 2.0, 3.0])
    >>> measures = {"relative_gap": gap, "relative_sharpness": 1 / gap, "absolute_sharpness": 2 / gap}
    >>> table = tabulate({**measures, "status": ["ok"] * 3})
    >>> len(table), round(table.trends["relative"].slope, 9)
    (3, -1.0)
    >>> tabulate([{"lam": 0.9, "status": "ok"}, {"lam": 1.1, "status": "no jump"}]).rows[1]
    {'lam': 1.1, 'status': 'no jump'}
    """
    if noise not in _NOISES:
        raise ValueError(f"noise must be one of {', '.join(_NOISES)}, got {noise!r}; counted accuracies have 'curves'.")
    table = SharpnessTable(data, noise, tuple(knobs))
    missing = [name for name in table.knobs if len(table) and name not in table.columns]
    if missing:
        raise ValueError(
            f"The table has no column {missing[0]!r} for a knob; there are {', '.join(table.columns)}."
            + suggestion(missing[0], table.columns)
        )
    return table


def _json_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(zip(row, json_column([plain_value(value) for value in row.values()]), strict=True))
