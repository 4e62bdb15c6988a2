"""What embeddings of symbols are at a look, and how well they keep the structure of their table."""

import numpy as np

import numerics
from empirical.records.snapshot import Snapshot

__all__ = ["embedding", "rqi"]

_NAMES = ("embedding", "embedding.weight")  # a tensor of the model itself, or a `torch.nn.Embedding`


def embedding(run: Snapshot) -> np.ndarray:
    """The embeddings of a model that has some under this name, (symbols, dimension).

    Raises ValueError for another model.
    """
    for name in _NAMES:
        if name in run.parameters:
            return run.parameters[name]
    raise ValueError(
        f"The records embedding and rqi need a model with the parameters {' or '.join(_NAMES)}, "
        f"got one with {', '.join(run.parameters)}; use 'embedding_decoder', or a record of your own."
    )


def rqi(run: Snapshot) -> float:
    """The representation quality index of the embeddings, as U's published code counts it; NaN once they diverged.

    The share of the parallelograms of the full table whose squared residual, the mean over the dimensions of the
    standardized embeddings, is below 0.01: the convention `"squared"` of `numerics.representation_quality`. The task
    says by its `modulus` whether sums are taken modulo a number. Raises ValueError for a task that has none, and where
    there are no embeddings.
    """
    if run.task is None or not hasattr(run.task, "modulus"):
        raise ValueError(
            f"The record rqi needs a task with a modulus, which may be None, got {run.task!r}; use 'addition_table'."
        )
    positions = embedding(run)
    if not np.isfinite(positions).all():
        return float("nan")
    return float(numerics.representation_quality(positions, modulus=run.task.modulus, convention="squared"))
