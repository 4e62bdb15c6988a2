"""A setting of the report: one system in which grokking is measured, as a value."""

import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.annotations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics import Sharpness, SharpnessTable

__all__ = [
    "Builder",
    "Companion",
    "Example",
    "Request",
    "Section",
    "Setting",
    "Style",
    "plain_name",
    "spanning_runs",
    "thinned_curves",
]


@dataclass(frozen=True)
class Style:
    """How the points and the line of a setting are drawn, in matplotlib's words.

    >>> Style("#0072B2", "s").line
    '-'
    """

    color: str
    marker: str
    line: str = "-"


@dataclass(frozen=True)
class Example:
    """One run to show: its two fits, and what it is.

    Attributes
    ----------
    label
        What the run is, above its picture.
    result
        The measurement that stands in the setting's table, with the points of both curves.

    Examples
    --------
    >>> import numpy as np
    >>> from numerics import measure
    >>> t = np.arange(60.0)
    >>> train, gen = np.clip(t / 10 - 1, 0, 1), np.clip(t / 10 - 3, 0, 1)
    >>> round(Example("two ramps", measure(t, train, gen)).result.relative_gap, 1)
    1.3
    """

    label: str
    result: "Sharpness"


@dataclass(frozen=True)
class Companion:
    """A table that belongs beside the setting's own, for its figure or for a claim.

    Attributes
    ----------
    name, label
        Its name among the setting's numbers, and in the legend of the figure.
    table
        The runs.
    style
        How it is drawn beside the setting's own points; None for a table that only claims look at.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> table = sweep_linear([1.05, 1.1], points=2000)
    >>> len(Companion("published", "published, λ > 1", table, Style("green", "+")).table)
    2
    """

    name: str
    label: str
    table: "SharpnessTable"
    style: Style | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A further part of a setting: a title, one figure, what is to be said, and the numbers behind it.

    Attributes
    ----------
    name, title
        The name is that of its figure's files, after the setting's.
    panels
        Draws the figure, one `matplotlib.figure.Figure` a panel.
    caption, text
        What the figure shows; what follows from it, which the page prints after the caption and Markdown alone.
    rows
        The numbers in plain types, for JSON.

    Examples
    --------
    >>> def panels():
    ...     from matplotlib.figure import Figure
    ...     return (Figure(),)
    >>> section = Section(
    ...     name="seeds", title="Many seeds", panels=panels, caption="One panel.", text="They agree.",
    ...     rows=({"seed": 0},),
    ... )
    >>> len(section.panels())
    1
    """

    name: str
    title: str
    panels: "Callable[[], tuple[Figure, ...]]"
    caption: str
    text: str
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One of the places where grokking is measured, with everything that the report says of it.

    Attributes
    ----------
    name
        As in `--settings`, in links and in the names of files.
    title, phrase
        As a heading, and within a sentence: “relative sharpness goes like G^-0.5 in …”.
    time_unit
        Of jump times, in the singular: `"step"`, `"epoch"`, …
    about
        A paragraph: what was measured.
    table
        One row a run, the columns of `numerics.measure` among them.
    style
        The same in every figure.
    examples
        A few runs across the range of gaps.
    origin
        For the provenance: where the runs come from, with their seeds.
    caption
        What the figure of sharpness against the gap shows.
    label
        Of the setting's own points where a companion is drawn beside them.
    companions, sections
        Further tables and parts.
    curves
        What was recorded in the run of each row: time, training and generalization accuracy, shape (3, n), for a small
        picture of it (`thinned_curves`); empty where it is not at hand.
    asymptotes
        Floor and ceiling of the fits of all rows, or None where they are not one and the same.
    identity
        Says from what the setting was made, so that its figures can be kept; empty: they are drawn each time.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> table = sweep_linear([0.95, 0.97], convention="exact", points=2000)
    >>> setting = Setting(
    ...     name="mine", title="Mine", phrase="my model", time_unit="step", about="Two runs.", table=table,
    ...     style=Style("black", "o"),
    ... )
    >>> len(setting.table.fitted), setting.table.noise
    (2, 'none')
    """

    name: str
    title: str
    phrase: str
    time_unit: str
    about: str
    table: "SharpnessTable"
    style: Style
    examples: tuple[Example, ...] = ()
    origin: str = ""
    caption: str = "Sharpness against the gap."
    label: str = "this setting"
    companions: tuple[Companion, ...] = ()
    sections: tuple[Section, ...] = ()
    curves: tuple[Array, ...] = ()
    asymptotes: tuple[float, float] | None = (0.0, 1.0)
    identity: str = ""

    def companion(self, name: str) -> "SharpnessTable | None":
        """The companion table of this name, or None."""
        return next((one.table for one in self.companions if one.name == name), None)

    def section(self, name: str) -> Section | None:
        """The section of this name, or None."""
        return next((one for one in self.sections if one.name == name), None)


