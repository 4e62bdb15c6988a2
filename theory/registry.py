"""The registered equations: statement, source, derivation, check."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sympy import Eq

from theory.steps import Outcome, Step
from theory.suggestion import suggestion

__all__ = ["CheckReport", "Equation", "Registry"]


@dataclass(frozen=True)
class CheckReport:
    """Outcomes of all steps of one equation; true if every one passed.

    Its text names the step that fails first, by number and reason, and then says of each step how it was seen.

    >>> from theory import equations
    >>> print(equations["M3"].check())
    M3: checked
      ok  definition: symbolic
    """

    name: str
    outcomes: tuple[Outcome, ...]

    def __bool__(self) -> bool:
        return all(outcome.passed for outcome in self.outcomes)

    def __str__(self) -> str:
        failed = next(((k, o) for k, o in enumerate(self.outcomes, 1) if not o.passed), None)
        verdict = "checked" if failed is None else f"FAILED at step {failed[0]}, {failed[1].step.reason}"
        lines = [f"{self.name}: {verdict}"]
        lines += [f"  {'ok ' if o.passed else 'NO '} {o.step.reason}: {o.how}" for o in self.outcomes]
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
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
    >>> equations["M4"]
    M4: Relative sharpness
      S_rel = s_gen/s_train
    >>> equations["M4"].source
    'Miller et al., arXiv 2402.08946, section 2'
    """

    name: str
    title: str
    source: str
    derivation: tuple[Step, ...]

    @property
    def statement(self) -> Eq:
        """The equation itself."""
        return self.derivation[-1].statement

    def __repr__(self) -> str:
        sign = "≃" if self.derivation[-1].kind == "asymptotic" else "="
        return f"{self.name}: {self.title}\n  {self.statement.lhs} {sign} {self.statement.rhs}"

    def check(self, seed: int = 0) -> CheckReport:
        """Check every step; the report is true if all hold.

        The points at which a step is tried depend on `seed`, the equation's name and the step's number.
        """
        steps = enumerate(self.derivation, start=1)
        return CheckReport(self.name, tuple(step.check(f"{seed} {self.name} {number}") for number, step in steps))


class Registry(Mapping[str, Equation]):
    """Mapping from names to equations, each built when it is first asked for; of several registries, all of theirs.

    Names are forgiving: capital letters, spaces, hyphens and underscores do not matter where they are not needed to
    tell two names apart.

    Raises
    ------
    KeyError
        For a name that is not there, with the nearest ones.

    Examples
    --------
    >>> from theory import equations
    >>> print(equations["M3"].statement)
    Eq(G, t_gen/t_train - 1)
    >>> bool(equations["M3"].check())
    True
    >>> equations["m 10"] is equations["M10"], "s(g)" in equations
    (True, True)
    """

    def __init__(self, *chapters: "Registry") -> None:
        self._builders: dict[str, Callable[[], Equation]] = {}
        self._titles: dict[str, str] = {}
        for chapter in chapters:
            for name, builder in chapter._builders.items():
                self._add(name, chapter._titles[name], builder)

    @property
    def titles(self) -> dict[str, str]:
        """The title of each equation by its name; none is built for it, which would take seconds.

        >>> from theory import equations
        >>> equations.titles["M4"]
        'Relative sharpness'
        """
        return dict(self._titles)

    def register(
        self, name: str, title: str, source: str
    ) -> Callable[[Callable[[], tuple[Step, ...]]], Callable[[], tuple[Step, ...]]]:
        """Register the decorated function, which returns the derivation, under `name`."""

        def decorate(derivation: Callable[[], tuple[Step, ...]]) -> Callable[[], tuple[Step, ...]]:
            self._add(name, title, cache(lambda: Equation(name, title, source, derivation())))
            return derivation

        return decorate

    def _add(self, name: str, title: str, builder: Callable[[], Equation]) -> None:
        if name in self._builders:
            raise ValueError(f"An equation named {name!r} is registered already.")
        self._builders[name] = builder
        self._titles[name] = title

    def _resolve(self, name: object) -> str | None:
        """The registered name that is meant, if one is."""
        if not isinstance(name, str) or name in self._builders:
            return name if isinstance(name, str) else None
        alike = [known for known in self._builders if _plain(known) == _plain(name)]
        return alike[0] if len(alike) == 1 else None

    def __getitem__(self, name: str) -> Equation:
        known = self._resolve(name)
        if known is None:
            plain = {_plain(each): each for each in self}
            begun = [each for key, each in plain.items() if key.startswith(_plain(str(name)))]
            if begun and len(begun) < len(plain):
                raise KeyError(f"No equation {name!r}; of those that begin so there are {', '.join(begun)}.")
            raise KeyError(f"No equation {name!r}; there are {', '.join(self)}.{suggestion(name, self)}")
        return self._builders[known]()

    def __contains__(self, name: object) -> bool:
        return self._resolve(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)

    def __repr__(self) -> str:
        return f"{len(self)} equations: {', '.join(self)}"


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
