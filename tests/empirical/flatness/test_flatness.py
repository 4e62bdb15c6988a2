"""Against quadratic losses whose Hessian is known, the dense Hessian of small networks, and all corners of a box."""

import itertools

import numpy as np
import pytest
import torch

from empirical import (
    RECORDS,
    SYSTEMS,
    CrossEntropy,
    FunctionModule,
    Loss,
    LossSurface,
    OneHotSquaredError,
    SquaredError,
    hessian_top,
    perturbed_loss,
    train_together,
    worst_loss,
)

FLATNESS = ("perturbed_loss", "worst_loss", "hessian_top", "relative_hessian_top")


def linear(outputs=1, inputs=4, samples=30, seed=0):
    """A linear student at random weights, its data and Σ."""
    rng = np.random.default_rng(seed)
    network = torch.nn.Linear(inputs, outputs, bias=False).double()
    with torch.no_grad():
        network.weight.copy_(torch.from_numpy(rng.normal(size=(outputs, inputs))))
    x = rng.normal(size=(samples, inputs)) * np.arange(1, inputs + 1)
    y = rng.normal(size=(samples, outputs))
    return LossSurface(network, SquaredError(), torch.from_numpy(x), torch.from_numpy(y)), x.T @ x / samples


def networks():
    torch_rng = torch.Generator().manual_seed(3)

    def draw(*shape):
        return torch.randn(shape, generator=torch_rng, dtype=torch.float64)

    x, labels = draw(12, 3), torch.arange(12) % 2
    tensors = {"U": draw(3, 4), "b": draw(4), "V": draw(4, 2)}
    for name, phi in (("tanh", torch.tanh), ("relu", torch.relu), ("square", torch.square)):
        network = FunctionModule(lambda w, x, phi=phi: phi(x @ w["U"] + w["b"]) @ w["V"], tensors)
        for loss in (CrossEntropy(), OneHotSquaredError()):
            yield pytest.param(LossSurface(network, loss, x, labels), id=f"{name}-{loss.name}")


def dense(surface):
    return torch.autograd.functional.hessian(surface.at, surface.weights).numpy()


def trace_term(surface, hessian):
    """Σ_t |w_t|²/n_t · tr H_tt, tensor by tensor."""
    total, start = 0.0, 0
    for weight in surface.network.parameters():
        block = slice(start, start + weight.numel())
        total += float(weight.detach().square().mean()) * np.trace(hessian[block, block])
        start += weight.numel()
    return total


@pytest.mark.parametrize("outputs", [1, 3])
def test_the_curvature_of_the_linear_student_is_that_of_its_data(outputs):
    surface, sigma = linear(outputs)
    top = np.linalg.eigvalsh(sigma)[-1]
    assert hessian_top(surface) == pytest.approx(2 * top, rel=1e-6)
    scale = float(surface.weights.square().mean())
    assert hessian_top(surface, relative=True) == pytest.approx(2 * top * scale, rel=1e-6)


def curvature_along_steps(surface, hessian):
    """The mean of uᵀHu over the steps that are taken; what to expect of it is the test of the steps."""
    rng = np.random.default_rng(0)
    steps = [surface.relative_step(rng).numpy() for _ in range(10)]
    return np.mean([step @ hessian @ step for step in steps])


def test_random_steps_raise_a_quadratic_loss_by_half_its_curvature_at_any_size():
    surface, sigma = linear(outputs=2)
    hessian = np.kron(np.eye(2), 2 * sigma)
    for size in (0.01, 3.0):
        rise = perturbed_loss(surface, size=size) - float(surface.at(surface.weights))
        assert rise == pytest.approx(0.5 * size**2 * curvature_along_steps(surface, hessian), rel=1e-9)


