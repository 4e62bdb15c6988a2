"""One law of sharpness over all systems and knobs: slopes, their heterogeneity, predictors of the delay, an answer."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from report.knob_sweep import KnobSweep
from report.law.answer import Sentence, answer
from report.law.heterogeneity import Heterogeneity, pool
from report.law.knob_slope import MEASURES, KnobSlope, Measure, knob_slopes
from report.law.prediction import Prediction, predictions
from report.law.shape_misfit import ShapeMisfit, shape_misfits

__all__ = ["Law", "judge_law"]


@dataclass(frozen=True)
class Law:
    """The test of one law over the sweeps of all systems.

    Attributes
    ----------
    sweeps
        The runs.
    slopes
        For each sweep and measure the slope, see `KnobSlope`.
    heterogeneity
        For each measure the random effects of the slopes, see `Heterogeneity`.
    predictions
        How well each predictor tells the delay of runs that it has not seen.
    misfits
        How far the generalization curves of each system are from the erf.
    answer
        What follows, in sentences, each with the name of the figure that shows it.

    Examples
    --------
    >>> judge_law([]).to_dict()["settings"]
    []
    """

    sweeps: tuple[KnobSweep, ...]
    slopes: tuple[KnobSlope, ...]
    heterogeneity: dict[Measure, Heterogeneity]
    predictions: tuple[Prediction, ...]
    misfits: tuple[ShapeMisfit, ...]
    answer: tuple[Sentence, ...]

    def of(self, measure: Measure) -> tuple[KnobSlope, ...]:
        """The slopes of one measure that are determined."""
        return tuple(one for one in self.slopes if one.measure == measure and one.determined)

    @property
    def text(self) -> str:
        """The answer as one paragraph."""
        return " ".join(sentence.text for sentence in self.answer)

    def to_dict(self) -> dict[str, Any]:
        """`settings` with the slopes against the gap, `against_time` with those against the time of the jump and the
        ratio of the two times, `heterogeneity`, `predictions`, `shapes` and `answer` in plain types for JSON."""
        rows = [_plain(asdict(one)) for one in self.slopes]
        against_gap = ("relative", "absolute")
        return {
            "settings": [row for row in rows if row["measure"] in against_gap],
            "against_time": [row for row in rows if row["measure"] not in against_gap],
            "heterogeneity": {
                measure: {level: None if found is None else _plain(found) for level, found in asdict(pooled).items()}
                for measure, pooled in self.heterogeneity.items()
            },
            "predictions": [_plain(asdict(one)) for one in self.predictions],
            "shapes": [
                {"name": one.name, "runs": one.runs, "beyond": one.beyond, "median_misfit": one.median}
                for one in self.misfits
            ],
            "answer": self.text,
        }


def judge_law(sweeps: Sequence[KnobSweep]) -> Law:
    """Put one law to the test over these sweeps.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> sweep = KnobSweep("linear_student", "lam", sweep_linear([0.9, 0.95, 0.97], convention="exact", points=2000))
    >>> [one.falls for one in judge_law([sweep]).slopes]
    [True, True, True, True]
    """
    slopes = knob_slopes(sweeps)
    pooled = {measure: pool([one for one in slopes if one.measure == measure]) for measure in MEASURES}
    found, misfits = predictions(sweeps), shape_misfits(sweeps)
    return Law(tuple(sweeps), slopes, pooled, found, misfits, answer(slopes, pooled, found, misfits))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers that JSON has."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }
