import numpy as np
import pytest
import torch

from empirical import draw_weights


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
    drawn = draw_weights(size, width, rng=np.random.default_rng(0))
    for ours, theirs in ((drawn.hidden, layer), (drawn.bias, bias), (drawn.output, readout)):
        assert ours.shape == tuple(theirs.shape)
        quantiles = np.linspace(0, 1, 11)
        difference = np.quantile(ours, quantiles) - np.quantile(theirs.numpy(), quantiles)
        assert abs(difference).max() < 0.05 * ours.max()


def test_bounds():
    drawn = draw_weights(30, 1000, rng=np.random.default_rng(1))
    assert abs(drawn.hidden).max() == pytest.approx(np.sqrt(6 / 1030), rel=1e-3)
    assert abs(drawn.output).max() == pytest.approx(np.sqrt(6 / 1002), rel=1e-2)
    assert abs(drawn.bias).max() == pytest.approx(1 / np.sqrt(30), rel=1e-2)
