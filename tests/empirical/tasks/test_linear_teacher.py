import numpy as np
import pytest

from empirical import LinearTeacher, draw_linear_teacher, draw_streams


def test_values_are_those_of_one_teacher_at_gaussian_inputs():
    train, gen = LinearTeacher(input_size=7, train_samples=3000, gen_samples=2000).draw(draw_streams(1, 7))
    assert train.labels.shape == (3000, 1)
    teacher, *_ = np.linalg.lstsq(gen.inputs, gen.labels)
    np.testing.assert_allclose(train.labels, train.inputs @ teacher, rtol=0, atol=1e-12)
    assert abs(train.inputs.mean(axis=0)).max() < 5 / np.sqrt(3000)
    assert abs(train.inputs.T @ train.inputs / 3000 - np.eye(7)).max() < 5 * np.sqrt(2 / 3000)


def test_a_teacher_has_a_squared_norm_of_one_half_on_average():
    norms = []
    for seed in range(300):
        examples = draw_linear_teacher(12, 10, rng=np.random.default_rng(seed))
        norms.append((np.linalg.lstsq(examples.inputs, examples.labels)[0] ** 2).sum())
    assert np.mean(norms) == pytest.approx(0.5, rel=5 * np.sqrt(2 / 10 / 300))


def test_values_have_no_classes_to_exchange():
    task = LinearTeacher(train_samples=10, gen_samples=5)
    assert task.classes is None
    assert task.signature.outputs == 1
    with pytest.raises(ValueError, match=r"label_noise exchanges classes, got 0.5 for values; leave it at 0"):
        task.replace(label_noise=0.5)
