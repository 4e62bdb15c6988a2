"""A phase diagram: a plane of two knobs of a system, or a path along one, with presets of the cells to train."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from empirical.annotations import Knob
from empirical.experiment.experiment import Experiment
from empirical.experiment.knobs import find_knob
from empirical.experiment.numbers import check_choice
from empirical.systems.known import find_system
from empirical.systems.system import System

__all__ = ["PhaseAxis", "PhaseDiagram"]


@dataclasses.dataclass(frozen=True)
class PhaseAxis:
    """One knob of a phase diagram.

    Attributes
    ----------
    name
        Of the column in the table.
    knob
        Its dotted name, or last words that only one knob has.
    label
        A few words for the axis of a figure; by default the name.
    logarithmic
        Whether the values are drawn on a logarithmic axis.

    Examples
    --------
    >>> PhaseAxis("decoder_rate", "optimizer.groups.decoder.learning_rate", logarithmic=True).label
    'decoder rate'
    """

    name: str
    knob: str
    label: str = ""
    logarithmic: bool = False

    def __post_init__(self) -> None:
        """Check the name, which becomes a column, and find a label."""
        if not self.name.isidentifier() or self.name == "seed":
            raise ValueError(f"name must be a word of letters, digits and _, and not 'seed', got {self.name!r}.")
        object.__setattr__(self, "label", self.label or self.name.replace("_", " "))


@dataclasses.dataclass(frozen=True)
class PhaseDiagram:
    """A plane through the knobs of a system, or with one axis a path, whose cells are to be given their phases.

    Attributes
    ----------
    name
        As given to `map_phases` and to `groksharp phases`.
    system
        A name in `SYSTEMS`, or a system of your own.
    axes
        One or two; the first is drawn from left to right.
    presets
        By name, one of them `"quick"`: values of the axes under their names, `"seed"`, and any other knob.
    knobs
        What all runs of the diagram have, other than the system's experiment.
    title
        A few words for a heading.

    Raises
    ------
    ValueError
        For no axis or more than two, two axes of one name, or presets without `"quick"`.

    Examples
    --------
    A diagram over any system and any two knobs is a value:

    >>> width, samples = PhaseAxis("width", "model.width"), PhaseAxis("samples", "task.train_samples")
    >>> values = {"width": (8, 16), "samples": (40, 80), "seed": (0, 1)}
    >>> mine = PhaseDiagram("mine", "parity", (width, samples), presets={"quick": values}, knobs={"epochs": 5})
    >>> runs = mine.experiments("quick", samples=40)
    >>> [(mine.cell(run), run.seed, run.length) for run in runs]
    [((8, 40), 0, 5), ((8, 40), 1, 5), ((16, 40), 0, 5), ((16, 40), 1, 5)]
    """

    name: str
    system: System | str
    axes: tuple[PhaseAxis, ...]
    presets: Mapping[str, Mapping[str, Any]]
    knobs: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    title: str = ""

    def __post_init__(self) -> None:
        """Check that it can be drawn."""
        if not 1 <= len(self.axes) <= 2:
            raise ValueError(f"axes must be one, of a path, or two, of a plane, got {len(self.axes)}.")
        if len({axis.name for axis in self.axes}) < len(self.axes):
            raise ValueError(f"axes must have different names, got {self.axes[0].name!r} twice; rename one.")
        if "quick" not in self.presets:
            raise ValueError(f"presets must have 'quick', got {', '.join(self.presets) or 'none'}; it is the default.")

    @property
    def is_path(self) -> bool:
        """Whether it has one axis."""
        return len(self.axes) == 1

    def experiments(self, preset: str = "quick", **knobs: Any) -> list[Experiment]:
        """The runs of a preset, in order of the axes and then of the seed.

        `knobs` take the place of the preset's, by the names of axes, dotted names, or last words as in `sweep`.

        Raises
        ------
        ValueError, TypeError
            For an unknown preset or knob, or a value that it cannot have.
        """
        check_choice("preset", preset, tuple(self.presets))
        system = find_system(self.system)
        turns = self._by_knob(self.knobs) | self._by_knob(self.presets[preset])
        runs = dataclasses.replace(system, presets={preset: turns}).experiments(preset, **self._by_knob(knobs))
        return sorted(runs, key=lambda run: (self.cell(run), run.seed))

    def cell(self, experiment: Experiment) -> tuple[Knob, ...]:
        """The values of the axes that a run has."""
        knobs = experiment.knobs()
        return tuple(knobs[find_knob(axis.knob, knobs)] for axis in self.axes)

    def _by_knob(self, turns: Mapping[str, Any]) -> dict[str, Any]:
        """The values with the axes under the names of their knobs."""
        names = {axis.name: axis.knob for axis in self.axes}
        for axis in self.axes:
            if axis.name != axis.knob and axis.name in turns and axis.knob in turns:
                raise ValueError(f"Each knob can be turned once, got {axis.knob} as {axis.name} and as {axis.knob}.")
        return {names.get(name, name): values for name, values in turns.items()}
