import itertools

import numpy as np
import pytest

from empirical import SYSTEMS, experiment_of, measure_runs, train_together
from empirical.outcomes.representation import (
    circle_quality,
    fourier_share,
    gen_ceiling,
    grokking_rate,
    predicted_gen_accuracy,
    training_set,
    unique,
)

SYSTEM = SYSTEMS["representation"]
TINY = {"width": 8, "steps": 5, "dense": 5}
SETS = [
    {"symbols": 5, "train_pairs": 9, "seed": 0},
    {"symbols": 6, "train_pairs": 9, "seed": 1},
    {"symbols": 6, "train_pairs": 14, "seed": 2, "operation": "modular_addition"},
    {"symbols": 7, "train_pairs": 22, "seed": 3, "operation": "modular_addition", "dimension": 2},
    {"symbols": 10, "train_pairs": 45, "seed": 4},
]


def trained(knobs):
    (dataset,) = train_together([SYSTEM.experiment.replace({**TINY, **knobs})], records=SYSTEM.records)
    return dataset


def row(one, other, symbols):
    """e_i + e_j − e_m − e_n."""
    found = np.zeros(symbols)
    for sign, pair in ((1, one), (-1, other)):
        for symbol in pair:
            found[symbol] += sign
    return found


class Table:
    """The words of U: pairs, parallelograms, D̄, written down one by one."""

    def __init__(self, dataset):
        self.task = experiment_of(dataset).task
        self.symbols = self.task.symbols
        self.pairs = list(itertools.combinations_with_replacement(range(self.symbols), 2))
        _, learned = training_set(dataset)
        self.learned = {tuple(map(int, sorted(pair))) for pair in learned}

    def alike(self, one, other):
        difference = sum(one) - sum(other)
        return (difference % self.symbols if self.task.modulus else difference) == 0

    def rows(self, pairs):
        return np.array(
            [row(a, b, self.symbols) for a, b in itertools.combinations(sorted(pairs), 2) if self.alike(a, b)]
        ).reshape(-1, self.symbols)

    def answered(self, closes):
        """Share of the held-out pairs with a closed parallelogram to a training pair."""
        held_out = [pair for pair in self.pairs if pair not in self.learned]
        right = [any(self.alike(one, pair) and closes(one, pair) for one in self.learned) for pair in held_out]
        return np.mean(right)


@pytest.fixture(scope="module", params=SETS, ids=lambda knobs: f"p{knobs['symbols']}-{knobs['train_pairs']}")
def run(request):
    return trained(request.param)


def test_the_training_set_is_the_one_that_was_learned(run):
    table = Table(run)
    assert len(table.learned) == table.task.train_pairs
    assert table.learned < set(table.pairs)


def test_the_rate_is_the_slowest_of_the_loss_of_this_training_set(run):
    table = Table(run)
    rows = table.rows(table.learned)
    hessian = 2 * rows.T @ rows / (table.symbols * len(rows))
    free = 1 if table.task.modulus else 2
    assert grokking_rate(run) == pytest.approx(max(np.linalg.eigvalsh(hessian)[free], 0), rel=1e-9, abs=1e-12)
    assert unique(run) == (np.linalg.matrix_rank(rows) == table.symbols - free)


def test_the_ceiling_counts_held_out_pairs_whose_parallelogram_follows(run):
    table = Table(run)
    rows = table.rows(table.learned)
    rank = np.linalg.matrix_rank(rows)

    def follows(one, other):
        return np.linalg.matrix_rank(np.vstack([rows, row(one, other, table.symbols)])) == rank

    assert gen_ceiling(run) == pytest.approx(table.answered(follows), rel=1e-12, abs=1e-12)


