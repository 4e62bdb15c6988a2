"""Losses by quadrature over the Marchenko–Pastur spectrum: the independent check of every closed form."""

from typing import Any

import mpmath

__all__ = ["spectral_generalization_loss", "spectral_training_loss"]


def spectral_training_loss(s: Any, lam: Any, *, digits: int = 30) -> tuple[Any, Any]:
    """∫ ν e^{−νs} dMP(ν) and an estimate of its error, by double-exponential quadrature over ν.

    Written from the law's definition: density √((ν₊−ν)(ν−ν₋))/(2πλν) on ν± = (1 ± √λ)². Give ``lam`` as a string or an
    mpmath number to keep its digits.

    >>> value, error = spectral_training_loss(2, "0.5")
    >>> print(mpmath.nstr(value, 20), bool(error < 1e-30))
    0.11923171924314849789 True
    """
    return _spectral(s, lam, 1, digits)


def spectral_generalization_loss(s: Any, lam: Any, *, digits: int = 30) -> tuple[Any, Any]:
    """∫ e^{−νs} dMP(ν), the atom (1 − 1/λ)⁺ at zero included, and an estimate of its error.

    >>> value, error = spectral_generalization_loss(0, "0.5")
    >>> print(mpmath.nstr(value, 20), bool(error < 1e-30))
    1.0 True
    """
    value, error = _spectral(s, lam, 0, digits)
    with mpmath.workdps(digits + 10):
        lam = mpmath.mpf(lam)
        return value + max(0, 1 - 1 / lam), error


def _spectral(s: Any, lam: Any, power: int, digits: int) -> tuple[Any, Any]:
    with mpmath.workdps(digits + 20):
        s, lam = mpmath.mpf(s), mpmath.mpf(lam)
        if not (s >= 0 and lam > 0):
            raise ValueError(f"Need s ≥ 0 and λ > 0, got s = {s}, λ = {lam}.")
        root = mpmath.sqrt(lam)
        low, high = (1 - root) ** 2, (1 + root) ** 2

        def integrand(nu: Any) -> Any:
            radicand = (high - nu) * (nu - low)
            return mpmath.sqrt(max(radicand, 0)) / (2 * mpmath.pi * lam) * nu ** (power - 1) * mpmath.exp(-nu * s)

        # The weight lives within 1/s of the lower edge, and 1/ν varies on the scale of the edge itself.
        scales = {low + (high - low) / 4**k for k in range(1, 12)}
        scales |= {low * (1 + 4**k) for k in range(4)} | {low + k / (1 + s) for k in (1, 4, 16, 64)}
        cuts = [low, *sorted(x for x in scales if low < x < high), high]
        value, error = mpmath.quad(integrand, cuts, error=True, maxdegree=10)
        return value, error
