"""Values of JSON from text, and of Python's own spelling of them; every failure is one sentence."""

import ast
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from report.readers.text.bounds import JSON_BYTES, JSON_VALUES, LINE, check_bound
from report.readers.wording import shown

__all__ = ["json_array", "json_document", "json_line"]

_BY_LINES = "Write a row a line."
_KEPT_NAMES = re.compile(r"\b(nan|inf)\b")
_WRAPPED = re.compile(r"\b(?:np\.|numpy\.|torch\.)?(?:float\d*|int\d*|tensor|array)\(([-+\w.]++)[^()]*+\)")


def json_array(lines: Sequence[str]) -> list[Any]:
    """The values of lines that hold one value each, all at once. Raises ValueError where one does not.

    >>> json_array(['{"step": 1}', '{"step": 2}'])
    [{'step': 1}, {'step': 2}]
    """
    text = f"[{','.join(lines)}]"
    values: list[Any] = _guarded(json.loads, text)
    if len(values) != len(lines):
        raise ValueError("The lines do not hold one value each.")
    names = sum(len(value) for value in values if isinstance(value, dict))
    if text.count('":') + text.count('" :') != names:  # objects within objects, or a name that stands twice
        return list(_guarded(_loads, text))
    return values


def json_line(line: str) -> Any:
    """The value of one line, in JSON or as Python prints it, with or without a comma behind it.

    >>> json_line('{"step": 1},'), json_line("{'step': 1, 'acc': nan}")
    ({'step': 1}, {'step': 1, 'acc': None})
    """
    line = line.strip().rstrip(",")
    try:
        return _guarded(_loads, line)
    except json.JSONDecodeError:
        if len(line) > LINE or "'" not in line:
            raise
        return _guarded(_python, line)


def json_document(text: bytes, notes: list[str]) -> list[Any]:
    """The values of a text, one after the other, mostly one. A last one that is cut off is left out with a note.

    Raises ValueError where the text is no JSON, naming the line.

    >>> json_document(b'{"step": [1,\\n2]}', [])
    [{'step': [1, 2]}]
    """
    if len(text) > JSON_BYTES:
        raise ValueError(
            f"At most {JSON_BYTES >> 20} MiB of JSON in a piece are read, got {len(text) >> 20}; write a row a line."
        )
    check_bound(text.count(b","), JSON_VALUES, "values of JSON in a piece", _BY_LINES)
    check_bound(
        text.count(b"[") + text.count(b"{"), JSON_VALUES // 4, "lists and objects of JSON in a piece", _BY_LINES
    )
    document = text.decode("utf-8", errors="replace").strip()
    try:
        return [_guarded(_loads, document)]
    except json.JSONDecodeError as error:
        failure: json.JSONDecodeError | None = error
    if "'" in document[:LINE] and len(document) <= LINE:
        try:
            return [_guarded(_python, document)]
        except ValueError:
            pass
    values, failure = _sequence(document)
    if values and failure is not None:
        notes.append("The last object is cut off and was left out.")
        failure = None if failure.pos >= len(document.rstrip()) - 1 or "Unterminated" in failure.msg else failure
    if failure is None:
        return values
    ending = (
        "it seems to be cut off"
        if failure.pos >= len(document)
        else f"{shown(document[failure.pos :][:20])} is in the way"
    )
    raise ValueError(f"Line {failure.lineno} is not JSON ({failure.msg}): {ending}.")


def _sequence(document: str) -> tuple[list[Any], json.JSONDecodeError | None]:
    """Values one after the other, with or without commas between, or the elements of a list that never ends."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique)
    values: list[Any] = []
    position = 1 if document.startswith("[") else 0
    gap = re.compile(r"[\s,]*")
    while True:
        position = gap.match(document, position).end()  # type: ignore[union-attr] # an empty gap matches as well
        if position == len(document) or (document[0] == "[" and document[position:] == "]"):
            return values, None
        try:
            value, position = _guarded(decoder.raw_decode, document, position)
        except json.JSONDecodeError as error:
            return values, error
        values.append(value)


def _loads(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that stands twice would hide a value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"A name must stand once in an object, got {shown(twice)} twice; rename one.")
    return found


def _python(text: str) -> Any:
    """What Python prints for dictionaries, lists and numbers, also those of NumPy and torch."""
    plain = _KEPT_NAMES.sub("None", _WRAPPED.sub(r"\1", text))
    try:
        return _as_json(ast.literal_eval(plain))
    except (SyntaxError, TypeError, MemoryError) as error:
        raise ValueError(f"{shown(text)} is neither JSON nor what Python prints ({type(error).__name__}).") from None


def _as_json(value: Any) -> Any:
    """A value of Python as JSON would have it: names are text, tuples lists."""
    if isinstance(value, dict):
        return {str(name): _as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def _guarded(read: Any, *given: Any) -> Any:
    try:
        return read(*given)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise ValueError("JSON must not be nested hundreds of levels deep; write an object a line.") from None
    except ValueError as error:
        if "digits" in str(error):
            raise ValueError("Numbers must have fewer than 4,300 digits; one has more.") from None
        raise
