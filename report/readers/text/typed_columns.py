"""Columns of cells as arrays: numbers where each is one, dates where each is one, else text; and what was mended."""

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.text.numbers import MISSING, decimal_signs, is_missing, read_number
from report.readers.wording import listed, shown

__all__ = ["Cells", "plain_numbers", "typed_columns"]

Cells = Sequence[Any] | NDArray[np.float64]
"""A column as it was read: text, None and values of JSON, or numbers already."""

_SPELLINGS = {word for missing in MISSING for word in (missing, missing.upper(), missing.title())}
_AS_NAN = dict.fromkeys([*_SPELLINGS, "NaN", "NaT", "N/A"], "nan")
_DATE = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?", re.ASCII
)
_PLAIN_DATE = re.compile(r"[1-9]\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?", re.ASCII)

_PERCENT = re.compile(r"[(\[]\s*%\s*[)\]]|%$|_pct$|_percent$", re.IGNORECASE)

_MENDED = {
    "percent": "The percent signs in {names} were read as hundredths.",
    "headed percent": "The numbers of {names}, in percent by their names, were divided by 100.",
    "thousands": "The numbers in {names} have separators of thousands.",
    "clock": "The times in {names}, hours:minutes:seconds, were read as seconds.",
    "power": "The letters k and M in {names} were read as thousands and millions.",
    "mixed": "Percent signs or units stand at some of the numbers in {names} only, or differ: they are left as text.",
    "infinite": "Infinite values in {names} count as missing.",
    "zone": "The dates in {names} were brought to UTC.",
}


