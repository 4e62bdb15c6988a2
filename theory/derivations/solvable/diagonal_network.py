"""The diagonal network: its weights, both margins, the kernel phase, the front, and why no law of S(G) can hold."""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Integral,
    Max,
    Rational,
    Symbol,
    cos,
    cosh,
    erfinv,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from theory.registry import Registry
from theory.sharpness import relative_gap, relative_sharpness
from theory.solvable.diagonal_network import DiagonalNetwork
from theory.sources import Y
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import lam, t

__all__ = ["equations"]

equations = Registry()

_HERE = "derived here, from the flow of u and v"
alpha, noise, done, m, decades = symbols("alpha sigma I m Lambda", positive=True)
samples = Symbol("n", positive=True, integer=True)
a, b, theta, share = symbols("a b theta p", positive=True)
margin, constant, slope, s_rel, level = symbols("gamma c S S_rel e", positive=True)
_system = DiagonalNetwork(alpha, lam, samples, noise)
_even = DiagonalNetwork(alpha, lam)  # b = 1/2
_b = noise / samples
_near: Domain = {t: (0, 1), lam: (Rational(1, 4), Rational(3, 4)), samples: (8, 20), noise: (1, 7), done: (1, 4)}
_slow: Domain = {lam: (Rational(1, 10**4), Rational(1, 10**2)), alpha: (2, 9), done: (1, 4), samples: (8, 20)}


def _late(expression: Expr) -> Expr:
    """The expression at λ = 2e^{−Λ}, for limits in Λ = ln(2/λ)."""
    return expression.xreplace({lam: 2 * exp(-decades)})


def _at_any_level(expression: Expr) -> Expr:
    """The expression with any e in the place of erf⁻¹(1/2), whose digits take long."""
    return expression.xreplace({erfinv(Rational(1, 2)): level})


def _against_log(expression: Expr, knob: Symbol) -> Expr:
    """d ln(expression)/d ln(knob)."""
    return knob * expression.diff(knob) / expression


def _turned(sharpness: Expr, other: Expr) -> Expr:
    """Determinant of the two gradients in (ln α, ln λ); 0 would be parallel."""
    return _against_log(other, alpha) * _against_log(sharpness, lam) - _against_log(other, lam) * _against_log(
        sharpness, alpha
    )


@equations.register("Y-flow", "Weights of a diagonal network", f"{Y}, with what u and v do under the flow")
def flow() -> tuple[Step, ...]:
    """w = 2α²e^{−2λt} sinh I, with I = −4∫g, here for any g that is linear in time."""
    gradient = -(a + 2 * b * t) / 4
    u = alpha * exp(-lam * t + (a * t + b * t**2) / 2)
    v = alpha * exp(-lam * t - (a * t + b * t**2) / 2)
    weight, _ = _system.weights(a * t + b * t**2, t)
    return (
        identity(
            Derivative(u, t), -(2 * gradient + lam) * u, "the flow of u, g the slope of the loss in w", _near, digits=20
        ),
        identity(Derivative(v, t), (2 * gradient - lam) * v, "the flow of v", _near, digits=20),
        identity(weight, u**2 - v**2, "w = u² − v²", _near),
        identity(
            Derivative(weight, t),
            -4 * sqrt(weight**2 + 4 * alpha**4 * exp(-4 * lam * t)) * gradient - 2 * lam * weight,
            "the flow of w alone",
            _near,
            digits=20,
        ),
    )


@equations.register("Y-margins", "Both margins of samples with one signal and noise of their own", _HERE)
def margins() -> tuple[Step, ...]:
    """√(1 + σ²/n) at |w|₂ = 1 and max(1, σ/n) at |w|₁ = 1."""
    signal, each = cos(theta), sin(theta) / sqrt(samples)
    return (
        identity(
            (signal + noise * each) ** 2,
            _system.l2_margin**2 - (sin(theta) - noise * cos(theta) / sqrt(samples)) ** 2,
            "|w|₂ = 1, equal noise weights: largest where w ∝ (1, σ/n)",
        ),
        identity(
            share + noise * (1 - share) / samples,
            _system.l1_margin - (1 - share) * (1 - noise / samples),
            "|w|₁ = 1: largest at the signal alone",
            {share: (0, 1), **_near},
        ),
        definition(
            margin,
            _system.l1_margin,
            "either all signal or all noise",
            Eq(margin * samples, Max(samples, noise)),
        ),
    )


