"""The model of a run by itself: a module with the weights as they are, for what an engine does not do."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from empirical.engines.engine import Job
from empirical.randomness import torch_seeded_by

__all__ = ["build_network", "load_inputs"]


def build_network(job: Job, tensors: Mapping[str, np.ndarray | torch.Tensor]) -> torch.nn.Module:
    """The job's model with copies of these parameters and buffers, in float64, on its device, out of training.

    Whatever engine trained it, gradients and second derivatives are there by autograd.

    >>> from empirical import CrossEntropy, Linear, SGD, Signature
    >>> job = Job(Linear(), CrossEntropy(), SGD(), Signature((3,), 2))
    >>> network = build_network(job, {"weight": np.eye(2, 3)})
    >>> network(torch.ones(1, 3, dtype=torch.float64)).tolist()
    [[1.0, 1.0]]
    """
    with torch_seeded_by(np.random.default_rng(0)):  # its own initial weights are not used
        network = job.model.build(job.signature)
    network.to(job.device, torch.float64).eval()
    own = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    with torch.no_grad():
        for name, tensor in tensors.items():
            own[name].copy_(torch.as_tensor(tensor))
    return network


def load_inputs(inputs: Sequence[np.ndarray], job: Job) -> torch.Tensor:
    """Inputs (R, samples, …) as the job's model takes them: tokens as whole numbers, all others in its arithmetic."""
    dtype = job.dtype if job.signature.tokens is None else torch.int64
    return torch.from_numpy(np.stack(inputs)).to(job.device, dtype)
