import numpy as np
import pytest
import torch

from empirical import (
    CURVES,
    RECORDS,
    Ensemble,
    Examples,
    ParityRun,
    choose_engine,
    draw_parity,
    draw_streams,
    draw_weights,
    train,
    with_ones,
)

PROTOCOL = {"epochs": 60, "batch_size": 32}
DESCENT = {"learning_rate": 0.2, "weight_decay": 1e-2}


def small_problem(seed):
    """78 + 45 samples: with batches of 32 the last ones have 14 and 13 samples."""
    rng = np.random.default_rng(seed)
    return draw_weights(6, 50, rng=rng), *draw_parity(123, 6, 3, rng=rng).split(78, rng=rng)


def test_curves_are_those_of_a_plain_loop(train_plainly):
    problems = [small_problem(seed) for seed in (0, 1)]
    weights, train_sets, gen_sets = zip(*problems, strict=True)
    ensemble = Ensemble(weights, **DESCENT, dtype=torch.float64)
    curves = train(
        ensemble,
        train_sets,
        gen_sets,
        batch_orders=[np.random.default_rng(k) for k in (5, 6)],
        **PROTOCOL,
        records=["train_accuracy_whole"],
    )
    for k, problem in enumerate(problems):
        model, expected = train_plainly(*problem, batches=np.random.default_rng(5 + k), **PROTOCOL, **DESCENT)
        assert set(curves) == set(expected)
        for name, curve in expected.items():
            np.testing.assert_allclose(curves[name][k], curve, rtol=0, atol=1e-11, err_msg=name)
        found = ensemble.weights()[k]
        for ours, theirs in zip((found.hidden, found.bias, found.output), model.parameters(), strict=True):
            np.testing.assert_allclose(ours, theirs.detach(), rtol=0, atol=1e-11)
    # The problem is such that the four accuracies differ, or the comparison would say little.
    accuracies = [curves[name][0] for name in sorted(curves) if "accuracy" in name]
    assert len({tuple(curve) for curve in accuracies}) == 4
    assert curves["train_accuracy"][0, -1] > curves["train_accuracy"][0, 0] + 0.1


def test_a_tie_is_class_0():
    """Two equal output rows: both logits agree for every input."""
    weights, train_set, gen_set = small_problem(0)
    weights.output[1] = weights.output[0]
    for label, accuracy in ((0, 1.0), (1, 0.0)):
        # One batch, so that the recorded training accuracy is the one before any step.
        alike = Examples(train_set.inputs, np.full_like(train_set.labels, label))
        ensemble = Ensemble([weights], **DESCENT)
        curves = train(ensemble, [alike], [gen_set], batch_orders=[np.random.default_rng(0)], epochs=1, batch_size=78)
        assert curves["train_accuracy"][0, 0] == pytest.approx(accuracy, rel=1e-12)
        assert curves["train_loss"][0, 0] == pytest.approx(np.log(2), rel=1e-6)


def test_the_training_ends_where_after_epoch_raises():
    weights, train_set, gen_set = small_problem(0)
    calls = []

    def after_epoch():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(
            Ensemble([weights], **DESCENT),
            [train_set],
            [gen_set],
            batch_orders=[np.random.default_rng(0)],
            **PROTOCOL,
            after_epoch=after_epoch,
        )
    assert len(calls) == 3


def train_small(**options):
    weights, train_set, gen_set = small_problem(0)
    ensemble = Ensemble([weights], **DESCENT, dtype=torch.float64)
    orders = [np.random.default_rng(0)]
    return train(ensemble, [train_set], [gen_set], batch_orders=orders, **{**PROTOCOL, **options}), ensemble


def test_curves_on_request_are_what_they_say():
    curves, ensemble = train_small(records=RECORDS, epochs=7)
    _, train_set, gen_set = small_problem(0)
    (weights,) = ensemble.weights()
    for name, examples in (("train", train_set), ("gen", gen_set)):
        labels = examples.labels.astype(int)
        hidden = np.maximum(examples.inputs @ weights.hidden.T + weights.bias, 0)
        logits = hidden @ weights.output.T
        own, other = logits[np.arange(len(labels)), labels], logits[np.arange(len(labels)), 1 - labels]
        assert curves[f"{name}_margin"][0, -1] == pytest.approx((own - other).mean(), rel=1e-10)
        assert curves[f"{name}_accuracy_whole"][0, -1] == pytest.approx((own > other).mean(), rel=1e-12)
        if name == "train":
            loss = np.log(1 + np.exp(other - own)).mean()
            assert curves["train_loss_whole"][0, -1] == pytest.approx(loss, rel=1e-10)
    squares = sum((part**2).sum() for part in (weights.hidden, weights.bias, weights.output))
    assert curves["weight_norm"][0, -1] == pytest.approx(np.sqrt(squares), rel=1e-12)
    plain, _ = train_small(epochs=7)
    assert set(plain) == set(CURVES)
    assert set(curves) == {*CURVES, *RECORDS}
    for name in plain:  # what else is recorded changes nothing
        np.testing.assert_array_equal(curves[name], plain[name])


def test_a_record_that_is_not_known_gets_a_sentence():
    with pytest.raises(ValueError, match=r"records must be made of train_accuracy_whole, .*; got 'sharpness'; use"):
        train_small(records=["sharpness"])


def test_no_batch_size_is_the_whole_training_set():
    one, _ = train_small(batch_size=None)
    same, _ = train_small(batch_size=78)
    other, _ = train_small(batch_size=77)
    np.testing.assert_array_equal(one["train_loss"], same["train_loss"])
    assert not np.array_equal(one["train_loss"], other["train_loss"])


def test_a_network_stops_when_both_curves_have_stayed_high():
    """Two networks of which one learns an easier task: each stops by the rule, with the same curve up to there."""
    weights, *parity = small_problem(0)
    rng = np.random.default_rng(1)
    easy = draw_parity(123, 6, 1, rng=rng).split(78, rng=rng)
    sets = list(zip(parity, easy, strict=True))

    def trained(**stop):
        ensemble = Ensemble([weights, weights], **DESCENT, dtype=torch.float64)
        orders = [np.random.default_rng(k) for k in (0, 1)]
        return train(ensemble, *sets, batch_orders=orders, epochs=200, batch_size=16, **stop)

    full, stopped = trained(), trained(stop_after=5, stop_level=0.95)
    lengths = []
    for k in range(2):
        high = np.minimum(full["train_accuracy"][k], full["gen_accuracy"][k]) >= 0.95
        end = next(epoch for epoch in range(5, 201) if high[epoch - 5 : epoch].all())
        lengths.append(end)
        for name, curve in stopped.items():
            np.testing.assert_array_equal(curve[k, :end], full[name][k, :end], err_msg=name)
            assert np.isnan(curve[k, end:]).all()
    assert lengths[1] < lengths[0] < 200
    assert stopped["gen_loss"].shape[1] == lengths[0]


@pytest.mark.parametrize("engine", ["ensemble", "reference"])
def test_an_engine_can_be_asked_after_its_training(engine):
    run = ParityRun(6, 0, epochs=2, train_samples=20, gen_samples=10, width=8)
    streams = draw_streams(run.seed, run.input_size)
    trained = choose_engine(run, dtype=torch.float64, engine=engine)([run.draw_start(streams)])
    train_set, gen_set = run.examples(streams)
    train(trained, [train_set], [gen_set], batch_orders=[streams.batches], epochs=run.epochs, batch_size=run.batch_size)
    assert trained.outputs(with_ones([gen_set.inputs], torch.float64)).shape[:2] == (1, 10)
