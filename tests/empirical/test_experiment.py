import numpy as np
import pytest
import torch

from empirical import ParityRun, draw_streams, draw_weights, group_runs, parity_examples, train_together

TINY = {"epochs": 6, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}


def test_a_run_is_the_plain_experiment_on_its_streams(train_plainly):
    run = ParityRun(5, 1, **TINY)
    (dataset,) = train_together([run], dtype=torch.float64, records=["train_accuracy_whole"])
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


def test_a_run_is_trained_with_all_its_own_numbers(make_model):
    """AdamW, a smooth activation, scaled weights and wrong labels, against PyTorch on the same streams."""
    adam = {"learning_rate": 0.02, "weight_decay": 0.3, "beta1": 0.6, "beta2": 0.9, "adam_epsilon": 0.05}
    run = ParityRun(
        5,
        1,
        **{**TINY, **adam},
        optimizer="adamw",
        activation="tanh",
        initial_scale=1.5,
        label_noise=0.2,
        batch_size=13,
    )
    (dataset,) = train_together([run], dtype=torch.float64)
    streams = draw_streams(1, 5)
    weights = draw_weights(5, 16, rng=streams.weights)
    train, gen = (part for part in ParityRun(5, 1, **TINY).examples(streams))
    train = train.with_wrong_labels(0.2, 2, rng=draw_streams(1, 5).label_noise)
    model = make_model(weights, torch.float64)
    model[1] = torch.nn.Tanh()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.3, betas=(0.6, 0.9), eps=0.05)
    x, y = torch.from_numpy(train.inputs).double(), torch.from_numpy(train.labels).long()
    x_gen, y_gen = torch.from_numpy(gen.inputs).double(), torch.from_numpy(gen.labels).long()
    for epoch in range(6):
        losses = []
        for batch in torch.from_numpy(streams.batches.permutation(40)).split(13):
            loss = torch.nn.functional.cross_entropy(model(x[batch]), y[batch])
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        assert float(dataset["train_loss"][epoch]) == pytest.approx(np.mean(losses), rel=1e-6)
        with torch.no_grad():
            pairs = zip(x_gen.split(13), y_gen.split(13), strict=True)
            values = [torch.nn.functional.cross_entropy(model(inputs), labels).item() for inputs, labels in pairs]
        assert float(dataset["gen_loss"][epoch]) == pytest.approx(np.mean(values), rel=1e-6)


def test_datasets_describe_themselves():
    run = ParityRun(5, 1, **TINY)
    (dataset,) = train_together([run], engine="reference")
    assert dataset["epoch"].values.tolist() == [1, 2, 3, 4, 5, 6]
    assert ParityRun.from_json(dataset.attrs["configuration"]) == run
    assert dataset.attrs["torch_version"] == torch.__version__
    assert sorted(dataset.attrs) == ["configuration", "engine", "numpy_version", "torch_version"]
    assert dataset.attrs["engine"] == "ReferenceEngine"
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
