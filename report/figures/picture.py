"""A figure drawn once, as SVG, and its numbers as CSV."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "drawn", "own_look"]

_LOOK = {"font.size": 10, "svg.hashsalt": "groksharp", "savefig.transparent": False}


@dataclass(frozen=True)
class Picture:
    """One panel: the text of its SVG, and the numbers that are drawn in it.

    >>> Picture('<?xml?><svg id="a"><g id="b"/><use xlink:href="#b"/></svg>', "x").inline("trend-1", {})
    '<svg role="img" aria-label="trend 1"><g id="trend-1-b"/><use href="#trend-1-b"/></svg>'
    """

    svg: str
    csv: str

    def inline(self, name: str, letters: dict[str, str]) -> str:
        """The SVG for a page, named for a reader of the screen; ids that nothing refers to are left out.

        The others are made unique by the name, except those of letters: a letter that the page has, which `letters`
        remembers, is not drawn once more.
        """
        role = "group" if "<a " in self.svg else "img"  # an image hides the links in it
        label = name.replace("-", " ").replace("_", " ")
        text = f'<svg role="{role}" aria-label="{label}"{self.svg[self.svg.index("<svg") + 4 :]}'
        text = re.sub(r"<metadata>.*?</metadata>\n?|<!--.*?-->\n?", "", text, flags=re.DOTALL)
        shared: set[str] = set()

        def drawn_once(letter: re.Match[str]) -> str:
            known = letter[1] in letters
            if letters.setdefault(letter[1], letter[0]) != letter[0]:
                return letter[0]  # another font's of the same name
            shared.add(letter[1])
            return "" if known else letter[0]

        text = re.sub(r'<path id="([^"]*)" d="[^"]*" transform="scale\([^"]*"/>\n?', drawn_once, text)
        text = re.sub(r"<defs>\s*</defs>\n?", "", text).replace("<use xlink:href", "<use href")
        # A link to a run is one to the page.
        ours = set(re.findall(r'(?:href="|url\()#([^")]+)', text)) - shared
        ours = {one for one in ours if not re.search(r"-run-\d", one)}
        text = re.sub(r' id="([^"]*)"', lambda one: one[0] if one[1] in ours | shared else "", text)
        return re.sub(
            r'( id="|href="#|url\(#)([^")]+)',
            lambda one: f"{one[1]}{name}-{one[2]}" if one[2] in ours else one[0],
            text,
        )

    def write(self, path: Path) -> None:
        """Write it with the suffixes `.svg` and `.csv`."""
        path.with_suffix(".svg").write_text(self.svg, encoding="utf-8")
        path.with_suffix(".csv").write_text(self.csv, encoding="utf-8")


def drawn(make: "Iterable[Figure]") -> tuple[Picture, ...]:
    """The figures as pictures; the same figures make the same bytes.

    >>> from matplotlib.figure import Figure
    >>> [picture.svg[-7:-1] for picture in drawn([Figure(figsize=(1, 1))])]
    ['</svg>']
    """
    with own_look():
        return tuple(_picture(figure) for figure in make)


@contextmanager
def own_look() -> Iterator[None]:
    """Figures made and drawn within look the same whatever a file `matplotlibrc` says.

    >>> import matplotlib as mpl
    >>> with mpl.rc_context({"lines.linewidth": 40}), own_look():
    ...     print(mpl.rcParams["lines.linewidth"])
    1.5
    """
    from matplotlib import style

    with style.context(["default", _LOOK]):
        yield


def _picture(figure: "Figure") -> Picture:
    from report.figures.compact_svg import compact_svg
    from report.figures.drawn_data import drawn_data
    from report.figures.vector_canvas import svg_text

    text = svg_text(figure).replace(' target="_blank"', "")  # a link to a run stays on the page
    return Picture(compact_svg(text), drawn_data(figure))
