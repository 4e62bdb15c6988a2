"""The quadratic network against a loop written by hand, and against weights that are known to be right."""

import numpy as np
import pytest
import torch
from scipy import integrate, stats

from empirical import SYSTEMS, BinaryTable, QuadraticMLP, Signature, draw_streams, train_together

SIGNATURE = Signature((2,), 7, 7)


@pytest.mark.parametrize(
    ("optimizer", "initialization"), [("adamw", "doshi"), ("adamw", "standard"), ("sgd", "mean_field")]
)
def test_a_loop_by_hand_takes_the_same_steps(optimizer, initialization):
    p, width, steps = 11, 24, 60
    knobs = {
        "modulus": p, "width": width, "initialization": initialization, "arithmetic": "float64", "seed": 3,
        "schedule.steps": steps, "stop_after": 0, "optimizer": optimizer,
    }  # fmt: skip
    if optimizer == "sgd":
        knobs |= {"learning_rate": 300.0, "weight_decay": 0.0}
    experiment = SYSTEMS["quadratic_mlp"].experiment.replace(knobs)
    (run,) = train_together([experiment], records=["weight_norm"])

    streams = draw_streams(3)
    train, gen = experiment.task.draw(streams)
    start = experiment.model.draw_start(experiment.task.signature, streams.weights)
    first = np.concatenate([start["embedding"], start["embedding_right"]])  # of both symbols, one-hot, side by side
    layers = [torch.tensor(weight, requires_grad=True) for weight in (first, start["unembedding"])]
    if optimizer == "sgd":
        by_hand = torch.optim.SGD(layers, lr=300.0)
    else:
        by_hand = torch.optim.AdamW(layers, lr=0.01, betas=(0.9, 0.98), weight_decay=5.0)
    scale = 1 / (2 * p * width) if initialization == "mean_field" else 1.0
    one_hot = torch.eye(p, dtype=torch.float64)

    def outputs(part):
        symbols = torch.cat([one_hot[part.inputs[:, 0]], one_hot[part.inputs[:, 1]]], dim=1)
        return scale * (symbols @ layers[0]) ** 2 @ layers[1].T

    curves = {"train_loss": [], "gen_loss": [], "gen_accuracy": [], "weight_norm": []}
    for _ in range(steps + 1):
        loss = torch.nn.functional.mse_loss(outputs(train), one_hot[train.labels])
        with torch.no_grad():
            curves["train_loss"].append(loss.item())
            curves["gen_loss"].append(torch.nn.functional.mse_loss(outputs(gen), one_hot[gen.labels]).item())
            curves["gen_accuracy"].append((outputs(gen).argmax(dim=1).numpy() == gen.labels).mean())
            curves["weight_norm"].append(sum(float((layer**2).sum()) for layer in layers) ** 0.5)
        by_hand.zero_grad()
        loss.backward()
        by_hand.step()
    for name, curve in curves.items():
        np.testing.assert_allclose(run[name], curve, rtol=1e-6, err_msg=name)
    assert curves["train_loss"][-1] < 0.7 * curves["train_loss"][0]


