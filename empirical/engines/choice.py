"""The engines there are, and which of them trains a run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch

from empirical.engines.ensemble import Ensemble
from empirical.engines.fused import FusedEngine
from empirical.engines.models import Linear, Model, TwoLayer
from empirical.engines.optimizers import AdamW, Descent, Optimizer
from empirical.engines.reference import ReferenceEngine
from empirical.engines.weights import LinearWeights, Weights
from empirical.tasks.configuration import NetworkRun, TrainingRun, check_choice

__all__ = ["ENGINES", "BuildEngine", "Engine", "choose_engine"]


class Engine(Protocol):
    """What ``training.train`` asks of an engine: R models of one shape, trained side by side.

    Inputs are (R, samples, n + 1), the last column one; targets (R, samples) labels, or (R, samples, outputs) values;
    both of the engine's ``dtype`` and on its ``device``. Two classes may have one output: the logit of class 1 minus
    the logit of class 0.
    """

    @property
    def dtype(self) -> torch.dtype:
        """The arithmetic's type."""
        ...

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        ...

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, outputs)."""
        ...

    def descend_epoch(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on each batch of successive samples, the last one maybe short.

        Returns the outputs (R, samples, outputs) of each sample from before its own step.
        """
        ...

    def weights(self) -> list[Weights] | list[LinearWeights]:
        """The weights as they are now, float64."""
        ...


# Makes an engine from initial weights, one entry a network.
BuildEngine = Callable[[Sequence[Any]], Engine]

ENGINES = ("fused", "ensemble", "reference")


def choose_engine(
    run: TrainingRun, *, dtype: torch.dtype, device: str | torch.device = "cpu", engine: str | None = None
) -> BuildEngine:
    """What makes the engine of this run, by name or, without one, the fastest that is able.

    ``"reference"`` trains every run. Two-class ReLU networks under SGD have two faster ones: ``"ensemble"`` (see
    ``ensemble``) and, in float32 on a processor where its kernel was built, ``"fused"`` (see ``engines.fused``). All
    take the same steps, within rounding.

    Raises ValueError with the reason if the named engine can't train this run.

    >>> from empirical import ParityRun
    >>> choose_engine(ParityRun(25, 0), dtype=torch.float64).func.__name__
    'Ensemble'
    >>> choose_engine(ParityRun(25, 0, activation="tanh"), dtype=torch.float32, engine="ensemble")
    Traceback (most recent call last):
    ValueError: engine 'ensemble' trains two-class ReLU networks by SGD only; leave engine out for one that is able.
    """
    reasons = {
        "fused": _not_two_class(run) or _not_fused(dtype, device),
        "ensemble": _not_two_class(run),
        "reference": "",
    }
    if engine is None:
        engine = next(name for name in ENGINES if not reasons[name])
    check_choice("engine", engine, ENGINES)
    if reasons[engine]:
        raise ValueError(f"engine {engine!r} {reasons[engine]}; leave engine out for one that is able.")
    rate, decay = run.learning_rate, run.weight_decay
    if engine == "fused":
        return functools.partial(FusedEngine, learning_rate=rate, weight_decay=decay)
    if engine == "ensemble":
        return functools.partial(Ensemble, learning_rate=rate, weight_decay=decay, dtype=dtype, device=device)
    return functools.partial(_reference, run, dtype=dtype, device=device)


def _not_two_class(run: TrainingRun) -> str:
    able = isinstance(run, NetworkRun) and run.classes == 2 and run.activation == "relu" and run.optimizer == "sgd"
    return "" if able else "trains two-class ReLU networks by SGD only"


def _not_fused(dtype: torch.dtype, device: str | torch.device) -> str:
    if dtype != torch.float32 or torch.device(device).type != "cpu":
        return f"computes in float32 on a processor, not in {dtype} on {device}"
    return "" if FusedEngine.available() else "has no compiled kernel here"


def _reference(
    run: TrainingRun, weights: Sequence[Any], *, dtype: torch.dtype, device: str | torch.device
) -> ReferenceEngine:
    model: Model
    if isinstance(weights[0], LinearWeights):
        model = Linear(weights, dtype=dtype, device=device)
    else:
        activation = run.activation if isinstance(run, NetworkRun) else "relu"
        model = TwoLayer(weights, activation, dtype=dtype, device=device)
    optimizer: Optimizer
    if run.optimizer == "adamw":
        optimizer = AdamW(run.learning_rate, run.weight_decay, betas=(run.beta1, run.beta2), epsilon=run.adam_epsilon)
    else:
        optimizer = Descent(run.learning_rate, run.weight_decay)
    return ReferenceEngine(model, run.loss, optimizer)
