"""Identities that a session asks SymPy to see: by `equals`, by `simplify`, and as a differential equation."""

import mpmath
import pytest
from sympy import Eq, Function, Rational, Symbol, checkodesol, expand_func, pi, simplify, sqrt

from theory import GeneralizationLoss, MarcumQ1, SpectralAverage, TrainingLoss
from theory.symbols import lam, s

train, gen = TrainingLoss(s, lam), GeneralizationLoss(s, lam)


def test_mixed_derivatives_are_equal():
    one, other = gen.diff(lam).diff(s), gen.diff(s).diff(lam)
    assert one != other
    assert simplify(one - other) == 0
    assert (one - other).equals(0) is True


def test_the_training_loss_solves_its_differential_equation():
    x, f = Symbol("x", positive=True), Function("f")
    equation = (
        x * f(x).diff(x, 2) + (2 * (1 + lam) * x + 3) * f(x).diff(x) + ((1 - lam) ** 2 * x + 3 * (1 + lam)) * f(x)
    )
    assert checkodesol(equation, Eq(f(x), TrainingLoss(x, lam))) == (True, 0)
    passed, left = checkodesol(equation + f(x), Eq(f(x), TrainingLoss(x, lam)))
    assert passed is False
    assert left == x * TrainingLoss(x, lam)


def test_higher_averages_reduce_only_where_asked():
    third = train.diff(s, 2)
    assert third == SpectralAverage(3, s, lam)
    assert simplify(third) == third
    reduced = expand_func(third)
    assert reduced.atoms(SpectralAverage) == {SpectralAverage(2, s, lam)}
    assert simplify(reduced - third) == 0


def test_different_losses_are_called_different():
    assert gen.equals(train) is False


@pytest.mark.parametrize("digits", [20, 60])
def test_irrational_arguments_keep_their_digits_below_the_precision_at_hand(digits):
    # mpmath's own precision is that of a float while SymPy asks for more.
    x, y = sqrt(pi) / 3, sqrt(Rational(7, 5))
    with mpmath.workdps(digits + 10):
        a, b = (number._to_mpmath(mpmath.mp.prec) for number in (x.evalf(digits + 15), y.evalf(digits + 15)))
        inside = mpmath.quad(lambda v: v * mpmath.exp(-(v**2 + a**2) / 2) * mpmath.besseli(0, a * v), [0, b])
        found = MarcumQ1(x, y).evalf(digits)._to_mpmath(mpmath.mp.prec)
        assert abs(found - (1 - inside)) < mpmath.mpf(10) ** (1 - digits)
