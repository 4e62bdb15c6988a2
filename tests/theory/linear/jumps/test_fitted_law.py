import mpmath
import pytest
from sympy import Symbol, oo

from theory import erf_fit, exponential_rise, normal_equations, power_rise, training_rise

y = Symbol("y", real=True)


@pytest.mark.parametrize("digits", [12, pytest.param(50, marks=pytest.mark.slow)])
def test_the_universal_numbers_of_a_late_jump(digits):
    """Both moments of the misfit vanish by mpmath's quadrature of the formula as it is typed here."""
    jump, sharp = erf_fit(exponential_rise(y), y, (-0.23, 0.37), start=-oo, digits=digits)
    assert float(jump) == pytest.approx(-0.23008800891486626, rel=1e-11, abs=0)
    assert float(sharp) == pytest.approx(0.36992060898545650, rel=1e-11, abs=0)
    with mpmath.workdps(digits + 10):
        jump, sharp, half = mpmath.mpf(jump), mpmath.mpf(sharp), mpmath.erfinv(mpmath.mpf(1) / 2)

        def misfit(at):
            u = sharp * (at - jump)
            return (mpmath.erf(u) + 1 - 2 * mpmath.erf(half * mpmath.exp(at / 2))) * mpmath.exp(-(u**2))

        cuts = mpmath.linspace(-3 * mpmath.sqrt(3 * digits) - 5, 3 * mpmath.sqrt(3 * digits) + 5, 2 + digits // 5)
        for power in (0, 1):
            moment = mpmath.quad(lambda at, power=power: misfit(at) * (at - jump) ** power, cuts)
            assert abs(moment) < mpmath.mpf(10) ** (1 - digits)


def test_an_accuracy_of_the_start_is_fitted_in_its_own_time():
    """τ → kτ: the jump time goes with it, s t* stays; next to λ = 1 the training fit tends to that of τ^{3/4}."""
    x = Symbol("x", positive=True)
    once, thrice = (erf_fit(power_rise(x / k, 0.75), x, (1.15 * k, 0.5 / k), digits=6) for k in (1, 3))
    assert [float(thrice[0] / once[0]), float(once[1] / thrice[1])] == pytest.approx([3, 3], rel=1e-5)
    early = erf_fit(training_rise(x, 1e-6), x, (1.15e-6, 0.5e6), digits=6)
    assert float(early[0] * early[1]) == pytest.approx(float(once[0] * once[1]), rel=1e-5)


def test_bad_input():
    with pytest.raises(ValueError, match="The sharpness s must be positive"):
        normal_equations(1, y, 0, -1)
    with pytest.raises(ValueError, match="The time x_train must be positive"):
        training_rise(1, 0)
    with pytest.raises(ValueError, match="closer guess"):
        erf_fit(exponential_rise(y), y, (40.0, 30.0), start=-oo, digits=3)
