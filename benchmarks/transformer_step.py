"""How much a step of the transformer costs that computes each distinct row once, against one of `torch.nn`.

    python benchmarks/transformer_step.py [--modulus 53] [--batch 512] [--steps 20] [--rounds 5]

One layer on `a b =`, d = 128, four heads, AdamW, on one thread: the model `transformer`, and the same network as an
embedding, `torch.nn.TransformerEncoderLayer` on all tokens of all samples, and a read-out. Prints milliseconds of a
step, the least of several rounds that take turns so that a busy machine slows both alike, and their ratio; then the
same of two layers.
"""

import argparse
import time
from collections.abc import Callable

import torch
from torch import nn

from empirical import Signature, Transformer


class Plain(nn.Module):
    """All tokens of all samples through `torch.nn.TransformerEncoder`."""

    def __init__(self, symbols: int, layers: int) -> None:
        super().__init__()
        self.embedding, self.positions = nn.Embedding(symbols + 1, 128), nn.Embedding(3, 128)
        layer = nn.TransformerEncoderLayer(128, 4, 512, 0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, nn.LayerNorm(128), enable_nested_tensor=False)
        self.unembedding = nn.Linear(128, symbols, bias=False)
        self.symbols = symbols

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        """(batch, symbols) of (batch, 2)."""
        tokens = nn.functional.pad(pairs, (0, 1), value=self.symbols)
        x = self.embedding(tokens) + self.positions.weight
        mask = nn.Transformer.generate_square_subsequent_mask(3)
        return self.unembedding(self.encoder(x, mask=mask, is_causal=True)[:, -1])


def stepper(network: nn.Module, pairs: torch.Tensor, labels: torch.Tensor) -> Callable[[], None]:
    """A step of the network by AdamW."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1.0)

    def step() -> None:
        loss = nn.functional.cross_entropy(network(pairs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def milliseconds(step: Callable[[], None], steps: int) -> float:
    started = time.process_time()
    for _ in range(steps):
        step()
    return (time.process_time() - started) / steps * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modulus", type=int, default=53)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    p = arguments.modulus
    pairs = torch.randint(p, (arguments.batch, 2), generator=torch.Generator().manual_seed(0))
    labels = pairs.sum(dim=1) % p
    for layers in (1, 2):
        mine = Transformer(layers=layers).build(Signature((2,), outputs=p, tokens=p))
        steps = [stepper(network, pairs, labels) for network in (mine, Plain(p, layers))]
        least = [float("inf")] * 2
        for _ in range(arguments.rounds + 1):  # the first warms up
            least = [min(was, milliseconds(step, arguments.steps)) for was, step in zip(least, steps, strict=True)]
        print(
            f"{layers} layer{'s' * (layers > 1)}, p = {p}, batches of {arguments.batch}: {least[0]:.1f} ms a step, "
            f"by torch.nn {least[1]:.1f} ms, {least[1] / least[0]:.1f} times as long"
        )


if __name__ == "__main__":
    main()
