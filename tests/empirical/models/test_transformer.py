"""The transformer that computes each distinct row once, against one of `torch.nn` that computes all of them."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from empirical import AdamW, CrossEntropy, Job, ReferenceEngine, Signature, Transformer

P = 7
SIGNATURE = Signature(inputs=(2,), outputs=P, tokens=P)
SMALL = {"dimension": 8, "heads": 2, "mlp_width": 12, "arithmetic": "float64"}


class Plain(nn.Module):
    """All tokens of all samples through `torch.nn.TransformerEncoderLayer`, or by hand where that has no such layer."""

    def __init__(self, model, network):
        super().__init__()
        self.model, self.network = model, network
        d, post = model.dimension, model.layer_norm == "post"
        activation = {"relu": nn.functional.relu, "gelu": nn.functional.gelu}[model.activation]
        self.layers = nn.ModuleList()
        for layer in network.layers:
            plain = nn.TransformerEncoderLayer(
                d, model.heads, model.mlp_width, model.dropout, activation,
                batch_first=True, norm_first=not post, dtype=torch.float64,
            )  # fmt: skip
            plain.self_attn = nn.MultiheadAttention(
                d, model.heads, model.dropout, bias=model.attention_bias, batch_first=True, dtype=torch.float64
            )
            plain.self_attn.load_state_dict(layer.attention.state_dict())
            plain.linear1.load_state_dict(layer.mlp[0].state_dict())
            plain.linear2.load_state_dict(layer.mlp[-1].state_dict())
            if model.layer_norm == "none":
                plain.norm1, plain.norm2 = nn.Identity(), nn.Identity()
            else:
                plain.norm1.load_state_dict(layer.attention_norm.state_dict())
                plain.norm2.load_state_dict(layer.mlp_norm.state_dict())
            self.layers.append(plain)

    def forward(self, pairs):
        signs = [torch.full((len(pairs),), P + k) for k in range(2)]
        a, b = pairs.unbind(1)
        tokens = {"equals": [a, b, signs[0]], "operator": [a, signs[1], b, signs[0]], "none": [a, b]}[self.model.signs]
        x = self.network.embedding(torch.stack(tokens, dim=1)) + self.network.positions
        mask = nn.Transformer.generate_square_subsequent_mask(len(tokens), dtype=torch.float64)
        for layer in self.layers:
            x = layer(x, src_mask=mask)
        if self.model.final_norm:
            x = nn.functional.layer_norm(x, x.shape[-1:], self.network.norm.weight, self.network.norm.bias)
        bias = self.network.unembedding.bias
        return x[:, -1] @ self.network.unembedding.weight.T + (0 if bias is None else bias)


def built(**knobs):
    model = Transformer(**{**SMALL, **knobs})
    torch.manual_seed(0)
    network = model.build(SIGNATURE).double()
    with torch.no_grad():  # biases and norms that start at 0 and 1 would hide what is done with them
        for parameter in network.parameters():
            if parameter.dim() == 1:
                parameter += 0.3 * torch.randn_like(parameter)
    return model, network, Plain(model, network)


@pytest.fixture(autouse=True)
def leave_global_randomness_alone():
    with torch.random.fork_rng():
        yield


@pytest.fixture(scope="module")
def pairs():
    rng = np.random.default_rng(0)
    return torch.from_numpy(rng.integers(P, size=(30, 2))), torch.from_numpy(rng.integers(P, size=30))


@pytest.mark.parametrize("layer_norm", ["pre", "post", "none"])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(
    "other",
    [
        {"final_norm": False},
        {"signs": "operator", "activation": "gelu"},
        {"signs": "none", "unembedding_bias": True, "attention_bias": False, "positions": "sinusoidal"},
    ],
    ids=["equals", "operator", "none"],
)
def test_outputs_and_gradients_are_those_of_a_plain_transformer(layer_norm, layers, other, pairs):
    _, network, plain = built(layer_norm=layer_norm, layers=layers, **other)
    inputs, targets = pairs
    outputs, expected = network(inputs), plain(inputs)
    torch.testing.assert_close(outputs, expected, rtol=1e-12, atol=1e-12)
    nn.functional.cross_entropy(outputs, targets).backward()
    gradients = {name: parameter.grad.clone() for name, parameter in network.named_parameters()}
    network.zero_grad()
    nn.functional.cross_entropy(expected, targets).backward()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, twin(plain, network, name).grad, rtol=1e-12, atol=1e-12)


def twin(plain, network, name):
    """The plain transformer's parameter; embeddings and read-out are shared, layers have other names."""
    if not name.startswith("layers."):
        return network.get_parameter(name)
    names = {
        "attention": "self_attn", "attention_norm": "norm1", "mlp_norm": "norm2", "mlp.0": "linear1", "mlp.3": "linear2"
    }  # fmt: skip
    _, number, rest = name.split(".", 2)
    (mine,) = [mine for mine in names if rest.startswith(f"{mine}.")]
    return plain.get_parameter(f"layers.{number}.{names[mine]}{rest.removeprefix(mine)}")


