"""Every public function of `theory` that returns an expression, doubled, must turn a registered equation red."""

import inspect
import sys
import typing
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sympy import Eq, Expr, Function
from sympy.core.cache import clear_cache

import theory
from theory import equations
from theory.derivations import equations as registry

MACHINERY = {"CheckReport", "Equation", "Outcome", "Registry", "Step"}
"""Classes of the registry itself, whose results are not formulas."""


SYMPY_METHODS = {"as_numer_denom", "aseries", "leadterm", "series"}
"""What SymPy calls for series, limits and simplification, which `test_limits` and `test_identities` hold."""


@dataclass(frozen=True)
class Target:
    """A function or method whose result is an expression, or a pair of them with the `part` that is doubled."""

    name: str
    owner: type | None
    part: int | None = None

    def __str__(self):
        return self.name if self.part is None else f"{self.name}[{self.part}]"


def leaves(annotation):
    arguments = typing.get_args(annotation)
    return [leaf for argument in arguments for leaf in leaves(argument)] if arguments else [annotation]


def gives_expressions(function):
    annotation = inspect.signature(function).return_annotation
    return any(isinstance(leaf, type) and issubclass(leaf, (Expr, Eq)) for leaf in leaves(annotation))


def parts(function):
    annotation = inspect.signature(function).return_annotation
    return range(len(typing.get_args(annotation))) if typing.get_origin(annotation) is tuple else [None]


def bare(member):
    if isinstance(member, property):
        return member.fget
    return member.__func__ if isinstance(member, (classmethod, staticmethod)) else member


def public_targets():
    for name in theory.__all__:
        thing = getattr(theory, name)
        if name in MACHINERY or name == "equations":
            continue
        if not isinstance(thing, type):
            if gives_expressions(thing):
                yield from (Target(name, None, part) for part in parts(thing))
            continue
        if getattr(thing, "_is_protocol", False):
            continue
        if issubclass(thing, Function):
            yield Target(name, None)
        for member in sorted(set(dir(thing))):
            owner = next((base for base in thing.__mro__ if member in vars(base)), None)
            if (
                member.startswith("_")
                or member in SYMPY_METHODS
                or owner is None
                or not owner.__module__.startswith("theory")
            ):
                continue
            function = bare(vars(owner)[member])
            if callable(function) and gives_expressions(function):
                yield from (Target(f"{name}.{member}", owner, part) for part in parts(function))


TARGETS = list(public_targets())


def changed(target, change):
    """The function or method of the target, with its result passed through `change`."""
    if target.owner is None:
        original = getattr(theory, target.name)
        return lambda *args, **kwargs: change(original(*args, **kwargs))
    member = vars(target.owner)[target.name.split(".")[1]]
    original = bare(member)

    def function(*args, **kwargs):
        return change(original(*args, **kwargs))

    return function if member is original else type(member)(function)


@contextmanager
def patched(monkeypatch, *changes):
    """Put each changed function wherever `theory` has bound it; SymPy remembers results, so it is made to forget.

    A SymPy function is a class, by which `theory` rewrites: put in its place in the derivations only.
    """
    with monkeypatch.context() as patch:
        for target, change in changes:
            replacement = changed(target, change)
            if target.owner is not None:
                patch.setattr(target.owner, target.name.split(".")[1], replacement)
                continue
            original = getattr(theory, target.name)
            where = "theory.derivations." if isinstance(original, type) else "theory."
            for name, module in list(sys.modules.items()):
                if name.startswith(where) and vars(module).get(target.name) is original:
                    patch.setattr(module, target.name, replacement)
        clear_cache()
        yield
    clear_cache()


def rebuilt(name):
    return registry._builders[name].__wrapped__()


@pytest.fixture(scope="module")
def users():
    """The equations in whose derivation each function is called, with the derivation."""
    called, used = set(), {}
    unique = {(target.name, target.owner): target for target in TARGETS}

    def note(target):
        def change(result):
            if result is not None:
                called.add(target.name)
            return result

        return change

    with pytest.MonkeyPatch.context() as patch, patched(patch, *((t, note(t)) for t in unique.values())):
        for name in registry:
            clear_cache()
            called.clear()
            derivation = rebuilt(name).derivation
            for target in called:
                used.setdefault(target, {})[name] = derivation
    return used


def doubled(result, part):
    if result is None:
        return None
    if part is not None:
        return tuple(2 * each if k == part else each for k, each in enumerate(result))
    return Eq(result.lhs, 2 * result.rhs, evaluate=False) if isinstance(result, Eq) else 2 * result


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_doubled_function_is_noticed(target, users, monkeypatch):
    for name, kept in users.get(target.name, {}).items():
        with patched(monkeypatch, (target, lambda result: doubled(result, target.part))):
            steps = rebuilt(name).derivation
        for number, (step, before) in enumerate(zip(steps, kept, strict=True), start=1):
            if step != before and not step.check(f"0 {name} {number}").passed:
                return
    pytest.fail(f"No registered equation notices that {target} is doubled: register one that holds it.")


def test_the_enumeration_finds_functions_methods_and_classes():
    names = {str(target) for target in TARGETS}
    assert {"jump_time", "threshold_balance", "MarcumQ1", "MarcumQ1.fdiff", "LinearStudent.horizon"} <= names
    assert {"MarchenkoPastur.support[0]", "MarchenkoPastur.support[1]", "MarchenkoPastur.atom"} <= names
    assert not {name for name in names if name.startswith(("Equation", "SolvableSystem", "accuracy["))}


def test_patching_leaves_no_trace(monkeypatch):
    before = equations["M9"].statement
    with patched(monkeypatch, (Target("TrainingLoss", None), lambda result: 2 * result)):
        assert rebuilt("M9").statement != before
    assert rebuilt("M9").statement == before
