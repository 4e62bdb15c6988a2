"""What is read from tables with something amiss, and what is said of it."""

import datetime

import pytest

from tests.report.readers.text.reading import read, refusal, values

REGULAR = "".join(f"{k},0.1,0.2\n" for k in range(30))

MENDED = {
    "steps with decimal commas": (
        "step;acc\n1.000;0,5\n2.000;0,75\n",
        {"step": [1000, 2000], "acc": [0.5, 0.75]},
        "separators of",
    ),
    "thousands by another column": (
        'step,acc\n"1,000",0.5\n"2,000",1\n',
        {"step": [1000, 2000], "acc": [0.5, 1]},
        "separators of",
    ),
    "a late decimal comma": (
        "step;acc\n" + "1.000;0\n" * 400 + "2.000;0,5\n",
        {"step": [1000.0] * 400 + [2000.0], "acc": [0.0] * 400 + [0.5]},
        "decimal commas",
    ),
    "a short row": (
        "step,a,b\n1,2,3\n2,3\n3,4,5\n",
        {"step": [1, 2, 3], "a": [2, 3, 4], "b": [3, None, 5]},
        "in line 3",
    ),
    "a short row below the header": (
        "# run 17, lr=1\nstep,a,b\n1,2\n2,3,4\n3,4,5\n",
        {"step": [1, 2, 3], "a": [2, 3, 4], "b": [None, 4, 5]},
        "in line 3",
    ),
    "a long row": ("step,a,b\n1,2,3\n2,3,4,5\n3,4,5\n", {"step": [1, 3], "a": [2, 4], "b": [3, 5]}, "is line 3"),
    "a short row among spaces": (
        "step a b\n1 2 3\n2 3\n3 4 5\n4 5 6\n",
        {"step": [1, 3, 4], "a": [2, 4, 5], "b": [3, 5, 6]},
        "line 3",
    ),
    "cut off": ("step,a,b\n1,2,3\n2,3,4\n3,0.", {"step": [1, 2], "a": [2, 3], "b": [3, 4]}, "cut off"),
    "a short row, and cut off": (
        "step,a,b\n1,2,3\n2,3\n3,4,5\n4,5",
        {"step": [1, 2, 3], "a": [2, 3, 4], "b": [3, None, 5]},
        "1 row of 3 with",
    ),
    "columns that end in blanks": (
        "step\ta\tb\n1\t0.5\t\n2\t\t0.5\n",
        {"step": [1, 2], "a": [0.5, None], "b": [None, 0.5]},
        "",
    ),
    "nothing at the end yet": ("step,a,b\n1,2,\n2,3,\n", {"step": [1, 2], "a": [2, 3], "b": [None, None]}, ""),
    "two of a name": (
        "step,acc,acc\n1,2,3\n2,3,4\n",
        {"step": [1, 2], "acc": [2, 3], "acc (2)": [3, 4]},
        "more than once",
    ),
    "an index": (
        ",step,acc\n0,1,0.5\n1,2,0.6\n",
        {"column 1": [0, 1], "step": [1, 2], "acc": [0.5, 0.6]},
        "without a name",
    ),
    "pandas in print": (
        "   step  acc\n0     1  0.5\n1     2  0.6\n",
        {"column 1": [0, 1], "step": [1, 2], "acc": [0.5, 0.6]},
        "without a name",
    ),
    "R": (
        '"step" "acc"\n"1" 1 0.5\n"2" 2 0.6\n',
        {"column 1": [1, 2], "step": [1, 2], "acc": [0.5, 0.6]},
        "without a name",
    ),
    "missing": (
        "step,a,b\n1,NaN,-\n2,,None\n3,0.5,–\n",
        {"step": [1, 2, 3], "a": [None, None, 0.5], "b": [None] * 3},
        "",
    ),
    "infinite": ("step,a\n1,inf\n2,1e999\n3,0\n", {"step": [1, 2, 3], "a": [None, None, 0]}, "Infinite"),
    "clock": ("time,acc\n00:12:30,0.1\n01:00:00.5,0.2\n", {"time": [750, 3600.5], "acc": [0.1, 0.2]}, "as seconds"),
    "percent by name": ("step,acc (%)\n1,50\n2,93.5\n", {"step": [1, 2], "acc (%)": [0.5, 0.935]}, "divided by 100"),
    "more than all": ("step,grown\n1,150%\n2,0 %\n", {"step": [1, 2], "grown": [1.5, 0]}, "as hundredths"),
    "nothing measured at first": ("step,a\nnan,nan\n1,2\n2,3\n", {"step": [1, 2], "a": [2, 3]}, ""),
    "percent by the name of another": (
        "step,acc (%),val_acc (%)\n1,50,0.5\n2,93.5,1\n",
        {"step": [1, 2], "acc (%)": [0.5, 0.935], "val_acc (%)": [0.005, 0.01]},
        "divided by 100",
    ),
    "a share under percent": ("step,acc (%)\n1,0.5\n2,1\n", {"step": [1, 2], "acc (%)": [0.5, 1]}, ""),
    "units": ("step,wall\n1,12 s\n2,13.5 s\n", {"step": [1, 2], "wall": [12, 13.5]}, "unit s"),
    "two units": ("step,wall\n1,900 ms\n2,1.2 s\n", {"step": [1, 2], "wall": ["900 ms", "1.2 s"]}, "left as text"),
    "some percent signs": ("step,acc\n1,50%\n2,60\n", {"step": [1, 2], "acc": ["50%", "60"]}, "left as text"),
    "thousands by letter": ("step,acc\n500,0.1\n1.2k,0.2\n", {"step": [500, 1200], "acc": [0.1, 0.2]}, "letters k"),
    "text": ("name,acc\nadam,0.5\nsgd,NA\n", {"name": ["adam", "sgd"], "acc": [0.5, None]}, ""),
    "lines in a cell": ('a,note,b\n1,"x\ny",2\n3,"u, v",4\n', {"a": [1, 3], "note": ["x\ny", "u, v"], "b": [2, 4]}, ""),
    "an only column": ("acc\n0.5\n0.6\n", {"acc": [0.5, 0.6]}, ""),
    "a line of settings": (
        '{"lr": 0.1}\nstep,acc\n1,0.5\n2,0.6\n',
        {"step": [1, 2], "acc": [0.5, 0.6]},
        "1 line before",
    ),
    "progress": (
        "Epoch 1/2\n 9/10 - ETA: 1s - acc: 0.3\n10/10 - acc: 0.5 - val_acc: 0.1\n" * 3,
        {"Epoch": [1] * 3, "acc": [0.5] * 3, "val_acc": [0.1] * 3},
        "line before",
    ),
    "a set before the numbers of a line": (
        "Epoch 1/9\ntrain Loss: 0.5 Acc: 0.9\nval Loss: 0.7 Acc: 0.1\n" * 3,
        {
            "Epoch": [1] * 6,
            "train Loss": [0.5, None] * 3,
            "train Acc": [0.9, None] * 3,
            "val Loss": [None, 0.7] * 3,
            "val Acc": [None, 0.1] * 3,
        },
        "line before",
    ),
    "a set above": (
        "Epoch 1\nTrain Error: \n Accuracy: 90%, Avg loss: 2\nTest Error: \n Accuracy: 10%, Avg loss: 3\n" * 3,
        {
            "Epoch": [1] * 6,
            "Train Accuracy": [0.9, None] * 3,
            "Train Avg loss": [2, None] * 3,
            "Test Accuracy": [None, 0.1] * 3,
            "Test Avg loss": [None, 3] * 3,
        },
        "line before",
    ),
    "an epoch among other numbers": (
        "Train Epoch: 1 Loss: 0.5\nTest set: Average loss: 0.7, Accuracy: 1/10 (10%)\n" * 3,
        {
            "Train Epoch": [1] * 6,
            "Train Loss": [0.5, None] * 3,
            "Test Average loss": [None, 0.7] * 3,
            "Test Accuracy": [None, 0.1] * 3,
        },
        "line before",
    ),
    "a set that is a file": (
        "train.py: epoch 1 acc 0.9 unseen_acc 0.1\n" * 3,
        {"epoch": [1] * 3, "acc": [0.9] * 3, "unseen_acc": [0.1] * 3},
        "from 3 lines.",
    ),
    "one bar": (
        "".join(f"\r{k}%|#  | {k}/100 [00:01<00:20, 5.1it/s, acc=0.{k}, val_acc=0.1]" for k in (1, 1, 2, 3)),
        {"it": [1, 2, 3], "acc": [0.1, 0.2, 0.3], "val_acc": [0.1] * 3},
        "bars",
    ),
    "a bar an epoch": (
        "".join(
            f"\rEpoch {k}: {50 * done}%|#  | {done}/2 [00:01<00:20, 5.1it/s, acc=0.{k + done // 2}, val_acc=0.1]"
            for k in (1, 2, 3)
            for done in (0, 1, 2)
        ),
        {"Epoch": [1, 2, 3], "acc": [0.2, 0.3, 0.4], "val_acc": [0.1] * 3},
        "last state",
    ),
    "pandas in print, with the name of its index": (
        "      train  val\nstep            \n10      0.5  0.1\n20      0.6  0.2\n",
        {"step": [10, 20], "train": [0.5, 0.6], "val": [0.1, 0.2]},
        "",
    ),
    "merged cells above": (
        ",Training,,Test,\nEpoch,Loss,Acc,Loss,Acc\n1,2,3,4,5\n2,3,4,5,6\n",
        {"Epoch": [1, 2], "Training/Loss": [2, 3], "Training/Acc": [3, 4], "Test/Loss": [4, 5], "Test/Acc": [5, 6]},
        "2 lines of headers",
    ),
    "pandas' two levels": (
        ",train,val\n,acc,acc\nepoch,,\n1,0.5,0.1\n2,0.6,0.2\n",
        {"epoch": [1, 2], "train/acc": [0.5, 0.6], "val/acc": [0.1, 0.2]},
        "3 lines of headers",
    ),
    "a share of all": (
        "loss: 0.5, Accuracy: 30/40 (75%)\n" * 3,
        {"loss": [0.5] * 3, "Accuracy": [0.75] * 3},
        "were divided",
    ),
    "grid": (
        "+---+-----+\n| a | b |\n+---+-----+\n| 1 | 0.5 |\n| 2 | 0.6 |\n+---+-----+\n",
        {"a": [1, 2], "b": [0.5, 0.6]},
        "",
    ),
    "page of Markdown": (
        "# Run\n\nGood.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n| 3 | 4 |\n\nEnd.\n",
        {"a": [1, 3], "b": [2, 4]},
        "outside",
    ),
}


