"""For which λ and d the jump times of the infinite-size theory hold at finite size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used

from numerics.annotations import ProgressOption
from numerics.descent.descent_sweep import descent_problem
from numerics.descent.replicas import Band, each_replica
from numerics.descent.sampled_modes import sample_modes
from numerics.descent.spectral_modes import SpectralModes, check_stable
from numerics.linear.flow import log_generalization_loss, log_training_loss, plateau
from numerics.progress import shown
from numerics.threshold_accuracy import threshold_loss
from theory import FiniteSize

__all__ = ["JumpTrust", "infinite_jump_times", "jump_trust", "mode_jump_times"]


@dataclass(frozen=True)
class JumpTrust:
    """Jump times at one (λ, d) against infinite size: the median of many data sets, a band, and the rule.

    Attributes
    ----------
    asked_lam, lam, d, replicas
        λ as asked for, realised λ = d/N, dimension, number of random data sets.
    jump_time_train, jump_time_gen
        Jump times of the infinite-size theory in steps, where the accuracy passes one half.
    train_ratio, gen_ratio
        Jump time of gradient descent divided by that: median over the data sets, and `_low`, `_high`, between
        which the share `level` of them lies.
    loss_ratio, loss_ratio_error
        Mean over data sets of the generalization loss at `jump_time_gen` divided by the infinite-size loss, averaged
        over D₀ exactly, and its standard error.
    size_needed
        The d from which theory trusts its loss at `jump_time_gen` to `tolerance` (`theory.FiniteSize.needed`).

    Examples
    --------
    >>> row = jump_trust([0.5], [200], replicas=5)[0]
    >>> row.lam, row.d, row.trusted, bool(row.gen_ratio_low < row.gen_ratio < row.gen_ratio_high)
    (0.5, 200, False, True)
    """

    asked_lam: float
    lam: float
    d: int
    replicas: int
    level: float
    jump_time_train: float
    jump_time_gen: float
    train_ratio: float
    train_ratio_low: float
    train_ratio_high: float
    gen_ratio: float
    gen_ratio_low: float
    gen_ratio_high: float
    loss_ratio: float
    loss_ratio_error: float
    tolerance: float
    size_needed: float

    def __repr__(self) -> str:
        return (
            f"JumpTrust: λ = {self.lam:.4g}, d = {self.d}, generalization jump at {self.gen_ratio:.3f} "
            f"[{self.gen_ratio_low:.3f}, {self.gen_ratio_high:.3f}] of the infinite-size time"
        )

    @property
    def trusted(self) -> bool:
        """Whether the rule trusts the infinite-size jump time here: d ≥ size_needed."""
        return self.d >= self.size_needed


def jump_trust(
    lam: Sequence[float] = (0.1, 0.3, 0.5, 0.7, 0.9),
    d: Sequence[int] = (30, 100, 300, 1000, 2000),
    *,
    replicas: int = 24,
    epsilon: float = 1e-10,
    eta: float = 0.01,
    tolerance: float = 0.1,
    level: float = 0.8,
    seed: int = 0,
    progress: ProgressOption = None,
) -> tuple[JumpTrust, ...]:
    """Jump times of gradient descent at finite d against the infinite-size theory, over a grid of λ < 1 and d.

    Only the size is finite: descent is the flow, and `eta` no more than the unit of time, s = 4ηt. Spectra come from
    the bidiagonal model, jump times from solving L = L*, the loss at accuracy one half, without a fitted curve. One row
    a (λ, d); the default grid takes some ten seconds.

    Raises
    ------
    ValueError
        For λ outside (0, 1), where the accuracy never jumps or never rises, fewer than two replicas, or d < 2.

    Examples
    --------
    >>> rows = jump_trust([0.3, 0.8], [1000], replicas=4)
    >>> [(row.trusted, round(row.jump_time_gen)) for row in rows]
    [(True, 2050), (False, 33111)]
    """
    ratios = [float(value) for value in lam]
    if not all(0 < value < 1 for value in ratios) or min(d) < 2 or replicas < 2:
        raise ValueError(
            f"Need 0 < λ < 1, d ≥ 2 and at least two replicas, got λ = {ratios}, d = {list(d)}, {replicas} replicas."
        )
    protocol = _Protocol(replicas, epsilon=epsilon, eta=eta, tolerance=tolerance, level=level, seed=seed)
    rows: list[JumpTrust] = []
    with shown(progress, "jump times at finite d", "row") as show:
        for ratio in ratios:
            for size in d:
                rows.append(_row(ratio, size, protocol))
                show(len(rows), len(ratios) * len(d))
    return tuple(rows)


def infinite_jump_times(lam: float, *, epsilon: float = 1e-10, eta: float = 0.01) -> tuple[float, float]:
    """Training and generalization jump time of the exact infinite-size losses, in steps of size η; inf for never.

    >>> [round(time) for time in infinite_jump_times(0.5)], infinite_jump_times(1.5)[1]
    ([4040, 4668], inf)
    """
    level = np.log(threshold_loss(epsilon))

    def crossing(log_loss: Callable[..., object]) -> float:
        def excess(log_s: float) -> float:
            return float(np.asarray(log_loss(np.exp(log_s), lam))) - level

        high = 0.0
        while excess(high) > 0:
            high += 1.0
        return float(np.exp(scipy.optimize.brentq(excess, high - 40.0, high, xtol=1e-13)) / (4 * eta))

    never = float(plateau(lam)) >= threshold_loss(epsilon)
    return crossing(log_training_loss), np.inf if never else crossing(log_generalization_loss)


def mode_jump_times(modes: SpectralModes, *, epsilon: float = 1e-10, eta: float = 0.01) -> tuple[float, float]:
    """Training and generalization jump time of one data set: real step numbers at which the accuracy is one half.

    Infinite where what is never learned is above the threshold.

    Raises
    ------
    ValueError
        If gradient descent diverges.

    Examples
    --------
    >>> mode = SpectralModes(np.array([0.5]), np.array([1.0]))
    >>> [round(time, 1) for time in mode_jump_times(mode, eta=0.01)]  # ν 0.99²ⁿ = L*, 0.99²ⁿ = L*
    [1071.9, 1106.3]
    """
    check_stable(modes.nu[-1], eta)
    level = np.log(threshold_loss(epsilon))
    moving = modes.nu > 0
    # Σ c_i ρ_i²ⁿ is convex in n in its logarithm and falls at least like its slowest mode: that bounds the jump.
    slowest = 2 * np.log(np.abs(1 - 2 * eta * modes.nu[moving])).max()
    times = []
    for which in ("log_train", "log_gen"):

        def excess(steps: float, which: str = which) -> float:
            return float(getattr(modes.descend([steps], eta=eta), which)[0]) - level

        start = excess(0.0)
        high = max(start, 0.0) / -slowest + 1.0
        if start <= 0:
            times.append(0.0)
        elif excess(high) > 0:
            times.append(np.inf)
        else:
            times.append(float(scipy.optimize.brentq(excess, 0.0, high, rtol=1e-10)))
    return times[0], times[1]


@dataclass(frozen=True)
class _Protocol:
    """What is the same for every (λ, d) of one call."""

    replicas: int
    epsilon: float
    eta: float
    tolerance: float
    level: float
    seed: int


def _row(ratio: float, d: int, protocol: _Protocol) -> JumpTrust:
    first = descent_problem(ratio, d, 0, seed=protocol.seed)
    expected = np.array(infinite_jump_times(first.lam, epsilon=protocol.epsilon, eta=protocol.eta))
    # Steps a million times smaller are the flow, so that nothing but the size differs from the theory.
    flow = 1e-6
    small = flow * protocol.eta
    found, losses = [], []
    for draw in each_replica(first, protocol.replicas):
        average = sample_modes(draw, weights="mean")
        # The whole spectrum is there, so that the start needs no leading block: it is Gaussian along each eigenvector.
        modes = SpectralModes(average.nu, draw.rng(1).standard_normal(d) ** 2 / d)
        found.append(mode_jump_times(modes, epsilon=protocol.epsilon, eta=small))
        losses.append(average.descend([expected[1] / flow], eta=small).gen / threshold_loss(protocol.epsilon))
    times = Band.of(flow * np.array(found) / expected, level=protocol.level)
    loss = Band.of(np.array(losses))
    return JumpTrust(
        asked_lam=ratio,
        lam=first.lam,
        d=d,
        replicas=protocol.replicas,
        level=protocol.level,
        jump_time_train=float(expected[0]),
        jump_time_gen=float(expected[1]),
        train_ratio=float(times.median[0]),
        train_ratio_low=float(times.low[0]),
        train_ratio_high=float(times.high[0]),
        gen_ratio=float(times.median[1]),
        gen_ratio_low=float(times.low[1]),
        gen_ratio_high=float(times.high[1]),
        loss_ratio=float(loss.mean[0]),
        loss_ratio_error=float(loss.standard_error[0]),
        tolerance=protocol.tolerance,
        size_needed=float(FiniteSize.needed(4 * protocol.eta * expected[1], first.lam, protocol.tolerance)),
    )
