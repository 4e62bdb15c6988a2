import numpy as np
import pytest
import torch

from empirical import Ensemble, Examples, draw_parity, draw_weights, train

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
    curves = train(ensemble, train_sets, gen_sets, batch_orders=[np.random.default_rng(k) for k in (5, 6)], **PROTOCOL)
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
