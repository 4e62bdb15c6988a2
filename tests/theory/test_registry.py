import dataclasses
import random
import subprocess
import sys

import mpmath
import pytest
from sympy import Eq, Integer, Rational, exp

import theory
from theory import equations
from theory.registry import Equation, Registry
from theory.steps import identity
from theory.symbols import lam, s

# The two that integrate a loss over all times take half of the time of all the checks.
LONG = {"plateau", "busy-period"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in equations])
def test_every_equation_checks(name):
    report = equations[name].check()
    assert report, str(report)


def test_the_numbered_equations_of_the_paper_are_there():
    assert {f"M{k}" for k in range(1, 12)} <= set(equations)


@pytest.mark.parametrize("name", list(equations))
def test_every_equation_says_what_it_is(name):
    equation = equations[name]
    assert equation.name == name
    assert equation.title
    assert equation.source
    assert equation.derivation
    assert isinstance(equation.statement, Eq)
    assert equation.statement is equation.derivation[-1].statement
    assert all(step.reason for step in equation.derivation)


def checked_steps(name):
    return [step for step in equations[name].derivation if step.kind != "definition"]


def with_steps(name, *steps):
    return dataclasses.replace(equations[name], derivation=steps)


# Those whose checks are quick also where they fail, and have no symbolic short cut to hide behind.
SPOILT = (
    *("M5", "M6", "M7", "M8", "M8-train", "M8-gen", "M9", "M10", "M11", "threshold", "MP-mean", "MP-square", "mirror"),
    *("training-loss", "generalization-loss", "lam-slope", "heavy-traffic", "plateau-ratio", "slope-at-jump"),
    *("exponential-fall", "jump-time", "jump-time-train", "jump-time-gen", "late-S_rel", "early-S_rel", "finite-size"),
)


@pytest.mark.parametrize("name", SPOILT)
@pytest.mark.parametrize("spoil", [Rational(1001, 1000), Integer(-1)], ids=["factor", "sign"])
def test_a_spoilt_step_fails(name, spoil):
    step = checked_steps(name)[-1]
    left, right = step.statement.args
    if right == 0:
        pytest.skip("zero has neither factor nor sign")
    wrong = dataclasses.replace(step, statement=Eq(left, spoil * right, evaluate=False))
    report = with_steps(name, wrong).check()
    assert not report
    assert "FAILED" in str(report)
    assert "NO " in str(report)


def test_asymptotic_steps_fail_at_another_rate():
    spoilt = {
        (name, step.reason): dataclasses.replace(step, rate=step.rate + 1)
        for name in equations
        for step in checked_steps(name)
        if step.kind == "asymptotic"
    }
    assert len(spoilt) >= 8
    assert {"M10", "late-gen", "exponential-fall", "jump-time-gen"} <= {name for name, _ in spoilt}
    assert not [key for key, step in spoilt.items() if step.check().passed]


def test_one_wrong_step_fails_the_whole_derivation():
    good, bad = identity(s + s, 2 * s, "twice"), identity(s + s, 3 * s, "thrice")
    assert Equation("x", "x", "x", (good,)).check()
    report = Equation("x", "x", "x", (good, bad, good)).check()
    assert not report
    assert [outcome.passed for outcome in report.outcomes] == [True, False, True]
    assert str(report).splitlines()[0] == "x: FAILED"


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(KeyError, match=r"No equation 'M99'; there are M1, M2.*M11"):
        equations["M99"]


def test_registering_a_name_twice_is_refused():
    registry = Registry()
    registry.register("a", "title", "source")(lambda: (identity(lam, lam, "same"),))
    with pytest.raises(ValueError, match="'a' is registered already"):
        registry.register("a", "title", "source")(lambda: ())
    assert list(registry) == ["a"]
    assert len(registry) == 1
    assert registry["a"] is registry["a"]


def test_points_are_those_of_the_name_and_the_number_not_of_the_reason():
    def wrong(reason):
        return identity(exp(s), exp(s) * (1 + s / 10**6), reason)

    def found(name, *reasons):
        return [outcome.how for outcome in Equation(name, "", "", tuple(map(wrong, reasons))).check().outcomes]

    assert found("a", "one", "two") == found("a", "reworded", "reworded")
    first, second = found("a", "one", "one")
    assert first != second
    assert found("b", "one") != [first]
    assert Equation("a", "", "", (wrong("one"),)).check(seed=1).outcomes[0].how != first


def test_registries_join_in_order_and_share_what_is_built():
    one, other = Registry(), Registry()
    for registry, name in ((one, "b"), (other, "a")):
        registry.register(name, "title", "source")(lambda: (identity(lam, lam, "same"),))
    both = Registry(one, other)
    assert list(both) == ["b", "a"]
    assert both["a"] is other["a"]
    with pytest.raises(ValueError, match="'a' is registered already"):
        Registry(other, other)


def test_equations_are_loaded_when_asked_for():
    loaded = "'theory.derivations' in sys.modules"
    code = f"import sys, theory; before = {loaded}; theory.equations; print(before, {loaded})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        theory.nothing  # noqa: B018
    assert "equations" in dir(theory)


def test_checks_leave_no_trace():
    state, dps = random.getstate(), mpmath.mp.dps
    equations["M10"].check()
    assert (random.getstate(), mpmath.mp.dps) == (state, dps)
