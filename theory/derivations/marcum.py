"""The Marcum Q-function Q₁ from its integral: special values, derivatives, Neumann's series, symmetry."""

from sympy import Derivative, Expr, Integral, Rational, Sum, Symbol, besseli, exp, oo, symbols

from theory.linear.functions.marcum import MarcumQ1
from theory.registry import Registry
from theory.steps import Domain, Step, identity

__all__ = ["equations"]

equations = Registry()

_SOURCE = "Marcum 1950"
a, b, x = symbols("a b x", positive=True)
k = Symbol("k", integer=True, nonnegative=True)
_near: Domain = {a: (Rational(1, 8), 3), b: (Rational(1, 8), 3)}
_ordered: Domain = {a: (Rational(1, 8), 1), b: (2, 3)}
_weight = exp(-(a**2 + b**2) / 2)


def _tail(noncentrality: Expr, limit: Expr) -> Integral:
    """Q₁ as the integral that defines it."""
    inside = x * exp(-(x**2 + noncentrality**2) / 2) * besseli(0, noncentrality * x)
    return Integral(inside, (x, limit, oo))


@equations.register("MarcumQ1", "The Marcum Q-function and its derivatives", _SOURCE)
def marcum() -> tuple[Step, ...]:
    """Q₁(a, b) = ∫_b^∞ x e^{−(x²+a²)/2} I₀(ax) dx."""
    q = MarcumQ1(a, b)
    return (
        identity(
            Derivative(q, b), -b * _weight * besseli(0, a * b), "∂Q₁/∂b: the integrand at its limit", domain=_near
        ),
        identity(Derivative(q, a), b * _weight * besseli(1, a * b), "∂Q₁/∂a, integrated by parts", domain=_near),
        identity(Derivative(q, a), q.diff(a), "the same by the derivative that the function knows", domain=_near),
        identity(Derivative(q, b), q.diff(b), "and that in b", domain=_near),
        identity(MarcumQ1(0, b), _tail(Rational(0), b), "no noncentrality: e^{−b²/2}", domain=_near),
        identity(MarcumQ1(a, a), _tail(a, a), "equal arguments: (1 + e^{−a²}I₀(a²))/2", domain=_near, digits=20),
        identity(_tail(a, Rational(0)), MarcumQ1(a, 0), "the total weight is 1", domain=_near, digits=20),
        identity(q, _tail(a, b), "the definition", domain=_near, digits=20),
    )


@equations.register("MarcumQ1-series", "Neumann's series of the Marcum Q-function", _SOURCE)
def series() -> tuple[Step, ...]:
    """Q₁(a, b) = e^{−(a²+b²)/2} Σ (a/b)^k I_k(ab) for a < b; else by Q₁(a, b) + Q₁(b, a)."""
    neumann = _weight * Sum((a / b) ** k * besseli(k, a * b), (k, 0, oo))
    step = (x / a) ** (1 - k) * _weight.subs(b, x) * besseli(k - 1, a * x)
    inside: Domain = {a: (Rational(1, 2), 3), x: (Rational(1, 2), 3), k: (1, 4)}
    return (
        identity(
            Derivative(-((a / x) ** k) * _weight.subs(b, x) * besseli(k, a * x), x),
            (a / x) ** k * _weight.subs(b, x) * (x * besseli(k, a * x) - a * besseli(k + 1, a * x)),
            "the terms of the series telescope under d/dx",
            domain=inside,
        ),
        identity(
            step,
            (a / x) ** (k - 1) * _weight.subs(b, x) * (besseli(k + 1, a * x) + 2 * k * besseli(k, a * x) / (a * x)),
            "Bessel's recurrence",
            domain=inside,
        ),
        identity(neumann, _tail(a, b), "sum of the terms from b to infinity", domain=_ordered, digits=20),
        identity(
            _tail(a, b) + _tail(b, a),
            1 + _weight * besseli(0, a * b),
            "the two orders of the arguments",
            domain=_near,
            digits=20,
        ),
        identity(MarcumQ1(a, b), neumann, "so that for a < b", domain=_ordered),
    )
