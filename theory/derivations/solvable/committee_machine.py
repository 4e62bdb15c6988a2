"""The committee machine: moments of the neurons, the loss by Isserlis' theorem, and the lazy and the rich limit."""

from sympy import (
    Derivative,
    Eq,
    Expr,
    Integer,
    Integral,
    Matrix,
    Rational,
    Symbol,
    diff,
    exp,
    expand,
    eye,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory.registry import Registry
from theory.solvable.committee_machine import CommitteeMachine
from theory.sources import K
from theory.steps import Domain, Step, asymptotic, definition, identity
from theory.symbols import epsilon, eta0, t
from theory.threshold_accuracy import accuracy

__all__ = ["equations"]

equations = Registry()

_HERE = "derived here, from the moments of the neurons"
alpha, tolerance, width = symbols("alpha tau N", positive=True)
p, q, growth, start, loss = symbols("p q r a L", positive=True)
d = Symbol("D", positive=True, integer=True)
_machine = CommitteeMachine(alpha, epsilon, d, 80, eta0, tolerance)
_plane = CommitteeMachine(alpha, epsilon, 2, 80, eta0, tolerance)
_few: Domain = {d: (2, 9), epsilon: (Rational(1, 8), 1), t: (0, 4)}


def _gaussian_mean(expression: Expr, inputs: tuple[Symbol, ...], variance: Expr) -> Expr:
    """Mean of a polynomial over independent normal inputs, term by term: E x^{2k} = (2k − 1)!! variance^k."""
    moments = {k: (Integer(1) if k == 0 else Integer(1) * _odd_product(k)) * variance ** (k // 2) for k in (0, 2, 4, 6)}
    total = Integer(0)
    for powers, factor in expand(expression).as_poly(*inputs).terms():
        if all(power % 2 == 0 for power in powers):
            for power in powers:
                factor *= moments[power]
            total += factor
    return total


def _odd_product(k: int) -> int:
    return 1 if k < 2 else (k - 1) * _odd_product(k - 2)


@equations.register("K-moments", "Two moments of the neurons close", f"{K}, appendix; at any width and step")
def moments() -> tuple[Step, ...]:
    """M → TMTᵀ + Tw̄cᵀ + c(Tw̄)ᵀ + ccᵀ, here with two neurons, two dimensions and one input, from the loss itself."""
    weights = [Matrix(symbols(f"w_{i}1 w_{i}2", positive=True)) for i in (1, 2)]
    x = Matrix([1, Rational(2, 3)])  # one input
    target, eta = Integer(1), symbols("eta", positive=True)
    output = alpha / 2 * sum((w.dot(x) + epsilon * w.dot(x) ** 2 / 2) for w in weights)
    half = (target - output) ** 2 / 2
    moved = [w - 2 * eta * Matrix([diff(half, entry) for entry in w]) for w in weights]
    second_neuron = dict(zip(weights[1], (Rational(1, 3), Rational(1, 5)), strict=True))
    weights, moved = ([each.xreplace(second_neuron) for each in both] for both in (weights, moved))
    output = output.xreplace(second_neuron)
    mean, second = sum(weights, Matrix([0, 0])) / 2, sum((w * w.T for w in weights), 0 * eye(2)) / 2
    error = target - output
    turn, shift = eye(2) + eta * alpha * epsilon * error * x * x.T, eta * alpha * error * x
    new = turn * second * turn.T + turn * mean * shift.T + shift * (turn * mean).T + shift * shift.T
    after = sum((w * w.T for w in moved), 0 * eye(2)) / 2
    near: Domain = {symbol: (Rational(1, 4), 1) for symbol in after.free_symbols}
    return (
        identity(
            output,
            alpha * (mean.dot(x) + epsilon * (x.T * second * x)[0] / 2),
            "the output knows the two moments alone",
            near,
        ),
        identity(((moved[0] + moved[1]) / 2)[0], (turn * mean + shift)[0], "w̄ → Tw̄ + c", near),
        identity(after[0, 0], new[0, 0], "M → TMTᵀ + …, on the diagonal", near),
        identity(after[0, 1], new[0, 1], "and beside it", near),
    )


@equations.register("K-loss", "Loss on fresh inputs", f"{K}, by Isserlis' theorem")
def fresh_loss() -> tuple[Step, ...]:
    """(Tr A/D)²/4 + |A|²/(2D²) + α²|w̄|²/D, of δ = xᵀAx/2 − αw̄·x with x ~ N(0, 1/D)."""
    a, b, c, u, v = symbols("a_11 a_12 a_22 u v", positive=True)
    x = symbols("x_1 x_2", real=True)
    form = (a * x[0] ** 2 + 2 * b * x[0] * x[1] + c * x[1] ** 2) / 2 - alpha * (u * x[0] + v * x[1])
    y = Symbol("y", positive=True)
    return (
        identity(
            Integral(2 * y**4 * exp(-(y**2) / 2) / sqrt(2 * pi), (y, 0, oo)),
            _gaussian_mean(x[0] ** 4, x, Integer(1)),
            "the fourth moment, as Isserlis has it",
            digits=20,
        ),
        identity(
            _plane.generalization_loss(a + c, a**2 + 2 * b**2 + c**2, u**2 + v**2),
            _gaussian_mean(form**2, x, Rational(1, 2)),
            "two dimensions, term by term",
        ),
    )


@equations.register("K-kernel", "The quadratic eigenvalue of the kernel is 2ε²/D²", f"{K}, where 2ε/D² is printed")
def kernel() -> tuple[Step, ...]:
    """The kernel x·x′(1 + ε²x·x′) of w ~ N(0, 1) on the quadratic form x₁x₂, integrated over x′."""
    x, z = symbols("x_1 x_2", real=True), symbols("z_1 z_2", real=True)
    w = symbols("w_1 w_2", real=True)
    hidden, other = (sum(a * b for a, b in zip(w, inputs, strict=True)) for inputs in (x, z))
    overlap = sum(a * b for a, b in zip(x, z, strict=True))
    both = _gaussian_mean((1 + epsilon * hidden) * (1 + epsilon * other), w, Integer(1)) * overlap
    value, excess = symbols("nu k", positive=True)
    return (
        identity(both, overlap + epsilon**2 * overlap**2, "mean of φ′(w·x)φ′(w·x′)x·x′"),
        definition(
            value,
            _plane.quadratic_eigenvalue,
            "its eigenvalue on x₁x₂ at D = 2: 2ε²/D²",
            Eq(value * x[0] * x[1], _gaussian_mean(both * z[0] * z[1], z, Rational(1, 2))),
        ),
        definition(
            value,
            _machine.quadratic_eigenvalue,
            "at any D: 2ε² times the mean of x₁²x₂²",
            Eq(value / (2 * epsilon**2), _gaussian_mean(x[0] ** 2 * x[1] ** 2, x, 1 / d)),
        ),
        definition(
            excess,
            1 / epsilon,
            "how much too large the printed 2ε/D² is",
            Eq(excess * _machine.quadratic_eigenvalue, 2 * epsilon / d**2),
        ),
    )


@equations.register("K-population", "Infinite data: two numbers", _HERE)
def population() -> tuple[Step, ...]:
    """αε(M − M₀) has the eigenvalues p along β and q across; dM/dt = ηαε(GM + MG), G = (Tr A/2 + A)/D²."""
    trace = d - p - (d - 1) * q
    both = _machine.population_rates(p, q)
    speed = 2 * eta0 / alpha**2 * alpha * epsilon / d**2
    rate, half = Symbol("s", positive=True), Rational(1, 2)
    x = symbols("x_1 x_2", real=True)
    error = ((2 - p) * x[0] ** 2 - q * x[1] ** 2) / 2
    near: Domain = {d: (2, 9), p: (Rational(1, 8), Rational(1, 2)), q: (Rational(1, 100), Rational(1, 20))}
    return (
        definition(
            loss,
            _machine.population_loss(p, q),
            "the loss",
            Eq(4 * d**2 * loss, trace**2 + 2 * (d - p) ** 2 + 2 * (d - 1) * q**2),
            domain=near,
        ),
        *(
            definition(
                rate,
                in_plane,
                "two dimensions: E δx² along β and across",
                Eq(
                    rate, 2 * eta0 * epsilon / alpha * (alpha * epsilon + grown) * _gaussian_mean(error * z**2, x, half)
                ),
            )
            for in_plane, grown, z in zip(_plane.population_rates(p, q), (p, q), x, strict=True)
        ),
        definition(
            rate,
            both[0],
            "along β, from M = 1 + p/(αε)",
            Eq(rate / (alpha * epsilon), speed * (trace / 2 + d - p) * (1 + p / (alpha * epsilon))),
            domain=near,
        ),
        definition(
            rate,
            both[1],
            "across",
            Eq(rate / (alpha * epsilon), speed * (trace / 2 - q) * (1 + q / (alpha * epsilon))),
            domain=near,
        ),
    )


@equations.register("K-lazy", "The lazy limit on infinite data", f"{_HERE}; α → ∞")
def lazy() -> tuple[Step, ...]:
    """Rates 2η₀ε²/D² and η₀ε²(D + 2)/D²: times ∝ 1/ε², and no α."""
    slow, fast = _machine.lazy_rates
    along, across = _machine.population_rates(p, q)
    trace = d - p - (d - 1) * q
    near: Domain = {**_few, p: (Rational(1, 8), Rational(1, 2)), q: (Rational(1, 100), Rational(1, 20))}
    part, all_of_it = exp(-slow * t), exp(-fast * t)
    first, second = symbols("r_1 r_2", positive=True)
    return (
        asymptotic((along - across), slow * (d - p + q), "A without its trace", alpha, domain=near),
        asymptotic(along + (d - 1) * across, fast * trace, "the trace of A", alpha, domain=near),
        definition(first, slow, "the kernel's eigenvalue", Eq(first * d**2, 2 * eta0 * epsilon**2)),
        definition(second, fast, "and that on |x|²", Eq(second * d**2, eta0 * epsilon**2 * (d + 2))),
        definition(
            loss,
            _machine.lazy_loss(t),
            "the loss, from p = q = 0",
            Eq(
                loss,
                _machine.population_loss(d - all_of_it - (d - 1) * part, part - all_of_it),
            ),
            domain=_few,
        ),
    )


@equations.register("K-rich", "The rich limit on infinite data", f"{_HERE}; αε → 0")
def rich() -> tuple[Step, ...]:
    """Logistic growth along β at the rate 3η₀ε/(αD): times like α ln(1/α)/ε."""
    rate = Symbol("r", positive=True)
    reached = d * (1 - sqrt(4 * _machine.rich_loss(t) / 3))
    near: Domain = {**_few, p: (Rational(1, 8), Rational(1, 2)), alpha: (Rational(1, 100), Rational(1, 20))}
    spare: Domain = {**near, tolerance: (Rational(1, 100), Rational(1, 10))}
    along = _machine.population_rates(p, 0)[0]
    return (
        definition(
            rate,
            _machine.rich_rate,
            "q = 0: logistic growth of p + αε up to D + αε",
            Eq(rate * (p + alpha * epsilon) * (1 - (p + alpha * epsilon) / (d + alpha * epsilon)), along),
            domain=near,
        ),
        identity(Derivative(reached, t), along.subs(p, reached), "p = D(1 − √(4L/3)) solves it", near, digits=20),
        definition(
            rate,
            _machine.population_rates(0, 0)[1],
            "across it begins three times slower",
            Eq(3 * rate, _machine.population_rates(0, 0)[0]),
        ),
        identity(
            _machine.horizon / _machine.rich_jump_time(),
            10 + 10 / (_machine.lazy_rates[0] * _machine.rich_jump_time()),
            "the horizon, ten times the times of both limits",
            domain=spare,
        ),
        definition(
            t,
            _machine.rich_jump_time(),
            "half of the answers are right",
            Eq(2 * accuracy(_machine.rich_loss(t), tolerance), 1),
            domain=spare,
        ),
    )