@pytest.mark.parametrize("surface", list(networks()))
def test_a_network_has_the_curvature_and_the_small_steps_of_its_dense_hessian(surface):
    hessian = dense(surface)
    units = surface.units.numpy()
    assert hessian_top(surface) == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-5)
    relative = units[:, None] * hessian * units
    assert hessian_top(surface, relative=True) == pytest.approx(np.linalg.eigvalsh(relative)[-1], rel=1e-5)
    assert np.trace(relative) == pytest.approx(trace_term(surface, hessian), rel=1e-9)
    rise = perturbed_loss(surface, size=1e-3) - float(surface.at(surface.weights))
    assert rise == pytest.approx(0.5e-6 * curvature_along_steps(surface, hessian), rel=1e-3)


def test_each_tensor_moves_by_its_own_norm_in_directions_without_preference():
    surface = next(networks()).values[0]
    rng = np.random.default_rng(0)
    steps = torch.stack([surface.relative_step(rng) for _ in range(2000)])
    hessian = dense(surface)
    mean = np.einsum("ni,ij,nj->n", steps, hessian, steps).mean()
    assert mean == pytest.approx(trace_term(surface, hessian), rel=0.05)
    start = 0
    for weight in surface.network.parameters():
        mine = steps[:, start : start + weight.numel()]
        np.testing.assert_allclose(mine.norm(dim=1), float(weight.detach().norm()), rtol=1e-12)
        covariance = mine.T @ mine / len(mine)
        uniform = float(weight.detach().square().mean()) * torch.eye(weight.numel(), dtype=torch.float64)
        assert (covariance - uniform).abs().max() < 0.1 * uniform.max()
        start += weight.numel()


def test_the_worst_corner_of_a_convex_loss_is_found():
    found = []
    for seed in range(20):
        surface, _ = linear(inputs=5, seed=seed)
        reach = 0.1 * (surface.weights.abs() + 1)
        corners = [
            float(surface.at(surface.weights + torch.tensor(signs) * reach))
            for signs in itertools.product((-1.0, 1.0), repeat=5)
        ]
        worst = worst_loss(surface, box=0.1)
        assert worst <= max(corners) * (1 + 1e-12)
        assert worst >= worst_loss(surface, box=0.1, steps=1)
        found.append(worst / max(corners))
    # A corner to which its own slope points need not be the worst of all.
    assert min(found) > 0.98
    assert np.mean(np.array(found) > 1 - 1e-12) > 0.7


@pytest.mark.parametrize("surface", list(networks()))
def test_nothing_random_in_a_small_box_is_worse(surface):
    rng = np.random.default_rng(0)
    reach = 1e-3 * (surface.weights.abs() + 1)
    values = [
        float(surface.at(surface.weights + torch.from_numpy(rng.uniform(-1, 1, len(reach))) * reach))
        for _ in range(200)
    ]
    assert max(values) < worst_loss(surface)


def test_what_is_relative_does_not_change_when_layers_share_their_scale_otherwise():
    x, labels = torch.randn(20, 3, generator=torch.Generator().manual_seed(0)).double(), torch.arange(20) % 2
    start = {
        "U": torch.linspace(-1, 1, 15).reshape(3, 5).double(),
        "V": torch.linspace(2, -1, 10).reshape(5, 2).double(),
    }

    def surface(share):
        tensors = {"U": share * start["U"], "V": start["V"] / share}
        return LossSurface(
            FunctionModule(lambda w, x: (x @ w["U"]).relu() @ w["V"], tensors), CrossEntropy(), x, labels
        )

    one, other = surface(1.0), surface(8.0)
    assert perturbed_loss(other) == pytest.approx(perturbed_loss(one), rel=1e-12)
    assert hessian_top(other, relative=True) == pytest.approx(hessian_top(one, relative=True), rel=1e-6)
    assert hessian_top(other) > 5 * hessian_top(one)


