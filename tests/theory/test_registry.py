import dataclasses
import random
import subprocess
import sys

import mpmath
import pytest
from sympy import Eq, exp

import theory
from theory import equations
from theory.registry import Equation, Registry
from theory.steps import identity
from theory.symbols import lam, s


@pytest.mark.parametrize("name", list(equations))
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


def test_asymptotic_steps_fail_at_another_rate():
    spoilt = {
        (name, step.reason): dataclasses.replace(step, rate=step.rate + 1)
        for name in equations
        for step in equations[name].derivation
        if step.kind == "asymptotic"
    }
    assert len(spoilt) >= 8
    assert {"M10", "late-gen", "exponential-fall", "jump-time-gen"} <= {name for name, _ in spoilt}
    assert not [key for key, step in spoilt.items() if step.check().passed]


def test_one_wrong_step_fails_the_whole_derivation_and_is_named():
    good, bad = identity((s + 1) ** 2, s**2 + 2 * s + 1, "expand"), identity(s + s, 3 * s, "thrice")
    assert Equation("x", "x", "x", (good,)).check()
    report = Equation("x", "x", "x", (good, bad, good)).check()
    assert not report
    assert [outcome.passed for outcome in report.outcomes] == [True, False, True]
    assert str(report).splitlines()[0] == "x: FAILED at step 2, thrice"
    assert str(report).splitlines()[2].startswith("  NO  thrice: off by")


def test_an_equation_shows_its_name_title_and_statement():
    assert repr(equations["M4"]) == str(equations["M4"]) == "M4: Relative sharpness\n  S_rel = s_gen/s_train"
    assert " ≃ " in repr(equations["M10"])
    assert repr(equations).startswith(f"{len(equations)} equations: M1, M2, ")


def test_an_unknown_name_is_answered_with_those_there_are_and_the_nearest():
    with pytest.raises(
        KeyError, match=r"No equation 'U-full'; of those .* are U-full-table-mode, U-full-table-slowest\.'?"
    ):
        equations["U-full"]
    with pytest.raises(KeyError, match=r"No equation 'M99'; there are M1, M2.*M11.*\. Did you mean 'M9'"):
        equations["M99"]
    with pytest.raises(KeyError, match=r"Did you mean 'heavy-traffic'( or .*)?\?"):
        equations["heavy-trafic"]
    with pytest.raises(KeyError, match=r"SymPy-[a-z-]+\.\"$"):  # nothing near
        equations["xyzzy"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("m10", "M10"), ("M 10", "M10"), ("m-10", "M10"), ("s(g)", "S(G)"), ("training loss", "training-loss")],
)
def test_names_are_forgiving(typed, meant):
    assert equations[typed] is equations[meant]
    assert typed in equations
    assert equations.get(typed) is equations[meant]


def test_names_that_differ_only_in_how_they_are_written_are_not_guessed():
    registry = Registry()
    for name in ("a-b", "AB"):
        registry.register(name, "title", "source")(lambda: (identity(lam + lam**2, lam * (1 + lam), "factor"),))
    assert registry["a-b"].name == "a-b"
    assert registry["AB"].name == "AB"
    assert "ab" not in registry
    assert 7 not in registry
    with pytest.raises(KeyError):
        registry["ab"]


def test_iteration_and_membership_agree():
    assert len(set(equations)) == len(equations)
    assert all(name in equations and equations[name].name == name for name in equations)


def test_titles_are_told_without_building():
    registry = Registry()

    @registry.register("a", "first", "source")
    def unbuildable():
        raise AssertionError("built")

    assert Registry(registry).titles == registry.titles == {"a": "first"}
    assert equations.titles == {name: equations[name].title for name in equations}


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
