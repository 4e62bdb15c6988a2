"""Structure and accuracy: which comes first, what the one predicts of the other, and the circle."""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from numerics import Share, estimate_share, rank_correlation
from report.arrivals import LEARNED, able, column, structure_lead
from report.claim import Claim
from report.criteria import Criterion, verdict_of
from report.setting import Setting

__all__ = ["structure_claims"]

_TOY = "representation"


def structure_claims(settings: Mapping[str, Setting]) -> tuple[Claim, ...]:
    """The claims on the representation.

    >>> len(structure_claims({}))
    3
    """
    toy = settings.get(_TOY)
    return _comes_first(toy), _predicted(toy), _circle(toy)


def _comes_first(toy: Setting | None) -> Claim:
    """Among the runs whose training set determines enough for a test accuracy of 0.9."""
    sentence, source = "Generalization comes with the structure of the representation", "U, section 3.1"
    if toy is None or not {"steps_to_rqi", "steps_to_gen"} <= set(toy.table.columns):
        return Claim.not_judged(sentence, source, _TOY)
    lead, chosen = structure_lead(toy.table), able(toy.table)
    first, second = (
        np.nan_to_num(column(toy.table, name)[chosen], nan=np.inf) for name in ("steps_to_rqi", "steps_to_gen")
    )
    together = rank_correlation(first, second)
    both, either = np.isfinite(first) & np.isfinite(second), np.isfinite(first) | np.isfinite(second)
    share = estimate_share(int(both.sum()), int(either.sum())) if either.any() else None
    told = (
        f"RQI 0.95 before test 0.9 in {lead.ahead}, after it in {lead.behind}, with it in {lead.tied} runs, by "
        f"{_steps(lead.median)} [{_steps(lead.low)}, {_steps(lead.high)}] steps; ρ of the two times "
        f"{together.correlation:.2f} [{together.low:.2f}, {together.high:.2f}]"
        + (f"; both were seen in {share.count} of the {share.n} runs that saw one" if share else "")
    )
    criteria = (
        Criterion.positive("the two times rise together", together.low, together.high),
        _never_alone(share),
        Criterion("the structure leads", True if lead.low > 0 else False if lead.high < 0 else None),
    )
    return Claim(sentence, source, {_TOY: told}, *verdict_of(criteria))


def _never_alone(share: Share | None) -> Criterion:
    words = "mostly none comes without the other"
    return Criterion(words, None) if share is None else Criterion.above(words, 0.5, share.low, share.high)


def _predicted(toy: Setting | None) -> Claim:
    """|D̄|/|D₀| without D, which is known: the share of held-out pairs that the final representation predicts."""
    sentence, source = "The representation predicts the accuracy, |D̄|/|D₀|", "U, section 3.1"
    if toy is None or not {"predicted_gen_accuracy", "final_gen_accuracy"} <= set(toy.table.columns):
        return Claim.not_judged(sentence, source, _TOY)
    predicted, gen = column(toy.table, "predicted_gen_accuracy"), column(toy.table, "final_gen_accuracy")
    rank = rank_correlation(predicted, gen)
    difference = (gen - predicted)[np.isfinite(gen - predicted)]
    n = difference.size
    if n < 2:
        return Claim(sentence, source, {_TOY: f"{n} runs"}, "not decided", "too few runs")
    half = float(stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n))
    mean = float(difference.mean())
    more = estimate_share(int((difference > 1e-6).sum()), n)
    told = (
        f"ρ = {rank.correlation:.2f} [{rank.low:.2f}, {rank.high:.2f}]; found minus predicted {mean:+.3f} "
        f"[{mean - half:+.3f}, {mean + half:+.3f}] on held-out pairs; found more than predicted in {more.count} of {n}"
    )
    if "gen_ceiling" in toy.table.columns:
        beyond = int((gen > column(toy.table, "gen_ceiling") + 1e-6).sum())
        told += f", more than the training set determines in {beyond}"
    criteria = (
        Criterion.positive("they rise together", rank.low, rank.high),
        Criterion("right on average to 0.05", _within(mean, half, 0.05)),
        Criterion("found is at most predicted in nine of ten runs", _at_most(more.low, more.high, 0.1)),
    )
    return Claim(sentence, source, {_TOY: told}, *verdict_of(criteria))


def _circle(toy: Setting | None) -> Claim:
    sentence, source = "In modular addition generalization comes with a circle", "U, section 4.2"
    section = None if toy is None else toy.section("modular")
    if section is None or not section.rows:
        return Claim(sentence, source, {}, "not judged", "no run of modular addition is in this report")
    rows = section.rows
    gen, circle, fourier = (
        np.array([row[name] for row in rows], np.float64) for name in ("gen_accuracy", "circle", "fourier")
    )
    rank, order = rank_correlation(circle, gen), rank_correlation(fourier, gen)
    arrived = gen >= LEARNED
    told = (
        f"{int(arrived.sum())} of {len(rows)} runs generalize; quality of the circle {_mean(circle[arrived])} in them, "
        f"{_mean(circle[~arrived])} in the others, ρ with the accuracy {rank.correlation:.2f} [{rank.low:.2f}, "
        f"{rank.high:.2f}]; share of one frequency {_mean(fourier[arrived])} and {_mean(fourier[~arrived])}, ρ "
        f"{order.correlation:.2f} [{order.low:.2f}, {order.high:.2f}]"
    )
    shared = estimate_share(int((circle[arrived] >= 0.9).sum()), int(arrived.sum())) if arrived.any() else None
    words = "most runs that generalize have a circle"
    criteria = (
        Criterion.positive("circle and accuracy rise together", rank.low, rank.high),
        Criterion.positive("so do the share of one frequency and accuracy", order.low, order.high),
        Criterion(words, None) if shared is None else Criterion.above(words, 0.5, shared.low, shared.high),
    )
    return Claim(sentence, source, {_TOY: told}, *verdict_of(criteria))


def _within(mean: float, half: float, bound: float) -> bool | None:
    if abs(mean) + half <= bound:
        return True
    return False if abs(mean) - half > bound else None


def _at_most(low: float, high: float, bound: float) -> bool | None:
    return True if high <= bound else False if low > bound else None


def _mean(values: np.ndarray) -> str:
    return f"{values.mean():.2f}" if values.size else "–"


def _steps(time: float) -> str:
    return f"{time:.0f}" if np.isfinite(time) else {np.inf: "∞", -np.inf: "−∞"}.get(time, "–")
