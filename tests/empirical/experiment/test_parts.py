"""Parts of one's own: what is taken, what is refused, and what a part of the package may not become."""

import dataclasses
from typing import ClassVar

import pytest

from empirical import KINDS, SGD, SYSTEMS, CrossEntropy, Loss, Part, add_part, find_part, part_names, real
from empirical.experiment.parts import _added, part_from_values


@pytest.fixture(autouse=True)
def _forget():
    """What a test adds is gone after it."""
    before = dict(_added)
    yield
    _added.clear()
    _added.update(before)


def make(name, fields=(), base=Loss, **options):
    body = {"name": name, "__qualname__": "Own", "values": lambda self, outputs, targets: outputs}
    return dataclasses.dataclass(frozen=True, kw_only=True)(
        type(
            "Own",
            (base,),
            {"__annotations__": dict.fromkeys(fields, int), **body, **dict.fromkeys(fields, 0), **options},
        )
    )


def test_every_kind_has_its_parts():
    assert KINDS == ("task", "model", "loss", "optimizer", "schedule")
    known = {kind: set(part_names(kind)) for kind in KINDS}
    assert known["task"] >= {"linear_teacher", "modular_addition", "parity"}
    assert known["model"] >= {"linear", "two_layer"}
    assert known["loss"] >= {"cross_entropy", "one_hot_squared_error", "squared_error"}
    assert known["optimizer"] >= {"adamw", "sgd"}
    assert known["schedule"] >= {"epochs", "steps"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_the_package_comes_back_from_its_values(kind):
    for name in part_names(kind):
        part = find_part(kind, name)
        if part.__module__.startswith("empirical."):
            assert part_from_values(kind, part().to_values()) == part()
            assert next(iter(part().to_values())) == "name"


def test_an_added_part_is_found_and_adding_it_again_is_no_error():
    one = add_part(make("own", ["scale"]))
    assert find_part("loss", "own") is one
    assert "own" in part_names("loss")
    again = add_part(make("own", ["scale"]))  # as when its file is loaded in another process
    assert find_part("loss", "own") is again
    assert part_from_values("loss", {"name": "own", "scale": 3}) == again(scale=3)


def test_another_part_of_the_same_name_is_refused():
    add_part(make("own", ["scale"]))
    with pytest.raises(ValueError, match=r"There is a loss 'own' already, .*\.Own; choose another name"):
        add_part(make("own", ["scale", "shift"]))
    with pytest.raises(
        ValueError, match=r"a loss 'cross_entropy' already, empirical\..*\.CrossEntropy; choose another"
    ):
        add_part(make("cross_entropy"))
    with pytest.raises(ValueError, match=r"There is a loss 'cross_entropy' already"):
        add_part(make("cross_entropy", __qualname__="CrossEntropy"))
    assert find_part("loss", "cross_entropy") is CrossEntropy


def test_what_is_no_part_is_refused_with_what_to_write():
    for thing in (3, SGD(), int, Part, object):
        with pytest.raises(TypeError, match="A part must be a subclass of Task, Model, Loss, Optimizer or Schedule"):
            add_part(thing)

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class NoName(CrossEntropy):
        pass

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Field(CrossEntropy):
        name: str = "field"

    for part in (NoName, Field):
        with pytest.raises(TypeError, match=rf"{part.__name__} must have a name of its own that is no field; write"):
            add_part(part)


def test_a_class_that_is_no_dataclass_becomes_a_frozen_one_whose_fields_are_checked():
    class Bare(CrossEntropy):
        name: ClassVar[str] = "bare"
        scale: float = real(1.0, above=0)

    assert add_part(Bare) is Bare
    assert Bare(scale=2).to_values() == {"name": "bare", "scale": 2.0}
    assert Bare(scale=2) == find_part("loss", "bare").from_values({"scale": 2.0})
    with pytest.raises(dataclasses.FrozenInstanceError):
        Bare().scale = 3.0
    with pytest.raises(TypeError, match="positional"):
        Bare(2.0)
    with pytest.raises(ValueError, match="scale must be positive"):
        Bare(scale=0)


def test_an_experiment_takes_no_part_under_the_name_of_another():
    """A file has nothing but the name, and the run of one would be loaded for the other."""
    experiment = SYSTEMS["parity"].experiment

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Doubled(CrossEntropy):
        def values(self, outputs, targets):
            return 2 * super().values(outputs, targets)

    for loss in (Doubled(), make("never_added")()):
        with pytest.raises(
            TypeError, match=rf"loss {loss.name!r} is not known as {type(loss).__name__}; put @add_part"
        ):
            dataclasses.replace(experiment, loss=loss)
    assert dataclasses.replace(experiment, loss=add_part(make("own"))()).loss.name == "own"


@pytest.mark.parametrize("name", ["", "two words", "dotted.name", "a/b", "../up", "new\nline"])
def test_a_name_that_no_file_and_no_knob_could_bear_is_refused(name):
    with pytest.raises(ValueError, match="name must be a word of letters, digits and _"):
        add_part(make(name))
