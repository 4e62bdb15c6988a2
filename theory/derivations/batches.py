"""Random batches in the linear model: Volterra's equation solved, and when the noise decays last."""

from sympy import Eq, Expr, Integer, Rational, exp, sqrt, symbols

from theory.linear.losses import TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.student import LinearStudent
from theory.linear.variants.batches import Batches
from theory.registry import Registry
from theory.sources import V
from theory.steps import Domain, Step, definition, identity
from theory.symbols import eta0, lam, nu, s

__all__ = ["equations"]

equations = Registry()


_law = MarchenkoPastur(lam)
_low, _high = _law.support
b, c, f, p, N, critical, slowest = symbols("b c f p N c_* nu_*", positive=True)
_WEAK, _STRONG = {lam: Integer(2), c: Rational(1, 2)}, {lam: Rational(1, 4), c: Rational(4, 5)}  # on either side of c*
_SMALL = {lam: Integer(2), b: Rational(1, 8)}
_large: Domain = {b: (Rational(3, 4), Rational(15, 16)), lam: (Rational(1, 2), 3)}


def _resolvent(z: Expr) -> Expr:
    """E ν/(ν − z), the Laplace transform of the flow's training loss at −z."""
    return 1 + z * _law.stieltjes(z)


def _weight(value: Expr) -> Expr:
    """The weight w at an eigenvalue: (1−c)² |1 − c − cνφ|^{−2} with φ on the cut, where λ|φ|² = 1."""
    half = (1 + lam - value) / (2 * lam)  # the real part of φ
    return (1 - c) ** 2 / ((1 - c) ** 2 - 2 * (1 - c) * c * value * half + c**2 * value**2 / lam)


def _noisy_losses() -> tuple[Expr, Expr]:
    """Both losses of a student with strong noise."""
    ratio = _STRONG[lam]
    noisy = LinearStudent(ratio, eta0=1).with_batches(ratio / (_STRONG[c] + ratio))
    return noisy.training_loss(s), noisy.generalization_loss(s)


@equations.register("batch-noise", "Strength of the noise of random batches", str(V))
def noise() -> tuple[Step, ...]:
    """A step adds h²(1/B − 1/N) ν L_train along each of d = λN directions, and takes 2h of the time s."""
    h = 2 * eta0
    return (
        definition(
            c,
            Batches(b).noise(lam, eta0),
            "the variance of the mean of B of N samples",
            Eq(2 * h * c, lam * N * h**2 * (1 / (b * N) - 1 / N)),
            domain={b: (Rational(1, 8), Rational(7, 8))},
        ),
    )


@equations.register(
    "batch-losses", "Losses with random batches", "Volterra's equation of batch-noise, by its transform"
)
def losses() -> tuple[Step, ...]:
    """φ solves a quadratic equation, the transform of the solution is algebraic, and its cut is a weighted spectrum."""
    phi = TrainingLoss(s, lam).laplace_transform(p)
    solution = phi / (1 - c + c * p * phi)
    high = [height * exp(-Batches.noise_decay(lam, c)) for height in Batches.noise_heights(lam, c)]
    pairs = zip((_weight(nu) * nu / (1 - c), _weight(nu)), high, _noisy_losses(), strict=True)
    beyond_train, beyond_gen = (
        ((_law.expectation(weight * exp(-nu), nu) + pole).subs(_STRONG), loss.subs(s, 1))
        for weight, pole, loss in pairs
    )
    resolved = _law.expectation(_weight(nu) * nu / (nu + 1), nu) / (1 - c)
    return (
        identity(lam * phi**2 + 1, (1 + lam + p) * phi, "φ = E ν/(ν + p) is algebraic"),
        identity(
            _law.expectation(nu**2 / (nu + p), nu).subs(lam, 2),
            (1 - p * phi).subs(lam, 2),
            "the kernel's transform",
            digits=20,
        ),
        identity(
            resolved.subs(_WEAK),
            solution.subs({**_WEAK, p: 1}),
            "below c* the transform of the solution, φ/(1 − c + cpφ), has a cut only, on which its jump is w",
            digits=15,
        ),
        identity(*beyond_train, "beyond, also a pole, of which the residue is a height", digits=15),
        identity(*beyond_gen, "and so for fresh inputs", digits=15),
        identity(
            (1 - f) / p + c * f * f / (1 - c + c * p * f),
            (1 - (1 - c) * f / (1 - c + c * p * f)) / p,
            "M9 with noise, in transforms: dL_gen/ds = −(1 − c) L_train, f = φ",
        ),
    )


@equations.register("batch-critical-noise", "Noise beyond which the edge of the spectrum does not decay last", str(V))
def critical_noise() -> tuple[Step, ...]:
    """c times the transform of the kernel reaches 1 at the edge of the spectrum."""
    return (
        identity(_resolvent(_low), 1 / sqrt(lam), "φ at the edge"),
        definition(
            critical,
            Batches.critical_noise(lam),
            "c E ν²/(ν − ν₋) = 1",
            Eq(critical * (1 + _low * _resolvent(_low)), 1),
        ),
    )


@equations.register("batch-decay", "Decay of what random batches keep alive", "Malthus' exponent of batch-losses")
def decay() -> tuple[Step, ...]:
    """The pole of the transform below the edge, its residues, and where it meets the edge."""
    rate, heights = Batches.noise_decay(lam, c), Batches.noise_heights(lam, c)
    train, gen = (height.subs(_STRONG) for height in heights)
    left = [_law.expectation(weight, nu).subs(_STRONG) for weight in (_weight(nu) * nu / (1 - c), _weight(nu))]
    return (
        identity(
            Batches.noise_decay(lam, Batches.critical_noise(lam)),
            _low,
            "it leaves the edge at c*",
            domain={lam: (Rational(1, 8), Rational(7, 8))},
        ),
        identity(
            _law.expectation(c * nu**2 / (nu - rate), nu).subs(_STRONG), Integer(1), "c E ν²/(ν − ν*) = 1", digits=15
        ),
        identity(train, 1 - left[0], "what the cut leaves of L_train(0) = 1", digits=15),
        identity(gen, 1 - left[1], "and of L_gen(0) = 1", digits=15),
        definition(
            slowest,
            rate,
            "the denominator of w vanishes at the pole",
            Eq(
                (1 - c) ** 2 + c * slowest**2 / lam,
                c * (1 - c) * (1 + 1 / lam) * slowest,
            ),
            domain={lam: (Rational(1, 8), Rational(1, 4)), c: (Rational(3, 4), Rational(7, 8))},
        ),
    )


@equations.register("batch-late-time", "Late losses with weak noise", "batch-losses at the edge")
def late_time() -> tuple[Step, ...]:
    """The flow's late-time forms are those of the edge, so the weight there multiplies them."""
    train, gen = Batches.late_factors(lam, c)
    return (
        identity(gen, _weight(_low), "generalization"),
        identity(train, _weight(_low) / (1 - c), "training"),
    )


@equations.register("batch-critical-rate", "Largest stable rate with random batches", str(V))
def critical_rate() -> tuple[Step, ...]:
    """With real steps Σ_n E ν²(1−hν)^{2n} times the noise h²λ(1/b − 1) is 1, or the fastest direction is at its end."""
    rate = Batches(b).critical_rate(lam)
    return (
        identity(1 / rate, _high, "large batches: h(1+√λ)² = 2", domain=_large),
        identity(
            (lam * (1 / b - 1) * _law.expectation(rate * nu / (1 - rate * nu), nu)).subs(_SMALL),
            Integer(1),
            "small batches: the geometric series sums to E hν/(2 − hν)",
            digits=20,
        ),
    )
