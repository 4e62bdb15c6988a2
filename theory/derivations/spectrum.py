"""The Marchenko–Pastur law and what follows from it alone."""

from sympy import Derivative, IndexedBase, Integral, Rational, Sum, Symbol, cos, exp, pi, sin, sqrt

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.registry import Registry
from theory.sources import L
from theory.steps import Step, definition, identity
from theory.symbols import eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
theta = Symbol("theta", positive=True)
start = Symbol("D", positive=True)
_early = {"domain": {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}}


@equations.register("MP", "The Marchenko–Pastur law has total weight 1", f"{L}, section 3; Marchenko and Pastur 1967")
def normalization() -> tuple[Step, ...]:
    """Density plus atom integrate to 1 on both sides of λ = 1."""
    low, high = _law.support
    edge = 1 + lam - 2 * sqrt(lam) * cos(theta)
    angular = 2 / pi * Integral(sin(theta) ** 2 / edge, (theta, 0, pi))
    return (
        identity(Integral(_law.density(nu), (nu, low, high)), angular, "substitute ν = 1 + λ − 2√λ cos θ"),
        identity(angular + _law.atom, 1, "Poisson's integral gives min(1, 1/λ)"),
        identity(_law.expectation(1, nu), 1, "back in ν"),
    )


@equations.register("MP-mean", "The mean eigenvalue is 1", "trace of the covariance of white data")
def mean() -> tuple[Step, ...]:
    """First moment of the law."""
    return (identity(_law.expectation(nu, nu), _law.moment(1), "Narayana polynomial of order 1"),)


@equations.register("MP-square", "The mean squared eigenvalue is 1 + λ", "Narayana polynomial of order 2")
def square() -> tuple[Step, ...]:
    """Second moment of the law."""
    return (identity(_law.expectation(nu**2, nu), _law.moment(2), "Narayana polynomial of order 2"),)


@equations.register("M8", "Losses for given data, along the eigenvectors of the covariance", "M Eq. 8")
def given_data() -> tuple[Step, ...]:
    """Gradient flow decouples in the eigenbasis of Σ: each component of the error decays at its own rate."""
    component = start * exp(-2 * eta0 * nu * t)
    modes = IndexedBase("nu"), IndexedBase("D")
    i, d = Symbol("i", integer=True), Symbol("d", integer=True, positive=True)
    term = modes[0][i] * modes[1][i] ** 2 * exp(-modes[0][i] * s)
    return (
        identity(
            Derivative(component, t),
            -2 * eta0 * nu * component,
            "gradient flow dD/dt = −2η₀ΣD along one eigenvector",
            **_early,
        ),
        identity(component**2, start**2 * exp(-nu * 4 * eta0 * t), "its squared error, with s = 4η₀t"),
        definition(
            Symbol("L_train"), Sum(term, (i, 1, d)), "D₀ᵀ Σ e^{−Σs} D₀ in the eigenbasis; L_gen lacks the factor ν"
        ),
    )


@equations.register(
    "M8-train", "Expected training loss as an average over the spectrum", "M Eq. 8, averaged over the data"
)
def training_average() -> tuple[Step, ...]:
    """E[D₀ᵀ Σ e^{−Σs} D₀] with E D₀D₀ᵀ = I/d is the trace average of ν e^{−νs}."""
    return (
        identity(
            TrainingLoss(s, lam),
            _law.expectation(nu * exp(-nu * s), nu),
            "isotropic D₀: the average over eigenvalues",
        ),
    )


@equations.register(
    "M8-gen",
    "Expected generalization loss as an average over the spectrum",
    "M Eq. 8, averaged over the data",
)
def generalization_average() -> tuple[Step, ...]:
    """E[D₀ᵀ e^{−Σs} D₀] is the trace average of e^{−νs}; the atom is the plateau."""
    return (
        identity(
            GeneralizationLoss(s, lam),
            _law.expectation(exp(-nu * s), nu),
            "isotropic D₀: the average over eigenvalues",
        ),
    )


@equations.register(
    "mirror", "The two sides of λ = 1 mirror each other", "the non-zero eigenvalues of XᵀX and XXᵀ agree"
)
def mirror() -> tuple[Step, ...]:
    """The decaying part D obeys D(s, λ) = D(λs, 1/λ)/λ."""
    above = {"domain": {lam: (1, 8), s: (Rational(1, 8), 4)}}
    decaying = GeneralizationLoss(s, lam) - (1 - 1 / lam)
    return (
        identity(decaying, GeneralizationLoss(lam * s, 1 / lam) / lam, "substitute ν → λν in the density", **above),
    )
