"""Progress bars of tqdm with numbers behind them, `3/100 [00:01<00:20, 5.1it/s, acc=0.9]`, as lines of a log."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from report.readers.text.lines import lines_of

__all__ = ["bars_as_lines"]

_COUNT = re.compile(r"\|\s?(\d{1,12})/(\d{1,12}) \[[^,\]]{1,40}, {1,3}[^,\]]{0,20}(?:it/s|s/it)")
_NUMBER = re.compile(r"\d")
_SAMPLE = 200
_LONGEST = 2000
_RUNS = 20  # bars over a training, one after the other; more are of epochs
_NOTE = "Progress bars were read as lines; "


class _Bar(NamedTuple):
    """One state: the words before it, how many of all are done, the numbers behind it."""

    before: str
    done: str
    all: str
    after: str


def bars_as_lines(text: bytes, notes: list[str]) -> bytes:
    """The text with a line a bar, where most lines are bars with numbers; else as it is.

    Of one bar over the training each state is a line, with what it counts as `it`; of a bar an epoch only the last
    state is, since what it shows on the way may be of the epoch before.

    >>> bars_as_lines(b" 1%| | 1/99 [00:01<00:20, 5.1it/s, acc=0.9]\\n 2%| | 2/99 [00:01<00:20, 5.1it/s, acc=1]\\n", [])
    b'it=1 , acc=0.9\\nit=2 , acc=1\\n'
    """
    if b"it/s" not in text and b"s/it" not in text:
        return text
    sample = list(itertools.islice(filter(str.strip, lines_of(text)), _SAMPLE))
    if len(list(filter(None, map(_bar, sample)))) <= len(sample) / 2:
        return text
    found = [bar for bar in map(_bar, lines_of(text)) if bar]
    complete = [bar for bar, after in itertools.pairwise(found) if bar.done == bar.all != after.done]
    of_epochs = len(complete) > _RUNS or any("epoch" in bar.before.lower() for bar in complete)
    notes.append(_NOTE + ("of each the last state." if of_epochs else "it is what they count."))
    lines = _last_states(found) if of_epochs else _states(found)
    return "".join(f"{line}\n" for line in lines).encode()


def _bar(line: str) -> _Bar | None:
    """The bar in a line, None where there is none, or no number but its own."""
    line = line[:_LONGEST]
    count = _COUNT.search(line)
    if count is None:
        return None
    before = line[: count.start()].rpartition("%|")[0].rstrip("0123456789").strip()
    after = line[count.end() :].rstrip().removesuffix("]")
    return _Bar(before, count[1], count[2], after) if _NUMBER.search(before + after) else None


def _states(bars: list[_Bar]) -> Iterator[str]:
    """Each state of one bar, the last where it is drawn again."""
    for bar, after in itertools.zip_longest(bars, bars[1:]):
        if after is None or after.done != bar.done:
            yield f"it={bar.done} {bar.before}{bar.after}"


def _last_states(bars: list[_Bar]) -> Iterator[str]:
    """The last state of each bar that came to its end."""
    for bar, after in itertools.zip_longest(bars, bars[1:]):
        same = after is not None and after.done == bar.done and after.before == bar.before
        if bar.done == bar.all and not same:
            yield f"{bar.before} {bar.after}"
