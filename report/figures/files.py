"""A figure as a file, its format told by the name."""

import io
from pathlib import Path

from matplotlib.figure import Figure

from numerics.whole_file import write_named

__all__ = ["figure_path", "write_figure"]

_FORMATS = (".png", ".svg", ".pdf")


def figure_path(text: str) -> Path:
    """The path of a figure that can be written there.

    Raises ValueError for another format than PNG, SVG or PDF, and for a folder that is not there.

    >>> figure_path("out.jpg")
    Traceback (most recent call last):
        ...
    ValueError: A figure is written as .png, .svg or .pdf, got out.jpg; name it out.png, say.
    """
    path = Path(text)
    if not path.name:
        raise ValueError(f"{path} is a folder; name a file for the figure.")
    if path.suffix.lower() not in _FORMATS:
        raise ValueError(
            f"A figure is written as .png, .svg or .pdf, got {text}; name it {path.with_suffix('.png')}, say."
        )
    if not path.parent.is_dir():
        raise ValueError(f"There is no folder {path.parent} for the figure {path.name}; make it, or name another one.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file for the figure.")
    return path


def write_figure(figure: Figure, path: Path) -> None:
    """Write the figure in the format of the path's suffix.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_figure(Figure(figsize=(1, 1)), Path(folder) / "empty.svg")
    ...     [path.name for path in Path(folder).iterdir()]
    ['empty.svg']
    """
    drawn = io.BytesIO()
    figure.savefig(drawn, format=path.suffix[1:].lower(), dpi=200)
    write_named(path, drawn.getvalue())
