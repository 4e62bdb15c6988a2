"""Expected losses of gradient flow at infinite size, in float64 and as logarithms.

Two forms, by name. `exact` is the true expectation. `published` is what the paper plots: the late-time form of the
training loss and its integral, the decaying part of the generalization loss without the plateau 1 − 1/λ that exists
for λ > 1.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.annotations import Array
from numerics.linear.decaying_part import early_learned_share, log_scaled_decaying_part

__all__ = [
    "LossForm",
    "erfc_deficit",
    "known_form",
    "log_decaying_part",
    "log_generalization_loss",
    "log_training_loss",
    "plateau",
]

LossForm = Literal["exact", "published"]

_CHUNK = 1 << 13  # working arrays of this many points stay in the processor's cache


def plateau(lam: ArrayLike) -> Array:
    """Generalization loss that is never learned: (1 − 1/λ)⁺, the weight of the spectrum's atom at zero.

    >>> plateau([0.5, 4.0])
    array([0.  , 0.75])
    """
    lam = _positive(lam)
    with np.errstate(over="ignore"):  # below the smallest λ
        return np.maximum((lam - 1) / lam, 0.0)


def log_training_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `training_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_training_loss([1e-9, 1e9], 0.25)]
    ['-1.24999999988e-09', '-250000031.311']
    """
    return _in_chunks(_log_published_training if known_form(form) == "published" else _log_training, s, lam)


