"""One cell of a table as a number: separators, percent signs, units, times of day."""

import math
import re
from typing import NamedTuple

__all__ = ["MISSING", "Number", "decimal_signs", "is_missing", "looks_numeric", "read_number"]

MISSING = frozenset(
    ("", "nan", "na", "n/a", "#n/a", "<na>", "nat", "null", "none", "nil", "-", "–", "—", "--", ".", "?", "missing")
)
"""What stands where nothing was measured, in lower case."""

_SPACES = " \u00a0\u202f\u2009'’"
_NUMBER = re.compile(rf"([+-]?)((?:\d[\d.,{_SPACES}]*)?\d|\d+[.]|[.,]\d+)([eE][+-]?\d+)?\s*([%‰a-zA-Zµμ]*)", re.ASCII)
_GROUPS = {mark: re.compile(rf"[1-9]\d{{0,2}}(?:[{mark}]\d{{3}})+", re.ASCII) for mark in (",", ".", _SPACES)}
_SEVERAL_GROUPS = {mark: re.compile(rf"[1-9]\d{{0,2}}(?:[{mark}]\d{{3}}){{2,}}", re.ASCII) for mark in ",."}
_CLOCK = re.compile(r"(?:(\d+)(?:-| days?,? ))?(\d+):([0-5]\d):([0-5]\d(?:[.,]\d*)?)", re.ASCII)
_POWERS = {"k": 1e3, "K": 1e3, "M": 1e6}
_LONGEST = 400


class Number(NamedTuple):
    """A number, and what was done to the cell to have it: `percent`, `thousands`, `clock`, `unit s`, … or nothing."""

    value: float
    mended: str = ""


def is_missing(cell: str) -> bool:
    """Whether nothing was measured here.

    >>> is_missing(" NA "), is_missing("0")
    (True, False)
    """
    return cell.strip().lower() in MISSING


def read_number(cell: str, decimal: str = ".") -> Number | None:
    """The number in a cell with this decimal mark, `.` or `,`; None where there is none.

    >>> read_number("93.5 %"), read_number("1.234,5", ",")
    (Number(value=0.935, mended='percent'), Number(value=1234.5, mended='thousands'))
    >>> read_number("00:12:30"), read_number("best")
    (Number(value=750.0, mended='clock'), None)
    """
    cell = cell[: _LONGEST + 1].strip().strip("\"'").strip().replace("−", "-")
    if decimal == "." and (plain := _plain(cell)) is not None:
        return Number(plain)
    if clock := _CLOCK.fullmatch(cell):
        days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in clock.groups())
        return Number(((days * 24 + hours) * 60 + minutes) * 60 + seconds, "clock")
    parts = _NUMBER.fullmatch(cell)
    if parts is None:
        return _infinite(cell)
    sign, body, exponent, unit = parts.groups()
    body, grouped = _ungrouped(body, decimal)
    value = _plain(f"{sign}{body}{exponent or ''}")
    if value is None:
        return None
    if unit in ("%", "‰"):
        return Number(value / (100 if unit == "%" else 1000), "percent")
    if unit in _POWERS:
        return Number(value * _POWERS[unit], "power")
    return Number(value, f"unit {unit}" if unit else "thousands" * grouped)


def looks_numeric(cell: str) -> bool:
    """Whether the cell is a number in one notation or another.

    >>> [looks_numeric(cell) for cell in ("0,5", "1,234.5", "12 s", "acc", "")]
    [True, True, True, False, False]
    """
    return _plain(cell) is not None or any(read_number(cell, decimal) is not None for decimal in ".,")


def decimal_signs(cell: str) -> str:
    """What a cell says of the decimal mark: `.`, `,`, `either` for 1,234, or nothing.

    >>> [decimal_signs(cell) for cell in ("0,5", "1.234,5", "1,234,567", "0.5", "1,234", "1234", "1.234")]
    [',', ',', '.', '.', 'either', '', '']
    """
    parts = _NUMBER.fullmatch(cell[:_LONGEST].strip().strip("\"'").strip().replace("−", "-"))
    if parts is None or not ("," in cell or "." in cell):
        return ""
    body, exponent = parts[2], parts[3]
    last = max(",.", key=body.rfind)
    other = "." if last == "," else ","
    if other in body:  # 1.234,5 and 1,234.5: the mark that stands last is the decimal one
        return last if body.count(last) == 1 else ""
    if body.count(last) > 1:
        return other if _SEVERAL_GROUPS[last].fullmatch(body) else ""
    if _GROUPS[last].fullmatch(body) and not exponent:
        return "either" if last == "," else ""
    return last


def _plain(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _infinite(cell: str) -> Number | None:
    """An infinity in one of its other spellings."""
    return Number(math.inf) if cell.lower().lstrip("+-") in ("∞", "1.#inf", "overflow") else None


def _ungrouped(body: str, decimal: str) -> tuple[str, bool]:
    """The digits without separators of thousands, with a decimal point; whether there were separators."""
    whole, mark, fraction = body.partition(decimal)
    for separator in ("," if decimal == "." else ".", _SPACES):
        if _GROUPS[separator].fullmatch(whole):
            return re.sub(rf"[{separator}]", "", whole) + (f".{fraction}" if mark else ""), True
    return whole + (f".{fraction}" if mark else ""), False
