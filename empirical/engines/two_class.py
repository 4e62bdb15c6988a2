"""What the hand-written engines share: which jobs are theirs, and the identities that make a step cheap.

Both train two-layer ReLU networks with two classes on the cross-entropy by plain SGD. Three identities make a step
cheap; each is exact, and tests hold them against autograd.

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

from collections.abc import Sequence

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Job
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.two_layer import TwoLayer
from empirical.optimizers.sgd import SGD

__all__ = ["joined", "split_weights", "unable_two_class", "with_ones"]


def unable_two_class(job: Job) -> str:
    """Why the hand-written engines cannot train this job; empty if they can.

    Classes are compared exactly: a subclass may compute anything.
    """
    model, loss, optimizer, signature = job.model, job.loss, job.optimizer, job.signature
    if type(model) is not TwoLayer:
        return f"trains the model 'two_layer', not {model.name!r}"
    if type(loss) is not CrossEntropy:
        return f"minimises the loss 'cross_entropy', not {loss.name!r}"
    if type(optimizer) is not SGD:
        return f"descends by the optimizer 'sgd', not {optimizer.name!r}"
    for bad, reason in (
        (model.activation != "relu", f"trains ReLU networks, not activation {model.activation!r}"),
        (model.dropout > 0, "has no dropout"),
        (optimizer.momentum > 0, "has no momentum"),
        (bool(optimizer.groups), "has one rate for all parameters"),
        (optimizer.warm_up > 0, "has no warm-up"),
        (optimizer.filter_gain > 0, "has no filter of gradients"),
        (signature.outputs != 2, f"trains two classes, not {signature.outputs}"),
        (signature.tokens is not None or len(signature.inputs) != 1, "takes inputs that are vectors of numbers"),
    ):
        if bad:
            return reason
    return ""


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


def split_weights(start: Parameters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """W₁ with the bias as its last row (n + 1, width), v = W₂[1] − W₂[0] and W₂[0] + W₂[1], both (width,)."""
    first, second = start["output.weight"]
    return np.vstack([start["hidden.weight"].T, start["hidden.bias"]]), second - first, first + second


def joined(hidden: np.ndarray, readout: np.ndarray, output_sum: np.ndarray) -> Parameters:
    """The weights in PyTorch's shapes: the inverse of `split_weights`."""
    return {
        "hidden.weight": hidden[:-1].T,
        "hidden.bias": hidden[-1],
        "output.weight": np.stack([output_sum - readout, output_sum + readout]) / 2,
    }
