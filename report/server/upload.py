"""What the page answers to logs that were sent to it."""

import base64
import io
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from report.commands.argument_values import asymptote
from report.log_measurement import measure_each, runs_of_table
from report.measured_runs import MeasuredRun, MeasuredRuns
from report.measurement import measurement_text, without_shape
from report.readers.curve_options import CurveOptions
from report.readers.files.kinds import read_data
from report.readers.log_table import LogTable
from report.readers.wording import printable_name, shown
from report.text_table import failure_summary, text_table

__all__ = ["measured_upload"]

_ROLES = ("time", "train", "gen", "run")
_MOST_RUNS = 500  # nobody else is answered meanwhile


def measured_upload(files: Sequence[tuple[str, BinaryIO]], said: Mapping[str, str]) -> dict[str, Any]:
    """What the answer shows: columns to choose from, notes, picture, text and downloads; or why there is nothing.

    Parameters
    ----------
    files
        What was sent, each with its name, which is a label and nothing else.
    said
        The fields of the form: columns, asymptotes, the number of classes.

    Examples
    --------
    >>> measured_upload([], {})["refusal"]
    'Choose a log first.'
    """
    tables: list[LogTable] = []
    try:
        tables = _tables(files)  # first: its columns can be chosen from whatever is refused afterwards
        options = _options(said)
        found = [run for table in tables for run in runs_of_table(table, options)]
        if len(found) > _MOST_RUNS:
            raise ValueError(
                f"At most {_MOST_RUNS} runs at once, got {len(found)}; the command groksharp measure takes more."
            )
        measured = measure_each(found, options)
    except (ValueError, TypeError, OSError, ModuleNotFoundError) as reason:
        return {"columns": _columns(tables), "refusal": str(reason)}
    if all(run.result is None for run in measured):
        return {"columns": _columns(tables), "refusal": "; ".join(dict.fromkeys(run.status for run in measured))}
    return {"columns": _columns(tables), "refusal": None, **_shown(measured)}


def _options(said: Mapping[str, str]) -> CurveOptions:
    """The fields of the form as options, those left empty as they are by themselves."""
    given: dict[str, Any] = {role: said[role] for role in _ROLES if said.get(role)}
    readers: dict[str, Callable[[str], Any]] = {
        "floor": asymptote, "ceiling": asymptote, "classes": int, "offset": float
    }  # fmt: skip
    for name, read in readers.items():
        if text := said.get(name, "").strip():
            try:
                given[name] = read(text)
            except ArgumentTypeError as reason:
                raise ValueError(f"{name} {reason}.") from None
            except ValueError:
                whole = "whole " * (read is int)
                raise ValueError(f"{name} must be a {whole}number, got {shown(text)}.") from None
    return CurveOptions(errors="errors" in said, **given)


def _tables(files: Sequence[tuple[str, BinaryIO]]) -> list[LogTable]:
    """The tables in the files as they were sent: they are not written down under any name."""
    if not files:
        raise ValueError("Choose a log first.")
    return [
        table
        for name, data in files
        for table in read_data(data, printable_name(name.replace("\\", "/").rpartition("/")[2]))
    ]


def _columns(tables: Sequence[LogTable]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in table.columns))


def _shown(measured: MeasuredRuns) -> dict[str, Any]:
    from report.figures.measured import measured_figure

    figure = measured_figure(
        [(run.label, run.result) for run in measured if run.result is not None], measured.unit, table=measured.table
    )
    png, svg = io.BytesIO(), io.BytesIO()
    figure.savefig(png, format="png", dpi=160)
    figure.set_layout_engine("none")  # it stays as it was laid out
    figure.savefig(svg, format="svg")
    downloads = [
        ("measures.csv", _address("text/csv", str(measured.table.to_csv()).encode())),
        ("figure.png", _address("image/png", png.getvalue())),
        ("figure.svg", _address("image/svg+xml", svg.getvalue())),
    ]
    return {"notes": measured.told, "picture": downloads[1][1], "text": _text(measured), "downloads": downloads}


def _text(measured: MeasuredRuns) -> str:
    """As the command prints it."""
    alone: MeasuredRun | None = measured.runs[0] if len(measured) == 1 else None
    if alone is not None and alone.result is not None and alone.curves is not None:
        return measurement_text(alone.curves, alone.result, without_shape(alone.curves, alone.result))
    failed = failure_summary(measured.table)
    return "\n\n".join([text_table(measured.table), *([failed] if failed else [])])


def _address(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
