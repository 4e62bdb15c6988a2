"""Losses for a covariance in numbers: inverse Laplace transforms of what Silverstein's equation says.

The transforms are analytic off the sample's spectrum. The losses fall like e^{−ν₋s}, ν₋ the lowest edge of the spectrum
that is not zero, so Talbot's contour starts there: it then has the digits asked for of what is left, at any time. The
pole at 0, of directions that no sample touches, is taken out beforehand.
"""

from collections.abc import Callable
from typing import NamedTuple

import mpmath

from theory.annotations import MpNumber
from theory.linear.variants.silverstein import Groups, companion_root, lowest_edge

__all__ = ["covariance_generalization_value", "covariance_training_value", "talbot_rule", "working_digits"]


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


def covariance_training_value(time: MpNumber, lam: MpNumber, groups: Groups, digits: int, order: int = 0) -> MpNumber:
    """Value of `CovarianceTrainingLoss`, or of its derivative in time of this order, to about `digits` digits.

    Groups are (eigenvalue, weight, share).

    >>> print(mpmath.nstr(covariance_training_value(3, 2, [(1, 1, 1)], 20), 12))
    0.0184050682691
    """
    if time == mpmath.inf:
        return mpmath.mpf(0)

    def transform(z: MpNumber, v: MpNumber) -> MpNumber:
        return (-z) ** order * mpmath.fsum(share * tau * v / (1 + tau * v) for tau, _, share in groups)

    inverse = _inverse if _is_positive(time) else _around
    return _to_digits(lambda asked: inverse(transform, time, lam, groups, asked), digits)


def covariance_generalization_value(
    time: MpNumber, lam: MpNumber, groups: Groups, digits: int, order: int = 0
) -> MpNumber:
    """Value of `CovarianceGeneralizationLoss`, or of its derivative in time, to about `digits` digits of each part.

    Groups are (eigenvalue, weight, share).

    With z₁z₂ the denominators of the two resolvents, B(v₁, v₂)/(z₁z₂) has poles at 0 where the touched directions are
    more than the samples. Their residues are the plateau B(v₀, v₀) and, twice, the inverse of [B(v₀, v) − B(v₀, v₀)]/z
    at half of the time, which is zero for an isotropic signal; what is left has none.

    >>> print(mpmath.nstr(covariance_generalization_value(3, 2, [(1, 1, 1)], 20), 12))
    0.538195211179
    """
    if not _is_positive(time):
        return _to_digits(lambda asked: _around_both(time, lam, groups, asked, order), digits)
    parts = [_plateau(lam, groups, digits) if order == 0 else mpmath.mpf(0)]
    if time != mpmath.inf:
        if _overparametrized(lam, groups) and _mixes(groups):
            parts.append(_to_digits(lambda asked: _mixed(time, lam, groups, asked, order), digits))
        parts.append(_to_digits(lambda asked: _double(time, lam, groups, asked, order), digits))
    with mpmath.workdps(digits + 10):
        return mpmath.fsum(parts)


def _to_digits(evaluate: Callable[[int], tuple[MpNumber, mpmath.mpf]], digits: int) -> MpNumber:
    """Value to `digits` digits of itself: asked again with as many more as it is below the size of its summands."""
    asked = digits
    while True:
        value, size = evaluate(asked)
        lost = int(mpmath.mag(size) / 3.32 - mpmath.mag(value) / 3.32) if value else asked + 20
        if asked >= digits + lost - 1 or not size or asked > 20 * digits + 2000:
            return value
        asked = digits + lost


def _overparametrized(lam: MpNumber, groups: Groups) -> bool:
    return bool(lam * mpmath.fsum(weight for tau, weight, _ in groups if tau) > 1)


def _mixes(groups: Groups) -> bool:
    """Whether the signal is not isotropic among the directions that data reach."""
    active = [(weight, share) for tau, weight, share in groups if tau]
    weight, share = active[0]
    return any(share * other_weight != other_share * weight for other_weight, other_share in active)


def _plateau(lam: MpNumber, groups: Groups, digits: int) -> MpNumber:
    if not _overparametrized(lam, groups):
        return mpmath.mpf(0)
    with mpmath.workdps(2 * digits + 20):
        v0 = _response(companion_root(mpmath.mpf(0), lam, groups), lam, groups)
        return _both(v0, v0)