@equations.register("Y-reduction", "One number is all of training", _HERE)
def reduction() -> tuple[Step, ...]:
    """Each noise weight sees r σ/n, the signal r: sinh I and sinh bI. On the plane of I and m there is no α."""
    whole, size = _system.margin(done, t), sinh(done) + noise * sinh(_b * done)
    pace = Symbol("r", positive=True)
    along = Derivative(whole, done) + Derivative(whole, t) / (4 * pace)
    return (
        identity(Derivative(log(1 + exp(-m)), m), -1 / (1 + exp(m)), "r of the logistic loss", digits=20),
        definition(
            b,
            _system.noise_rate,
            "the loss falls by r along the signal, by rσ/n along each noise",
            Eq(b * samples, noise),
        ),
        identity(whole, 2 * alpha**2 * exp(-2 * lam * t) * size, "the margin of a sample, w_signal + σw_noise", _near),
        identity(
            along,
            whole * (cosh(done) + noise**2 / samples * cosh(_b * done)) / size - whole * lam / (2 * pace),
            "dm/dI = m(S′/S − λ/(2r)), as dI/dt = 4r",
            _near,
            digits=20,
        ),
    )


@equations.register("Y-kernel", "When the training set is learned", _HERE)
def kernel() -> tuple[Step, ...]:
    """m + eᵐ − 1 = 8α²(1 + σ²/n)t for small I and λt: t_train = (2 + ln 3)/(8α²(1 + σ²/n)), α² times the slope."""
    push = 8 * alpha**2 * _system.l2_margin**2
    accuracy = tanh(m / 2)
    return (
        asymptotic(
            _system.margin(done, 0), push / 4 * done, "m is linear in I there", done, towards=0, rate=2, domain=_near
        ),
        identity(Derivative(m + exp(m) - 1, m) / push, 1 / (push / (1 + exp(m))), "dm/dt = 8α²(1 + σ²/n)r"),
        identity(accuracy.subs(m, log(3)), Rational(1, 2), "half of the answers above chance at m = ln 3"),
        definition(
            slope,
            _system.training_slope,
            "slope there, (1 − 1/4)/2·dm/dt",
            Eq(slope / push, Rational(3, 8) / (1 + exp(log(3)))),
        ),
        definition(
            t,
            _system.training_jump_time(),
            "the time of m = ln 3",
            Eq(push * t, log(3) + exp(log(3)) - 1),
        ),
    )


@equations.register("Y-end", "Where training ends", _HERE)
def end() -> tuple[Step, ...]:
    """The signal alone, w → m: I grows like 2λt, so that 4r = 2λ: both losses end at −ln(1 − λ/2)."""
    loss = Symbol("L_oo", positive=True)
    known: Domain = {lam: (Rational(1, 10), Rational(9, 10))}
    last = log(2 / lam - 1)
    return (
        definition(m, last, "the margin at which dI/dt = 2λ", Eq(4 / (1 + exp(m)), 2 * lam), domain=known),
        definition(loss, _system.training_plateau, "of samples", Eq(loss, log(1 + exp(-last))), domain=known),
        definition(
            loss, _system.generalization_plateau, "of fresh inputs", Eq(loss, log(1 + exp(-last))), domain=known
        ),
        identity(tanh(last / 2), 1 - lam, "accuracy above chance at the end", known),
    )


@equations.register("Y-front", "The front between the two margins", f"{_HERE}; for α → ∞ and then λ → 0")
def front() -> tuple[Step, ...]:
    """λt − ln α = ½ ln(2S/m) and A = erf(w_signal/(√2σw_noise)), a curve with I as its parameter."""
    slow = _system.slow_margin(done)
    size = sinh(done) + noise * sinh(_b * done)
    growth = cosh(done) + noise * _b * cosh(_b * done)
    y = Symbol("y", real=True)
    signal, each = _system.weights(done, t)
    width = signal / (noise * each)
    return (
        identity(lam * (1 + exp(slow)) / 2, growth / size, "where dm/dI = m(S′/S − λ(1 + eᵐ)/2) is 0", _slow),
        asymptotic(
            _late(Derivative(log(slow), done)),
            Derivative(log(growth / size), done) / decades,
            "what dm/dI is there, beside S′/S: less by 1/m",
            decades,
            domain=_slow,
            digits=20,
        ),
        definition(
            t,
            _system.front_time(done),
            "the time that m needs",
            Eq(2 * alpha**2 * exp(-2 * lam * t) * size, slow),
            domain=_slow,
        ),
        identity(
            _system.front_accuracy(done),
            Integral(exp(-(y**2) / 2) / sqrt(2 * pi), (y, -width, width)),
            "P(yf > 0) − P(yf < 0), yf normal about w_signal with σw_noise",
            _near,
            digits=20,
        ),
        asymptotic(
            _late(_system.front_slope(done) * Derivative(_system.front_time(done), done)),
            Derivative(_system.front_accuracy(done), done),
            "its slope in time",
            decades,
            digits=20,
            domain=_slow,
        ),
    )


