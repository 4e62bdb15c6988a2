import mpmath
import pytest
from scipy import special
from sympy import (
    I,
    Integral,
    Rational,
    erf,
    expand_func,
    gamma,
    lambdify,
    latex,
    limit,
    lowergamma,
    oo,
    symbols,
    uppergamma,
)

from theory import RegularizedLowerGamma, accuracy
from theory.functions.gamma_values import regularized_lower_gamma_value

a, x, L, epsilon = symbols("a x L epsilon", positive=True)


@pytest.mark.parametrize("order", [Rational(1, 20), Rational(3, 2), 2, 30, 5000])
@pytest.mark.parametrize("share", [1e-8, 0.5, 0.99, 1.01, 1.5, 20])
def test_values(order, share):
    at = share * float(order)
    found = RegularizedLowerGamma(order, Rational(at)).evalf(20)
    assert float(found) == pytest.approx(special.gammainc(float(order), at), rel=2e-13, abs=1e-300)


def test_both_tails_keep_their_digits():
    with mpmath.workdps(400):
        tiny = mpmath.mpf(10) ** -60
        exact = mpmath.gammainc(5, 0, tiny, regularized=True)
        found = RegularizedLowerGamma(5, Rational(1, 10**60)).evalf(40)._to_mpmath(200)
        assert abs(found / exact - 1) < mpmath.mpf(10) ** -38
        above = (1 - RegularizedLowerGamma(5, 200)).evalf(30)._to_mpmath(200)
        assert abs(above / mpmath.gammainc(5, 200, regularized=True) - 1) < mpmath.mpf(10) ** -28


def test_small_accuracies_of_several_outputs_in_floats():
    # e^{−x}Σ written out would leave nothing of 10^{−100}.
    for outputs in (2, 3, 4, 10):
        found = accuracy(L, epsilon, outputs).subs({L: 1e20, epsilon: 1.0}).evalf()
        half, at = outputs / 2, outputs / 2 * 1e-20
        assert float(found) == pytest.approx(at**half / special.gamma(half + 1), rel=1e-13, abs=0)
        generated = lambdify((L, epsilon), accuracy(L, epsilon, outputs), "mpmath")
        assert float(generated(1e20, 1)) == pytest.approx(float(found), rel=1e-13, abs=0)


def test_special_values_and_forms():
    assert RegularizedLowerGamma(Rational(1, 2), x) == erf(x ** Rational(1, 2))
    assert (RegularizedLowerGamma(a, 0), RegularizedLowerGamma(a, oo)) == (0, 1)
    for order in (1, 3, Rational(5, 2)):
        value = RegularizedLowerGamma(order, 2)
        for form in (expand_func(value), value.rewrite(lowergamma), value.rewrite(uppergamma), value.rewrite(Integral)):
            assert float(form.evalf(20)) == pytest.approx(float(value.evalf(20)), rel=1e-15, abs=0)
    assert RegularizedLowerGamma(a, x).rewrite(lowergamma) == lowergamma(a, x) / gamma(a)
    assert latex(RegularizedLowerGamma(a, x) ** 2) == r"P^{2}\left(a, x\right)"


def test_derivatives():
    assert RegularizedLowerGamma(a, x).diff(x).subs({a: 3, x: 2}) == RegularizedLowerGamma(3, x).diff(x).subs(x, 2)
    point = {a: Rational(7, 3), x: 2}
    with mpmath.workdps(40):
        order = mpmath.mpf(7) / 3

        def value(b, y):
            return mpmath.gammainc(b, 0, y, regularized=True)

        for expression, counts in (
            (RegularizedLowerGamma(a, x).diff(a), (1, 0)),
            (RegularizedLowerGamma(a, x).diff(a, 2), (2, 0)),
            (RegularizedLowerGamma(a, x).diff(a, x), (1, 1)),
        ):
            exact = mpmath.diff(value, (order, 2), counts)
            assert abs(expression.subs(point).evalf(25)._to_mpmath(100) - exact) < 1e-15
    assert "∂" not in latex(RegularizedLowerGamma(a, x).diff(a))


def test_limits_and_series():
    for outputs in (2, 3, 5):
        value = accuracy(L, epsilon, outputs)
        assert limit(value, L, oo) == 0
        assert limit(value, L, 0) == 1
    assert limit(RegularizedLowerGamma(3, x) / x**3, x, 0) == Rational(1, 6)
    series = RegularizedLowerGamma(3, x).series(x, 0, 6).removeO().expand()
    assert (series.coeff(x, 3), series.coeff(x, 4), series.coeff(x, 5)) == (
        Rational(1, 6),
        -Rational(1, 8),
        Rational(1, 20),
    )


def test_complex_arguments():
    found = complex(RegularizedLowerGamma(3, 2 + I).evalf(20))
    assert found == pytest.approx(complex(mpmath.gammainc(3, 0, mpmath.mpc(2, 1), regularized=True)), rel=1e-13, abs=0)


def test_huge_orders_take_no_more_than_their_root():
    assert float(regularized_lower_gamma_value(10**6, 10**6, 15)) == pytest.approx(
        special.gammainc(1e6, 1e6), rel=1e-10
    )
    assert regularized_lower_gamma_value(10**6, 10**8, 15) == 1
