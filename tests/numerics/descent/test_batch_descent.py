import numpy as np
import pytest

from numerics import LinearProblem, descend_step_by_step, generalization_loss, sample_linear_data, training_loss
from theory import LinearStudent

STUDENT = LinearStudent(0.5, epsilon=0.1, eta0=0.01)


def mean_losses(d, replicas, noise, s, batch=4):
    """Means over random data sets and batches, over the losses of the theory."""
    lam, fraction = 0.5, batch / (2 * d)
    eta = noise / (lam * (1 / fraction - 1))
    steps = np.round(np.asarray(s) / (4 * eta))
    runs = [
        descend_step_by_step(LinearProblem(d, 2 * d, replica=replica), steps, eta=eta, batch_size=batch)
        for replica in range(replicas)
    ]
    student = STUDENT.replace(eta0=eta).with_batches(fraction)
    return [
        np.mean([getattr(run, name) for run in runs], axis=0) / loss(4 * eta * steps, student)
        for name, loss in (("train", training_loss), ("gen", generalization_loss))
    ]


def test_the_mean_of_runs_is_volterras_solution():
    for ratio in mean_losses(150, 20, 0.6, [1.0, 3.0]):
        assert ratio == pytest.approx(np.ones(2), abs=0.1)


@pytest.mark.slow
def test_the_mean_of_many_large_runs_is_volterras_solution():
    """30 runs scatter by 0.09/√30 at d = 1000."""
    for ratio in mean_losses(1000, 30, 0.6, [1.0, 3.0, 8.0]):
        assert ratio == pytest.approx(np.ones(3), abs=0.05)


def test_the_same_seed_draws_the_same_batches():
    problem = LinearProblem(20, 40)
    one, other = (descend_step_by_step(problem, [5], eta=0.01, batch_size=3) for _ in range(2))
    assert one.gen == other.gen
    full = [descend_step_by_step(problem, [5], eta=0.01, batch_size=size) for size in (None, 40)]
    assert full[0].gen == full[1].gen != one.gen


def test_batches_are_checked():
    data = sample_linear_data(4, 8, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="between 1 and N = 8 samples, got 9"):
        descend_step_by_step(data, [1], eta=0.01, batch_size=9)
    with pytest.raises(ValueError, match="drawn from rng"):
        descend_step_by_step(data, [1], eta=0.01, batch_size=2)
    with pytest.raises(ValueError, match="from 0 to below 1, got 1"):
        descend_step_by_step(data, [1], eta=0.01, momentum=1)
