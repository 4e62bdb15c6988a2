"""Embeddings as a picture: each symbol at its place, before, at and after the jump."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from report.annotations import Array
from report.figures.panels import BLUE, GREY, literal, panel

__all__ = ["embedding_figures"]


def embedding_figures(moments: Sequence[tuple[str, Array]], *, line: bool = True) -> tuple[Figure, ...]:
    """One panel a moment of a run: E_k against k where the embedding has one dimension, else its first two.

    Each embedding is standardized: mean 0 and variance 1 in every dimension. In one dimension the sign, which means
    nothing, is chosen so that it rises, and the straight line that fits best is drawn as well. In the plane symbols
    follow each other along a thin line if `line`.

    Parameters
    ----------
    moments
        What the moment is, and the embedding then, shape (p, d).

    Examples
    --------
    >>> figures = embedding_figures([("start", np.array([[0.1], [-0.2], [0.3]]))])
    >>> figures[0].axes[0].get_title()
    'start'
    """
    return tuple(_picture(title, np.asarray(values, dtype=np.float64), line) for title, values in moments)


def _picture(title: str, embedding: Array, line: bool) -> Figure:
    scale = embedding.std(axis=0, ddof=1)
    places = (embedding - embedding.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    symbols = np.arange(len(places))
    if places.shape[1] == 1:
        figure, axes = panel("symbol $k$", "$E_k$, standardized")
        slope = float(np.polyfit(symbols, places[:, 0], 1)[0])
        values = places[:, 0] * (1 if slope >= 0 else -1)
        axes.plot(symbols, np.polyval(np.polyfit(symbols, values, 1), symbols), color=GREY, lw=1, ls="--")
        axes.plot(symbols, values, ls="", marker="o", ms=6, color=BLUE)
        axes.set_xticks(symbols[:: max(1, len(symbols) // 10)])
    else:
        figure, axes = panel("first dimension", "second dimension")
        closed = np.append(symbols, 0)
        if line:
            axes.plot(places[closed, 0], places[closed, 1], color=GREY, lw=0.7)
        for k in symbols:
            axes.text(places[k, 0], places[k, 1], str(k), ha="center", va="center", fontsize=9, color=BLUE)
        reach = 1.15 * max(1.0, float(np.abs(places[:, :2]).max()))
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-reach, reach)
        axes.set_aspect("equal")
    axes.set_title(literal(title), fontsize=10)
    return figure
