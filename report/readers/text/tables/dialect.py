"""The dialect of a table in text: what parts its cells, where its rows start, and how its columns are named."""

import csv
import itertools
import re
from collections import Counter
from dataclasses import dataclass

from report.readers.text.bounds import COLUMNS, check_bound
from report.readers.text.lines import is_comment, is_rule, lines_of
from report.readers.text.numbers import is_missing, looks_numeric
from report.readers.text.tables.table_rows import TableRows
from report.readers.wording import counted, listed, shown

__all__ = ["Dialect", "find_dialect"]

_SAMPLE = 300
_SAMPLE_CELLS = 100_000
_DELIMITERS = ("\t", ";", ",", "|", " ")
_NAMES = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "bars", " ": "spaces"}
_UNIT = re.compile(r"[(\[].*[)\]]|%|-|s|ms|min|h|1|")

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Dialect:
    """How a table is written.

    Attributes
    ----------
    rows
        Cuts its lines.
    names
        Of the columns, each its own.
    header
        The cells of the header line; none where there is no such line.
    start
        How many lines stand before the first row.
    """

    rows: TableRows
    names: tuple[str, ...]
    header: tuple[str, ...]
    start: int


def find_dialect(text: bytes, notes: list[str]) -> Dialect | None:
    """The dialect of a table; what was guessed is added to `notes`. None where the text is no table.

    Each delimiter is tried on the first 300 lines: it fits as well as rows have one length, and as cells are numbers.
    Raises ValueError where the header does not fit the rows.

    >>> dialect = find_dialect(b"# a sweep\\nstep;acc\\n1;0,5\\n2;0,7\\n", [])
    >>> dialect.rows.delimiter, dialect.names, dialect.start
    (';', ('step', 'acc'), 2)
    """
    lines = list(itertools.islice(lines_of(text), _SAMPLE))
    whole = [line for line in lines if line.strip() and not is_comment(line) and not is_rule(line)]
    if not whole:
        return None
    if len(whole) == 1 and any(mark in whole[0] for mark in ",;\t|") and not any(map(str.isdigit, whole[0])):
        raise ValueError("The table has no rows, only a header line.")
    bordered = sum(line.strip().startswith("|") and line.strip().endswith("|") for line in whole) > len(whole) / 2
    if bordered and not all(line.lstrip().startswith("|") for line in whole):
        notes.append("Lines outside of the table of bars are left out.")
    delimiters = ("|",) if bordered else _DELIMITERS
    cut = {one: _cut(TableRows(one, bordered and one == "|"), lines) for one in delimiters}
    fits = {one: _fit([row for _, row in rows if row], one) for one, rows in cut.items()}
    best = max(delimiters, key=fits.__getitem__)
    score, width = fits[best]
    if score == 0:
        return _single_column(lines, notes)
    check_bound(width, COLUMNS, "columns of a table", "Keep those of interest.")
    # The last of these is the first byte of the characters that lines are drawn with.
    commented = any(mark in text for mark in (b"#", b"%", b"/", b"=", b"--", b"\xe2"))
    rows = [(number, row) for number, row in cut[best] if row]
    if _ends_empty(rows, width):
        width -= 1
        rows = [(number, row if any(cell.strip() for cell in row[width:]) else row[:width]) for number, row in rows]
    return _with_header(TableRows(best, bordered, commented), rows, width, lines, notes)


def _cut(rows: TableRows, lines: list[str]) -> Rows:
    """The rows that a delimiter makes of lines; none where a cell would be too long."""
    try:
        return list(rows.rows(iter(lines)))
    except csv.Error:
        return []


