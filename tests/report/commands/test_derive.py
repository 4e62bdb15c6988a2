"""`groksharp derive`: what it prints of a check, and how it speaks of one that fails."""

import json

import pytest
from sympy import Symbol

from theory import Registry, equations
from theory.steps import identity

x = Symbol("x", positive=True)


@pytest.fixture
def one_false(monkeypatch):
    """A registry in which `squares` is right and the second of the three steps of `cubes` is wrong."""
    registry = Registry()

    @registry.register("squares", "A square", "by hand")
    def squares():
        return (identity((x + 1) ** 2, x**2 + 2 * x + 1, "expand"),)

    @registry.register("cubes", "A cube", "by hand")
    def cubes():
        return (
            identity((x - 1) * (x + 1), x**2 - 1, "the other square"),
            identity((x + 1) ** 3, x**3 + 3 * x**2 + 3 * x + 2, "expand wrongly"),
            identity((x + 1) * (x + 2), x**2 + 3 * x + 2, "expand"),
        )

    monkeypatch.setattr("theory.equations", registry)


def test_check_prints_a_report_and_nothing_else(call):
    done = call("derive", "M7", "--check")
    assert done.returncode == 0
    assert done.stdout == f"{equations['M7'].check()}\n"
    assert not done.stderr


@pytest.mark.parametrize("names", [(), ("cubes",), ("squares", "cubes")])
def test_a_step_that_fails_is_named(call, one_false, names):
    done = call("derive", *names, "--check")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("groksharp derive: cubes fails at step 2 of 3 (expand wrongly): off by ")
    assert 0 < float(sentence.split()[-1].rstrip(".")) < 1
    assert ("squares: checked" in done.stdout) == (names != ("cubes",))


def test_a_step_that_fails_is_named_without_check_too(call, one_false):
    done = call("derive", "cubes")
    assert done.returncode == 1
    assert "step 2 of 3" in done.stderr
    assert "✗ off by" in done.stdout


def test_an_equation_that_holds_leaves_the_status_alone(call, one_false):
    done = call("derive", "squares", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_several_names_in_the_order_asked_for(call):
    done = call("derive", "M4", "M3")
    assert done.returncode == 0
    assert done.stdout.index("M4  Relative sharpness") < done.stdout.index("M3  Relative grokking gap")
    latex = call("derive", "M4", "M3", "--latex").stdout
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}") == 2


def test_an_unknown_name_is_refused_before_any_work(call):
    done = call("derive", "M3", "M33", "--check")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("groksharp derive: No equation 'M33'")


def test_json_of_a_check_has_every_step(call_json, one_false):
    status, found = call_json("derive", "cubes", "--check")
    assert status == 1
    assert (found["name"], found["title"], found["source"], found["checked"]) == ("cubes", "A cube", "by hand", False)
    assert found["statement"] == found["steps"][-1]["statement"] == "Eq((x + 1)*(x + 2), x**2 + 3*x + 2)"
    assert [(step["number"], step["passed"]) for step in found["steps"]] == [(1, True), (2, False), (3, True)]
    assert found["steps"][1]["reason"] == "expand wrongly"
    assert found["steps"][1]["how"].startswith("off by")
    assert {step["kind"] for step in found["steps"]} == {"identity"}


def test_json_of_several_is_a_line_each(call):
    lines = call("derive", "M3", "M4", "--json").stdout.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["M3", "M4"]
    listing = [json.loads(line) for line in call("derive", "--json").stdout.splitlines()]
    assert [found["name"] for found in listing] == list(equations)
    assert all("steps" not in found and found["title"] for found in listing)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("M3", "--check", "--latex"), "--check prints its reports as text or with --json, got --latex"),
        (("M3", "M4", "--notebook"), "A notebook holds one equation, or all without a name, got 2 names."),
        (("M3", "--json", "--markdown"), "not allowed with argument"),
    ],
)
def test_what_does_not_go_together_is_refused(call, arguments, sentence):
    done = call("derive", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
