"""Weights that add modulo p without training: mean and scatter of the outputs, accuracy, and its S-shape in width."""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Integral,
    Rational,
    Subs,
    Symbol,
    asin,
    cos,
    erf,
    erfc,
    log,
    pi,
    sqrt,
    symbols,
)

from theory.registry import Registry
from theory.solvable.analytic_weights import ModularWeights
from theory.sources import A, D
from theory.steps import Domain, Step, asymptotic, definition, identity

__all__ = ["equations"]

equations = Registry()


theta, phi, delta, a, b = symbols("theta phi delta A B", real=True)
width, p, imbalance, m, x, half_width = symbols("N p b m x N_*", positive=True)
apart = Symbol("r", integer=True, positive=True)
_weights = ModularWeights(p, imbalance=imbalance)
_domain: Domain = {imbalance: (0, 1), p: (20, 100), width: (20, 80), apart: (0, 6)}
_HALF = Rational(1, 2)
_DIGITS = 25


def _mean(function: Expr, angle: Symbol) -> Expr:
    return Integral(function, (angle, 0, 2 * pi)) / (2 * pi)


def _moment(of_sum: Expr, order: int) -> Expr:
    """E of a function of A times (1 + cos A)^k (1 + cos B)^k."""
    return _mean(of_sum * (1 + cos(a)) ** order, a) * _mean((1 + cos(b)) ** order, b)


@equations.register("modular-outputs", "Outputs of the analytic weights for modular addition", f"{A}; {D}")
def outputs() -> tuple[Step, ...]:
    """Random phases: mean and variance of f_q at the answer and elsewhere."""
    square = _moment(cos(a + delta) ** 2, 2)
    mean, variance = _weights.unit_mean(delta), _weights.unit_variance(delta)
    seven = ModularWeights(7)
    turns = [2 * pi * s * apart / 7 for s in (1, 2, 3)]
    return (
        identity(
            cos(theta + phi + delta) * (cos(theta) + cos(phi)) ** 2,
            cos(theta + phi + delta) * (1 + cos(theta + phi)) * (1 + cos(theta - phi)),
            "A = θ + φ and B = θ − φ",
        ),
        identity(_moment(cos(a + delta), 1), mean, "mean over the phases", digits=_DIGITS),
        identity(square - mean**2, variance, "variance", digits=_DIGITS),
        identity(width * _moment(cos(a), 1), _weights.answer_mean(width), "δ = 0: the answer", digits=_DIGITS),
        identity(
            width * (_moment(cos(a) ** 2, 2) - _HALF**2), _weights.answer_variance(width), "its scatter", digits=_DIGITS
        ),
        identity(
            width * sum(seven.unit_mean(turn) for turn in turns) / 3,
            seven.wrong_mean(width),
            "elsewhere, each frequency equally often, p = 7",
            domain=_domain,
        ),
        identity(
            width * (_mean(variance, delta) + imbalance * _mean(mean**2, delta)),
            _weights.wrong_variance(width),
            "its variance for p → ∞; means that do not cancel add to it",
            domain=_domain,
            digits=_DIGITS,
        ),
    )


@equations.register("modular-skewness", "Third cumulants of the outputs", "modular-outputs to the next order")
def third_cumulants() -> tuple[Step, ...]:
    """Of f_q at the answer alone, and of it with the square of f_q elsewhere, averaged over δ."""
    cube = _moment(cos(a) ** 3, 3)
    answer, variance = _HALF, _weights.unit_variance(0)
    # Over δ: cos²(A + δ) is 1/2, a unit's mean square 1/8, the mean of cos δ/2 · 21/16 cos δ is 21/64.
    together, both, unit = _moment(cos(a), 3) / 2, Rational(21, 64), Rational(1, 8)
    balanced = 1 - imbalance
    return (
        identity(
            (cube - 3 * answer * variance - answer**3) / variance ** Rational(3, 2) / sqrt(width),
            _weights.skewness(width),
            "third central moment over the power of the variance",
            digits=_DIGITS,
        ),
        identity(
            _moment(cos(a + delta) * cos(a), 2), 21 * cos(delta) / 16, "the product of two outputs", digits=_DIGITS
        ),
        identity(
            (together - answer * _moment(1 + 0 * a, 2) / 2 - balanced * 2 * (both - unit * answer)) / variance,
            _weights.coupling(),
            "cumulant of two wrong outputs and the answer's over the variance of that",
            domain=_domain,
            digits=_DIGITS,
        ),
    )


