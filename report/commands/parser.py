"""A command line's parser that says which command or option may have been meant."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from report.readers.wording import one_line

__all__ = ["SuggestingParser"]


_NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|-(inf|nan)", re.IGNORECASE | re.ASCII)


class SuggestingParser(argparse.ArgumentParser):
    """An `ArgumentParser` whose refusals of unknown words end with the known word nearest to them.

    >>> import contextlib, io
    >>> parser = SuggestingParser(prog="groksharp")
    >>> parser.add_subparsers().add_parser("measure").add_argument("--floor")  # doctest: +ELLIPSIS
    _StoreAction(...)
    >>> for words in (["mesure"], ["measure", "--flor", "0"]):
    ...     with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.suppress(SystemExit):
    ...         parser.parse_args(words)
    ...     print(said.getvalue().splitlines()[-1].rpartition(". ")[2])
    Did you mean 'measure'?
    Did you mean '--floor'?
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._negative_number_matcher = _NEGATIVE  # by itself it takes -1e20 for an option

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As in the base class, but nothing is left over for the parser above, which knows no options of a command."""
        options, rest = super().parse_known_args(args, namespace)
        if rest:
            unknown = [word for word in rest if word.startswith("-")] or rest
            self.error(
                f"unrecognized arguments: {' '.join(rest)}{_hint(unknown[0], list(self._option_string_actions))}"
            )
        return options, rest

    def error(self, message: str) -> NoReturn:
        """As in the base class, with what was written on the command line cut and without control characters."""
        super().error(one_line(message))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            raise argparse.ArgumentError(action, error.message + _hint(value, list(action.choices or ()))) from None


def _hint(word: object, known: Sequence[object]) -> str:
    """`. Did you mean …?`, or nothing; loads the library only where something was refused."""
    from theory.suggestion import suggestion

    said = suggestion(str(word).partition("=")[0], known)
    return said and f".{said}"
