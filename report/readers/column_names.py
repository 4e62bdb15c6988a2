"""Which column of a training log is the time, the training accuracy, the generalization accuracy."""

import re
from collections.abc import Callable

__all__ = ["find_column"]

_TIME = ("step", "steps", "iteration", "iterations", "iter", "epoch", "epochs", "time", "t", "batch")
_ACCURACY = ("accuracy", "acc", "acc1", "top1")
_SPLIT = {
    "train": ("train", "training", "tr"),
    "gen": ("gen", "generalization", "generalisation", "val", "valid", "validation", "test", "eval", "dev"),
}
_OTHER = ("loss", "error", "err", "lr", "time", "perplexity", "norm", "f1", "top5", "std", "auc")
_EXAMPLES = {
    "time": "step, epoch, iteration",
    "train": "train_accuracy, train/acc, accuracy",
    "gen": "val_accuracy, test_acc, eval/accuracy",
}


def find_column(columns: list[str], role: str) -> str:
    """The column for `role`, `"time"`, `"train"` or `"gen"`, by its usual names.

    Names are compared as words, so `valAcc`, `val_acc` and `val/acc` are the same. A plain `accuracy` is the
    training accuracy. If a log carries several clocks, the finest is taken: steps before epochs.

    Raises
    ------
    ValueError
        If no column, or more than one, could be it.

    Examples
    --------
    >>> log = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    >>> [find_column(log, role) for role in ("time", "train", "gen")]
    ['epoch', 'accuracy', 'val_accuracy']
    """
    for matches in _time_rules() if role == "time" else _accuracy_rules(role):
        found = [column for column in columns if matches(_words(column))]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                f"Several columns could be the {role} column: {', '.join(found)}. Name one with --{role} NAME."
            )
    raise ValueError(
        f"There is no {role} column named like {_EXAMPLES[role]}; the columns are {', '.join(columns)}. "
        f"Name one with --{role} NAME."
    )


Words = tuple[str, ...]


def _time_rules() -> list[Callable[[Words], bool]]:
    exact = [lambda words, name=name: words == (name,) for name in _TIME]
    last = [lambda words, name=name: words[-1:] == (name,) for name in _TIME[:7]]
    return [*exact, *last]


def _accuracy_rules(role: str) -> list[Callable[[Words], bool]]:
    def of_split(words: Words) -> bool:
        return not set(words).isdisjoint(_SPLIT[role])

    def is_accuracy(words: Words) -> bool:
        return not set(words).isdisjoint(_ACCURACY)

    other_split = _SPLIT["gen" if role == "train" else "train"]
    rules = [
        lambda words: of_split(words) and set(words) <= {*_SPLIT[role], *_ACCURACY},
        lambda words: of_split(words) and is_accuracy(words),
    ]
    if role == "train":
        rules.append(lambda words: is_accuracy(words) and set(words).isdisjoint(other_split))
    rules.append(lambda words: of_split(words) and set(words).isdisjoint(_OTHER))
    return rules


def _words(column: str) -> Words:
    return tuple(re.findall(r"[a-z]+[0-9]*", re.sub(r"([a-z])([A-Z])", r"\1 \2", column).lower()))
