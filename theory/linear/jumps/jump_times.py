"""Jump times and sharpness of the linear model in closed form, through Lambert's W.

At late time both losses have the shape C t^{−3/2} e^{−κt}; L = L* is then solved by W. The time is in steps.
"""

from sympy import Expr, LambertW, Rational, pi, sqrt, sympify

from theory.accuracy import threshold_loss
from theory.annotations import Sympifiable

__all__ = [
    "decay_rate",
    "generalization_jump_time",
    "jump_time",
    "late_amplitude",
    "late_logarithmic_slope",
    "training_jump_time",
]

_HALF = Rational(1, 2)


def decay_rate(lam: Sympifiable, eta0: Sympifiable) -> Expr:
    """κ = 4η₀(1−√λ)², the rate per step of the slowest learned direction.

    >>> decay_rate(4, Rational(1, 8))
    1/2
    """
    return 4 * sympify(eta0) * (1 - sqrt(sympify(lam))) ** 2


def jump_time(amplitude: Sympifiable, rate: Sympifiable, level_loss: Sympifiable) -> Expr:
    """The t that solves C t^{−3/2} e^{−κt} = L*: t = (3/2κ)·W((2κ/3)(C/L*)^{2/3}).

    >>> from sympy import exp
    >>> t = jump_time(2, Rational(1, 3), Rational(1, 1000))
    >>> (2 * t ** Rational(-3, 2) * exp(-t / 3)).evalf(20)
    0.0010000000000000000000
    """
    amplitude, rate, level_loss = map(sympify, (amplitude, rate, level_loss))
    return 3 / (2 * rate) * LambertW(2 * rate / 3 * (amplitude / level_loss) ** Rational(2, 3))


def training_jump_time(lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """Step at which the training accuracy of the late-time form (M Eq. 10) reaches `level`.

    C = 1/(16√π λ^{3/4} η₀^{3/2}). Off the exact loss's jump time by 3/(16√λ s) over 3/2 + κt: at ε = 1e−10 by 1.3e−7
    at λ = 1.003, by 5e−6 at λ = 1.1.

    >>> training_jump_time(Rational(1003, 1000), Rational(1, 10**10), Rational(1, 100)).evalf(8)
    13293529.
    """
    lam, eta0 = sympify(lam), sympify(eta0)
    return jump_time(late_amplitude(lam, eta0), decay_rate(lam, eta0), threshold_loss(epsilon, level))


def generalization_jump_time(
    lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF
) -> Expr:
    """Step at which the decaying part of the generalization accuracy reaches `level`, about 1 % accurate.

    For κt ≫ 1 the decaying part is the training loss divided by (1−√λ)², so C → C/(1−√λ)².

    >>> generalization_jump_time(Rational(1003, 1000), Rational(1, 10**10), Rational(1, 100)).evalf(8)
    1.2113926e+8
    """
    lam, eta0 = sympify(lam), sympify(eta0)
    amplitude = late_amplitude(lam, eta0) / (1 - sqrt(lam)) ** 2
    return jump_time(amplitude, decay_rate(lam, eta0), threshold_loss(epsilon, level))


def late_logarithmic_slope(t: Sympifiable, rate: Sympifiable) -> Expr:
    """−d ln L/dt = κ + 3/(2t) of C t^{−3/2} e^{−κt}. At equal L the ratio of two of these is S_rel.

    >>> late_logarithmic_slope(3, 2)
    5/2
    """
    return sympify(rate) + 3 / (2 * sympify(t))


def late_amplitude(lam: Sympifiable, eta0: Sympifiable) -> Expr:
    """C = 1/(16√π λ^{3/4} η₀^{3/2}) of the late-time training loss C t^{−3/2} e^{−κt} (M Eq. 10).

    >>> late_amplitude(1, Rational(1, 4))
    1/(2*sqrt(pi))
    """
    lam, eta0 = sympify(lam), sympify(eta0)
    return 1 / (16 * sqrt(pi) * lam ** Rational(3, 4) * eta0 ** Rational(3, 2))
