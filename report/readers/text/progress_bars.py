"""Progress bars of tqdm with numbers behind them, `3/100 [00:01<00:20, 5.1it/s, acc=0.9]`, as lines of a log."""

import itertools
import re
from collections.abc import Iterator

from report.readers.text.lines import lines_of

__all__ = ["bars_as_lines"]

_BAR = re.compile(
    r"(?P<before>.*?)\d+%\|[^|]*\|\s*(?P<done>\d+)/(?P<all>\d+)\s*\[[^,\]]*,\s*[^,\]]*(?:it/s|s/it)(?P<after>.*)\]"
)
_NUMBER = re.compile(r"\d")
_SAMPLE = 200
_RUNS = 20  # bars over a training, one after the other; more are of epochs
_NOTE = "Progress bars were read as lines; "


def bars_as_lines(text: bytes, notes: list[str]) -> bytes:
    """The text with a line a bar, where most lines are bars with numbers; else as it is.

    Of one bar over the training each state is a line, with what it counts as `it`; of a bar an epoch only the last
    state is, since what it shows on the way may be of the epoch before.

    >>> bars_as_lines(b" 1%| | 1/99 [00:01<00:20, 5.1it/s, acc=0.9]\\n 2%| | 2/99 [00:01<00:20, 5.1it/s, acc=1]\\n", [])
    b'it=1 , acc=0.9\\nit=2 , acc=1\\n'
    """
    if b"it/s" not in text and b"s/it" not in text:
        return text
    sample = [line for line, _ in zip(filter(str.strip, lines_of(text)), range(_SAMPLE), strict=False)]
    bars = [bar for line in sample if (bar := _BAR.search(line))]
    if sum(map(_has_numbers, bars)) <= len(sample) / 2:
        return text
    found = [bar for line in lines_of(text) if (bar := _BAR.search(line)) and _has_numbers(bar)]
    complete = [bar for bar, after in itertools.pairwise(found) if bar["done"] == bar["all"] != after["done"]]
    of_epochs = len(complete) > _RUNS or any("epoch" in bar["before"].lower() for bar in complete)
    notes.append(_NOTE + ("of each the last state." if of_epochs else "it is what they count."))
    lines = _last_states(found) if of_epochs else _states(found)
    return "".join(f"{line}\n" for line in lines).encode()


def _has_numbers(bar: re.Match[str]) -> bool:
    return _NUMBER.search(bar["after"] + bar["before"]) is not None


def _states(bars: list[re.Match[str]]) -> Iterator[str]:
    """Each state of one bar, the last where it is drawn again."""
    for bar, after in zip(bars, [*bars[1:], None], strict=True):
        if after is None or after["done"] != bar["done"]:
            yield f"it={bar['done']} {bar['before'].strip()}{bar['after']}"


def _last_states(bars: list[re.Match[str]]) -> Iterator[str]:
    """The last state of each bar that came to its end."""
    for bar, after in zip(bars, [*bars[1:], None], strict=True):
        same = after is not None and after["done"] == bar["done"] and after["before"] == bar["before"]
        if bar["done"] == bar["all"] and not same:
            yield f"{bar['before'].strip()} {bar['after']}"
