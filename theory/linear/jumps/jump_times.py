"""Jump times and sharpness of the linear model in closed form, through Lambert's W.

At late time both losses have the shape C t^{−3/2} e^{−κt}; L = L* is then solved by W. The time is in steps.
"""

from sympy import Expr, LambertW, Rational, pi, sqrt

from theory.annotations import Sympifiable
from theory.requirements import not_negative, positive
from theory.threshold_accuracy import threshold_loss

__all__ = [
    "decay_rate",
    "generalization_jump_time",
    "jump_time",
    "late_amplitude",
    "late_generalization_jump",
    "late_logarithmic_slope",
    "training_jump_time",
]

_HALF = Rational(1, 2)
_RATIO, _RATE = "λ = d/N_train", "The rate η₀"


def decay_rate(lam: Sympifiable, eta0: Sympifiable) -> Expr:
    """κ = 4η₀(1−√λ)², the rate per step of the slowest learned direction.

    Raises
    ------
    ValueError
        If λ or η₀ is known not to be positive; so for every function here, of each of its parameters.

    Examples
    --------
    >>> decay_rate(4, Rational(1, 8))
    1/2
    """
    return 4 * positive(eta0, _RATE) * (1 - sqrt(positive(lam, _RATIO))) ** 2


def jump_time(amplitude: Sympifiable, rate: Sympifiable, level_loss: Sympifiable) -> Expr:
    """The t that solves C t^{−3/2} e^{−κt} = L*: t = (3/2κ)·W((2κ/3)(C/L*)^{2/3}), and (C/L*)^{2/3} at κ = 0.

    >>> from sympy import exp
    >>> t = jump_time(2, Rational(1, 3), Rational(1, 1000))
    >>> (2 * t ** Rational(-3, 2) * exp(-t / 3)).evalf(20)
    0.0010000000000000000000
    >>> jump_time(8, 0, 1)
    4
    """
    amplitude, rate = positive(amplitude, "The amplitude C"), not_negative(rate, "The rate κ")
    early = (amplitude / positive(level_loss, "The loss L*")) ** Rational(2, 3)
    return early if rate.is_zero else 3 / (2 * rate) * LambertW(2 * rate / 3 * early)


def training_jump_time(lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """Step at which the training accuracy of the late-time form (M Eq. 10) reaches `level`.

    C = 1/(16√π λ^{3/4} η₀^{3/2}). Off the exact loss's jump time by 3/(16√λ s) over 3/2 + κt: at ε = 1e−10 by 1.3e−7
    at λ = 1.003, by 5e−6 at λ = 1.1.

    >>> training_jump_time(Rational(1003, 1000), Rational(1, 10**10), Rational(1, 100)).evalf(8)
    13293529.
    """
    return jump_time(late_amplitude(lam, eta0), decay_rate(lam, eta0), threshold_loss(epsilon, level))


def generalization_jump_time(
    lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF
) -> Expr:
    """Step at which the decaying part of the generalization accuracy reaches `level`, about 1 % accurate.

    For κt ≫ 1 the decaying part is the training loss divided by (1−√λ)², so C → C/(1−√λ)². At λ = 1 it is
    1/√(πs), so that the step is 1/(4πη₀L*²); the form for κt ≫ 1 does not tend to it.

    >>> generalization_jump_time(Rational(1003, 1000), Rational(1, 10**10), Rational(1, 100)).evalf(8)
    1.2113926e+8
    """
    return late_generalization_jump(late_amplitude(lam, eta0), lam, eta0, threshold_loss(epsilon, level))


def late_generalization_jump(
    amplitude: Sympifiable, lam: Sympifiable, eta0: Sympifiable, level_loss: Sympifiable
) -> Expr:
    """Step at which ∫ 4η₀ C t^{−3/2} e^{−κt} dt, from that step on, has fallen to L*: for κt ≫ 1, or exact at λ = 1.

    >>> late_generalization_jump(late_amplitude(1, 1), 1, 1, Rational(1, 10))
    25/pi
    """
    amplitude, lam, eta0 = positive(amplitude, "The amplitude C"), positive(lam, _RATIO), positive(eta0, _RATE)
    if (lam - 1).is_zero:
        return (8 * eta0 * amplitude / positive(level_loss, "The loss L*")) ** 2
    return jump_time(amplitude / (1 - sqrt(lam)) ** 2, decay_rate(lam, eta0), level_loss)


def late_logarithmic_slope(t: Sympifiable, rate: Sympifiable) -> Expr:
    """−d ln L/dt = κ + 3/(2t) of C t^{−3/2} e^{−κt}. At equal L the ratio of two of these is S_rel.

    >>> late_logarithmic_slope(3, 2)
    5/2
    """
    return not_negative(rate, "The rate κ") + 3 / (2 * positive(t, "The time t"))


def late_amplitude(lam: Sympifiable, eta0: Sympifiable) -> Expr:
    """C = 1/(16√π λ^{3/4} η₀^{3/2}) of the late-time training loss C t^{−3/2} e^{−κt} (M Eq. 10).

    >>> late_amplitude(1, Rational(1, 4))
    1/(2*sqrt(pi))
    """
    lam, eta0 = positive(lam, _RATIO), positive(eta0, _RATE)
    return 1 / (16 * sqrt(pi) * lam ** Rational(3, 4) * eta0 ** Rational(3, 2))
