"""The representation toy with a class for each sum, learned by cross-entropy."""

from empirical.systems.representation import SYSTEM as REGRESSION
from empirical.systems.system import System

__all__ = ["SYSTEM"]

SYSTEM = System(
    name="representation_classification",
    title="The representation toy, classifying",
    about="Embeddings of ten symbols and a decoder learn the table of their sums, a class for each sum, as in U.",
    experiment=REGRESSION.experiment.replace({"loss": "cross_entropy", "model.target_dimension": 0}),
    columns=REGRESSION.columns,
    records=REGRESSION.records,
    outcomes=REGRESSION.outcomes,
    level=REGRESSION.level,
    presets={
        # The same training sets as in the regression.
        "quick": REGRESSION.presets["quick"],
        # Decoders of other rates, as in the regression.
        "rates": REGRESSION.presets["rates"],
        # What U's phase diagram of the classification turns beside the decoder's rate.
        "decay": {"optimizer.groups.decoder.weight_decay": (0.0, 5.0, 10.0, 15.0, 20.0), "seed": (0, 1, 2)},
    },
)
