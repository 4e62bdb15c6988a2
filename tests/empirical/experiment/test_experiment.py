import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empirical import (
    SGD,
    SYSTEMS,
    AdamW,
    CrossEntropy,
    Epochs,
    Experiment,
    Group,
    Linear,
    LinearTeacher,
    ModularAddition,
    OneHotSquaredError,
    Parity,
    SquaredError,
    Steps,
    TwoLayer,
)
from empirical.experiment.experiment import sort_key

PARITY = SYSTEMS["parity"].experiment

positive = st.floats(1e-6, 0.9)
shares = st.floats(0, 0.9)
small = st.integers(4, 60)
counts = {"train_samples": small, "gen_samples": small, "input_size": small}
looks = {
    "batch_size": st.none() | small,
    "stop_after": st.sampled_from([0, 4, 100]),
    "stop_level": positive,
}
letters = st.characters(codec="ascii", categories=["L"], include_characters="_")
names = st.text(letters, min_size=1, max_size=5).filter(lambda name: name != "name")
groups = st.lists(
    st.builds(
        Group, name=names, parameters=st.text(max_size=5), learning_rate=st.none() | positive, weight_decay=shares
    ),
    max_size=3,
    unique_by=lambda group: group.name,
)
rates = {"learning_rate": positive, "weight_decay": shares, "warm_up": st.integers(0, 9), "groups": groups}
rates |= {"filter_gain": positive, "filter_memory": shares}
models = {"initial_scale": positive, "arithmetic": st.sampled_from(["float32", "float64"])}
class_tasks = st.builds(Parity, **counts, label_noise=shares, parity_bits=st.integers(1, 4)) | st.builds(
    ModularAddition, **{**counts, "input_size": st.integers(20, 60)}, modulus=st.integers(3, 9)
).filter(lambda task: task.input_size > 0)
parts = {
    "model": st.builds(TwoLayer, **models, width=small, activation=st.sampled_from(["relu", "gelu"]), dropout=shares)
    | st.builds(Linear, **models),
    "optimizer": st.builds(SGD, **rates, momentum=shares) | st.builds(AdamW, **rates, beta1=shares, epsilon=positive),
    "schedule": st.builds(Epochs, **looks, epochs=small)
    | st.builds(Steps, **looks, steps=small, dense=small, growth=st.floats(1, 3), replacement=st.booleans()),
    "seed": st.integers(0, 2**70),
}
experiments = st.builds(
    Experiment, task=class_tasks, loss=st.sampled_from([CrossEntropy(), OneHotSquaredError()]), **parts
) | st.builds(
    Experiment, task=st.builds(LinearTeacher, **counts), loss=st.builds(SquaredError, epsilon=positive), **parts
)


@given(experiments)
def test_json_holds_all_of_an_experiment(experiment):
    text = experiment.to_json()
    assert "\n" not in text
    again = Experiment.from_json(text)
    assert again == experiment
    assert hash(again) == hash(experiment)
    assert again.to_json() == text
    assert Experiment.from_values(json.loads(text)).knobs() == experiment.knobs()


@given(experiments, experiments)
def test_file_names_differ_exactly_where_experiments_do(one, other):
    assert (one.file_name == other.file_name) == (one == other)
    assert one.file_name.startswith(f"{one.task.name}-")
    assert len(one.file_name) == len(f"{one.task.name}-.nc") + 16


@given(experiments, st.data())
@settings(deadline=None)
def test_any_knob_can_be_turned_to_its_own_value_and_the_experiment_stays(experiment, data):
    knobs = experiment.knobs()
    chosen = data.draw(st.lists(st.sampled_from(sorted(knobs)), unique=True))
    assert experiment.replace({name: knobs[name] for name in chosen}) == experiment


@given(experiments, experiments)
def test_all_knobs_of_another_make_the_other(one, other):
    """Unless it has groups of its own, which are no numbers."""
    if not one.optimizer.groups and not other.optimizer.groups:
        assert one.replace(other.knobs()) == other


@given(st.lists(experiments, max_size=5), st.data())
def test_experiments_have_an_order_that_does_not_depend_on_where_they_were(several, data):
    shuffled = data.draw(st.permutations(several))
    assert sorted(shuffled, key=sort_key) == sorted(several, key=sort_key)


def test_the_defaults_of_parity_are_the_papers_protocol():
    assert PARITY.task == Parity(train_samples=750, gen_samples=250, parity_bits=3, label_noise=0)
    assert PARITY.model == TwoLayer(width=1000, activation="relu", initial_scale=1, dropout=0, arithmetic="float32")
    assert PARITY.optimizer == SGD(learning_rate=1e-2, weight_decay=1e-2)
    assert PARITY.schedule == Epochs(epochs=3000, batch_size=32)
    assert (PARITY.loss, PARITY.seed, PARITY.length, PARITY.chance) == (CrossEntropy(), 0, 3000, 0.5)


