"""Which settings a report can have: those of the package, those a user added, and every system that can be trained."""

import functools
import pkgutil
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from report import settings
from report.setting import Builder, plain_name
from theory.suggestion import suggestion

if TYPE_CHECKING:
    from empirical import System

__all__ = [
    "DEFAULT_SETTINGS",
    "add_setting",
    "default_settings",
    "find_setting",
    "packaged_settings",
    "setting_names",
]

DEFAULT_SETTINGS = (
    "linear", "descent", "parity", "effective_theory", "representation", "tables", "transformer", "images", "flatness",
    "diagonal_network", "committee_machine", "threshold_learner", "separability_edge", "parity_product",
    "analytic_weights",
)  # fmt: skip

_TRAINED_ONLY = ("representation", "tables", "images", "flatness")  # of these no runs come with the package

_ADDED: dict[str, Builder] = {}


def add_setting(name: str, build: Builder) -> None:
    """Let `groksharp report --settings NAME` show what `build` makes of a `Request`.

    A system added with `empirical.add_system` needs none: it is a setting by its own name. Adding a name again replaces
    what was added before.

    Raises
    ------
    ValueError
        For the name of a setting that comes with the package, or one that is not made of letters, digits, hyphens
        and underscores.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> from report import Setting
    >>> def build(request):
    ...     table = sweep_linear([0.8, 0.9], convention="exact")
    ...     return Setting(
    ...         name="far", title="Far from 1", phrase="the far linear model", time_unit="step", about="λ ≤ 0.9.",
    ...         table=table, style=request.style,
    ...     )
    >>> add_setting("far", build)
    >>> "far" in setting_names()
    True
    """
    if name in packaged_settings():
        raise ValueError(f"A setting {name!r} comes with the package; give yours another name.")
    if name != plain_name(name):
        raise ValueError(
            f"The name of a setting is made of letters, digits, hyphens and underscores, got {name!r}; "
            f"take {plain_name(name)!r}."
        )
    _ADDED[name] = build


def default_settings(recorded: str | None = None) -> tuple[str, ...]:
    """The settings of a report for which none are named; with recorded networks those for which nothing is trained.

    Images are among them where scikit-learn is installed, which has the digits.

    >>> default_settings("paper")[:5]
    ('linear', 'descent', 'parity', 'effective_theory', 'transformer')
    """
    left_out = set() if recorded is None else set(_TRAINED_ONLY)
    if find_spec("sklearn") is None:
        left_out.add("images")
    return tuple(name for name in DEFAULT_SETTINGS if name not in left_out)


def setting_names() -> tuple[str, ...]:
    """Every name that `groksharp report --settings` takes; without PyTorch those that need no network.

    >>> setting_names()[:3]
    ('linear', 'descent', 'parity')
    """
    return tuple(dict.fromkeys([*packaged_settings(), *_ADDED, *_systems()]))


def find_setting(name: str) -> Builder:
    """What makes the setting of this name.

    Raises ValueError with the names that there are.

    >>> find_setting("sorting")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: There is no setting 'sorting'; there are linear, descent, parity, ...
    """
    if name in packaged_settings():
        build: Builder = import_module(f"report.settings.{name}").build
        return build
    if name in _ADDED:
        return _ADDED[name]
    if name in _systems():
        from report.trained_setting import trained_setting

        return functools.partial(trained_setting, name)
    known = setting_names()
    raise ValueError(f"There is no setting {name!r}; there are {', '.join(known)}.{suggestion(name, known)}")


def packaged_settings() -> tuple[str, ...]:
    """Those that come with the package: the files of the folder, those of the default report first.

    >>> packaged_settings()[-1]
    'phases'
    """
    found = [module.name for module in pkgutil.iter_modules(settings.__path__)]
    return tuple(sorted(found, key=lambda name: (name not in DEFAULT_SETTINGS, _place(name), name)))


def _place(name: str) -> int:
    return DEFAULT_SETTINGS.index(name) if name in DEFAULT_SETTINGS else 0


def _systems() -> "Mapping[str, System]":
    """What can be trained; nothing where PyTorch or xarray are missing."""
    try:
        from empirical import SYSTEMS
    except ModuleNotFoundError as missing:
        if missing.name in ("torch", "xarray"):
            return {}
        raise
    return SYSTEMS
