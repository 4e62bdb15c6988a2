import numpy as np
import pytest
import torch
from empirical.engines.models import Linear, TwoLayer
from empirical.engines.optimizers import AdamW, Descent

from empirical import CrossEntropy, LinearWeights, SquaredError, Weights, draw_weights, with_ones
from empirical.engines.reference import ReferenceEngine

PHI = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}
BATCH, SIZE, WIDTH = 11, 6, 9


def total(loss, outputs, targets):
    """The mean loss as PyTorch has it."""
    if isinstance(loss, SquaredError):
        return torch.nn.functional.mse_loss(outputs, targets, reduction="sum") / len(outputs)
    if outputs.shape[1] == 1:
        return torch.nn.functional.binary_cross_entropy_with_logits(outputs[:, 0], targets)
    return torch.nn.functional.cross_entropy(outputs, targets.long())


def draw_targets(loss, outputs, rng, dtype=torch.float64):
    if isinstance(loss, SquaredError):
        return torch.from_numpy(rng.standard_normal((2, BATCH, outputs))).to(dtype)
    return torch.from_numpy(rng.integers(max(outputs, 2), size=(2, BATCH))).to(dtype)


def two_networks(outputs, rng):
    return [draw_weights(SIZE, WIDTH, outputs=outputs, rng=rng).scaled(3.0) for _ in range(2)]


def as_parameters(weights, dtype=torch.float64):
    parts = vars(weights).values()
    return [torch.from_numpy(np.array(part)).to(dtype).requires_grad_() for part in parts]


def plain_outputs(parameters, x, activation):
    if len(parameters) == 1:
        return x @ parameters[0]
    hidden, bias, readout = parameters
    return PHI[activation](x @ hidden.T + bias) @ readout.T


def as_given(model):
    """Gradients of a TwoLayer or Linear model, in the shapes of its weights."""
    return [list(vars(weights).values()) for weights in model.weights()]


@pytest.mark.parametrize("activation", list(PHI))
@pytest.mark.parametrize(
    ("loss", "outputs"),
    [(CrossEntropy(), 1), (CrossEntropy(), 2), (CrossEntropy(), 5), (SquaredError(0.1), 1), (SquaredError(0.1), 3)],
)
def test_gradients_of_networks_are_those_of_autograd(activation, loss, outputs):
    rng = np.random.default_rng(0)
    start = two_networks(outputs, rng)
    agree_with_autograd(TwoLayer(start, activation, dtype=torch.float64, device="cpu"), start, loss, activation, rng)


@pytest.mark.parametrize(("loss", "outputs"), [(SquaredError(0.1), 1), (SquaredError(0.1), 2), (CrossEntropy(), 3)])
def test_gradients_of_linear_students_are_those_of_autograd(loss, outputs):
    rng = np.random.default_rng(0)
    start = [LinearWeights(rng.standard_normal((SIZE, outputs))) for _ in range(2)]
    agree_with_autograd(Linear(start, dtype=torch.float64, device="cpu"), start, loss, None, rng)


def agree_with_autograd(model, start, loss, activation, rng):
    inputs = with_ones(list(rng.standard_normal((2, BATCH, SIZE))), torch.float64)
    outputs = model.outputs(inputs)
    targets = draw_targets(loss, outputs.shape[2], rng)
    found, gradients = model.gradients(inputs, lambda outputs: loss.slopes(outputs, targets) / BATCH)
    assert torch.equal(found, outputs)
    # A step of plain descent at rate 1 from zero weight decay shows the gradients in the weights' own shapes.
    before = as_given(model)
    Descent(1.0, 0.0).step(model.parameters, gradients)
    for k, after in enumerate(as_given(model)):
        parameters = as_parameters(start[k])
        plain = plain_outputs(parameters, inputs[k, :, :-1], activation)
        np.testing.assert_allclose(outputs[k], plain.detach(), rtol=0, atol=1e-13)
        value = total(loss, plain, targets[k])
        assert float(loss.values(outputs, targets)[k].mean()) == pytest.approx(value.item(), rel=1e-12)
        value.backward()
        for old, new, parameter in zip(before[k], after, parameters, strict=True):
            largest = parameter.grad.abs().max()
            assert largest > 1e-3
            np.testing.assert_allclose(old - new, parameter.grad, rtol=0, atol=1e-12 * max(1.0, float(largest)))


