import numpy as np
import pytest
import torch

from empirical import Signature, TwoLayer
from empirical.models.two_layer import ACTIVATIONS, draw_two_layer


def test_initial_weights_are_distributed_like_pytorchs():
    """Against nn.init.xavier_uniform_ and nn.Linear's default bias, by their quantiles."""
    size, width = 25, 20_000
    generator = torch.Generator().manual_seed(0)
    layer, readout = torch.empty(width, size), torch.empty(2, width)
    torch.nn.init.xavier_uniform_(layer, generator=generator)
    torch.nn.init.xavier_uniform_(readout, generator=generator)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        bias = torch.nn.Linear(size, width).bias.detach()
    drawn = draw_two_layer(size, width, 2, rng=np.random.default_rng(0)).values()
    for ours, theirs in zip(drawn, (layer, bias, readout), strict=True):
        assert ours.shape == tuple(theirs.shape)
        quantiles = np.linspace(0, 1, 11)
        difference = np.quantile(ours, quantiles) - np.quantile(theirs.numpy(), quantiles)
        assert abs(difference).max() < 0.05 * ours.max()


def test_bounds():
    drawn = draw_two_layer(30, 1000, 2, rng=np.random.default_rng(1))
    assert abs(drawn["hidden.weight"]).max() == pytest.approx(np.sqrt(6 / 1030), rel=1e-3)
    assert abs(drawn["output.weight"]).max() == pytest.approx(np.sqrt(6 / 1002), rel=1e-2)
    assert abs(drawn["hidden.bias"]).max() == pytest.approx(1 / np.sqrt(30), rel=1e-2)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_module_computes_what_it_says(activation, dropout):
    """By hand; in evaluation dropout does nothing, and it has no parameters of its own."""
    signature, rng = Signature((6,), 3), np.random.default_rng(0)
    model = TwoLayer(width=9, activation=activation, dropout=dropout)
    module, start = model.build(signature).double().eval(), model.draw_start(signature, rng)
    assert [name for name, _ in module.named_parameters()] == list(start)
    module.load_state_dict({name: torch.from_numpy(weights) for name, weights in start.items()})
    x = rng.standard_normal((5, 6))
    hidden = x @ start["hidden.weight"].T + start["hidden.bias"]
    phi = {
        "relu": lambda h: np.maximum(h, 0),
        "tanh": np.tanh,
        "gelu": lambda h: 0.5 * h * (1 + torch.erf(torch.from_numpy(h) / np.sqrt(2)).numpy()),
    }[activation]
    expected = phi(hidden) @ start["output.weight"].T
    np.testing.assert_allclose(module(torch.from_numpy(x)).detach(), expected, rtol=0, atol=1e-13)
    module.train()
    assert torch.equal(module(torch.from_numpy(x)), module(torch.from_numpy(x))) is (dropout == 0)
