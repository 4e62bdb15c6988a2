"""What the functions are known to be: true where their arguments allow it, unknown elsewhere, and never false."""

import importlib
import pkgutil

import pytest
from sympy import Function, Symbol, Tuple

import theory
from theory import (
    CumulativeLoss,
    DescentAverage,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    EdgeExcess,
    GeneralizationLoss,
    InverseLowerGamma,
    MarcumQ1,
    RegularizedLowerGamma,
    ScaledBesselI,
    SkellamTail,
    SpectralAverage,
    TrainingLoss,
)
from theory.functions.scaled_erfc import ScaledErfc
from theory.linear.functions.late_tail import LateTail
from theory.linear.functions.marcum import _FarTail, _RayTail
from theory.linear.functions.scaled_bessel import _BesselTail
from theory.linear.variants.covariance import CovarianceGeneralizationLoss, CovarianceTrainingLoss
from theory.linear.variants.finite_size import FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss
from theory.linear.variants.heavy_ball import HeavyBall, MomentumAverage

p, q, r = (Symbol(name, positive=True) for name in "pqr")
n, m = (Symbol(name, nonnegative=True) for name in "nm")
k = Symbol("k", integer=True, nonnegative=True)
x, y = (Symbol(name, real=True) for name in "xy")
z, w = Symbol("z"), Symbol("w")
SPECTRUM, SIGNAL = Tuple(Tuple(1, 1)), Tuple(1)

# Function, what it is, arguments for which it is that, and arguments for which nothing is known of it.
KNOWN = [
    (MarcumQ1, "real", [(p, q), (n, m), (n, p), (p, n)], [(z, p), (p, z), (z, w), (x, p), (p, x), (x, y)]),
    (MarcumQ1, "nonnegative", [(p, q), (n, m), (n, p), (p, n)], [(z, p), (p, z), (z, w), (x, p), (p, x), (x, y)]),
    (InverseLowerGamma, "positive", [(p, q), (z, q)], [(p, n), (p, x), (p, z)]),
    *(
        (loss, kind, [(p, q), (n, q)], [(z, q), (p, z), (p, x), (n, m), (z, w)])
        for loss in (TrainingLoss, GeneralizationLoss)
        for kind in ("real", "positive")
    ),
    (CumulativeLoss, "positive", [(p, q)], [(z, q), (p, z), (x, q), (p, x), (n, q)]),
    (CumulativeLoss, "real", [(p, q), (x, q)], [(z, q), (p, z), (p, x)]),
    (SpectralAverage, "real", [(k, p, q), (2, x, q)], [(k, z, q), (2, p, z), (k, p, x)]),
    (SpectralAverage, "positive", [(k, p, q), (2, x, q)], [(k, z, q), (2, p, z), (k, p, x)]),
    (SkellamTail, "real", [(p, q), (x, q), (x, m)], [(z, q), (p, z), (p, x)]),
    (SkellamTail, "positive", [(p, q), (n, m)], [(z, q), (p, z), (x, q), (p, x)]),
    (ScaledBesselI, "real", [(k, x), (2, p)], [(p, x), (k, z)]),
    (ScaledBesselI, "positive", [(k, p), (n, p)], [(x, p), (k, x), (k, n)]),
    (EdgeExcess, "real", [(k, p, q), (2, n, q)], [(k, z, q), (k, p, z), (2, x, q)]),
    (RegularizedLowerGamma, "real", [(p, n), (p, q, k)], [(z, q, 1), (p, z), (p, x)]),
    (RegularizedLowerGamma, "nonnegative", [(p, n), (z, p)], [(p, x), (p, q, 1), (p, q, k)]),
    (ScaledErfc, "positive", [(x,), (p,)], [(z,)]),
    (DescentAverage, "real", [(2, k, p, q), (k, 3, n, m)], [(2, k, z, q), (2, k, p, z), (2, k, p, x)]),
    (DescentAverage, "nonnegative", [(2, 2 * k, p, q)], [(2, k, p, q), (2, 2 * k, x, q)]),
    (HeavyBall, "real", [(k, p, q), (2, n, m)], [(k, z, q), (k, p, z), (k, x, q)]),
    (MomentumAverage, "positive", [(k, 2, p, q, r)], [(k, 2, z, q, r), (k, 2, p, x, r)]),
    (LateTail, "positive", [(2, p, q)], [(2, x, q), (2, p, x), (2, z, q)]),
    *((tail, "positive", [(z, p)], [(p, x), (p, z)]) for tail in (_BesselTail, _FarTail, _RayTail)),
    *(
        (CovarianceTrainingLoss, kind, arguments, unknown)
        for kind, arguments, unknown in (
            ("real", [(x, q, SPECTRUM, SIGNAL)], [(z, q, SPECTRUM, SIGNAL)]),
            ("positive", [(p, q, SPECTRUM, SIGNAL)], [(x, q, SPECTRUM, SIGNAL), (p, q, SPECTRUM, SIGNAL, 1)]),
        )
    ),
    *(
        (
            loss,
            "nonnegative",
            [(p, q, SPECTRUM, SIGNAL), (n, q, SPECTRUM, SIGNAL)],
            [(x, q, SPECTRUM, SIGNAL), (z, q, SPECTRUM, SIGNAL)],
        )
        for loss in (CovarianceTrainingLoss, CovarianceGeneralizationLoss)
    ),
    *(
        (loss, "real", [(p, q, r)], [(z, q, r), (p, z, r), (x, q, r), (p, x, r)])
        for loss in (FiniteSizeTrainingLoss, FiniteSizeGeneralizationLoss)
    ),
    *(
        (loss, "nonnegative", [(k, p, q), (k, n, m)], [(k, x, q), (k, p, x), (k, z, q), (k, p, z), (k, x, y)])
        for loss in (DescentTrainingLoss, DescentGeneralizationLoss)
    ),
]


def known(expression, kind):
    """What SymPy concludes, and what the function says itself: another assumption may imply the one asked for."""
    says = getattr(expression, f"_eval_is_{kind}", None)
    return {getattr(expression, f"is_{kind}")} | ({says()} if says else set())


@pytest.mark.parametrize(
    ("function", "kind", "arguments", "expected"),
    [
        (function, kind, arguments, expected)
        for function, kind, true, unknown in KNOWN
        for expected, cases in ((True, true), (None, unknown))
        for arguments in cases
    ],
    ids=str,
)
def test_what_a_function_is_known_to_be(function, kind, arguments, expected):
    assert known(function(*arguments), kind) == {expected}


def functions():
    """Every SymPy function that `theory` defines."""
    for module in pkgutil.walk_packages(theory.__path__, "theory."):
        importlib.import_module(module.name)
    found, new = set(), {Function}
    while new:
        new = {sub for cls in new for sub in cls.__subclasses__()} - found
        found |= new
    return {cls for cls in found if (cls.__module__ or "").startswith("theory.")}


def test_every_assumption_of_every_function_is_listed():
    listed = {(base, kind) for function, kind, _, _ in KNOWN for base in function.__mro__}
    for function in functions():
        for name in vars(function):
            if name.startswith("_eval_is_"):
                assert (function, name.removeprefix("_eval_is_")) in listed, f"{function.__name__}.{name} is in no list"
