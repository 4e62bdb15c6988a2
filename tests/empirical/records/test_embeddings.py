import itertools

import numpy as np
import pytest
import torch

from empirical import RECORDS, SYSTEMS, AdditionTable, CrossEntropy, Parity, Snapshot, train_together
from numerics import inverse_participation_ratio


def snapshot(embeddings, *, task=None, name="embedding"):
    nothing = torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64)
    return Snapshot(
        time=0, loss=CrossEntropy(), task=task, train=nothing, gen=nothing, outputs=(lambda: nothing[0],) * 2,
        parameters=lambda: {name: np.asarray(embeddings, dtype=np.float64), "decoder.weight": np.zeros(2)},
    )  # fmt: skip


def quality(embeddings, modulus=None):
    """By its words: two different pairs with the same sum, each pair of pairs once."""
    count = len(embeddings)
    standard = (embeddings - embeddings.mean(axis=0)) / embeddings.std(axis=0, ddof=1)
    pairs = list(itertools.combinations_with_replacement(range(count), 2))
    closed = []
    for (i, j), (m, n) in itertools.combinations(pairs, 2):
        difference = i + j - m - n
        if (difference if modulus is None else difference % modulus) == 0:
            closed.append(((standard[i] + standard[j] - standard[m] - standard[n]) ** 2).mean() < 0.01)
    return np.mean(closed), len(closed)


@pytest.mark.parametrize("dimension", [1, 2])
@pytest.mark.parametrize("operation", ["addition", "modular_addition"])
def test_rqi_counts_closed_parallelograms_by_the_mean_squared_residual(operation, dimension):
    task = AdditionTable(symbols=7, train_pairs=20, operation=operation)
    rng = np.random.default_rng(dimension)
    embeddings = np.arange(7.0)[:, None] * rng.normal(size=dimension) + 0.06 * rng.normal(size=(7, dimension))
    expected, count = quality(embeddings, task.modulus)
    assert 0.05 < expected < 0.95
    assert count == (22 if operation == "addition" else 42)
    assert RECORDS["rqi"].measure(snapshot(embeddings, task=task)) == pytest.approx(expected, rel=1e-12)


def test_a_line_has_quality_one_and_a_modulus_makes_it_less():
    line = np.arange(10.0)[:, None]
    assert RECORDS["rqi"].measure(snapshot(line, task=AdditionTable())) == 1.0
    assert RECORDS["rqi"].measure(snapshot(line, task=AdditionTable(operation="modular_addition"))) < 0.6


def test_what_has_diverged_has_no_quality():
    assert np.isnan(RECORDS["rqi"].measure(snapshot([[np.inf], [0], [1], [2]], task=AdditionTable())))


def test_the_embedding_of_a_torch_module_is_found_too():
    for name in ("embedding", "embedding.weight"):
        run = snapshot(np.arange(10.0)[:, None], task=AdditionTable(), name=name)
        assert RECORDS["embedding"].measure(run).shape == (10, 1)
        assert RECORDS["rqi"].measure(run) == 1.0


def test_a_model_without_embeddings_and_a_task_without_sums_get_a_sentence():
    odd = snapshot(np.zeros((10, 1)), task=AdditionTable(), name="weight")
    modular = snapshot(np.zeros((10, 1)), task=AdditionTable(operation="modular_addition"), name="weight")
    for name, run in (("embedding", odd), ("rqi", odd), ("ipr", modular)):
        with pytest.raises(
            ValueError, match=r"a model with the parameters embedding or embedding\.weight, got one with"
        ):
            RECORDS[name].measure(run)
    for task in (None, Parity()):
        with pytest.raises(ValueError, match="rqi needs a task with a modulus, which may be None, got"):
            RECORDS["rqi"].measure(snapshot(np.zeros((10, 1)), task=task))


def test_rows_after_those_of_the_symbols_are_left_out():
    task = AdditionTable(symbols=7, train_pairs=20, operation="modular_addition")
    table = np.random.default_rng(0).normal(size=(9, 3))
    run = snapshot(table, task=task, name="embedding.weight")
    np.testing.assert_array_equal(RECORDS["embedding"].measure(run), table[:7])
    assert RECORDS["ipr"].measure(run) == pytest.approx(inverse_participation_ratio(table[:7]), rel=1e-12)
    assert RECORDS["embedding"].measure(snapshot(table)).shape == (9, 3)


def test_the_participation_of_frequencies_needs_the_residues_of_a_modulus():
    modular = AdditionTable(operation="modular_addition")
    assert np.isnan(RECORDS["ipr"].measure(snapshot([[np.inf], *[[0.0]] * 9], task=modular)))
    for task in (None, Parity(), AdditionTable()):
        with pytest.raises(ValueError, match="ipr needs a task whose symbols are the residues of its modulus, got"):
            RECORDS["ipr"].measure(snapshot(np.zeros((10, 1)), task=task))


def test_embeddings_are_kept_over_time_with_the_weights_of_each_look():
    tiny = {"symbols": 5, "train_pairs": 9, "width": 8, "steps": 6, "dense": 3}
    run = SYSTEMS["representation"].experiment.replace(tiny)
    first, second = train_together([run, run.replace({"seed": 1})], records=["embedding", "rqi"])
    assert dict(first.sizes) == {"step": 7, "symbol": 5, "dimension": 1}
    assert np.abs(np.diff(first["embedding"].values, axis=0)).max(axis=(1, 2)) == pytest.approx(1e-3, rel=0.2)
    for one in (first, second):
        qualities = [quality(look.astype(np.float64))[0] for look in one["embedding"].values]
        np.testing.assert_allclose(one["rqi"], qualities)
