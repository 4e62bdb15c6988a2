"""The Marchenko–Pastur law and what follows from it alone."""

from sympy import Derivative, Integral, Rational, cos, exp, pi, sin, sqrt, symbols

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.registry import Registry
from theory.sources import L
from theory.steps import Domain, Step, identity
from theory.symbols import eta0, lam, nu, s, t

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
c, theta, phi = symbols("c theta phi", positive=True)
start_1, start_2, nu_1, nu_2 = symbols("D_1 D_2 nu_1 nu_2", positive=True)
_early: Domain = {t: (Rational(1, 8), 1), eta0: (Rational(1, 8), 1)}
_around: Domain = {lam: (Rational(1, 2), Rational(3, 2))}
_above: Domain = {lam: (1, 8), s: (Rational(1, 8), 4)}


@equations.register("MP", "The Marchenko–Pastur law has total weight 1", f"{L}, section 3; Marchenko and Pastur 1967")
def normalization() -> tuple[Step, ...]:
    """Density plus atom integrate to 1 on both sides of λ = 1."""
    low, high = _law.support
    edge = 1 + lam - 2 * sqrt(lam) * cos(theta)
    angular = 2 / pi * Integral(sin(theta) ** 2 / edge, (theta, 0, pi))
    return (
        identity(_law.eigenvalue(theta), edge, "the eigenvalue at an angle of the spectrum"),
        identity(Integral(_law.density(nu), (nu, low, high)), angular, "substitute ν = 1 + λ − 2√λ cos θ"),
        identity(angular + _law.atom, 1, "Poisson's integral gives min(1, 1/λ)"),
        identity(_law.expectation(1, nu), 1, "back in ν"),
    )


@equations.register("MP-angle", "Averages over the law as integrals over an angle", "substituting in MP")
def angle() -> tuple[Step, ...]:
    """E f(ν) = (1 − 1/λ)⁺ f(0) + (2/π) ∫ sin²θ f(ν)/ν dθ, ν = 1 + λ − 2√λ cos θ; here for e^{−νs}."""
    edge = 1 + lam - 2 * sqrt(lam) * cos(theta)
    return (
        identity(
            _law.angular_expectation(exp(-nu * s), nu),
            _law.atom + 2 / pi * Integral(sin(theta) ** 2 / edge * exp(-edge * s), (theta, 0, pi)),
            "the atom, where the exponential is 1, and the angle",
        ),
        identity(
            _law.angular_expectation(exp(-nu * s), nu), _law.expectation(exp(-nu * s), nu), "the same by the density"
        ),
    )


@equations.register("MP-mean", "The mean eigenvalue is 1", "trace of the covariance of white data")
def mean() -> tuple[Step, ...]:
    """First moment of the law."""
    return (identity(_law.expectation(nu, nu), _law.moment(1), "Narayana polynomial of order 1"),)


@equations.register("MP-square", "The mean squared eigenvalue is 1 + λ", "Narayana polynomial of order 2")
def square() -> tuple[Step, ...]:
    """Second moment of the law."""
    return (identity(_law.expectation(nu**2, nu), _law.moment(2), "Narayana polynomial of order 2"),)


@equations.register("MP-fourth", "The mean fourth power of an eigenvalue", "Narayana polynomial of order 4")
def fourth() -> tuple[Step, ...]:
    """Fourth moment of the law, 1 + 6λ + 6λ² + λ³."""
    return (identity(_law.expectation(nu**4, nu), _law.moment(4), "by the density"),)


