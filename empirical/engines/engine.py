"""What an engine is given, what it has to do, and how it says what it is able to train."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.examples import Signature
from empirical.losses.loss import Loss
from empirical.models.model import Model
from empirical.optimizers.optimizer import Optimizer

__all__ = ["Engine", "EngineKind", "Epoch", "EpochEngine", "Job", "Pair", "check_device", "load_targets"]

Pair = tuple[torch.Tensor, torch.Tensor]  # inputs or outputs, and targets, of all runs


@dataclass(frozen=True)
class Job:
    """What is to be trained: model, loss and optimizer, the shapes of the data, and where.

    Attributes
    ----------
    model, loss, optimizer
        Of the experiment; the model says the arithmetic.
    signature
        The shapes of inputs and outputs.
    device
        `"cpu"`, `"cuda"`, …

    Examples
    --------
    >>> from empirical import CrossEntropy, SGD, TwoLayer
    >>> Job(TwoLayer(), CrossEntropy(), SGD(), Signature((35,), 2)).dtype
    torch.float32
    """

    model: Model
    loss: Loss
    optimizer: Optimizer
    signature: Signature
    device: str = "cpu"

    @property
    def dtype(self) -> torch.dtype:
        """The arithmetic's type."""
        return torch.float64 if self.model.arithmetic == "float64" else torch.float32


class Engine(Protocol):
    """R runs of one job, each with its own data and weights, trained side by side and independently.

    >>> from empirical import CrossEntropy, SGD, TwoLayer, choose_engine
    >>> job = Job(TwoLayer(width=4, activation="tanh"), CrossEntropy(), SGD(), Signature((2,), 2))
    >>> rng = np.random.default_rng(0)
    >>> engine = choose_engine(job).build(job, [job.model.draw_start(job.signature, rng)], [rng])
    >>> inputs, labels = engine.load([np.eye(2)], [np.array([0, 1])])
    >>> engine.descend(inputs, labels, batch_size=1).shape, engine.parameters(0)["hidden.weight"].shape
    (torch.Size([1, 2, 2]), (4, 2))
    """

    job: Job
    """What is trained."""

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """The inputs (R, samples, …) and targets (R, samples[, outputs]) as this engine wants them, on its device."""
        ...

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on each batch of successive samples, the last one maybe short.

        Returns the outputs (R, samples, outputs) of each sample from before its own step.
        """
        ...

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, outputs) with the weights as they are now; two classes may have one, see `CrossEntropy`."""
        ...

    def parameters(self, run: int) -> Parameters:
        """The weights of one run as they are now, float64."""
        ...

    def network(self, run: int) -> torch.nn.Module:
        """The model of one run as it is now, by itself; see `build_network`."""
        ...


class Epoch(NamedTuple):
    """What is seen in an epoch and at its end; the arrays are good until the next.

    Attributes
    ----------
    moving
        The outputs (R, samples, outputs) of each training sample from before its own step, as of `Engine.descend`.
    outputs_gen
        The outputs on the validation set at the end.
    curves
        Of each run the values of `CURVES` by name, means over minibatches.
    """

    moving: torch.Tensor
    outputs_gen: torch.Tensor
    curves: Sequence[Mapping[str, float]]


@runtime_checkable
class EpochEngine(Engine, Protocol):
    """An engine that does all of an epoch by itself, where a call for each part would take its time.

    >>> from empirical import CrossEntropy, SGD, TwoLayer, choose_engine
    >>> job, rng = Job(TwoLayer(width=4), CrossEntropy(), SGD(), Signature((2,), 2)), np.random.default_rng(0)
    >>> start = job.model.draw_start(job.signature, rng)
    >>> isinstance(choose_engine(job, "reference").build(job, [start], [rng]), EpochEngine)
    False
    """

    def epochs(self, train: Pair, gen: Pair, batch_size: int) -> Callable[[Sequence[np.ndarray | None]], Epoch]:
        """Epochs over loaded sets: the call goes through one of them, given the order of each run's samples or None.

        With batches of so many successive samples in that order, the last one maybe short, as do the means.
        """
        ...


class EngineKind(Protocol):
    """An engine before it has anything to train.

    >>> from empirical import AdamW, CrossEntropy, ENGINES, TwoLayer
    >>> job = Job(TwoLayer(), CrossEntropy(), AdamW(), Signature((35,), 2))
    >>> {engine.name: engine.unable(job) for engine in ENGINES}["fused"]
    "descends by the optimizer 'sgd', not 'adamw'"
    """

    @property
    def name(self) -> str:
        """As given to `sweep` and to the command line."""
        ...

    def unable(self, job: Job) -> str:
        """Why it cannot train this job, in words that go on from its name; empty if it can."""
        ...

    def build(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> Engine:
        """The engine of runs with these initial weights; `noise` is the stream of each run's dropout."""
        ...


def check_device(device: str) -> None:
    """Raise ValueError with a sentence if PyTorch has no such device here.

    >>> check_device("abacus")
    Traceback (most recent call last):
        ...
    ValueError: device must be one that PyTorch has here, got 'abacus'; use 'cpu'.
    """
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, TypeError, NotImplementedError):
        raise ValueError(f"device must be one that PyTorch has here, got {device!r}; use 'cpu'.") from None


def load_targets(labels: Sequence[np.ndarray], job: Job) -> torch.Tensor:
    """Labels as whole numbers (R, samples), values in the job's arithmetic (R, samples, outputs)."""
    stacked = np.stack(labels)
    if np.issubdtype(stacked.dtype, np.floating):
        return torch.from_numpy(stacked).to(job.device, job.dtype)
    return torch.from_numpy(stacked.astype(np.int64)).to(job.device)
