"""The family that the derivatives of the losses stay in: higher averages, the Skellam tail, scaled Bessel functions."""

from sympy import Derivative, Integral, Rational, Sum, Symbol, besseli, cos, exp, oo, pi, sqrt, symbols

from theory.linear.functions.marcum import MarcumQ1
from theory.linear.functions.scaled_bessel import ScaledBesselI
from theory.linear.functions.skellam_tail import SkellamTail
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.spectral_average import SpectralAverage
from theory.registry import Registry
from theory.steps import Domain, Step, asymptotic, identity
from theory.symbols import lam, nu, s

__all__ = ["equations"]

equations = Registry()

_law = MarchenkoPastur(lam)
_z = 2 * sqrt(lam) * s
_E = exp(-(1 + lam) * s)
theta, x, p = symbols("theta x p", positive=True)
_near: Domain = {s: (Rational(1, 4), 3), lam: (Rational(1, 4), 3)}
_positive: Domain = {x: (Rational(1, 4), 4)}
_early: Domain = {s: (Rational(1, 4), 2), lam: (Rational(1, 4), 2)}


@equations.register("spectral-average", "Higher averages over the spectrum", "derivatives of M Eq. 8 in s and λ")
def averages() -> tuple[Step, ...]:
    """M_k = E ν^k e^{−νs}: L_gen, L_train, and what they differentiate to."""
    second, third = SpectralAverage(2, s, lam), SpectralAverage(3, s, lam)
    train = TrainingLoss(s, lam)
    return (
        identity(
            Derivative(_E * besseli(1, _z) / (sqrt(lam) * s), s), -second, "the slope of the closed form", domain=_near
        ),
        identity(Derivative(second, s), second.diff(s), "each derivative in s lowers by one more ν", domain=_near),
        identity(Derivative(second, lam), second.diff(lam), "the derivative in λ that it knows", domain=_near),
        identity(
            2 * lam * Derivative(train, lam),
            s * (1 - lam) * train + s * Derivative(train, s),
            "Bessel's recurrences: time and ratio are tied by a linear equation of first order",
            domain=_near,
        ),
        identity(
            s * Derivative(train, (s, 2)) + ((1 - lam) ** 2 * s + 3 * (1 + lam)) * train,
            (3 + 2 * (1 + lam) * s) * second,
            "Bessel's equation: s L″ + [2(1+λ)s + 3] L′ + [(1−λ)²s + 3(1+λ)] L = 0 for the training loss",
            domain=_near,
        ),
        identity(Derivative(train, (s, 2)), third.expand(func=True), "which reduces k = 3 to 1 and 2", domain=_near),
        identity(second, _law.expectation(nu**2 * exp(-nu * s), nu), "by the spectrum", domain=_near),
    )


@equations.register("laplace-transform", "Laplace transforms of the averages", "Marchenko and Pastur 1967; Takács 1962")
def laplace() -> tuple[Step, ...]:
    """∫ e^{−ps} E ν^k e^{−νs} ds = E ν^k/(ν + p), through the Stieltjes transform."""
    train, gen, second = TrainingLoss(s, lam), GeneralizationLoss(s, lam), SpectralAverage(2, s, lam)
    fast: Domain = {p: (1, 2), lam: (Rational(1, 4), 3)}
    return (
        identity(gen.laplace_transform(p), _law.expectation(1 / (nu + p), nu), "L_gen, the atom included", domain=fast),
        identity(
            second.laplace_transform(p), _law.expectation(nu**2 / (nu + p), nu), "ν² = ν·(ν + p) − p·ν", domain=fast
        ),
        identity(
            TrainingLoss(2 * s, lam).laplace_transform(p),
            _law.expectation(nu / (2 * nu + p), nu),
            "a faster clock",
            domain=fast,
        ),
        identity(train.laplace_transform(p), Integral(exp(-p * s) * train, (s, 0, oo)), "L_train", domain=fast),
    )


@equations.register("antiderivatives", "What the averages are slopes of", "M Eq. 9 integrated")
def antiderivatives() -> tuple[Step, ...]:
    """−L_gen for L_train, −L_train for the next, and the cumulative loss for L_gen."""
    train, gen, second = TrainingLoss(2 * s, lam), GeneralizationLoss(s, lam), SpectralAverage(2, s, lam)
    return (
        identity(Derivative(gen.antiderivative(s), s), gen, "cumulative-loss", domain=_early),
        identity(Derivative(second.antiderivative(s), s), second, "spectral-average", domain=_early),
        identity(Derivative(train.antiderivative(s), s), train, "M9, with a faster clock", domain=_early),
    )


@equations.register("skellam-tail", "Probability that arrivals are not behind services", "Skellam 1946")
def skellam() -> tuple[Step, ...]:
    """P(A ≥ B) for Poisson counts of means λs and s, and what it has to do with the generalization loss."""
    tail, train, second = SkellamTail(s, lam), TrainingLoss(s, lam), SpectralAverage(2, s, lam)
    k = Symbol("k", integer=True, nonnegative=True)
    difference = _E * Sum((sqrt(lam)) ** k * besseli(k, _z), (k, 0, oo))
    zeroth = train + s * ((1 + lam) * train - second) / 2
    gen = GeneralizationLoss(s, lam)
    inside: Domain = {s: (Rational(1, 4), 2), lam: (Rational(1, 8), Rational(7, 8))}
    return (
        identity(_E * besseli(0, _z), zeroth, "I₀ = I₂ + 2I₁/z with the higher averages", domain=_near),
        identity(
            tail,
            difference,
            "the counts differ by k with probability e^{−(1+λ)s}λ^{k/2}I_k(z)",
            domain=inside,
        ),
        identity(Derivative(tail, s), tail.diff(s), "its derivative in s", domain=_near),
        identity(Derivative(tail, lam), tail.diff(lam), "its derivative in λ", domain=_near),
        identity(
            gen,
            (1 - 1 / lam) * tail + zeroth / lam + s * train,
            "the closed form of L_gen",
            domain=_near,
        ),
        identity(Derivative(gen, lam), gen.diff(lam), "and its derivative in λ", domain=_near),
        identity(
            SkellamTail(s, Rational(0)),
            Integral(x * exp(-(x**2) / 2), (x, sqrt(2 * s), oo)),
            "no arrivals",
            domain=_near,
        ),
        identity(tail, MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)), "Marcum's function", domain=_near),
    )


@equations.register("scaled-bessel", "The Bessel function without its exponential", "Hankel's expansion")
def scaled() -> tuple[Step, ...]:
    """e^{−x}I_n(x): an integral, a recurrence, and the series that SymPy has with wrong signs."""
    n = 2
    scaled_two = ScaledBesselI(n, x)
    hankel = 1 - Rational(15, 8) / x
    return (
        identity(
            ScaledBesselI(-n, x),
            Integral(exp(x * (cos(theta) - 1)) * cos(n * theta) / pi, (theta, 0, pi)),
            "Bessel's integral, even in the order",
            domain=_positive,
        ),
        identity(Derivative(scaled_two, x), scaled_two.diff(x), "2I_n′ = I_{n−1} + I_{n+1}", domain=_positive),
        asymptotic(
            sqrt(2 * pi * x) * scaled_two - hankel,
            Rational(105, 128) / x**2,
            "two terms of Hankel's series and the size of the third",
            x,
        ),
        identity(ScaledBesselI(1, x), exp(-x) * besseli(1, x), "the definition", domain=_positive),
    )
