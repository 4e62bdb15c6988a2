"""Noise on the training labels: what the student learns that the teacher never said."""

from typing import Any

from sympy import Expr, Max, Piecewise, besseli, exp, oo, sqrt, sympify

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marcum import MarcumQ1

__all__ = [
    "cumulative_loss",
    "label_noise_clean_training_loss",
    "label_noise_generalization_loss",
    "label_noise_plateaus",
    "label_noise_training_loss",
    "stopping_balance",
]


def cumulative_loss(s: Any, lam: Any) -> Expr:
    """F(s) = ∫₀ˢ L_gen du = E (1 − e^{−νs})/ν, in closed form for every λ > 0.

    s L_gen + [e^{−(1+λ)s} I₀(z) + λ − (1+λ) Q₁(√(2λs), √(2s))]/(λ(1−λ)), z = 2√λ s; at λ = 1 it is
    2s L_gen + (e^{−2s} I₀(2s) − 1)/2. For λ < 1 it ends at E 1/ν = 1/(1−λ).

    Raises
    ------
    ValueError
        If λ is known to be negative.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory.symbols import lam, s
    >>> cumulative_loss(s, 1).diff(s).equals(GeneralizationLoss(s, 1))
    True
    >>> cumulative_loss(200, Rational(1, 4)).evalf(15)
    1.33333333333333
    """
    s, lam = sympify(s), sympify(lam)
    z = 2 * sqrt(lam) * s
    gen = GeneralizationLoss(s, lam)
    if lam == 1:
        return 2 * s * gen + (exp(-2 * s) * besseli(0, z) - 1) / 2
    marcum = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
    return s * gen + (exp(-(1 + lam) * s) * besseli(0, z) + lam - (1 + lam) * marcum) / (lam * (1 - lam))


def label_noise_generalization_loss(s: Any, lam: Any, variance: Any) -> Expr:
    """Generalization loss L_gen(s) + σ²λ E (1 − e^{−νs/2})²/ν, against clean labels; the average is 2F(s/2) − F(s).

    Labels Tᵀx + ξ with independent ξ of variance σ², in units of E|S₀ − T|². Gradient flow dD/dt = −2η₀(ΣD − Xᵀξ/N)
    from D₀ adds (1 − e^{−2η₀Σt}) Σ⁺ Xᵀξ/N to the error D = S − T, whose mean square is σ²/N tr (1 − e^{−2η₀Σt})²Σ⁺.
    F is `cumulative_loss`. Against fresh noisy labels add σ².

    Raises
    ------
    ValueError
        If λ or σ² is known to be negative.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory.symbols import lam, s
    >>> label_noise_generalization_loss(s, lam, 0) == GeneralizationLoss(s, lam)
    True
    >>> label_noise_generalization_loss(400, Rational(1, 4), 3).evalf(15)  # σ²λ/(1 − λ)
    1.00000000000000
    """
    s, lam, variance = sympify(s), sympify(lam), _variance(variance)
    noise = 2 * cumulative_loss(s / 2, lam) - cumulative_loss(s, lam)
    return GeneralizationLoss(s, lam) + variance * lam * noise


def label_noise_training_loss(s: Any, lam: Any, variance: Any) -> Expr:
    """Training loss L_train(s) + σ²[1 − λ(1 − L_gen(s))], against the noisy labels that are descended on.

    The noise part is σ²/N tr e^{−Ks} of the N × N matrix K = XXᵀ/N, which shares its non-zero eigenvalues with Σ. It
    starts at σ² and ends at σ²(1 − λ)⁺: with more inputs than samples the noise is learned by heart.

    Raises
    ------
    ValueError
        If λ or σ² is known to be negative.

    Examples
    --------
    >>> from sympy import Rational, oo
    >>> [label_noise_training_loss(time, Rational(1, 4), 2) for time in (0, oo)]
    [3, 3/2]
    >>> label_noise_training_loss(oo, 4, 2)
    0
    """
    s, lam, variance = sympify(s), sympify(lam), _variance(variance)
    return TrainingLoss(s, lam) + variance * (1 - lam * (1 - GeneralizationLoss(s, lam)))


def label_noise_clean_training_loss(s: Any, lam: Any, variance: Any) -> Expr:
    """Training loss L_train(s) + σ²λ[1 − 2L_gen(s/2) + L_gen(s)], against the clean labels of the training inputs.

    The average of ν(1 − e^{−νs/2})²/ν: how far the student is from the teacher on the inputs it was trained on.

    Raises
    ------
    ValueError
        If λ or σ² is known to be negative.

    Examples
    --------
    >>> from sympy import Rational, oo
    >>> [label_noise_clean_training_loss(oo, lam, 1) for lam in (Rational(1, 4), 4)]  # σ² min(λ, 1)
    [1/4, 1]
    """
    s, lam, variance = sympify(s), sympify(lam), _variance(variance)
    noise = 1 - 2 * GeneralizationLoss(s / 2, lam) + GeneralizationLoss(s, lam)
    return TrainingLoss(s, lam) + variance * lam * noise


def label_noise_plateaus(lam: Any, variance: Any) -> tuple[Expr, Expr]:
    """Plateaus for s → ∞: training against noisy labels σ²(1−λ)⁺, generalization (1−1/λ)⁺ + σ² min(λ,1)/|1−λ|.

    At λ = 1 the generalization loss grows without end, as 2(√2 − 1)σ²√(s/π): the peak of double descent.

    Raises
    ------
    ValueError
        If σ² is known to be negative.

    Examples
    --------
    >>> from sympy import Rational
    >>> label_noise_plateaus(Rational(1, 4), 3), label_noise_plateaus(4, 3), label_noise_plateaus(1, 3)
    ((9/4, 1), (0, 7/4), (0, oo))
    """
    lam, variance = sympify(lam), _variance(variance)
    noise = Piecewise((lam / (1 - lam), lam < 1), (1 / (lam - 1), lam > 1), (oo, True))
    return variance * Max(0, 1 - lam), Max(0, 1 - 1 / lam) + variance * noise


def stopping_balance(s: Any, lam: Any, variance: Any) -> Expr:
    """Minus the slope of the generalization loss, L_train(s) − σ²λ[L_gen(s/2) − L_gen(s)]: zero where to stop.

    Examples
    --------
    >>> from theory.symbols import lam, s
    >>> loss = label_noise_generalization_loss(s, 1, 2)
    >>> (loss.diff(s) + stopping_balance(s, 1, 2)).subs(s, 3).evalf(15, chop=True)
    0
    """
    s, lam, variance = sympify(s), sympify(lam), _variance(variance)
    excess = GeneralizationLoss(s / 2, lam) - GeneralizationLoss(s, lam)
    return TrainingLoss(s, lam) - variance * lam * excess


def _variance(variance: Any) -> Expr:
    variance = sympify(variance)
    if variance.is_extended_negative:
        raise ValueError(f"The noise variance σ² must not be negative, got {variance}.")
    return variance
