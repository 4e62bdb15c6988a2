"""SymPy's faults are still there, what is said to be true is true, and what is to be typed instead works."""

import doctest
import re
import subprocess
import sys
import warnings
from pathlib import Path

import mpmath
import pytest

from theory.derivations.sympy_faults import FAULTS, equations
from theory.derivations.sympy_refusals import REFUSALS

PAGE = Path(__file__).parents[2] / "docs" / "sympy.md"
SESSION = re.search(r"^```pycon\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)[1]
SECONDS = 20
"""For a call that does not end."""

ALL = (*FAULTS, *REFUSALS)
ENDING = [fault for fault in ALL if fault.kind != "unending"]
UNENDING = [fault for fault in ALL if fault.kind == "unending"]


def title(fault):
    return fault.title


def failures_of(example):
    """What doctest reports of the example, typed after the session of the page."""
    parsed = doctest.DocTestParser().get_doctest(f"{SESSION}\n{example}\n", {}, "page", None, 0)
    report = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns of an overflow that is the fault itself
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(
            parsed, out=report.append
        )
    return "".join(part for part in report if "Failed example" in part)


def expected(x):
    """Each truth that is a number or a function of x, by mpmath from the definitions: with no series of SymPy's."""
    scaled = [mpmath.besseli(n, x) * mpmath.exp(-x) for n in range(3)]
    root = mpmath.sqrt(2 * mpmath.pi * x)

    def spectrum(nu):
        return 2 * mpmath.sqrt(abs((nu - 0.25) * (2.25 - nu))) / (mpmath.pi * nu) * mpmath.exp(-(10**4) * nu)

    tail = [mpmath.mpf(k) / 2000 for k in range(12)]
    return {
        "besseli(1, x).aseries": scaled[1] * mpmath.exp(x),
        "limit(exp(-x)*sqrt(x)*besseli(1": mpmath.sqrt(x) * scaled[1],
        "limit(x*(besseli(2, x)": x * (scaled[2] / scaled[1] - 1),
        "limit(x*(sqrt(2*pi*x)": x * (root * scaled[1] - 1),
        "limit(Max(0, 1 - 1/lam)/(lam": mpmath.mpf(0),
        "erfinv": mpmath.findroot(lambda y: mpmath.log(mpmath.erfc(y)) + 60 * mpmath.log(10), 11.6),
        "Integral": mpmath.quad(spectrum, [0.25 + step for step in tail]),
        "float(lambdify(lam, erfc": mpmath.erfc(16),
        "lowergamma": mpmath.gammainc(5, 0, mpmath.mpf(1) / 1000),
        "(1 - erf": mpmath.erfc(30),
        "float(lambdify(x, exp(-x)*besseli": mpmath.besseli(1, 1000) * mpmath.exp(-1000),
        "(exp(-x)*besseli": scaled[1],
        "limit(exp(-s*(1 + lam))": mpmath.mpf(0),
        "limit(x*(besseli(0": x * (1 - scaled[1] / scaled[0]),
        "limit(x**Rational(3, 2)*hyper": x**1.5 * mpmath.besseli(1, 2 * x) * mpmath.exp(-2 * x) / x,
        "limit(Max(0, 1 - 1/lam), lam": mpmath.mpf(1),
        "limit(LambertW": mpmath.mpf(1),
        "marcumq": mpmath.quad(lambda y: y * mpmath.exp(-(y * y + 1) / 2) * mpmath.besseli(0, y), [2, 4, 8, 16]),
        "inverse_laplace": None,
        "limit(sqrt(2*pi*x)*exp(-x)*besseli(0": root * scaled[0],
        "limit(x**2*(besseli(1": x**2 * (scaled[1] / scaled[0] - 1 + 1 / (2 * x)),
        "integrate(sqrt": None,
    }


@pytest.mark.parametrize("fault", [fault for fault in ALL if fault.truth], ids=title)
def test_the_truth_is_true(fault):
    x = mpmath.mpf(10) ** 5
    with mpmath.workdps(40):
        (number,) = (value for start, value in expected(x).items() if fault.typed.startswith(start))
        if number is None:  # a function of other symbols, below
            return
        true = fault.true_value()
        found = true.subs(dict.fromkeys(true.free_symbols, 10**5)).evalf(30)._to_mpmath(100)
        tolerance = 1e-4 if "limit" in fault.typed else 1e-6
        assert abs(found - number) <= tolerance * max(abs(number), mpmath.mpf(10) ** -20 * (number == 0))


def test_truths_that_are_functions():
    """The inverse Laplace transform, transformed back, and the mass of the spectrum, both by quadrature."""
    (inverse,) = (fault.true_value() for fault in ALL if fault.typed.startswith("inverse_laplace"))
    (time,) = inverse.free_symbols

    def integrand(at):
        return mpmath.exp(-3 * at) * inverse.subs(time, mpmath.nstr(at, 25)).evalf(25)._to_mpmath(90) if at else 1

    assert abs(mpmath.quad(integrand, [0, 1, 4, 12]) - (5 - mpmath.sqrt(21)) / 2) < 1e-10
    (mass,) = (fault.true_value() for fault in ALL if fault.typed.startswith("integrate(sqrt"))
    (lam,) = mass.free_symbols
    for value in (mpmath.mpf(1) / 4, mpmath.mpf(4)):
        low, high = (1 - mpmath.sqrt(value)) ** 2, (1 + mpmath.sqrt(value)) ** 2
        number = mpmath.quad(
            lambda nu, low=low, high=high: mpmath.sqrt(abs((nu - low) * (high - nu))) / nu, [low, high]
        )
        assert abs(mass.subs(lam, str(value)).evalf() - number) < 1e-8


@pytest.mark.parametrize("fault", ENDING, ids=title)
def test_the_fault_is_still_there(fault):
    assert failures_of(fault.example()) == "", "SymPy has mended this, or changed it: look at the entry again"


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.truth], ids=title)
def test_a_wrong_value_is_wrong(fault):
    said, true = fault.answer().removeO(), fault.true_value()
    at = dict.fromkeys(said.free_symbols | true.free_symbols, 20)
    assert abs((said - true).subs(at).evalf()) > 0.01 * abs(true.subs(at).evalf())


@pytest.mark.parametrize("fault", ALL, ids=title)
def test_what_is_to_be_typed_instead_works(fault):
    assert failures_of(fault.remedy()) == ""


def test_a_mended_fault_turns_red():
    assert "Expected" in failures_of(">>> limit(sin(x)/x, x, 0)\n2")
    assert failures_of(">>> limit(sin(x)/x, x, 0)\n1") == ""


def test_the_registered_faults_hold_and_fail_once_mended():
    for fault in FAULTS:
        if fault.steps is not None:
            report = equations[fault.name].check()
            assert report, report
    limit, ratio, corner = (fault for fault in FAULTS if fault.steps and fault.name != "SymPy-besseli")
    for fault in (limit, ratio, corner):
        assert not all(step.check().passed for step in fault.steps(fault.true_value()))


def test_every_entry_is_on_the_page():
    kinds = re.findall(r"^```\{sympy-faults\} (\w+)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert sorted(kinds) == sorted({fault.kind for fault in ALL})


@pytest.mark.slow
@pytest.mark.parametrize("fault", UNENDING, ids=title)
def test_what_does_not_end_does_not(fault):
    program = re.sub(r"^>>> ", "", SESSION, flags=re.M) + f"\nprint('started', flush=True)\n{fault.typed}\n"
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=SECONDS)
    assert caught.value.stdout.strip() == b"started"
