"""Losses of the linear student–teacher model as numbers: float64 arrays, logarithms, or any number of digits.

Two forms, by name. ``exact`` is the true expectation at infinite size. ``published`` is what the paper plots:
the late-time form of the training loss and its integral, the decaying part of the generalization loss without
the plateau 1 − 1/λ that exists for λ > 1.
"""

from typing import Any, Literal

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from theory import evaluation

__all__ = [
    "LossForm",
    "generalization_loss",
    "log_decaying_part",
    "log_generalization_loss",
    "log_training_loss",
    "plateau",
    "training_loss",
]

LossForm = Literal["exact", "published"]

_CHUNK = 1 << 14  # working arrays of this many points stay in the processor's cache


def training_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact", digits: int | None = None) -> Any:
    """Expected training loss at dimensionless time s = 4η₀t (M Eq. 8 averaged over the data).

    ``exact``: e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s. ``published``: e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) (M Eq. 10).

    Parameters
    ----------
    s, lam
        Time ≥ 0 and λ = d/N_train > 0, broadcast against each other.
    digits
        If given, ``s`` and ``lam`` are single numbers (strings, fractions and mpmath numbers keep all their
        digits; a float is taken as the binary number it is) and the result is an mpmath number with this many
        correct digits.

    Raises
    ------
    ValueError
        For λ ≤ 0, negative times, or an unknown form.

    Examples
    --------
    >>> training_loss([0.0, 2.0], 0.5)
    array([1.        , 0.11923172])
    >>> print(mpmath.nstr(training_loss(2, "0.5", digits=30), 30))
    0.119231719243148497889186661912
    """
    if digits is not None:
        return _precise(evaluation.training_loss_value, _precise_published_training, s, lam, form, digits)
    return np.exp(log_training_loss(s, lam, form=form))


def generalization_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact", digits: int | None = None) -> Any:
    """Expected generalization loss at dimensionless time s = 4η₀t.

    ``exact``: (1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ], evaluated as a plateau plus a sum
    of positive terms, so nothing cancels at any s or λ. ``published``: with x = (1−√λ)²s,
    [e^{−x} − √(πx) erfc(√x)]/(√π λ^{3/4} √s), M's Eq. 9 applied to Eq. 10.

    Parameters, errors: as for `training_loss`.

    Examples
    --------
    >>> generalization_loss([0.0, 2.0, 1e9], 4.0)  # ends on the plateau 1 − 1/λ
    array([1.        , 0.75288735, 0.75      ])
    >>> print(mpmath.nstr(generalization_loss("1e9", "1.003", digits=30), 30))
    0.00299102691924227318045862412762
    """
    if digits is not None:
        return _precise(evaluation.generalization_loss_value, _precise_published_gen, s, lam, form, digits)
    return np.exp(log_generalization_loss(s, lam, form=form))


def plateau(lam: ArrayLike) -> NDArray[np.float64]:
    """Generalization loss that is never learned: (1 − 1/λ)⁺, the weight of the spectrum's atom at zero.

    >>> plateau([0.5, 4.0])
    array([0.  , 0.75])
    """
    lam = _positive(lam)
    return np.maximum((lam - 1) / lam, 0.0)


def log_training_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> NDArray[np.float64]:
    """Natural logarithm of `training_loss`, finite where the loss itself underflows.

    >>> log_training_loss(1e9, 0.25)
    np.float64(-250000031.3106901)
    """
    s, lam, over = _arguments(s, lam)
    root, decay = _root_and_decay(s, lam)
    if _is_published(form):
        with np.errstate(divide="ignore"):
            return -decay - np.log(2 * np.sqrt(np.pi)) - 0.75 * np.log(lam) - 1.5 * np.log(s) - over
    z = 2 * root * s
    # For tiny z the ratio I₁(z)/z is 1/2 to all digits, and the division would be 0/0.
    with np.errstate(invalid="ignore"):
        return -decay + np.log(np.where(z > 1e-200, 2 * special.i1e(z) / np.where(z > 0, z, 1), np.exp(-z))) - over


