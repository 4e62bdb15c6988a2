"""`groksharp parity`: the paper's networks, by their own name."""

from report.annotations import Parser
from report.commands.train import add_training, run

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "train networks on concealed parity and measure their grokking"
EXAMPLES = (
    "--preset quick", "--preset paper --out runs", "--input-sizes 25:46 --seeds 0:3 --epochs 3000 --json",
    "--preset weight_decay", "--input-sizes 35 --seeds 0,1 --set optimizer.weight_decay=0.003,0.01,0.03",
    "--recorded paper --figure sharpness.png", "--recorded ten_seeds --input-sizes 25,45 --json",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.set_defaults(system="parity")
    add_training(command)
