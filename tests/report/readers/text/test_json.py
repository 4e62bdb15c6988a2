"""JSON whichever way round, of one run and of several, whole and broken."""

import json

import pytest

from tests.report.readers.text.reading import read, refusal, values

RUN = {"step": [1, 2], "train": [0, 1], "val": [0, 0.5]}
ROWS = [{"step": 1, "a": 0}, {"step": 2, "a": 1}]

SEVERAL = {
    "by name": ({"seed0": RUN, "seed1": RUN}, ["seed0", "seed1"]),
    "list": ([{"seed": 0, **RUN}, {"seed": 1, **RUN}], ["seed=0", "seed=1"]),
    "list of histories": ([{"seed": 0, "history": RUN}, {"seed": 1, "history": RUN}], ["seed=0", "seed=1"]),
    "under a name": (
        {"config": {"betas": [0.9, 0.98]}, "runs": [{"seed": 0, **RUN}, {"seed": 1, **RUN}]},
        ["seed=0", "seed=1"],
    ),
    "a row a run": ({"step": RUN["step"], "train": [RUN["train"]] * 2, "val": [RUN["val"]] * 2}, ["run 1", "run 2"]),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_several_runs(case):
    value, names = SEVERAL[case]
    tables = read(json.dumps(value))
    assert [table.run for table in tables] == names
    assert all(values(table) == RUN for table in tables)


def test_lists_of_lists_without_times_are_runs_as_their_shape_tells():
    runs = [[0.1 * k] * 20 for k in range(3)]
    for lists in (runs, [list(row) for row in zip(*runs, strict=True)]):
        tables = read(json.dumps({"train": lists, "val": lists}))
        assert [values(table) for table in tables] == [{"train": run, "val": run} for run in runs]
        assert "The lists of lists are taken for 3 runs of 20 points." in tables[0].notes


def test_several_runs_a_line_each():
    tables = read("".join(json.dumps({"seed": seed, **RUN}) + "\n" for seed in range(3)))
    assert [table.run for table in tables] == ["seed=0", "seed=1", "seed=2"]
    assert all(values(table) == RUN for table in tables)


ONE = {
    "alternating rows": (
        {"log_history": [{"loss": 0.5, "step": 1}, {"eval_acc": 0.1, "step": 1}]},
        {"loss": [0.5, None], "step": [1, 1], "eval_acc": [None, 0.1]},
    ),
    "clocks of their own": (
        {"train": {"step": [1, 2, 3], "acc": [0, 1, 1]}, "val": {"step": [1, 3], "acc": [0, 1]}},
        {"step": [1, 2, 3, 1, 3], "train/acc": [0, 1, 1, None, None], "val/acc": [None, None, None, 0, 1]},
    ),
    "rows of each split": (
        {
            "train": [{"step": 1, "acc": 0}, {"step": 2, "acc": 1}],
            "val": [{"step": 1, "acc": 0}, {"step": 2, "acc": 0}],
        },
        {"step": [1, 2, 1, 2], "train/acc": [0, 1, None, None], "val/acc": [None, None, 0, 0]},
    ),
    "pairs": (
        {"train_acc": [[1, 0.5], [2, 0.6]], "val_acc": [[1, 0.1], [2, 0.2]]},
        {"step": [1, 2, 1, 2], "train_acc": [0.5, 0.6, None, None], "val_acc": [None, None, 0.1, 0.2]},
    ),
    "settings beside": ({"config": {"betas": [0.9, 0.98]}, "results": RUN}, RUN),
    "a matrix beside": ({**RUN, "confusion": [[1, 2, 3], [3, 4, 5], [5, 6, 7]]}, RUN),
    "another length beside": ({**RUN, "loss": [1, 2, 3]}, RUN),
    "one row": ({"relative_gap": 1.5, "status": "ok"}, {"relative_gap": [1.5], "status": ["ok"]}),
    "pandas by row": (
        {"0": {"step": 5, "a": 0}, "1": {"step": 6, "a": 1}},
        {"index": [0, 1], "step": [5, 6], "a": [0, 1]},
    ),
    "names with numbers": (
        {"step_5": {"a": 0}, "step_60": {"a": 1}, "step_70": {"a": 1}},
        {"step": [5, 60, 70], "a": [0, 1, 1]},
    ),
    "TensorBoard's JSON": (
        {"acc/train": [[1.7e9, 5, 0.5]] * 2, "acc/val": [[1.7e9, 5, 0.1]] * 2},
        {
            "wall_time": [1.7e9] * 4,
            "step": [5] * 4,
            "acc/train": [0.5, 0.5, None, None],
            "acc/val": [None, None, 0.1, 0.1],
        },
    ),
    "TensorBoard's JSON of one": (
        [[1.7e9, 5, 0.5], [1.7e9, 6, 0.6]],
        {"wall_time": [1.7e9] * 2, "step": [5, 6], "value": [0.5, 0.6]},
    ),
    "long lists in a list": ([[5, 6] * 8, [0, 1] * 8], {"column 1": [5, 6] * 8, "column 2": [0, 1] * 8}),
    "pandas by column": (
        {"step": {"0": 5, "1": 6}, "a": {"0": 0, "1": 1}},
        {"index": [0, 1], "step": [5, 6], "a": [0, 1]},
    ),
    "Sacred": (
        {"train.acc": {"steps": [1], "values": [0]}, "val.acc": {"steps": [1], "values": [1]}},
        {"steps": [1, 1], "train.acc/values": [0, None], "val.acc/values": [None, 1]},
    ),
}


@pytest.mark.parametrize("case", ONE)
def test_one_run(case):
    value, columns = ONE[case]
    [table] = read(json.dumps(value))
    assert table.run == ""
    assert values(table) == columns


def test_says_what_is_left_out():
    [table] = read(json.dumps({"lr": 0.1, "loss": [1, 2, 3], **RUN}))
    assert table.notes == (
        "1 entry beside the table left out: lr.",
        "Lists of another length than 2 are left out: loss.",
    )


MENDED = {
    "cut off": ('{"a": 1, "b": 1}\n{"a": 2, "b": 0.5}\n{"a": 3, "b', "cut off"),
    "list cut off": ('[{"a": 1, "b": 1}, {"a": 2, "b": 0.5}, {"a": 3, "b', "cut off"),
    "output between": ('start\n{"a": 1, "b": 1}\n{"a": 2, "b": 0.5}\nend\n', "2 lines between"),
    "infinite": ('{"a": 1, "b": 1}\n{"a": 2, "b": 0.5}\n{"a": Infinity, "b": 1' + "0" * 400 + "}\n", "Infinite"),
}


@pytest.mark.parametrize("case", MENDED)
def test_mends_and_says(case):
    text, words = MENDED[case]
    [table] = read(text)
    assert {name: column[:2] for name, column in values(table).items()} == {"a": [1, 2], "b": [1, 0.5]}
    assert words in " ".join(table.notes)
    assert len(table) == 3 if case == "infinite" else len(table) == 2


def test_piecewise_lines_are_joined():
    """Names that come and go, and text after numbers, over several pieces."""
    lines = [
        {"step": k, **({"a": k / 2} if k % 2 else {}), **({"late": "x"} if k == 4500 else {})} for k in range(5000)
    ]
    [table] = read("".join(json.dumps(line) + "\n" for line in lines))
    assert values(table) == {
        "step": list(range(5000)),
        "a": [k / 2 if k % 2 else None for k in range(5000)],
        "late": [None] * 4500 + ["x"] + [None] * 499,
    }


REFUSED = {
    "a broken line": ('{"a": 1}\n{"a: 2}\n{"a": 3}\n', "Line 2 is not JSON"),
    "a broken document": ('{"a": [1,\n2,\n3 4]}', "Line 3 is not JSON"),
    "lists cut off": ('{"a": [1, 2, 3], "b": [1, 2', "cut off"),
    "a name twice": ('{"a": 1, "a": 2}\n{"a": 1, "a": 2}\n', "'a' twice"),
    "lengths": (json.dumps({"a": [1, 2], "b": [1, 2, 3]}), "one length, got a 2, b 3"),
    "depth": ("[" * 100_000, "nested"),
    "depth of objects": ('{"a":' * 5000 + "1" + "}" * 5000, "nested"),
    "digits": (('{"a": 1' + "0" * 5000 + "}\n") * 2, "digits"),
    "no rows": ("[]", "no rows"),
    "nothing in it": ("{}", "no rows"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_a_sentence(case):
    text, words = REFUSED[case]
    assert words in refusal(text)
