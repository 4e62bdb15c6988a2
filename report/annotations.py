"""Types that several files of the report share; nothing is loaded for them."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Array", "Commands", "Options", "Parser", "Progress", "Row"]

Array: TypeAlias = "NDArray[np.float64]"

Progress = Callable[[int, int], None]
"""Called with (done, total)."""

Row = dict[str, Any]
"""One run of a table: numbers, words and None under the names of its columns."""

Parser = argparse._ActionsContainer
"""A command's parser, or a group of its options."""
Options = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
