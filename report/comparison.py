"""The comparison: the same measurement in any number of settings, and what they say of the papers' claims."""

import functools
import itertools
import os
import shlex
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from report.claim import Claim
from report.disagreement import Offset, disagreement, offsets
from report.kept.settings import kept_claims, kept_law, kept_setting
from report.known_settings import DEFAULT_SETTINGS, default_settings, find_setting, packaged_settings
from report.law.answer import Sentence
from report.law.law import Law
from report.provenance import Provenance, provenance
from report.setting import Builder, Request, Setting, Style
from theory import sources
from theory.sources import Source
from theory.suggestion import suggestion

__all__ = ["PRESETS", "Comparison", "JudgedPaper", "compare"]

PRESETS = ("quick", "paper")

# For settings without a style of their own; those of the package have the others of Okabe and Ito's palette.
_STYLES = tuple(
    Style(color, marker, line)
    for color, marker, line in (
        ("#E69F00", "v", "-."), ("#882255", "<", ":"), ("#777777", ">", "-"), ("#332288", "p", "--"),
        ("#999933", "h", "-."), ("#AA4499", "P", ":"), ("#661100", "X", "-"), ("#6699CC", "d", "--"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class JudgedPaper:
    """One paper with what is said of its claims; the settings with a finding are the columns of its table.

    >>> list(JudgedPaper.__dataclass_fields__)
    ['letter', 'source', 'claims', 'judged']
    """

    letter: str
    source: Source
    claims: tuple[Claim, ...]
    judged: tuple[Setting, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything the report shows, computed; it is written down without further computation.

    >>> list(Comparison.__dataclass_fields__)
    ['settings', 'claims', 'provenance', 'law', 'kept']
    """

    settings: tuple[Setting, ...]
    claims: tuple[Claim, ...]
    provenance: Provenance
    law: Law | None = None
    kept: Path | None = None
    """Folder in which figures are kept, so that they are drawn once."""

    @cached_property
    def offsets(self) -> tuple[Offset, ...]:
        """How far the runs of each setting are from the law of the linear model."""
        return offsets(self.settings)

    @cached_property
    def disagreement(self) -> tuple[Sentence, ...]:
        """Where theory and networks disagree, and where claims hold only in part."""
        return disagreement(self.offsets, {one.name: one.title for one in self.settings}, self.claims, self.law)

    @property
    def papers(self) -> tuple["JudgedPaper", ...]:
        """The papers whose claims are judged, in the order of `theory.sources`."""
        letters = {claim.letter for claim in self.claims}
        return tuple(self._paper(letter) for letter in vars(sources) if letter in letters)

    def _paper(self, letter: str) -> "JudgedPaper":
        claims = tuple(claim for claim in self.claims if claim.letter == letter)
        judged = tuple(one for one in self.settings if any(one.name in claim.findings for claim in claims))
        return JudgedPaper(letter, claims[0].paper, claims, judged)

    @property
    def finding(self) -> str:
        """What was found, in a few sentences: of one law where it was put to the test, else of each setting's trend."""
        trends = [(setting.table.trends["relative"], setting.phrase) for setting in self.settings]
        known = [(trend, phrase) for trend, phrase in trends if np.isfinite(trend.slope)]
        powers = ", ".join(f"G^{trend.slope:.2f} in {phrase}" for trend, phrase in known)
        falls = bool(known) and all(trend.falls for trend, _ in known)
        opening = (
            "Sharpness falls as the gap grows" if falls else "Sharpness does not clearly fall with the gap everywhere"
        )
        sentence = f"{opening}: relative sharpness goes like {powers or 'nothing that these runs could show'}."
        if self.law is not None and self.law.answer:
            sentence = self.law.answer[0].text
        if not self.claims:
            return sentence
        counts = Counter(claim.verdict for claim in self.claims)
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return f"{sentence} Of {len(self.claims)} published claims: {verdicts}."


def compare(
    preset: str = "quick",
    *,
    settings: Sequence[str] | None = None,
    own: Mapping[str, Builder] | None = None,
    recorded: str | None = None,
    runs: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    command: str | None = None,
) -> Comparison:
    """Measure the settings and judge the papers' claims. Finished runs are loaded, not repeated.

    The default settings come with the test of one law over closed forms and recorded runs.

    Parameters
    ----------
    preset
        `"quick"` or `"paper"`: how large.
    settings
        Names, in the order of the report; see `add_setting`. Each system of networks is one. By default those of the
        sources, with `recorded` those of them for which nothing is trained.
    own
        Further settings by name, such as those of a user's files.
    recorded
        A preset of `empirical.recorded_runs`: the parity networks are those that come with the package, and none is
        trained.
    runs
        Folder of trained networks; without it each system's own, `out/NAME`, as `groksharp train` has it.
    workers, executor
        Where networks are trained, as for `empirical.sweep`.
    command
        The command to name in the provenance, if not the one that these arguments stand for.

    Raises
    ------
    ValueError
        For an unknown preset or setting, one that is named twice, or recorded networks without the setting `parity`.

    Examples
    --------
    >>> comparison = compare("quick")  # doctest: +SKIP
    >>> compare("huge")
    Traceback (most recent call last):
        ...
    ValueError: preset must be one of quick, paper, got 'huge'.
    """
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}.{suggestion(preset, PRESETS)}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}; leave it out for one process a core.")
    whole = settings is None
    settings = default_settings(recorded) if settings is None else settings
    if len(set(settings)) != len(settings):
        raise ValueError(f"Each setting must be named once, got {', '.join(settings)}.")
    if recorded is not None and "parity" not in settings:
        raise ValueError(f"The recorded networks are parity's, got the settings {', '.join(settings)}; add parity.")
    own = dict(own or {})
    builders = {name: _builder(name) for name in settings} | own
    if not builders:
        raise ValueError("A comparison needs at least one setting, got none.")
    started = time.monotonic()
    styles = itertools.cycle(_STYLES)
    built: dict[str, Setting] = {}
    for name, build in builders.items():
        style = _STYLES[0] if name in DEFAULT_SETTINGS else next(styles)
        request = Request(preset, style, recorded=recorded, runs=runs, workers=workers, executor=executor)
        built[name] = replace(build(request), name=name)
    kept = Request(preset, _STYLES[0], runs=runs).kept
    claims = kept_claims(kept, built)
    law = kept_law(kept) if whole else None
    where = provenance(command or _command(preset, settings, recorded), seconds=time.monotonic() - started)
    return Comparison(tuple(built.values()), claims, where, law, kept)


def _builder(name: str) -> Builder:
    """What makes the setting of this name; one of the package is made once for the same code, arguments and runs."""
    if name not in packaged_settings():
        return find_setting(name)
    if not (find_spec("torch") and find_spec("xarray")):
        find_setting(name)  # says what is missing before long work; else it is loaded where nothing is kept
    return functools.partial(kept_setting, name)


def _command(preset: str, settings: Sequence[str], recorded: str | None) -> str:
    words = ["groksharp", "report", "--preset", preset]
    words += ["--settings", ",".join(settings)] if tuple(settings) != default_settings(recorded) else []
    words += ["--recorded", recorded] if recorded else []
    return shlex.join(words)
