"""The paper's claims, each with what the three settings say and a verdict that numbers decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from numerics import SharpnessTable, Trend
from theory import law_exponent

__all__ = ["Claim", "judge"]


@dataclass(frozen=True)
class Claim:
    """One claim: its sentence, what theory, finite-size descent and networks say, and the verdict with its reason.

    >>> Claim("S falls", "M", "slope −1", "slope −1", "slope −1", "confirmed", "all slopes are negative").verdict
    'confirmed'
    """

    sentence: str
    source: str
    theory: str
    descent: str
    parity: str
    verdict: str
    reason: str


def judge(
    *,
    published: SharpnessTable,
    theory: SharpnessTable,
    descent: SharpnessTable,
    parity: SharpnessTable,
    forbidden: SharpnessTable,
    eta0: float = 0.01,
) -> tuple[Claim, ...]:
    """Hold the paper's claims against the measured tables.

    Parameters
    ----------
    published, theory
        The linear sweep in the published convention, and the exact one over the mirrored λ < 1.
    descent, parity
        Gradient descent at finite d; trained networks.
    forbidden
        The exact sweep at the published λ > 1.
    eta0
        Gradient-flow rate per step of the linear sweeps.

    Examples
    --------
    >>> import numerics
    >>> table = numerics.sweep_linear(numerics.mirror([1.02, 1.05, 1.1]), convention="exact", points=2000)
    >>> claims = judge(published=table, theory=table, descent=table, parity=table, forbidden=table)
    >>> print(claims[0].sentence, "|", claims[0].theory[-6:])
    Relative sharpness falls as the relative gap grows | 3 runs
    """
    tables = (theory, descent, parity)
    return (
        _falls("Relative sharpness falls as the relative gap grows", "relative", *tables),
        _falls("Absolute sharpness falls as the relative gap grows", "absolute", *tables),
        _power_law(*tables, eta0=eta0),
        _shape(*tables),
        _published_range(published),
        _parity_range(parity),
        _rises_above_one(published, forbidden),
    )


def _falls(sentence: str, kind: str, theory: SharpnessTable, descent: SharpnessTable, parity: SharpnessTable) -> Claim:
    trends = [table.trends[kind] for table in (theory, descent, parity)]
    below = [trend.slope_high < 0 for trend in trends]
    above = [trend.slope_low > 0 for trend in trends]
    verdict = "confirmed" if all(below) else "contradicted" if any(above) else "in part"
    reason = f"the 95 % interval of the log-log slope is negative in {sum(below)} of 3 settings"
    in_theory, at_finite_d, in_networks = map(_slope, trends)
    return Claim(sentence, "M, abstract and section 3", in_theory, at_finite_d, in_networks, verdict, reason)


def _slope(trend: Trend) -> str:
    if trend.n < 3:
        return f"no trend ({trend.n} runs)"
    return f"slope {trend.slope:.2f} [{trend.slope_low:.2f}, {trend.slope_high:.2f}], {trend.n} runs"


def _power_law(*tables: SharpnessTable, eta0: float) -> Claim:
    """Whether one straight line describes ln S_rel against ln G: is a quadratic term significant?"""
    bends = [_bend(table) for table in tables]
    straight = [bool(p > 0.05) for _, p in bends]
    verdict = "confirmed" if all(straight) else "contradicted" if not any(straight) else "in part"
    words = [f"curvature {bend:+.2f}, {_p_value(p)}" if np.isfinite(bend) else "too few runs" for bend, p in bends]
    reason = f"a quadratic term in ln G is significant in {3 - sum(straight)} of 3 settings"
    if not straight[0]:
        first, last = (_law_exponent(row, eta0) for row in (tables[0].rows[0], tables[0].rows[-1]))
        reason += (
            f"; the law S(G) of the linear model has local exponents from {max(first, last):.2f} to "
            f"{min(first, last):.2f} over these gaps, so one slope describes one range"
        )
    in_theory, at_finite_d, in_networks = words
    sentence = "On log-log axes relative sharpness against gap is a straight line"
    return Claim(sentence, "M, log-log figures", in_theory, at_finite_d, in_networks, verdict, reason)


def _law_exponent(row: Mapping[str, Any], eta0: float) -> float:
    """Local exponent of the linear model's S(G) at a measured run, from its two jump times."""
    unit = 4 * eta0 * (1 - np.sqrt(row["lam"])) ** 2
    return float(law_exponent(unit * row["jump_time_train"], unit * row["jump_time_gen"]))


