"""The phases of learning of the representation toy: maps over two knobs, and the paths that lead out of grokking."""

import functools
from collections import Counter
from collections.abc import Callable
from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from empirical import (
    PHASE_PATHS,
    PHASES,
    PhaseRule,
    PhaseTable,
    find_path,
    find_system,
    map_phases,
    measure_runs,
    tabulate_phases,
    train_experiments,
)
from numerics.progress import progress_bar
from report.figures.phase_map import phase_map
from report.figures.phase_path import phase_path
from report.setting import Request, Section, Setting, Style

__all__ = ["MAPS", "build"]

MAPS = ("rates", "decay", "decay-classification")
"""The diagrams that are mapped."""

_STYLE = Style("#56B4E9", "^", "--")
_SEEN = {
    "comprehension": "trains and generalizes, the one less than {delay:g} steps after the other",
    "grokking": "later than that",
    "memorisation": "trains only",
    "confusion": "neither",
}


def build(request: Request) -> Setting:
    """Train the maps and the paths of the preset, or load what is finished of them."""
    rule = PhaseRule()
    maps = [_mapped(name, request, rule) for name in MAPS]
    along = {name: _trained(name, request) for name in PHASE_PATHS}
    runs = [run for path in along.values() for run in path]
    return Setting(
        name="phases",
        title="Phases of the representation toy",
        phrase="the representation toy along its ways out of grokking",
        time_unit="step",
        about=f"The representation toy along {len(along)} paths: {', '.join(_words(name) for name in along)}; below, "
        f"maps of its phases over two knobs each. A set is learned at an accuracy of {rule.level:g}.",
        table=measure_runs(runs),
        style=_STYLE,
        origin=f"preset {request.preset} of `groksharp phases`, trained here or loaded from {_folder(request)}",
        caption="Sharpness against the gap along the paths, with the standard errors of the fits.",
        sections=(
            *(_map_section(name, table, rule) for name, table in zip(MAPS, maps, strict=True)),
            *(_path_section(name, tabulate_phases(find_path(name), path)) for name, path in along.items()),
        ),
    )


def _mapped(name: str, request: Request, rule: PhaseRule) -> PhaseTable:
    with progress_bar(f"phases, {_words(name)}", "step") as progress:
        return map_phases(name, request.preset, rule=rule, **_where(request), progress=progress)


def _trained(name: str, request: Request) -> list[xr.Dataset]:
    path = find_path(name)
    system = find_system(path.system)
    with progress_bar(f"path, {_words(name)}", system.time_unit) as progress:
        return train_experiments(
            path.experiments(request.preset), records=system.records, **_where(request), progress=progress
        )


def _where(request: Request) -> dict[str, Any]:
    return {"out": _folder(request), "workers": request.workers, "executor": request.executor}


def _folder(request: Request) -> str:
    return request.folder("phases").as_posix()


def _map_section(name: str, table: PhaseTable, rule: PhaseRule) -> Section:
    most = Counter(row["phase"] for row in table)
    counts = ", ".join(f"{most[phase]} {phase}" for phase in PHASES)
    meanings = "; ".join(f"{phase}: {_SEEN[phase].format(delay=rule.delay)}" for phase in PHASES)
    return _section(
        name, f"Phases over {_axes(table)}", functools.partial(phase_map, table), table,
        f"Each cell is divided by the shares of its {table.rows[0]['runs']} runs; {meanings}.",
        f"Most frequent phase of {len(table)} cells: {counts}.",
    )  # fmt: skip


def _path_section(name: str, table: PhaseTable) -> Section:
    first, last = table.rows[0], table.rows[-1]
    return _section(
        f"path-{name}", f"Along {_axes(table)}", functools.partial(phase_path, table), table,
        f"Shares of the phases, gap and relative sharpness along the path, medians of {first['runs']} runs a point "
        "with their 95 % intervals; an arrow is a gap that is above all that could be measured.",
        f"Grokking or memorisation in {_late(first):.0%} of the runs at the first point and in {_late(last):.0%} "
        "at the last.",
    )  # fmt: skip


def _section(name: str, title: str, draw: Callable[[], Figure], table: PhaseTable, caption: str, text: str) -> Section:
    return Section(
        name=name, title=title, panels=lambda: (draw(),), caption=caption, text=text.replace("%", " %"),
        rows=table.rows,
    )  # fmt: skip


def _late(row: Any) -> float:
    return float(row["grokking"] + row["memorisation"])


def _axes(table: PhaseTable) -> str:
    return " and ".join(axis.label or _words(axis.name) for axis in table.diagram.axes)


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
