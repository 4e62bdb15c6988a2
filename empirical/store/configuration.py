"""What the store of runs asks of a configuration."""

from typing import Protocol


class Configuration(Protocol):
    """A frozen value that names its run."""

    @property
    def file_name(self) -> str:
        """The run's file name; two configurations have the same name only if they are equal."""
        ...

    @property
    def length(self) -> int:
        """How long it takes, in the unit of progress."""
        ...

    def to_json(self) -> str:
        """The whole configuration as one line of JSON with sorted keys."""
        ...
