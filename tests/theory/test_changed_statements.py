"""A registered statement that somebody changes at random must turn its check red."""

import dataclasses
import itertools
import random
from functools import cache

import pytest
from sympy import Add, Eq, Integer, Number, Pow, Rational

from theory import equations
from theory.values import value

FAST, SLOW = (1, 1), (None, 2)
"""How many of the usual changes, and of the others, are tried of a step; its name and number choose the others."""

DEAR = {"batch-losses", "covariance-losses"}
"""Equations of which a check takes seconds: there only the smallest change is tried."""


def leaves(expression, path=()):
    """Paths to everything in an expression, itself included."""
    yield path, expression
    for index, argument in enumerate(expression.args):
        yield from leaves(argument, (*path, index))


def put(expression, path, new):
    """The expression with `new` at the path."""
    if not path:
        return new
    arguments = list(expression.args)
    arguments[path[0]] = put(arguments[path[0]], path[1:], new)
    return expression.func(*arguments)


def finer_changes(side):
    """One number changed, one term or factor dropped, two symbols swapped, an exponent's sign."""
    for path, leaf in leaves(side):
        if isinstance(leaf, Number):
            yield f"{leaf} + 1 at {path}", lambda path=path, leaf=leaf: put(side, path, leaf + 1)
        if isinstance(leaf, Add):
            for index in range(len(leaf.args)):
                rest = leaf.func(*(leaf.args[:index] + leaf.args[index + 1 :]))
                yield f"without term {index} at {path}", lambda path=path, rest=rest: put(side, path, rest)
        if isinstance(leaf, Pow):
            other = leaf.base**-leaf.exp
            yield f"inverse at {path}", lambda path=path, other=other: put(side, path, other)
    for one, other in itertools.combinations(sorted(side.free_symbols, key=str), 2):
        yield f"{one} for {other}", lambda a=one, b=other: side.xreplace({a: b, b: a})


def usual_changes(left, right):
    """Changes that are tried of everything, the smallest first."""
    yield "right · 1001/1000", left, right * 1001 / 1000
    yield "right + 1", left, right + 1
    yield "7", left, Integer(7)
    yield "left · 2", 2 * left, right


def other_changes(left, right):
    yield "−right", lambda: -right
    yield "right · 2", lambda: 2 * right
    yield from finer_changes(right)


def changes(step, name, number, usual, each):
    """Label and step of each change that leaves another statement."""
    left, right = step.statement.args
    found = list(usual_changes(left, right))[: 1 if name in DEAR else usual]
    others = [] if name in DEAR else list(other_changes(left, right))
    for label, make in random.Random(f"{name} {number}").sample(others, min(each, len(others))):
        try:
            found.append((label, left, make()))
        except (TypeError, ValueError):  # not an expression
            continue
    for label, new_left, new_right in found:
        # Powers stay: there are some of a high order, and a change of one is seen without its terms.
        if new_left != left or (new_right - right).expand(multinomial=False) != 0:
            yield label, dataclasses.replace(step, statement=Eq(new_left, new_right, evaluate=False))


@pytest.fixture
def one_side_remembered(monkeypatch):
    """A change leaves one side as it was, and with it the numbers of that side at the same points."""
    kept = cache(lambda side, point, digits: value(side, dict(point), digits))
    monkeypatch.setattr("theory.steps.value", lambda side, point, digits: kept(side, tuple(point.items()), digits))


def changes_that_pass(name, number, tried):
    step = equations[name].derivation[number - 1]
    return [
        f"step {number}, {label}: {changed.statement}"
        for label, changed in changes(step, name, number, *tried)
        if changed.check(f"0 {name} {number}").passed
    ]


@pytest.mark.usefixtures("one_side_remembered")
@pytest.mark.parametrize("name", list(equations))
def test_a_changed_statement_is_red(name):
    """Of one step, which the name of the equation chooses: all take minutes."""
    number = random.Random(name).randint(1, len(equations[name].derivation))
    assert not changes_that_pass(name, number, FAST)


@pytest.mark.slow
@pytest.mark.usefixtures("one_side_remembered")
@pytest.mark.parametrize("name", list(equations))
def test_every_changed_statement_is_red(name):
    numbers = range(1, len(equations[name].derivation) + 1)
    passed = [one for number in numbers for one in changes_that_pass(name, number, SLOW)]
    assert not passed, "\n".join(passed)


@pytest.mark.usefixtures("one_side_remembered")
@pytest.mark.parametrize("name", list(equations))
def test_a_changed_condition_is_red(name):
    for number, step in enumerate(equations[name].derivation, start=1):
        for index, condition in enumerate(step.conditions):
            for label, left, right in usual_changes(*condition.args):
                others = list(step.conditions)
                others[index] = Eq(left, right, evaluate=False)
                changed = dataclasses.replace(step, conditions=tuple(others))
                assert not changed.check(f"0 {name} {number}").passed, f"step {number}, {label}: {others[index]}"


@pytest.mark.usefixtures("one_side_remembered")
@pytest.mark.parametrize("name", [name for name in equations if name not in DEAR])
def test_a_changed_error_is_red(name):
    for number, step in enumerate(equations[name].derivation, start=1):
        if step.error is not None:
            for factor in (Rational(11, 10), -1):
                changed = dataclasses.replace(step, error=factor * step.error)
                assert not changed.check(f"0 {name} {number}").passed, f"step {number}: {changed.error}"


@pytest.mark.parametrize("name", list(equations))
def test_every_step_says_something(name):
    for step in equations[name].derivation:
        left, right = step.statement.args
        assert left != right
        assert 0 not in (left, right), "zero has neither factor nor sign: bring a term to the other side"
        assert (step.kind == "definition") == bool(step.conditions)
        for condition in step.conditions:
            assert condition.lhs != condition.rhs
            assert step.statement.args not in (condition.args, condition.args[::-1])
