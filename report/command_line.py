"""The command ``groksharp``. Everything heavy is imported inside the command that needs it."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from report.argument_values import asymptote, integers, numbers, setting

if TYPE_CHECKING:
    from numerics import SharpnessTable

__all__ = ["main"]

_DONE, _NO_RESULT, _BAD_USAGE = 0, 1, 2

# Spelled out because the modules that have them load scipy and torch, which would slow the help down.
_SHAPES = ("erf", "logistic", "gompertz", "mirrored_gompertz", "student", "skewed_erf")
_RECORDED = ("quick", "paper", "ten_seeds")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``groksharp`` and return its exit status: 0 done, 1 a result that could not be had, 2 bad usage.

    >>> main(["derive", "M3", "--latex"])
    \\begin{align*} % M3: Relative grokking gap (Miller et al., arXiv 2402.08946, section 2), checked
    G = \\frac{t_{\\mathrm{gen}}}{t_{\\mathrm{train}}} - 1 && \\text{definition}
    \\end{align*}
    0
    """
    options = _parser().parse_args(arguments)
    if options.command is None:
        _parser().print_help()
        return _DONE
    try:
        return options.run(options)
    except BrokenPipeError:
        # The reader of our output has left, as in `groksharp linear | head`; leave without a word either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except (ValueError, TypeError, FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        print(f"groksharp {options.command}: {error}", file=sys.stderr)
        return _BAD_USAGE
    except KeyError as error:
        print(f"groksharp {options.command}: {error.args[0]}", file=sys.stderr)
        return _BAD_USAGE
    except (OSError, RuntimeError) as error:  # a full disk, a worker that died: not the user's mistake
        print(f"groksharp {options.command}: {error}", file=sys.stderr)
        return _NO_RESULT
    except KeyboardInterrupt:
        print(f"groksharp {options.command}: interrupted; finished runs are kept.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="groksharp",
        description="How sharp is grokking, and why: theory, finite-size gradient descent and trained networks.",
        epilog="examples:\n  groksharp derive M10\n  groksharp linear --json\n  groksharp parity --preset quick\n"
        "  groksharp train modular_addition\n"
        "  groksharp measure curves.csv --floor 0.5\n  groksharp report --preset quick",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in (_add_derive, _add_linear, _add_parity, _add_train, _add_measure, _add_report):
        add(commands)
    return parser


class _PrintVersion(argparse.Action):
    """Looks the version up only when asked: reading package metadata costs more than the rest of the help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"groksharp {version('groksharp')}")
        parser.exit()


def _command(commands: Any, name: str, run: Callable[[Any], int], summary: str, *examples: str) -> Any:
    command = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  groksharp {name} {example}".rstrip() for example in examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_derive(commands: Any) -> None:
    command = _command(
        commands, "derive", _derive, "print the registered equations, or one with its checked derivation",
        "", "M10", "generalization-loss --latex", "--check",
    )  # fmt: skip
    command.add_argument("name", nargs="?", metavar="NAME", help="name of an equation; without it, all are listed")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--markdown", action="store_true", help="print Markdown with LaTeX formulas")
    form.add_argument("--notebook", action="store_true", help="print a Jupyter notebook")
    command.add_argument("--check", action="store_true", help="check every step of all equations (half a minute)")


def _add_linear(commands: Any) -> None:
    command = _command(
        commands, "linear", _linear, "measure the linear student–teacher model over λ, by the paper's protocol",
        "", "--json", "--convention exact --mirror", "--lam 0.5,0.9,0.99 --convention exact",
    )  # fmt: skip
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
    _add_json(command)


def _add_parity(commands: Any) -> None:
    command = _command(
        commands, "parity", _train, "train networks on concealed parity and measure their grokking",
        "--preset quick", "--preset paper --out runs", "--input-sizes 25:46 --seeds 0:3 --epochs 3000 --json",
        "--preset weight_decay", "--input-sizes 35 --seeds 0,1 --set weight_decay=0.003,0.01,0.03",
        "--recorded paper", "--recorded ten_seeds --input-sizes 25,45 --json",
    )  # fmt: skip
    command.set_defaults(task="parity")
    _add_training(command)


def _add_train(commands: Any) -> None:
    command = _command(
        commands, "train", _train, "train any task over any of its numbers and measure its grokking",
        "modular_addition", "linear_student", "linear_student --input-sizes 90 --set train_samples=100,120,150,200",
        "modular_addition --input-sizes 30 --set modulus=3,5,7 optimizer=adamw learning_rate=1e-3 weight_decay=0.1",
    )  # fmt: skip
    command.add_argument("task", metavar="TASK", help="parity, modular_addition or linear_student")
    _add_training(command)


def _add_training(command: Any) -> None:
    command.add_argument(
        "--set", nargs="+", action="extend", type=setting, default=[], metavar="NAME=VALUES",
        help="a number of the protocol, or several with commas between: then every combination is run",
    )  # fmt: skip
    which = command.add_mutually_exclusive_group()
    which.add_argument("--preset", default="quick", metavar="NAME", help="default quick; another name lists them all")
    which.add_argument(
        "--recorded", choices=_RECORDED,
        help="train nothing: measure these runs of parity that come with the package, 10, 63 or 210",
    )  # fmt: skip
    command.add_argument("--input-sizes", type=integers, metavar="SIZES", help="START:STOP (STOP excluded) or a,b,c")
    command.add_argument("--seeds", type=integers, metavar="SEEDS", help="START:STOP (STOP excluded) or a,b,c")
    command.add_argument("--epochs", type=int, help="epochs per run (default: the preset's)")
    command.add_argument(
        "--accuracy", choices=("protocol", "whole"), default="protocol",
        help="protocol: minibatch means as in the paper; whole: accuracy on the whole sets (default: protocol)",
    )  # fmt: skip
    command.add_argument(
        "--records", type=lambda text: text.split(","), default=(), metavar="NAMES",
        help="further curves to keep: train_loss_whole, train_margin, gen_margin, weight_norm, ...",
    )  # fmt: skip
    command.add_argument("--out", metavar="DIR", help="folder of the runs (default out/TASK)")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, help="processes (default one a core)")
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="train on the workers of a Dask scheduler, such as tcp://10.0.0.1:8786"
    )
    _add_json(command)


def _add_measure(commands: Any) -> None:
    command = _command(
        commands, "measure", _measure, "measure jump times, gap and sharpness of your own training curves",
        "curves.csv", "log.jsonl --floor 0.1", "curves.csv --time step --train acc --gen val_acc --json",
    )  # fmt: skip
    command.add_argument("file", metavar="FILE", help="CSV or JSON lines with a time and two accuracies; - for stdin")
    command.add_argument("--time", metavar="COLUMN", help="time column (default: found by its usual names)")
    command.add_argument("--train", metavar="COLUMN", help="training accuracy (default: found)")
    command.add_argument("--gen", metavar="COLUMN", help="validation accuracy (default: found)")
    command.add_argument(
        "--floor", type=asymptote, default=argparse.SUPPRESS,
        help="chance level, or 'fit' (default: 0.5 if the validation accuracy plainly starts there, else 0)",
    )  # fmt: skip
    command.add_argument("--ceiling", type=asymptote, default=1.0, help="final level, or 'fit' (default 1)")
    command.add_argument(
        "--shape", default="erf", choices=(*_SHAPES, "best"),
        help="S-shape to fit; best: by an information criterion, whose verdict is printed (default: erf)",
    )  # fmt: skip
    command.add_argument("--train-samples", type=int, metavar="N", help="samples behind each training accuracy")
    command.add_argument(
        "--gen-samples", type=int, metavar="N", help="samples behind each validation accuracy: binomial weights"
    )
    _add_json(command)


def _add_report(commands: Any) -> None:
    command = _command(
        commands, "report", _report, "compare theory, finite-size gradient descent and networks in one page",
        "", "--recorded paper", "--preset paper --out out/paper",
    )  # fmt: skip
    command.add_argument("--preset", choices=("quick", "paper"), default="quick", help="default quick: a few minutes")
    command.add_argument(
        "--recorded", choices=_RECORDED,
        help="train no network: take these runs that come with the package, 10, 63 or 210",
    )  # fmt: skip
    command.add_argument("--out", default="out/report", metavar="DIR", help="folder of the page (default out/report)")
    command.add_argument("--runs", default="out/parity", metavar="DIR", help="folder of the runs (default out/parity)")
    command.add_argument("--workers", type=int, help="processes (default one a core)")


def _add_json(command: Any) -> None:
    command.add_argument("--json", action="store_true", help="print JSON on standard output")


def _derive(options: Any) -> int:
    from report import derivation_text
    from theory import equations

    if options.check:
        reports = [equations[name].check() for name in ([options.name] if options.name else equations)]
        print("\n".join(str(report) for report in reports))
        return _DONE if all(reports) else _NO_RESULT
    forms: tuple[derivation_text.Form, ...] = ("latex", "markdown", "notebook")
    form: derivation_text.Form = next((form for form in forms if getattr(options, form)), "text")
    if options.name is None:
        print(derivation_text.listing(form))
        return _DONE
    report = equations[options.name].check()
    print(derivation_text.derivation(equations[options.name], report, form))
    return _DONE if report else _NO_RESULT


def _linear(options: Any) -> int:
    import numerics
    from report.progress import progress_bar

    lam = numerics.PAPER_LAM if options.lam is None else options.lam
    if options.mirror:
        lam = numerics.mirror(lam)
    with progress_bar("linear model", "λ") as progress:
        table = numerics.sweep_linear(
            lam, convention=options.convention, epsilon=options.epsilon, eta0=options.eta0,
            points=options.points, horizon=options.horizon, progress=progress,
        )  # fmt: skip
    return _print_table(table, options.json)


def _train(options: Any) -> int:
    from empirical import TASKS, sweep_task
    from report.cluster import cluster_executor
    from report.progress import progress_bar

    if options.task not in TASKS:
        raise ValueError(f"TASK must be one of {', '.join(TASKS)}; got {options.task!r}.")
    given = {"input_sizes": options.input_sizes, "seeds": options.seeds, "epochs": options.epochs}
    given = {name: value for name, value in given.items() if value is not None}
    changed = {**given, **_protocol_of(options.set, TASKS[options.task], given)}
    if options.recorded is not None:
        return _print_table(_measure_recorded(options, changed), options.json)
    presets = TASKS[options.task].presets
    if options.preset not in presets:
        raise ValueError(f"--preset must be one of {', '.join(presets)}; got {options.preset!r}.")
    protocol = {**presets[options.preset], **changed}
    with (
        contextlib.nullcontext() if options.scheduler is None else cluster_executor(options.scheduler) as executor,
        progress_bar(f"{options.task} runs".replace("_", " "), "epoch") as progress,
    ):
        table = sweep_task(
            options.task, **protocol, out=options.out or f"out/{options.task}", workers=options.workers,
            executor=executor, accuracy=options.accuracy, records=options.records, progress=progress,
        )  # fmt: skip
    return _print_table(table, options.json)


def _protocol_of(settings: list[tuple[str, Any]], task: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What ``--set`` says, each name once and one of the task's numbers."""
    import dataclasses

    known = [field.name for field in dataclasses.fields(task) if field.name not in ("input_size", "seed")]
    protocol: dict[str, Any] = {}
    for name, value in settings:
        if name not in known:
            raise ValueError(
                f"--set must name one of {', '.join(known)}; got {name!r}; anything else has its own option."
            )
        if name in protocol or name in given:
            raise ValueError(f"--set must name each number once, got {name} again; write its values as {name}=A,B.")
        protocol[name] = value
    return protocol


def _measure_recorded(options: Any, changed: dict[str, Any]) -> "SharpnessTable":
    from empirical import measure_runs, recorded_runs

    if options.task != "parity":
        raise ValueError(f"--recorded needs the task parity, got {options.task}; leave it out to train.")
    for name in ("records", "out", "workers", "scheduler"):
        if getattr(options, name) not in (None, ()):
            raise ValueError(f"--recorded trains nothing, got --{name}; leave one of the two out.")
    return measure_runs(recorded_runs(options.recorded, **changed), accuracy=options.accuracy)


def _measure(options: Any) -> int:
    import numerics
    from report import measurement
    from report.chance_level import chance_level
    from report.curve_files import read_curves

    curves = read_curves(options.file, time=options.time, train=options.train, gen=options.gen)
    given = "floor" in options
    floor = options.floor if given else chance_level(curves.gen)
    samples = options.train_samples, options.gen_samples
    result = numerics.measure(
        curves.time, curves.train, curves.gen, shape=options.shape, floor=floor, ceiling=options.ceiling,
        train_samples=samples[0], gen_samples=samples[1],
    )  # fmt: skip
    if not given and floor:
        print(f"groksharp measure: floor {floor} seen in the curve; --floor 0 overrides it.", file=sys.stderr)
    free = measurement.without_shape(curves, result)
    if options.json:
        row = measurement.measurement_row(result, free)
        _print_json(numerics.tabulate([row]).to_dict()["rows"][0])
    else:
        print(measurement.measurement_text(curves, result, free))
        if options.shape == "best":
            print(measurement.compared_shapes(curves, result, samples))
    return _DONE if result.ok else _NO_RESULT


def _report(options: Any) -> int:
    from report.comparison import compare
    from report.page import write_report

    comparison = compare(options.preset, runs=options.runs, workers=options.workers, recorded=options.recorded)
    page = write_report(comparison, options.out)
    print(f"{comparison.finding} See {page}.")
    return _DONE


def _print_table(table: "SharpnessTable", as_json: bool) -> int:
    from report.text_table import failure_summary, text_table

    if as_json:
        _print_json(table.to_dict())
    else:
        print(text_table(table))
    if summary := failure_summary(table):
        print(summary, file=sys.stderr)
    return _DONE if len(table.fitted) else _NO_RESULT


def _print_json(value: Any) -> None:
    import json

    print(json.dumps(value, allow_nan=False, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
