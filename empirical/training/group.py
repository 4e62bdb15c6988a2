"""What a worker does: it trains a group of experiments and sends plain values back."""

from collections.abc import Callable, Iterable, Mapping

import numerics
from empirical.experiment.experiment import Experiment
from empirical.records.record import RECORDS
from empirical.training.together import PlainRun, train_plainly

__all__ = ["train_group"]


def train_group(
    group: list[Experiment],
    advance: Callable[[int], None],
    *,
    records: Iterable[str],
    homes: Mapping[str, str],
    engine: str | None,
    device: str,
) -> list[PlainRun]:
    """Train experiments that differ in their seed only, and tell `advance` of what is done.

    `homes` are the modules of records by name: another process has imported those of the experiment's own parts only.

    >>> train_group([], print, records=(), homes={}, engine=None, device="cpu")
    0
    []
    """
    for name in set(records) - set(RECORDS):
        numerics.load_extension(homes[name])
    done = 0

    def count(length: int) -> None:
        nonlocal done
        done += length
        advance(length)

    runs = train_plainly(group, records=sorted(records), engine=engine, device=device, after_leg=count)
    advance(sum(experiment.length for experiment in group) - done)  # what a stop has saved counts as done
    return runs