def test_the_same_bits_come_again_and_nothing_is_moved():
    network = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 2)).double()
    weights = [weight.detach().clone() for weight in network.parameters()]
    before = torch.get_rng_state()

    def measured():  # out of training it is not, so that units are left out, always the same ones
        surface = LossSurface(network, CrossEntropy(), torch.eye(3), torch.tensor([0, 1, 1]))
        return [perturbed_loss(surface), worst_loss(surface), hessian_top(surface), hessian_top(surface, relative=True)]

    first = measured()
    torch.rand(7)
    assert measured() == first
    torch.set_rng_state(before)
    measured()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(one, other) for one, other in zip(network.parameters(), weights, strict=True))
    surface = LossSurface(network, CrossEntropy(), torch.eye(3), torch.tensor([0, 1, 1]))
    assert perturbed_loss(surface, seed=1) != first[0]


def test_what_has_diverged_is_not_flat_or_steep():
    surface, _ = linear()
    with torch.no_grad():
        surface.network.weight[0, 0] = torch.inf
    assert np.isnan([measure(surface) for measure in (perturbed_loss, worst_loss, hessian_top)]).all()


class Signed(Loss):
    """Linear in the outputs."""

    def values(self, outputs, targets):
        return outputs.sum(dim=-1)


def test_a_loss_without_curvature_and_a_single_weight():
    surface, _ = linear()
    flat = LossSurface(surface.network, Signed(), surface.inputs, surface.targets)
    assert hessian_top(flat) == 0.0
    assert perturbed_loss(flat) == pytest.approx(float(flat.at(flat.weights)), rel=1e-12)
    products = FunctionModule(
        lambda w, x: x @ w["U"] @ w["V"], {"U": torch.zeros(4, 2), "V": torch.zeros(2, 1)}
    ).double()
    nothing = LossSurface(products, SquaredError(), surface.inputs, 0 * surface.targets)
    assert hessian_top(nothing) == 0.0  # UV = 0 fits: no second derivative is left
    alone, sigma = linear(inputs=1)
    assert hessian_top(alone) == pytest.approx(2 * float(sigma[0, 0]), rel=1e-12)


@pytest.mark.parametrize(
    ("measure", "options", "message"),
    [
        (perturbed_loss, {"size": 0.0}, "size must be positive, got 0.0; 0.1 moves"),
        (perturbed_loss, {"directions": 0}, "directions must be at least 1, got 0; 10"),
        (worst_loss, {"box": float("nan")}, "box must be positive, got nan; 1e-3"),
        (worst_loss, {"steps": 0}, "steps must be at least 1, got 0; 10"),
    ],
)
def test_bad_options_get_a_sentence(measure, options, message):
    with pytest.raises(ValueError, match=message):
        measure(linear()[0], **options)


@pytest.mark.parametrize("system", ["parity", "representation", "linear_student"])
def test_they_are_records_of_every_system_at_few_looks_and_leave_the_training_alone(system):
    tiny = {"schedule": "steps", "schedule.steps": 10, "schedule.dense": 9, "schedule.growth": 1.0}
    small = {
        "parity": {"input_size": 6, "train_samples": 40, "gen_samples": 20, "width": 8},
        "representation": {"model.width": 4, "model.target_dimension": 4},
        "linear_student": {"input_size": 5, "gen_samples": 10},
    }
    experiment = SYSTEMS[system].experiment.replace(tiny | small[system])
    (watched,) = train_together([experiment], records=[*FLATNESS, "train_loss_whole"])
    (plain,) = train_together([experiment])
    for name in plain.data_vars:
        np.testing.assert_array_equal(watched[name], plain[name])
    times, loss = watched["step"].values, watched["train_loss_whole"].values
    assert times.tolist() == list(range(11))
    for name in FLATNESS:
        seen = times[np.isfinite(watched[name].values)].tolist()
        assert seen == [0, 1, 2, 3, 4, 5, 6, 8, 10], name
        assert RECORDS[name].spacing == 1.2
    measured = np.isfinite(watched["worst_loss"].values)
    assert (watched["worst_loss"].values[measured] > loss[measured]).all()
    assert (watched["hessian_top"].values[measured] > 0).all()
