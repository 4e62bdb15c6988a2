"""The phase diagrams that are known by name: those of U, and those that are added."""

from collections.abc import Mapping
from types import MappingProxyType

from empirical.phases import representation
from empirical.phases.diagram import PhaseDiagram
from theory.suggestion import suggestion

__all__ = ["PHASE_DIAGRAMS", "PHASE_PATHS", "add_diagram", "find_diagram", "find_path"]

_diagrams: dict[str, PhaseDiagram] = {one.name: one for one in representation.DIAGRAMS}
_paths: dict[str, PhaseDiagram] = {one.name: one for one in representation.PATHS}
_PACKAGE = {False: frozenset(_diagrams), True: frozenset(_paths)}

PHASE_DIAGRAMS: Mapping[str, PhaseDiagram] = MappingProxyType(_diagrams)
"""Planes of two knobs, by name; see `add_diagram`."""

PHASE_PATHS: Mapping[str, PhaseDiagram] = MappingProxyType(_paths)
"""Paths along one knob, by name; see `add_diagram`."""


def add_diagram(diagram: PhaseDiagram) -> PhaseDiagram:
    """Make a diagram known by its name, with one axis among the paths: to `map_phases` and to the command line.

    Adding it again replaces it.

    Raises
    ------
    TypeError
        If it is no `PhaseDiagram`.
    ValueError
        If its name is that of one of the package, or one of its presets cannot be trained.

    Examples
    --------
    >>> from empirical import PhaseAxis
    >>> noise = PhaseAxis("label_noise", "task.label_noise")
    >>> presets = {"quick": {"label_noise": (0.0, 0.1), "seed": (0, 1, 2)}}
    >>> add_diagram(PhaseDiagram("noise", "parity", (noise,), presets)).name in PHASE_PATHS
    True
    """
    if not isinstance(diagram, PhaseDiagram):
        raise TypeError(f"A diagram must be a PhaseDiagram, got {diagram!r}; give it a name, a system and its axes.")
    if diagram.name in _PACKAGE[diagram.is_path]:
        raise ValueError(f"{diagram.name!r} is a diagram of the package; choose another name.")
    for preset in diagram.presets:
        diagram.experiments(preset)
    (_paths if diagram.is_path else _diagrams)[diagram.name] = diagram
    return diagram


def find_diagram(name: PhaseDiagram | str) -> PhaseDiagram:
    """The plane of this name, or the diagram itself; ValueError with the known names if there is none.

    >>> [axis.name for axis in find_diagram("rates").axes]
    ['decoder_rate', 'representation_rate']
    """
    return _found("diagram", name, PHASE_DIAGRAMS)


def find_path(name: PhaseDiagram | str) -> PhaseDiagram:
    """The path of this name, or the path itself; ValueError with the known names if there is none.

    >>> find_path("decay").axes[0].name
    'decoder_decay'
    """
    return _found("path", name, PHASE_PATHS)


def _found(kind: str, name: PhaseDiagram | str, known: Mapping[str, PhaseDiagram]) -> PhaseDiagram:
    if isinstance(name, PhaseDiagram):
        return name
    if name not in known:
        raise ValueError(
            f"{kind} must be one of {', '.join(known)}; got {name!r}; "
            "one of your own has to be added before it is used (`add_diagram`, `--load`)." + suggestion(name, known)
        )
    return known[name]