def _shifted_rule(
    time: MpNumber, lam: MpNumber, groups: Groups, digits: int
) -> tuple[mpmath.mpf, list[tuple[MpNumber, MpNumber, MpNumber]]]:
    """Edge ν₋, and nodes z, v(z) and factors of the rule around the spectrum above it, without e^{−ν₋ time}."""
    edge = lowest_edge(lam, groups)
    rule = talbot_rule(time, digits)
    return edge, [(edge + z, companion_root(edge + z, lam, groups), factor) for z, factor in rule]


def _extra_digits(time: MpNumber) -> int:
    """Digits that the exponent −ν₋ time takes from the result, and that a small distance from an edge takes."""
    return 10 + 2 * max(0, int(abs(mpmath.mag(time)) / 3.32))


def _inverse(
    transform: Callable[[MpNumber, MpNumber], MpNumber], time: MpNumber, lam: MpNumber, groups: Groups, digits: int
) -> tuple[MpNumber, mpmath.mpf]:
    """Inverse Laplace transform of a function of z and v(z) without poles, and the size that its digits refer to."""
    with mpmath.workdps(working_digits(digits) + _extra_digits(time)):
        edge, rule = _shifted_rule(mpmath.mpmathify(time), lam, groups, digits)
        decay = mpmath.exp(-edge * time)
        terms = [mpmath.re(factor * transform(z, v)) for z, v, factor in rule]
        return decay * mpmath.fsum(terms), decay * abs(terms[0]) * mpmath.exp(rule[0][0] * time - edge * time)


def _mixed(time: MpNumber, lam: MpNumber, groups: Groups, digits: int, order: int) -> tuple[MpNumber, mpmath.mpf]:
    """Twice the inverse of [B(v₀, v) − B(v₀, v₀)]/(−z) at half of the time.

    B(v₀, v) = A(v)/W(v), A = Σ a c/(1 + τv), W = λv₀ Σ w c/(1 + τv), c = τ/(1 + τv₀), as λ Σ wτv₀/(1 + τv₀) = 1; the
    difference is written as a multiple of v − v₀ and of a_j w_k − a_k w_j, so that nothing cancels.
    """
    with mpmath.workdps(working_digits(digits) + _extra_digits(time)):
        v0 = companion_root(mpmath.mpf(0), lam, groups)
        active = [(tau, weight, share) for tau, weight, share in groups if tau]

        def weighed(v: MpNumber) -> MpNumber:
            return lam * v0 * mpmath.fsum(w * t / (1 + t * v0) / (1 + t * v) for t, w, _ in active)

        at_zero = weighed(v0)

        def transform(z: MpNumber, v: MpNumber) -> MpNumber:
            total = mpmath.mpf(0)
            for j, (tau, weight, share) in enumerate(active):
                for other_tau, other_weight, other_share in active[j + 1 :]:
                    both = (1 + tau * v0) * (1 + other_tau * v0)
                    along = (1 + tau * v) * (1 + other_tau * v)
                    apart = (share * other_weight - other_share * weight) * (other_tau - tau)
                    total += apart * tau * other_tau / (both**2 * along)
            difference = lam * v0 * (v - v0) * total / (weighed(v) * at_zero)
            return 2 * (-z / 2) ** order * difference / -z

        return _inverse(transform, mpmath.mpmathify(time) / 2, lam, groups, digits)


def _double(time: MpNumber, lam: MpNumber, groups: Groups, digits: int, order: int) -> tuple[MpNumber, mpmath.mpf]:
    """Double inverse of B(v₁, v₂)/(z₁z₂), without its poles at 0 where it has any."""
    with mpmath.workdps(working_digits(digits) + 2 * _extra_digits(time)):
        half = mpmath.mpmathify(time) / 2
        edge, rule = _shifted_rule(half, lam, groups, digits)
        nodes = [(z, _response(v, lam, groups), factor / z) for z, v, factor in rule]
        at_zero, constant = [mpmath.mpf(0)] * len(rule), mpmath.mpf(0)
        if _overparametrized(lam, groups):
            v0 = _response(companion_root(mpmath.mpf(0), lam, groups), lam, groups)
            at_zero, constant = [_both(v0, v) for _, v, _ in nodes], _both(v0, v0)
        mirrored = [
            (mpmath.conj(z), v.mirrored(), mpmath.conj(factor), mpmath.conj(zero))
            for (z, v, factor), zero in zip(nodes, at_zero, strict=True)
        ]
        total, largest = mpmath.mpf(0), None
        for j, (z1, v1, factor1) in enumerate(nodes):
            for k, (z2, v2, factor2) in enumerate(nodes[: j + 1]):
                for z, v, factor, zero in ((z2, v2, factor2, at_zero[k]), mirrored[k]):
                    analytic = _both(v1, v) - at_zero[j] - zero + constant
                    term = factor1 * factor * (-(z1 + z) / 2) ** order * analytic
                    total += mpmath.re(term) / (2 if j == k else 1)
                    largest = abs(term) if largest is None else largest
        decay = mpmath.exp(-edge * time)
        return decay * total, decay * largest * mpmath.exp(2 * (rule[0][0] - edge) * half)


