"""Silverstein's equation in numbers: the companion transform of the sample's spectrum, and its lowest edge."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import mpmath

from theory.annotations import MpNumber

__all__ = ["Groups", "companion_root", "lowest_edge"]

Groups: TypeAlias = Sequence[tuple[MpNumber, MpNumber, MpNumber]]
"""Eigenvalue, weight and share of the signal of each group of eigenvectors."""


def companion_root(z: MpNumber, lam: MpNumber, groups: Groups) -> MpNumber:
    """Root v of Silverstein's equation, cleared of denominators, that lies in the half plane of z.

    Below the spectrum, where z is real, it is the one with the largest 1/v: v > 0 for z ≤ 0. Precision is mpmath's.

    >>> print(mpmath.nstr(companion_root(-1, 2, [(1, 1, None)]), 10))
    0.4142135624
    """
    active = [(tau, weight) for tau, weight, _ in groups if tau]
    full = _product(tau for tau, _ in active)
    polynomial = [a + z * b for a, b in zip([*full, 0], [0, *full], strict=True)]
    for tau, weight in active:
        others = _product(other for other, _ in active if other != tau)
        for power, coefficient in enumerate(others):
            polynomial[power + 1] -= lam * weight * tau * coefficient
    if z == 0:  # one power less
        polynomial.pop()
    side = mpmath.sign(mpmath.im(z))
    if side and (near := _by_newton(polynomial[::-1], side)) is not None:
        return near
    roots = mpmath.polyroots(polynomial[::-1], maxsteps=1000, extraprec=4 * mpmath.mp.prec)
    if side:
        return max(roots, key=lambda root: mpmath.im(root) * side)
    return 1 / max(mpmath.re(1 / root) for root in roots)


def _by_newton(polynomial: Sequence[MpNumber], side: MpNumber) -> MpNumber | None:
    """The root on this side of the real axis, where one in floats leads to it: there is no other on that side."""
    smallest = mpmath.ldexp(1, -8 - mpmath.mp.prec)
    with mpmath.workprec(2 * mpmath.mp.prec):  # roots come close to each other at the edges of the spectrum
        root = mpmath.mpc(max(_in_floats([complex(each) for each in polynomial]), key=lambda v: v.imag * side))
        for _ in range(_MOST_STEPS):
            value, slope = mpmath.polyval(polynomial, root, derivative=True)
            if not slope:
                return None
            step = value / slope
            root -= step
            if abs(step) <= smallest * abs(root):
                break
        else:
            return None
    return +root if mpmath.im(root) * side > 0 else None


_MOST_STEPS = 40


def _in_floats(polynomial: Sequence[complex]) -> list[complex]:
    """About the roots, by the simultaneous steps of Durand and Kerner, which `mpmath.polyroots` takes too."""
    roots = [(0.4 + 0.9j) ** k for k in range(len(polynomial) - 1)]
    for _ in range(_MOST_STEPS):
        for k, root in enumerate(roots):
            value = 0j
            for coefficient in polynomial:
                value = value * root + coefficient
            apart = polynomial[0]
            for other in roots[:k] + roots[k + 1 :]:
                apart *= root - other
            if apart:
                roots[k] -= value / apart
    return roots


def _product(eigenvalues: Iterable[MpNumber]) -> list[MpNumber]:
    """Coefficients of Π (1 + τv), lowest power first."""
    coefficients = [mpmath.mpc(1)]
    for tau in eigenvalues:
        coefficients = [a + tau * b for a, b in zip([*coefficients, 0], [0, *coefficients], strict=True)]
    return coefficients


def lowest_edge(lam: MpNumber, groups: Groups) -> mpmath.mpf:
    """Lowest edge ν₋ of the continuous part of the sample's spectrum; precision is mpmath's.

    With u = 1/v Silverstein's equation is z = u(λ Σ wτ/(u + τ) − 1), and dz/du = 0 where λ Σ wτ²/(u + τ)² = 1: once to
    the right of −τ of the smallest variance τ > 0, at u = √λ − 1 for white inputs. A weight below one sample has no
    edge: λ = 1 of the touched directions is ν₋ = 0.

    >>> print(lowest_edge(mpmath.mpf(4), [(1, 1, 1)]), lowest_edge(mpmath.mpf(1), [(3, 1, 1)]))
    1.0 0.0
    """
    active = [(mpmath.mpmathify(tau), lam * weight) for tau, weight, _ in groups if tau]
    smallest, share = min(active)
    u = smallest * (mpmath.sqrt(share) - 1)  # of this group alone: never above the root, from where Newton climbs
    while True:
        excess = mpmath.fsum(weight * (tau / (u + tau)) ** 2 for tau, weight in active) - 1
        step = excess / mpmath.fsum(2 * weight * tau**2 / (u + tau) ** 3 for tau, weight in active)
        u += step
        if abs(step) <= smallest * mpmath.ldexp(1, 8 - mpmath.mp.prec):
            break
    edge = u * (mpmath.fsum(weight * tau / (u + tau) for tau, weight in active) - 1)
    return edge if edge > smallest * mpmath.ldexp(1, 40 - mpmath.mp.prec) else mpmath.mpf(0)
