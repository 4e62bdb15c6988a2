"""Sharpness as a function of the gap, S(G), in the linear model: the question that M leaves open.

Everything follows from where the two losses cross the threshold. In units of the slowest decay, x = (1−√λ)²s, the
training loss is ∝ x^{−3/2} e^{−x} and the decaying part of the generalization loss ∝ x^{−1/2} g(x) with
g(x) = e^{−x} − √(πx) erfc √x. A sharpness here is that of the tangent at the crossing, √π dA/dt, which for an erf
is the erf's own.
"""

from sympy import Expr, LambertW, Rational, erfc, exp, pi, sqrt

from theory.annotations import Sympifiable
from theory.requirements import not_negative, positive

__all__ = [
    "absolute_law_exponent",
    "decay_profile",
    "law_exponent",
    "law_gap",
    "law_relative_sharpness",
    "limiting_law",
    "rate_ratio",
    "slowest_decay",
    "threshold_balance",
    "threshold_gen_time",
]


_TRAIN, _GEN, _LEVEL = "The time x_train", "The time x_gen", "The level ℓ"


def decay_profile(x: Sympifiable) -> Expr:
    """g(x) = e^{−x} − √(πx) erfc √x, the integral ½√x ∫_x^∞ u^{−3/2} e^{−u} du; 1 at x = 0, e^{−x}/(2x) at large x.

    Raises
    ------
    ValueError
        If x is known to be negative. Times, levels and spans of the functions below must be positive, gaps not negative.

    Examples
    --------
    >>> from sympy import Symbol
    >>> x = Symbol("x", positive=True)
    >>> (x ** Rational(-1, 2) * decay_profile(x)).diff(x).simplify()
    -exp(-x)/(2*x**(3/2))
    """
    x = not_negative(x, "The time x")
    return exp(-x) - sqrt(pi) * sqrt(x) * erfc(sqrt(x))


def rate_ratio(x: Sympifiable) -> Expr:
    """R(x) = e^{−x}/(2x g(x)): the generalization loss's logarithmic rate of fall in units of the slowest decay.

    R → 1/(2x) for x → 0 (power law) and R → 1 + 3/(2x) for x → ∞ (exponential).

    Examples
    --------
    >>> from sympy import limit, Symbol
    >>> x = Symbol("x", positive=True)
    >>> limit(x * rate_ratio(x), x, 0)
    1/2
    """
    x = positive(x, "The time x")
    return exp(-x) / (2 * x * decay_profile(x))


def law_gap(x_train: Sympifiable, x_gen: Sympifiable) -> Expr:
    """G = x_gen/x_train − 1, times of the two jumps in units of the slowest decay.

    Examples
    --------
    >>> law_gap(2, 5)
    3/2
    """
    return not_negative(x_gen, _GEN) / positive(x_train, _TRAIN) - 1


def law_relative_sharpness(x_train: Sympifiable, x_gen: Sympifiable) -> Expr:
    """S_rel = R(x_gen)/(1 + 3/(2x_train)), the ratio of the tangents' sharpness at the two jumps.

    With `law_gap` this is S(G) in parametric form; the two parameters are tied by `threshold_balance`. Neither ε nor η₀
    nor λ enters otherwise.

    Examples
    --------
    >>> law_relative_sharpness(50, 100).evalf(5)  # deep in the exponential regime both jumps are equally sharp
    0.98530
    >>> x = Rational(1, 10**6)
    >>> (law_relative_sharpness(x, 4 * x) * 3 * 4).evalf(4)  # power laws: S_rel = 1/(3(1+G)), G = 3
    1.004
    """
    return rate_ratio(x_gen) / (1 + 3 / (2 * positive(x_train, _TRAIN)))


def slowest_decay(x_train: Sympifiable, level: Sympifiable) -> Expr:
    """(1−√λ)² at which the training jump comes at x_train: ℓ x_train e^{2x_train/3}, level ℓ = (L*/c)^{2/3}.

    L* is the threshold loss and c = 1/(2√π λ^{3/4}), which next to λ = 1 is a constant: a fixed ε is a fixed ℓ, and
    x_train then walks along S(G) as λ varies.

    Examples
    --------
    >>> from theory import threshold_loss
    >>> level = (threshold_loss(Rational(1, 10**10)) * 2 * sqrt(pi)) ** Rational(2, 3)
    >>> slowest_decay(Rational(119, 100), level).evalf(3)  # M's λ = 1.003 has (1−√λ)² = 2.25e-6
    2.23e-6
    """
    x_train = positive(x_train, _TRAIN)
    return positive(level, _LEVEL) * x_train * exp(2 * x_train / 3)


