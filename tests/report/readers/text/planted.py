"""The same table as many tools would write it."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable

STEP = [1.0, 10.0, 100.0, 2000.0, 30000.0]
TRAIN = [0.125, 0.5, 0.9375, 1.0, 1.0]
VAL = [0.0625, 0.0, 0.25, 0.5, 0.975]
COLUMNS = {"step": STEP, "train_acc": TRAIN, "val_acc": VAL}
NAMES = list(COLUMNS)
ROWS = [list(row) for row in zip(STEP, TRAIN, VAL, strict=True)]
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def delimited(
    delimiter: str = ",",
    *,
    header: str | None = None,
    form: Callable[[float], str] = repr,
    end: str = "\n",
    edge: str = "",
) -> str:
    head = delimiter.join(NAMES) if header is None else header
    lines = [head] * bool(head) + [delimiter.join(map(form, row)) for row in ROWS]
    return "".join(f"{edge}{line}{edge}{end}" for line in lines)


def comma(value: float) -> str:
    return f"{value}".replace(".", ",")


def german(value: float) -> str:
    return f"{value:,.4f}".translate(str.maketrans(",.", ".,"))


def percent(value: float) -> str:
    return f"{value:.0f}" if value in STEP[1:] or value == 1.0 else f"{100 * value} %"


def zipped(text: str) -> bytes:
    with zipfile.ZipFile(memory := io.BytesIO(), "w") as archive:
        archive.writestr("log.csv", text)
    return memory.getvalue()


def json_lines(records: list[dict[str, object]] = RECORDS, end: str = "\n") -> str:
    return "".join(json.dumps(record) + end for record in records)


def prefixed(line: Callable[[list[float]], str], prefix: str = "") -> str:
    return "".join(f"{prefix}{line(row)}\n" for row in ROWS)


def aligned(header: str = "step  train_acc  val_acc") -> str:
    return f"{header}\n" + "".join(f"{row[0]:>8g}{row[1]:12.6f}{row[2]:12.6f}\n" for row in ROWS)


_CSV = delimited()
_NESTED = [{"step": s, "train": {"acc": a}, "val": {"acc": b}} for s, a, b in ROWS]
_SPLITS = {"train": {"acc": TRAIN}, "val": {"acc": VAL}, "steps": STEP}
_MARKDOWN = "| " + delimited(" | ").replace("\n", " |\n| ").removesuffix("| ")

SAME_NAMES: dict[str, str | bytes] = {
    "comma": _CSV,
    "comma and space": delimited(", "),
    "semicolon": delimited(";"),
    "tab": delimited("\t"),
    "bar": delimited(" | "),
    "spaces": delimited("   "),
    "aligned": aligned(),
    "excel": "sep=;\n" + delimited(";"),
    "decimal comma": delimited(";", form=comma),
    "decimal comma, tab": delimited("\t", form=comma),
    "decimal comma, spaces": delimited(" ", form=comma),
    "decimal comma, quoted": delimited(form=lambda value: f'"{comma(value)}"'),
    "german": delimited(";", form=german),
    "english thousands": delimited(";", form=lambda value: f"{value:,.4f}"),
    "quoted thousands": delimited(form=lambda value: f'"{value:,.4f}"'),
    "swiss thousands": delimited(form=lambda value: f"{value:,.4f}".replace(",", "'")),
    "underscores": delimited(form=lambda value: f"{value:_}"),
    "exponents": delimited(form=lambda value: f"{value:.6e}"),
    "quoted numbers": delimited(form=lambda value: f'"{value}"'),
    "percent": delimited(form=lambda value: f"{value}" if value in STEP else f"{100 * value}%").replace(
        "\n100.0%", "\n1.0"
    ),
    "comments": "# lr 0.1\n" + _CSV.replace("\n10.0", "\n# saved, at 10\n\n10.0"),
    "percent comments": "% lr = 0.1\n// seed 3\n" + _CSV,
    "savetxt": delimited(" ", header="# step train_acc val_acc", form=lambda value: f"{value:.18e}"),
    "savetxt comma": delimited(",", header="# step,train_acc,val_acc"),
    "preamble": "Run of Monday\nlearning rate: 0.01\n\n" + _CSV,
    "units": delimited(header="step,train_acc,val_acc\n[1],[-],[-]"),
    "crlf": delimited(end="\r\n"),
    "cr": delimited(end="\r"),
    "no last line feed": _CSV.rstrip("\n"),
    "bom": b"\xef\xbb\xbf" + _CSV.encode(),
    "utf-16": _CSV.encode("utf-16"),
    "utf-16 without mark": _CSV.encode("utf-16-le"),
    "utf-32": _CSV.encode("utf-32"),
    "latin-1": "# é\n".encode("latin-1") + _CSV.encode(),
    "gzip": gzip.compress(_CSV.encode()),
    "gzip, twice begun": gzip.compress(_CSV[:40].encode()) + gzip.compress(_CSV[40:].encode()),
    "bzip2": bz2.compress(_CSV.encode()),
    "xz": lzma.compress(_CSV.encode()),
    "zip": zipped(_CSV),
    "repeated header": _CSV.replace("\n100.0", "\nstep,train_acc,val_acc\n100.0"),
    "trailing comma": _CSV.replace("\n", ",\n"),
    "markdown": _MARKDOWN.replace("\n", "\n|---:|:---:|---|\n", 1),
    "markdown units": _MARKDOWN.replace("\n", "\n| ---: | :---: | --- |\n", 1),
    "ruled": delimited(" | ").replace("\n", "\n------+-----+------\n", 1),
    "json lines": json_lines(),
    "json lines with commas": json_lines(end=",\n"),
    "json lines, text": json_lines([{name: str(value) for name, value in record.items()} for record in RECORDS]),
    "json lines among output": "loading\n".join(["", *json_lines().splitlines(keepends=True)])[8:],
    "json list": json.dumps(RECORDS),
    "json list over lines": json.dumps(RECORDS, indent=2),
    "json list with a comma too many": json.dumps(RECORDS)[:-1] + ",]",
    "json objects one after the other": "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    "json columns": json.dumps(COLUMNS),
    "json history": json.dumps({"history": COLUMNS, "lr": 0.1}),
    "json rows": json.dumps({"rows": RECORDS}),
    "trainer state": json.dumps({"best_metric": None, "log_history": RECORDS}),
    "pandas split": json.dumps({"columns": NAMES, "index": list(range(5)), "data": ROWS}),
    "pandas table": json.dumps({"schema": {"fields": []}, "data": RECORDS}),
    "json lists": json.dumps([NAMES, *ROWS]),
    "json deep": json.dumps({"result": {"log": {"curves": COLUMNS}}}),
    "dictionaries": "".join(f"{record}\n" for record in RECORDS),
    "one dictionary": str(COLUMNS),
    "numpy's dictionaries": "".join(
        f"{{'step': {s}, 'train_acc': np.float64({a}), 'val_acc': tensor({b}, device='cuda:0')}}\n" for s, a, b in ROWS
    ),
    "key=value": prefixed(lambda row: f"step={row[0]} train_acc={row[1]} val_acc={row[2]}"),
    "key: value": prefixed(lambda row: f"step: {row[0]}, train_acc: {row[1]}, val_acc: {row[2]}"),
    "logging": prefixed(
        lambda row: f"step={row[0]} train_acc={row[1]} val_acc={row[2]}", "2024-05-01 12:00:00,123 - INFO - "
    ),
    "logging in brackets": prefixed(
        lambda row: f"step={row[0]:g}/30000 train_acc={row[1]:.3e} val_acc={row[2]}",
        "[2024-05-01 12:00:00][main][INFO] - ",
    )
    .replace("1.250e-01", "0.125")
    .replace("9.375e-01", "0.9375"),
    "log lines among others": "starting up\n"
    + prefixed(lambda row: f"step {row[0]}: train_acc {row[1]} | val_acc {row[2]}"),
}

OTHER_NAMES: dict[str, tuple[str, list[str]]] = {
    "no header": (delimited(header=""), ["column 1", "column 2", "column 3"]),
    "nested json lines": (json_lines(_NESTED), ["step", "train/acc", "val/acc"]),
    "splits": (json.dumps(_SPLITS), ["steps", "train/acc", "val/acc"]),
    "words": (aligned("step  train acc  val acc"), ["step", "train acc", "val acc"]),
    "nameless lists": (json.dumps(ROWS), ["column 1", "column 2", "column 3"]),
    "by index": (
        json.dumps({str(k): {"train": a, "val": b} for k, a, b in ROWS}),
        ["index", "train", "val"],
    ),
    "pandas columns": (
        json.dumps({"train": dict(zip(map(str, STEP), TRAIN)), "val": dict(zip(map(str, STEP), VAL))}),  # noqa: B905
        ["index", "train", "val"],
    ),
    "bars": (
        prefixed(lambda row: f"Step {row[0]:g} | train acc {row[1]} | val acc {row[2]}"),
        ["Step", "train acc", "val acc"],
    ),
    "keras": (
        "".join(
            f"Epoch {s:g}/30000\n100/100 [====] - 1s 2ms/step - accuracy: {a} - val_accuracy: {b}\n" for s, a, b in ROWS
        ),
        ["Epoch", "accuracy", "val_accuracy"],
    ),
    "twice named": (
        prefixed(lambda row: f"Epoch {row[0]:g} | Train loss: 0.1 acc: {row[1]} | Val loss: 0.2 acc: {row[2]}"),
        ["Epoch", "Train acc", "Val acc"],
    ),
}
