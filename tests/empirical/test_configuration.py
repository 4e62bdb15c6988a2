import dataclasses

import numpy as np
import pytest

from empirical import ParityRun


def test_defaults_are_the_papers_protocol():
    run = ParityRun(25, 0)
    assert (run.epochs, run.parity_bits, run.train_samples, run.gen_samples) == (3000, 3, 750, 250)
    assert (run.width, run.learning_rate, run.weight_decay, run.batch_size) == (1000, 1e-2, 1e-2, 32)


def test_file_name_follows_from_every_value_of_the_configuration():
    run = ParityRun(25, 1)
    changed = [
        dataclasses.replace(run, **{field.name: getattr(run, field.name) * 2}) for field in dataclasses.fields(run)
    ]
    assert len({run.file_name, *(other.file_name for other in changed)}) == len(changed) + 1
    assert run.file_name.startswith("parity-n025-seed0001-")


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


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"input_size": 2}, "input_size must be at least parity_bits, got 2 < 3; raise"),
        ({"seed": -1}, "seed must be at least 0, got -1; choose"),
        ({"epochs": 0}, "epochs must be at least 1, got 0; choose"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"learning_rate": 0}, "learning_rate must be positive, got 0.0; the paper's is 0.01"),
        ({"learning_rate": -0.1}, "learning_rate must be finite and not negative, got -0.1; the paper's"),
        ({"weight_decay": float("nan")}, "weight_decay must be finite and not negative, got nan"),
        ({"learning_rate": 10, "weight_decay": 0.1}, "must be below 1, got 10.0 \\* 0.1; lower one"),
    ],
)
def test_values_out_of_range_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        ParityRun(**{"input_size": 25, "seed": 0, **values})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 10.5}, "width must be a whole number, got 10.5; write it as an integer"),
        ({"width": True}, "width must be a whole number, got True"),
        ({"learning_rate": "fast"}, "learning_rate must be a number, got 'fast'; write it as a float"),
    ],
)
def test_values_of_another_type_get_a_sentence(values, message):
    with pytest.raises(TypeError, match=message):
        ParityRun(**{"input_size": 25, "seed": 0, **values})
