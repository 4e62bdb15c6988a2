"""A deep network by the parts of the toolkit is the one that is written by hand."""

import numpy as np
import pytest
import torch

from empirical import SYSTEMS, DeepMLP, Signature, draw_streams, train_together
from empirical.randomness import torch_seeded_by

SMALL = {"train_samples": 30, "gen_samples": 40, "width": 12, "batch_size": 10, "steps": 6, "arithmetic": "float64"}


def by_hand(weights, inputs):
    for k in range(2):
        inputs = torch.relu(inputs @ weights[f"{2 * k}.weight"].T + weights[f"{2 * k}.bias"])
    return inputs @ weights["4.weight"].T + weights["4.bias"]


def test_a_run_is_that_of_a_loop_by_hand(draw):
    experiment = SYSTEMS["digits"].experiment.replace({**SMALL, "initial_scale": 3.0, "weight_decay": 0.5, "seed": 2})
    (dataset,) = train_together([experiment])
    streams, train, gen, start = draw(experiment)
    weights = {name: torch.tensor(weight, requires_grad=True) for name, weight in start.items()}
    batches = [batch for leg in experiment.schedule.legs(30, streams.batches) for batch in leg.orders]
    inputs, targets = torch.tensor(train.inputs, dtype=torch.float64), torch.eye(10, dtype=torch.float64)[train.labels]
    optimizer = torch.optim.AdamW(weights.values(), lr=3e-3, weight_decay=0.5)
    losses, right = [], []
    for order in [None, *batches]:
        if order is not None:
            optimizer.zero_grad()
            torch.nn.MSELoss()(by_hand(weights, inputs[order]), targets[order]).backward()
            optimizer.step()
        with torch.no_grad():
            losses.append(float(torch.nn.MSELoss()(by_hand(weights, inputs), targets)))
            answers = by_hand(weights, torch.tensor(gen.inputs, dtype=torch.float64)).argmax(dim=1)
        right.append(np.mean(answers.numpy() == gen.labels))
    assert len(batches) == 6
    np.testing.assert_allclose(dataset["train_loss"], losses, rtol=1e-5)
    np.testing.assert_allclose(dataset["gen_accuracy"], right, rtol=1e-6)


def test_it_starts_as_pytorch_has_it_times_the_scale():
    """Weights and biases uniform on ±1/√inputs, all of them multiplied, as in the code that O published."""
    signature = Signature(inputs=(64,), outputs=10)
    one, scaled = (DeepMLP(initial_scale=s).draw_start(signature, draw_streams(0).weights) for s in (1.0, 8.0))
    with torch_seeded_by(draw_streams(0).weights):
        layers = [torch.nn.Linear(*sizes) for sizes in ((64, 200), (200, 200), (200, 10))]
    for k, layer in enumerate(layers):
        for part in ("weight", "bias"):
            np.testing.assert_array_equal(one[f"{2 * k}.{part}"], getattr(layer, part).detach().double())
            np.testing.assert_array_equal(scaled[f"{2 * k}.{part}"], 8 * one[f"{2 * k}.{part}"])
        assert abs(one[f"{2 * k}.weight"]).max() == pytest.approx(layer.in_features**-0.5, rel=0.01)


@pytest.mark.parametrize(("depth", "dropout", "layers"), [(1, 0.5, 1), (2, 0.0, 3), (3, 0.5, 7)])
def test_its_depth_is_that_of_its_linear_layers(depth, dropout, layers):
    network = DeepMLP(depth=depth, dropout=dropout, width=5).build(Signature(inputs=(3,), outputs=2))
    assert len(network) == layers
    assert sum(isinstance(layer, torch.nn.Linear) for layer in network) == depth
    assert network(torch.zeros(4, 3)).shape == (4, 2)
