import dataclasses

import pytest

from empirical import SYSTEMS, AdamW, Group, OneHotSquaredError, Steps
from empirical.experiment.knobs import find_knob, knobs_of, turned

PARITY = SYSTEMS["parity"].experiment


def grouped():
    groups = [
        Group(name="readout", parameters="output.*", learning_rate=0.5),
        Group(name="first", parameters="hidden.*", weight_decay=0.25),
    ]
    return PARITY.replace({"optimizer": "adamw"}), AdamW(groups=groups)


def test_every_number_has_a_dotted_name_and_every_part_its_own():
    assert PARITY.knobs() == {
        "task": "parity",
        "task.train_samples": 750,
        "task.gen_samples": 250,
        "task.label_noise": 0.0,
        "task.input_size": 35,
        "task.parity_bits": 3,
        "model": "two_layer",
        "model.initial_scale": 1.0,
        "model.arithmetic": "float32",
        "model.width": 1000,
        "model.activation": "relu",
        "model.dropout": 0.0,
        "loss": "cross_entropy",
        "optimizer": "sgd",
        "optimizer.learning_rate": 0.01,
        "optimizer.weight_decay": 0.01,
        "optimizer.warm_up": 0,
        "optimizer.filter_gain": 0.0,
        "optimizer.filter_memory": 0.98,
        "optimizer.momentum": 0.0,
        "schedule": "epochs",
        "schedule.batch_size": 32,
        "schedule.stop_after": 0,
        "schedule.stop_level": 1.0,
        "schedule.epochs": 3000,
        "seed": 0,
    }


def test_a_full_name_and_the_last_word_turn_the_same_number():
    for name in ("optimizer.weight_decay", "weight_decay"):
        assert PARITY.replace({name: 0.5}).optimizer.weight_decay == 0.5
    assert PARITY.replace({"seed": 3}).seed == 3
    assert PARITY.replace({}) == PARITY


def test_an_ambiguous_word_is_refused_with_the_names_that_it_could_be():
    both = PARITY.replace({"optimizer": "adamw"})
    linear = SYSTEMS["linear_student"].experiment.replace({"optimizer": "adamw"})
    assert both.replace({"epsilon": 1e-6}).optimizer.epsilon == 1e-6
    with pytest.raises(ValueError, match=r"^'epsilon' could be loss.epsilon or optimizer.epsilon; write it out.$"):
        linear.replace({"epsilon": 0.1})
    assert linear.replace({"loss.epsilon": 0.1}).loss.epsilon == 0.1


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"A knob must be one of task, task.train_samples, .*seed; got 'depth'; use"):
        PARITY.replace({"depth": 3})
    for name in ("", ".", "optimizer.", ".weight_decay", "weight decay", "optimizer.weight_decay.x", "decay", "*"):
        with pytest.raises(ValueError, match="A knob must be one of"):
            PARITY.replace({name: 1})


@pytest.mark.parametrize(
    ("typed", "meant"), [("wieght_decay", "optimizer.weight_decay"), ("modul.width", "model.width")]
)
def test_a_misspelled_name_is_told_its_nearest(typed, meant):
    with pytest.raises(ValueError, match=rf"got '{typed}'; use one of these names. Did you mean '{meant}'\?$"):
        PARITY.replace({typed: 1})


def test_a_knob_can_be_turned_once():
    with pytest.raises(ValueError, match=r"once, got model.width as width and as model.width"):
        PARITY.replace({"width": 3, "model.width": 4})


def test_exchanging_a_part_keeps_the_numbers_that_both_have():
    adamw = PARITY.replace({"optimizer": "adamw", "weight_decay": 0.5, "beta2": 0.98})
    assert adamw.optimizer == AdamW(learning_rate=0.01, weight_decay=0.5, beta2=0.98)
    assert adamw.replace({"optimizer": "adamw"}) == adamw  # the same part is not begun anew
    back = adamw.replace({"optimizer": "sgd", "weight_decay": 0.01})
    assert back == PARITY
    steps = PARITY.replace({"schedule": "steps", "steps": 50, "batch_size": None})
    assert steps.schedule == Steps(steps=50)
    assert PARITY.replace({"loss": "one_hot_squared_error", "reduction": "mean"}).loss == OneHotSquaredError(
        reduction="mean"
    )


