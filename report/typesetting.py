"""Plain words of the comparison as HTML."""

import re

from markupsafe import Markup, escape

__all__ = ["typeset"]


def typeset(text: str) -> Markup:
    """The text with its indices, powers, signs and commands set as such, and everything else escaped.

    >>> str(typeset("S_rel like G^-2, see `groksharp <x>`"))
    'S<sub>rel</sub> like G<sup>−2</sup>, see <code>groksharp &lt;x&gt;</code>'
    >>> str(typeset("γ^−0.98"))
    'γ<sup>−0.98</sup>'
    """
    marked = re.sub(r"\b(S|L|t\*|s|d)_(rel|abs|train|gen|needed)\b", r"\1<sub>\2</sub>", str(escape(text)))
    marked = re.sub(r"\^([-−]?[\d.]*\d)", lambda power: f"<sup>{power[1]}</sup>", marked)
    marked = re.sub(r"(?<![\w.])-(?=\d)", "−", marked)
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", marked))