def _bend(table: SharpnessTable) -> tuple[float, float]:
    """Coefficient of (ln G)² and its two-sided p-value."""
    rows = [row for row in table.fitted if row["relative_gap"] > 0 and row["relative_sharpness"] > 0]
    if len(rows) < 5:
        return np.nan, np.nan
    x = np.log([row["relative_gap"] for row in rows])
    y = np.log([row["relative_sharpness"] for row in rows])
    design = np.stack([np.ones_like(x), x, x**2], axis=1)
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ coefficients
    variance = residual @ residual / (x.size - 3) * np.linalg.inv(design.T @ design)[2, 2]
    t = coefficients[2] / np.sqrt(variance)
    return float(coefficients[2]), float(2 * stats.t.sf(abs(t), x.size - 3))


def _p_value(p: float) -> str:
    return f"p = {p:.2g}" if p > 1e-6 else "p < 1e-6"


def _shape(*tables: SharpnessTable) -> Claim:
    words, good = [], []
    for table in tables:
        fitted = table.fitted
        worst = min((min(row["r_squared_train"], row["r_squared_gen"]) for row in fitted), default=np.nan)
        words.append(f"{len(fitted)} fitted of {len(table)} run, R² ≥ {worst:.3f}")
        good.append(len(fitted) == len(table) and worst > 0.9)
    verdict = "confirmed" if all(good) else "in part" if any(good) else "contradicted"
    reason = f"every run is fitted with R² above 0.9 in {sum(good)} of 3 settings"
    in_theory, at_finite_d, in_networks = words
    sentence = "One S-shaped curve, the erf, describes both jumps"
    return Claim(sentence, "M, section 2", in_theory, at_finite_d, in_networks, verdict, reason)


def _published_range(published: SharpnessTable) -> Claim:
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
        "Linear model: G falls from 7.94 to 0.62 while S_rel rises from 0.446 to 0.934", "M, linear figure",
        found, "–", "–", "confirmed" if close else "contradicted",
        f"published convention, both ends of the λ range: {'within' if close else 'off by more than'} 1 %",
    )  # fmt: skip


def _parity_range(parity: SharpnessTable) -> Claim:
    fitted = parity.fitted
    if not len(fitted):
        return Claim(
            "Parity: G from about 0.6 to 12, S_rel from about 2.25 to 0.3", "M, parity figure",
            "–", "–", "no run fitted", "not decided", "no run could be fitted",
        )  # fmt: skip
    gap, sharp = fitted["relative_gap"], fitted["relative_sharpness"]
    inside = bool(gap.min() > 0.3 and gap.max() < 24 and sharp.min() > 0.15 and sharp.max() < 4.5)
    found = (
        f"G from {gap.min():.2f} to {gap.max():.1f}, S_rel from {sharp.max():.2f} to {sharp.min():.2f}, "
        f"{len(fitted)} fitted of {len(parity)} run"
    )
    return Claim(
        "Parity: G from about 0.6 to 12, S_rel from about 2.25 to 0.3", "M, parity figure, read off",
        "–", "–", found, "confirmed" if inside else "contradicted",
        f"the extremes are {'within' if inside else 'not within'} a factor of two of the published ones",
    )  # fmt: skip


def _rises_above_one(published: SharpnessTable, forbidden: SharpnessTable) -> Claim:
    rising = len(forbidden.fitted)
    return Claim(
        "Linear model at λ > 1: the generalization accuracy jumps", "M, linear figure",
        f"late-time form without plateau: {len(published.fitted)} of {len(published)} jump; "
        f"exact expectation: {rising} of {len(forbidden)}",
        "the null space of the data is never learned", "–",
        "contradicted" if rising == 0 else "in part",
        "for λ > 1 the loss stays above its plateau 1 − 1/λ; the figure is meaningful as its mirror at λ < 1",
    )  # fmt: skip
