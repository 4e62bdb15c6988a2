"""`groksharp representation`: what training sets of an addition table determine, and how fast."""

import contextlib
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from report.annotations import Options, Parser
from report.commands.argument_values import table_pairs
from report.commands.options import add_figure, add_json, figure_file
from report.commands.output import DONE, print_json

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "grokking rate and unique structure of training sets of an addition table"
EXAMPLES = (
    "--p 10 --json", "--p 10 --pairs 25 --trials 2000 --seed 0", "--p 30 --fraction 0.2 --modular",
    "--p 4 --train 0-2,1-1,0-3,1-2", "--p 20 --critical --figure unique.png",
)  # fmt: skip

_TRIALS, _SEED = 10_000, 0
_LONGEST = 2**25  # bytes of a training set that is read
_WORDS = {
    "p": "symbols p",
    "modulus": "modulus",
    "pairs": "training pairs",
    "pairs_low": "  95 % interval, from",
    "pairs_high": "  to",
    "fraction": "  of the table",
    "parallelograms": "parallelograms",
    "grokking_rate": "grokking rate",
    "unique": "unique structure",
    "free_directions": "free directions",
    "accuracy_ceiling": "accuracy at best",
    "norm": "norm Z₀",
    "trials": "trials",
    "seed": "seed",
    "p_unique": "P(unique structure)",
    "p_unique_low": "  95 % interval, from",
    "p_unique_high": "  to",
    "grokking_rate_median": "grokking rate, median",
    "grokking_rate_median_low": "  95 % interval, from",
    "grokking_rate_median_high": "  to",
    "grokking_rate_lower_quartile": "  lower quartile",
    "grokking_rate_upper_quartile": "  upper quartile",
    "level": "P(unique) reaches",
    "p_covering": "unique with the last symbol",
    "covering_pairs": "size that covers all symbols",
}


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("--p", type=int, default=10, metavar="P", help="number of symbols (default 10)")
    command.add_argument("--modular", action="store_true", help="addition modulo p instead of plain addition")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--pairs", type=int, metavar="N", help="random training sets of this many pairs")
    which.add_argument("--fraction", type=float, metavar="F", help="the same, of this fraction of the table")
    which.add_argument(
        "--train", metavar="PAIRS",
        help="one given training set, 0-1,2-3,…; @FILE or - reads it from a file or from standard input",
    )  # fmt: skip
    which.add_argument(
        "--critical", action="store_true", help="the size at which P(unique structure) crosses --level, with its curve"
    )
    command.add_argument("--trials", type=int, metavar="N", help=f"random training sets or orders (default {_TRIALS})")
    command.add_argument("--seed", type=int, metavar="S", help=f"which ones (default {_SEED})")
    command.add_argument("--level", type=float, metavar="P", help="probability that --critical is for (default 0.5)")
    command.add_argument("--norm", type=float, metavar="Z", help="norm Z₀ of the embedding (default p)")
    add_figure(command, "P(unique structure) against the training-set size, with --critical,")
    add_json(command)


def run(options: Options) -> int:
    """Compute, draw and print."""
    figure = figure_file(options)
    _check(options)
    modulus = options.p if options.modular else None
    if options.critical:
        result = _critical(options, modulus, figure)
    elif options.pairs is not None or options.fraction is not None:
        result = _random(options, modulus)
    else:
        result = _one(options, modulus)
    found = {name: _finite(value) for name, value in result.items()}
    if options.json:
        print_json(found)
        return DONE
    for name, value in found.items():
        if name in _WORDS and value is not None:
            print(f"{_WORDS[name]:30}{_written(value)}")
    return DONE


def _check(options: Options) -> None:
    drawn = options.critical or options.pairs is not None or options.fraction is not None
    for name, given, wanted, others in (
        ("--trials", options.trials, drawn, "--pairs, --fraction or --critical"),
        ("--seed", options.seed, drawn, "--pairs, --fraction or --critical"),
        ("--level", options.level, options.critical, "--critical"),
        ("--figure", options.figure, options.critical, "--critical"),
        ("--norm", options.norm, not options.critical, "the grokking rate, which --critical does not have"),
    ):
        if given is not None and not wanted:
            raise ValueError(f"{name} goes with {others}; leave it out.")
    if options.seed is not None and options.seed < 0:
        raise ValueError(f"--seed must be 0 or more, got {options.seed}.")
    if options.fraction is not None and not 0 < options.fraction <= 1:
        raise ValueError(f"--fraction must be above 0 and at most 1, got {options.fraction}.")