def train_both(optimizer, theirs, *, dtype, steps, activation="gelu", loss=CrossEntropy(), outputs=4):  # noqa: B008
    """Weights after the same steps by the engine and by PyTorch, one pair of lists a network."""
    rng = np.random.default_rng(1)
    start = two_networks(outputs, rng)
    inputs = with_ones(list(rng.standard_normal((2, BATCH, SIZE))), dtype)
    targets = draw_targets(loss, outputs, rng, dtype)
    model = TwoLayer(start, activation, dtype=dtype, device="cpu")
    engine = ReferenceEngine(model, loss, optimizer)
    assert (engine.dtype, engine.device.type) == (dtype, "cpu")
    for _ in range(steps // 2):
        engine.descend_epoch(inputs, targets, 6)  # batches of 6 and 5
    for k, found in enumerate(engine.weights()):
        parameters = as_parameters(start[k], dtype)
        plain = theirs(parameters)
        for step in range(steps):
            batch = slice(6, None) if step % 2 else slice(6)
            plain.zero_grad()
            total(loss, plain_outputs(parameters, inputs[k, batch, :-1], activation), targets[k, batch]).backward()
            plain.step()
        yield list(vars(found).values()), [parameter.detach().double().numpy() for parameter in parameters]


# A large ε is where a wrong place for it shows.
ADAMW = [(0.01, 0.1, (0.9, 0.98), 1e-8), (0.01, 1.0, (0.5, 0.9), 0.1), (0.003, 0.0, (0.0, 0.999), 1e-8)]


@pytest.mark.parametrize("settings", ADAMW)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-11), (torch.float32, 1e-4)])
def test_adamw_is_pytorchs_over_many_steps(settings, dtype, tolerance):
    rate, decay, betas, epsilon = settings
    for ours, theirs in train_both(
        AdamW(rate, decay, betas=betas, epsilon=epsilon),
        lambda parameters: torch.optim.AdamW(parameters, lr=rate, weight_decay=decay, betas=betas, eps=epsilon),
        dtype=dtype,
        steps=400,
    ):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


@pytest.mark.parametrize("activation", list(PHI))
@pytest.mark.parametrize("loss", [CrossEntropy(), SquaredError(0.1)])
def test_descent_is_pytorchs_sgd_over_many_steps(activation, loss):
    for ours, theirs in train_both(
        Descent(0.02, 0.05),
        lambda parameters: torch.optim.SGD(parameters, lr=0.02, weight_decay=0.05),
        dtype=torch.float64,
        steps=400,
        activation=activation,
        loss=loss,
    ):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-11)


def test_an_epoch_returns_the_outputs_from_before_each_step():
    rng = np.random.default_rng(2)
    start, inputs = two_networks(3, rng), with_ones(list(rng.standard_normal((2, BATCH, SIZE))), torch.float64)
    targets = draw_targets(CrossEntropy(), 3, rng)

    def make():
        model = TwoLayer(start, "tanh", dtype=torch.float64, device="cpu")
        return ReferenceEngine(model, CrossEntropy(), Descent(0.1, 0.0))

    outputs = make().descend_epoch(inputs, targets, 4)
    engine, expected = make(), []
    for batch in (slice(4), slice(4, 8), slice(8, None)):
        expected.append(engine.outputs(inputs[:, batch]))
        engine.descend(inputs[:, batch], targets[:, batch])
    assert torch.equal(outputs, torch.cat(expected, dim=1))


def test_the_weights_that_were_given_stay_as_they_were():
    start = Weights(np.ones((3, 2)), np.ones(3), np.ones((2, 3)))
    engine = ReferenceEngine(
        TwoLayer([start], "relu", dtype=torch.float64, device="cpu"), CrossEntropy(), Descent(0.5, 0.1)
    )
    engine.descend(torch.ones(1, 1, 3, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64))
    assert all((part == 1).all() for part in vars(start).values())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_takes_the_same_steps():
    rng = np.random.default_rng(3)
    start, inputs = two_networks(3, rng), with_ones(list(rng.standard_normal((2, BATCH, SIZE))), torch.float64)
    targets, ends = draw_targets(CrossEntropy(), 3, rng), []
    for device in ("cpu", "cuda"):
        model = TwoLayer(start, "gelu", dtype=torch.float64, device=device)
        engine = ReferenceEngine(model, CrossEntropy(), AdamW(0.01, 0.1, betas=(0.9, 0.999), epsilon=1e-8))
        for _ in range(20):
            engine.descend_epoch(inputs.to(device), targets.to(device), 4)
        ends.append(engine.outputs(inputs.to(device)).cpu())
    torch.testing.assert_close(*ends, rtol=0, atol=1e-10)
