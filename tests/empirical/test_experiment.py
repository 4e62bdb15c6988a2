import numpy as np
import pytest
import torch

from empirical import ParityRun, draw_streams, draw_weights, group_runs, parity_examples, train_together

TINY = {"epochs": 6, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}


def test_a_run_is_the_plain_experiment_on_its_streams(train_plainly):
    run = ParityRun(5, 1, **TINY)
    (dataset,) = train_together([run], dtype=torch.float64)
    streams = draw_streams(1, 5)
    _, expected = train_plainly(
        draw_weights(5, 16, rng=streams.weights),
        *parity_examples(run, streams),
        batches=streams.batches,
        epochs=6,
        batch_size=32,
        learning_rate=0.1,
        weight_decay=0.01,
    )
    for name, curve in expected.items():
        np.testing.assert_allclose(dataset[name], curve, rtol=0, atol=1e-7, err_msg=name)


def test_datasets_describe_themselves():
    run = ParityRun(5, 1, **TINY)
    (dataset,) = train_together([run])
    assert dataset["epoch"].values.tolist() == [1, 2, 3, 4, 5, 6]
    assert ParityRun.from_json(dataset.attrs["configuration"]) == run
    assert dataset.attrs["torch_version"] == torch.__version__
    assert dataset.attrs["seconds"] > 0
    assert all(variable.dtype == np.float32 and variable.long_name for variable in dataset.values())


def test_runs_together_are_the_runs_alone():
    runs = [ParityRun(5, seed, **TINY) for seed in (0, 1, 2)]
    together = train_together(runs, dtype=torch.float64)
    for run, found in zip(runs, together, strict=True):
        (alone,) = train_together([run], dtype=torch.float64)
        for name in alone:
            np.testing.assert_allclose(found[name], alone[name], rtol=0, atol=1e-7, err_msg=str(name))


def test_runs_that_differ_in_more_than_their_seed_are_not_trained_together():
    with pytest.raises(ValueError, match="must differ in their seed only"):
        train_together([ParityRun(5, 0, **TINY), ParityRun(6, 0, **TINY)])
    assert train_together([]) == []


def test_groups_hold_each_run_once_and_are_alike_but_for_the_seed():
    runs = [ParityRun(n, seed, epochs=e) for n in (25, 27) for seed in range(5) for e in (1, 2)]
    groups = group_runs(runs + runs, at_once=3)
    assert sorted(run for group in groups for run in group) == sorted(runs)
    assert sorted(map(len, groups)) == [2] * 4 + [3] * 4
    for group in groups:
        assert len({(run.input_size, run.epochs) for run in group}) == 1
    with pytest.raises(ValueError, match="at_once must be at least 1, got 0"):
        group_runs(runs, at_once=0)
