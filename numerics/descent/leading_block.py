"""How many modes of the leading block a number of steps needs, a draw of as many, and the steps of a run."""

from collections.abc import Callable

import numpy as np

from numerics.annotations import Array
from numerics.descent.linear_data import LinearProblem
from numerics.descent.sampled_modes import sample_modes
from numerics.descent.spectral_modes import SpectralModes, checked_decay, checked_steps
from numerics.linear.flow import log_generalization_loss, log_training_loss

__all__ = ["block_size", "descent_steps", "leading_modes", "learned_modes", "learned_steps"]

_TOLERANCE = 1e-12  # of a loss
_EDGE = 9.0  # standard deviations beyond the edges of the infinite spectrum: e^{−81/2} have an eigenvalue out there
_LEARNED = 1e-3  # of ε: what is left to learn at the end of a run


def block_size(
    problem: LinearProblem, steps: float, *, eta: float, weight_decay: float = 0.0, tolerance: float = _TOLERANCE
) -> int:
    """Modes k for each direction with which the losses after n `steps` are right to `tolerance`·|D₀|²(1 − 2ην₋)^{2n}.

    In the angle of the spectrum, ν = (ν₊ + ν₋)/2 − cos φ (ν₊ − ν₋)/2, the power (1 − 2ην)^{2n} is a sum of cos jφ whose
    coefficients are, up to (1 − 2ην₋)^{2n}, the probabilities of a walk of 2n steps to end at j. Gauss quadrature
    with k nodes is exact for the first 2k of them, and the others are at most, by Bernstein's inequality,

        P(|J| ≥ 2k) ≤ 2 exp(−2k²/(x + 2k/3)),   x = 2ηn(ν₊ − ν₋)/(1 − 2ην₋).

    For the flow of large data x = 2√λ s with s = 4ηn, and k ≈ √(√λ s ln(2/tolerance)) whatever d:
    `theory.FiniteSize.block_size`. The edges here are such as hold at any size but for one draw in 10¹⁷ (Davidson and
    Szarek 2001). Numbers of steps that are not whole are those between.

    Examples
    --------
    >>> [block_size(LinearProblem(d, 2 * d), 1e4, eta=0.01) for d in (10**4, 10**9)]
    [101, 97]
    """
    return _size(_Reach(problem, steps, eta, checked_decay(weight_decay)).variance, np.log(1 / tolerance))


def leading_modes(problem: LinearProblem, steps: float, *, eta: float, weight_decay: float = 0.0) -> SpectralModes:
    """Draw as many modes of a data set as its losses up to `steps` steps need, to 1e-12 of each loss.

    How many follows from the bound of `block_size` and the losses themselves. The random numbers do not depend on
    `steps`: losses after fewer steps are the same.

    Raises
    ------
    ValueError
        If more modes are needed than `sample_modes` draws.

    Examples
    --------
    >>> problem = LinearProblem(d=10**9, n_train=2 * 10**9)
    >>> few, many = (leading_modes(problem, steps, eta=0.01) for steps in (100, 10**4))
    >>> few.nu.size < many.nu.size < 200, [modes.descend(100, eta=0.01).gen.round(7) for modes in (few, many)]
    (True, [array([0.1296216]), array([0.1296216])])
    """
    decay = checked_decay(weight_decay)
    reach = _Reach(problem, float(checked_steps(steps, eta)[0]), eta, decay)
    whole = min(problem.d, problem.n_train)
    # A guess that is seldom too low, of which the losses tell afterwards.
    lost = (2 + (decay > 0 or problem.noise_variance > 0)) * np.log1p(reach.variance)
    while True:
        size = _size(reach.variance, lost - np.log(_TOLERANCE))
        modes = sample_modes(problem, size=min(size, whole), with_teacher=decay > 0)
        if np.count_nonzero(modes.nu) >= whole:
            return modes
        seen = reach.lost(modes)
        if seen <= lost:
            return modes
        lost = 1.1 * seen


def learned_modes(problem: LinearProblem, *, eta: float, epsilon: float, weight_decay: float = 0.0) -> SpectralModes:
    """Draw as many modes of a data set as gradient descent needs until all is learned (`learned_steps`).

    >>> modes = learned_modes(LinearProblem(d=10**9, n_train=2 * 10**9), eta=0.01, epsilon=1e-10)
    >>> 100 < modes.nu.size < 300, round(learned_steps(modes, eta=0.01, epsilon=1e-10) / 10) * 10
    (True, 6760)
    """
    checked_steps(0, eta)
    s = 1.2 * _infinite_time(problem, checked_decay(weight_decay), epsilon)
    if s > 1e300 * min(eta, 1.0):
        raise ValueError(
            f"At a learning rate of η = {eta} the steps until all is learned are beyond counting: raise it."
        )
    while True:
        modes = leading_modes(problem, s / (4 * eta), eta=eta, weight_decay=weight_decay)
        needed = 4 * eta * learned_steps(modes, eta=eta, epsilon=epsilon, weight_decay=weight_decay)
        if needed <= s or np.count_nonzero(modes.nu) >= min(problem.d, problem.n_train):
            return modes
        s = 1.2 * needed


