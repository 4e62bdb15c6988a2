"""The reference engine: any model by autograd, any optimizer of PyTorch, in any arithmetic and on any device."""

import contextlib
from collections.abc import Sequence

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Engine, Job, load_targets
from empirical.randomness import torch_seeded_by

__all__ = ["ReferenceEngine", "ReferenceKind"]

_SAMPLES_AT_ONCE = 1024  # where there is no descent: bounds the memory of the activations


class ReferenceKind:
    """The engine `"reference"`.

    >>> ReferenceKind().name
    'reference'
    """

    name = "reference"

    def unable(self, job: Job) -> str:
        """It trains everything."""
        return ""

    def build(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> Engine:
        """The engine."""
        return ReferenceEngine(job, starts, noise)


class ReferenceEngine:
    """R runs of any model, each with its own data and weights; several are stacked by `torch.func`.

    Parameters
    ----------
    job
        Model, loss and optimizer, the arithmetic and the device.
    starts
        The initial weights, one entry a run.
    noise
        The stream of each run's dropout.

    Notes
    -----
    One run is trained as one would write it by hand. Several share every operation, so that small models cost little
    more than one (`benchmarks/stacked_seeds.py`); their last digits may depend on R, and with dropout so do the units
    that are left out.

    Examples
    --------
    >>> from empirical import AdamW, CrossEntropy, Signature, TwoLayer
    >>> model = TwoLayer(width=16, activation="tanh", arithmetic="float64")
    >>> job = Job(model, CrossEntropy(), AdamW(learning_rate=0.01, weight_decay=0.0), Signature((2,), 2))
    >>> streams = [np.random.default_rng(seed) for seed in (0, 1)]
    >>> engine = ReferenceEngine(job, [model.draw_start(job.signature, rng) for rng in streams], streams)
    >>> inputs, labels = engine.load([np.array([[0, 0], [0, 1], [1, 0], [1, 1]])] * 2, [np.array([0, 1, 1, 0])] * 2)
    >>> for step in range(300):
    ...     outputs = engine.descend(inputs, labels, batch_size=4)
    >>> engine.outputs(inputs).argmax(dim=2).tolist()
    [[0, 1, 1, 0], [0, 1, 1, 0]]
    """

    def __init__(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> None:
        """Build the module and give it the initial weights."""
        self._job, self._noise, self._count = job, noise, len(starts)
        with torch_seeded_by(np.random.default_rng(0)):  # its own initial weights are not used
            self._module = job.model.build(job.signature).to(job.device, job.dtype)
        names = [name for name, _ in self._module.named_parameters()]
        if any(set(start) != set(names) for start in starts):
            raise ValueError(
                f"The initial weights must be those of the module, {', '.join(names)}, got {', '.join(starts[0])}; "
                "let `draw_start` give all of them."
            )
        if self._count == 1:
            self._parameters = dict(self._module.named_parameters())
            with torch.no_grad():
                for name, weight in self._parameters.items():
                    weight.copy_(torch.from_numpy(np.ascontiguousarray(starts[0][name])))
        else:
            self._parameters = {name: self._stacked([start[name] for start in starts]) for name in names}
        groups = job.optimizer.parameter_groups(self._parameters.items())
        self._optimizer = job.optimizer.build(groups)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._steps = 0
        self._is_random = any(
            isinstance(layer, torch.nn.modules.dropout._DropoutNd) for layer in self._module.modules()
        )

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs (R, samples, …), tokens as whole numbers and all others in the arithmetic, and targets."""
        dtype = self._job.dtype if self._job.signature.tokens is None else torch.int64
        return torch.from_numpy(np.stack(inputs)).to(self._job.device, dtype), load_targets(labels, self._job)

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, outputs)."""
        self._module.eval()
        with torch.no_grad():
            return torch.cat([self._forward(chunk) for chunk in inputs.split(_SAMPLES_AT_ONCE, dim=1)], dim=1)

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on the mean loss of each batch of successive samples, the last one maybe short.

        Returns the outputs (R, samples, outputs) of each sample from before its own step.
        """
        self._module.train()
        seeded = torch_seeded_by(self._noise[0], self._job.device) if self._is_random else contextlib.nullcontext()
        batches = zip(inputs.split(batch_size, dim=1), targets.split(batch_size, dim=1), strict=True)
        with seeded, torch.enable_grad():
            return torch.cat([self._step(*batch) for batch in batches], dim=1)

    def parameters(self, run: int) -> Parameters:
        """The weights of one run as they are now, float64."""
        stacked = {name: weight.detach().double().cpu().numpy() for name, weight in self._parameters.items()}
        return {name: (weight if self._count == 1 else weight[run]).copy() for name, weight in stacked.items()}

    def _step(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        outputs = self._forward(inputs)
        # The loss sees the samples of all runs as those of one, so that nobody has to write a loss for stacks.
        samples = outputs.flatten(0, 1)
        values = self._job.loss.values(samples, targets.flatten(0, 1))
        if values.shape != samples.shape[:1]:
            raise ValueError(
                f"loss {self._job.loss.name!r} must give one value a sample, {tuple(samples.shape[:1])}, "
                f"got {tuple(values.shape)}; the mean is taken here."
            )
        # A sum over runs of means over their samples: each run's gradient is that of its own mean.
        loss = values.sum() / inputs.shape[1]
        self._optimizer.zero_grad()
        loss.backward()
        self._steps += 1
        if self._steps <= self._job.optimizer.warm_up:
            for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
                group["lr"] = rate * self._steps / self._job.optimizer.warm_up
        self._optimizer.step()
        return outputs.detach()

    def _forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs = self._module(inputs[0]).unsqueeze(0) if self._count == 1 else self._stacked_forward(inputs)
        if outputs.shape != (*inputs.shape[:2], self._job.signature.outputs):
            raise ValueError(
                f"model {self._job.model.name!r} must map a batch to {self._job.signature.outputs} outputs each, "
                f"{(inputs.shape[1], self._job.signature.outputs)}, got {tuple(outputs.shape[1:])}."
            )
        return outputs

    def _stacked_forward(self, inputs: torch.Tensor) -> torch.Tensor:
        def one(parameters: dict[str, torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
            return torch.func.functional_call(self._module, parameters, (inputs,))

        return torch.func.vmap(one, randomness="different")(self._parameters, inputs)

    def _stacked(self, starts: Sequence[np.ndarray]) -> torch.Tensor:
        return torch.from_numpy(np.stack(starts)).to(self._job.device, self._job.dtype, copy=True).requires_grad_()