@pytest.mark.parametrize("case", MENDED)
def test_reads_and_says(case):
    text, columns, words = MENDED[case]
    [table] = read(text)
    assert values(table) == columns
    assert words in " ".join(table.notes)
    assert words or not table.notes


def test_dates_are_dates_and_numbers_never_are():
    [table] = read(
        "day,time,step\n2024-05-01,2024-05-01T12:00:00+02:00,20240501\n2024/05/02,2024-05-02 10:00:00Z,20240502\n"
    )
    assert table.columns["day"].dtype.kind == table.columns["time"].dtype.kind == "M"
    assert table.columns["time"].tolist() == [datetime.datetime(2024, 5, day, 10) for day in (1, 2)]
    assert table.columns["step"].tolist() == [20240501, 20240502]


def test_names_of_exports_are_kept():
    names = ["Step", "run-1 - train/acc", "run-1 - train/acc__MIN", "run-1 - train/acc__MAX"]
    [table] = read(",".join(f'"{name}"' for name in names) + '\n"1","0.5","0.5","0.5"\n"2","","",""\n')
    assert list(table.columns) == names
    assert table.notes == ()


REFUSED = {
    "decimal commas between commas": ("step,acc\n1,0,5\n2,0,6\n", "decimal commas, part the columns by semicolons"),
    "fraction or thousands": ('step,acc\n"1,000",0\n"2,000",1\n', "'1,000' may be a fraction or thousands"),
    "two decimal marks": ("step;a;b\n1;0,5;0.5\n2;0,6;0.7\n", "one decimal mark, got both '0,5' and '0.5'"),
    "a header halfway": ("step,a\n" + REGULAR + "step,a,b,c\n" + REGULAR, "the header has 2"),
    "other columns halfway": (
        "step,a,b\n" + REGULAR + "1,2,3,4\n" * 15,
        "got other numbers of cells in 15 of 45, the first in line 32",
    ),
    "another header": (
        "step,a,b\n" + REGULAR + "step,lr,a,b\n" + "1,2,3,4\n" * 5,
        "Line 32 is another header (step, lr",
    ),
    "a header in another order": ("step,a,b\n" + REGULAR + "step,b,a\n" + REGULAR, "so that these are two tables"),
    "open quotation mark": ('step,acc\n1,"0.5\n2,0.6\n3,0.7\n', "quotation mark is never closed"),
    "late open quotation mark": ("step,a,b\n" + REGULAR * 20 + '1,"2,3\n' + REGULAR, "quotation mark is never closed"),
    "only a header": ("step,acc\n", "no rows"),
    "prose": ("This is a text.\nIt has no table, at all.\nNothing, 3 times.\n", "no table"),
    "too many columns": (",".join(map(str, range(20_000))) + "\n", "At most 10,000 columns"),
    "too long a line": ("1," * 2_000_000, "line 1 is longer"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_a_sentence(case):
    text, words = REFUSED[case]
    assert words in refusal(text)
