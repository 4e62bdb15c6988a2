"""Gradient descent on a stack of two-layer networks in PyTorch, with the backward pass written out.

`empirical.engines.two_class` has the mathematics. It trains where the compiled kernel does not: without a compiler, in
float64, on an accelerator.
"""

from collections.abc import Sequence

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Engine, Job, load_targets
from empirical.engines.network import build_network
from empirical.engines.two_class import joined, split_weights, unable_two_class, with_ones

__all__ = ["Ensemble", "EnsembleKind"]

# Where there is no descent: enough for full speed, few enough that their activations stay in the processor's cache.
_SAMPLES_AT_ONCE = 128


class EnsembleKind:
    """The engine `"ensemble"`.

    >>> EnsembleKind().name
    'ensemble'
    """

    name = "ensemble"

    def unable(self, job: Job) -> str:
        """It trains two-class ReLU networks by plain SGD, in any arithmetic and on any device."""
        return unable_two_class(job)

    def build(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> Engine:
        """The ensemble."""
        return Ensemble(job, starts)


class Ensemble:
    """R two-layer networks n → width ReLU → 2 of one shape, trained side by side and independently.

    Parameters
    ----------
    job
        Model, loss and optimizer, the arithmetic and the device.
    starts
        The initial weights, one entry a network.

    Notes
    -----
    The last digits of a network may depend on R: products of stacked matrices are rounded otherwise than those of one.

    Examples
    --------
    >>> from empirical import CrossEntropy, SGD, Signature, TwoLayer
    >>> job = Job(TwoLayer(width=16), CrossEntropy(), SGD(learning_rate=0.1, weight_decay=0.0), Signature((2,), 2))
    >>> starts = [job.model.draw_start(job.signature, np.random.default_rng(seed)) for seed in (0, 1)]
    >>> ensemble = Ensemble(job, starts)
    >>> inputs, labels = ensemble.load([np.array([[0, 0], [0, 1], [1, 0], [1, 1]])] * 2, [np.array([0, 1, 1, 0])] * 2)
    >>> for step in range(1000):
    ...     margins = ensemble.descend(inputs, labels, batch_size=4)
    >>> (ensemble.outputs(inputs).squeeze(2) > 0).int().tolist()
    [[0, 1, 1, 0], [0, 1, 1, 0]]
    """

    def __init__(self, job: Job, starts: Sequence[Parameters]) -> None:
        """Stack the networks' weights."""
        hidden, readout, self._output_sums = zip(*map(split_weights, starts), strict=True)
        self.job = job
        self._hidden = self._stack(hidden)  # U: (R, n + 1, width)
        self._readout = self._stack([one[:, None] for one in readout])  # u: (R, width, 1)
        self._learning_rate = job.optimizer.learning_rate
        self._decay = 1 - job.optimizer.learning_rate * job.optimizer.weight_decay
        self._scale = 1.0  # α
        self._steps = 0
        self._workspaces: dict[tuple[str, int], torch.Tensor] = {}

    def _stack(self, arrays: Sequence[np.ndarray]) -> torch.Tensor:
        return torch.from_numpy(np.stack(arrays)).to(self.job.device, self.job.dtype).contiguous()

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs (R, samples, n + 1), the last column one, and labels (R, samples)."""
        return with_ones(inputs, self.job.dtype, self.job.device), load_targets(labels, self.job)

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logit of class 1 minus logit of class 0, (R, samples, 1); class 1 is predicted where it is positive."""
        chunks = inputs.split(_SAMPLES_AT_ONCE, dim=1)
        return torch.cat([self._margins(self._activations(chunk)) for chunk in chunks], dim=1).unsqueeze(2)

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on the mean cross-entropy of each batch of successive samples, the last one maybe short.

        Returns the margins (R, samples, 1) of each sample from before its own step.
        """
        labels = targets.to(self.job.dtype)
        batches = zip(inputs.split(batch_size, dim=1), labels.split(batch_size, dim=1), strict=True)
        return torch.cat([self._step(*batch) for batch in batches], dim=1).unsqueeze(2)

    def parameters(self, run: int) -> Parameters:
        """The weights of one network as they are now, float64."""
        hidden = self._scale * self._hidden[run].cpu().double().numpy()
        readout = self._scale * self._readout[run].squeeze(1).cpu().double().numpy()
        return joined(hidden, readout, self._output_sums[run] * self._decay**self._steps)

    def network(self, run: int) -> torch.nn.Module:
        """The model of one run as it is now, by itself."""
        return build_network(self.job, self.parameters(run))

    def _step(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        activations = self._activations(inputs)
        margins = self._margins(activations)
        errors = torch.sigmoid(margins).sub_(labels).unsqueeze(2)
        rate = self._learning_rate / self._decay / labels.shape[1]
        backward = torch.mul(errors, self._readout.mT, out=self._workspace("backward", labels.shape[1]))
        torch.ops.aten.threshold_backward(backward, activations, 0, grad_input=backward)
        self._hidden.baddbmm_(inputs.mT, backward, alpha=-rate)
        self._readout.baddbmm_(activations.mT, errors, alpha=-2 * rate)
        self._scale *= self._decay
        self._steps += 1
        self._renormalize()
        return margins

    def _activations(self, inputs: torch.Tensor) -> torch.Tensor:
        return torch.bmm(inputs, self._hidden, out=self._workspace("activations", inputs.shape[1])).relu_()

    def _margins(self, activations: torch.Tensor) -> torch.Tensor:
        unused = activations.new_empty(1)
        return torch.baddbmm(unused, activations, self._readout, beta=0, alpha=self._scale**2).squeeze(2)

    def _workspace(self, name: str, batch: int) -> torch.Tensor:
        """Memory that is used again: fresh memory for every batch would double the time of a step."""
        key = name, batch
        if key not in self._workspaces:
            networks, _, width = self._hidden.shape
            self._workspaces[key] = self._hidden.new_empty(networks, batch, width)
        return self._workspaces[key]

    def _renormalize(self) -> None:
        """Keep α in [1/2, 1]. Halving is exact in binary floating point, so no rounding ever piles up."""
        while self._scale < 0.5:
            self._hidden.mul_(0.5)
            self._readout.mul_(0.5)
            self._scale *= 2