def test_a_number_of_the_part_that_went_is_not_known_any_more():
    with pytest.raises(ValueError, match=r"got 'beta2'"):
        PARITY.replace({"beta2": 0.5})
    with pytest.raises(ValueError, match=r"got 'momentum'"):
        PARITY.replace({"optimizer": "adamw", "momentum": 0.5})


def test_a_part_that_is_not_known_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"optimizer must be one of adamw, sgd.*; got 'adam'; one of your own"):
        PARITY.replace({"optimizer": "adam"})
    with pytest.raises(ValueError, match=r"task must be one of .*; got '3'"):
        PARITY.replace({"task": 3})


def test_a_loss_that_does_not_fit_the_task_is_refused():
    with pytest.raises(ValueError, match="'squared_error' needs values, and this task has 2 classes; use 'one_hot"):
        PARITY.replace({"loss": "squared_error"})
    with pytest.raises(ValueError, match="'cross_entropy' judges classes, and this task has values; use 'squared_err"):
        SYSTEMS["linear_student"].experiment.replace({"loss": "cross_entropy"})


def test_groups_have_knobs_by_their_names():
    experiment, adamw = grouped()
    experiment = experiment.replace({})
    grouped_one = type(experiment)(
        task=experiment.task,
        model=experiment.model,
        loss=experiment.loss,
        optimizer=adamw,
        schedule=experiment.schedule,
    )
    knobs = grouped_one.knobs()
    assert knobs["optimizer.groups.readout.learning_rate"] == 0.5
    assert knobs["optimizer.groups.first.learning_rate"] is None
    assert knobs["optimizer.groups.first.parameters"] == "hidden.*"
    turned_one = grouped_one.replace({"optimizer.groups.first.learning_rate": 0.125, "readout.weight_decay": 0.5})
    rates = {group.name: (group.learning_rate, group.weight_decay) for group in turned_one.optimizer.groups}
    assert rates == {"first": (0.125, 0.25), "readout": (0.5, 0.5)}
    # The optimizer's own comes before that of a group; two groups are alike.
    assert grouped_one.replace({"learning_rate": 0.002}).optimizer.learning_rate == 0.002
    with pytest.raises(ValueError, match=r"'parameters' could be .*first.parameters or .*readout.parameters; write"):
        grouped_one.replace({"parameters": "x"})
    with pytest.raises(ValueError, match=r"learning_rate must be positive, got 0.0"):
        grouped_one.replace({"readout.learning_rate": 0})


def test_a_group_without_a_pattern_survives_json_and_its_pattern_is_a_knob():
    plain = dataclasses.replace(PARITY, optimizer=AdamW(groups=[Group(name="hidden", learning_rate=0.5)]))
    again = type(plain).from_json(plain.to_json())
    assert again == plain
    assert again.file_name == plain.file_name
    assert again.knobs()["optimizer.groups.hidden.parameters"] is None
    assert again.optimizer.groups[0].holds("hidden.weight")
    given = plain.replace({"hidden.parameters": "output.*"})
    assert given.optimizer.groups == (Group(name="hidden", parameters="output.*", learning_rate=0.5),)
    assert given.file_name != plain.file_name
    assert given.replace({"hidden.parameters": None}) == plain


def test_groups_come_with_the_optimizer_when_it_is_exchanged():
    experiment, adamw = grouped()
    values = experiment.to_values() | {"optimizer": adamw.to_values()}
    sgd = experiment.from_values(values).replace({"optimizer": "sgd"}).optimizer
    assert sgd.groups == adamw.groups


def test_finding_and_turning_by_themselves():
    values = {"a": {"name": "n", "x": 1, "in": {"x": 2, "y": None}}, "b": {"name": "m"}, "s": 0}
    known = knobs_of(values)
    assert known == {"a": "n", "a.x": 1, "a.in.x": 2, "a.in.y": None, "b": "m", "s": 0}
    assert find_knob("x", known) == "a.x"
    assert find_knob("in.x", known) == "a.in.x"
    assert turned(values, "a.in.x", 9)["a"]["in"] == {"x": 9, "y": None}
    assert values["a"]["in"]["x"] == 2
    for name, value in known.items():
        if name not in ("a", "b"):
            assert turned(values, name, value) == values
