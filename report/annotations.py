"""Types that several files of the report share; nothing is loaded for them."""

import argparse
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Array", "Commands", "Options", "Parser", "Row"]

Array: TypeAlias = "NDArray[np.float64]"

Row = dict[str, Any]
"""One run of a table: numbers, words and None under the names of its columns."""

Parser = argparse._ActionsContainer
"""A command's parser, or a group of its options."""
Options = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
