import mpmath
import pytest
from sympy import Float, Integer, Rational, Symbol, exp, integrate, oo, symbols

from theory import GeneralizationLoss, MarchenkoPastur, TrainingLoss
from theory.steps import value

LAMS = [Rational(3, 10), Rational(97, 100), Integer(1), Rational(1003, 1000), Integer(4)]
lam, nu = symbols("lambda nu", positive=True)


def average(f, law):
    """Mean of f over the law by mpmath's quadrature of the printed density, atom included."""
    with mpmath.workdps(40):
        at = mpmath.mpf(law.lam.p) / law.lam.q
        root = mpmath.sqrt(at)

        # v² = ν − ν₋ takes the square roots, and at λ = 1 the pole, out of the lower edge.
        def integrand(v):
            x = (1 - root) ** 2 + v**2
            return (
                2 * v**2 * mpmath.sqrt(abs(4 * root - v**2)) / (2 * mpmath.pi * at * x) * f(x) if v else mpmath.mpf(0)
            )

        end = 2 * mpmath.sqrt(root)
        cuts = [0, *(x for x in (abs(1 - root), 10 * abs(1 - root)) if 0 < x < end), end]
        return mpmath.quad(integrand, cuts) + max(0, 1 - 1 / at) * f(mpmath.mpf(0))


@pytest.mark.parametrize("at", LAMS)
def test_weight_with_atom_is_one(at):
    law = MarchenkoPastur(at)
    assert abs(average(lambda x: mpmath.mpf(1), law) - 1) < 1e-30
    assert abs(value(law.expectation(Integer(1), nu), {}, 20) - 1) < 1e-18


@pytest.mark.parametrize("at", LAMS)
@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
def test_moments_are_those_of_the_density(at, k):
    with mpmath.workdps(40):
        moment = MarchenkoPastur(at).moment(k)
        expected = average(lambda x: x**k, MarchenkoPastur(at))
        assert abs(mpmath.mpf(moment.p) / moment.q / expected - 1) < 1e-30


def test_moments_count_trees():
    # At λ = 1 the Narayana numbers add up to Catalan's.
    assert [MarchenkoPastur(1).moment(k) for k in range(7)] == [1, 1, 2, 5, 14, 42, 132]
    assert MarchenkoPastur(lam).moment(4) == lam**3 + 6 * lam**2 + 6 * lam + 1


def test_moments_need_a_whole_number():
    with pytest.raises(ValueError, match="whole number ≥ 0, got -1"):
        MarchenkoPastur(lam).moment(-1)


def test_atom_and_support_on_both_sides():
    assert MarchenkoPastur(Rational(1, 4)).atom == 0
    assert MarchenkoPastur(4).atom == Rational(3, 4)
    assert MarchenkoPastur(Rational(1, 4)).support == (Rational(1, 4), Rational(9, 4))
    assert [MarchenkoPastur(4).density(edge) for edge in (1, 9)] == [0, 0]


def test_density_is_symbolic_and_integrates():
    law = MarchenkoPastur(1)
    assert integrate(law.density(nu), (nu, 0, 4)) == 1
    free = MarchenkoPastur(lam).density(nu)
    assert free.free_symbols == {lam, nu}


@pytest.mark.parametrize("at", LAMS)
def test_expectation_of_a_function(at):
    law = MarchenkoPastur(at)
    found = value(law.expectation(exp(-2 * nu), nu), {}, 20)
    assert abs(found - average(lambda x: mpmath.exp(-2 * x), law)) < 1e-18


@pytest.mark.parametrize("bad", [0, -1, Rational(-1, 2), Float(-0.5), -oo, Symbol("n", negative=True)])
def test_lam_that_cannot_be_positive_is_refused(bad):
    with pytest.raises(ValueError, match="λ = d/N_train must be positive"):
        MarchenkoPastur(bad)


def test_undecided_lam_is_accepted():
    assert MarchenkoPastur(Symbol("x")).moment(2) == Symbol("x") + 1


@pytest.mark.parametrize("at", LAMS)
@pytest.mark.parametrize("time", [2, 10**5])
def test_averages_over_the_angle_evaluate_to_the_losses(at, time):
    """Also where the average is 10⁻⁴⁰⁰⁰ of the integrand's range, and next to λ = 1, where it is steep."""
    law = MarchenkoPastur(at)
    for weight, loss in ((1, GeneralizationLoss), (nu, TrainingLoss)):
        found = law.angular_expectation(weight * exp(-nu * time), nu).evalf(30)
        assert abs(found / loss(time, at).evalf(40) - 1) < 1e-28


@pytest.mark.parametrize("at", [Rational(3, 10), Integer(4)])
def test_inverse_moments(at):
    law = MarchenkoPastur(at)
    for c in (0, Rational(1, 3)):
        for k in (0, 1, 2):
            f = 1 / (nu + c) ** k
            rest = 0 if c == 0 else f.subs(nu, 0) * law.atom
            by_angle = (law.angular_expectation(f, nu, at_zero=Integer(0)) + rest).evalf(20)
            assert abs(law.inverse_moment(k, c).evalf(20) - by_angle) < 1e-17