def plain_numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Numbers in plain notation, NaN where missing, shape (n,). Raises ValueError where a cell is anything else.

    >>> plain_numbers(["0.5", "", "1e-3", "NA"]).tolist()
    [0.5, nan, 0.001, nan]
    """
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return np.fromiter((float(_AS_NAN.get(cell, cell)) for cell in cells), np.float64, len(cells))


def typed_columns(columns: Mapping[str, Cells], notes: list[str]) -> dict[str, NDArray[Any]]:
    """Each column as float64, datetime64 or objects, shape (n,); what was mended is added to `notes`.

    The decimal mark is that of the whole table. Raises ValueError where it cannot be told, or where both are used.

    >>> typed = typed_columns({"step": ["1", "2"], "acc": ["0,5", "75 %"], "mode": ["a", "b"]}, notes := [])
    >>> typed["acc"].tolist(), [column.dtype.kind for column in typed.values()], len(notes)
    ([0.5, 0.75], ['f', 'f', 'O'], 2)
    """
    decimal = _decimal_mark(columns)
    if decimal == ",":
        notes.append("The numbers have decimal commas.")
    mended: dict[str, list[str]] = {}
    typed = {}
    for name, cells in columns.items():
        typed[name], kinds = _typed(cells, decimal)
        for kind in +kinds:
            mended.setdefault(kind, []).append(name)
    signed = mended.get("percent", [])
    headed = [one for one in typed if _PERCENT.search(one) and one not in signed and typed[one].dtype.kind == "f"]
    # Shares under such names are shares nevertheless; where one column goes beyond, all of them are in percent.
    if any((typed[name] > 1.5).any() for name in headed):
        typed |= {name: typed[name] / 100 for name in headed}
        mended["headed percent"] = headed
    for kind, names in mended.items():
        if kind.startswith("unit "):
            notes.append(f"The unit {kind[5:]} after the numbers in {listed(names)} is left out.")
        else:
            notes.append(_MENDED[kind].format(names=listed(names)))
    return typed


def _decimal_mark(columns: Mapping[str, Cells]) -> str:
    """The decimal mark of all columns together, by what their cells say."""
    texts = [cells for cells in columns.values() if not isinstance(cells, np.ndarray)]
    words = (dict.fromkeys(cell for cell in cells if isinstance(cell, str)) for cells in texts)
    seen: dict[str, str] = {}
    open_marks = ",."  # a mark that was seen to be the decimal one is no longer looked for
    for cell in itertools.chain.from_iterable(words):
        if any(mark in cell for mark in open_marks) and (sign := decimal_signs(cell)):
            seen.setdefault(sign, cell)
            open_marks = open_marks.replace(sign, "")
    plain = any(isinstance(cells, np.ndarray) and _has_fractions(cells) for cells in columns.values())
    plain = plain or any(isinstance(cell, float) for cell in itertools.chain.from_iterable(texts))
    if "," in seen and "." in seen:
        raise ValueError(
            f"Numbers must have one decimal mark, got both {shown(seen[','])} and {shown(seen['.'])}; write points."
        )
    if "either" in seen and not ("," in seen or "." in seen or plain):
        raise ValueError(
            f"{shown(seen['either'])} may be a fraction or thousands, no other number tells; write it without comma."
        )
    return "," if "," in seen else "."


def _has_fractions(numbers: NDArray[np.float64]) -> bool:
    return bool((np.modf(numbers[np.isfinite(numbers)])[0] != 0).any())


def _typed(cells: Cells, decimal: str) -> tuple[NDArray[Any], Counter[str]]:
    kinds: Counter[str] = Counter()
    numbers = cells if isinstance(cells, np.ndarray) else _numbers(cells, decimal, kinds)
    if numbers is None:
        dates = _dates(cells, kinds)
        return (_objects(cells), Counter({"mixed": kinds["mixed"]})) if dates is None else (dates, kinds)
    infinite = np.isinf(numbers)
    if infinite.any():
        kinds["infinite"] = int(infinite.sum())
        numbers = np.where(infinite, np.nan, numbers)
    return numbers, kinds


def _numbers(cells: Sequence[Any], decimal: str, kinds: Counter[str]) -> NDArray[np.float64] | None:
    """The cells as numbers; None where one is none, or units differ."""
    types = set(map(type, cells))
    if types <= {int, float}:
        return _floats(cells)
    if types == {str} and (decimal == "." or not any("." in cell for cell in cells)):
        try:
            return plain_numbers([cell.replace(",", ".") for cell in cells] if decimal == "," else cells)
        except ValueError:
            pass
    values = np.full(len(cells), np.nan)
    for k, cell in enumerate(cells):
        if isinstance(cell, bool):
            return None
        if isinstance(cell, int | float):
            values[k] = _floats([cell])[0]
        elif isinstance(cell, str) and not is_missing(cell):
            number = read_number(cell, decimal)
            if number is None:
                return None
            values[k] = number.value
            kinds[number.mended] += 1
        elif not isinstance(cell, str) and cell is not None:
            return None
    if _is_consistent(values, kinds):
        return values
    kinds.clear()
    kinds["mixed"] = 1
    return None


def _is_consistent(values: NDArray[np.float64], kinds: Counter[str]) -> bool:
    """Whether all numbers of a column are of one kind: a unit or a percent sign on some would leave the rest open."""
    kinds.pop("", None)
    known = int(np.count_nonzero(~np.isnan(values) & (values != 0)))
    units = sum(kind.startswith("unit ") for kind in kinds)
    marked = sum(count for kind, count in kinds.items() if kind == "clock" or kind.startswith("unit "))
    within_one = not 0 < kinds["percent"] < known or bool(np.nanmax(values) <= 1.5)
    return units + (kinds["clock"] > 0) <= 1 and (not marked or marked >= known) and within_one


def _floats(cells: Sequence[Any]) -> NDArray[np.float64]:
    try:
        return np.array(cells, dtype=np.float64)
    except OverflowError:  # an integer of more than 308 digits
        return np.array([np.inf if abs(cell) > 2**1000 else cell for cell in cells], dtype=np.float64)


def _dates(cells: Iterable[Any], kinds: Counter[str]) -> NDArray[np.datetime64] | None:
    """The cells as dates, NaT where missing; None where one is none, or only some have a time zone."""
    cells = list(cells)
    if cells and all(isinstance(cell, str) and _PLAIN_DATE.fullmatch(cell) for cell in cells):
        try:
            return np.array(cells, dtype="datetime64[us]")
        except ValueError:  # of a month of 31 days
            return None
    dates: list[datetime.datetime | None] = []
    zones = set()
    for cell in cells:
        if cell is None or (isinstance(cell, str) and is_missing(cell)):
            dates.append(None)
            continue
        if not (isinstance(cell, str) and _DATE.fullmatch(cell.strip())):
            return None
        try:
            date = datetime.datetime.fromisoformat(_iso(cell.strip()))
            zones.add(date.tzinfo is not None)
            dates.append(date if date.tzinfo is None else date.astimezone(datetime.UTC).replace(tzinfo=None))
        except (ValueError, OverflowError):
            return None
    if len(zones) != 1:
        return None
    if zones == {True}:
        kinds["zone"] = len(dates)
    return np.array(dates, dtype="datetime64[us]")


def _iso(date: str) -> str:
    return date.replace("/", "-").replace(" UTC", "Z").replace(" Z", "Z").replace(" +", "+").replace(" -", "-")


def _objects(cells: Iterable[Any]) -> NDArray[np.object_]:
    """Text without the spaces around it, None where missing."""
    kept = [(None if is_missing(cell) else cell.strip()) if isinstance(cell, str) else cell for cell in cells]
    objects = np.empty(len(kept), dtype=object)
    objects[:] = kept
    return objects
