"""The reference engine: any model by autograd, any optimizer of PyTorch, in any arithmetic and on any device."""

import contextlib
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Engine, Job, load_targets
from empirical.engines.network import build_network, load_inputs
from empirical.optimizers.gradient_filter import GradientFilter
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
        self.job, self._noise, self._count = job, noise, len(starts)
        with torch_seeded_by(np.random.default_rng(0)):  # its own initial weights are not used
            self._module = job.model.build(job.signature).to(job.device, job.dtype)
        self._parameters = dict(self._module.named_parameters())
        self._buffers = dict(self._module.named_buffers())
        self._check(starts)
        with torch.no_grad():
            for tensors in (self._parameters, self._buffers):
                for name, tensor in tensors.items():
                    tensors[name] = self._started(tensor, [start.get(name) for start in starts])
        self._optimizer = job.optimizer.build(job.optimizer.parameter_groups(self._parameters.items()))
        self._filter = GradientFilter(job.optimizer.filter_gain, job.optimizer.filter_memory)
        self._rates = [group["lr"] for group in self._optimizer.param_groups]
        self._steps = 0
        self._draws: dict[bool, bool] = {}  # whether a pass draws random numbers, in training and out of it

    def _check(self, starts: Sequence[Parameters]) -> None:
        shapes = {name: tuple(weight.shape) for name, weight in self._parameters.items()}
        allowed = shapes | {name: tuple(buffer.shape) for name, buffer in self._buffers.items()}
        for start in starts:
            given = {name: weight.shape for name, weight in start.items()}
            if not shapes.keys() <= given.keys() or any(allowed.get(name) != shape for name, shape in given.items()):
                raise ValueError(
                    f"The initial weights must be those of the module, {shapes}, got {given}; "
                    "let `draw_start` give all of them."
                )

    def _started(self, tensor: torch.Tensor, starts: Sequence[np.ndarray | None]) -> torch.Tensor:
        """The tensor of one run with its first values, in place; or those of several, stacked.

        None, of a buffer, leaves the values that the module was built with.
        """
        values = [tensor if start is None else torch.from_numpy(np.asarray(start, order="C")) for start in starts]
        if self._count == 1:
            return tensor.copy_(values[0])
        stacked = torch.stack([value.to(tensor.device, tensor.dtype) for value in values])
        return stacked.requires_grad_(tensor.requires_grad)

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs (R, samples, …), tokens as whole numbers and all others in the arithmetic, and targets."""
        return load_inputs(inputs, self.job), load_targets(labels, self.job)

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, outputs)."""
        self._switch(training=False)
        with self._seeded(None), torch.no_grad():
            chunks = inputs.split(_SAMPLES_AT_ONCE, dim=1)
            return torch.cat([self._forward(chunk) for chunk in chunks], dim=1)

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on the mean loss of each batch of successive samples, the last one maybe short.

        Returns the outputs (R, samples, outputs) of each sample from before its own step.
        """
        self._switch(training=True)
        with torch.enable_grad():
            if batch_size >= inputs.shape[1]:
                return self._step(inputs, targets)
            batches = zip(inputs.split(batch_size, dim=1), targets.split(batch_size, dim=1), strict=True)
            return torch.cat([self._step(*batch) for batch in batches], dim=1)

    def parameters(self, run: int) -> Parameters:
        """The weights of one run as they are now, float64."""
        mine = self._of(run, self._parameters)
        return {name: weight.detach().to("cpu", torch.float64, copy=True).numpy() for name, weight in mine.items()}

    def network(self, run: int) -> torch.nn.Module:
        """The model of one run as it is now, by itself."""
        return build_network(self.job, self._of(run, self._parameters) | self._of(run, self._buffers))

    def _of(self, run: int, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {name: tensor if self._count == 1 else tensor[run] for name, tensor in tensors.items()}

    def _step(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        # Seeded for each step and not for a leg: how often is looked must not change the training.
        with self._seeded(self._noise[0]):
            outputs = self._forward(inputs)
        # The loss sees the samples of all runs as those of one, so that nobody has to write a loss for stacks.
        samples = outputs.flatten(0, 1)
        values = self.job.loss.values(samples, targets.flatten(0, 1))
        if values.shape != samples.shape[:1]:
            raise ValueError(
                f"loss {self.job.loss.name!r} must give one value a sample, {tuple(samples.shape[:1])}, "
                f"got {tuple(values.shape)}; the mean is taken here."
            )
        # A sum over runs of means over their samples: each run's gradient is that of its own mean.
        loss = values.sum() / inputs.shape[1]
        for parameter in self._parameters.values():  # `zero_grad` would cost more than a small model's gradient
            parameter.grad = None
        loss.backward()
        self._filter.amplify(self._parameters)
        self._steps += 1
        if self._steps <= self.job.optimizer.warm_up:
            for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
                group["lr"] = rate * self._steps / self.job.optimizer.warm_up
        self._optimizer.step()
        return outputs.detach()

    def _forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs = self._module(inputs[0]).unsqueeze(0) if self._count == 1 else self._stacked_forward(inputs)
        if outputs.shape != (*inputs.shape[:2], self.job.signature.outputs):
            raise ValueError(
                f"model {self.job.model.name!r} must map a batch to {self.job.signature.outputs} outputs each, "
                f"{(inputs.shape[1], self.job.signature.outputs)}, got {tuple(outputs.shape[1:])}."
            )
        return outputs

    def _stacked_forward(self, inputs: torch.Tensor) -> torch.Tensor:
        def one(
            parameters: dict[str, torch.Tensor], buffers: dict[str, torch.Tensor], inputs: torch.Tensor
        ) -> torch.Tensor:
            return torch.func.functional_call(self._module, (parameters, buffers), (inputs,))

        return torch.func.vmap(one, randomness="different")(self._parameters, self._buffers, inputs)

    def _switch(self, *, training: bool) -> None:
        if self._module.training != training:
            self._module.train(training)

    @contextlib.contextmanager
    def _seeded(self, rng: np.random.Generator | None) -> Iterator[None]:
        """Global generators are touched only where the first pass has drawn from them: seeding costs time.

        None, at a look, is always the same noise.
        """
        training = self._module.training
        if not self._draws.get(training, True):
            yield
            return
        with torch_seeded_by(np.random.default_rng(0) if rng is None else rng, self.job.device) as drawn:
            yield
            self._draws[training] = self._draws.get(training, False) or drawn()
