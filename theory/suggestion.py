"""Which of the known names was meant by one that is not among them."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

__all__ = ["missing_attribute", "suggestion"]

_ALIKE = 0.6  # share of two names that is the same, above which one may be meant by the other
_AS_ALIKE = 0.05  # how much less alike than the nearest a further name may be
_MOST = 3
_LONGEST = 100  # characters of a name that may have been meant otherwise


def suggestion(name: object, known: Iterable[object]) -> str:
    """` Did you mean 'this'?` to end a sentence with, or nothing where no known name is alike.

    Capital letters, spaces, hyphens and underscores do not count. A dotted name is alike, too, if its last word is that
    of the other, and so is one that begins with the other.

    >>> suggestion("relativ_gap", ["relative_gap", "relative_sharpness"])
    " Did you mean 'relative_gap'?"
    >>> suggestion("wieght_decay", ["optimizer.weight_decay", "task.modulus"])
    " Did you mean 'optimizer.weight_decay'?"
    >>> suggestion("depth", ["width", "seed"])
    ''
    """
    if len(str(name)) > _LONGEST:
        return ""
    alike = {str(each): _likeness(str(name), str(each)) for each in known}
    nearest = max(alike.values(), default=0.0)
    if nearest <= _ALIKE:
        return ""
    near = sorted((each for each in alike if alike[each] >= nearest - _AS_ALIKE), key=lambda each: -alike[each])
    return f" Did you mean {' or '.join(map(repr, near[:_MOST]))}?"


def missing_attribute(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """What a module raises when it is asked for a name that it has not.

    >>> print(missing_attribute("numerics", "mesure", ["evaluate", "measure"]))
    module 'numerics' has no attribute 'mesure'. Did you mean 'measure'?
    """
    hint = "" if name.startswith("_") else suggestion(name, known)
    return AttributeError(f"module {module!r} has no attribute {name!r}{hint and '.'}{hint}")


def _likeness(name: str, known: str) -> float:
    """Share of letters that two names have in common, their last words by themselves or with all before them."""
    plain, whole = _plain(name), _plain(known)
    if len(plain) > 2 and whole.startswith(plain):
        return 1.0
    pairs = [(plain, whole)]
    if "." in known:
        pairs.append((_plain(name.rpartition(".")[2]), _plain(known.rpartition(".")[2])))
    return max(SequenceMatcher(None, one, other).ratio() if one and other else 0.0 for one, other in pairs)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
