import pytest
from scipy import special
from sympy import I, Rational, Symbol, erfc, exp, lambdify, limit, oo, pi, sqrt, symbols

from theory.functions.scaled_erfc import ScaledErfc

y = symbols("y", positive=True)


@pytest.mark.parametrize("at", [0.0, 1e-9, 0.5, 3.0, 1e3, 1e9, -2.0])
def test_values(at):
    assert float(ScaledErfc(Rational(at)).evalf(20)) == pytest.approx(special.erfcx(at), rel=1e-14, abs=0)
    assert float(lambdify(y, ScaledErfc(y), "mpmath")(at)) == pytest.approx(special.erfcx(at), rel=1e-14, abs=0)


def test_forms_and_derivative():
    assert ScaledErfc(y).rewrite(erfc) == exp(y**2) * erfc(y)
    assert (ScaledErfc(y).diff(y) - (exp(y**2) * erfc(y)).diff(y)).rewrite(erfc).expand() == 0
    assert (ScaledErfc(0), ScaledErfc(oo)) == (1, 0)
    assert complex(ScaledErfc(1 + I).evalf(15)) == pytest.approx(special.wofz(1j * (1 + 1j)), rel=1e-13, abs=0)


def test_limits():
    assert limit(1 - sqrt(pi) * y * ScaledErfc(y), y, oo) == 0
    assert limit(2 * y**2 * (1 - sqrt(pi) * y * ScaledErfc(y)), y, oo) == 1
    with pytest.raises(NotImplementedError, match=r"The limit depends on whether .* is finite"):
        limit(y * ScaledErfc(y * abs(Symbol("c", real=True))), y, oo)