def analytic_weights(p, width, rng):
    """U = cos(2πsa/p + α), V = cos(2πsb/p + β), W = cos(2πsq/p + α + β) (Gromov, arXiv 2301.02679; D, section 2)."""
    angle = 2 * np.pi * np.outer(np.arange(p), np.arange(width) % ((p - 1) // 2) + 1) / p
    left, right = rng.uniform(0, 2 * np.pi, (2, width))
    return {
        "embedding": np.cos(angle + left),
        "embedding_right": np.cos(angle + right),
        "unembedding": np.cos(angle + left + right),
    }


def analytic_outputs(p, width, rng):
    """Outputs (p², p) of the network with these weights, and the right answers (p²,)."""
    task = BinaryTable(modulus=p)
    network = QuadraticMLP(width=width).build(task.signature).double()
    weights = analytic_weights(p, width, rng)
    network.load_state_dict({name: torch.from_numpy(weight) for name, weight in weights.items()})
    pairs = np.argwhere(task.results >= 0)
    return network(torch.from_numpy(pairs)).detach().numpy(), task.results[tuple(pairs.T)]


def test_the_analytic_weights_have_the_right_mean_at_the_answer_and_the_noise_of_their_phases():
    """N/2 at the answer and about 0 elsewhere, a variance of about N: Gaussian, ∫φ(z)Φ(z + √N/2)^(p−1)dz are right."""
    rng, width, p = np.random.default_rng(0), 1024, 29
    outputs, answers = analytic_outputs(p, width, rng)
    assert (outputs.argmax(axis=1) == answers).all()
    right = outputs[np.arange(p * p), answers]
    wrong = outputs[np.arange(p) != answers[:, None]]
    assert right.mean() == pytest.approx(width / 2, rel=0.01)
    np.testing.assert_allclose(outputs.sum(axis=1), 0, atol=1e-9 * width)  # a cosine over all classes
    assert wrong.var() == pytest.approx(width, rel=0.2)

    p, width = 97, 128
    expected, _ = integrate.quad(lambda z: stats.norm.pdf(z) * stats.norm.cdf(z + np.sqrt(width) / 2) ** (p - 1), -8, 8)
    outputs, answers = analytic_outputs(p, width, rng)
    assert (outputs.argmax(axis=1) == answers).mean() == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize(
    ("initialization", "spread"),
    [("doshi", (3200 ** (-1 / 3),) * 3), ("standard", (7**-0.5, 7**-0.5, 200**-0.5)), ("mean_field", (1, 1, 1))],
)
def test_the_weights_start_as_said(initialization, spread):
    model = QuadraticMLP(width=200, initialization=initialization)
    start = model.draw_start(SIGNATURE, np.random.default_rng(0))
    assert list(start) == ["embedding", "embedding_right", "unembedding"]
    for weight, expected in zip(start.values(), spread, strict=True):
        assert weight.shape == (7, 200)
        assert weight.std() == pytest.approx(expected, rel=5 / np.sqrt(2 * weight.size))
        assert (weight**4).mean() / weight.var() ** 2 == pytest.approx(3, rel=5 * np.sqrt(96 / 9 / weight.size))
    scaled = model.replace(initial_scale=2.0).draw_start(SIGNATURE, np.random.default_rng(0))
    np.testing.assert_array_equal(scaled["embedding"], 2 * start["embedding"])


def test_the_division_by_the_widths_is_a_change_of_scale():
    """Weights of (2pN)^(−1/3) without it start from the same function."""
    model = QuadraticMLP(width=50, initialization="mean_field", arithmetic="float64")
    start = model.draw_start(SIGNATURE, np.random.default_rng(1))
    pairs = torch.cartesian_prod(torch.arange(7), torch.arange(7))

    def outputs(one, factor):
        network = one.build(SIGNATURE).double()
        network.load_state_dict({name: torch.from_numpy(factor * weight) for name, weight in start.items()})
        return network(pairs).detach().numpy()

    np.testing.assert_allclose(
        outputs(model, 1.0), outputs(model.replace(initialization="doshi"), 700 ** (-1 / 3)), rtol=1e-10
    )


def test_several_seeds_are_trained_as_one():
    knobs = {"modulus": 7, "width": 16, "schedule.steps": 20, "stop_after": 0, "arithmetic": "float64"}
    experiments = SYSTEMS["quadratic_mlp"].experiments(**knobs, seed=[0, 1])
    together = train_together(experiments)
    for one, run in zip(experiments, together, strict=True):
        np.testing.assert_allclose(run["train_loss"], train_together([one])[0]["train_loss"], rtol=1e-6)


def test_a_task_without_symbols_is_refused():
    for signature in (Signature((20,), 5), Signature((3,), 5, 5)):
        with pytest.raises(ValueError, match=r"model 'quadratic_mlp' needs two symbols, .*; use 'binary_table'"):
            QuadraticMLP().build(signature)
        with pytest.raises(ValueError, match="needs two symbols"):
            QuadraticMLP().draw_start(signature, np.random.default_rng(0))
