import dataclasses

import numpy as np
import pytest

from empirical import LinearStudentRun, ModularAdditionRun, ParityRun, run_from_json


def test_defaults_are_the_papers_protocol():
    run = ParityRun(25, 0)
    assert (run.epochs, run.parity_bits, run.train_samples, run.gen_samples) == (3000, 3, 750, 250)
    assert (run.width, run.learning_rate, run.weight_decay, run.batch_size) == (1000, 1e-2, 1e-2, 32)


def changed(field, value):
    others = {"optimizer": "adamw", "activation": "tanh", "label_noise": 0.25, "stop_level": 0.9, "stop_after": 5}
    if field in ("beta1", "beta2"):
        return {"optimizer": "adamw", field: value / 2}
    if field == "adam_epsilon":
        return {"optimizer": "adamw", field: 1e-6}
    return {"stop_after": 4, field: others[field]} if field == "stop_level" else {field: others.get(field) or value * 2}


def test_file_name_follows_from_every_value_of_the_configuration():
    run = ParityRun(25, 1)
    others = [
        dataclasses.replace(run, **changed(field.name, getattr(run, field.name))) for field in dataclasses.fields(run)
    ]
    assert len({run.file_name, *(other.file_name for other in others)}) == len(others) + 1
    assert len({run, *others}) == len(others) + 1
    assert run.file_name.startswith("parity-n025-seed0001-")
    for other in others:
        assert ParityRun.from_json(other.to_json()) == other


def test_runs_from_before_a_field_was_added_keep_their_names():
    """The text and the names that the first version wrote."""
    text = (
        '{"batch_size": 32, "epochs": 3000, "gen_samples": 250, "input_size": 25, "learning_rate": 0.01, '
        '"parity_bits": 3, "seed": 0, "task": "parity", "train_samples": 750, "weight_decay": 0.01, "width": 1000}'
    )
    assert ParityRun(25, 0).to_json() == text
    assert ParityRun.from_json(text) == ParityRun(25, 0)
    assert ParityRun(25, 0).file_name == "parity-n025-seed0000-6c67846e.nc"


def test_runs_order_by_task_size_protocol_and_seed():
    runs = [
        ModularAdditionRun(12, 0),
        ParityRun(25, 0, weight_decay=0.003),
        ParityRun(25, 1, weight_decay=0.003),
        ParityRun(25, 0, weight_decay=0.02),
        ParityRun(25, 0, batch_size=None, weight_decay=0.02),
        ParityRun(26, 0, weight_decay=0.003),
    ]
    assert sorted([*runs[3:], *runs[:3]]) == runs


def test_numpy_numbers_make_the_same_run():
    run = ParityRun(np.int64(25), np.uint8(1), learning_rate=np.float64(0.01))
    assert run == ParityRun(25, 1)
    assert run.file_name == ParityRun(25, 1).file_name


def test_json_round_trip():
    run = ParityRun(30, 2, epochs=7, weight_decay=0)
    assert ParityRun.from_json(run.to_json()) == run


@pytest.mark.parametrize("text", ['{"task": "addition"}', "[1]", '{"task": "parity", "input_size": 25}'])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(ValueError, match="not the configuration of a parity run"):
        ParityRun.from_json(text)


@pytest.mark.parametrize("run", [ParityRun(9, 1), ModularAdditionRun(9, 1, modulus=3), LinearStudentRun(9, 1)])
def test_a_run_of_any_task_is_found_by_its_name(run):
    assert run_from_json(run.to_json()) == run
    assert run.file_name.startswith(f"{run.task}-n009-seed0001-")


@pytest.mark.parametrize("text", ['{"task": "addition"}', "[1]", "{}"])
def test_a_task_that_is_not_known_is_refused(text):
    with pytest.raises(ValueError, match="task must be one of parity, modular_addition, linear_student; got "):
        run_from_json(text)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"input_size": 2}, "input_size must be at least parity_bits, got 2 < 3; raise"),
        ({"seed": -1}, "seed must be at least 0, got -1; choose"),
        ({"epochs": 0}, "epochs must be at least 1, got 0; choose"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"learning_rate": 0}, "learning_rate must be positive, got 0.0; the default is 0.01"),
        ({"learning_rate": -0.1}, "learning_rate must be finite and not negative, got -0.1; the default is"),
        ({"weight_decay": float("nan")}, "weight_decay must be finite and not negative, got nan"),
        ({"learning_rate": 10, "weight_decay": 0.1}, "must be below 1, got 10.0 \\* 0.1; lower one"),
        ({"initial_scale": 0}, "initial_scale must be positive, got 0.0; the default is 1.0"),
        ({"optimizer": "adam"}, "optimizer must be one of sgd, adamw; got 'adam'; use one"),
        ({"activation": "sin"}, "activation must be one of relu, tanh, gelu; got 'sin'"),
        ({"beta2": 1.0, "optimizer": "adamw"}, "beta2 must be below 1, got 1.0; the default is 0.999"),
        ({"beta1": 0.8}, "beta1 belongs to optimizer 'adamw', got 0.8 for 'sgd'; leave it out or take 'adamw'"),
        ({"label_noise": 1.5}, "label_noise must be at most 1, got 1.5; it is a fraction"),
        ({"stop_level": 1.5, "stop_after": 5}, "stop_level must be at most 1, got 1.5; it is an accuracy"),
        ({"stop_after": 3}, "stop_after must be 0 or at least 4, got 3; a curve"),
        ({"stop_level": 0.9}, "stop_level needs stop_after, got 0.9 alone; say after how many"),
    ],
)
def test_values_out_of_range_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        ParityRun(**{"input_size": 25, "seed": 0, **values})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 10.5}, "width must be a whole number, got 10.5; write it as an integer"),
        ({"batch_size": "all"}, "batch_size must be a whole number, got 'all'"),
        ({"width": True}, "width must be a whole number, got True"),
        ({"learning_rate": "fast"}, "learning_rate must be a number, got 'fast'; write it as a float"),
    ],
)
def test_values_of_another_type_get_a_sentence(values, message):
    with pytest.raises(TypeError, match=message):
        ParityRun(**{"input_size": 25, "seed": 0, **values})
