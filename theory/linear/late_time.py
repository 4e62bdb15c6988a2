"""The published late-time forms, as printed in the source, next to which the exact losses can be held."""

from sympy import Abs, Expr, Integer, Rational, binomial, erfc, exp, factorial, gamma, pi, sqrt, uppergamma

from theory.annotations import Sympifiable
from theory.requirements import not_negative, positive

__all__ = [
    "generalization_remainder",
    "published_generalization_loss",
    "published_training_loss",
    "training_remainder",
]


def published_training_loss(s: Sympifiable, lam: Sympifiable) -> Expr:
    """Late-time training loss e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) (M Eq. 10 in s = 4η₀t).

    >>> from theory import TrainingLoss
    >>> from theory.symbols import lam, s
    >>> published_training_loss(s, lam) == TrainingLoss(s, lam).late_time(1)
    True
    """
    s, lam = _time_and_ratio(s, lam)
    return exp(-((1 - sqrt(lam)) ** 2) * s) / (2 * sqrt(pi) * lam ** Rational(3, 4) * s ** Rational(3, 2))


def published_generalization_loss(s: Sympifiable, lam: Sympifiable) -> Expr:
    """Decaying part [e^{−x} − √(πx) erfc √x]/(√π λ^{3/4} √s), x = (1−√λ)²s: M Eq. 9 applied to Eq. 10.

    The plateau 1 − 1/λ of λ > 1 is missing, as in the source.

    >>> from theory.symbols import lam, s
    >>> published_generalization_loss(s, lam).diff(s).subs({s: 2, lam: 4}).evalf(20)
    -0.0047721723180363848257
    >>> published_training_loss(2, 4).evalf(20)
    0.0047721723180363848257
    """
    s, lam = _time_and_ratio(s, lam)
    x, root = (1 - sqrt(lam)) ** 2 * s, root_of_decay(s, lam)
    return (exp(-x) - sqrt(pi) * root * erfc(root)) / (sqrt(pi) * lam ** Rational(3, 4) * sqrt(s))


def _time_and_ratio(s: Sympifiable, lam: Sympifiable) -> tuple[Expr, Expr]:
    return not_negative(s, "The time s", finite=False), positive(lam, "λ = d/N_train")


def training_remainder(s: Sympifiable, lam: Sympifiable, n: int) -> Expr:
    """Bound on |L_train − its first n late-time terms|, valid at every s > 0.

    L_train = (8/π) e^{−(1−√λ)²s} ∫_0^1 √(q(1−q)) e^{−wq} dq, w = 4√λ s. The coefficients c_k of √(1−q) = Σ c_k q^k are
    negative for k ≥ 1 and add up to zero, so the rest of that series lies between −C_n q^n and 0, C_n = Σ_{k<n} c_k:

        (8/π) e^{−(1−√λ)²s} [C_n Γ(n+3/2) w^{−n−3/2} + Σ_{k<n} |c_k| Γ(k+3/2, w) w^{−k−3/2}] .

    Examples
    --------
    >>> from theory import TrainingLoss
    >>> loss, late = TrainingLoss(40, Rational(1, 2)), TrainingLoss(40, Rational(1, 2)).late_time(3)
    >>> bool(abs((loss - late).evalf(20)) < training_remainder(40, Rational(1, 2), 3).evalf(20))
    True
    """
    s, lam = _time_and_ratio(s, lam)
    w = 4 * sqrt(lam) * s
    total = _partial_sum(n) * gamma(n + Rational(3, 2)) * w ** -(n + Rational(3, 2))
    for k in range(n):
        power = k + Rational(3, 2)
        total += abs(_root_coefficient(k)) * uppergamma(power, w) * w**-power
    return 8 / pi * exp(-((1 - sqrt(lam)) ** 2) * s) * total


def generalization_remainder(s: Sympifiable, lam: Sympifiable, n: int) -> Expr:
    """Bound on |L_gen − its first n late-time terms|: `training_remainder` integrated from s to ∞.

    Examples
    --------
    >>> from theory import GeneralizationLoss
    >>> loss = GeneralizationLoss(40, Rational(1, 2))
    >>> bool(abs((loss - loss.late_time(3)).evalf(20)) < generalization_remainder(40, Rational(1, 2), 3).evalf(20))
    True
    """
    s, lam = _time_and_ratio(s, lam)
    w = 4 * sqrt(lam) * s
    total = _partial_sum(n) * gamma(n + Rational(3, 2)) * w ** -(n + Rational(1, 2)) / (n + Rational(1, 2))
    for k in range(n):
        power = k + Rational(3, 2)
        total += abs(_root_coefficient(k)) * uppergamma(power + 1, w) * w**-power
    return 8 / pi * exp(-((1 - sqrt(lam)) ** 2) * s) * total / (4 * sqrt(lam))


def _root_coefficient(k: int) -> Expr:
    """c_k of √(1−q) = Σ c_k q^k."""
    return (-1) ** k * binomial(Rational(1, 2), k)


def _partial_sum(n: int) -> Expr:
    if n < 1:
        raise ValueError(f"The expansion needs at least one term, got n = {n}.")
    return sum((_root_coefficient(k) for k in range(n)), Integer(0))


def root_of_decay(s: Expr, lam: Expr) -> Expr:
    """√x = |1 − √λ|√s, written |λ − 1|√s/(1 + √λ).

    SymPy turns erfc(y) into 2 − erfc(−y) whenever it can pull a sign out of y, which at large y leaves no digit;
    in this form there is no sign to pull out, and nothing cancels next to λ = 1.

    >>> from sympy import erfc, sympify
    >>> erfc(1000 * sqrt(2) - 1000), erfc(root_of_decay(10**6, sympify(2)))
    (2 - erfc(1000 - 1000*sqrt(2)), erfc(1000/(1 + sqrt(2))))
    """
    return Abs(lam - 1) * sqrt(s) / (1 + sqrt(lam))


def late_integral(k: int, s: Expr, lam: Expr) -> Expr:
    """∫_s^∞ e^{−κu} u^{−3/2−k} du, κ = (1−√λ)², by repeated integration by parts down to erfc."""
    kappa, root = (1 - sqrt(lam)) ** 2, root_of_decay(s, lam)
    value = 2 * (exp(-kappa * s) - sqrt(pi) * root * erfc(root)) / sqrt(s)
    for j in range(1, k + 1):
        power = Rational(1, 2) + j
        value = (exp(-kappa * s) * s ** (-power) - kappa * value) / power
    return value


def hankel_coefficient(k: int) -> Expr:
    """(−1)^k a_k of I₁(z) ~ e^z/√(2πz) Σ (−1)^k a_k/z^k, a_k = Π_{j=1}^{k} (4 − (2j−1)²)/(k! 8^k)."""
    product = Integer(1)
    for j in range(1, k + 1):
        product *= 4 - (2 * j - 1) ** 2
    return (-1) ** k * product / (factorial(k) * 8**k)