def _one(options: Options, modulus: int | None) -> dict[str, Any]:
    """The full table, or the training set that is given."""
    import numpy as np

    import numerics

    table = numerics.all_pairs(options.p)
    pairs = table if options.train is None else np.array(table_pairs(_text(options.train)))
    rate = numerics.grokking_rate(pairs, options.p, modulus=modulus, norm=options.norm)
    found: dict[str, Any] = {
        "p": options.p,
        "modulus": modulus,
        "pairs": len(pairs),
        "fraction": len(pairs) / len(table),
        "parallelograms": numerics.parallelogram_count(pairs, options.p, modulus=modulus),
        "grokking_rate": rate,
        "unique": rate > 0,
    }
    if options.train is not None:
        found["free_directions"] = numerics.free_directions(pairs, options.p, modulus=modulus)
        found["accuracy_ceiling"] = numerics.accuracy_ceiling(pairs, options.p, modulus=modulus)
    return {**found, "norm": _norm(options)}


def _random(options: Options, modulus: int | None) -> dict[str, Any]:
    import numerics
    from numerics.progress import progress_bar

    total = len(numerics.all_pairs(options.p))
    pairs = max(1, round(options.fraction * total)) if options.pairs is None else options.pairs
    trials, seed = _draws(options)
    with progress_bar("random training sets", "set") as progress:
        found = numerics.unique_structure(
            options.p, pairs, trials=trials, seed=seed, modulus=modulus, norm=options.norm, progress=progress
        )
    fields = asdict(found)
    return {"p": fields.pop("symbols"), **fields, "norm": _norm(options), "seed": seed}


def _critical(options: Options, modulus: int | None, figure: Path | None) -> dict[str, Any]:
    import numpy as np

    import numerics
    from numerics.progress import progress_bar

    trials, seed = _draws(options)
    level = 0.5 if options.level is None else options.level
    with progress_bar("random orders", "order") as progress:
        found = numerics.critical_pairs(
            options.p, trials=trials, seed=seed, level=level, modulus=modulus, progress=progress
        )
    if figure is not None:
        from report.figures.files import write_figure
        from report.figures.unique_curve import unique_figure

        write_figure(unique_figure(found), figure)
    sizes = np.arange(found.sizes[0], found.sizes[-1] + 1)
    names = ("pairs", "p_unique", "p_unique_low", "p_unique_high")
    curve = [
        dict(zip(names, (size, *row), strict=True))
        for size, row in zip(sizes.tolist(), found.p_unique(sizes).tolist(), strict=True)
    ]
    return {
        "p": found.symbols,
        "modulus": modulus,
        "level": level,
        "pairs": found.pairs,
        "pairs_low": found.pairs_low,
        "pairs_high": found.pairs_high,
        "fraction": found.fraction,
        "p_covering": found.p_covering,
        "covering_pairs": numerics.covering_pairs(options.p, level=level, modulus=modulus),
        "trials": trials,
        "seed": seed,
        "curve": curve,
    }


def _draws(options: Options) -> tuple[int, int]:
    return _TRIALS if options.trials is None else options.trials, _SEED if options.seed is None else options.seed


def _norm(options: Options) -> float:
    return float(options.p if options.norm is None else options.norm)


def _text(given: str) -> str:
    if given != "-" and not given.startswith("@"):
        return given
    from report.readers.files.opening import opened, standard_input

    with contextlib.nullcontext(standard_input()) if given == "-" else opened(Path(given[1:])) as data:
        text = data.read(_LONGEST + 1)
    if len(text) > _LONGEST:
        raise ValueError(f"A training set is written in at most {_LONGEST >> 20} MiB; this one is longer.")
    return text.decode("utf-8", errors="replace")


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
