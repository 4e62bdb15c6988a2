"""`groksharp descent`: gradient descent of the linear student at finite size, without data."""

from report.annotations import Options, Parser
from report.commands.argument_values import integers, numbers, whole_number
from report.commands.options import add_figure, add_json, figure_file
from report.commands.output import show_table

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "measure gradient descent of the linear student on random data of any size, exactly in distribution"
EXAMPLES = (
    "", "--lam 0.9,0.97 --d 1000000000 --seeds 0:3 --json", "--lam 0.9:0.98:9 --d 1e6 --figure descent.png",
    "--lam 0.5 --d 100 --seeds 0:50",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument(
        "--lam", type=numbers, default=(0.8, 0.9, 0.95), metavar="VALUES",
        help="λ = d/N as START:STOP:COUNT or a list a,b,c (default 0.8,0.9,0.95)",
    )  # fmt: skip
    command.add_argument("--d", type=whole_number, default=10**6, help="number of inputs, up to 2⁵³ (default 1000000)")
    command.add_argument(
        "--seeds", type=integers, default=range(3), metavar="VALUES",
        help="one data set each: START:STOP or a list a,b,c (default 0:3)",
    )  # fmt: skip
    command.add_argument("--epsilon", type=float, default=1e-10, help="squared-error threshold (default 1e-10)")
    command.add_argument("--eta0", type=float, default=0.01, help="learning rate (default 0.01)")
    command.add_argument("--points", type=int, default=5000, help="numbers of steps per run (default 5000)")
    add_figure(command, "sharpness against the gap, a point each run,")
    add_json(command)


def run(options: Options) -> int:
    """Measure, draw and print."""
    figure = figure_file(options)

    import numerics
    from numerics.progress import progress_bar

    with progress_bar(f"gradient descent, d = {options.d}", "run") as progress:
        table = numerics.sweep_descent(
            options.lam, d=options.d, seeds=options.seeds, epsilon=options.epsilon, eta=options.eta0,
            points=options.points, progress=progress,
        )  # fmt: skip
    return show_table(table, "step", figure=figure, as_json=options.json)
