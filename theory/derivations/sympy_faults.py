"""Wrong values that SymPy 1.14 gives a theorist of this model: what is typed, said, true, and to be typed instead."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import sympy
from sympy import Expr, Max, Symbol, besseli, exp, pi, sqrt, symbols
from sympy.functions.special.bessel import marcumq

from theory import symbols as theory_symbols
from theory.linear.losses import GeneralizationLoss
from theory.registry import Registry
from theory.steps import Step, asymptotic, identity
from theory.symbols import lam

__all__ = ["FAULTS", "Fault", "Kind", "equations"]

equations = Registry()

Kind = Literal["value", "digits", "refusal", "unending"]
"""A wrong value; digits lost in silence; an error or the question handed back; a call that does not end."""

x, a, b = symbols("x a b", positive=True)
n = Symbol("n")
_NAMES = {**vars(sympy), "marcumq": marcumq, "x": x, "a": a, "b": b, "n": n, "GeneralizationLoss": GeneralizationLoss}
_NAMES |= {name: getattr(theory_symbols, name) for name in theory_symbols.__all__}


@dataclass(frozen=True)
class Fault:
    """One fault of SymPy with what shows it; SymPy has mended it when `typed` no longer gives `says`.

    Attributes
    ----------
    title
        What goes wrong, in a line.
    kind
        How it goes wrong; see `Kind`.
    typed
        An expression over the names of SymPy, `theory.symbols` and x, a, b > 0 and n.
    says
        What SymPy prints: a result, or the last line of an error; empty where it does not end.
    truth
        What is true, as an expression over the same names; empty where SymPy claims nothing.
    instead
        What to type here, over the names of `theory` too.
    gives
        What that prints.
    steps
        Steps that hold the truth against SymPy's answer; they make the equation `name`.

    Examples
    --------
    >>> FAULTS[1].typed, FAULTS[1].says, FAULTS[1].truth
    ('limit(exp(-x)*sqrt(x)*besseli(1, x), x, oo)', 'sqrt(2)*sqrt(pi)/2', '1/sqrt(2*pi)')
    """

    title: str
    kind: Kind
    typed: str
    says: str
    truth: str
    instead: str
    gives: str
    name: str = ""
    steps: Callable[[Any], tuple[Step, ...]] | None = None

    def example(self) -> str:
        """What SymPy does, as a session shows it.

        >>> FAULTS[1].example().splitlines()
        ['>>> limit(exp(-x)*sqrt(x)*besseli(1, x), x, oo)', 'sqrt(2)*sqrt(pi)/2']
        """
        if self.kind == "unending":
            return f">>> {self.typed}  # does not end"
        if self.says.split(":")[0].endswith("Error"):
            return f">>> {self.typed}\nTraceback (most recent call last):\n    ...\n{self.says}"
        return f">>> {self.typed}\n{self.says}"

    def remedy(self) -> str:
        """What to type instead, as a session shows it.

        >>> FAULTS[1].remedy().splitlines()
        ['>>> limit(sqrt(x)*ScaledBesselI(1, x), x, oo)', 'sqrt(2)/(2*sqrt(pi))']
        """
        return f">>> {self.instead}\n{self.gives}"

    def answer(self) -> Any:
        """What SymPy answers now; only for a fault that ends.

        >>> FAULTS[1].answer() == pi * FAULTS[1].true_value()
        True
        """
        return eval(self.typed, dict(_NAMES))

    def true_value(self) -> Expr:
        """What is true."""
        return sympy.sympify(eval(self.truth, dict(_NAMES)))


def _series(theirs: Expr) -> tuple[Step, ...]:
    """I₁(x) = eˣ/√(2πx)(1 − 3/(8x) − 15/(128x²) − …); SymPy has + 3/(8x) + 45/(128x²)."""
    scaled = exp(-x) * sqrt(2 * pi * x)
    off = (theirs.removeO() * scaled).expand() - scaled * besseli(1, x)
    return (
        asymptotic(scaled * besseli(1, x) - 1, -3 / (8 * x), "the true second term", x),
        asymptotic(scaled * besseli(1, x) - 1 + 3 / (8 * x), -15 / (128 * x**2), "the true third term", x),
        asymptotic(off, 3 / (4 * x), "SymPy's series is off by twice the second term", x),
    )


def _limit(theirs: Expr) -> tuple[Step, ...]:
    return (asymptotic(exp(-x) * sqrt(x) * besseli(1, x), theirs / pi, "SymPy's limit over π is the true one", x),)


def _ratio(theirs: Expr) -> tuple[Step, ...]:
    ratio = x * (besseli(2, x) / besseli(1, x) - 1)
    return (asymptotic(ratio, -theirs, "SymPy's limit has the wrong sign", x),)


def _corner(theirs: Expr) -> tuple[Step, ...]:
    below = {lam: (sympy.Rational(1, 8), 1)}
    left = theirs + Max(0, 1 - 1 / lam) / (lam - 1)
    return (identity(left, 1, "on the left there is nothing, to which SymPy's limit adds 1", below),)


_LOW, _HIGH = "Rational(1, 4)", "Rational(9, 4)"
_DENSITY = f"2*sqrt((nu - {_LOW})*({_HIGH} - nu))/(pi*nu)"

FAULTS = (
    Fault(
        "The series of a Bessel function at infinity has wrong signs",
        "value",
        "besseli(1, x).aseries(x, n=2)",
        "3*sqrt(2)*exp(x)/(16*sqrt(pi)*x**(3/2)) + sqrt(2)*exp(x)/(2*sqrt(pi)*sqrt(x)) + O(exp(x)/x**(5/2), (x, oo))",
        "exp(x)/sqrt(2*pi*x)*(1 - 3/(8*x))",
        "TrainingLoss(s, lam).late_time(2)",
        "(1 - 3/(16*sqrt(lambda)*s))*exp(-s*(1 - sqrt(lambda))**2)/(2*sqrt(pi)*lambda**(3/4)*s**(3/2))",
        "SymPy-besseli",
        _series,
    ),
    Fault(
        "A limit with a Bessel function is π times too large",
        "value",
        "limit(exp(-x)*sqrt(x)*besseli(1, x), x, oo)",
        "sqrt(2)*sqrt(pi)/2",
        "1/sqrt(2*pi)",
        "limit(sqrt(x)*ScaledBesselI(1, x), x, oo)",
        "sqrt(2)/(2*sqrt(pi))",
        "SymPy-besseli-limit",
        _limit,
    ),
    Fault(
        "The limit of a ratio of Bessel functions has a wrong second term",
        "value",
        "limit(x*(besseli(2, x)/besseli(1, x) - 1), x, oo)",
        "3/2",
        "-Rational(3, 2)",
        "limit(s*(s*TrainingLoss(s, 1)/GeneralizationLoss(s, 1) - Rational(1, 2)), s, oo)",
        "-1/16",
        "SymPy-besseli-ratio",
        _ratio,
    ),
    Fault(
        "A finite limit comes out infinite",
        "value",
        "limit(x*(sqrt(2*pi*x)*exp(-x)*besseli(1, x) - 1), x, oo)",
        "oo",
        "-Rational(3, 8)",
        "limit(2*s*(2*sqrt(pi)*s**Rational(3, 2)*TrainingLoss(s, 1) - 1), s, oo)",
        "-3/8",
    ),
    Fault(
        "A corner has the limit of its right side from the left, too: here the plateau at λ = 1",
        "value",
        "limit(Max(0, 1 - 1/lam)/(lam - 1), lam, 1, '-')",
        "1",
        "Integer(0)",
        "(Max(0, 1 - 1/lam)/(lam - 1)).subs(lam, Rational(999, 1000))",
        "0",
        "SymPy-corner",
        _corner,
    ),
    Fault(
        "The inverse error function is infinite where its argument is close to 1",
        "value",
        "erfinv(1 - Rational(1, 10**60)).evalf(20)",
        "oo",
        "Float('11.624369672300389503', 20)",
        "nsolve(log(erfc(x)) + 60*log(10), x, 12, prec=20)",
        "11.624369672300389503",
    ),
    Fault(
        "An integral over the spectrum is off by 7 % at late time",
        "value",
        f"Integral({_DENSITY}*exp(-nu*10**4), (nu, {_LOW}, {_HIGH})).evalf(6)",
        "5.42907e-1092",
        "GeneralizationLoss(10**4, Rational(1, 4))",
        "GeneralizationLoss(10**4, Rational(1, 4)).evalf(6)",
        "5.85489e-1092",
    ),
)


def _register(fault: Fault) -> None:
    steps = fault.steps
    if steps is not None:
        equations.register(fault.name, fault.title, "SymPy 1.14")(lambda: steps(fault.answer()))


for _fault in FAULTS:
    _register(_fault)
