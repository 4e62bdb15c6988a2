"""Losses by quadrature over the Marchenko–Pastur spectrum: the independent check of every closed form."""

from typing import Any

import mpmath

__all__ = ["spectral_generalization_loss", "spectral_training_loss"]


def spectral_training_loss(s: Any, lam: Any, *, digits: int = 30) -> tuple[Any, Any]:
    """∫ ν e^{−νs} dMP(ν) and an estimate of its error, by double-exponential quadrature over the spectrum.

    Written from the law's definition, density √((ν₊−ν)(ν−ν₋))/(2πλν) on ν± = (1 ± √λ)², and nothing else. Give `lam`
    as a string or an mpmath number to keep its digits.

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
        value += max(0, (lam - 1) / lam)
        return value, error + _rounding(value, digits)


def _spectral(s: Any, lam: Any, power: int, digits: int) -> tuple[Any, Any]:
    with mpmath.workdps(10):
        if not (mpmath.mpf(s) >= 0 and mpmath.mpf(lam) > 0):
            raise ValueError(f"Need s ≥ 0 and λ > 0, got s = {s}, λ = {lam}.")
        low = (1 - mpmath.sqrt(mpmath.mpf(lam))) ** 2
        growth = max(0, int(mpmath.log10(1 + low * abs(mpmath.mpf(s)))))
    # e^{−low·s} multiplies rounding errors by its exponent.
    with mpmath.workdps(digits + 20 + growth):
        s, lam = mpmath.mpf(s), mpmath.mpf(lam)
        root = mpmath.sqrt(lam)
        low, width = ((lam - 1) / (1 + root)) ** 2, 4 * root

        # ν = low + width·sin²φ takes the square roots out of both edges; e^{−low·s} stays outside of the integral.
        def integrand(phi: Any) -> Any:
            sine, cosine = mpmath.sin(phi), mpmath.cos(phi)
            nu = low + width * sine**2
            weight = width**2 * (sine * cosine) ** 2 / (mpmath.pi * lam)
            return weight * nu ** (power - 1) * mpmath.exp(-width * s * sine**2) if sine else mpmath.mpf(0)

        end = mpmath.pi / 2
        scales = (1 / mpmath.sqrt(1 + width * s), mpmath.sqrt(low / width))
        cuts = sorted({0, end} | {scale * 3**k for scale in scales for k in range(-2, 4) if 0 < scale * 3**k < end})
        value, error = mpmath.quad(integrand, cuts, error=True, maxdegree=10)
        factor = mpmath.exp(-low * s)
        return factor * value, factor * error + _rounding(factor * value, digits)


def _rounding(value: Any, digits: int) -> Any:
    """What rounding may add to the rule's own estimate, which knows the truncation only."""
    return abs(value) * mpmath.mpf(10) ** -(digits + 5)
