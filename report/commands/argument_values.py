"""What is written after an option, as a value."""

import argparse
import re
from typing import Any

from report.readers.wording import shown

__all__ = ["asymptote", "integers", "knob", "numbers", "table_pairs", "whole_number", "words"]


_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_MOST = 100_000  # values, each of a run


def numbers(text: str) -> list[float]:
    """λ values: `1.003:1.1:120` is 120 equally spaced values, `0.5,0.9` a list.

    >>> numbers("0:1:3"), numbers("0.5,0.9")
    ([0.0, 0.5, 1.0], [0.5, 0.9])
    """
    try:
        if ":" in text:
            start, stop, count = text.split(":")
            low, high, n = float(start), float(stop), int(count)
            if not 2 <= n <= _MOST:
                raise ValueError
            return [low + (high - low) * k / (n - 1) for k in range(n - 1)] + [high]
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be START:STOP:COUNT with COUNT from 2 to {_MOST:,}, or a list like 0.5,0.9, got {text!r}"
        ) from None


def integers(text: str) -> list[int]:
    """Whole numbers: `25:46` is 25 to 45, `25,30` a list.

    >>> integers("25:28"), integers("25,30")
    ([25, 26, 27], [25, 30])
    """
    try:
        if ":" in text:
            start, stop = text.split(":")
            span = range(int(start), int(stop))
            if span.stop - span.start > _MOST:  # a length beyond that of memory is none that Python has
                raise ValueError
            values = list(span)
        else:
            values = [int(part) for part in text.split(",")]
        if not values:
            raise ValueError
        return values
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be START:STOP with START below STOP, by {_MOST:,} at most, or a list like 25,30, got {text!r}"
        ) from None


def whole_number(text: str) -> int:
    """A whole number, written as one or as a float that is one.

    >>> whole_number("1000"), whole_number("1e9")
    (1000, 1000000000)
    """
    try:
        return int(text)
    except ValueError:
        try:
            value = float(text)
            if value != round(value):
                raise ValueError
        except (ValueError, OverflowError):
            raise argparse.ArgumentTypeError(f"must be a whole number such as 1000 or 1e9, got {text!r}") from None
        return round(value)


def knob(text: str) -> tuple[str, Any]:
    """`weight_decay=0.01,0.1` is a name with several values, `optimizer=adamw` one with its only value.

    >>> knob("optimizer.weight_decay=0.01,0.1"), knob("batch_size=none")
    (('optimizer.weight_decay', [0.01, 0.1]), ('batch_size', None))
    """
    name, equals, values = text.partition("=")
    if not (name and equals and values):
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE or NAME=VALUE,VALUE,..., got {text!r}")
    parsed = [_value(part) for part in values.split(",")]
    return name, parsed if len(parsed) > 1 else parsed[0]


def _value(text: str) -> int | float | bool | str | None:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            pass
    return {"none": None, "true": True, "false": False}.get(text, text)


def words(text: str) -> tuple[str, ...]:
    """Names with commas between.

    >>> words("linear,descent")
    ('linear', 'descent')
    """
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise argparse.ArgumentTypeError(f"must be names with commas between, got {text!r}")
    return names


def asymptote(text: str) -> Any:
    """A level or `fit`; two with a comma between are those of training and of generalization.

    >>> asymptote("0.5"), asymptote("fit"), asymptote("0.1,fit")
    (0.5, 'fit', (0.1, 'fit'))
    """
    parts = [part.strip() for part in text.split(",")]
    try:
        levels = tuple(part if part == "fit" else _finite(part) for part in parts)
        if len(levels) > 2:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"must be a number, 'fit', or two of these as TRAIN,GEN, got {text!r}"
        ) from None
    return levels if len(levels) == 2 else levels[0]


def _finite(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError
    return value


def table_pairs(text: str) -> list[tuple[int, int]]:
    """Entries of a table: pairs i-j with commas or spaces between.

    >>> table_pairs("0-1,2-3 4-4")
    [(0, 1), (2, 3), (4, 4)]
    """
    parts = text.replace(",", " ").split()
    found = []
    for part in parts:
        first, dash, second = part.partition("-")
        if not (dash and _NUMBER.fullmatch(first) and _NUMBER.fullmatch(second)):
            raise ValueError(
                f"A pair is written as two whole numbers with a dash between, like 0-1, got {shown(part)}."
            )
        found.append((int(first), int(second)))
    if not found:
        raise ValueError("A training set needs a pair, like 0-1, and there is none.")
    return found