@dataclass(frozen=True)
class Request:
    """What a setting is asked for when the report is made.

    Attributes
    ----------
    preset
        `"quick"` or `"paper"`: how large.
    style
        One that no other setting of this report has.
    recorded
        The preset of recorded networks to take in place of trained ones, or None.
    runs
        Folder of all runs, or None for each setting's own below `out`.
    workers, executor
        As for `empirical.sweep`.

    Examples
    --------
    >>> Request("quick", Style("black", "o")).folder("parity").as_posix()
    'out/parity'
    """

    preset: str
    style: Style
    recorded: str | None = None
    runs: str | os.PathLike[str] | None = None
    workers: int | None = None
    executor: Executor | None = None

    def folder(self, name: str) -> Path:
        """Where the runs of the setting of this name are kept."""
        return Path("out") / name if self.runs is None else Path(self.runs)

    @property
    def kept(self) -> Path:
        """Where values are kept that were computed from runs."""
        return Path("out" if self.runs is None else self.runs) / "kept"


Builder = Callable[[Request], Setting]


def plain_name(text: str) -> str:
    """The text as a name for a setting, good for links and files: letters, digits, hyphens and underscores.

    >>> plain_name("My runs (2).csv")
    'My-runs-2-csv'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-") or "runs"


def thinned_curves(time: Array, train: Array, gen: Array, most: int = 48) -> Array:
    """As many points of a run's curves as a small picture shows, shape (3, n): about every so many-th from both jumps.

    Points are taken at equal lengths of the way that both curves go, half of it the time on a logarithmic scale.

    >>> import numpy as np
    >>> t = np.arange(1.0, 1001.0)
    >>> thinned_curves(t, np.clip(t / 10 - 1, 0, 1), np.clip(t / 100 - 3, 0, 1)).shape[0]
    3
    """
    import numpy as np

    known = np.isfinite(train) & np.isfinite(gen) & (time > 0)
    curves = np.stack([time, train, gen])[:, known]
    if curves.shape[1] <= most:
        return curves
    moved = np.abs(np.diff(curves[1:])).sum(axis=0)
    passed = np.diff(np.log(curves[0]))
    way = np.concatenate([[0.0], np.cumsum(moved / max(moved.sum(), 1e-300) + passed / passed.sum())])
    chosen = np.unique(np.searchsorted(way, np.linspace(0, way[-1], most)).clip(0, way.size - 1))
    thinned: Array = curves[:, chosen]
    return thinned


def spanning_runs(table: "SharpnessTable") -> list[int]:
    """Rows to show: those of the smallest, the middle and the largest gap; where none was fitted, some that failed.

    >>> from numerics import tabulate
    >>> gaps = (3.0, 1.0, 5.0, 2.0, 4.0)
    >>> spanning_runs(tabulate({"relative_gap": gap, "status": "ok"} for gap in gaps))
    [1, 0, 2]
    """
    fitted = [k for k, row in enumerate(table.rows) if row["status"] == "ok"]
    order = sorted(fitted, key=lambda k: table.rows[k]["relative_gap"]) or list(range(len(table)))
    return list(dict.fromkeys(order[k] for k in (0, len(order) // 2, -1))) if order else []