def log_generalization_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> NDArray[np.float64]:
    """Natural logarithm of `generalization_loss`, finite where the loss itself underflows.

    >>> log_generalization_loss(1e9, 0.25)
    np.float64(-250000029.92439574)
    """
    decaying = log_decaying_part(s, lam, form=form)
    if _is_published(form):
        return decaying
    with np.errstate(divide="ignore"):
        return np.logaddexp(decaying, np.log(plateau(lam)))


def log_decaying_part(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> NDArray[np.float64]:
    """Natural logarithm of L_gen − (1 − 1/λ)⁺, the part of the generalization loss that is learned.

    For λ > 1 this is the loss of a student that starts in the span of the training inputs. It obeys
    D(s, λ) = D(λs, 1/λ)/λ, so the two sides of λ = 1 mirror each other.

    >>> bool(np.isclose(np.exp(log_decaying_part(3.0, 2.0)), np.exp(log_decaying_part(6.0, 0.5)) / 2, rtol=1e-15))
    True
    """
    s, lam, over = _arguments(s, lam)
    root, decay = _root_and_decay(s, lam)
    if _is_published(form):
        with np.errstate(divide="ignore"):
            scale = 0.5 * np.log(np.pi) + 0.75 * np.log(lam) + 0.5 * np.log(s)
            return -decay + np.log(erfc_deficit(decay)) - scale - over
    return -decay - np.log(root) + np.log(_angular_integral(s, lam, decay)) - over


def _angular_integral(
    s: NDArray[np.float64], lam: NDArray[np.float64], decay: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(1/π)∫ (1−q) q/(q+δ) e^{−2zq} dθ by the pole-corrected trapezoidal rule of `theory.evaluation`."""
    result = np.empty(s.shape)
    flat, s, lam, decay = result.reshape(-1), s.reshape(-1), lam.reshape(-1), decay.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        flat[part] = _angular_integral_chunk(s[part], lam[part], decay[part])
    return result


def _angular_integral_chunk(
    s: NDArray[np.float64], lam: NDArray[np.float64], decay: NDArray[np.float64]
) -> NDArray[np.float64]:
    root = np.sqrt(lam)
    z = 2 * root * s
    sinh_beta = np.abs(lam - 1) / (2 * root)
    beta = np.arcsinh(sinh_beta)
    delta = ((lam - 1) / (1 + root)) ** 2 / (4 * root)
    # With this count the shifted-contour bound (N−1) arsinh(N/z) − (√(z²+N²) − z) is at least 40: e^{−40} < 5e-18.
    points = np.ceil(np.sqrt(80 * z)) + 8
    last = (np.ceil(points / 2) - 1).max(initial=0)
    total = np.where(delta == 0, 0.5, 0.0)
    for k in range(1, int(last) + 1):
        inside = 2 * k < points
        q = np.sin(np.pi * k / points) ** 2
        term = np.where(inside, (1 - q) * (q / (q + delta)) * np.exp(-2 * z * q), 0.0)
        total += term
        if not (term > 1e-19 * total).any():
            break
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        reached = (beta > 0) & (z * np.sinh(np.minimum(beta, 700.0)) < points)
        missed = np.where(reached, 2 * sinh_beta * np.exp(decay - points * beta) / -np.expm1(-points * beta), 0.0)
    return 4 * total / points + missed


def erfc_deficit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 − √(πx) erfcx(√x) = ½√x e^x Γ(−½, x), without the cancellation at large x."""
    large = x > 60.0
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        direct = 1 - np.sqrt(np.pi * x) * special.erfcx(np.sqrt(x))
        # Asymptotic series Σ_{k≥1} (−1)^{k+1} (2k−1)!!/(2x)^k; its 18th term is below 1e-16 of the first at x = 60.
        y = 1 / (2 * np.where(large, x, 60.0))
        series = np.zeros_like(y)
        for k in range(18, 0, -1):
            series = y * (2 * k - 1) * (1 - series)
    return np.where(large, series, direct)


def _precise_published_training(s: Any, excess: Any, digits: int) -> Any:
    with mpmath.workdps(digits + 20 + max(0, int(mpmath.log10(1 + s)))):
        lam = 1 + excess
        decay = (excess / (1 + mpmath.sqrt(lam))) ** 2 * s
        return mpmath.exp(-decay) / (2 * mpmath.sqrt(mpmath.pi) * lam ** mpmath.mpf("0.75") * s ** mpmath.mpf("1.5"))


def _precise_published_gen(s: Any, excess: Any, digits: int) -> Any:
    with mpmath.workdps(digits + 20 + 2 * max(0, int(mpmath.log10(1 + s)))):
        lam = 1 + excess
        decay = (excess / (1 + mpmath.sqrt(lam))) ** 2 * s
        # ½√x Γ(−½, x) = e^{−x} − √(πx) erfc √x, written so that nothing cancels
        numerator = mpmath.sqrt(decay) / 2 * mpmath.gammainc(-mpmath.mpf(1) / 2, decay) if decay else mpmath.mpf(1)
        return numerator / (mpmath.sqrt(mpmath.pi * s) * lam ** mpmath.mpf("0.75"))


def _precise(exact: Any, published: Any, s: Any, lam: Any, form: LossForm, digits: int) -> Any:
    if not (isinstance(digits, int) and digits >= 1):
        raise ValueError(f"digits must be a whole number of at least 1, got {digits!r}.")
    function = published if _is_published(form) else exact
    # λ − 1 must keep its digits however close to 1 a λ given as a string or fraction is.
    with mpmath.workdps(2 * digits + 60):
        s, lam = _mpf(s), _mpf(lam)
        if not (s >= 0 and lam > 0 and mpmath.isfinite(s) and mpmath.isfinite(lam)):
            raise ValueError(f"Need finite s ≥ 0 and λ > 0, got s = {s}, λ = {lam}.")
        if s == 0 and function is published:
            raise ValueError("The late-time forms need s > 0; use form='exact' for s = 0.")
        value = function(s, lam - 1, digits + 5)
    with mpmath.workdps(digits):
        return +value


def _mpf(number: Any) -> Any:
    numerator, denominator = getattr(number, "numerator", None), getattr(number, "denominator", None)
    if isinstance(numerator, int) and isinstance(denominator, int):
        return mpmath.mpf(numerator) / denominator
    return mpmath.mpf(number)


def _is_published(form: LossForm) -> bool:
    if form not in ("exact", "published"):
        raise ValueError(f"form must be 'exact' or 'published', got {form!r}.")
    return form == "published"


def _positive(lam: ArrayLike) -> NDArray[np.float64]:
    lam = np.asarray(lam, dtype=np.float64)
    if not (np.isfinite(lam) & (lam > 0)).all():
        bad = lam[~(np.isfinite(lam) & (lam > 0))].flat[0]
        raise ValueError(f"λ = d/N_train must be positive and finite, got {bad}.")
    return lam


def _arguments(s: ArrayLike, lam: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Finite times, λ, and what to take off a log-loss: ∞ where the time is ∞ (a finite stand-in is given), else 0."""
    s = np.asarray(s, dtype=np.float64)
    if not (s >= 0).all():
        raise ValueError(f"Time must not be negative, got s = {s[~(s >= 0)].flat[0]}.")
    over = np.isinf(s)
    return np.broadcast_arrays(np.where(over, 1.0, s), _positive(lam), np.where(over, np.inf, 0.0))  # type: ignore[return-value]


def _root_and_decay(
    s: NDArray[np.float64], lam: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """√λ and the decay exponent (1 − √λ)² s, from λ − 1 so that nothing cancels."""
    root = np.sqrt(lam)
    return root, ((lam - 1) / (1 + root)) ** 2 * s
