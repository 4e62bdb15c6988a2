"""Tables of phases: one row a cell, with the probability of each phase over the seeds."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from empirical.annotations import Knob
from empirical.curves import experiment_of
from empirical.measurement import measure_run
from empirical.phases.diagram import PhaseDiagram
from empirical.phases.rule import PHASES, PhaseRule
from numerics import estimate_share, quantile_interval
from theory.suggestion import suggestion

__all__ = ["PhaseTable", "tabulate_phases"]


@dataclass(frozen=True)
class PhaseTable:
    """Cells as rows, dictionaries with equal keys in order of the axes, and the diagram and the rule they come from.

    Iterating gives the rows, `table["grokking"]` a column; `pandas.DataFrame(table)` makes a data frame of it.

    >>> from empirical import find_path
    >>> PhaseTable(find_path("decay"), PhaseRule(), ({"decoder_decay": 0.0, "phase": "grokking"},))["phase"]
    ['grokking']
    """

    diagram: PhaseDiagram
    rule: PhaseRule
    rows: tuple[Mapping[str, Any], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.rows[0]) if self.rows else ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, column: str) -> list[Any]:
        if self.rows and column not in self.columns:
            raise KeyError(
                f"No column {column!r}; there are {', '.join(self.columns)}.{suggestion(column, self.columns)}"
            )
        return [row[column] for row in self.rows]

    def to_dict(self) -> dict[str, Any]:
        """Return `{"rows": [...]}` in plain types for JSON."""
        return {"rows": [dict(row) for row in self.rows]}


def tabulate_phases(
    diagram: PhaseDiagram, datasets: Iterable[xr.Dataset], *, rule: PhaseRule | None = None
) -> PhaseTable:
    """The phase table of recorded runs of a diagram, trained just now or loaded.

    Parameters
    ----------
    diagram
        Whose axes tell the cells apart; what else differs counts as a replicate, as the seed does.
    datasets
        The runs.
    rule
        Level, delay and limit; by default U's with the length of each run as the limit.

    Returns
    -------
    Per cell: the axes under their names; for each phase the share of the runs that are in it, and `PHASE_low`,
    `PHASE_high`, its 95 % interval (Wilson); `phase`, the most frequent, of several the first in the order of `PHASES`;
    `runs`; `steps_to_train`, `steps_to_gen` and `delay`, medians over the runs in which a run that has not come by the
    limit is later than all that have, and None where the median is such a run.

    Along a path also `relative_gap`, the median of G, a run that fits the training set and never generalizes having a
    gap above all others; `relative_sharpness`, the median of S_rel; both with `_low` and `_high`, an interval of the
    median that covers it with at least 95 % whatever the distribution, None where it is open or has too few runs, less
    than six; and `measured`, the number of runs with both curves fitted.

    Raises
    ------
    ValueError
        If a run ended before its phase was decided; see `PhaseRule.crossings`.

    Examples
    --------
    >>> from empirical import PhaseAxis, recorded_runs
    >>> path = PhaseDiagram("mine", "parity", (PhaseAxis("bits", "task.input_size"),), {"quick": {}})
    >>> runs = recorded_runs("paper", input_size=[25, 45])
    >>> table = tabulate_phases(path, runs, rule=PhaseRule(delay=10_000))
    >>> [(row["bits"], row["phase"], row["runs"], row["steps_to_gen"]) for row in table]
    [(25, 'comprehension', 3, 13608.0), (45, 'grokking', 3, 51768.0)]
    >>> round(table["comprehension_low"][0], 4), table["comprehension_high"][0]
    (0.4385, 1.0)
    """
    rule = rule or PhaseRule()
    cells: dict[tuple[Knob, ...], list[xr.Dataset]] = {}
    for dataset in datasets:
        cells.setdefault(diagram.cell(experiment_of(dataset)), []).append(dataset)
    rows = []
    for values in sorted(cells, key=lambda cell: tuple(_rank(value) for value in cell)):
        axes = {axis.name: value for axis, value in zip(diagram.axes, values, strict=True)}
        crossings = [rule.crossings(dataset) for dataset in cells[values]]
        phases = [rule.phase(*steps) for steps in crossings]
        row = axes | _probabilities(phases) | _medians(crossings)
        rows.append(row | _sharpness(cells[values], phases) if diagram.is_path else row)
    return PhaseTable(diagram, rule, tuple(rows))


def _probabilities(phases: Sequence[str]) -> dict[str, Any]:
    runs = len(phases)
    counts = {phase: phases.count(phase) for phase in PHASES}
    shares = {phase: estimate_share(count, runs) for phase, count in counts.items()}
    row: dict[str, Any] = {phase: found.share for phase, found in shares.items()}
    for phase, found in shares.items():
        row |= {f"{phase}_low": found.low, f"{phase}_high": found.high}
    return row | {"phase": max(PHASES, key=lambda phase: counts[phase]), "runs": runs}


def _medians(crossings: Sequence[tuple[float | None, float | None]]) -> dict[str, float | None]:
    steps = np.array(crossings, dtype=np.float64)  # None is NaN
    train, gen = np.where(np.isnan(steps), math.inf, steps).T
    # A run that generalizes without having fit has a delay below all others; one that does not generalize, above.
    delay = np.array([g - t if np.isfinite(g) else math.inf for t, g in zip(train, gen, strict=True)])
    return {"steps_to_train": _median(train), "steps_to_gen": _median(gen), "delay": _median(delay)}


def _sharpness(datasets: Sequence[xr.Dataset], phases: Sequence[str]) -> dict[str, float | int | None]:
    gaps, sharpness = [], []
    for dataset, phase in zip(datasets, phases, strict=True):
        measured = measure_run(dataset)
        if measured.ok:
            gaps.append(measured.relative_gap)
            sharpness.append(measured.relative_sharpness)
        elif phase == "memorisation":
            gaps.append(math.inf)
    row: dict[str, float | int | None] = {}
    for name, values in (("relative_gap", np.array(gaps)), ("relative_sharpness", np.array(sharpness))):
        low, high = (end if math.isfinite(end) else None for end in quantile_interval(values))
        row |= {name: _median(values), f"{name}_low": low, f"{name}_high": high}
    return row | {"measured": len(sharpness)}


def _median(values: np.ndarray) -> float | None:
    """The median of numbers of which some are infinite; None if it is not finite, or there is none."""
    ordered = np.sort(values)
    middle = ordered[[(values.size - 1) // 2, values.size // 2]] if values.size else np.array([math.nan])
    return float(middle.mean()) if np.isfinite(middle).all() else None


def _rank(value: Knob) -> tuple[int, float, str]:
    """Numbers in their order, then words."""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))
