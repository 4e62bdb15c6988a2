"""An SVG of matplotlib in fewer characters: what no screen can show is left out of it."""

import re

import numpy as np
from matplotlib.path import Path

__all__ = ["compact_svg"]

_LONG = 100  # points of a line from which on it is worth thinning
_NUMBER = re.compile(r"-?\d+\.\d+")


def compact_svg(svg: str) -> str:
    """Paths and moves of text to a hundredth of a point; of a long line or outline the points that bend it; no indents.

    The points left out are within a ninth of a point of the line, as matplotlib thins lines itself, but no outlines.
    Where a mark stands keeps all its digits.

    >>> compact_svg('<g>\\n  <path d="M 0 0.123456 \\nL 10.0001 2 \\nz\\n"/>\\n</g>')
    '<g>\\n<path d="M0 0.12L10 2z"/>\\n</g>'
    """
    svg = re.sub(r' d="([^"]*)"', lambda found: f' d="{_path(found[1])}"', svg)
    svg = re.sub(r"translate\([^)]*\)", lambda found: _NUMBER.sub(_shorter, found[0]), svg)
    return re.sub(r"\n\s+", "\n", svg)


def _path(d: str) -> str:
    if d.count("L") >= _LONG and not re.search("[CQ]", d):
        return "".join(map(_thinned, d.split("M")[1:]))
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", _NUMBER.sub(_shorter, d))


def _thinned(line: str) -> str:
    """One line, or an outline, that begins after the letter M."""
    given = Path(np.array(re.sub("[Lz]", "", line).split(), dtype=np.float64).reshape(-1, 2))
    points = np.asarray(given.cleaned(simplify=True).vertices)[:-1]  # without the point that says that the line ends
    return "M" + "L".join(f"{_rounded(x)} {_rounded(y)}" for x, y in points.tolist()) + "z" * ("z" in line)


def _shorter(number: re.Match[str]) -> str:
    return _rounded(float(number[0]))


def _rounded(number: float) -> str:
    """To two decimals, without zeros at the end.

    >>> _rounded(-0.001), _rounded(10.0), _rounded(1234.567)
    ('0', '10', '1234.57')
    """
    return f"{round(number, 2) + 0.0:.9g}"
