"""Lines of a program's output with names and numbers in them: `epoch 3: train_acc=0.98 val_acc=0.12`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from report.readers.text.bounds import COLUMNS, TEXT_CELLS, check_bound
from report.readers.text.lines import is_comment, lines_of
from report.readers.wording import counted

__all__ = ["lines_share", "read_log_lines"]

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_VALUE = r"[-+]?(?:\d[\d_]*(?:[.,]\d+)*\.?|\.\d+)(?:[eE][-+]?\d+)?(?:\ ?%)?|[-+]?(?:nan|NaN|inf|Infinity|None|null)"
_WORD = r"[^\W\d][\w./@()-]{0,60}"
_PAIR = re.compile(
    rf"""(?<![\w./@])['"]?(?P<name>{_WORD}(?:\ {_WORD}){{0,3}}?)['"]?(?:\s*[=:]\s*|\s+|\s*\[)
    ['"]?(?P<value>{_VALUE})['"]?(?:/(?P<whole>\d+)|\ ?(?:s|ms))?(?=$|[\s;|)\]}}]|[,:](?!\d))""",
    re.VERBOSE,
)
_PROGRESS = re.compile(r"\bETA\b|\dit/s\b|\ds/it\b")
_LEVELS = re.compile(r"^(?:INFO|DEBUG|WARNING|WARN|ERROR|CRITICAL|root|step:? at)\s+")
_SPLIT = re.compile(r"(?<![a-z])(train|training|val|valid|validation|test|eval|dev)(?![a-z])", re.IGNORECASE)
_HEADING = re.compile(rf"[\W_]*{_SPLIT.pattern}(?:\s+\w+)?\s*[:=_*#-]+\s*", re.IGNORECASE)
_CLOCKS = frozenset(("epoch", "step", "iter", "iteration", "global_step", "batch", "it", "update"))
_RATIOS = "Numbers such as 3/4 behind a name that is no epoch or step were divided."
_LINE = 4000
_FEWEST = 3
_SHARE = 0.05

Pairs = dict[str, str]


def lines_share(text: bytes, sample: int = 200) -> float:
    """The share of the first lines that have at least two names with numbers.

    >>> lines_share(b"epoch 1: acc=0.1\\nepoch 2: acc=0.3\\nsaved\\n\\n"), lines_share(b"epoch,acc\\n1,0.5\\n")
    (0.6666666666666666, 0.0)
    """
    lines = [line for line, _ in zip(_lines(text), range(sample), strict=False)]
    known = [len(_pairs(line, [])) for line in lines]
    return sum(count > 1 for count in known) / max(1, sum(count != 1 for count in known))


def read_log_lines(text: bytes, notes: list[str]) -> list[Pairs] | None:
    """The numbers of each line by name, as text; what was left out is added to `notes`.

    A line is a row if it has at least two names with numbers, the same names as a twentieth of all rows. An epoch or a
    step, also on a line of its own such as `Epoch 3/10`, holds for the rows after it that have none. A set that stands
    before all numbers of a line, `val Loss: 0.4 Acc: 0.9`, or as a heading above it, `Validation:`, is that of each of
    them. None where fewer than three lines are rows.

    >>> log = "Epoch 1/2\\n loss: 0.5 - acc: 0.9\\nEpoch 2/2\\n loss: 0.4 - acc: 1\\nEpoch 3/2\\n loss: 0.3 - acc: 1\\n"
    >>> read_log_lines(log.encode(), [])[1]
    {'Epoch': '2', 'loss': '0.4', 'acc': '1'}
    """
    said: list[str] = []
    rows: list[Pairs] = []
    own: list[tuple[str, ...]] = []
    carried: Pairs = {}
    heading = ""
    taken = False  # whether a row has the clock of a line before it
    lines = used = cells = 0
    for line in _lines(text):
        lines += 1
        pairs = _pairs(line, said, heading)
        clock = {name: value for name, value in pairs.items() if _is_clock(name)}
        if not pairs and (above := _HEADING.fullmatch(line)):
            heading = above[1]
            used += 1
        elif len(pairs) == len(clock) == 1:
            carried = clock
            heading = ""
            used += 1
        elif len(pairs) > 1 or (carried and pairs):
            taken = taken or (bool(carried) and not clock)
            rows.append(pairs if clock else {**carried, **pairs})
            own.append(tuple(rows[-1]))
            carried = clock or carried
            cells += len(rows[-1])
            check_bound(cells, TEXT_CELLS, "numbers in lines", "Keep the lines of interest.")
    counts = Counter(own)
    enough = max(_FEWEST, _SHARE * len(rows))
    kept = [row for row, names in zip(rows, own, strict=True) if counts[names] >= enough]
    if not kept:
        return None
    check_bound(len({name for row in kept for name in row}), COLUMNS, "names in lines", "Keep the lines of interest.")
    notes.extend(said)
    left_out = lines - used - len(kept)
    notes.append(
        f"Names and numbers were taken from {counted(len(kept), 'line')}"
        + (f"; {counted(left_out, 'other line')} left out." if left_out else ".")
    )
    if taken:
        notes.append(f"The {next(iter(carried))} of a row is that of the line before it.")
    return kept


def _lines(text: bytes) -> Iterator[str]:
    for line in lines_of(text):
        if line.strip() and not is_comment(line) and not _PROGRESS.search(line):  # a bar shows a value many times
            yield _COLOUR.sub("", line[:_LINE].replace("\x08", " ")).rstrip()


def _is_clock(name: str) -> bool:
    return " ".join(_SPLIT.sub("", name).lower().split()) in _CLOCKS


def _pairs(line: str, notes: list[str], heading: str = "") -> Pairs:
    """The names and numbers of a line; a name that comes twice is told apart by the split before it, `val`.

    So is one on a line, or below a heading, that names one split only, before all that is measured.
    """
    found = list(_PAIR.finditer(line))
    names = [_LEVELS.sub("", match["name"]) for match in found]
    pairs: Pairs = {}
    of_line = _split_of_line(line, found, names) or heading * (not _SPLIT.search(line))
    context, end = "", 0
    for match, name in zip(found, names, strict=True):
        between = line[end : match.start()]
        end = match.end()
        splits = _SPLIT.findall(f"{between} {name}")
        context = splits[-1] if splits else "" if "|" in between else context
        if names.count(name) > 1 and context and not _SPLIT.search(name):
            name = f"{context} {name}"
        elif of_line and not _SPLIT.search(name) and not _is_clock(name):
            name = f"{of_line} {name}"
        if name in pairs:
            return {}
        pairs[name] = match["value"]
        if match["whole"] and name.lower().split()[-1] not in _CLOCKS:  # correct answers of all, not epoch 3 of 10
            pairs[name] = _ratio(match["value"], match["whole"])
            if _RATIOS not in notes:
                notes.append(_RATIOS)
    return pairs


def _split_of_line(line: str, found: Sequence[re.Match[str]], names: Sequence[str]) -> str:
    """The one split that a line names, as a word of its own and no later than with its first measure; else nothing."""
    splits = list(_SPLIT.finditer(line))
    measured = [match for match, name in zip(found, names, strict=True) if not _is_clock(name)]
    if len(splits) != 1 or not measured or splits[0].start() > measured[0].start("value"):
        return ""
    return "" if re.match(r"[\w./]", line[splits[0].end() :]) else splits[0][0]


def _ratio(part: str, whole: str) -> str:
    """One number divided by another, as text."""
    try:
        return repr(float(part) / float(whole))
    except (ValueError, ZeroDivisionError, OverflowError):
        return f"{part}/{whole}"
