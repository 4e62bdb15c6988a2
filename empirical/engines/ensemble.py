"""Gradient descent on a stack of two-layer networks, with the backward pass written out.

Three identities make a step cheap; each is exact, and tests hold them against autograd.

* With two classes the softmax depends on W₂ only through v = W₂[1] − W₂[0]: the probability of class 1 is
  sigmoid(v·h). A gradient step moves v by twice what it moves W₂[1], and W₂[0] + W₂[1] merely decays.
* A column of ones beside the inputs makes the bias one more row of W₁.
* Weight decay multiplies all weights by 1 − ηγ each step. Writing W₁ = αU and v = αu with one exact scalar α,
  relu(αUx) = α·relu(Ux), and the step becomes

      δ = sigmoid(α² u·relu(Ux)) − y                            (batch)
      U ← U − c Σ x ⊗ (δ u [Ux > 0]),   u ← u − 2c Σ δ relu(Ux),   c = η / (1 − ηγ) / batch size
      α ← α (1 − ηγ)

  so that decay costs nothing. Multiplying float32 weights by 1 − ηγ = 0.9999 would drift, because that number
  is not a float32: by 1e-3 over the 72,000 steps of the paper's runs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from empirical.engines.weights import Weights

__all__ = ["SAMPLES_AT_ONCE", "Ensemble", "with_ones"]

# Where there is no descent: enough for full speed, few enough that their activations stay in the processor's cache.
SAMPLES_AT_ONCE = 128


class Ensemble:
    """R two-layer networks n → width ReLU → 2 of one shape, trained side by side and independently.

    Parameters
    ----------
    weights
        The initial weights, one entry a network.
    learning_rate, weight_decay
        η and γ of the descent w ← w − η(∂L/∂w + γw), applied to every weight and bias; ηγ < 1.
    dtype, device
        Of the arithmetic: float32 by default, float64 for checks.

    Notes
    -----
    Inputs are tensors (R, batch, n + 1) whose last column is one (see ``with_ones``). The last digits of a network may
    depend on R: products of stacked matrices are rounded otherwise than those of one.

    Examples
    --------
    >>> from empirical.engines.weights import draw_weights
    >>> start = [draw_weights(2, 16, rng=np.random.default_rng(seed)) for seed in (0, 1)]
    >>> ensemble = Ensemble(start, learning_rate=0.1, weight_decay=0.0)
    >>> inputs = with_ones([np.array([[0, 0], [0, 1], [1, 0], [1, 1]])] * 2)
    >>> labels = torch.tensor([[0.0, 1.0, 1.0, 0.0]] * 2)
    >>> for step in range(1000):
    ...     margins = ensemble.descend(inputs, labels)
    >>> (ensemble.margins(inputs) > 0).int().tolist()
    [[0, 1, 1, 0], [0, 1, 1, 0]]
    """

    def __init__(
        self,
        weights: Sequence[Weights],
        *,
        learning_rate: float,
        weight_decay: float,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device = "cpu",
    ) -> None:
        """Stack the networks' weights."""

        def stack(arrays: list[np.ndarray]) -> torch.Tensor:
            return torch.from_numpy(np.stack(arrays)).to(device, dtype).contiguous()

        self._hidden = stack([np.vstack([w.hidden.T, w.bias]) for w in weights])  # U: (R, n + 1, width)
        self._readout = stack([(w.output[1] - w.output[0])[:, None] for w in weights])  # u: (R, width, 1)
        self._output_sums = [w.output[0] + w.output[1] for w in weights]
        self._learning_rate = learning_rate
        self._decay = 1 - learning_rate * weight_decay
        self._scale = 1.0  # α
        self._steps = 0
        self._workspaces: dict[tuple[str, int], torch.Tensor] = {}

    @property
    def dtype(self) -> torch.dtype:
        """The arithmetic's type."""
        return self._hidden.dtype

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._hidden.device

    def margins(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logit of class 1 minus logit of class 0, (R, batch); class 1 is predicted where it is positive."""
        return self._margins(self._activations(inputs))

    def descend(self, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """One step of gradient descent on the mean cross-entropy of a batch, the labels 0.0 or 1.0 of shape
        (R, batch).

        Returns the margins of the batch from before the step.
        """
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

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """The margins of any number of samples, as (R, samples, 1): what every engine calls its outputs."""
        chunks = inputs.split(SAMPLES_AT_ONCE, dim=1)
        return torch.cat([self.margins(chunk) for chunk in chunks], dim=1).unsqueeze(2)

    def descend_epoch(self, inputs: torch.Tensor, labels: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on each batch of successive samples, the last one maybe short.

        Returns the margins (R, samples, 1) of each sample from before its own step.
        """
        batches = zip(inputs.split(batch_size, dim=1), labels.split(batch_size, dim=1), strict=True)
        return torch.cat([self.descend(*batch) for batch in batches], dim=1).unsqueeze(2)

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

    def weights(self) -> list[Weights]:
        """The weights as they are now, float64, in the shapes they were given in."""
        sums = [total * self._decay**self._steps for total in self._output_sums]
        hidden = self._scale * self._hidden.cpu().double().numpy()
        readout = self._scale * self._readout.squeeze(2).cpu().double().numpy()
        return [
            Weights(hidden=U[:-1].T, bias=U[-1], output=np.stack([total - v, total + v]) / 2)
            for U, v, total in zip(hidden, readout, sums, strict=True)
        ]


def with_ones(
    inputs: Sequence[np.ndarray], dtype: torch.dtype = torch.float32, device: str | torch.device = "cpu"
) -> torch.Tensor:
    """Inputs (samples, n) of R networks as one tensor (R, samples, n + 1) whose last column is one.

    >>> with_ones([np.array([[5, 7]])])
    tensor([[[5., 7., 1.]]])
    """
    stacked = np.stack(inputs)
    ones = np.ones((*stacked.shape[:2], 1))
    return torch.from_numpy(np.concatenate([stacked, ones], axis=2)).to(device, dtype)
