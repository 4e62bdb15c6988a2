"""The claims of M, *Measuring Sharpness in Grokking*, on the linear model and on parity networks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from numerics import Trend
from report.claim import Claim
from report.setting import Setting
from report.text_table import told_slope
from theory import law_exponent

__all__ = ["judge"]

_OWN = ("linear", "descent", "parity")
"""The paper's two systems, and the first of them at finite size; others show how far a claim carries."""

_ETA0 = 0.01  # of the paper's linear model


def judge(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """Hold the paper's seven claims against the settings, by name.

    >>> judge({})[0].verdict
    'not judged'
    """
    return (
        _falls("Relative sharpness falls as the relative gap grows", "relative", settings),
        _falls("Absolute sharpness falls as the relative gap grows", "absolute", settings),
        _power_law(settings),
        _shape(settings),
        _published_range(settings),
        _parity_range(settings),
        _rises_above_one(settings),
    )


def _falls(sentence: str, kind: str, settings: Mapping[str, Setting]) -> Claim:
    trends = {name: setting.table.trends[kind] for name, setting in settings.items()}

    def verdict(own: Sequence[str]) -> str:
        falls = [trends[name].falls for name in own]
        if False in falls:
            return "contradicted"
        return "confirmed" if all(falls) else "in part" if any(falls) else "not decided"

    return _counted(
        sentence,
        "M, abstract and section 3",
        settings,
        findings={name: _slope(trend) for name, trend in trends.items()},
        holding=[name for name, trend in trends.items() if trend.falls],
        criterion="the 95 % interval of the log-log slope, or without noise every local slope, is negative",
        verdict=verdict,
    )


def _slope(trend: Trend) -> str:
    if not np.isfinite(trend.slope):
        return f"no trend ({trend.n} runs)"
    return f"slope {told_slope(trend)}, {trend.n} runs"


def _power_law(settings: Mapping[str, Setting]) -> Claim:
    """Whether one straight line describes ln S_rel against ln G: is a quadratic term needed?"""
    trends = {name: setting.table.trends["relative"] for name, setting in settings.items()}
    findings = {name: _curvature(trend) for name, trend in trends.items()}
    straight = [name for name, trend in trends.items() if trend.straight]
    claim = _counted(
        "On log-log axes relative sharpness against gap is a straight line",
        "M, log-log figures",
        settings,
        findings=findings,
        holding=straight,
        criterion="one straight line suffices (the 95 % interval of a quadratic term in ln G holds zero, or, on curves "
        "without noise, all local slopes are within a tenth)",
        verdict=_all_any(straight),
    )
    if "linear" not in settings or "linear" in straight or len(settings["linear"].table.fitted) < 2:
        return claim
    fitted = settings["linear"].table.fitted
    ends = [_law_exponent(row) for row in (fitted.rows[0], fitted.rows[-1])]
    law = (
        f"; the law S(G) of the linear model has local exponents from {max(ends):.2f} to {min(ends):.2f} over these "
        "gaps, so one slope describes one range"
    )
    return replace(claim, reason=claim.reason + law)


def _law_exponent(row: Mapping[str, Any]) -> float:
    """Local exponent of the linear model's S(G) at a measured run, from its two jump times."""
    unit = 4 * _ETA0 * (1 - np.sqrt(row["lam"])) ** 2
    return float(law_exponent(unit * row["jump_time_train"], unit * row["jump_time_gen"]))


def _curvature(trend: Trend) -> str:
    if trend.straight is None:
        return "too few runs"
    if np.isfinite(trend.local_low):
        return f"local slopes from {trend.local_low:.2f} to {trend.local_high:.2f}"
    return f"curvature {trend.curvature:+.2f} [{trend.curvature_low:.2f}, {trend.curvature_high:.2f}]"


def _shape(settings: Mapping[str, Setting]) -> Claim:
    findings, good = {}, []
    for name, setting in settings.items():
        table, fitted = setting.table, setting.table.fitted
        every = [row[one] for row in fitted for one in ("r_squared_train", "r_squared_gen")]
        worst = np.min(every) if every else np.nan  # NaN where any is unknown
        quality = f"R² ≥ {worst:.3f}" if np.isfinite(worst) else "R² unknown"
        findings[name] = f"{table.count}, {quality}"
        good += [name] if len(fitted) == len(table) and worst > 0.9 else []
    return _counted(
        "One S-shaped curve, the erf, describes both jumps",
        "M, section 2",
        settings,
        findings=findings,
        holding=good,
        criterion="every run is fitted with R² above 0.9",
        verdict=_all_any(good),
    )


def _published_range(settings: Mapping[str, Setting]) -> Claim:
    sentence, source = (
        "Linear model: G falls from 7.94 to 0.62 while S_rel rises from 0.446 to 0.934",
        "M, linear figure",
    )
    published = settings["linear"].companion("published") if "linear" in settings else None
    if published is None:
        return Claim.not_judged(sentence, source, "linear")
    first, last = published.rows[0], published.rows[-1]
    close = all(
        np.isclose(value, printed, rtol=0.01)
        for value, printed in (
            (first["relative_gap"], 7.94), (last["relative_gap"], 0.62),
            (first["relative_sharpness"], 0.446), (last["relative_sharpness"], 0.934),
        )
    )  # fmt: skip
    found = (
        f"G from {first['relative_gap']:.3g} (λ = {first['lam']:.4g}) to {last['relative_gap']:.3g} "
        f"(λ = {last['lam']:.4g}), S_rel from {first['relative_sharpness']:.3g} to {last['relative_sharpness']:.3g}"
    )
    return Claim(
        sentence, source, {"linear": found}, "confirmed" if close else "contradicted",
        f"published convention, both ends of the λ range: {'within' if close else 'off by more than'} 1 %",
    )  # fmt: skip


def _parity_range(settings: Mapping[str, Setting]) -> Claim:
    sentence, source = "Parity: G from about 0.6 to 12, S_rel from about 2.25 to 0.3", "M, parity figure, read off"
    if "parity" not in settings:
        return Claim.not_judged(sentence, source, "parity")
    table = settings["parity"].table
    fitted = table.fitted
    if not len(fitted):
        return Claim(sentence, source, {"parity": "no run fitted"}, "not decided", "no run could be fitted")
    gap, sharp = fitted["relative_gap"], fitted["relative_sharpness"]
    inside = bool(gap.min() > 0.3 and gap.max() < 24 and sharp.min() > 0.15 and sharp.max() < 4.5)
    found = (
        f"G from {gap.min():.2f} to {gap.max():.1f}, S_rel from {sharp.max():.2f} to {sharp.min():.2f}, {table.count}"
    )
    return Claim(
        sentence, source, {"parity": found}, "confirmed" if inside else "contradicted",
        f"the extremes are {'within' if inside else 'not within'} a factor of two of the published ones",
    )  # fmt: skip


def _rises_above_one(settings: Mapping[str, Setting]) -> Claim:
    sentence, source = "Linear model at λ > 1: the generalization accuracy jumps", "M, linear figure"
    linear = settings.get("linear")
    published, forbidden = (linear.companion(name) if linear else None for name in ("published", "forbidden"))
    if published is None or forbidden is None:
        return Claim.not_judged(sentence, source, "linear")
    rising = len(forbidden.fitted)
    findings = {
        "linear": f"late-time form without plateau: {len(published.fitted)} of {len(published)} jump; "
        f"exact expectation: {rising} of {len(forbidden)}"
    }
    if "descent" in settings:
        findings["descent"] = "the null space of the data is never learned"
    return Claim(
        sentence, source, findings, "contradicted" if rising == 0 else "in part",
        "for λ > 1 the loss stays above its plateau 1 − 1/λ; the figure is meaningful as its mirror at λ < 1",
    )  # fmt: skip


def _all_any(holding: Sequence[str]) -> Callable[[Sequence[str]], str]:
    """Confirmed if it holds in all of the paper's settings, contradicted if in none of them."""

    def verdict(own: Sequence[str]) -> str:
        holds = [name in holding for name in own]
        return "confirmed" if all(holds) else "in part" if any(holds) else "contradicted"

    return verdict


def _counted(
    sentence: str,
    source: str,
    settings: Mapping[str, Setting],
    *,
    findings: Mapping[str, str],
    holding: Sequence[str],
    criterion: str,
    verdict: Callable[[Sequence[str]], str],
) -> Claim:
    """A claim that every setting can speak to; the paper's own decide, the others are counted beside them."""
    own = [name for name in settings if name in _OWN]
    others = [name for name in settings if name not in _OWN]
    counts = []
    if own:
        counts.append(f"{criterion} in {len(set(own) & set(holding))} of {len(own)} settings")
    if others:
        beyond = f"in {len(set(others) & set(holding))} of {len(others)} beyond the paper's"
        counts.append(beyond if own else f"{criterion} {beyond}; none of its own is in this report")
    reason = ", ".join(counts) or "no setting of the paper is in this report"
    return Claim(sentence, source, findings, verdict(own) if own else "not judged", reason)
