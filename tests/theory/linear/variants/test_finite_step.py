import mpmath
import numpy as np
import pytest
from sympy import Integral, Rational, Symbol, hyper, oo, symbols

from theory import (
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    FiniteStep,
    GeneralizationLoss,
    LinearStudent,
    MarchenkoPastur,
    TrainingLoss,
)
from theory.steps import value

H, LAM = Rational(1, 30), Rational(7, 5)


def spectral(power, n, h, lam):
    """E ν^power (1 − hν)^{2n} by quadrature over the angle of the spectrum, and the atom."""
    with mpmath.workdps(max(40, mpmath.mp.dps)):
        h, lam = (mpmath.mpf(v.p) / v.q for v in (h, lam))

        def integrand(theta):
            root = mpmath.sqrt(lam)
            nu = (1 - root) ** 2 + 4 * root * mpmath.sin(theta / 2) ** 2
            if nu == 0:  # λ = 1 at θ = 0, where sin²θ/ν → 1
                return 2 / mpmath.pi * (power == 0)
            return 2 / mpmath.pi * mpmath.sin(theta) ** 2 * nu ** (power - 1) * (1 - h * nu) ** (2 * n)

        atom = max(0, 1 - 1 / lam) if power == 0 else 0
        return mpmath.quad(integrand, mpmath.linspace(0, mpmath.pi, 5)) + atom


@pytest.mark.parametrize("lam", [Rational(3, 10), Rational(1), LAM])
@pytest.mark.parametrize("n", [0, 1, 4, 25])
def test_both_losses_are_the_average_over_the_spectrum(n, lam):
    for power, loss in ((1, DescentTrainingLoss), (0, DescentGeneralizationLoss)):
        expected = spectral(power, n, H, lam)
        assert abs(value(loss(n, H, lam), {}, 30) - expected) < mpmath.mpf(10) ** -28
        assert abs(value(loss(n, H, lam).rewrite(hyper), {}, 30) - expected) < mpmath.mpf(10) ** -28
        found = loss(n, H, lam).evalf(30)
        assert abs(found._to_mpmath(120) - expected) < mpmath.mpf(10) ** -28


def test_the_hypergeometric_form_for_symbolic_steps_is_the_same():
    n = Symbol("n", positive=True, integer=True)
    found = value(DescentTrainingLoss(n, H, LAM).rewrite(hyper).subs(n, 12), {}, 30)
    assert abs(found - value(DescentTrainingLoss(12, H, LAM), {}, 30)) < mpmath.mpf(10) ** -28


def test_one_step_is_a_polynomial_in_the_moments():
    law, (h, lam) = MarchenkoPastur(symbols("lambda", positive=True)), symbols("h lambda", positive=True)
    expected = law.moment(1) - 2 * h * law.moment(2) + h**2 * law.moment(3)
    assert (DescentTrainingLoss(1, h, lam).rewrite(hyper) - expected).expand() == 0


def test_the_flow_is_approached_linearly_in_h_with_the_stated_coefficient():
    s, lam = Rational(4), Rational(4, 5)
    for loss, flow, which in (
        (DescentTrainingLoss, TrainingLoss, 0),
        (DescentGeneralizationLoss, GeneralizationLoss, 1),
    ):
        errors = []
        for n in (40, 80, 160):
            h = s / (2 * n)
            predicted = flow(s, lam).evalf(30) + FiniteStep.flow_distance(s, h, lam)[which].evalf(30)
            errors.append(abs(float(value(loss(n, h, lam), {}, 30) - predicted._to_mpmath(100))))
        rates = np.diff(np.log(errors)) / np.log(0.5)
        assert rates == pytest.approx([2, 2], abs=0.1)  # what is left after the O(h) term is O(h²)


def test_steps_are_checked():
    with pytest.raises(ValueError, match="whole number ≥ 0, got -1"):
        DescentTrainingLoss(-1, H, LAM)


def test_the_smallest_losses_keep_their_digits():
    # λ < 1 after many steps: one minus what was removed would leave nothing of it in 30 digits.
    n, h, lam = 400, Rational(1, 5), Rational(1, 25)
    with mpmath.workdps(120):
        expected = spectral(0, n, h, lam)
        found = DescentGeneralizationLoss(n, h, lam).evalf(30)._to_mpmath(120)
        assert expected < 1e-40
        assert abs(found / expected - 1) < mpmath.mpf(10) ** -28


def test_special_values_and_the_integral():
    h, lam = symbols("h lambda", positive=True)
    assert DescentTrainingLoss(0, h, lam) == DescentGeneralizationLoss(0, h, lam) == 1
    assert (DescentTrainingLoss(oo, h, 4), DescentGeneralizationLoss(oo, h, 4)) == (0, Rational(3, 4))
    for loss in (DescentTrainingLoss, DescentGeneralizationLoss):
        form = loss(7, H, LAM).rewrite(Integral)
        assert abs(value(form, {}, 30) - value(loss(7, H, LAM), {}, 30)) < mpmath.mpf(10) ** -28


def test_steps_of_a_student():
    t = Symbol("t", positive=True, integer=True)
    student = LinearStudent(LAM, eta0=H / 2).with_finite_step()
    assert student.training_loss(4 * student.eta0 * t) == DescentTrainingLoss(t, H, LAM)
    assert student.with_outputs(3).training_loss(4 * student.eta0 * t) == DescentTrainingLoss(t, H / 3, LAM) / 3