def threshold_balance(x_train: Sympifiable, x_gen: Sympifiable, level: Sympifiable) -> Expr:
    """Zero where both losses equal the same threshold: 2x_gen^{−1/2} g(x_gen) − ℓ x_train^{−1/2} e^{−x_train/3}.

    Examples
    --------
    >>> level = Rational(1, 10**6)
    >>> x_gen = threshold_gen_time(1, level)  # approximate, so the balance is not quite zero
    >>> (threshold_balance(1, x_gen, level) / (level * exp(-Rational(1, 3)))).evalf(2)
    -0.12
    """
    x_train, x_gen = positive(x_train, _TRAIN), positive(x_gen, _GEN)
    gen = 2 * x_gen ** Rational(-1, 2) * decay_profile(x_gen)
    return gen - positive(level, _LEVEL) * x_train ** Rational(-1, 2) * exp(-x_train / 3)


def threshold_gen_time(x_train: Sympifiable, level: Sympifiable) -> Expr:
    """x_gen in closed form for x_gen ≫ 1: (3/2) W((2/3) x_train^{1/3} e^{2x_train/9} ℓ^{−2/3}).

    There 2x^{−1/2} g(x) → x^{−3/2} e^{−x}, which Lambert's W inverts. Within a few per cent for x_gen > 5;
    `threshold_balance` decides exactly.

    Examples
    --------
    >>> threshold_gen_time(1, Rational(1, 10**6)).evalf(5)
    10.607
    """
    x_train, level = positive(x_train, _TRAIN), positive(level, _LEVEL)
    inside = Rational(2, 3) * x_train ** Rational(1, 3) * exp(2 * x_train / 9) * level ** Rational(-2, 3)
    return Rational(3, 2) * LambertW(inside)


def law_exponent(x_train: Sympifiable, x_gen: Sympifiable) -> Expr:
    """Local exponent d ln S_rel/d ln G along S(G) at fixed ε, in closed form.

    With T = 1 + 3/(2x_train) and R = R(x_gen): dx_gen/dx_train = T/(3R) and d ln R/dx = R − 1 − 3/(2x), so that

        G (d ln S/dx_train)/(dG/dx_train),  d ln S/dx_train = (R − 1 − 3/(2x_gen)) T/(3R) + 3/(2x_train² T).

    It runs from 0 (both jumps exponential) to −(3/2) G/(1+G) (both power laws): no single power law holds.

    Examples
    --------
    >>> x = Rational(1, 10**8)
    >>> law_exponent(x, 1000 * x).evalf(3)  # λ → 1
    -1.50
    """
    x_train, x_gen = positive(x_train, _TRAIN), positive(x_gen, _GEN)
    train, gen = 1 + 3 / (2 * x_train), rate_ratio(x_gen)
    speed = train / (3 * gen)
    sharpness = (gen - 1 - 3 / (2 * x_gen)) * speed + 3 / (2 * x_train**2 * train)
    gap = speed / x_train - x_gen / x_train**2
    return law_gap(x_train, x_gen) * sharpness / gap


def absolute_law_exponent(x_train: Sympifiable, x_gen: Sympifiable) -> Expr:
    """Local exponent d ln S_abs/d ln G at fixed ε and η₀: S_abs is (1−√λ)² R(x_gen) up to a constant.

    With T, R as in `law_exponent`, G [1/x_train + 2/3 + (R − 1 − 3/(2x_gen)) T/(3R)]/(dG/dx_train). The slope falls
    exponentially with the gap only at a fixed x_train, like e^{−G x_train}; along a fixed ε it goes with this power.

    Examples
    --------
    >>> absolute_law_exponent(Rational(17, 5), 12).evalf(3)
    -2.66
    """
    x_train, x_gen = positive(x_train, _TRAIN), positive(x_gen, _GEN)
    train, gen = 1 + 3 / (2 * x_train), rate_ratio(x_gen)
    speed = train / (3 * gen)
    sharpness = 1 / x_train + Rational(2, 3) + (gen - 1 - 3 / (2 * x_gen)) * speed
    gap = speed / x_train - x_gen / x_train**2
    return law_gap(x_train, x_gen) * sharpness / gap


def limiting_law(gap: Sympifiable, span: Sympifiable) -> Expr:
    """S(G) for two exponential jumps, explicitly: [1 + 3G/(2Λ(1+G))]/[1 + 3G/(2Λ)], Λ = G x_train.

    Λ = −ln (1−√λ)² − (3/2) ln(1+G), the time between the jumps in units of the slowest decay, hardly moves with the
    gap: S falls from 1 because the training jump slides into the power-law regime and the other does not.

    Examples
    --------
    >>> from sympy import symbols
    >>> G, span = symbols("G Lambda", positive=True)
    >>> limiting_law(0, span), limiting_law(G, span).subs(G, 2).subs(span, 12)
    (1, 13/15)
    """
    gap, span = not_negative(gap, "The gap G"), positive(span, "The time Λ between the jumps")
    return (1 + 3 * gap / (2 * span * (1 + gap))) / (1 + 3 * gap / (2 * span))
