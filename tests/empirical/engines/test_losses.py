import numpy as np
import pytest
import torch

from empirical import CrossEntropy, SquaredError


def test_one_output_is_the_difference_of_two():
    rng = np.random.default_rng(0)
    outputs = torch.from_numpy(rng.standard_normal((3, 20, 2)))
    labels = torch.from_numpy(rng.integers(2, size=(3, 20))).double()
    loss, difference = CrossEntropy(), outputs.diff(dim=2)
    torch.testing.assert_close(loss.values(difference, labels), loss.values(outputs, labels), rtol=1e-12, atol=0)
    torch.testing.assert_close(loss.margins(difference, labels), loss.margins(outputs, labels), rtol=1e-12, atol=1e-15)
    assert torch.equal(loss.correct(difference, labels), loss.correct(outputs, labels))
    # The slope in the difference is the slope in the second logit.
    torch.testing.assert_close(loss.slopes(difference, labels), loss.slopes(outputs, labels)[..., 1:])


def test_the_first_of_equal_outputs_is_the_answer():
    labels = torch.tensor([[0.0, 1.0]])
    for outputs in (torch.zeros(1, 2, 1), torch.zeros(1, 2, 2), torch.zeros(1, 2, 5)):
        assert CrossEntropy().correct(outputs, labels).tolist() == [[True, False]]


@pytest.mark.parametrize("outputs", [2, 3, 7])
def test_a_margin_is_positive_where_the_answer_is_right(outputs):
    rng = np.random.default_rng(1)
    logits = torch.from_numpy(rng.standard_normal((1, 200, outputs)))
    labels = torch.from_numpy(rng.integers(outputs, size=(1, 200))).double()
    margins = CrossEntropy().margins(logits, labels)
    assert torch.equal(margins > 0, CrossEntropy().correct(logits, labels))
    for sample in range(20):
        row, label = logits[0, sample].tolist(), int(labels[0, sample])
        assert float(margins[0, sample]) == pytest.approx(row[label] - max(row[:label] + row[label + 1 :]))


def test_large_logits_have_a_finite_loss():
    outputs, labels = torch.tensor([[[500.0, -500.0, 0.0]]]), torch.tensor([[1.0]])
    assert CrossEntropy().values(outputs, labels).item() == 1000
    assert CrossEntropy().values(outputs[..., :1], labels - 1).item() == 500


def test_a_squared_error_is_right_below_its_threshold():
    outputs, targets = torch.tensor([[[3.0, 4.0], [0.1, 0.0]]]), torch.zeros(1, 2, 2)
    for epsilon, right in ((25.0, [False, True]), (25.1, [True, True]), (1e-3, [False, False])):
        loss = SquaredError(epsilon)
        assert loss.correct(outputs, targets).tolist() == [right]
        assert torch.equal(loss.margins(outputs, targets) > 0, loss.correct(outputs, targets))
    assert loss.values(outputs, targets)[0, 0].item() == 25