def learned_steps(modes: SpectralModes, *, eta: float, epsilon: float, weight_decay: float = 0.0) -> float:
    """Steps after which the error is within √(10⁻³ε) of where it ends, along all directions together.

    That is Σ |D₀ − D*|² e^{−4η(ν + γ/2)n} = 10⁻³ε over the directions that move. At finite size the end of a run is set
    by the sample, not by the edge (1 − √λ)² of the infinite spectrum.

    >>> round(learned_steps(SpectralModes(np.ones(1) / 2, np.ones(1) / 2), eta=0.01, epsilon=1e-7))  # ln(5·10⁹)/0.02
    1117
    """
    way = modes.way(weight_decay)

    def left(s: float) -> tuple[float, float]:
        exponents = np.log(way.weight) - way.nu * s
        largest = exponents.max()
        shares = np.exp(exponents - largest)
        total = shares.sum()
        return largest + np.log(total), shares @ way.nu / total

    return _time(left, epsilon) / (4 * eta) if way.weight.any() else 0.0


def descent_steps(modes: SpectralModes, *, eta: float, epsilon: float, points: int, weight_decay: float = 0.0) -> Array:
    """Equally spaced from 1 to `learned_steps`, where all is learned.

    >>> modes = SpectralModes(np.array([0.0, 0.5]), np.ones(2) / 2)
    >>> descent_steps(modes, eta=0.01, epsilon=1e-7, points=2).round().tolist()
    [1.0, 1117.0]
    """
    last = learned_steps(modes, eta=eta, epsilon=epsilon, weight_decay=weight_decay)
    return np.linspace(1.0, max(2.0, last), points)


class _Reach:
    """How far gradient descent spreads in `steps` steps, and how much of an error it leaves.

    `variance` is x of `block_size`, `fall` the logarithm of (1 − 2ην₋)^{2n}, or of the larger factor at the other edge.
    """

    def __init__(self, problem: LinearProblem, steps: float, eta: float, decay: float) -> None:
        root, beyond = np.sqrt(problem.lam), _EDGE / np.sqrt(problem.n_train)
        self.high = (1 + root + beyond) ** 2
        low = max(0.0, abs(1 - root) - beyond) ** 2
        middle = 1 - eta * (self.high + low + 2 * decay)
        outer = abs(middle) + eta * (self.high - low)
        self.variance = 2 * steps * eta * (self.high - low) / outer
        self.fall = 2 * steps * np.log1p(-2 * eta * (low + decay)) if middle >= 0 else 2 * steps * np.log(outer)
        self._problem, self._steps, self._eta, self._decay = problem, steps, eta, decay

    def lost(self, modes: SpectralModes) -> float:
        """By how much the logarithm of a loss is below what its quadrature error is in proportion to."""
        curves = modes.descend([0.0, self._steps], eta=self._eta, weight_decay=2 * self._decay)
        start = max(curves.log_train[0], curves.log_gen[0]) + np.log(self.high)
        # On the way to a plateau powers are summed over the steps, twice at most.
        summed = 2 * np.log1p(2 * self._eta * self._steps * self.high)
        known = curves.log_clean_train is not None, self._problem.d > self._problem.n_train, self._decay > 0
        noisy, wide, decaying = known
        losses = [
            (curves.log_train, decaying or (noisy and not wide)),
            (curves.log_gen, decaying or noisy or wide),
        ]
        if curves.log_clean_train is not None:
            losses.append((curves.log_clean_train, True))
        return max(start + (summed if ends else self.fall) - log_loss[1] for log_loss, ends in losses)


def _size(variance: float, wanted: float) -> int:
    """The smallest k of which Bernstein's bound is below e^{−wanted}/4, for the loss and for its quadrature."""
    wanted += np.log(4)
    return int(np.ceil((wanted / 3 + np.sqrt(wanted**2 / 9 + 2 * variance * wanted) + 1) / 2))


def _infinite_time(problem: LinearProblem, decay: float, epsilon: float) -> float:
    """The time s = 4ηn of `learned_steps` at infinite size, where all that is learned is the start."""
    size = (1 + problem.initial_scale**2) / 2
    lam = min(problem.lam, 1 / problem.lam)
    clock = max(problem.lam, 1.0)  # beyond λ = 1 what is learned is that of 1/λ, on a faster clock

    def left(s: float) -> tuple[float, float]:
        gen, train = (float(log_loss(clock * s, lam)) for log_loss in (log_generalization_loss, log_training_loss))
        return np.log(size / clock) + gen - decay * s, clock * np.exp(train - gen) + decay

    return _time(left, epsilon)


def _time(left: Callable[[float], tuple[float, float]], epsilon: float) -> float:
    """The time at which 10⁻³ε is left, of what falls like a sum of exponentials: its logarithm and minus its slope.

    The logarithm is convex, so that Newton's method comes from the left and never goes too far.
    """
    if not (np.isfinite(epsilon) and epsilon > 0):
        raise ValueError(f"The threshold ε must be positive and finite, got {epsilon}.")
    goal, s = np.log(_LEARNED * epsilon), 0.0
    while True:
        log_left, rate = left(s)
        step = (log_left - goal) / rate
        if step <= 1e-10 * s:
            return s
        s += step
