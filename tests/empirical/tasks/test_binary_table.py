"""The table of a binary operation: split without replacement, holes left out, its results sent along."""

import copy
import pickle

import numpy as np
import pytest

from empirical import BinaryTable, Experiment, add_operation, draw_streams
from empirical.tasks.operations import known
from empirical.tasks.operations.known import operation_results


@pytest.fixture(autouse=True)
def _forget():
    before = dict(known._operations)
    yield
    known._operations.clear()
    known._operations.update(before)
    operation_results.cache_clear()


def rows_of(*sets):
    return [
        (*map(int, pair), int(label)) for part in sets for pair, label in zip(part.inputs, part.labels, strict=True)
    ]


@pytest.mark.parametrize(
    ("operation", "p", "rows"), [("addition", 11, 121), ("division", 11, 110), ("s5", None, 14400)]
)
@pytest.mark.parametrize("fraction", [0.3, 0.5, 0.999])
def test_every_row_is_learned_or_held_out_once(operation, p, rows, fraction):
    task = BinaryTable(operation=operation, modulus=p, train_fraction=fraction)
    train, gen = task.draw(draw_streams(3))
    assert (len(train), len(train) + len(gen)) == (int(fraction * rows), rows) == (task.train_rows, task.rows)
    results = operation_results(operation, p)
    expected = {(int(x), int(y), int(results[x, y])) for x, y in np.argwhere(results >= 0)}
    assert set(rows_of(train, gen)) == expected
    train.check(task.signature, task.classes)
    gen.check(task.signature, task.classes)
    other, _ = task.draw(draw_streams(4))
    assert set(rows_of(other)) != set(rows_of(train))


@pytest.mark.parametrize(("p", "fraction", "learned"), [(10, 0.57, 57), (10, 0.579, 57), (20, 0.29, 116)])
def test_the_fraction_is_the_one_that_was_written(p, fraction, learned):
    assert int(fraction * p * p) <= learned  # which of a float is one too few where it is just below its decimals
    assert BinaryTable(modulus=p, train_fraction=fraction).train_rows == learned


def test_wrong_labels_are_among_those_learned_alone():
    clean, noisy = (BinaryTable(modulus=11, label_noise=noise).draw(draw_streams(0)) for noise in (0.0, 0.1))
    assert (clean[0].labels != noisy[0].labels).sum() == 6
    np.testing.assert_array_equal(clean[1].labels, noisy[1].labels)
    np.testing.assert_array_equal(clean[0].inputs, noisy[0].inputs)


def test_the_modulus_is_that_of_residues_alone():
    assert [BinaryTable(operation="s5", modulus=p).modulus for p in (None, 5, 97)] == [None] * 3
    assert BinaryTable(operation="s5", modulus=5) == BinaryTable(operation="s5")
    add_operation("mine", [[0, 1, 3], [None, 3, 2]])
    task = BinaryTable(operation="mine")
    assert (task.modulus, task.classes, task.signature.tokens, task.rows) == (None, 4, 3, 5)


def test_a_table_need_not_know_its_operation_where_it_is_sent():
    add_operation("mine", lambda x, y: x * x - y)
    task = BinaryTable(operation="mine", modulus=7)
    expected = rows_of(*task.draw(draw_streams(0)))
    sent = pickle.dumps(task)
    del known._operations["mine"]
    operation_results.cache_clear()
    for arrived in (pickle.loads(sent), copy.deepcopy(task)):
        assert arrived == task
        assert rows_of(*arrived.draw(draw_streams(0))) == expected
        assert arrived.signature == task.signature
    with pytest.raises(ValueError, match="got 'mine'; one of your own has to be added before it is used"):
        BinaryTable(operation="mine", modulus=7)


def test_a_table_is_written_with_its_formula(draw):
    from empirical import SYSTEMS

    experiment = SYSTEMS["representation_modular"].experiment.replace({"task": "binary_table"})
    experiment = experiment.replace({"task.operation": "x^2+xy+y^2", "task.modulus": 23})
    assert Experiment.from_json(experiment.to_json()) == experiment
    _, train, gen, _ = draw(experiment)
    assert len(train) + len(gen) == 23**2


@pytest.mark.parametrize(
    ("knobs", "error", "message"),
    [
        ({"modulus": 1}, ValueError, "modulus must be at least 2, got 1"),
        ({"modulus": 5000}, ValueError, "modulus must be from 2 to 4096 for operation 'addition', got 5000; 97 is P's"),
        ({"modulus": None}, ValueError, "got None; 97 is P's"),
        ({"train_fraction": 0.0}, ValueError, "train_fraction must be positive, got 0.0"),
        ({"train_fraction": 1.0}, ValueError, "train_fraction must be below 1, got 1.0"),
        ({"modulus": 3, "train_fraction": 0.1}, ValueError, "at least one of 9 rows to be learned, got 0.1; raise it"),
        ({"operation": "x/0"}, ValueError, "at least two results, .* got 0 of 'x/0'; choose another operation or modu"),
        ({"operation": 3}, TypeError, "operation must be a string, got 3"),
        ({"label_noise": 2.0}, ValueError, "label_noise must be at most 1.0, got 2.0"),
        ({"operation": "power"}, ValueError, "got 'power'"),
    ],
)
def test_what_is_no_table_gets_one_sentence(knobs, error, message):
    with pytest.raises(error, match=message) as caught:
        BinaryTable(**knobs)
    assert "\n" not in str(caught.value)