def test_the_prediction_is_of_the_last_embeddings_alone(run):
    table = Table(run)
    count = table.symbols
    spread = np.linspace(-1, 1, count)[:, None] ** 3 * 0.1  # closes some parallelograms and opens others
    bent = run.copy(deep=True)
    bent["embedding"][-1] = np.arange(count)[:, None] * np.ones(bent.sizes["dimension"]) * 0.3 + spread
    last = bent["embedding"].values[-1].astype(np.float64)
    standard = (last - last.mean(axis=0)) / last.std(axis=0, ddof=1)

    def closed(one, other):
        return (row(one, other, count) @ standard) @ (row(one, other, count) @ standard) / standard.shape[1] < 0.01

    assert predicted_gen_accuracy(bent) == pytest.approx(table.answered(closed), rel=1e-12, abs=1e-12)


def test_what_has_diverged_predicts_nothing():
    run = trained(SETS[0])
    run["embedding"][-1, 0] = np.nan
    assert predicted_gen_accuracy(run) is None


def test_a_circle_is_told_from_other_embeddings_at_the_end_of_a_run():
    run = trained(SETS[3])
    angle = 2 * np.pi * 3 * np.arange(7) / 7
    run["embedding"][-1] = np.stack([2 * np.cos(angle), np.sin(angle) + 1], axis=-1)
    assert circle_quality(run) == 1.0
    run["embedding"][-1] = run["embedding"].values[-1][[1, 0, 2, 3, 6, 5, 4]]
    assert circle_quality(run) < 0.5
    run["embedding"][-1, 0] = np.inf
    assert circle_quality(run) is None
    assert circle_quality(trained(SETS[0])) is None  # embeddings on a line


@pytest.mark.parametrize("symbols", [7, 8])
def test_a_frequency_has_its_share_of_the_variance(symbols):
    run = trained({"symbols": symbols, "train_pairs": 20, "operation": "modular_addition", "dimension": 2})
    for strong, weak in ((3, 1), (1, symbols // 2)):
        angle = 2 * np.pi * np.arange(symbols) / symbols
        ellipse = np.stack([2 * np.cos(strong * angle) + 5, np.sin(strong * angle)], axis=-1)
        other = 0.5 * np.stack([np.cos(weak * angle), 0 * angle], axis=-1)
        run["embedding"][-1] = ellipse
        assert fourier_share(run) == pytest.approx(1, rel=1e-6)
        run["embedding"][-1] = ellipse + other
        variance = [values.var(axis=0).sum() for values in (ellipse, other)]
        assert fourier_share(run) == pytest.approx(variance[0] / sum(variance), rel=1e-5)
    if symbols % 2 == 0:  # the highest frequency is its own negative
        run["embedding"][-1] = np.stack([(-1.0) ** np.arange(symbols)] * 2, axis=-1)
        assert fourier_share(run) == pytest.approx(1, rel=1e-6)
    run["embedding"][-1, 0] = np.nan
    assert fourier_share(run) is None


def test_the_toy_has_its_columns_before_the_measures():
    table = measure_runs([trained(knobs) for knobs in SETS[:2]], system=SYSTEM)
    columns = list(table.columns)
    assert columns[:2] == ["train_pairs", "seed"]
    begin = columns.index("steps_to_train")
    assert columns[begin : columns.index("jump_time_train")] == [
        "steps_to_train", "steps_to_gen", "steps", "steps_to_rqi", "grokking_rate", "unique", "gen_ceiling",
        "predicted_gen_accuracy", "final_gen_accuracy",
    ]  # fmt: skip
    assert table["steps"].tolist() == [5, 5]
    run = trained(SETS[0])
    for level in (0.94, 0.95):
        run["rqi"][-1] = level
        arrived = measure_runs([run], system=SYSTEM)["steps_to_rqi"].tolist()
        assert arrived == [5] if level == 0.95 else arrived != [5]
    assert all(isinstance(row["unique"], bool) for row in table.to_dict()["rows"])


def test_a_run_of_another_task_and_one_without_embeddings_get_a_sentence(tiny_parity):
    (other,) = train_together([tiny_parity])
    with pytest.raises(ValueError, match="This outcome needs the task 'addition_table', got 'parity'; leave it out"):
        grokking_rate(other)
    with pytest.raises(
        ValueError, match=r"predicted_gen_accuracy needs the curve embedding, which addition_table-.* has"
    ):
        predicted_gen_accuracy(trained(SETS[0]).drop_vars("embedding"))
