"""What draws the values of this room, which knows no plotting library: functions that another package offers."""

from importlib.metadata import entry_points
from typing import Any

__all__ = ["draw"]

_GROUP = "groksharp.plots"


def draw(name: str, *arguments: Any, **options: Any) -> Any:
    """What the function of this name in the entry points `groksharp.plots` makes of the arguments.

    Raises ModuleNotFoundError with one sentence where there is none, or no matplotlib.

    >>> draw("nothing")
    Traceback (most recent call last):
        ...
    ModuleNotFoundError: Nothing is installed that draws a nothing; pip install groksharp[report].
    """
    found = next(iter(entry_points(group=_GROUP, name=name)), None)
    if found is None:
        raise ModuleNotFoundError(
            f"Nothing is installed that draws a {name.replace('_', ' ')}; pip install groksharp[report]."
        )
    try:
        function = found.load()
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "matplotlib":
            raise
        raise ModuleNotFoundError(
            "Pictures need matplotlib, which is not installed; pip install groksharp[report].", name="matplotlib"
        ) from None
    return function(*arguments, **options)