def _is_positive(time: MpNumber) -> bool:
    return mpmath.im(time) == 0 and mpmath.re(time) > 0


def _circle(time: MpNumber, lam: MpNumber, groups: Groups, digits: int) -> list[tuple[MpNumber, MpNumber, MpNumber]]:
    """Nodes z, v(z) and factors of −(1/2πi) ∮ e^{−z time} dz around the whole spectrum, of which none is real."""
    top = max(tau for tau, _, _ in groups) * (1 + mpmath.sqrt(lam)) ** 2
    reach = abs(time) * top
    if reach > _FARTHEST:
        raise ValueError(
            f"Away from positive times the losses of a covariance are known where |s| max(τ) (1 + √λ)² ≤ {_FARTHEST}, "
            f"got {mpmath.nstr(reach, 5)}."
        )
    # The circle of twice the radius that holds the spectrum: a factor 2 a node inside, (2e·reach/node) outside.
    count = int(3.4 * digits + 6 * reach) + 20
    rule = []
    for k in range(count):
        turn = mpmath.expjpi(mpmath.mpf(2 * k + 1) / count)
        z = top / 2 + top * turn
        rule.append((z, companion_root(z, lam, groups), -top * turn * mpmath.exp(-z * time) / count))
    return rule


_FARTHEST = 100  # which asks for 65 digits more than the value has


def _around(
    transform: Callable[[MpNumber, MpNumber], MpNumber], time: MpNumber, lam: MpNumber, groups: Groups, digits: int
) -> tuple[MpNumber, mpmath.mpf]:
    """What `_inverse` is for positive times, at any time: the losses are entire in s."""
    with mpmath.workdps(digits + _FARTHEST):
        terms = [factor * transform(z, v) for z, v, factor in _circle(time, lam, groups, digits + 5)]
        value = mpmath.fsum(terms)
        return (value if mpmath.im(time) else mpmath.re(value)), max(map(abs, terms))


def _around_both(time: MpNumber, lam: MpNumber, groups: Groups, digits: int, order: int) -> tuple[MpNumber, mpmath.mpf]:
    with mpmath.workdps(digits + _FARTHEST):
        circle = _circle(mpmath.mpmathify(time) / 2, lam, groups, digits + 5)
        nodes = [(z, _response(v, lam, groups), factor / z) for z, v, factor in circle]
        total, largest = mpmath.mpf(0), mpmath.mpf(0)
        for k, (z1, v1, factor1) in enumerate(nodes):
            for z2, v2, factor2 in nodes[k:]:
                term = factor1 * factor2 * (-(z1 + z2) / 2) ** order * _both(v1, v2)
                total += term if v1 is v2 else 2 * term
                largest = max(largest, abs(term))
        return (total if mpmath.im(time) else mpmath.re(total)), largest


class _Response(NamedTuple):
    """What `_both` asks of v, calculated once for all that v is paired with."""

    v: MpNumber
    reciprocals: list[MpNumber]  # 1/(1 + τv)
    signal: list[MpNumber]  # τ share/(1 + τv)
    norm: list[MpNumber]  # λv τ² weight/(1 + τv)

    def mirrored(self) -> "_Response":
        """That of v's conjugate."""
        return _Response(mpmath.conj(self.v), *([mpmath.conj(each) for each in parts] for parts in self[1:]))


def _response(v: MpNumber, lam: MpNumber, groups: Groups) -> _Response:
    reciprocals = [1 / (1 + tau * v) for tau, _, _ in groups]
    pairs = list(zip(reciprocals, groups, strict=True))
    signal = [tau * share * each for each, (tau, _, share) in pairs]
    return _Response(v, reciprocals, signal, [lam * v * tau**2 * weight * each for each, (tau, weight, _) in pairs])


def _both(one: _Response, other: _Response) -> MpNumber:
    """Deterministic equivalent of z₁z₂ D₀ᵀ(Σ−z₁)⁻¹C(Σ−z₂)⁻¹D₀."""
    signal, norm = (
        sum(part * each for part, each in zip(parts, other.reciprocals, strict=True))
        for parts in (one.signal, one.norm)
    )
    return signal / (1 - other.v * norm)