def test_a_changed_number_of_any_part_changes_the_file_name():
    knobs = PARITY.replace({"stop_after": 5}).knobs()
    other = {"activation": "tanh", "arithmetic": "float64", "optimizer": "adamw", "loss": "one_hot_squared_error"}
    other |= {"schedule": "steps", "task": "modular_addition", "model": "linear", "label_noise": 0.5, "dropout": 0.5}
    other |= {"momentum": 0.5, "stop_level": 0.5, "warm_up": 3, "filter_gain": 2.0, "filter_memory": 0.5}
    found = {PARITY.file_name}
    for name, value in knobs.items():
        changed = other.get(name.rpartition(".")[2]) or (value * 2 if isinstance(value, float) else (value or 0) + 5)
        found.add(PARITY.replace({name: changed}).file_name)
    assert len(found) == len(knobs) + 1


def test_numpy_numbers_make_the_same_experiment():
    turned = {"input_size": np.int64(25), "seed": np.uint8(1), "learning_rate": np.float64(0.5), "weight_decay": 0}
    plain = PARITY.replace({"input_size": 25, "seed": 1, "learning_rate": 0.5, "weight_decay": 0.0})
    assert PARITY.replace(turned) == plain
    assert PARITY.replace(turned).file_name == plain.file_name


def test_groups_in_another_order_make_the_same_experiment():
    one, other = Group(name="a", parameters="x*"), Group(name="b", parameters="y*")
    assert SGD(groups=[one, other]) == SGD(groups=(other, one))
    assert SGD(groups=[one, other]).to_values() == SGD(groups=(other, one)).to_values()


def test_chance_is_the_losss_to_say():
    assert SYSTEMS["modular_addition"].experiment.replace({"modulus": 4}).chance == 0.25
    assert SYSTEMS["linear_student"].experiment.chance == 0.0


@pytest.mark.parametrize("text", ['{"task": "parity"}', "[1]", "{}", "3", '"parity"', "null", "", "no JSON"])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(
        ValueError, match="An experiment must have task, model, loss, optimizer, schedule and seed, got"
    ):
        Experiment.from_json(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": {"name": "xor"}}, "task must be one of .*; got 'xor'; one of your own has to be added"),
        ({"task": {}}, "task must be one of .*; got ''"),
        ({"task": 3}, "task must be a part with its name and numbers, got 3; another version wrote this"),
        ({"task": None}, "task must be a part with its name and numbers, got None"),
        ({"model": [["name", "two_layer"]]}, "model must be a part with its name and numbers, got"),
        ({"loss": {"name": "cross_entropy", "epsilon": 1}}, "'cross_entropy' must have .*got epsilon; another version"),
        ({"loss": {"name": 3}}, "loss must be one of"),
        ({"loss": {"name": ["cross_entropy"]}}, "loss must be one of"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"optimizer": SGD().to_values() | {"groups": {"g": {"parameters": "*"}}}}, "Group 'g' must have"),
        ({"optimizer": SGD().to_values() | {"groups": {"g": 3}}}, "Group 'g' must have .*, got 3; another version"),
    ],
)
def test_json_of_another_version_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Experiment.from_json(json.dumps(PARITY.to_values() | change))


@pytest.mark.parametrize("kind", ["task", "model", "loss", "optimizer", "schedule"])
def test_what_is_no_such_part_is_refused(kind):
    parts = {name: getattr(PARITY, name) for name in ("task", "model", "loss", "optimizer", "schedule")}
    wrong = PARITY.loss if kind != "loss" else PARITY.task
    for thing in (wrong, None, "parity", type(getattr(PARITY, kind))):
        with pytest.raises(TypeError, match=f"{kind} must be a {kind.capitalize()}, got .*; subclass"):
            Experiment(**{**parts, kind: thing})
    with pytest.raises(TypeError, match=r"seed must be a whole number, got 0.5"):
        Experiment(**parts, seed=0.5)


def test_a_protocol_is_all_but_the_seed():
    assert PARITY.replace({"seed": 5}).protocol() == PARITY.protocol()
    assert PARITY.replace({"width": 5}).protocol() != PARITY.protocol()


def test_experiments_order_by_the_knobs_named_first_then_by_all_others_and_last_by_the_seed():
    knobs = [
        {"input_size": 25, "weight_decay": 0.003},
        {"input_size": 25, "weight_decay": 0.003, "seed": 1},
        {"input_size": 25, "weight_decay": 0.02},
        {"input_size": 25, "weight_decay": 0.02, "batch_size": None},
        {"input_size": 26, "weight_decay": 0.003},
        {"input_size": 101, "weight_decay": 0.003},
    ]
    ordered = [PARITY.replace(one) for one in knobs]
    shuffled = [*ordered[3:], *ordered[:3]]
    assert sorted(shuffled, key=lambda one: sort_key(one, ("task.input_size",))) == ordered
    assert dataclasses.replace(ordered[0]) == ordered[0]
