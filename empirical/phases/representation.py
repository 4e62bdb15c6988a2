"""The phase diagrams of U, and the paths through them that lead out of grokking."""

from typing import Any

from empirical.phases.diagram import PhaseAxis, PhaseDiagram

__all__ = ["DIAGRAMS", "PATHS"]

_DECODER_RATE = PhaseAxis(
    "decoder_rate", "optimizer.groups.decoder.learning_rate", "decoder learning rate (1/step)", logarithmic=True
)
_REPRESENTATION_RATE = PhaseAxis(
    "representation_rate", "optimizer.groups.embedding.learning_rate", "representation learning rate (1/step)",
    logarithmic=True,
)  # fmt: skip
_DECODER_DECAY = PhaseAxis("decoder_decay", "optimizer.groups.decoder.weight_decay", "decoder weight decay")
_DROPOUT = PhaseAxis("dropout", "model.dropout", "dropout of the decoder's hidden units")

# A look at each of the first hundred steps, then at distances of 2 %: so well is a crossing known. A run whose phase is
# decided, both accuracies having been at 0.9, ends; the others go on to the limit.
_SEEN: dict[str, Any] = {
    "schedule.steps": 10_000, "schedule.dense": 100, "schedule.growth": 1.02, "schedule.stop_level": 0.9,
}  # fmt: skip
_DECIDED = _SEEN | {"schedule.stop_after": 4}
# On a path the curves are fitted, too, which needs the end of the jump: the run ends at about twice the time.
_FITTED = _SEEN | {"schedule.stop_after": 35}

_CLASSES: dict[str, Any] = {"loss": "cross_entropy", "model.target_dimension": 0}

_DECADES = (1e-5, 1e-4, 1e-3, 1e-2)
_RATES = tuple(float(f"{10 ** (k / 3 - 5):.6g}") for k in range(10))  # U's ten, 1e-5 to 1e-2
_SEEDS = (0, 1, 2)


def _decay(name: str, title: str, step: int, quick: tuple[float, ...], **knobs: Any) -> PhaseDiagram:
    return PhaseDiagram(
        name=name,
        title=title,
        system="representation",
        axes=(_DECODER_RATE, _DECODER_DECAY),
        knobs=_DECIDED | knobs,
        presets={
            "quick": {"decoder_rate": _DECADES, "decoder_decay": quick, "seed": _SEEDS},
            "paper": {
                "decoder_rate": _RATES, "decoder_decay": tuple(float(step * k) for k in range(11)), "seed": _SEEDS,
            },
        },
    )  # fmt: skip


DIAGRAMS: tuple[PhaseDiagram, ...] = (
    PhaseDiagram(
        name="rates",
        title="Addition table, regression: the two learning rates",
        system="representation",
        axes=(_DECODER_RATE, _REPRESENTATION_RATE),
        knobs=_DECIDED,
        presets={
            "quick": {"decoder_rate": _DECADES, "representation_rate": _DECADES, "seed": _SEEDS},
            "paper": {"decoder_rate": _RATES, "representation_rate": _RATES, "seed": _SEEDS},
        },
    ),
    _decay("decay", "Addition table, regression: rate and decay of the decoder", 1, (0.0, 2.0, 5.0, 10.0)),
    _decay(
        "decay-classification", "Addition table, classification: rate and decay of the decoder", 2,
        (0.0, 5.0, 10.0, 20.0), **_CLASSES,
    ),
)  # fmt: skip
"""The planes of U: figure 6 (a), (b) and (c) of the paper, figure 5 of its published code."""


def _path(axis: PhaseAxis, quick: tuple[float, ...], paper: tuple[float, ...]) -> PhaseDiagram:
    return PhaseDiagram(
        name="", system="representation", axes=(axis,), knobs=_FITTED,
        presets={"quick": {axis.name: quick, "seed": range(6)}, "paper": {axis.name: paper, "seed": range(20)}},
    )  # fmt: skip


PATHS: tuple[PhaseDiagram, ...] = (
    PhaseDiagram(
        name="decay", system="representation", axes=(_DECODER_DECAY,), knobs=_FITTED,
        presets={"quick": {"decoder_decay": (0.0, 1.0), "seed": range(6)}},
    ),
)  # fmt: skip
