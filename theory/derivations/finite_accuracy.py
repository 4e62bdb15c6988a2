"""The expected accuracy at finite size, where random losses make more and less of it than their mean."""

from sympy import Derivative, Integral, Rational, erf, exp, oo, pi, sin, sqrt, symbols

from theory.linear.losses import GeneralizationLoss
from theory.linear.spectral_average import SpectralAverage
from theory.linear.student import LinearStudent
from theory.linear.variants.edge_excess import EdgeExcess
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import epsilon, lam, s
from theory.threshold_accuracy import accuracy, accuracy_curvature

__all__ = ["equations"]

equations = Registry()


d, k, g, loss = symbols("d k g L", positive=True)


@equations.register("loss-variance", "How far the losses of one sample scatter", "M Eq. 8 with a Gaussian start")
def variance() -> tuple[Step, ...]:
    """L = (1/d) Σ v(ν_i) g_i²: at a given spectrum Var L = (2/d) E v², and the spectrum itself adds O(1/d²)."""
    student = LinearStudent(lam).with_size(d)
    normal = exp(-(g**2) / 2) / sqrt(2 * pi)
    large: Domain = {s: (Rational(1, 2), 3)}
    return (
        identity(
            Integral((g**2 - 1) ** 2 * normal, (g, -oo, oo)),
            Rational(2),
            "variance of a Gaussian's square",
            digits=15,
        ),
        asymptotic(
            student.training_loss_variance(s),
            2 / d * SpectralAverage(2, 2 * s, lam),
            "v = νe^{−νs} in training",
            d,
            domain=large,
            digits=20,
        ),
        asymptotic(
            student.generalization_loss_variance(s),
            2 / d * GeneralizationLoss(2 * s, lam),
            "v = e^{−νs} in generalization",
            d,
            domain=large,
            digits=20,
        ),
    )


@equations.register(
    "expected-accuracy",
    "The expected accuracy at finite size",
    "M Eq. 7 averaged over starts, to first order in 1/d",
)
def expected() -> tuple[Step, ...]:
    """E A(L) = A(E L) + ½A″(E L) Var L + O(1/d²); against the exact average of d equal eigenvalues, Var L = 2L²/d."""
    # A is the chance that |y| < √ε for y ~ N(0, L), so an integral over the average of e^{−k²L/2}.
    wave = 2 / pi * sin(k * sqrt(epsilon)) / k
    at = {epsilon: Rational(3, 4), loss: 1}
    exact = Integral((wave * (1 + k**2 * loss / d) ** (-d / 2)).subs(at), (k, 0, 16))
    student = LinearStudent(lam, epsilon=epsilon).with_size(d)
    mean, double = (GeneralizationLoss(time, lam) + EdgeExcess(0, time, lam) / (2 * d) for time in (s, 2 * s))
    x = epsilon / (2 * mean)
    bent = sqrt(x / pi) * exp(-x) * (Rational(3, 2) - x) * double / (d * mean**2)
    some: Domain = {s: (Rational(1, 2), 3), lam: (Rational(1, 4), 3), d: (20, 90)}
    return (
        identity(Derivative(accuracy(loss, epsilon, 3), loss, 2), accuracy_curvature(loss, epsilon, 3), "d²A/dL²"),
        identity(
            Integral((wave * exp(-(k**2) * loss / 2)).subs(at), (k, 0, 16)),
            accuracy(1, Rational(3, 4)),
            "M Eq. 7 by the characteristic function",
            digits=12,
        ),
        asymptotic(
            exact - accuracy(1, Rational(3, 4)),
            accuracy_curvature(1, Rational(3, 4)) / d,
            "E e^{−k²L/2} = (1 + k²L/d)^{−d/2} of d equal eigenvalues",
            d,
            digits=20,
        ),
        identity(
            student.generalization_accuracy(s),
            erf(sqrt(x)) + bent,
            "with the mean of finite-size",
            domain=some,
            digits=20,
        ),
    )
