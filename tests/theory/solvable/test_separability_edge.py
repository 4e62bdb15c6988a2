from itertools import product
from math import comb

import mpmath
import pytest
from sympy import Rational, oo

from theory import NoClosedFormError, SeparabilityEdge, SolvableSystem, separable_probability


def test_it_is_a_solvable_system():
    assert isinstance(SeparabilityEdge(Rational(1, 4)), SolvableSystem)


@pytest.mark.parametrize("samples", range(1, 7))
def test_in_the_plane_by_signs_of_given_directions(samples):
    # Of the 2^N signs of points at fixed directions 2N have all of them in a half plane.
    angles = [0.3 + 0.77 * k for k in range(samples)]

    def half_plane(signs):
        turned = sorted((a + (s < 0) * mpmath.pi) % (2 * mpmath.pi) for a, s in zip(angles, signs, strict=True))
        return (
            max((b - a) % (2 * mpmath.pi) or 7 for a, b in zip(turned, turned[1:] + turned[:1], strict=True))
            > mpmath.pi
        )

    found = sum(half_plane(signs) for signs in product((1, -1), repeat=samples))
    assert separable_probability(samples, 2) * 2**samples == found


def test_one_half_at_twice_the_dimension_and_an_erf_around_it():
    assert separable_probability(40, 20) == Rational(1, 2)
    errors = [
        max(
            abs(float(separable_probability(N, d)) - float(1 + mpmath.erf((2 * N) ** 0.5 * (d / N - 0.5))) / 2)
            for d in range(1, N)
        )
        for N in (50, 100, 200)
    ]  # fmt: skip
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.1, abs=0)  # the error falls like 1/N
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.1, abs=0)
    assert separable_probability(9, 4) == Rational(sum(comb(8, k) for k in range(4)), 2**8)


def test_the_orbit_solves_the_flow_of_the_two_gradients():
    edge = SeparabilityEdge(Rational(2, 5), 3)
    weight, bias, step = mpmath.mpf(0), mpmath.mpf(0), mpmath.mpf("0.0005")
    for _ in range(800):
        pulls = [mpmath.exp(x * weight + bias) for x in (-3, mpmath.mpf("0.6"))]
        weight, bias = weight - step * (-3 * pulls[0] + mpmath.mpf("0.6") * pulls[1]) / 2, bias - step * sum(pulls) / 2
    assert float(edge.bias(Rational(float(weight)))) == pytest.approx(float(bias), rel=2e-3, abs=0)
    assert float(edge.time_at(Rational(float(weight))).evalf(8)) == pytest.approx(0.4, rel=2e-3, abs=0)


def test_the_orbit_goes_through_the_edge_without_a_jump():
    at = SeparabilityEdge(Rational(1, 2), 2).bias(1)
    beside = SeparabilityEdge(Rational(1, 2) + Rational(1, 10**8), 2).bias(1)
    assert float(beside.evalf(30)) == pytest.approx(float(at), rel=1e-6, abs=0)


def test_what_it_ends_at_on_both_sides():
    assert SeparabilityEdge(Rational(1, 2)).limiting_weight() is oo
    assert SeparabilityEdge(Rational(3, 10)).generalization_plateau == 0
    beyond = SeparabilityEdge(Rational(3, 5), 2)
    far = 1 - beyond.accuracy_at(1000).evalf(20)
    assert float(beyond.generalization_plateau) == pytest.approx(float(far), rel=1e-2, abs=0)


def test_a_level_is_reached_up_to_its_own_edge():
    level, sigma = Rational(9, 10), 2
    lam = Rational(float(SeparabilityEdge(Rational(1, 4), sigma).edge(level)))
    assert float(SeparabilityEdge(lam, sigma).generalization_plateau) == pytest.approx(0.1, rel=1e-12, abs=0)
    near = SeparabilityEdge(lam - Rational(1, 200), sigma)
    assert float(near.accuracy_at(near.late_weight(level))) == pytest.approx(0.9, rel=1e-6, abs=0)


def test_what_has_no_closed_form_says_so():
    edge = SeparabilityEdge(Rational(3, 4))
    for ask in (edge.training_jump_time, edge.generalization_jump_time, lambda: edge.generalization_curve(1)):
        with pytest.raises(NoClosedFormError):
            ask()
    assert edge.training_curve(1) == 1
    with pytest.raises(NoClosedFormError, match="becomes right in one step"):
        SeparabilityEdge(Rational(2, 5)).training_curve(1)
    with pytest.raises(NoClosedFormError, match="does not settle"):
        edge.late_jump_time(0.9)
    for ask in (edge.replace(lam=0.4).late_weight, edge.replace(lam=0.5).late_time):
        with pytest.raises(NoClosedFormError, match="Up to λ = 1/2"):
            ask(0.9)
    with pytest.raises(ValueError, match=r"ends at 0\.53188\d and never reaches 0\.9"):
        edge.late_weight(0.9)
    for ask in (edge.edge, edge.quantile, edge.replace(lam=0.4).late_jump_time):
        with pytest.raises(ValueError, match="above chance, 1/2, where it starts, got 1/2"):
            ask(Rational(1, 2))
    with pytest.raises(ValueError, match="λ must lie strictly between 0 and 1"):
        SeparabilityEdge(1)
    with pytest.raises(ValueError, match="no parameter 'd'"):
        edge.replace(d=1)
