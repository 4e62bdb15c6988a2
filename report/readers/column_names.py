"""What the name of a column says: of which set it is, and whether it is an accuracy, an error or something else."""

import re
import unicodedata
from collections.abc import Collection
from typing import Literal

from report.readers.wording import listed
from theory.suggestion import suggestion

__all__ = ["column_words", "is_loss", "is_metric", "named_column", "names_measure", "rank", "side"]

Words = tuple[str, ...]
Side = Literal["train", "gen", "near", ""]

_ACCURACY = {"accuracy", "accuracies", "acc", "accs", "top1", "correct"}
_SYMBOL = {"a"}  # of an accuracy, where it is of a set: `A_train`
_ERROR = {"error", "errors", "err", "errs", "misclassification"}
_TRAIN = {"train", "training", "trainings", "trn", "tr"}
_FAR = {"ood", "outdistribution"}
_GEN = {
    "gen", "generalization", "generalisation", "val", "valid", "validation", "validate", "vali", "test", "testing",
    "dev", "heldout", "unseen", *_FAR,
}  # fmt: skip
_WEAK_GEN = {"eval", "evaluation"}  # `eval_train_accuracy` is evaluated on the training set
_NEAR = {"iid", "indistribution", "id"}
_PLAIN = {
    "categorical", "sparse", "binary", "multiclass", "classification", "metric", "metrics", "mean", "avg", "average",
    "epoch", "percent", "pct", "rate", "score", "value", "history",
}  # fmt: skip
_PASSING = {"step", "batch", "iter", "running"}
_LOSS = {"loss", "losses", "nll", "ce", "xent", "entropy", "mse", "rmse", "mae", "cost"}
_SCATTER = {
    "std", "stdev", "sd", "var", "variance", "sem", "stderr", "ci", "low", "high", "lower", "upper", "min", "max",
    "best", "worst", "delta", "diff", "gap",
}  # fmt: skip
_OTHER = _LOSS | _SCATTER | {
    "ema", "smoothed", "smooth", "topk", "f1", "fbeta", "auc", "auroc", "precision", "recall", "perplexity", "ppl",
    "kl", "r2", "bleu", "lr", "norm", "margin", "runtime", "second", "seconds", "time", "samples", "size", "count",
    "num",
}  # fmt: skip
_PHRASES = (
    (r"out[\W_]*of[\W_]*dist(?:ribution)?", " ood "),
    (r"in[\W_]*dist(?:ribution)?(?![a-z])", " indistribution "),
    (r"h[eo]ld[\W_]*out", " heldout "),
    (r"(?<![a-z])top[\W_]*k(?![a-z])", " topk "),
    (r"(?<![a-z])(?:(?:top|prec|hits)[\W_]*|(?:acc|accuracy|precision)[@\-\s]*)1(?!\d)", " top1 "),
    (r"(?<![a-z])(?:(?:top|prec|hits)[\W_]*|(?:acc|accuracy|precision)[@\-\s]*)(?!1(?!\d))\d+", " topk "),
)  # fmt: skip
# Plain letters stand for those with accents; whole stems, because some languages write words together.
_TRANSLATED = {
    "genauigkeit": "accuracy", "exactitude": "accuracy", "exactitud": "accuracy", "точность": "accuracy",
    "准确率": "accuracy", "準確率": "accuracy", "正解率": "accuracy", "精度": "accuracy", "정확도": "accuracy",
    "entrainement": "train", "entrenamiento": "train", "обучение": "train", "обучения": "train", "обучающая": "train",
    "训练": "train", "訓練": "train", "学習": "train", "훈련": "train",
    "validierungs": "val", "validierung": "val", "validacion": "val", "валидация": "val", "валидации": "val",
    "тест": "test", "验证": "val", "驗證": "val", "検証": "val", "测试": "test", "測試": "test", "テスト": "test",
    "검증": "val",
    "epochen": "epoch", "epoche": "epoch", "epoques": "epoch", "epoque": "epoch", "epocas": "epoch", "epoca": "epoch",
    "эпоха": "epoch", "轮次": "epoch", "エポック": "epoch", "에포크": "epoch",
    "schritte": "step", "schritt": "step", "etape": "step", "paso": "step", "шаг": "step", "步数": "step",
    "步骤": "step", "ステップ": "step",
}  # fmt: skip


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", text)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_STEMS = {_plain(word): f" {meaning} " for word, meaning in _TRANSLATED.items()}


