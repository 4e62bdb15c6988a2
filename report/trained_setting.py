"""A setting made of any system of networks: the one file of the settings that knows how networks are swept."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from empirical import (
    Experiment,
    System,
    experiment_of,
    find_system,
    measure_run,
    measure_runs,
    recorded_runs,
    run_curves,
    train_experiments,
)
from numerics import SharpnessTable
from numerics.progress import progress_bar
from report.setting import Example, Request, Section, Setting, Style, spanning_runs, thinned_curves

__all__ = ["recorded_setting", "trained_setting"]

Sections = Callable[[Sequence[xr.Dataset], SharpnessTable], tuple[Section, ...]]


def trained_setting(
    name: str | System,
    request: Request,
    *,
    experiments: Sequence[Experiment] | None = None,
    style: Style | None = None,
    more: str = "",
    sections: Sections | None = None,
) -> Setting:
    """Train a preset of the system, or load what is finished of it, and measure it.

    The preset is the one of the request's name; where the system has none of that name, `quick`.

    Parameters
    ----------
    name
        Of the system, or a system.
    experiments
        What to train in place of a preset.
    style
        In place of the request's.
    more
        Further sentences of what it is about.
    sections
        Makes further parts of the runs and their table.

    Examples
    --------
    >>> trained_setting("parity", Request("quick", Style("black", "o"))).title  # doctest: +SKIP
    'Parity networks'
    """
    system = find_system(name)
    preset = request.preset if request.preset in system.presets else "quick"
    folder = request.folder(system.name)
    with progress_bar(_title(system), system.time_unit) as progress:
        datasets = train_experiments(
            system.experiments(preset) if experiments is None else experiments,
            out=folder, workers=request.workers, executor=request.executor,
            records=system.records, progress=progress,
        )  # fmt: skip
    where = f"{f'preset {preset}, ' if experiments is None else ''}trained here or loaded from {folder}"
    return _measured(system, datasets, style or request.style, where, more, sections)


def recorded_setting(
    name: str,
    request: Request,
    *,
    datasets: Sequence[xr.Dataset] | None = None,
    style: Style | None = None,
    more: str = "",
    sections: Sections | None = None,
) -> Setting:
    """The same with runs of the system that come with the package; nothing is trained.

    Parameters
    ----------
    datasets
        Some of them, in place of the preset that the request says is recorded.
    name, style, more, sections
        As in `trained_setting`.

    Examples
    --------
    >>> request = Request("quick", Style("black", "o"), recorded="quick")
    >>> setting = recorded_setting("parity", request)
    >>> len(setting.table), setting.table.noise
    (10, 'curves')
    """
    datasets = recorded_runs(request.recorded or request.preset, name) if datasets is None else datasets
    made = datasets[0].attrs
    where = (
        f"recorded by `{made['recorded_by']}` with groksharp {made['groksharp_version']}, "
        f"torch {made['torch_version']}, numpy {made['numpy_version']} ({made['engine']}, {made['machine']})"
    )
    return _measured(find_system(name), datasets, style or request.style, where, more, sections)


def _measured(
    system: System,
    datasets: Sequence[xr.Dataset],
    style: Style,
    where: str,
    more: str,
    sections: Sections | None = None,
) -> Setting:
    table = measure_runs(datasets, system=system)
    experiments = [experiment_of(dataset) for dataset in datasets]
    lengths = sorted({experiment.schedule.length for experiment in experiments})
    seeds = sorted({experiment.seed for experiment in experiments})
    title = _title(system)
    examples = (
        Example(_label(table, k), measure_run(datasets[k], ceiling=system.ceiling)) for k in spanning_runs(table)
    )
    about = f"{system.about} {len(table)} runs {_ranges(table)}, {_range(lengths)} {system.time_unit}s each.{more}"
    return Setting(
        name=system.name,
        title=title,
        phrase=title[:1].lower() + title[1:],
        time_unit=system.time_unit,
        about=about.strip(),
        table=table,
        style=style,
        examples=tuple(examples),
        origin=f"{_named('seed', seeds)}; {where}",
        caption="Sharpness against the gap, with the standard errors of the fits.",
        sections=sections(datasets, table) if sections else (),
        curves=tuple(thinned_curves(*run_curves(dataset)) for dataset in datasets),
        asymptotes=_asymptotes(system, experiments),
    )


def _asymptotes(system: System, experiments: Sequence[Experiment]) -> tuple[float, float] | None:
    floors = {experiment.chance for experiment in experiments}
    ceiling = system.ceiling
    return (floors.pop(), float(ceiling)) if len(floors) == 1 and isinstance(ceiling, int | float) else None


def _title(system: System) -> str:
    words = system.name.replace("_", " ")
    return system.title or words[:1].upper() + words[1:]


def _label(table: SharpnessTable, k: int) -> str:
    """Which run it is."""
    return ", ".join(_named(name, [table.rows[k][name]]) for name in _varied(table))


def _varied(table: SharpnessTable) -> tuple[str, ...]:
    """The columns that say which run it is; they stand before what was read off it."""
    return table.columns[: table.columns.index("steps_to_train")]


def _ranges(table: SharpnessTable) -> str:
    parts = [_named(name, list(dict.fromkeys(row[name] for row in table))) for name in _varied(table)]
    return "with " + ", ".join(parts[:-1]) + " and " * bool(parts[:-1]) + parts[-1] if parts else ""


def _named(name: str, values: Sequence[Any]) -> str:
    word = name.rpartition(".")[2].replace("_", " ")
    return f"{word} {_range(values)}"


def _range(values: Sequence[Any]) -> str:
    if len(values) > 2 and all(isinstance(value, int | float | np.number) for value in values):
        return f"{min(values):g} to {max(values):g}"
    return " and ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
