"""Gap and sharpness where both losses fall as powers of the time, and inputs whose spectrum makes them do so."""

from sympy import Expr, Integer, gamma

from theory.annotations import Sympifiable
from theory.requirements import positive

__all__ = [
    "power_law_absolute_exponent",
    "power_law_gap",
    "power_law_loss",
    "power_law_losses",
    "power_law_sharpness",
]


def power_law_sharpness(gap: Sympifiable, beta_train: Sympifiable, beta_gen: Sympifiable) -> Expr:
    """S_rel = (β_gen/β_train)/(1 + G) of L_train ∝ t^{−β_train}, L_gen ∝ t^{−β_gen}, whatever the amplitudes.

    At the same threshold sharpness is as the rates β/t. The white student at λ = 1 has 3/2 and 1/2; with M9,
    dL_gen/ds = −L_train, it is β_train = β_gen + 1.

    Raises
    ------
    ValueError
        If an exponent is known not to be positive; so for every function here.

    Examples
    --------
    >>> from sympy import Rational, Symbol
    >>> power_law_sharpness(Symbol("G"), Rational(3, 2), Rational(1, 2))
    1/(3*(G + 1))
    """
    ratio = positive(beta_gen, "The exponent β_gen") / positive(beta_train, "The exponent β_train")
    return ratio / (1 + Integer(1) * gap)


def power_law_absolute_exponent(beta_train: Sympifiable, beta_gen: Sympifiable) -> Expr:
    """d ln S_abs/d ln(1 + G) = −β_train/(β_train − β_gen) along the threshold ε.

    Both jump times are powers of L*, t ∝ L*^{−1/β}, and S_abs ∝ 1/t_gen. With equal exponents the gap does not change
    along ε.

    >>> from sympy import Rational
    >>> power_law_absolute_exponent(Rational(3, 2), Rational(1, 2))
    -3/2
    """
    train, gen = positive(beta_train, "The exponent β_train"), positive(beta_gen, "The exponent β_gen")
    return -train / (train - gen)


def power_law_loss(s: Sympifiable, q: Sympifiable) -> Expr:
    """Population loss q Γ(1 + q) s^{−(1+q)} at late time, where the share τ^q of |D₀|² lies along eigenvalues below τ.

    Eigenvalues k^{−a} with shares ∝ k^{−b} have q = (b − 1)/a; the quantiles u^a of a spectrum with isotropic D₀ have
    q = 1/a.

    >>> power_law_loss(10, 1)
    1/100
    """
    s, q = positive(s, "The time s"), positive(q, "The exponent q")
    return q * gamma(1 + q) * s ** -(1 + q)


def power_law_losses(s: Sympifiable, lam: Sympifiable, q: Sympifiable) -> tuple[Expr, Expr]:
    """Late losses (training, generalization) at λ < 1: (1−λ) P((1−λ)s) and P((1−λ)s)/(1−λ), P the population loss.

    Where almost all eigenvalues are above those that are being learned, the sample's are (1 − λ)τ. The data show that
    much less of an error than it is, once for the samples' directions and once for the noise of the others.

    >>> from sympy import Rational
    >>> power_law_losses(10, Rational(1, 2), 1)
    (1/50, 2/25)
    """
    seen = 1 - positive(lam, "λ = d/N_train")
    if seen.is_extended_nonpositive:
        raise ValueError(f"With λ ≥ 1 not all directions are learned; λ must be below 1, got {lam}.")
    population = power_law_loss(seen * s, q)
    return seen * population, population / seen


def power_law_gap(lam: Sympifiable, q: Sympifiable) -> Expr:
    """G = (1−λ)^{−2/(1+q)} − 1 of these losses at any threshold; S_rel = 1/(1 + G) = (1−λ)^{2/(1+q)}.

    >>> from sympy import Rational
    >>> power_law_gap(Rational(1, 2), 1)
    1
    """
    lam, q = positive(lam, "λ = d/N_train"), positive(q, "The exponent q")
    return (1 - lam) ** (-2 / (1 + q)) - 1
