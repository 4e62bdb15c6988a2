"""The sweeps that come with the package: closed forms and recorded runs, one knob each."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from numerics.annotations import ProgressOption
from numerics.progress import shown
from report import settings
from report.knob_sweep import KnobSweep
from report.law.law import Law, judge_law

__all__ = ["collect_sweeps", "collected_law"]


def collect_sweeps(progress: ProgressOption = None) -> tuple[KnobSweep, ...]:
    """What `knob_sweeps()` of every setting's file gives; nothing is trained.

    `progress` is True for a bar on standard error, or called with (done, total) after each file. Recorded networks are
    left out where PyTorch is missing.

    >>> {sweep.name for sweep in collect_sweeps()} >= {"linear_student", "parity"}  # doctest: +SKIP
    True
    """
    names = [module.name for module in pkgutil.iter_modules(settings.__path__)]
    found: list[KnobSweep] = []
    with shown(progress, "closed forms and recorded runs", "file") as show:
        for done, name in enumerate(names, start=1):
            found += _of(name)
            show(done, len(names))
    return tuple(found)


def collected_law() -> Law:
    """The law over all of them, with progress shown."""
    return judge_law(collect_sweeps(progress=True))


def _of(name: str) -> Iterator[KnobSweep]:
    try:
        module = import_module(f"report.settings.{name}")
    except ModuleNotFoundError as missing:
        if missing.name in ("torch", "xarray"):
            return
        raise
    if hasattr(module, "knob_sweeps"):
        yield from module.knob_sweeps()
