"""Networks that learn a parity hidden among random bits, the paper's own or recorded ones."""

from report.setting import Request, Setting, Style
from report.trained_setting import recorded_setting, trained_setting

__all__ = ["build"]

_STYLE = Style("#D55E00", "o", "-.")


def build(request: Request) -> Setting:
    """Train the networks of the preset, load those that are finished, or take recorded ones."""
    if request.recorded is not None:
        return recorded_setting("parity", request, style=_STYLE, more=" None was trained for this page.")
    whole = " All of the paper's, trained beforehand, are in the page that `groksharp report --recorded paper` writes."
    return trained_setting("parity", request, style=_STYLE, more=whole if request.preset == "quick" else "")
