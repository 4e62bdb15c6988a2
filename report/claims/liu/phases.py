"""The phases of learning over the knobs of the toy, and the ways out of grokking."""

from collections.abc import Mapping, Sequence
from typing import Any

from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.setting import Setting

__all__ = ["phase_claims"]

_SETTING = "phases"
_PHASES = ("comprehension", "grokking", "memorisation", "confusion")
_MAPS = ("rates", "decay", "decay-classification")
_Rows = Sequence[Mapping[str, Any]]


def phase_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on the phases.

    >>> [claim.verdict for claim in phase_claims({})]
    ['not judged', 'not judged', 'not judged', 'not judged']
    """
    setting = settings.get(_SETTING)
    maps = {name: _rows(setting, name) for name in _MAPS}
    return _four(maps), _between(maps), _corners(maps), _out_of_grokking(setting)


def _rows(setting: Setting | None, name: str) -> _Rows:
    section = None if setting is None else setting.section(name)
    return () if section is None else section.rows


def _four(maps: Mapping[str, _Rows]) -> Claim:
    sentence, source = "There are four phases: comprehension, grokking, memorisation, confusion", "U, section 4"
    known = {name: rows for name, rows in maps.items() if rows}
    if not known:
        return Claim.not_judged(sentence, source, _SETTING)
    told, criteria = [], []
    for name, rows in known.items():
        seen = {phase: sum(row[phase] > 0 for row in rows) for phase in _PHASES}
        sure = {phase: sum(row[f"{phase}_low"] > 0.2 for row in rows) for phase in _PHASES}
        told.append(
            f"{name}: " + ", ".join(f"{phase} in {seen[phase]}" for phase in _PHASES) + f" of {len(rows)} cells"
        )
        all_seen = all(sure.values())
        criteria.append(Criterion(f"all four in {name}", True if all_seen else None if all(seen.values()) else False))
    return Claim(sentence, source, {_SETTING: "; ".join(told)}, *verdict_of(criteria))


def _between(maps: Mapping[str, _Rows]) -> Claim:
    """Grokking cells have comprehension on one side and memorisation on the other."""
    sentence, source = "Grokking lies between memorisation and comprehension", "U, section 4"
    known = {name: rows for name, rows in maps.items() if rows}
    if not known:
        return Claim.not_judged(sentence, source, _SETTING)
    told, criteria = [], []
    for name, rows in known.items():
        cells = {_place(row): row for row in rows}
        grokking = [place for place, row in cells.items() if row["grokking"] >= 0.5]
        touching = [place for place in grokking if _touches(cells, place)]
        told.append(f"{name}: {len(touching)} of {len(grokking)} grokking cells touch both")
        share = len(touching) / len(grokking) if grokking else None
        criteria.append(Criterion(f"most of them in {name}", None if share is None else share > 0.5))
    return Claim(sentence, source, {_SETTING: "; ".join(told)}, *verdict_of(criteria))


def _place(row: Mapping[str, Any]) -> tuple[float, float]:
    """The two values of the axes, which are the first columns."""
    first, second, *_ = row.values()
    return float(first), float(second)


def _touches(cells: Mapping[tuple[float, float], Mapping[str, Any]], place: tuple[float, float]) -> bool:
    """Whether comprehension and memorisation are both seen in the cell or in those beside it."""
    axes = [sorted({one[k] for one in cells}) for k in range(2)]
    at = [axes[k].index(place[k]) for k in range(2)]
    around = [cells[other] for other in cells if all(abs(axes[k].index(other[k]) - at[k]) <= 1 for k in range(2))]
    return any(row["comprehension"] > 0 for row in around) and any(row["memorisation"] > 0 for row in around)


def _corners(maps: Mapping[str, _Rows]) -> Claim:
    """A slow representation with a fast decoder memorises; a slow decoder with a fast representation comprehends."""
    sentence = (
        "A fast decoder over a slow representation memorises, a fast representation under a slow decoder does not"
    )
    source = "U, figure of the phase diagrams"
    rows = maps["rates"]
    if not rows:
        return Claim.not_judged(sentence, source, _SETTING)
    decoder = sorted({row["decoder_rate"] for row in rows})
    representation = sorted({row["representation_rate"] for row in rows})
    cells = {(row["decoder_rate"], row["representation_rate"]): row for row in rows}
    fast_decoder = cells[decoder[-1], representation[0]]
    fast_representation = cells[decoder[0], representation[-1]]
    told = (
        f"decoder {decoder[-1]:g} with representation {representation[0]:g}: {_most(fast_decoder)}; "
        f"decoder {decoder[0]:g} with representation {representation[-1]:g}: {_most(fast_representation)}"
    )
    criteria = (
        _above("the first corner memorises", fast_decoder, "memorisation"),
        Criterion(
            "the second does not",
            True if fast_representation["memorisation_high"] < 0.7 and fast_representation["memorisation"] == 0
            else False if fast_representation["memorisation_low"] > 0 and fast_representation["memorisation"] > 0.5
            else None,
        ),
    )  # fmt: skip
    return Claim(sentence, source, {_SETTING: told}, *verdict_of(criteria))


def _above(words: str, row: Mapping[str, Any], phase: str) -> Criterion:
    """Whether it is the phase of most runs there; few runs leave an interval that reaches over one half."""
    share, low, high = row[phase], row[f"{phase}_low"], row[f"{phase}_high"]
    return Criterion(words, True if low > 0.4 and share > 0.5 else False if high < 0.6 and share < 0.5 else None)


def _most(row: Mapping[str, Any]) -> str:
    return (
        f"{row['phase']} {row[row['phase']]:.2f} [{row[row['phase'] + '_low']:.2f}, {row[row['phase'] + '_high']:.2f}]"
    )


def _out_of_grokking(setting: Setting | None) -> Claim:
    """Along each path, from where it begins: does comprehension become more frequent?

    Decay and dropout begin at none; a rate at its value with the most grokking, and may lead out either way.
    """
    sentence = "Decay of the decoder, the learning rates and dropout lead out of grokking"
    source = "U, section 4"
    paths = [one for one in (() if setting is None else setting.sections) if one.name.startswith("path-") and one.rows]
    if not paths:
        return Claim.not_judged(sentence, source, _SETTING)
    told, criteria = [], []
    for path in paths:
        name = path.name.removeprefix("path-").replace("_", " ")
        axis = next(iter(path.rows[0]))
        start = max(path.rows, key=lambda row: row["grokking"]) if name.endswith("rate") else path.rows[0]
        others = [row for row in path.rows if row is not start]
        if not others:
            continue
        best = max(others, key=lambda row: row["comprehension"])
        told.append(f"{name}: {_comprehension(start, axis)}, {_comprehension(best, axis)}")
        more = best["comprehension"] > start["comprehension"]
        apart = best["comprehension_low"] > start["comprehension_high"]
        criteria.append(Criterion(name, True if apart else None if more else False))
    return Claim(sentence, source, {_SETTING: "; ".join(told)}, *verdict_of(criteria))


def _comprehension(row: Mapping[str, Any], axis: str) -> str:
    delay = "none" if row["delay"] is None else f"{row['delay']:.0f} steps"
    low, high = row["comprehension_low"], row["comprehension_high"]
    return f"comprehension {row['comprehension']:.2f} [{low:.2f}, {high:.2f}], median delay {delay} at {row[axis]:g}"
