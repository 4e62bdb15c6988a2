"""Randomness as an argument: one independent stream for each purpose, all from one seed."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

__all__ = ["Streams", "draw_streams", "torch_seeded_by"]


@dataclass(frozen=True)
class Streams:
    """The random streams of one run, independent of each other.

    Drawing more data, say, leaves the initial weights and the batch order as they were.

    >>> streams, again = draw_streams(0, 25), draw_streams(0, 25)
    >>> unused = streams.data.integers(2, size=1000)
    >>> float(streams.weights.random()) == float(again.weights.random())
    True
    """

    data: np.random.Generator
    split: np.random.Generator
    weights: np.random.Generator
    batches: np.random.Generator
    label_noise: np.random.Generator
    dropout: np.random.Generator


def draw_streams(*entropy: int) -> Streams:
    """Fresh streams for a run named by whole numbers: its seed, and what its task adds.

    The streams are children of `numpy.random.SeedSequence(entropy)`: the same numbers give the same bits,
    different numbers unrelated ones. No global random state is read or changed.

    >>> again, other = draw_streams(0, 25), draw_streams(0, 26)
    >>> streams = draw_streams(0, 25)
    >>> streams.data.integers(2, size=8).tolist() == again.data.integers(2, size=8).tolist()
    True
    >>> float(streams.split.random()) == float(other.split.random())
    False
    """
    # A child depends on its place only: a new purpose goes to the end, and the others keep their bits.
    children = np.random.SeedSequence(entropy).spawn(6)
    return Streams(*(np.random.default_rng(child) for child in children))


@contextlib.contextmanager
def torch_seeded_by(rng: np.random.Generator, device: str | torch.device = "cpu") -> Iterator[Callable[[], bool]]:
    """Within it PyTorch's global generators follow from `rng`; after it they are where they were before.

    For code that takes no generator: the initialisation of layers, dropout. Gives a function that says whether any
    random number has been drawn.

    >>> with torch_seeded_by(np.random.default_rng(0)) as drawn:
    ...     first = torch.rand(2)
    ...     drawn()
    True
    >>> with torch_seeded_by(np.random.default_rng(0)):
    ...     bool((torch.rand(2) == first).all())
    True
    """
    accelerator = torch.device(device) if torch.device(device).type == "cuda" else None
    seed = int(rng.integers(2**63))
    with torch.random.fork_rng(devices=[] if accelerator is None else [accelerator]):
        torch.default_generator.manual_seed(seed)
        if accelerator is not None:
            torch.cuda.manual_seed(seed)

        def states() -> list[torch.Tensor]:
            return [torch.get_rng_state(), *([] if accelerator is None else [torch.cuda.get_rng_state(accelerator)])]

        before = states()
        yield lambda: not all(map(torch.equal, before, states()))
