"""Weight decay: the losses, and the plateaus on which they end."""

from typing import Any

from sympy import Dummy, Expr, Integer, Piecewise, Rational, exp, sqrt, sympify

from theory.linear.marchenko_pastur import MarchenkoPastur

__all__ = [
    "printed_plateaus",
    "small_decay_plateaus",
    "weight_decay_generalization_loss",
    "weight_decay_generalization_plateau",
    "weight_decay_training_loss",
    "weight_decay_training_plateau",
]


def weight_decay_training_loss(s: Any, lam: Any, gamma: Any) -> Expr:
    """Training loss ½ E ν[e^{−(ν+c)s} + ((ν e^{−(ν+c)s/2} + c)/(ν+c))²], c = γ/2, as an integral (L).

    Gradient flow of the loss plus (γ/2)|S|²: along an eigenvector dS/dt = −2η₀[ν(S − T) + cS], so that with
    x = e^{−(ν+c)s/2} the error is D = xS₀ − T(νx + c)/(ν + c), S₀ and T independent with E|S₀|² = E|T|² = ½.
    The penalty itself is not part of the loss.

    Raises
    ------
    ValueError
        If γ is known to be negative or λ not to be positive.

    Examples
    --------
    >>> from theory import TrainingLoss
    >>> half = Rational(1, 2)
    >>> weight_decay_training_loss(2, half, 0).evalf(15), TrainingLoss(2, half).evalf(15)
    (0.119231719243149, 0.119231719243149)
    """
    return _loss(s, lam, gamma, training=True)


def weight_decay_generalization_loss(s: Any, lam: Any, gamma: Any) -> Expr:
    """Generalization loss ½ E [e^{−(ν+c)s} + ((ν e^{−(ν+c)s/2} + c)/(ν+c))²], c = γ/2, as an integral (L).

    For λ > 1 the directions that no sample touches add (1 − 1/λ)(1 + e^{−cs})/2: the student forgets its start there.

    Raises
    ------
    ValueError
        If γ is known to be negative or λ not to be positive.

    Examples
    --------
    >>> from theory import GeneralizationLoss
    >>> weight_decay_generalization_loss(2, 2, 0).evalf(15), GeneralizationLoss(2, 2).evalf(15)
    (0.565156683079914, 0.565156683079914)
    """
    return _loss(s, lam, gamma, training=False)


def weight_decay_training_plateau(lam: Any, gamma: Any) -> Expr:
    """Training loss at s → ∞, ½c² E ν/(ν+c)² = ½c²[m − c m′] at z = −c, c = γ/2, m the Stieltjes transform.

    Raises
    ------
    ValueError
        If γ is known not to be positive or λ not to be positive.

    Examples
    --------
    >>> weight_decay_training_plateau(Rational(1, 2), Rational(1, 100)).evalf(10)
    2.404290689e-5
    """
    m, slope, c = _transforms(lam, gamma)
    return c**2 / 2 * (m - c * slope)


def weight_decay_generalization_plateau(lam: Any, gamma: Any) -> Expr:
    """Generalization loss at s → ∞, ½c² E 1/(ν+c)² = ½c² m′(−c), c = γ/2, m′ = m(1 + λm)/√((ν₋+c)(ν₊+c)).

    Raises
    ------
    ValueError
        If γ is known not to be positive or λ not to be positive.

    Examples
    --------
    >>> weight_decay_generalization_plateau(Rational(1, 2), Rational(1, 100)).evalf(10)
    9.431293366e-5
    """
    _, slope, c = _transforms(lam, gamma)
    return c**2 / 2 * slope


def small_decay_plateaus(lam: Any, gamma: Any) -> tuple[Expr, Expr]:
    """Leading plateaus (training, generalization) for γ → 0, on either side of λ = 1.

    λ < 1: γ²/(8(1−λ)) and γ²/(8(1−λ)³), half of what L prints. λ > 1: γ²/(8λ(λ−1)) and (1 − 1/λ)/2, which is half
    of the plateau without weight decay. λ = 1: (γ/2)^{3/2}/4 and (γ/2)^{1/2}/4.

    Examples
    --------
    >>> from sympy import Symbol
    >>> gamma = Symbol("gamma", positive=True)
    >>> small_decay_plateaus(Rational(1, 2), gamma)
    (gamma**2/4, gamma**2)
    >>> small_decay_plateaus(4, gamma)
    (gamma**2/96, 3/8)
    """
    lam, gamma = sympify(lam), sympify(gamma)
    c = gamma / 2
    train = Piecewise(
        (gamma**2 / (8 * (1 - lam)), lam < 1),
        (gamma**2 / (8 * lam * (lam - 1)), lam > 1),
        (c ** Rational(3, 2) / 4, True),
    )
    gen = Piecewise((gamma**2 / (8 * (1 - lam) ** 3), lam < 1), ((1 - 1 / lam) / 2, lam > 1), (sqrt(c) / 4, True))
    return train, gen


def printed_plateaus(lam: Any, gamma: Any) -> tuple[Expr, Expr]:
    """The plateaus as L prints them for λ < 1, γ ≪ 1, γ²/(4(1−λ)) and γ²/(4(1−λ)³): twice too large.

    Examples
    --------
    >>> from theory.symbols import lam
    >>> train, gen = printed_plateaus(Rational(1, 2), Rational(1, 10**4))
    >>> gen / weight_decay_generalization_plateau(Rational(1, 2), Rational(1, 10**4)).evalf(5)
    2.0012
    """
    lam, gamma = sympify(lam), sympify(gamma)
    return gamma**2 / (4 * (1 - lam)), gamma**2 / (4 * (1 - lam) ** 3)


def _loss(s: Any, lam: Any, gamma: Any, *, training: bool) -> Expr:
    s, gamma = sympify(s), sympify(gamma)
    if gamma.is_extended_negative:
        raise ValueError(f"The weight decay γ must not be negative, got {gamma}.")
    nu, c = Dummy("nu", positive=True), gamma / 2
    if c.is_zero:  # otherwise the atom would divide zero by zero
        error = exp(-nu * s)
    else:
        error = (exp(-(nu + c) * s) + ((nu * exp(-(nu + c) * s / 2) + c) / (nu + c)) ** 2) / 2
    return MarchenkoPastur(lam).expectation((nu if training else Integer(1)) * error, nu)


def _transforms(lam: Any, gamma: Any) -> tuple[Expr, Expr, Expr]:
    """E 1/(ν+c), E 1/(ν+c)² and c = γ/2."""
    law, gamma = MarchenkoPastur(lam), sympify(gamma)
    if gamma.is_extended_nonpositive:
        raise ValueError(f"The weight decay γ must be positive for a plateau of its own, got {gamma}.")
    c, (low, high) = gamma / 2, law.support
    m = law.stieltjes(-c)
    return m, m * (1 + law.lam * m) / (sqrt(low + c) * sqrt(high + c)), c
