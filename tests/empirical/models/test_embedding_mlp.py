"""The multilayer networks of symbols against the same layers written out."""

import numpy as np
import pytest
import torch

from empirical import SYSTEMS, EmbeddingMLP, Signature, train_together

SIGNATURE = Signature((2,), 5, 7)
PAIRS = torch.cartesian_prod(torch.arange(7), torch.arange(7))
FUNCTIONS = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}


def built(**knobs):
    model = EmbeddingMLP(width=6, dimension=4, **knobs)
    start = model.draw_start(SIGNATURE, np.random.default_rng(0))
    network = model.build(SIGNATURE).double()
    network.load_state_dict({name: torch.from_numpy(weight) for name, weight in start.items()})
    return network.eval(), {name: torch.from_numpy(weight) for name, weight in start.items()}


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("combination", ["one_hot", "concatenated", "summed"])
def test_the_outputs_are_those_of_the_layers_written_out(combination, layers, activation):
    network, weights = built(combination=combination, layers=layers, activation=activation, dropout=0.3)
    one_hot = torch.eye(7, dtype=torch.float64)[PAIRS]
    phi = FUNCTIONS[activation]
    if combination == "one_hot":
        first = torch.cat([weights["embedding"], weights["embedding_right"]])
        units = phi(one_hot.flatten(1) @ first + weights["bias"])
    else:
        embedded = one_hot @ weights["embedding"]
        units = embedded.flatten(1) if combination == "concatenated" else embedded.sum(dim=1)
    hidden = layers - 1 if combination == "one_hot" else layers
    for k in range(hidden):
        units = phi(units @ weights[f"hidden.{k}.weight"].T + weights[f"hidden.{k}.bias"])
    expected = units @ weights["unembedding.weight"].T
    torch.testing.assert_close(network(PAIRS).detach(), expected, rtol=1e-10, atol=1e-12)
    assert len(weights) == {"one_hot": 4, "concatenated": 2, "summed": 2}[combination] + 2 * hidden


def test_one_hot_symbols_start_as_a_layer_of_their_inputs():
    _, weights = built()
    for name in ("embedding", "embedding_right", "bias"):
        assert 0.8 / 14**0.5 < float(weights[name].abs().max()) <= 1 / 14**0.5
    _, weights = built(combination="summed")
    assert float(weights["embedding"].std()) == pytest.approx(1, abs=0.5)


def test_units_are_left_out_in_training_alone():
    network, _ = built(dropout=0.5)
    torch.testing.assert_close(network(PAIRS), network(PAIRS))
    with torch.random.fork_rng():
        assert (network.train()(PAIRS) != network(PAIRS)).any()


@pytest.mark.parametrize("combination", ["one_hot", "concatenated", "summed"])
def test_it_is_trained_with_its_groups_of_parameters(combination):
    knobs = {"modulus": 7, "width": 32, "combination": combination, "layers": 2, "schedule.steps": 40, "stop_after": 0}
    experiments = SYSTEMS["embedding_mlp"].experiments(**knobs, seed=[0, 1])
    together = train_together(experiments)
    for one, run in zip(experiments, together, strict=True):
        assert float(run["train_accuracy"][-1]) > 0.9
        np.testing.assert_allclose(run["train_loss"][:20], train_together([one])[0]["train_loss"][:20], rtol=1e-3)


def test_a_task_without_symbols_is_refused():
    with pytest.raises(ValueError, match=r"model 'embedding_mlp' needs two symbols, .*; use 'binary_table'"):
        EmbeddingMLP().build(Signature((20,), 5))


@pytest.mark.parametrize("combination", ["one_hot", "concatenated", "summed"])
def test_units_of_the_only_hidden_layer_are_left_out_in_training(combination):
    model = EmbeddingMLP(width=64, dimension=4, combination=combination, dropout=0.5)
    pairs = torch.tensor([[0, 1], [2, 2]])
    with torch.random.fork_rng():
        network = model.build(Signature(inputs=(2,), outputs=5, tokens=5))
        assert not torch.equal(network(pairs), network(pairs))
        network.eval()
        assert torch.equal(network(pairs), network(pairs))


@pytest.mark.parametrize("combination", ["concatenated", "summed"])
def test_one_table_of_embeddings_learns_from_both_symbols(combination):
    with torch.random.fork_rng():
        network = EmbeddingMLP(width=64, combination=combination).build(Signature(inputs=(2,), outputs=5, tokens=5))
    network(torch.tensor([[0, 1]])).square().sum().backward()
    assert (network.embedding.grad.abs().sum(dim=1) > 0).tolist() == [True, True, False, False, False]
