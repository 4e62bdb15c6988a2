"""The toolkit under one name: `import groksharp as gs` gives the four rooms and the names used most.

Each is the object of its room, loaded when it is first asked for; nothing is computed here.

- of `theory`: `TrainingLoss`, `GeneralizationLoss`, `LinearStudent`, `equations`
- of `numerics`: `evaluate`, `fit_curve`, `measure`, `add_shape`, `sweep_linear`
- of `empirical`: `Experiment`, `add_system`, `sweep_parity`, `train_experiments`
- of `report`: `add_setting`, `compare`, `measure_logs`, `read_curves`, `write_report`

Two rooms sweep, each its own systems: `gs.numerics.sweep` what is solved, `gs.empirical.sweep` what is trained.

>>> import groksharp as gs
>>> from theory.symbols import lam, s
>>> gs.GeneralizationLoss(s, lam).diff(s) == -gs.TrainingLoss(s, lam)
True
>>> table = gs.sweep_linear([1.05, 1.08, 1.1], points=2000)
>>> isinstance(table, gs.numerics.SharpnessTable)
True
"""

from typing import TYPE_CHECKING

import empirical
import numerics
import report
import theory

if TYPE_CHECKING:
    from empirical import Experiment, add_system, sweep_parity, train_experiments
    from numerics import add_shape, evaluate, fit_curve, measure, sweep_linear
    from report import add_setting, compare, measure_logs, read_curves, write_report
    from theory import GeneralizationLoss, LinearStudent, TrainingLoss, equations

    __version__: str

__all__ = [
    "Experiment",
    "GeneralizationLoss",
    "LinearStudent",
    "TrainingLoss",
    "add_setting",
    "add_shape",
    "add_system",
    "compare",
    "empirical",
    "equations",
    "evaluate",
    "fit_curve",
    "measure",
    "measure_logs",
    "numerics",
    "read_curves",
    "report",
    "sweep_linear",
    "sweep_parity",
    "theory",
    "train_experiments",
    "write_report",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            return version("groksharp")
        if name == "sweep":
            raise AttributeError(
                "groksharp has no sweep of its own; groksharp.numerics.sweep turns a knob of a solvable system, "
                "groksharp.empirical.sweep those of a trained one."
            )
        for room in (theory, numerics, empirical, report):
            if name in __all__ and name in room.__all__:
                return getattr(room, name)
        from theory.suggestion import missing_attribute

        raise missing_attribute(__name__, name, __all__)

    def __dir__() -> list[str]:
        return [*__all__, "__version__"]
