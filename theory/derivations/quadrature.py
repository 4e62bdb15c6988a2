"""The leading block of the bidiagonal model is a Gauss quadrature of the losses: to what degree, and for how long."""

from sympy import Expr, Matrix, Rational, Sum, Symbol, besseli, cos, cosh, exp, factorial, oo, sqrt, symbols

from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.finite_size import FiniteSize
from theory.registry import Registry
from theory.steps import Domain, Step, identity
from theory.symbols import lam, s

__all__ = ["equations"]

equations = Registry()

a_1, a_2, a_3, b_1, b_2 = symbols("a_1 a_2 a_3 b_1 b_2", positive=True)
phi, theta, x, m, q, h, tolerance = symbols("phi theta x m q h delta", positive=True)
j = Symbol("j", integer=True, positive=True)
_slow: Domain = {theta: (Rational(1, 8), 2)}


def _moment(power: int) -> Expr:
    """e₁ᵀ(BᵀB)ⁿe₁ of three columns."""
    b = Matrix([[a_1, b_1, 0], [0, a_2, b_2], [0, 0, a_3]])
    return ((b.T * b) ** power)[0, 0]


@equations.register("gauss-block", "The leading block is Gauss quadrature", "Golub and Meurant 1994")
def block() -> tuple[Step, ...]:
    """k columns of B have the first 2k − 1 moments of D₀ᵀΣⁿD₀, so that n < k steps are exact; here for k = 2."""
    trace, determinant = a_1**2 + b_1**2 + a_2**2, a_1**2 * a_2**2
    root = sqrt(trace**2 - 4 * determinant)
    low, high = (trace - root) / 2, (trace + root) / 2
    low_weight, high_weight = (high - a_1**2) / root, (a_1**2 - low) / root
    longer = (low_weight * low**4 + high_weight * high**4) + (a_1 * b_1 * a_2 * b_2) ** 2
    atom = b_1**2 / (a_1**2 + b_1**2)
    return (
        identity(low_weight + high_weight, 1, "nodes and weights of two columns"),
        identity(low_weight * low + high_weight * high, _moment(1), "the first moment"),
        identity(low_weight * low**3 + high_weight * high**3, _moment(3), "the last that two columns have"),
        identity(longer, _moment(4), "of the next a single path is missing: out to the third column and back"),
        identity(
            (1 - atom) * (a_1**2 + b_1**2) ** 2,
            _moment(2),
            "N < d: one row, whose null space is the atom, has one more",
        ),
    )


@equations.register("block-walk", "A power of a step is a walk in the angle of the spectrum", "Jacobi–Anger; Chebyshev")
def walk() -> tuple[Step, ...]:
    """(1 − 2ην)^{2n} and e^{−νs} as sums of cos jφ with the probabilities of a walk that ends at j."""
    low, high = MarchenkoPastur(lam).support
    angle = (low + high) / 2 - (high - low) / 2 * cos(phi)
    length = h * (high - low) / (2 * (1 - h * low))
    flow = exp(-x) * (besseli(0, x) + 2 * Sum(besseli(j, x) * cos(j * phi), (j, 1, oo)))
    two = (1 - q) ** 2 + q**2 / 2 + 2 * q * (1 - q) * cos(phi) + q**2 / 2 * cos(2 * phi)
    near: Domain = {lam: (Rational(1, 4), 3), s: (Rational(1, 4), 2)}
    return (
        identity(
            1 - h * angle,
            (1 - h * low) * (1 - length * (1 - cos(phi))),
            "one factor: at rest with probability 1 − q, else a step to either side",
            domain={h: (Rational(1, 100), Rational(1, 20))},
        ),
        identity((1 - q * (1 - cos(phi))) ** 2, two, "two of them, one step of descent"),
        identity(exp(-x * (1 - cos(phi))), flow, "as many small ones as there are: Jacobi and Anger", {x: (1, 3)}),
        identity(
            exp(-s * angle),
            exp(-s * low) * exp(-2 * sqrt(lam) * s * (1 - cos(phi))),
            "so that the flow has x = 2√λ s",
            domain=near,
        ),
    )


@equations.register("block-size", "How long a block is right", "block-walk; Chernoff and Bernstein")
def size() -> tuple[Step, ...]:
    """P(|J| ≥ m) ≤ 2e^{x(cosh θ − 1) − mθ} for every θ; Bernstein's choice of it, and what m = 2k it asks for."""
    bounded = theta**2 / (2 * (1 - theta / 3))
    left_out = 1 / (2 * 3**j) - (1 + (-1) ** j) / (2 * factorial(j + 2))
    choice = m / (x + m / 3)
    exponent = m**2 / (2 * (x + m / 3))
    reach = {x: 2 * sqrt(lam) * s, m: 2 * FiniteSize.block_size(s, lam, tolerance)}
    return (
        identity(
            bounded,
            cosh(theta) - 1 + Sum(left_out * theta ** (j + 2), (j, 1, oo)),
            "cosh θ − 1 is less for θ < 3, since (j+2)! ≥ 2·3ʲ",
            domain=_slow,
        ),
        identity(m * choice - x * bounded.subs(theta, choice), exponent, "put in θ = m/(x + m/3)"),
        identity(
            2 * exp(-exponent.subs(reach)),
            tolerance,
            "solve for m = 2k: the tail of all that Gauss quadrature of k nodes may have wrong",
            domain={tolerance: (Rational(1, 10**12), Rational(1, 10))},
        ),
    )
