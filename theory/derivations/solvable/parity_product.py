"""A product of linear factors that learns a parity online: its weight, its accuracy, its jump, its slope."""

from sympy import Derivative, Eq, Expr, Integral, Rational, Subs, erf, exp, log, oo, pi, sqrt, symbols

from theory.registry import Registry
from theory.solvable.parity_product import ParityProduct
from theory.sources import H
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import t

__all__ = ["equations"]

equations = Registry()


k, n, start, spread, rate, scale = symbols("k n w_0 sigma eta alpha", positive=True)
w, z, level, p, step = symbols("w z A p h", positive=True)
jump, slope = symbols("t_* S_abs", positive=True)
_gauss = exp(-(z**2) / 2) / sqrt(2 * pi)
_HALF, _MIDDLE = Rational(1, 2), Rational(3, 4)
_system = ParityProduct(k, n, start=start, spread=spread, rate=rate)
_pair = _system.replace(parity_bits=2)
_early: Domain = {
    k: (3, 5),
    n: (20, 40),
    start: (Rational(1, 4), Rational(1, 2)),
    spread: (Rational(1, 2), 1),
    rate: (Rational(1, 8), 1),
    t: (Rational(1, 8), Rational(1, 2)),
    level: (Rational(5, 8), Rational(7, 8)),
    scale: (Rational(1, 2), 2),
}


def _curve(system: ParityProduct, time: Expr) -> Expr:
    """The accuracy before the weight is infinite."""
    return system.accuracy(system.weight(time))


def _slope(system: ParityProduct, time: Expr) -> Expr:
    return Subs(Derivative(_curve(system, t), t), t, time)


def _by_quadrature(ratio: Expr) -> Expr:
    """The accuracy of three factors at this w/√V."""
    return (1 + (2 * Integral(_gauss, (z, 0, ratio))) ** 3) / 2


@equations.register("parity-product", "Accuracy of a product that learns a parity online", str(H))
def accuracy() -> tuple[Step, ...]:
    """Gradient flow of −E y f, y the parity: the weight of each block's own bit grows as the product of the others."""
    width = _system.spread_of_factor
    right = (1 + erf(w / (sqrt(2) * width))) / 2
    numbers = ParityProduct(3, 27, start=_HALF)
    return (
        identity(Derivative(_system.weight(t), t), rate * _system.weight(t) ** (k - 1), "w' = η w^{k−1}", _early),
        identity(Derivative(_pair.weight(t), t), rate * _pair.weight(t), "k = 2", _early),
        identity(
            Integral(_gauss, (z, -w / width, oo)),
            right,
            "a factor has the right sign: w + √V z > 0",
            domain=_early,
            digits=20,
        ),
        identity(
            p**4 + 6 * p**2 * (1 - p) ** 2 + (1 - p) ** 4,
            (1 + (2 * p - 1) ** 4) / 2,
            "the product has: an even number of wrong signs, here of k = 4",
        ),
        identity(
            numbers.generalization_curve(1), _by_quadrature(1 / sqrt(8)), "n = 27, w₀ = 1/2: w = 1 at t = 1", _early
        ),
        identity(
            numbers.training_curve(Rational(3, 2)), _by_quadrature(2 / sqrt(8)), "w = 2 at t = 3/2, fresh data", _early
        ),
        definition(
            level,
            _system.accuracy(w),
            "so that",
            Eq(2 * level - 1, (2 * Integral(_gauss, (z, 0, w / width))) ** k),
            domain={**_early, w: (_HALF, 1)},
        ),
    )


@equations.register("parity-product-jump", "When a product that learns a parity jumps", "solving parity-product")
def jump_time() -> tuple[Step, ...]:
    """w(t*) = w*, with the end of time t_c, and how t* lies to it."""
    weight, blow_up = _system.jump_weight(level), _system.blow_up_time
    cubic = ParityProduct(3, n, start=start)
    return (
        identity(_system.accuracy(weight), level, "the weight at which the accuracy is A", domain=_early),
        identity(_system.weight(_system.time_of(w)), w, "the time of a weight", domain={**_early, w: (1, 2)}),
        identity(Derivative(_pair.time_of(w), w), 1 / (rate * w), "k = 2: dt = dw/w'", domain=_early),
        identity(
            _system.weight(t) ** (2 - k), (k - 2) * rate * (blow_up - t), "w^{2−k} falls to 0 at t_c", domain=_early
        ),
        identity(
            (k - 2) * rate * (blow_up - _system.generalization_jump_time(level)),
            weight ** (2 - k),
            "what is left of the time at the jump",
            domain=_early,
        ),
        identity(_curve(_system, _system.horizon / 2), _MIDDLE, "the horizon", domain=_early),
        asymptotic(
            cubic.generalization_jump_time(),
            cubic.blow_up_time,
            "a small start: the jump is at the end of the time",
            start,
            towards=0,
            error=-start / cubic.jump_weight(),
            domain=_early,
        ),
        asymptotic(
            _system.replace(parity_bits=2 + step).generalization_jump_time() * rate,
            log(_pair.jump_weight() / start),
            "k → 2: the exponential limit",
            step,
            towards=0,
            domain=_early,
        ),
        identity(_curve(_system, _system.training_jump_time()), _MIDDLE, "halfway from chance", domain=_early),
        definition(
            jump,
            _system.generalization_jump_time(level),
            "so that",
            Eq(_curve(_system, jump), level),
            domain=_early,
        ),
    )


@equations.register("parity-product-sharpness", "Sharpness of a parity's jump against its time", "slope at the jump")
def sharpness() -> tuple[Step, ...]:
    """dA/dt at t*, and what it is along each parameter."""
    at, constant, weight = (
        _system.generalization_jump_time(level),
        _system.slope_constant(level),
        _system.jump_weight(level),
    )
    scaled = _system.replace(start=scale * start, spread=scale * spread)
    more = _system.replace(input_size=k + scale * (n - k))
    return (
        identity(
            Subs(Derivative(_system.accuracy(exp(z) * weight), z), z, 0),
            constant,
            "c = dA/d ln w at the jump",
            domain=_early,
        ),
        identity(_slope(_system, at), _system.absolute_sharpness(level), "times w'/w = η w^{k−2}", domain=_early),
        identity(_slope(_pair, _pair.generalization_jump_time()), _pair.absolute_sharpness(), "k = 2", domain=_early),
        identity(
            more.absolute_sharpness() / _system.absolute_sharpness(),
            scale ** (k / 2 - 1),
            "more bits, n/k − 1 times α: steeper",
            domain=_early,
        ),
        identity(
            scaled.absolute_sharpness() * scaled.generalization_jump_time(),
            _system.absolute_sharpness() * _system.generalization_jump_time(),
            "all weights times α: slope times time stays",
            domain=_early,
        ),
        definition(
            slope,
            constant / ((k - 2) * (_system.blow_up_time - at)),
            "inversely proportional to the time that is left",
            Eq(slope, _system.absolute_sharpness(level)),
            domain=_early,
        ),
    )
