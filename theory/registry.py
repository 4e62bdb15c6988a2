"""The registered equations: statement, source, derivation, check."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sympy import Eq

from theory.steps import Outcome, Step

__all__ = ["CheckReport", "Equation", "Registry"]


@dataclass(frozen=True)
class CheckReport:
    """Outcomes of all steps of one equation; true if every one passed.

    >>> from theory import equations
    >>> print(equations["M6"].check())
    M6: checked
      ok  amplitude c = (ceiling − floor)/2: symbolic
      ok  definition: the largest slope, M5: definition
    """

    name: str
    outcomes: tuple[Outcome, ...]

    def __bool__(self) -> bool:
        return all(outcome.passed for outcome in self.outcomes)

    def __str__(self) -> str:
        lines = [f"{self.name}: {'checked' if self else 'FAILED'}"]
        lines += [f"  {'ok ' if o.passed else 'NO '} {o.step.reason}: {o.how}" for o in self.outcomes]
        return "\n".join(lines)


@dataclass(frozen=True)
class Equation:
    """A registered equation.

    Attributes
    ----------
    name, title
        Short name, such as `"M10"` for Eq. 10 of M, and a line that says what it is.
    source
        Where it comes from: paper and equation, or the route by which it is derived here.
    derivation
        Steps from the definition to the statement, which is the last one.

    Examples
    --------
    >>> from theory import equations
    >>> equations["M4"].title, equations["M4"].source
    ('Relative sharpness', 'Miller et al., arXiv 2402.08946, section 2')
    """

    name: str
    title: str
    source: str
    derivation: tuple[Step, ...]

    @property
    def statement(self) -> Eq:
        """The equation itself."""
        return self.derivation[-1].statement

    def check(self, seed: int = 0) -> CheckReport:
        """Check every step; the report is true if all hold.

        The points at which a step is tried depend on `seed`, the equation's name and the step's number.
        """
        steps = enumerate(self.derivation, start=1)
        return CheckReport(self.name, tuple(step.check(f"{seed} {self.name} {number}") for number, step in steps))


class Registry(Mapping[str, Equation]):
    """Mapping from names to equations, each built when it is first asked for; of several registries, all of theirs.

    >>> from theory import equations
    >>> print(equations["M3"].statement)
    Eq(G, t_gen/t_train - 1)
    >>> bool(equations["M3"].check())
    True
    """

    def __init__(self, *chapters: "Registry") -> None:
        self._builders: dict[str, Callable[[], Equation]] = {}
        for chapter in chapters:
            for name, builder in chapter._builders.items():
                self._add(name, builder)

    def register(
        self, name: str, title: str, source: str
    ) -> Callable[[Callable[[], tuple[Step, ...]]], Callable[[], tuple[Step, ...]]]:
        """Register the decorated function, which returns the derivation, under `name`."""

        def decorate(derivation: Callable[[], tuple[Step, ...]]) -> Callable[[], tuple[Step, ...]]:
            self._add(name, cache(lambda: Equation(name, title, source, derivation())))
            return derivation

        return decorate

    def _add(self, name: str, builder: Callable[[], Equation]) -> None:
        if name in self._builders:
            raise ValueError(f"An equation named {name!r} is registered already.")
        self._builders[name] = builder

    def __getitem__(self, name: str) -> Equation:
        if name not in self._builders:
            raise KeyError(f"No equation {name!r}; there are {', '.join(self)}.")
        return self._builders[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)
