"""Which columns are the two accuracies."""

from collections.abc import Sequence
from dataclasses import dataclass

from report.readers.column_names import column_words, is_loss, named_column, names_measure, rank, side
from report.readers.wording import listed

__all__ = ["Accuracies", "find_accuracies"]

_EXAMPLES = {"train": "train_accuracy, train/acc, accuracy", "gen": "val_accuracy, test_acc, eval/accuracy"}
_SETS = {"train": "training", "gen": "generalization"}
_MEANINGS = {
    "train": "Evaluate on the training set, too; Hugging Face's Trainer does with eval_dataset={'train': …, 'test': …}",
    "gen": "Evaluate on data that training does not see, too",
}
_ELSEWHERE = (
    "if both accuracies are there in a file each, give a folder with these two files alone; one curve is fitted by "
    "numerics.fit_curve."
)


@dataclass(frozen=True)
class Accuracies:
    """Names of the two columns, and what is to be said about the choice.

    >>> Accuracies("acc", "val_acc").notes
    ()
    """

    train: str
    gen: str
    notes: tuple[str, ...] = ()


def find_accuracies(
    columns: Sequence[str], *, train: str | None = None, gen: str | None = None, errors: bool = False
) -> Accuracies:
    """The columns of the two accuracies, as they are named by `train` and `gen` or by their usual names.

    A plain `accuracy` next to one of validation is that of training; the accuracy of an epoch goes before that of a
    step. Where a network is tried on data like those of training and on others, the others are those of generalization,
    and the first stand in for training where its accuracy was not recorded.

    Parameters
    ----------
    columns
        Names of the columns of numbers.
    train, gen
        Names where they are known.
    errors
        Whether error rates are wanted.

    Raises
    ------
    ValueError
        If no column, or more than one, could be it, or one is named for both.

    Examples
    --------
    >>> find_accuracies(["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "val_top5_accuracy"])
    Accuracies(train='accuracy', gen='val_accuracy', notes=())
    """
    given = {
        role: named_column(name, columns, role) for role, name in (("train", train), ("gen", gen)) if name is not None
    }
    if len(given) == 2 and train == gen:
        raise ValueError(f"Training and generalization must be two columns, got {train!r} for both.")
    free = [name for name in columns if name not in given.values()]
    ranked = [(rank(column_words(name), errors=errors), side(column_words(name)), name) for name in free]

    def best(kind: str) -> list[str]:
        """Those of a set that are most surely it."""
        found = [(level, name) for level, of, name in ranked if level is not None and of == kind]
        return [name for level, name in found if level == min(found)[0]]

    notes = []
    chosen = dict(given)
    if "gen" not in chosen:
        if found := best("gen") or (best("near") if "train" in chosen or best("train") else []):
            chosen["gen"] = _only(found, "gen")
        if side(column_words(chosen.get("gen", ""))) == "gen" and best("near") and best("train"):
            notes.append(
                f"Generalization is {chosen['gen']}; --gen {best('near')[0]} takes data like those of training."
            )
    if "train" not in chosen:
        if found := best("train"):
            chosen["train"] = _only(found, "train")
        elif "gen" in chosen and (found := best("") or [name for name in best("near") if name != chosen["gen"]]):
            chosen["train"] = _only(found, "train")
            if side(column_words(chosen["train"])) == "near":
                notes.append(
                    f"{chosen['train']} stands in for the training accuracy, which is not there; --train NAME takes "
                    "another."
                )
    for role in ("train", "gen"):
        if role not in chosen:
            raise ValueError(_nothing(role, columns, best(""), errors))
        if role in given and is_loss(column_words(given[role])):
            notes.append(f"{given[role]} is named like a loss and taken for an accuracy, as --{role} says.")
    return Accuracies(chosen["train"], chosen["gen"], tuple(notes))


def _only(found: list[str], role: str) -> str:
    if len(found) > 1:
        raise ValueError(
            f"Several columns could be the {_SETS[role]} accuracy: {listed(found)}. Name one with --{role} NAME."
        )
    return found[0]


def _nothing(role: str, columns: Sequence[str], plain: list[str], errors: bool) -> str:
    """Why there is no column for a role, and the way out."""
    words = {name: column_words(name) for name in columns}
    measures = [name for name in columns if names_measure(words[name], errors=errors)]
    rates = [name for name in columns if names_measure(words[name], errors=not errors)]
    losses = [name for name in columns if is_loss(words[name])]
    if not measures and not plain and rates:
        what, option = (
            ("accuracies", "leave --errors out") if errors else ("error rates", "--errors reads these as 1 − error")
        )
        return f"There is no {'error rate' if errors else 'accuracy'}, but there are {what}: {listed(rates)}; {option}."
    if not measures and losses:
        return (
            f"There are losses ({listed(losses)}) and no accuracy. Jump time and sharpness are defined for accuracies, "
            "which rise from a floor to a ceiling: log the share of correct answers, or, where numbers are learned, "
            "the share whose squared error is below a threshold ε. Error rates are read with --errors."
        )
    left_out = [name for name in measures if side(words[name]) == role and rank(words[name], errors=errors) is None]
    if left_out:
        return (
            f"There is no plain {_SETS[role]} accuracy; {listed(left_out)} "
            f"{'is' if len(left_out) == 1 else 'are'} something else by name (a running mean, a spread, a best of "
            f"several). Name it with --{role} NAME if it is meant."
        )
    kind = "error rate" if errors else "accuracy"
    if len(plain) == 1 and {"train", "gen"} <= {side(words[name]) for name in losses}:
        return (
            f"{plain[0]} beside {listed(losses)} is the accuracy of the validation set, as fastai logs it, and that of "
            "the training set is missing. Record it, too; where the column is something else, name both with "
            "--train NAME and --gen NAME."
        )
    if any(words[name] == ("value",) for name in columns) and not measures:
        return (
            "The file holds one metric, as its column of values says: give the folder that holds the files of both "
            "accuracies and no others, or write them into one table."
        )
    if plain:
        return (
            f"{listed(plain)} {'does' if len(plain) == 1 else 'do'} not say of which set, and there is no other "
            f"column for the {_SETS[role]} {kind}; name both with --train NAME and --gen NAME."
        )
    if columns and all(name.startswith("column ") for name in columns):
        return (
            f"The columns have no names, only numbers: {listed(columns, most=5)}. Say which is which, as in --time "
            "'column 1' --train 'column 2' --gen 'column 3'."
        )
    others = f" {_MEANINGS[role]}; {_ELSEWHERE}" if measures else ""
    return (
        f"There is no {role} column named like {_EXAMPLES[role]}; the columns are {listed(columns, most=30)}. "
        f"Name one with --{role} NAME.{others}"
    )
