"""The systems that are known by name: those of the package, and those that are added."""

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from empirical.experiment.experiment import Experiment
from empirical.experiment.numbers import check_choice
from empirical.records.record import find_records
from empirical.systems.system import System
from theory.suggestion import suggestion

__all__ = ["SYSTEMS", "add_system", "find_system", "system_of"]


def _of_the_package() -> dict[str, System]:
    """The `SYSTEM` of every file beside this one that has one: a new system is a new file."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    others = [name for name in names if name not in ("known", "system")]
    systems = [importlib.import_module(f"empirical.systems.{name}").SYSTEM for name in others]
    return {system.name: system for system in systems}


_systems: dict[str, System] = _of_the_package()
_PACKAGE = frozenset(_systems)

SYSTEMS: Mapping[str, System] = MappingProxyType(_systems)
"""What can be trained, by name; see `add_system`."""


def add_system(system: System) -> System:
    """Make a system known by its name: to `sweep`, to the command line and to the report.

    Adding it again, as when its module is loaded in another process, replaces it.

    Raises
    ------
    TypeError
        If it is no `System`.
    ValueError
        If its name is no word or that of one of the package, its presets lack `"quick"`, or it names a knob or a record
        that is not known.

    Examples
    --------
    >>> wide = SYSTEMS["parity"].experiment.replace({"model.width": 2000})
    >>> add_system(System("wide_parity", wide, presets={"quick": {"seed": (0, 1)}})).name in SYSTEMS
    True
    """
    if not isinstance(system, System):
        raise TypeError(f"A system must be a System, got {system!r}; give it a name and an experiment.")
    if not system.name.isidentifier():
        raise ValueError(f"A system's name must be a word of letters, digits and _, got {system.name!r}.")
    if "quick" not in system.presets:
        raise ValueError(f"presets must have 'quick', got {', '.join(system.presets) or 'none'}; it is the default.")
    if system.name in _PACKAGE:
        raise ValueError(f"{system.name!r} is a system of the package; choose another name.")
    for preset in system.presets:
        system.experiments(preset)
    for knob in system.columns.values():
        check_choice("columns", knob, system.knobs)
    find_records(system.records)
    _systems[system.name] = system
    return system


def find_system(system: System | str) -> System:
    """The system of this name, or the system itself; ValueError with the known names if there is none.

    >>> find_system("parity").name
    'parity'
    """
    if isinstance(system, System):
        return system
    if system not in SYSTEMS:
        raise ValueError(
            f"system must be one of {', '.join(SYSTEMS)}; got {system!r}; "
            "one of your own has to be added before it is used (`add_system`, `--load`)." + suggestion(system, SYSTEMS)
        )
    return SYSTEMS[system]


def system_of(experiment: Experiment) -> System | None:
    """The known system with this experiment's task, model and loss and most of its numbers, the first among equals.

    Where a part was exchanged, it is the first with its task.

    >>> system_of(SYSTEMS["parity"].experiment.replace({"weight_decay": 0.1, "loss": "one_hot_squared_error"})).name
    'parity'
    """
    alike = [system for system in SYSTEMS.values() if system.experiment.task.name == experiment.task.name]
    knobs = experiment.knobs().items()
    near = [system for system in alike if system.includes(experiment)] or alike[:1]
    return max(near, key=lambda system: len(knobs & system.experiment.knobs().items()), default=None)
