"""Models of one's own: modules that initialise themselves, functions of named tensors."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import nn

from empirical import FunctionModule, Linear, Model, Signature

SIGNATURE = Signature((4,), 3)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deep(Model):
    name: ClassVar[str] = "deep"

    def build(self, signature):
        return nn.Sequential(nn.Linear(*signature.inputs, 5), nn.Tanh(), nn.Linear(5, signature.outputs))


def test_a_module_starts_as_it_initialises_itself_times_the_scale():
    start = Deep().draw_start(SIGNATURE, np.random.default_rng(3))
    with torch.random.fork_rng():
        torch.manual_seed(int(np.random.default_rng(3).integers(2**63)))
        expected = dict(Deep().build(SIGNATURE).named_parameters())
    assert list(start) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    for name, weights in start.items():
        assert weights.dtype == np.float64
        np.testing.assert_array_equal(weights, expected[name].detach().double())
    scaled = Deep(initial_scale=2.5).draw_start(SIGNATURE, np.random.default_rng(3))
    for name, weights in start.items():
        np.testing.assert_array_equal(scaled[name], 2.5 * weights)
    other = Deep().draw_start(SIGNATURE, np.random.default_rng(4))
    assert all((other[name] != weights).any() for name, weights in start.items())


def test_a_linear_student_is_gaussian_with_half_a_squared_norm_for_each_output():
    starts = [Linear().draw_start(Signature((40,), 3), np.random.default_rng(seed))["weight"] for seed in range(100)]
    assert starts[0].shape == (3, 40)
    norms = np.array([(start**2).sum(axis=1) for start in starts])
    assert norms.mean() == pytest.approx(0.5, rel=5 * np.sqrt(2 / 40 / 300))
    drawn = np.ravel(starts) * np.sqrt(80)
    assert (drawn**4).mean() == pytest.approx(3, rel=5 * np.sqrt(96 / 9 / drawn.size))
    assert Linear().arithmetic == "float64"


def test_a_function_of_named_tensors_is_a_module():
    start = {"U": torch.ones(3, 5, dtype=torch.float64), "V": torch.full((5, 2), 2.0, dtype=torch.float64)}
    module = FunctionModule(lambda w, x: (x @ w["U"]) ** 2 @ w["V"], start)
    x = torch.tensor([[1.0, 2.0, 3.0]], dtype=torch.float64)
    assert module(x).tolist() == [[360.0, 360.0]]
    module(x).sum().backward()
    assert module.V.grad.tolist() == [[36.0, 36.0]] * 5
    assert isinstance(module.U, nn.Parameter)
    with pytest.raises(KeyError, match=r'contain "\."'):
        FunctionModule(lambda w, x: x, {"a.b": torch.ones(1)})


def test_a_model_has_to_say_what_it_is():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Nothing(Model):
        name: ClassVar[str] = "nothing"

    with pytest.raises(TypeError, match="abstract"):
        Nothing()