@equations.register("Y-delay", "The delay constant", _HERE)
def delay() -> tuple[Step, ...]:
    """t_gen = (ln α + c)/λ with c = ½ ln(2S/m) at A = 1/2: −½ ln ln(1/λ), and of α nothing."""
    jump, constant_found = (_at_any_level(each) for each in (_even.jump_progress, _even.delay_constant))
    known: Domain = {**_slow, level: (Rational(1, 4), 1)}
    return (
        definition(done, _even.jump_progress, "where half is right", Eq(2 * _even.front_accuracy(done), 1)),
        definition(
            constant,
            constant_found,
            "c, at any level A = erf(e)",
            Eq(constant + log(alpha), lam * _even.front_time(jump)),
            domain=known,
        ),
        asymptotic(
            _late(constant_found) + log(decades) / 2,
            log(2 * (sinh(jump) + 50 * sinh(jump / 2))) / 2,
            "c + ½ ln ln(2/λ) for λ → 0",
            decades,
            domain=known,
            digits=20,
        ),
        definition(
            t,
            _at_any_level(_even.generalization_jump_time()),
            "when the level is reached",
            Eq(lam * t - constant_found, log(alpha)),
            domain=known,
        ),
        definition(
            t,
            _even.horizon,
            "the horizon, where e^{I/2} is 16σ",
            Eq(lam * t, lam * _even.front_time(log(800**2))),
            domain=_slow,
        ),
    )


@equations.register("Y-no-law", "No law of S_abs(G) or S_rel(G) holds along both α and λ", _HERE)
def no_law() -> tuple[Step, ...]:
    """Were S a function of G, their gradients in (ln α, ln λ) would be parallel. They never are.

    S_abs: (0, 1) against (2 + 1/(ln α + c), −1 + …). S_rel: (−2, 1); there only 1/(ln α + c) keeps them apart. Against
    the delay itself, which the training time does not enter, S_abs has (0, 1) and the delay (1/(ln α + c), −1 + …).
    """
    system = DiagonalNetwork(alpha, lam, 8, 4)
    gen_time = system.front_time(done)
    size, growth = sinh(done) + 4 * sinh(done / 2), cosh(done) + 2 * cosh(done / 2)
    total = lam * gen_time
    one_plus_gap = 1 + relative_gap(system.training_jump_time(), gen_time)
    absolute = system.front_slope(done)
    relative = relative_sharpness(system.training_slope, absolute)
    slow = system.slow_margin(done)
    return (
        definition(
            slope,
            absolute,
            "S_abs has λ once, and no α",
            Eq(slope * growth, 2 * lam * size * Derivative(system.front_accuracy(done), done)),
            domain=_slow,
        ),
        definition(
            s_rel,
            relative,
            "S_rel has λ/α²",
            Eq(s_rel * Rational(3, 4) * alpha**2 * 3 * growth / lam, absolute * growth / lam),
            domain=_slow,
        ),
        identity(
            _against_log(one_plus_gap, alpha), 2 + 1 / total, "1 + G along α: as α² ln α", domain=_slow, digits=20
        ),
        identity(
            alpha * Derivative(log(gen_time), alpha),
            1 / total,
            "the delay grows along α, where S_abs does not",
            domain=_slow,
            digits=20,
        ),
        identity(
            _turned(relative, one_plus_gap),
            (1 + (1 + exp(-slow)) / slow) / total,
            "S_rel and 1 + G are not parallel, by logarithms",
            domain=_slow,
            digits=20,
        ),
        identity(
            _turned(absolute, one_plus_gap),
            2 + 1 / total,
            "S_abs and 1 + G are far from parallel",
            domain=_slow,
            digits=20,
        ),
    )