@equations.register("modular-accuracy", "Accuracy of the analytic weights", "largest of p Gaussians; derived here")
def accuracy() -> tuple[Step, ...]:
    """Three classes and few units: an orthant probability, and its first change with the width."""
    three = ModularWeights(3, imbalance=imbalance)
    own, wrong = three.unit_variance(0), 1 + imbalance / 8
    guess = Rational(1, 4) + asin(own / (own + wrong)) / (2 * pi)
    slope = sqrt(3 * width / 2) / (2 * sqrt(2 * pi * (own + wrong)))
    return (
        asymptotic(
            three.accuracy(width),
            guess,
            "p = 3: the first of three is the largest",
            width,
            towards=0,
            rate=_HALF,
            error=slope / guess,
            domain=_domain,
            digits=10,
        ),
    )


@equations.register("modular-width", "The width at which half of the answers are right", "extremes; derived here")
def critical_width() -> tuple[Step, ...]:
    """The largest of p − 1 Gaussians, m standard deviations high: N* = 4m² in units of their variance."""
    one = ModularWeights(p)
    variance = 1 + imbalance / 8
    beyond = erfc(m / sqrt(2)) / 2
    largest = sqrt(half_width * p / (p - 1) / variance) / 2
    return (
        definition(
            half_width,
            _weights.critical_width(),
            "ln 2 of the wrong outputs are expected to be beyond N/2",
            Eq((p - 1) * erfc(largest / sqrt(2)) / 2, log(2)),
            domain=_domain,
        ),
        asymptotic(
            ((1 + erf(sqrt(one.critical_width() * p / (p - 1) / 8))) / 2) ** (p - 1),
            _HALF,
            "then half of the time none is",
            p,
            error=-(log(2) ** 2) / (2 * p),
        ),
        asymptotic(
            8 * log(log(2) / beyond),
            4 * m**2 + 8 * log(m * sqrt(2 * pi) * log(2)),
            "Mills' ratio: 4m² is 8 ln p but for 4 ln ln p",
            m,
            rate=4,
            error=2 / m**4,
        ),
    )


@equations.register("modular-sharpness", "Sharpness of the accuracy in the width", "modular-width; derived here")
def critical_sharpness() -> tuple[Step, ...]:
    """The answer's scatter, less what of it the others follow, smears a threshold in √N."""
    variance, coupling = 1 + imbalance / 8, _weights.coupling()
    own = sqrt(_weights.unit_variance(0)) * (1 - coupling / (4 * variance))
    threshold = x - sqrt(width) / (2 * sqrt(variance)) * sqrt(variance * width + coupling * x)
    centre = _weights.critical_width()
    rise = (1 + erf((sqrt(width) - sqrt(centre)) / (2 * sqrt(2) * own))) / 2
    return (
        identity(
            Subs(Derivative(threshold, x), x, 0),
            1 - coupling / (4 * variance),
            "how far an answer's excess x gets ahead of the largest other",
            domain=_domain,
            digits=_DIGITS,
        ),
        identity(
            centre * Subs(Derivative(rise, width), width, centre),
            _weights.critical_sharpness(),
            "N dA/dN of A = Φ((√N − √N*)/(2w)) at N*",
            domain=_domain,
            digits=_DIGITS,
        ),
    )
