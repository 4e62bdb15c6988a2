import mpmath
import pytest
from sympy import Integral, Rational, hyper, lambdify, latex, oo, symbols

from theory import (
    DescentAverage,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    LinearStudent,
    MarchenkoPastur,
    NoClosedFormError,
)

h, lam, s = symbols("h lambda s", positive=True)
n = symbols("n", integer=True, positive=True)


def by_angles(k, m, step, ratio):
    step, ratio = (mpmath.mpf(value.p) / value.q for value in (step, ratio))
    root = mpmath.sqrt(ratio)

    def average(nu):
        if k >= 0:
            return nu**k * (1 - step * nu) ** m
        return (1 - (1 - step * nu) ** m) / nu if nu else m * step

    def weighed(angle):
        nu = (1 - root) ** 2 + 4 * root * mpmath.sin(angle / 2) ** 2
        return 2 / mpmath.pi * mpmath.sin(angle) ** 2 / nu * average(nu)

    return mpmath.quad(weighed, [0, 0.1, 1, mpmath.pi]) + max(0, 1 - 1 / ratio) * average(mpmath.mpf(0))


@pytest.mark.parametrize("k", [-1, 0, 1, 2, 4])
@pytest.mark.parametrize("m", [2, 7])
@pytest.mark.parametrize("ratio", [Rational(1, 2), Rational(1), Rational(2)])
def test_values(k, m, ratio):
    step = Rational(1, 10)
    with mpmath.workdps(40):
        expected = by_angles(k, m, step, ratio)
        found = DescentAverage(k, m, step, ratio).evalf(30)._to_mpmath(120)
        assert abs(found - expected) < abs(expected) * mpmath.mpf(10) ** -22
    integral = DescentAverage(k, m, step, ratio).rewrite(Integral).evalf(15)
    assert float(integral) == pytest.approx(float(expected), rel=1e-13, abs=0)


def test_the_losses_are_two_of_them():
    assert DescentAverage(0, 2 * n, h, lam) == DescentGeneralizationLoss(n, h, lam)
    assert DescentAverage(1, 6, h, lam) == DescentTrainingLoss(3, h, lam)
    assert DescentAverage(2, 0, h, lam) == MarchenkoPastur(lam).moment(2)
    assert (DescentAverage(-1, 0, h, lam), DescentAverage(3, oo, h, lam)) == (0, 0)
    assert DescentAverage(0, 5, h, Rational(1, 2)).rewrite(hyper).subs(h, Rational(1, 10)).evalf(20) == pytest.approx(
        DescentAverage(0, 5, Rational(1, 10), Rational(1, 2)).evalf(20), rel=1e-18
    )


@pytest.mark.parametrize("ratio", [Rational(1, 2), Rational(1), Rational(2)])
@pytest.mark.parametrize(
    "loss",
    [
        DescentTrainingLoss(5, h, lam),
        DescentGeneralizationLoss(5, h, lam),
        DescentAverage(2, 5, h, lam),
        DescentAverage(0, 3, h, lam),
    ],
    ids=str,
)
def test_derivatives(loss, ratio):
    point, step = {h: Rational(1, 10), lam: ratio}, Rational(1, 10**12)
    for symbol in (h, lam):
        ahead, behind = (loss.subs(point | {symbol: point[symbol] + sign * step}).evalf(50) for sign in (1, -1))
        slope = loss.diff(symbol).subs(point).evalf(30)
        assert abs((ahead - behind) / (2 * step) / slope - 1) < Rational(1, 10**18)
    mixed = loss.diff(h, h).subs(point).evalf(20)
    first = loss.diff(h)
    ahead, behind = (first.subs(point | {h: point[h] + sign * step}).evalf(50) for sign in (1, -1))
    assert abs((ahead - behind) / (2 * step) / mixed - 1) < Rational(1, 10**15)


def test_numbers_of_steps_have_no_derivative():
    for expression, symbol in (
        (DescentTrainingLoss(n, h, lam), n),
        (LinearStudent(lam).with_finite_step().generalization_loss(s), s),
    ):
        with pytest.raises(NoClosedFormError, match="number of steps is whole"):
            expression.diff(symbol)
    with pytest.raises(NoClosedFormError, match="no derivative in λ"):
        DescentAverage(-1, 3, h, lam).diff(lam)


def test_generated_code_and_latex():
    for loss in (DescentTrainingLoss(n, h, lam), DescentGeneralizationLoss(n, h, lam), DescentAverage(2, n, h, lam)):
        found = lambdify((n, h, lam), loss, "mpmath")(1000, mpmath.mpf("0.0625"), 0.5)
        exact = loss.subs({n: 1000, h: Rational(1, 16), lam: Rational(1, 2)}).evalf(20)
        assert float(found) == pytest.approx(float(exact), rel=1e-12, abs=0)
    assert latex(DescentAverage(2, n, h, lam)) == r"A_{2, n}\left(h, \lambda\right)"
