"""Numbers behind covariance: the root of Silverstein's equation, and the losses by inverting Laplace transforms."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import mpmath

from theory.annotations import MpNumber

__all__ = [
    "Groups",
    "companion_root",
    "covariance_generalization_value",
    "covariance_training_value",
    "talbot_rule",
    "working_digits",
]

Groups: TypeAlias = Sequence[tuple[MpNumber, MpNumber, MpNumber]]
"""Eigenvalue, weight and share of the signal of each group of eigenvectors."""


def companion_root(z: MpNumber, lam: MpNumber, groups: Groups) -> MpNumber:
    """Root v of Silverstein's equation, cleared of denominators, that lies in the half plane of z, or v > 0 for z ≤ 0.

    Precision is mpmath's.

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
    roots = mpmath.polyroots(polynomial[::-1], maxsteps=1000, extraprec=4 * mpmath.mp.prec)
    side = mpmath.sign(mpmath.im(z))
    return max(roots, key=lambda root: mpmath.im(root) * side) if side else mpmath.re(max(roots, key=mpmath.re))


def _product(eigenvalues: Iterable[MpNumber]) -> list[MpNumber]:
    """Coefficients of Π (1 + τv), lowest power first."""
    coefficients = [mpmath.mpc(1)]
    for tau in eigenvalues:
        coefficients = [a + tau * b for a, b in zip([*coefficients, 0], [0, *coefficients], strict=True)]
    return coefficients


def talbot_rule(time: MpNumber, digits: int) -> list[tuple[MpNumber, MpNumber]]:
    """Nodes z = −p and factors of the fixed Talbot rule (Abate and Valkó 2004), good for 0.6 digits a node.

    f(s) = Re Σ factor · F(p), F the Laplace transform of f and p = −z; the conjugate nodes are left out.

    >>> with mpmath.workdps(working_digits(15)):
    ...     found = sum(mpmath.re(factor / (1 - z)) for z, factor in talbot_rule(mpmath.mpf(2), 15))  # e^{−2}
    ...     print(mpmath.nstr(found * mpmath.exp(2), 15))
    1.0
    """
    count = _nodes(digits)
    radius = 2 * mpmath.mpf(count) / 5
    rule = [(-radius / time, mpmath.exp(radius) / 2 * 2 / 5 / time)]
    for k in range(1, count):
        angle = k * mpmath.pi / count
        cot = mpmath.cot(angle)
        node = radius * angle * mpmath.mpc(cot, 1)
        factor = mpmath.mpc(1, angle * (1 + cot**2) - cot) * mpmath.exp(node)
        rule.append((-node / time, factor * 2 / 5 / time))
    return rule


def working_digits(digits: int) -> int:
    """Working precision of the rule for `digits` digits: its factors grow like e^{2n/5} with n nodes.

    >>> working_digits(15)
    43
    """
    return digits + _nodes(digits) // 2 + 10


def _nodes(digits: int) -> int:
    return 2 * digits + 6


def covariance_training_value(time: MpNumber, lam: MpNumber, groups: Groups, digits: int) -> mpmath.mpf:
    """Value of `CovarianceTrainingLoss` to about `digits` digits; groups are (eigenvalue, weight, share).

    >>> print(mpmath.nstr(covariance_training_value(3, 2, [(1, 1, 1)], 20), 12))
    0.0184050682691
    """
    with mpmath.workdps(working_digits(digits)):
        total = mpmath.mpf(0)
        for z, factor in talbot_rule(mpmath.mpmathify(time), digits):
            v = companion_root(z, lam, groups)
            total += mpmath.re(factor * sum(share * tau * v / (1 + tau * v) for tau, _, share in groups))
        return total


def covariance_generalization_value(time: MpNumber, lam: MpNumber, groups: Groups, digits: int) -> mpmath.mpf:
    """Value of `CovarianceGeneralizationLoss` to about `digits` digits; groups are (eigenvalue, weight, share).

    >>> print(mpmath.nstr(covariance_generalization_value(3, 2, [(1, 1, 1)], 20), 12))
    0.538195211179
    """
    with mpmath.workdps(working_digits(digits)):
        if time == mpmath.inf:
            v = companion_root(mpmath.mpf(0), lam, groups)
            return _both(v, v, lam, groups)
        half = [
            (z, companion_root(z, lam, groups), factor) for z, factor in talbot_rule(mpmath.mpmathify(time) / 2, digits)
        ]
        total = mpmath.mpf(0)
        for z1, v1, factor1 in half:
            for z2, v2, factor2 in half:
                for z, v, factor in ((z2, v2, factor2), tuple(map(mpmath.conj, (z2, v2, factor2)))):
                    total += mpmath.re(factor1 * factor * _both(v1, v, lam, groups) / (z1 * z)) / 2
        return total


def _both(v1: MpNumber, v2: MpNumber, lam: MpNumber, groups: Groups) -> MpNumber:
    """Deterministic equivalent of z₁z₂ D₀ᵀ(Σ−z₁)⁻¹C(Σ−z₂)⁻¹D₀."""
    signal, norm = (
        sum(tau * part / ((1 + tau * v1) * (1 + tau * v2)) for tau, part in parts)
        for parts in ([(tau, share) for tau, _, share in groups], [(tau, tau * weight) for tau, weight, _ in groups])
    )
    return signal / (1 - lam * v1 * v2 * norm)
