"""Code generated for NumPy and SciPy: it names float functions, neither overflows nor loses digits."""

import numpy as np
import pytest
from sympy import Rational, gamma, lambdify, symbols

from theory import (
    CovarianceGeneralizationLoss,
    CovarianceTrainingLoss,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    InverseLowerGamma,
    LinearStudent,
    TrainingLoss,
    accuracy,
)

s, lam, d, h, n, a, p, L, epsilon = symbols("s lambda d h n a p L epsilon", positive=True)
white = ((1, 1),), (1,)
size = FiniteSizeGeneralizationLoss(s, lam, d)
CASES = {
    "size, generalization": (size, {s: 1000, lam: 0.5, d: 40}),
    "size, training": (FiniteSizeTrainingLoss(s, lam, d), {s: 1000, lam: 1.5, d: 40}),
    "size, at one": (size, {s: 10**6, lam: 1.0, d: 40}),
    "size, slope of the slope": (size.diff(s, 2), {s: 1000, lam: 0.75, d: 40}),
    "size, in the ratio": (FiniteSizeTrainingLoss(s, lam, d).diff(lam), {s: 100, lam: 0.75, d: 40}),
    "descent, training": (DescentTrainingLoss(n, h, lam), {n: 1000, h: 0.0625, lam: 0.5}),
    "descent, generalization": (DescentGeneralizationLoss(n, h, lam), {n: 100, h: 0.0625, lam: 2.0}),
    "descent, in the step": (DescentTrainingLoss(n, h, lam).diff(h), {n: 100, h: 0.0625, lam: 0.5}),
    "descent, in the ratio": (DescentGeneralizationLoss(n, h, lam).diff(lam), {n: 20, h: 0.0625, lam: 0.5}),
    "covariance, training": (CovarianceTrainingLoss(s, lam, *white), {s: 1000, lam: 0.5}),
    "covariance, slope": (CovarianceTrainingLoss(s, lam, *white).diff(s), {s: 10, lam: 0.5}),
    "covariance, generalization": (CovarianceGeneralizationLoss(s, lam, *white), {s: 1000, lam: 0.5}),
    "weight decay": (LinearStudent(lam).with_weight_decay(Rational(1, 10)).generalization_loss(s), {s: 1000, lam: 0.5}),
    "three outputs": (accuracy(L, epsilon, 3), {L: 1e20, epsilon: 1.0}),
    "quantile": (InverseLowerGamma(a, p), {a: 2.5, p: 1e-200}),
    "quantile, slope": (InverseLowerGamma(a, p).diff(p), {a: 2.5, p: 0.25}),
}


@pytest.mark.parametrize("module", ["numpy", "scipy"])
@pytest.mark.parametrize("name", CASES)
def test_values(name, module):
    expression, point = CASES[name]
    if module == "numpy" and expression.has(gamma):
        pytest.skip("NumPy has no gamma function")
    with np.errstate(over="raise", invalid="raise"):
        found = lambdify(list(point), expression, module)(*(np.array([float(value)]) for value in point.values()))
    exact = expression.subs({symbol: Rational(value) for symbol, value in point.items()}).evalf(20)
    assert np.ravel(found)[0] == pytest.approx(float(exact), rel=1e-11, abs=0)


def test_the_standard_library_calls_the_same_functions():
    slope = TrainingLoss(s, lam).diff(s)
    exact = slope.subs({s: 1000, lam: Rational(1, 4)}).evalf(20)
    assert lambdify((s, lam), slope, "math")(1000.0, 0.25) == pytest.approx(float(exact), rel=1e-12, abs=0)
