"""`groksharp linear`: the linear student over λ."""

from report.annotations import Options, Parser
from report.commands.argument_values import numbers
from report.commands.options import add_figure, add_json, figure_file
from report.commands.output import show_table

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "measure the linear student–teacher model over λ, by the paper's protocol"
EXAMPLES = (
    "", "--json", "--figure linear.png", "--convention exact --mirror", "--lam 0.5,0.9,0.99 --convention exact",
)  # fmt: skip


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument(
        "--lam", type=numbers, metavar="VALUES", help="λ as START:STOP:COUNT or a list a,b,c (default 1.003:1.1:120)"
    )
    command.add_argument(
        "--convention", choices=("published", "exact"), default="published",
        help="published: late-time forms without the plateau 1 − 1/λ, as in the paper's figure; exact: the true "
        "expectation, which at λ > 1 never generalizes (default: published)",
    )  # fmt: skip
    command.add_argument("--mirror", action="store_true", help="take each λ to its image (2 − √λ)² across 1")
    command.add_argument("--epsilon", type=float, default=1e-10, help="squared-error threshold (default 1e-10)")
    command.add_argument("--eta0", type=float, default=0.01, help="rate per step (default 0.01)")
    command.add_argument("--points", type=int, default=50_000, help="times per λ (default 50000)")
    command.add_argument("--horizon", type=float, default=5000.0, help="last time times (λ − 1)² (default 5000)")
    add_figure(command, "the paper's figure, sharpness against the gap with its regression,")
    add_json(command)


def run(options: Options) -> int:
    """Measure, draw and print."""
    figure = figure_file(options)

    import numerics
    from numerics.progress import progress_bar

    lam = numerics.PAPER_LAM if options.lam is None else options.lam
    if options.mirror:
        lam = numerics.mirror(lam)
    with progress_bar("linear model", "λ") as progress:
        table = numerics.sweep_linear(
            lam, convention=options.convention, epsilon=options.epsilon, eta0=options.eta0,
            points=options.points, horizon=options.horizon, progress=progress,
        )  # fmt: skip
    return show_table(table, "step", figure=figure, as_json=options.json)