def test_dropout_is_that_of_torch_and_differs_from_sample_to_sample():
    """One pair very often: mean and spread of the outputs over what is left out are those of torch's layer."""
    _, network, plain = built(layers=2, layer_norm="pre", dropout=0.2)
    same = torch.tensor([[2, 5]]).expand(20_000, 2)
    with torch.no_grad():
        mine, its = network.train()(same), plain.train()(same)
        still = network.eval()(same[:3])
    error = its.std(dim=0) / len(same) ** 0.5
    assert (its.std(dim=0) > 0.03).all()
    assert ((mine.mean(dim=0) - its.mean(dim=0)).abs() < 5 * error).all()
    torch.testing.assert_close(mine.std(dim=0), its.std(dim=0), rtol=0.04, atol=0)
    assert (still == still[0]).all()
    torch.testing.assert_close(still, plain.eval()(same[:3]), rtol=1e-12, atol=1e-12)


def test_dropout_before_the_first_layer_is_not_shared_by_samples_of_one_symbol():
    _, network, _ = built(layers=2, dropout=0.5)
    outputs = network.train()(torch.tensor([[2, 5], [2, 5]]))
    assert (outputs[0] - outputs[1]).abs().max() > 0.01


@pytest.mark.parametrize("layers", [1, 2])
def test_stacked_seeds_descend_as_each_alone(layers, pairs):
    model = Transformer(**SMALL, layers=layers)
    job = Job(model, CrossEntropy(), AdamW(learning_rate=0.01, weight_decay=1.0), SIGNATURE)
    streams = [np.random.default_rng(seed) for seed in (0, 1)]
    starts = [model.draw_start(SIGNATURE, rng) for rng in streams]
    sets = [part.numpy() for part in pairs]

    def descended(chosen):
        engine = ReferenceEngine(job, [starts[k] for k in chosen], [streams[k] for k in chosen])
        inputs, labels = engine.load([sets[0]] * len(chosen), [sets[1]] * len(chosen))
        for _ in range(3):
            engine.descend(inputs, labels, batch_size=16)
        return engine.outputs(inputs)

    together = descended([0, 1])
    for k in (0, 1):
        torch.testing.assert_close(together[k], descended([k])[0], rtol=1e-10, atol=1e-10)
    assert (together[0] - together[1]).abs().max() > 0.1


def test_gaussian_start_has_matrices_of_variance_one_over_d_and_no_bias():
    start = Transformer(initialization="gaussian").draw_start(Signature((2,), 113, 113), np.random.default_rng(0))
    for name, tensor in start.items():
        if tensor.ndim == 2 and tensor.size > 1000:
            assert tensor.std() == pytest.approx(128**-0.5, rel=0.05)
        elif name.endswith("bias"):
            assert (tensor == 0).all()
        elif tensor.ndim == 1:
            assert name.endswith("norm.weight")


def test_default_start_is_that_of_the_layers_of_torch():
    """Uniform within ±√(6/(4d)) for queries, keys and values together, N(0, 1) for embedding and positions."""
    start = Transformer().draw_start(Signature((2,), 113, 113), np.random.default_rng(0))
    assert np.abs(start["layers.0.attention.in_proj_weight"]).max() == pytest.approx((6 / 512) ** 0.5, rel=1e-3)
    assert start["embedding.weight"].std() == pytest.approx(1, rel=0.05)
    assert start["positions"].std() == pytest.approx(1, rel=0.2)
    assert np.abs(start["unembedding.weight"]).max() == pytest.approx(128**-0.5, rel=1e-3)
    assert set(Transformer(positions="sinusoidal").build(SIGNATURE).state_dict()) == set(start)


@pytest.mark.parametrize(
    ("knobs", "sentence"),
    [
        ({"heads": 3}, "dimension must be a multiple of heads, got 128 and 3; change one of them"),
        ({"layer_norm": "both"}, "layer_norm must be one of"),
        ({"layers": 0}, "layers must be"),
    ],
)
def test_numbers_that_make_no_transformer_are_refused(knobs, sentence):
    with pytest.raises(ValueError, match=sentence):
        Transformer(**knobs)


@pytest.mark.parametrize("signature", [Signature((2,), 5), Signature((3,), 5, tokens=5)])
def test_it_reads_two_symbols(signature):
    with pytest.raises(ValueError, match=r"model 'transformer' reads two symbols, got .*; give it a task of pairs"):
        Transformer().build(signature)


def test_sinusoidal_positions_are_sines_in_even_columns_and_cosines_in_odd_ones():
    network = Transformer(**SMALL, positions="sinusoidal", signs="operator").build(SIGNATURE).double()
    for place, row in enumerate(network.positions.tolist()):
        for pair in range(4):
            angle = place / 10_000 ** (2 * pair / 8)
            assert row[2 * pair : 2 * pair + 2] == pytest.approx([math.sin(angle), math.cos(angle)], abs=1e-6)
