"""Settings, the law and the claims, computed once for the same code, arguments and runs."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report.claim import Claim
from report.judgement import judge
from report.kept.code_digest import code_digest
from report.kept.plain_values import from_plain, to_plain
from report.kept.value import digest_of, kept_value
from report.known_settings import find_setting
from report.law.collection import collected_law
from report.law.law import Law
from report.setting import Request, Setting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["kept_claims", "kept_law", "kept_setting"]


@dataclass(frozen=True)
class _Watched(Request):
    """A request that remembers which folders of runs were asked for."""

    opened: list[Path] = field(default_factory=list, compare=False)

    def folder(self, name: str) -> Path:
        self.opened.append(super().folder(name))
        return self.opened[-1]


def kept_setting(name: str, request: Request) -> Setting:
    """The setting of the package of this name: kept, if code, request and runs are what they were, else built now.

    What is built now goes through the kept form, too, so that a page looks the same the first time and later. Figures
    of sections are functions, which are not kept: where one is asked for again, the setting is built again.
    """
    watched = _Watched(**{one.name: getattr(request, one.name) for one in fields(Request)})
    built: list[Setting] = []

    def build() -> Setting:
        if not built:
            built.append(find_setting(name)(watched))
        return built[0]

    def make() -> tuple[Any, Iterator[Path]]:
        plain = to_plain(build())
        return plain, (path for folder in watched.opened for path in folder.glob("*.nc") if path.is_file())

    made_by = f"{code_digest()} {request.preset} {request.recorded} {request.style}"
    plain = kept_value(request.kept, f"setting-{name}", made_by, make)
    setting: Setting = from_plain(plain, panels=None)

    def panels(section: str) -> "tuple[Figure, ...]":
        found = build().section(section)
        assert found is not None  # it was there when the setting was kept
        return found.panels()

    sections = tuple(replace(one, panels=functools.partial(panels, one.name)) for one in setting.sections)
    return replace(setting, sections=sections, identity=digest_of(f"{made_by} {plain}"))


def kept_claims(folder: Path, settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims with what these settings say of them: kept, if code and settings are what they were.

    Where it is not known from what one of the settings was made, they are judged now.
    """
    identities = {name: setting.identity for name, setting in settings.items()}
    if not all(identities.values()):
        return judge(settings)
    made_by = f"{code_digest()} {identities}"
    claims: tuple[Claim, ...] = from_plain(
        kept_value(folder, "claims", made_by, lambda: (to_plain(judge(settings)), ()))
    )
    return claims


def kept_law(folder: Path) -> Law:
    """The law over the closed forms and the recorded runs of the package: kept, if the code is what it was."""
    law: Law = from_plain(kept_value(folder, "law", code_digest(), lambda: (to_plain(collected_law()), ())))
    return law
