"""Pictures, drawn once for what is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.figures.picture import Picture, drawn, own_look
from report.kept.code_digest import code_digest
from report.kept.value import kept_value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["kept_pictures"]


def kept_pictures(
    folder: Path | None, name: str, drawn_from: str, figures: "Iterable[tuple[str, Iterable[Figure]]]"
) -> Mapping[str, tuple[Picture, ...]]:
    """The panels of each figure by its name; `figures` are drawn only if none are kept.

    Parameters
    ----------
    folder
        Where pictures are kept; None: they are drawn.
    name, drawn_from
        Of the pictures together, and a digest of everything that is drawn in them.
    figures
        Names and panels, an iterator that makes them when they are asked for.
    """
    if folder is None:
        return _drawn(figures)

    def make() -> tuple[Any, tuple[()]]:
        return {title: [astuple(one) for one in pictures] for title, pictures in _drawn(figures).items()}, ()

    plain = kept_value(folder, f"pictures-{name}", f"{code_digest()} {drawn_from}", make)
    return {title: tuple(Picture(*one) for one in panels) for title, panels in plain.items()}


def _drawn(figures: "Iterable[tuple[str, Iterable[Figure]]]") -> dict[str, tuple[Picture, ...]]:
    with own_look():  # figures are made here as well
        return {title: drawn(panels) for title, panels in figures}
