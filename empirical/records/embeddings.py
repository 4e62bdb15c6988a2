"""What embeddings of symbols are at a look, and how well they keep the structure of their table."""

import numpy as np

import numerics
from empirical.records.snapshot import Snapshot

__all__ = ["embedding", "ipr", "rqi"]

_NAMES = ("embedding", "embedding.weight")  # a tensor of the model itself, or a `torch.nn.Embedding`


def embedding(run: Snapshot) -> np.ndarray:
    """The embeddings of the task's symbols in a model that has some under this name, (symbols, dimension).

    Rows after those of the symbols, as of a sign "=" between them and the answer, are left out. Raises ValueError for a
    model without embeddings.
    """
    symbols = run.task.signature.tokens if run.task is not None else None
    for name in _NAMES:
        if name in run.parameters:
            return run.parameters[name][:symbols]
    raise ValueError(
        f"The records embedding, ipr and rqi need a model with the parameters {' or '.join(_NAMES)}, "
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


def ipr(run: Snapshot) -> float:
    """The inverse participation ratio of the embeddings' frequencies over the residues; NaN once they diverged.

    `numerics.inverse_participation_ratio` says in which convention. Raises ValueError for a task whose symbols are not
    the residues of its `modulus`, and where there are no embeddings.
    """
    modulus = getattr(run.task, "modulus", None)
    if run.task is None or modulus is None or run.task.signature.tokens != modulus:
        raise ValueError(
            "The record ipr needs a task whose symbols are the residues of its modulus, "
            f"got {run.task!r}; leave it out."
        )
    positions = embedding(run)
    if not np.isfinite(positions).all():
        return float("nan")
    return float(numerics.inverse_participation_ratio(positions))
