"""Numbers behind covariance: the root of Silverstein's equation, and the inversion of Laplace transforms."""

from typing import Any

import mpmath

__all__ = ["companion_root", "talbot_rule", "working_digits"]


def companion_root(z: Any, lam: Any, groups: Any) -> Any:
    """Root v of Silverstein's equation, cleared of denominators, that lies in the half plane of z, or v > 0 for z ≤ 0.

    ``groups`` are (eigenvalue, weight, anything); precision is mpmath's.

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


def _product(eigenvalues: Any) -> list[Any]:
    """Coefficients of Π (1 + τv), lowest power first."""
    coefficients = [mpmath.mpc(1)]
    for tau in eigenvalues:
        coefficients = [a + tau * b for a, b in zip([*coefficients, 0], [0, *coefficients], strict=True)]
    return coefficients


def talbot_rule(time: Any, digits: int) -> list[tuple[Any, Any]]:
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
    """Working precision of the rule for ``digits`` digits: its factors grow like e^{2n/5} with n nodes.

    >>> working_digits(15)
    43
    """
    return digits + _nodes(digits) // 2 + 10


def _nodes(digits: int) -> int:
    return 2 * digits + 6