def column_words(column: str) -> Words:
    """The name as words, so that `valAcc`, `val_acc` and `val/acc` are the same; of foreign ones the usual are known.

    >>> column_words("valAcc@1"), column_words("Genauigkeit (Validierung)"), column_words("top-5")
    (('val', 'top1'), ('accuracy', 'val'), ('topk',))
    """
    text = _plain(column)
    for stem, meaning in () if text.isascii() and not any(stem in text for stem in _STEMS) else _STEMS.items():
        text = text.replace(stem, meaning)
    for pattern, meaning in _PHRASES:
        text = re.sub(pattern, meaning, text)
    return tuple(re.findall(r"[^\W\d_]+\d*", text))


def side(words: Words) -> Side:
    """Of which set a column is, as far as its name says: `"near"` is new data like that of training.

    >>> [side(column_words(name)) for name in ("train_acc", "eval_train_acc", "val/ood/acc", "val/id/acc", "acc")]
    ['train', 'train', 'gen', 'near', '']
    """
    said = set(words)
    if said & _TRAIN:
        return "" if said & _GEN else "train"
    if said & _NEAR and not said & _FAR:
        return "near"
    if said & (_GEN | _WEAK_GEN):
        return "gen"
    return ""


def names_measure(words: Words, *, errors: bool = False) -> bool:
    """Whether a name has the word accuracy, or error where these are wanted, whatever else it says.

    >>> names_measure(("val", "acc")), names_measure(("val", "loss")), names_measure(("val", "err"), errors=True)
    (True, False, True)
    """
    return not set(words).isdisjoint(_ERROR if errors else _ACCURACY | (_SYMBOL if side(words) else set()))


def is_metric(words: Words) -> bool:
    """Whether a name is that of something measured in training, and so of no knob.

    >>> is_metric(("val", "loss")), is_metric(("weight", "decay")), is_metric(("lr",))
    (True, False, False)
    """
    return not set(words).isdisjoint(_ACCURACY | _ERROR | _TRAIN | _GEN | _OTHER - {"lr", "size", "samples", "num"})


def is_loss(words: Words) -> bool:
    """Whether a name has the word loss, or that of a usual one.

    >>> is_loss(("train", "loss")), is_loss(("train", "acc"))
    (True, False)
    """
    return not set(words).isdisjoint(_LOSS)


def rank(words: Words, *, errors: bool = False) -> int | None:
    """How surely a column is an accuracy, or an error rate, 0 most surely; None where it is something else.

    A loss, an F1, the best five, a running mean or a spread is never one.

    >>> [rank(column_words(name)) for name in ("val_acc", "val_categorical_accuracy", "val_acc_step", "val_acc_mod97")]
    [0, 1, 2, 3]
    >>> [rank(column_words(name)) for name in ("val", "val_loss", "val_acc_std", "val_top5_acc", "val_acc_ema")]
    [4, None, None, None, None]
    """
    said = set(words)
    wanted, unwanted = (_ERROR, _ACCURACY) if errors else (_ACCURACY | (_SYMBOL if side(words) else set()), _ERROR)
    if said & (_OTHER | unwanted):
        return None
    rest = said - wanted - _TRAIN - _GEN - _WEAK_GEN - _NEAR
    if said & wanted:
        for level, allowed in enumerate((set(), _PLAIN, _PLAIN | _PASSING)):
            if rest <= allowed:
                return level
        return 3
    # The bare name of a set, `train` and `test`.
    return (
        4 if rest <= {"metric", "metrics", "value", "percent", "pct"} and said & (_TRAIN | _GEN | _WEAK_GEN) else None
    )


def named_column(name: str, columns: Collection[str], option: str) -> str:
    """The column of a name that was given, or a sentence with the names that are near.

    Raises ValueError where there is none.

    >>> named_column("val_ac", ["step", "val_acc"], "gen")
    Traceback (most recent call last):
        ...
    ValueError: There is no column 'val_ac' for --gen; the columns are step, val_acc. Did you mean 'val_acc'?
    """
    if name in columns:
        return name
    raise ValueError(
        f"There is no column {name!r} for --{option}; the columns are {listed(columns, most=30)}."
        f"{suggestion(name, columns)}"
    )
