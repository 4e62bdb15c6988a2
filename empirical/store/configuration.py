"""What can be trained and stored, seen from the store: a value with a name, a content and a length."""

from typing import Protocol

__all__ = ["Configuration"]


class Configuration(Protocol):
    """A frozen, hashable value that says all about one run, whatever is trained."""

    @property
    def file_name(self) -> str:
        """The run's file name; two configurations have the same name only if they are equal."""
        ...

    @property
    def length(self) -> int:
        """How long it takes, in units of progress: epochs or steps."""
        ...

    def to_json(self) -> str:
        """The whole configuration as one line of JSON with sorted keys."""
        ...
