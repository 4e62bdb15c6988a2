import mpmath
import pytest
from sympy import I, Integral, Rational, besseli, lambdify, latex, oo, symbols

from theory import EdgeExcess

s, lam, d = symbols("s lambda d", positive=True)


def by_angles(k, s, lam):
    """Half of the edges minus the mean over the angle, by quadrature."""
    lam = mpmath.mpf(lam.p) / lam.q
    root = mpmath.sqrt(lam)

    def term(nu):
        return nu**k * mpmath.exp(-nu * s)

    between = (
        mpmath.quad(lambda angle: term(1 + lam - 2 * root * mpmath.cos(angle)), [0, 0.1, 1, mpmath.pi]) / mpmath.pi
    )
    return (term((1 - root) ** 2) + term((1 + root) ** 2)) / 2 - between


@pytest.mark.parametrize("k", [0, 1, 2, 5])
@pytest.mark.parametrize("ratio", [Rational(1, 4), Rational(1), Rational(2)])
@pytest.mark.parametrize("time", [Rational(1, 100), 3, 60, -1, 1 + 2 * I])
def test_values(k, time, ratio):
    with mpmath.workdps(60):
        at = mpmath.mpc(1, 2) if time == 1 + 2 * I else mpmath.mpf(Rational(time).p) / Rational(time).q
        expected = by_angles(k, at, ratio)
        found = EdgeExcess(k, time, ratio).evalf(25)
        real, imaginary = (part._to_mpmath(100) for part in found.as_real_imag())
        assert abs(mpmath.mpc(real, imaginary) - expected) < abs(expected) * mpmath.mpf(10) ** -22
        closed = EdgeExcess(k, time, ratio).rewrite(besseli).evalf(25, maxn=400)
        assert abs(complex(closed) - complex(expected)) < 1e-14 * abs(complex(expected))


def test_late_values_cancel_to_powers_of_the_time():
    # At λ = 1, −(1/π)∫ν^k e^{−νs} dθ → −Γ(k + 1/2)/(2π s^{k+1/2}).
    for k in (1, 2, 3):
        found = float(EdgeExcess(k, 10**8, 1) * 10 ** (8 * k + 4))
        assert found == pytest.approx(-float(mpmath.gamma(k + 0.5)) / (2 * mpmath.pi), rel=1e-7, abs=0)


def test_moments_at_the_start():
    for k in range(6):
        value = EdgeExcess(k, 0, lam)
        for ratio in (Rational(1, 3), 1, 2):
            with mpmath.workdps(30):
                expected = by_angles(k, mpmath.mpf(0), Rational(ratio))
            assert abs(value.subs(lam, ratio).evalf(20)._to_mpmath(70) - expected) < 1e-17
    assert (EdgeExcess(0, oo, 2), EdgeExcess(0, oo, 1), EdgeExcess(3, oo, lam)) == (0, Rational(1, 2), 0)


@pytest.mark.parametrize("k", [0, 1, 3])
def test_derivatives(k):
    point, step = {s: Rational(3), lam: Rational(1, 2)}, Rational(1, 10**12)
    for symbol in (s, lam):
        ahead, behind = (
            EdgeExcess(k, s, lam).subs(point | {symbol: point[symbol] + sign * step}).evalf(50) for sign in (1, -1)
        )
        slope = EdgeExcess(k, s, lam).diff(symbol).subs(point).evalf(30)
        assert abs((ahead - behind) / (2 * step) / slope - 1) < Rational(1, 10**18)


def test_generated_code_and_latex():
    found = lambdify((s, lam), EdgeExcess(2, s, lam), "mpmath")
    for time, ratio in ((3, 0.5), (10**6, 0.5), (10**6, 1)):
        assert float(found(mpmath.mpf(time), ratio)) == pytest.approx(
            float(EdgeExcess(2, time, Rational(ratio))), rel=1e-12
        )
    assert latex(EdgeExcess(2, s, lam) ** 2) == r"E_{2}^{2}\left(s, \lambda\right)"
    assert not EdgeExcess(2, s, lam).rewrite(besseli).has(Integral)
