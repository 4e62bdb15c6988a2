"""From experiments, whatever their parts, to recorded runs; which of them are trained side by side.

A worker loads this and sends plain values; xarray is loaded where datasets are made of them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from empirical.engines.choice import choose_engine
from empirical.engines.engine import EngineKind, Job, check_device
from empirical.experiment.experiment import Experiment
from empirical.randomness import draw_streams
from empirical.records.record import CURVES, Record, find_records
from empirical.training.loop import train

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["PlainRun", "group_experiments", "train_plainly", "train_together"]


class PlainRun(NamedTuple):
    """A recorded run as names, arrays and words: what xarray makes a dataset of.

    >>> PlainRun({"gen_accuracy": (("epoch",), np.ones(2), {})}, {"epoch": ("epoch", np.arange(2))}, {}).dataset().sizes
    Frozen({'epoch': 2})
    """

    variables: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, str]]]
    coordinates: dict[str, tuple[str, np.ndarray]]
    attributes: dict[str, str]

    def dataset(self) -> "xr.Dataset":
        """The run as a dataset."""
        import xarray as xr

        return xr.Dataset(*self)


def train_together(
    experiments: Sequence[Experiment],
    *,
    records: Iterable[str] = (),
    after_leg: Callable[[int], None] = lambda length: None,
    device: str = "cpu",
    engine: str | None = None,
) -> "list[xr.Dataset]":
    """Train experiments that differ in their seed only side by side, in this process.

    Returns one dataset an experiment, in the order given: the records of `CURVES` and those asked for over the looks of
    the schedule, numbers in float32, with the coordinate `epoch` or `step`; and attributes with the configuration and
    the versions. On a processor the same experiment trained by itself makes the same dataset, bit for bit; of several
    together the last digits may depend on how many there are, because products of stacked matrices are rounded
    otherwise than those of one.

    Parameters
    ----------
    records
        Names in `RECORDS`.
    after_leg
        Called with what was done since the last look, in the schedule's unit, summed over the experiments; an
        exception that it raises ends the training.
    device
        `"cpu"`, `"cuda"`, …
    engine
        The name of one, by default the fastest that is able; see `choose_engine`.

    Raises
    ------
    ValueError
        If the experiments differ in more than their seed, or the engine is not able to train them.

    Examples
    --------
    >>> from empirical import SYSTEMS
    >>> tiny = {"input_size": 5, "train_samples": 40, "gen_samples": 20, "width": 8, "epochs": 2}
    >>> parity = SYSTEMS["parity"].experiment.replace(tiny)
    >>> first, second = train_together([parity, parity.replace({"seed": 1})], records=["weight_norm"])
    >>> dict(first.sizes), str(first["gen_accuracy"].dtype), "weight_norm" in first
    ({'epoch': 2}, 'float32', True)
    """
    trained = train_plainly(experiments, records=records, after_leg=after_leg, device=device, engine=engine)
    return [run.dataset() for run in trained]


def train_plainly(
    experiments: Sequence[Experiment],
    *,
    records: Iterable[str] = (),
    after_leg: Callable[[int], None] = lambda length: None,
    device: str = "cpu",
    engine: str | None = None,
) -> list[PlainRun]:
    """As `train_together`, before xarray makes datasets of the runs.

    >>> train_plainly([])
    []
    """
    asked = find_records(records)
    if not experiments:
        return []
    check_device(device)
    one = experiments[0]
    if any(other.protocol() != one.protocol() for other in experiments):
        raise ValueError("Experiments trained together must differ in their seed only; train the others separately.")
    job = Job(one.model, one.loss, one.optimizer, one.task.signature, device)
    kind = choose_engine(job, engine)
    return _train(experiments, job, kind, asked, lambda length: after_leg(length * len(experiments)))


def _train(
    experiments: Sequence[Experiment],
    job: Job,
    kind: EngineKind,
    records: Sequence[Record],
    after_leg: Callable[[int], None],
) -> list[PlainRun]:
    one = experiments[0]
    streams = [draw_streams(experiment.seed, *one.task.entropy) for experiment in experiments]
    train_sets, gen_sets = zip(*(one.task.draw(stream) for stream in streams), strict=True)
    for part in (train_sets, gen_sets):
        for examples in part:
            examples.check(one.task.signature, one.task.classes)
        if len({len(examples) for examples in part}) > 1:
            raise ValueError(
                f"Sets that are stacked must be of one size, got {sorted({len(examples) for examples in part})}; "
                "train these seeds with at_once=1."
            )
    starts = [one.model.draw_start(one.task.signature, stream.weights) for stream in streams]
    times, runs = train(
        kind.build(job, starts, [stream.dropout for stream in streams]),
        train_sets,
        gen_sets,
        schedule=one.schedule,
        loss=one.loss,
        task=one.task,
        batch_orders=[stream.batches for stream in streams],
        records=records,
        after_leg=after_leg,
    )
    known = [*CURVES, *records]
    trained = zip(experiments, runs, strict=True)
    return [_plain_run(experiment, known, times, curves, kind.name) for experiment, curves in trained]


def _plain_run(
    experiment: Experiment, records: Sequence[Record], times: np.ndarray, curves: dict[str, np.ndarray], engine: str
) -> PlainRun:
    unit = experiment.schedule.unit
    variables = {}
    for record in records:
        curve = curves[record.name]
        axes = record.dimensions or tuple(f"{record.name}_{k}" for k in range(1, curve.ndim))
        variables[record.name] = (
            (unit, *axes),
            _as_kept(curve),
            {"long_name": record.long_name.replace("{loss}", experiment.loss.label)},
        )
    looks = len(curves[records[0].name])
    return PlainRun(
        variables,
        {unit: (unit, times[:looks].astype(np.int32))},
        {
            "configuration": experiment.to_json(),
            "engine": engine,
            "torch_version": str(torch.__version__),
            "numpy_version": np.__version__,
        },
    )


def _as_kept(curve: np.ndarray) -> np.ndarray:
    """In a type that the files have: float32, whole numbers of 32 bits, or truth values."""
    if curve.dtype.kind == "b":
        return curve
    if curve.dtype.kind in "iu" and abs(curve).max(initial=0) <= np.iinfo(np.int32).max:
        return curve.astype(np.int32)
    with np.errstate(over="ignore"):  # a diverged run
        return curve.astype(np.float32)


def group_experiments(experiments: Sequence[Experiment], *, at_once: int = 1) -> list[list[Experiment]]:
    """Groups of at most `at_once` experiments that differ in their seed only, the last ones first.

    Sweeps are ordered from small to large: what takes longest is begun first.

    >>> from empirical import SYSTEMS
    >>> sweep = SYSTEMS["parity"].experiments(input_size=[25, 26], seed=[0, 1, 2])
    >>> groups = group_experiments(sweep, at_once=2)
    >>> [[(one.task.input_size, one.seed) for one in group] for group in groups]
    [[(26, 0), (26, 1)], [(26, 2)], [(25, 0), (25, 1)], [(25, 2)]]
    """
    if at_once < 1:
        raise ValueError(f"at_once must be at least 1, got {at_once}; 1 trains each run by itself.")
    alike: dict[object, list[Experiment]] = {}
    for experiment in dict.fromkeys(experiments):
        alike.setdefault(experiment.protocol(), []).append(experiment)
    groups = reversed(alike.values())
    return [group[k : k + at_once] for group in groups for k in range(0, len(group), at_once)]