def log_generalization_loss(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of `generalization_loss`, finite where the loss underflows, to its last digits near s = 0.

    >>> [f"{value:.12g}" for value in log_generalization_loss([1e-9, 1e9], 0.25)]
    ['-9.99999999875e-10', '-250000029.924']
    """
    return _in_chunks(_log_published_gen if known_form(form) == "published" else _log_gen, s, lam)


def log_decaying_part(s: ArrayLike, lam: ArrayLike, *, form: LossForm = "exact") -> Array:
    """Natural logarithm of L_gen − (1 − 1/λ)⁺, the part of the generalization loss that is learned.

    For λ > 1 this is the loss of a student that starts in the span of the training inputs. It obeys
    D(s, λ) = D(λs, 1/λ)/λ, so the two sides of λ = 1 mirror each other.

    >>> bool(np.isclose(np.exp(log_decaying_part(3.0, 2.0)), np.exp(log_decaying_part(6.0, 0.5)) / 2, rtol=1e-15))
    True
    """
    return _in_chunks(_log_published_gen if known_form(form) == "published" else _log_decaying, s, lam)


def _log_training(s: Array, lam: Array) -> Array:
    """−x + ln[2 e^{−z} I₁(z)/z]; for small s, −(1+λ)s + ln(1 + Σ_{k≥1} (z²/4)^k/(k!(k+1)!))."""
    root, x = _root_and_decay(s, lam)
    z = 2 * root * s
    result = np.log(2 * special.i1e(z) / z) - x
    huge = z > 1e100  # I₁(z) ≈ e^z/√(2πz), and the quotient would underflow
    if huge.any():
        asymptote = 0.5 * np.log(2 / np.pi) - 1.5 * (np.log(2 * root) + np.log(s)) - x
        result = np.where(huge, asymptote, result)
    early = _is_early(s, root)
    if early.any():
        at, lam = s[early], _part(lam, early)
        w, series = lam * at**2, np.zeros_like(at)
        for k in range(8, 0, -1):
            series = w / (k * (k + 1)) * (1 + series)
        result[early] = np.log1p(series) - (1 + lam) * at
    return result


def _log_decaying(s: Array, lam: Array) -> Array:
    root, x = _root_and_decay(s, lam)
    result = log_scaled_decaying_part(s, root, x) - x
    early = _is_early(s, root)
    if early.any():
        # D = min(1, 1/λ) − (1 − L_gen)
        most = np.maximum(_part(lam, early), 1)
        result[early] = np.log1p(-most * _early_learned(s, root, x, early)) - np.log(most)
    return result


def _log_gen(s: Array, lam: Array) -> Array:
    root, x = _root_and_decay(s, lam)
    result = log_scaled_decaying_part(s, root, x) - x
    above = lam > 1
    if above.any():
        # ln(D + 1 − 1/λ), near 1 by what is missing
        decaying, missing = np.exp(result), 1 / lam
        missing = missing - decaying
        total = np.where(missing < 0.5, np.log1p(-missing), np.log(decaying + (lam - 1) / lam))
        result = np.where(above, total, result)
    early = _is_early(s, root)
    if early.any():
        result[early] = np.log1p(-_early_learned(s, root, x, early))
    return result


def _log_published_training(s: Array, lam: Array) -> Array:
    _, x = _root_and_decay(s, lam)
    return -x - 1.5 * np.log(s) - (0.5 * np.log(4 * np.pi) + 0.75 * np.log(lam))


def _log_published_gen(s: Array, lam: Array) -> Array:
    _, x = _root_and_decay(s, lam)
    # What underflows here stands beside x > 1e100, where it does not count.
    return np.log(np.maximum(erfc_deficit(x) / np.sqrt(s), 1e-300)) - x - (0.5 * np.log(np.pi) + 0.75 * np.log(lam))


def _is_early(s: Array, root: Array) -> NDArray[np.bool_]:
    return (1 + root) ** 2 * s < 1


def _early_learned(s: Array, root: Array, x: Array, early: NDArray[np.bool_]) -> Array:
    """1 − L_gen where it is small."""
    at = s[early]
    return at * early_learned_share(2 * _part(root, early) * at, x[early])


def _part(values: Array, inside: NDArray[np.bool_]) -> Array:
    return values[inside] if values.ndim else values


def erfc_deficit(x: Array) -> Array:
    """1 − √(πx) erfcx(√x) = ½√x e^x Γ(−½, x), without the cancellation at large x."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        result = np.asarray(1 - np.sqrt(np.pi * x) * special.erfcx(np.sqrt(x)))
    large = x > 60.0
    if large.any():
        # Asymptotic series Σ_{k≥1} (−1)^{k+1} (2k−1)!!/(2x)^k; its 18th term is below 1e-16 of the first at x = 60.
        y = 1 / (2 * x[large])
        series = np.zeros_like(y)
        for k in range(18, 0, -1):
            series = y * (2 * k - 1) * (1 - series)
        result[large] = series
    return result


def known_form(form: LossForm) -> LossForm:
    """Return the form, refused if there is none of that name.

    >>> known_form("exact")
    'exact'
    """
    if form not in ("exact", "published"):
        raise ValueError(f"form must be 'exact' or 'published', got {form!r}.")
    return form


def _positive(lam: ArrayLike) -> Array:
    lam = np.asarray(lam, dtype=np.float64)
    if not (np.isfinite(lam) & (lam > 0)).all():
        bad = lam[~(np.isfinite(lam) & (lam > 0))].flat[0]
        raise ValueError(f"λ = d/N_train must be positive and finite, got {bad}.")
    return lam


def _in_chunks(log_loss: Callable[[Array, Array], Array], s: ArrayLike, lam: ArrayLike) -> Array:
    """Values of `log_loss` at flat pieces of the broadcast arguments; a single λ stays a single number."""
    s, lam = np.asarray(s, dtype=np.float64), _positive(lam)
    if not (s >= 0).all():
        raise ValueError(f"Time must not be negative, got s = {s[~(s >= 0)].flat[0]}.")
    result = np.empty(np.broadcast_shapes(s.shape, lam.shape))
    flat = result.reshape(-1)
    times = np.broadcast_to(s, result.shape).reshape(-1)
    lams = lam.reshape(()) if lam.size == 1 else np.broadcast_to(lam, result.shape).reshape(-1)
    # At s = 0 and s = ∞, and where exponents overflow, the limits are what is meant: 0/0 is put right by its caller.
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        for start in range(0, flat.size, _CHUNK):
            part = slice(start, start + _CHUNK)
            flat[part] = log_loss(times[part], lams[part] if lams.ndim else lams)
    return result[()]


def _root_and_decay(s: Array, lam: Array) -> tuple[Array, Array]:
    """√λ and the decay exponent (1 − √λ)² s, from λ − 1 so that nothing cancels."""
    root = np.sqrt(lam)
    x = ((lam - 1) / (1 + root)) ** 2 * s
    endless = np.isinf(s)
    return root, np.where(endless, np.inf, x) if endless.any() else x
