"""Examples from a finite table: each row at most once, so that no validation example is a training example."""

import numpy as np

__all__ = ["check_rows", "draw_rows"]

_INDEXED = 2**62  # rows that 64 bits can number


def draw_rows(rows: int, samples: int, *, rng: np.random.Generator) -> np.ndarray:
    """Numbers of `samples` different rows of a table of `rows`, in random order, int64.

    Of a table with more than 2⁶² rows only the first 2⁶² are drawn from.

    Raises
    ------
    ValueError
        If there are fewer rows than samples.

    Examples
    --------
    >>> sorted(draw_rows(5, 5, rng=np.random.default_rng(0)).tolist())
    [0, 1, 2, 3, 4]
    """
    check_rows(rows, samples)
    return rng.choice(min(rows, _INDEXED), size=samples, replace=False)


def check_rows(rows: int, samples: int) -> None:
    """Raise ValueError with a sentence unless there are as many different rows as samples."""
    if samples > rows:
        raise ValueError(
            f"train_samples + gen_samples must be at most {rows}, the number of different examples, got {samples}; "
            "lower one."
        )