def _fit(rows: list[list[str]], delimiter: str) -> tuple[float, int]:
    """How well a delimiter fits, 0 to 1, and the number of columns."""
    if not rows:
        return 0.0, 0
    later = rows[max(1, len(rows) // 4) :] or rows
    width = Counter(map(len, later)).most_common(1)[0][0]
    if width < 2:
        return 0.0, width
    even = [row for row in rows if len(row) == width][: _sampled(width)]
    if len(even) > 1 and not any(map(looks_numeric, even[0])):
        even = even[1:]
    columns = [[cell for cell in column if not is_missing(cell)] for column in zip(*even, strict=True)]
    found = [sum(map(looks_numeric, column)) for column in columns]
    share = sum(len(row) == width for row in later) / len(later)
    numeric = sum(found) / max(1, sum(map(len, columns)))
    has_numbers = any(count > len(column) / 2 for count, column in zip(found, columns, strict=True))
    if share < 0.5 or not has_numbers:
        return 0.0, width
    if delimiter == " " and (numeric < 0.5 or share < 0.6):  # sentences have spaces, too
        return 0.0, width
    return share * numeric, width


def _sampled(width: int) -> int:
    """How many rows of a table are looked at for where it has numbers."""
    return max(8, _SAMPLE_CELLS // width)


def _ends_empty(rows: Rows, width: int) -> bool:
    """Whether a delimiter stands at the end of each row, and no name in the header is for what comes after it."""
    even = [row for _, row in rows if len(row) == width]
    return width > 2 and not any(row[-1].strip() for row in even)


def _single_column(lines: list[str], notes: list[str]) -> Dialect | None:
    """One number a line, with a name above or without; None where most lines are none."""
    whole = [(k, line.strip()) for k, line in enumerate(lines) if line.strip() and not is_comment(line)]
    numeric = [looks_numeric(line) for _, line in whole]
    if not numeric or sum(numeric) < 0.9 * (len(numeric) - 1) or not any(numeric):
        return None
    first = numeric.index(True)
    rows = TableRows("\t")
    if first == 0:
        notes.append("There is no header line; the column is named column 1.")
        return Dialect(rows, ("column 1",), (), whole[0][0])
    name = whole[first - 1][1]
    return Dialect(rows, (name,), (name,), whole[first][0])


def _with_header(cutter: TableRows, rows: Rows, width: int, lines: list[str], notes: list[str]) -> Dialect:
    """The dialect, once delimiter and number of columns are known."""
    first = _first_data(rows, width)
    above = [(number, [cell.strip() for cell in row]) for number, row in rows[:first]]
    start = above[-1][0] if above else 0
    above = [(number, row) for number, row in above if not all(map(is_missing, row))]
    header: list[str] = []
    last_two = {len(row) for _, row in above[-2:]}
    if len(above) > 1 and last_two == {width} and all(map(_UNIT.fullmatch, above[-1][1])):
        units = above.pop()[1]
        notes.append(f"The line of units below the header ({listed(units)}) is left out.")
    indexed = len(above) > 1 and len(above[-1][1]) == 1 and len(above[-2][1]) == width - 1
    if indexed and cutter.delimiter == " ":  # pandas in print: the name of the index stands below the others
        header = [*above.pop()[1], *above[-1][1]]
    elif above:
        header = _fitting(above[-1][1], lines[above[-1][0] - 1], cutter, width, rows[first:])
    levels = _levels([row for _, row in above], header)
    if levels > 1:
        notes.append(f"The names in {levels} lines of headers are joined, as in {shown(_joined(above, levels)[-1])}.")
        header = _joined(above, levels)
    before = len(above) - max(levels, bool(header))
    if before:
        notes.append(f"{counted(before, 'line')} before the table {'is' if before == 1 else 'are'} left out.")
    names = list(header)
    if not header:
        names = _comment_names(lines[: rows[first][0]], cutter.delimiter, width)
        if names:
            notes.append("The columns are named by a comment line.")
        else:
            names = [f"column {k}" for k in range(1, width + 1)]
            notes.append(f"There is no header line; the columns are named column 1 to column {width}.")
    return Dialect(cutter, _own_names(names, notes), tuple(header) if levels < 2 else (), start)


def _levels(above: list[list[str]], header: list[str]) -> int:
    """How many lines the names of the columns take: more than one where the last has a name twice, or few."""
    if not header or len(set(header)) == len(header):
        return int(bool(header))
    for levels, row in enumerate(reversed(above), start=1):
        if len(row) != len(header) or any(map(looks_numeric, row)):
            return 1
        names = _joined([(0, one) for one in above], levels)
        if levels > 1 and len(set(names)) == len(names) and all(names[1:]):
            return levels
    return 1


def _joined(above: Rows, levels: int) -> list[str]:
    """The names of columns from lines one below the other; above the last a name holds until the next, as in Excel."""
    rows = [list(row) for _, row in above[-levels:]]
    for row in rows[:-1]:
        for k in range(1, len(row)):
            row[k] = row[k] or row[k - 1]
    return ["/".join(filter(None, cells)) for cells in zip(*rows, strict=True)]


def _first_data(rows: Rows, width: int) -> int:
    """Where the data start: the first row with numbers where most rows have them; after the first where none has."""
    even = [row for _, row in rows if len(row) == width][: _sampled(width)]
    share = [sum(looks_numeric(row[k]) for row in even) / len(even) for k in range(width)]
    most = max(share)
    numeric = [k for k in range(width) if share[k] > most / 2]
    for k, (_, row) in enumerate(rows):
        cells = [row[j] for j in numeric if j < len(row)]
        known = [looks_numeric(cell) for cell in cells if not is_missing(cell)]
        if len(row) >= width and sum(known) > len(known) / 2:
            named = [j for j in range(k) if len(rows[j][1]) == width and not any(map(looks_numeric, rows[j][1]))]
            # Rows below the header that are too short are rows nevertheless.
            short = range(named[-1] + 1, k) if named else range(0)
            cut = [len(rows[j][1]) < width and any(map(looks_numeric, rows[j][1])) for j in short]
            return short[0] if short and all(cut) else k
    return min(1, len(rows) - 1)


def _fitting(above: list[str], line: str, cutter: TableRows, width: int, data: Rows) -> list[str]:
    """The names in the row above the data, as many as columns; none where it is a line of text."""
    if len(above) > width and not any(above[width:]):
        above = above[:width]
    if len(above) == width:
        return above
    if cutter.delimiter == " ":
        wide = re.split(r"\s{2,}", line.strip())  # names of several words, in columns
        if len(wide) == width:
            return wide
    indexed = len(above) == width - 1 and len(above) > 1
    if indexed and (cutter.delimiter != "," or line.startswith('"')):  # R's write.table, pandas in print
        return ["", *above]
    if len(above) == 1 and (cutter.delimiter != "," or len(line.split()) > 1) and cutter.delimiter != ";":
        return []
    if cutter.delimiter == " " and len(above) > width:
        return []
    commas = " If the numbers have decimal commas, part the columns by semicolons." * (cutter.delimiter == ",")
    raise ValueError(
        f"The header and the rows must have as many cells; with {_NAMES[cutter.delimiter]} between them the header has "
        f"{len(above)} ({listed(above)}), and line {data[0][0]} has {len(data[0][1])}.{commas}"
    )


def _comment_names(lines: list[str], delimiter: str, width: int) -> list[str]:
    """Names in the last comment line that has as many as there are columns; else none."""
    for line in reversed(lines):
        if is_comment(line):
            plain = line.strip().lstrip("#%/ \t")
            for names in ([name.strip() for name in plain.split(delimiter)], plain.split(), plain.split(",")):
                if len(names) == width and not any(map(looks_numeric, names)):
                    return [name.strip(" \t\"'") for name in names]
    return []


def _own_names(names: list[str], notes: list[str]) -> tuple[str, ...]:
    """Each name once, in printable characters: a nameless column by its position, a repeated name with a number."""
    own: dict[str, None] = {}
    stands: Counter[str] = Counter()
    nameless, repeated = [], []
    for k, name in enumerate(names, start=1):
        plain = "".join(c if c.isprintable() else " " for c in name).strip(" \"'`*")
        if not plain:
            plain = f"column {k}"
            nameless.append(plain)
        free = plain
        while free in own:
            stands[plain] += 1
            free = f"{plain} ({stands[plain] + 1})"
        if free != plain:
            repeated.append(free)
        own[free] = None
    if nameless:
        notes.append(f"{counted(len(nameless), 'column')} without a name: {listed(nameless)}.")
    if repeated:
        notes.append(f"Names that stand more than once have numbers: {listed(shown(name) for name in repeated)}.")
    return tuple(own)
