"""The closed form of the generalization loss, from the density of the spectrum to the Marcum Q-function."""

from sympy import Expr, Integral, Rational, Sum, Symbol, besseli, cos, exp, oo, pi, sin, sqrt, symbols

from theory.linear.functions.marcum import MarcumQ1
from theory.linear.losses import GeneralizationLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.registry import Registry
from theory.steps import Domain, Step, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
_z = 2 * sqrt(lam) * s
_E = exp(-(1 + lam) * s)
theta, r, z = symbols("theta r z", positive=True)
j = Symbol("j", integer=True, positive=True)
_ring: Domain = {r: (Rational(1, 8), Rational(3, 4)), theta: (Rational(1, 8), 3)}
_below: Domain = {lam: (Rational(1, 8), Rational(1, 2))}
_above: Domain = {lam: (2, 8)}


def _continuous() -> Expr:
    """What the eigenvalues that are not zero contribute, over the angle of the spectrum."""
    poisson = sin(theta) ** 2 / (1 + lam - 2 * sqrt(lam) * cos(theta))
    return 2 / pi * _E * Integral(poisson * exp(_z * cos(theta)), (theta, 0, pi))


def _bessel_sum(ratio: Expr, argument: Expr) -> Sum:
    """Σ r^{j−1} (2j/z) I_j(z)."""
    return Sum(ratio ** (j - 1) * 2 * j / argument * besseli(j, argument), (j, 1, oo))


def _neumann(ratio: Expr, argument: Expr) -> Sum:
    """Σ r^k I_k(z), k ≥ 0."""
    return Sum(ratio**j * besseli(j, argument), (j, 0, oo))


@equations.register(
    "bessel-sum", "The decaying part of the generalization loss as a sum of Bessel functions", "Jacobi–Anger"
)
def bessel_sum() -> tuple[Step, ...]:
    """(2/π) e^{−(1+λ)s} ∫ sin²θ/ν e^{z cos θ} dθ = e^{−(1+λ)s} Σ λ^{(j−1)/2} (2j/z) I_j(z) for λ < 1."""
    waves = Integral(cos(j * theta) * exp(z * cos(theta)), (theta, 0, pi))
    small = {**_ring, z: (Rational(1, 8), 2), j: (1, 5)}
    return (
        identity(_law.expectation(exp(-nu * s), nu), _law.atom + _continuous(), "substitute ν = 1 + λ − 2√λ cos θ"),
        identity(
            sin(theta) / (1 + r**2 - 2 * r * cos(theta)),
            Sum(r ** (j - 1) * sin(j * theta), (j, 1, oo)),
            "Fourier series of the Poisson kernel, a geometric series in r e^{iθ}",
            _ring,
        ),
        identity(
            exp(z * cos(theta)),
            besseli(0, z) + 2 * Sum(besseli(j, z) * cos(j * theta), (j, 1, oo)),
            "Jacobi–Anger: the generating function of the Bessel functions",
            small,
        ),
        identity(waves, pi * besseli(j, z), "its Fourier coefficients", small),
        identity(
            Integral(sin(theta) * sin(j * theta) * exp(z * cos(theta)), (theta, 0, pi)),
            pi * j / z * besseli(j, z),
            "integrate by parts: sin θ e^{z cos θ} = −d/dθ e^{z cos θ}/z",
            small,
        ),
        identity(
            _continuous(),
            _E / lam * _bessel_sum(1 / sqrt(lam), _z),
            "λ > 1: term by term, with ν = λ(1 + 1/λ − 2cos θ/√λ)",
            _above,
        ),
        identity(_continuous(), _E * _bessel_sum(sqrt(lam), _z), "λ < 1: term by term, with r = √λ", _below),
    )


@equations.register(
    "generalization-loss", "Exact generalization loss, every λ > 0", "bessel-sum, summed by parts; no closed form in L"
)
def generalization() -> tuple[Step, ...]:
    """(1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ]."""
    q, swapped = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)), MarcumQ1(sqrt(2 * s), sqrt(2 * lam * s))
    zeroth, first = besseli(0, _z), besseli(1, _z)
    closed = (1 - 1 / lam) * q + _E * (zeroth / lam + first / sqrt(lam))
    return (
        identity(2 * j / z * besseli(j, z), besseli(j - 1, z) - besseli(j + 1, z), "Bessel's recurrence", {j: (1, 5)}),
        identity(
            _bessel_sum(r, z),
            (1 - r**-2) * _neumann(r, z) + besseli(0, z) / r**2 + besseli(1, z) / r,
            "sum by parts: each I_k is left with r^k − r^{k−2}",
            {r: (Rational(1, 8), Rational(3, 4)), z: (Rational(1, 8), 4)},
        ),
        identity(q, _E * _neumann(sqrt(lam), _z), "Neumann's series, a = √(2λs) < b = √(2s)", _below),
        identity(swapped, _E * _neumann(1 / sqrt(lam), _z), "and with a and b swapped for λ > 1", _above),
        identity(
            _law.atom + (1 / lam - 1) * swapped + _E * (zeroth + first / sqrt(lam)),
            closed,
            "λ > 1: with the atom, and Q₁(a, b) + Q₁(b, a) = 1 + e^{−(1+λ)s}I₀(z), one form for both sides",
            _above,
        ),
        identity(_law.atom + _continuous(), closed, "the average over the spectrum"),
        identity(GeneralizationLoss(s, lam), closed, "the generalization loss"),
    )
