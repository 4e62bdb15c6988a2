"""Jump times and sharpness of the linear model with little weight decay, λ < 1, up to the decay that forbids the jump.

With C t^{−3/2} e^{−κt} the late-time loss without decay, δ = 2η₀γ/κ and P the plateau,

    L(t) = C t^{−3/2} e^{−(κ+2η₀γ)t} + δ C (t/2)^{−3/2} e^{−κt/2} + P.

The middle term is the student's pull towards 0 against what it still lacks; it falls half as fast. With h the half of
it over the root of the first, L = (√L₀ + h)² − h² + P: what the fast term is at a threshold has a closed form.
"""

from sympy import Expr, Rational, sqrt

from theory.annotations import Sympifiable
from theory.linear.jumps.jump_times import jump_time, late_logarithmic_slope
from theory.requirements import not_negative, positive
from theory.threshold_accuracy import threshold_loss

__all__ = ["critical_weight_decay", "decayed_jump_time", "decayed_logarithmic_slope", "fast_loss"]

_HALF = Rational(1, 2)


def critical_weight_decay(lam: Sympifiable, epsilon: Sympifiable, level: Sympifiable = _HALF) -> tuple[Expr, Expr]:
    """The weight decays (training, generalization) from which on the accuracy stays below `level`, λ < 1.

    The plateaus γ²/(8(1−λ)) and γ²/(8(1−λ)³) are at the threshold L* there: √(8(1−λ)L*) and √(8(1−λ)³L*), for
    L* ≪ 1 − λ. Between the two, their ratio is 1 − λ, a student fits its data and never generalizes.

    Raises
    ------
    ValueError
        If λ is known not to lie between 0 and 1, or ε or the level are out of range.

    Examples
    --------
    >>> train, gen = critical_weight_decay(Rational(9, 10), Rational(1, 10**10))
    >>> train.evalf(4), gen.evalf(4)
    (1.326e-5, 1.326e-6)
    """
    lam, target = positive(lam, "λ = d/N_train"), threshold_loss(epsilon, level)
    if (1 - lam).is_extended_nonpositive:
        raise ValueError(f"With λ ≥ 1 weight decay leaves a plateau of its own kind; λ must be below 1, got {lam}.")
    return sqrt(8 * (1 - lam) * target), sqrt(8 * (1 - lam) ** 3 * target)


def fast_loss(level_loss: Sympifiable, plateau: Sympifiable, slow: Sympifiable) -> Expr:
    """F = (√(L* − P + h²) − h)², the fast term where the whole loss F + 2h√F + P is L*.

    >>> fast_loss(Rational(5, 2), Rational(1, 2), Rational(1, 2))
    1
    """
    slow = not_negative(slow, "The slow term h")
    return (sqrt(_above_plateau(level_loss, plateau) + slow**2) - slow) ** 2


def decayed_jump_time(
    amplitude: Sympifiable, rate: Sympifiable, level_loss: Sympifiable, shift: Sympifiable, plateau: Sympifiable
) -> Expr:
    """The t at which the loss with weight decay is L*: `jump_time` at the fast term's threshold, rate κ + 2η₀γ.

    h = √2 δ √C t^{−3/4} changes slowly, so it is taken at the time without decay and once more at the time that this
    gives; the loss there is L* up to a relative error of order γ³. With γ towards its critical value the time grows
    like (2/κ) ln(1/(L* − P)).

    Parameters
    ----------
    amplitude, rate
        C and κ of the loss without decay, of training or of generalization, see `theory.jump_time`.
    shift
        2η₀γ.
    plateau
        P < L*.

    Raises
    ------
    ValueError
        If a number is out of range; a plateau above L* is never left.

    Examples
    --------
    At λ = 9/10, ε = 1e−10, η₀ = 0.01 the generalization jump without decay and at nine tenths of the critical one:

    >>> from theory import decay_rate
    >>> from theory.linear.jumps.jump_times import late_amplitude
    >>> rate, target = decay_rate(0.9, 0.01), threshold_loss(1e-10).evalf()
    >>> amplitude = 0.04 * late_amplitude(0.9, 0.01).evalf() / rate
    >>> decays = 0, 0.9 * critical_weight_decay(0.9, 1e-10)[1].evalf()
    >>> [decayed_jump_time(amplitude, rate, target, 0.02 * c, 125 * c**2).evalf(5) for c in decays]
    [1.3397e+5, 1.6017e+5]
    """
    amplitude, rate = positive(amplitude, "The amplitude C"), positive(rate, "The rate κ")
    shift = not_negative(shift, "The shift 2η₀γ")
    found = jump_time(amplitude, rate, level_loss)
    for _ in range(2):
        slow = sqrt(2 * amplitude) * shift / rate * found ** Rational(-3, 4)
        found = jump_time(amplitude, rate + shift, fast_loss(level_loss, plateau, slow))
    return found


def decayed_logarithmic_slope(
    t: Sympifiable, rate: Sympifiable, level_loss: Sympifiable, plateau: Sympifiable, slow: Sympifiable
) -> Expr:
    """−d ln L/dt = [F (κ + 3/(2t)) + (L* − P − F)(κ/2 + 3/(2t))]/L* where the loss is L*, F the `fast_loss`.

    The ratio of two of these is S_rel, `threshold_slope` times that of generalization S_abs. It falls to 0 with L* − P,
    while the jump comes later only by the logarithm of that: along γ sharpness falls like e^{−κt/2}, exponentially in
    the gap.

    >>> decayed_logarithmic_slope(3, 2, 1, 0, 0)
    5/2
    """
    fast, left = fast_loss(level_loss, plateau, slow), _above_plateau(level_loss, plateau)
    rates = late_logarithmic_slope(t, rate), late_logarithmic_slope(t, positive(rate, "The rate κ") / 2)
    return (fast * rates[0] + (left - fast) * rates[1]) / positive(level_loss, "The loss L*")


def _above_plateau(level_loss: Sympifiable, plateau: Sympifiable) -> Expr:
    """L* − P, refused where it is known not to be positive."""
    level_loss, plateau = positive(level_loss, "The loss L*"), not_negative(plateau, "The plateau P")
    if (level_loss - plateau).is_extended_nonpositive:
        raise ValueError(f"The plateau must be below the loss L* to be reached, got {plateau} and {level_loss}.")
    return level_loss - plateau