@equations.register("stieltjes", "Stieltjes transform of the Marchenko–Pastur law", "Marchenko and Pastur 1967")
def stieltjes() -> tuple[Step, ...]:
    """m(z) = E 1/(ν − z) on the negative axis, z = −c, and E 1/(ν + c)² from its derivative."""
    m, (low, high) = _law.stieltjes(-c), _law.support
    return (
        identity(c * lam * m**2 + (c + 1 - lam) * m, 1, "the quadratic equation of the law"),
        identity(_law.expectation(1 / (nu + c) ** 2, nu), -Derivative(m, c), "differentiate in c"),
        identity(
            -Derivative(m, c),
            m * (1 + lam * m) / (sqrt(low + c) * sqrt(high + c)),
            "differentiate the quadratic equation",
        ),
        identity(_law.expectation(1 / (nu + c), nu), m, "m at z = −c by the spectrum, the atom included"),
    )


@equations.register("MP-inverse", "Mean inverse powers of the eigenvalues", "stieltjes, and its limits c → 0")
def inverse() -> tuple[Step, ...]:
    """E 1/(ν + c) and E 1/(ν + c)², and the same over the eigenvalues that are not zero for c = 0."""
    low, high = _law.support
    shifted = [_law.expectation((nu + c) ** -k, nu) for k in (1, 2)]
    learned = [Integral(_law.density(nu) * nu**-k, (nu, low, high)) for k in (0, 1, 2)]
    return (
        identity(learned[0], _law.inverse_moment(0, 0), "c = 0: the share of the eigenvalues that are not zero"),
        identity(learned[1], _law.inverse_moment(1, 0), "c = 0: 1/(1−λ) and 1/(λ(λ−1))", domain=_around),
        identity(learned[2], _law.inverse_moment(2, 0), "c = 0: 1/|1−λ|³", domain=_around),
        identity(shifted[1], _law.inverse_moment(2, c), "c > 0: m′"),
        identity(shifted[0], _law.inverse_moment(1, c), "c > 0: m"),
    )


@equations.register("M8", "Losses for given data, along the eigenvectors of the covariance", "M Eq. 8")
def given_data() -> tuple[Step, ...]:
    """Gradient flow decouples in the eigenbasis of Σ, here of two inputs with eigenvectors at an angle φ."""
    mode_1, mode_2 = start_1 * exp(-2 * eta0 * nu_1 * t), start_2 * exp(-2 * eta0 * nu_2 * t)
    error_x, error_y = cos(phi) * mode_1 - sin(phi) * mode_2, sin(phi) * mode_1 + cos(phi) * mode_2
    xx = nu_1 * cos(phi) ** 2 + nu_2 * sin(phi) ** 2
    yy = nu_1 * sin(phi) ** 2 + nu_2 * cos(phi) ** 2
    xy = (nu_1 - nu_2) * sin(phi) * cos(phi)
    decay_1, decay_2 = exp(-4 * eta0 * nu_1 * t), exp(-4 * eta0 * nu_2 * t)
    return (
        identity(
            Derivative(error_x, t),
            -2 * eta0 * (xx * error_x + xy * error_y),
            "gradient flow dD/dt = −2η₀ΣD, solved along the eigenvectors",
            domain=_early,
        ),
        identity(
            error_x**2 + error_y**2,
            start_1**2 * decay_1 + start_2**2 * decay_2,
            "L_gen = DᵀD: the squared error on a fresh input",
            domain=_early,
        ),
        identity(
            xx * error_x**2 + 2 * xy * error_x * error_y + yy * error_y**2,
            nu_1 * start_1**2 * decay_1 + nu_2 * start_2**2 * decay_2,
            "L_train = DᵀΣD: a sum over eigenvectors for any number of inputs, with s = 4η₀t",
            domain=_early,
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
    scaled = MarchenkoPastur(1 / lam).density(nu / lam) / lam
    decaying = GeneralizationLoss(s, lam) - (1 - 1 / lam)
    return (
        identity(
            Integral(_law.density(nu) * exp(-nu * s), (nu, *_law.support)),
            Integral(scaled / lam * exp(-nu * s), (nu, *_law.support)),
            "substitute ν → λν in the density",
        ),
        identity(decaying, GeneralizationLoss(lam * s, 1 / lam) / lam, "put it in, λ > 1", domain=_above),
    )
