import dataclasses
from typing import ClassVar

import numpy as np
import pytest
import torch

from empirical import CrossEntropy, Loss, OneHotSquaredError, SquaredError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hinge(Loss):
    name: ClassVar[str] = "hinge"

    def values(self, outputs, targets):
        return torch.relu(1 - self.margins(outputs, targets))


def problem(outputs, *shape, seed=0):
    rng = np.random.default_rng(seed)
    logits = torch.from_numpy(3 * rng.standard_normal((*shape, outputs)))
    return logits, torch.from_numpy(rng.integers(outputs, size=shape))


def test_one_output_is_the_difference_of_two():
    outputs, labels = problem(2, 3, 20)
    loss, difference = CrossEntropy(), outputs.diff(dim=2)
    torch.testing.assert_close(loss.values(difference, labels), loss.values(outputs, labels), rtol=1e-12, atol=1e-15)
    torch.testing.assert_close(loss.margins(difference, labels), loss.margins(outputs, labels), rtol=1e-12, atol=1e-15)
    assert torch.equal(loss.correct(difference, labels), loss.correct(outputs, labels))
    # The slope in the difference is the slope in the second logit.
    slopes = []
    for given in (difference.clone().requires_grad_(), outputs.clone().requires_grad_()):
        loss.values(given, labels).sum().backward()
        slopes.append(given.grad[..., -1])
    torch.testing.assert_close(*slopes)


@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_the_cross_entropy_and_its_gradient_are_pytorchs(outputs):
    logits, labels = problem(max(outputs, 2), 30)
    logits = logits[:, :outputs]
    for dtype, tolerance in ((torch.float64, 1e-13), (torch.float32, 1e-6)):
        given, same = (logits.to(dtype).clone().requires_grad_() for _ in range(2))
        found = CrossEntropy().values(given, labels)
        if outputs == 1:
            expected = torch.nn.functional.binary_cross_entropy_with_logits(
                same[:, 0], labels.to(dtype), reduction="none"
            )
        else:
            expected = torch.nn.functional.cross_entropy(same, labels, reduction="none")
        torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)
        found.mean().backward()
        expected.mean().backward()
        torch.testing.assert_close(given.grad, same.grad, rtol=tolerance, atol=tolerance)


def test_the_first_of_equal_outputs_is_the_answer():
    labels = torch.tensor([[0, 1]])
    for outputs in (torch.zeros(1, 2, 1), torch.zeros(1, 2, 2), torch.zeros(1, 2, 5)):
        assert CrossEntropy().correct(outputs, labels).tolist() == [[True, False]]
    for loss in (OneHotSquaredError(), Hinge()):
        assert loss.correct(torch.zeros(1, 2, 5), labels).tolist() == [[True, False]]


@pytest.mark.parametrize("loss", [CrossEntropy(), OneHotSquaredError(), Hinge()], ids=lambda loss: loss.name)
@pytest.mark.parametrize("outputs", [2, 3, 7])
def test_a_margin_is_positive_where_the_answer_is_right(loss, outputs):
    logits, labels = problem(outputs, 1, 200, seed=1)
    margins = loss.margins(logits, labels)
    assert torch.equal(margins > 0, loss.correct(logits, labels))
    for sample in range(20):
        row, label = logits[0, sample].tolist(), int(labels[0, sample])
        assert float(margins[0, sample]) == pytest.approx(row[label] - max(row[:label] + row[label + 1 :]))


def test_large_logits_have_a_finite_loss():
    outputs, labels = torch.tensor([[[500.0, -500.0, 0.0]]]), torch.tensor([[1]])
    assert CrossEntropy().values(outputs, labels).item() == 1000
    assert CrossEntropy().values(outputs[..., :1], labels - 1).item() == 500
    for size in (21.0, 49.0, 51.0, 100.0, 900.0):
        outputs = torch.tensor([[size]], dtype=torch.float64)
        exact = size + np.log1p(np.exp(-size))
        assert CrossEntropy().values(outputs, torch.tensor([0])).item() == pytest.approx(exact, rel=1e-15)


def test_the_loss_of_a_sample_does_not_depend_on_its_place():
    """Of float32 margins, in float64: whatever is beside a sample, the difference is below what is kept of it."""
    margins = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 331, 1), scale=5)).float()
    labels = torch.arange(331)[None] % 2
    together = CrossEntropy().values(margins.double(), labels)
    assert together.dtype == torch.float64
    for k in range(331):
        alone = CrossEntropy().values(margins[:, k : k + 1].double(), labels[:, k : k + 1])
        torch.testing.assert_close(alone, together[:, k : k + 1], rtol=1e-14, atol=0)
    exact = np.log1p(np.exp(-margins[0, :, 0].double().numpy() * (2 * labels[0].numpy() - 1)))
    np.testing.assert_allclose(together[0], exact, rtol=1e-14)


def test_a_squared_error_is_right_below_its_threshold():
    outputs, targets = torch.tensor([[[3.0, 4.0], [0.1, 0.0]]]), torch.zeros(1, 2, 2)
    for epsilon, right in ((25.0, [False, True]), (25.1, [True, True]), (1e-3, [False, False])):
        loss = SquaredError(epsilon=epsilon)
        assert loss.correct(outputs, targets).tolist() == [right]
        assert torch.equal(loss.margins(outputs, targets) > 0, loss.correct(outputs, targets))
    assert loss.values(outputs, targets)[0, 0].item() == 25


@pytest.mark.parametrize(("reduction", "mean"), [("sum", "sum"), ("mean", "mean")])
def test_the_one_hot_squared_error_is_pytorchs_and_is_judged_by_the_largest_output(reduction, mean):
    outputs, labels = problem(4, 50)
    loss = OneHotSquaredError(reduction=reduction)
    one_hot = torch.nn.functional.one_hot(labels, 4).double()
    values = torch.nn.functional.mse_loss(outputs, one_hot, reduction="none")
    torch.testing.assert_close(loss.values(outputs, labels), getattr(values, mean)(dim=1))
    assert torch.equal(loss.correct(outputs, labels), outputs.argmax(dim=1) == labels)
    far = torch.tensor([[9.0, 8.0]])  # nowhere near its target and right all the same
    assert loss.correct(far, torch.tensor([0])).item()
    assert loss.values(far, torch.tensor([0])).item() > 60


def test_chance_and_what_a_loss_is_able_to_judge():
    assert CrossEntropy().chance(4) == OneHotSquaredError().chance(4) == Hinge().chance(4) == 0.25
    assert SquaredError().chance(None) == 0.0
    for loss in (CrossEntropy(), OneHotSquaredError(), Hinge()):
        with pytest.raises(ValueError, match=f"{loss.name!r} judges classes, and this task has values; use 'squared_"):
            loss.check_task(None)
    with pytest.raises(ValueError, match="'squared_error' needs values, and this task has 3 classes; use 'one_hot"):
        SquaredError().check_task(3)
