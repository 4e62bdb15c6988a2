import numpy as np
import pytest

from empirical import SYSTEMS, draw_streams, measure_runs, sweep, train_together
from numerics import LinearData, descend_step_by_step, descent_accuracies, measure

DESCENT = {"train_samples": 60, "gen_samples": 4000, "learning_rate": 0.1, "epochs": 400}


def student(input_size, seed, **knobs):
    return SYSTEMS["linear_student"].experiment.replace({"input_size": input_size, "seed": seed, **knobs})


def linear_data(run):
    """Inputs and initial error of a run as the room of numbers has them."""
    streams = draw_streams(run.seed, run.task.input_size)
    train, gen = run.task.draw(streams)
    teacher, *_ = np.linalg.lstsq(gen.inputs, gen.labels)
    start = run.model.draw_start(run.task.signature, streams.weights)
    return LinearData(train.inputs, (start["weight"].T - teacher)[:, 0])


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_student_descends_like_gradient_descent_step_by_step(scale):
    run = student(30, 0, initial_scale=scale, **DESCENT)
    (dataset,) = train_together([run])
    losses = descend_step_by_step(linear_data(run), np.arange(401), eta=0.1)
    # The training loss is the one from before the step; the validation loss the one after it, on 4000 samples.
    np.testing.assert_allclose(dataset["train_loss"], losses.train[:400], rtol=1e-5)
    np.testing.assert_allclose(dataset["gen_loss"], losses.gen[1:], rtol=0.15)


def test_its_accuracies_are_those_of_the_exact_descent_at_finite_size():
    """Fractions of 60 and 4000 samples against erf(√(ε/2L)) of the same data: jump times agree."""
    run = student(45, 3, **{**DESCENT, "epochs": 4000})
    found = measure_runs(train_together([run]))
    steps, train, gen = descent_accuracies(linear_data(run), epsilon=1e-6, eta=0.1)
    expected = measure(steps, train, gen)
    (row,) = found
    assert row["status"] == expected.status == "ok"
    assert row["jump_time_gen"] == pytest.approx(expected.gen.jump_time, rel=0.02)
    assert row["jump_time_train"] == pytest.approx(expected.train.jump_time, rel=0.1)
    assert row["relative_gap"] > 0.3


def test_the_error_starts_at_one_and_grows_with_the_scale():
    for scale, expected in ((1.0, 1.0), (3.0, 5.0)):
        errors = [(linear_data(student(50, seed, initial_scale=scale)).difference ** 2).sum() for seed in range(60)]
        # |D|² has the relative standard deviation √(2/50).
        assert np.mean(errors) == pytest.approx(expected, rel=5 * np.sqrt(2 / 50 / 60))


def test_weight_decay_leaves_the_plateau_of_ridge_regression():
    run = student(10, 0, weight_decay=0.2, **{**DESCENT, "epochs": 600})
    (dataset,) = train_together([run], records=["weight_norm"])
    train, _ = run.task.draw(draw_streams(0, 10))
    covariance = train.inputs.T @ train.inputs / 60
    ridge = np.linalg.solve(2 * covariance + 0.2 * np.eye(10), 2 * train.inputs.T @ train.labels / 60)
    assert dataset["train_loss"][-1] == pytest.approx(((train.inputs @ ridge - train.labels) ** 2).mean(), rel=1e-5)
    assert dataset["weight_norm"][-1] == pytest.approx(np.linalg.norm(ridge), rel=1e-6)


def test_a_gap_grows_towards_as_many_inputs_as_samples():
    table = sweep("linear_student", input_size=30, train_samples=[80, 45], workers=1, learning_rate=0.1, epochs=3000)
    assert table["status"].tolist() == ["ok", "ok"]
    assert table["task.train_samples"].tolist() == [45, 80]
    assert table["relative_gap"][0] > 1.5 * table["relative_gap"][1] > 0


def test_a_threshold_of_zero_gets_a_sentence():
    with pytest.raises(ValueError, match=r"epsilon must be positive, got 0.0; the default is 1e-06"):
        student(10, 0, epsilon=0)


def test_steps_of_the_whole_set_are_the_epochs():
    """The same run on either clock: after n steps the whole-set losses of one are those of the other."""
    run = student(30, 0, **{**DESCENT, "epochs": 60})
    (epochs,) = train_together([run], records=["train_loss_whole"])
    (steps,) = train_together([run.replace({"schedule": "steps", "steps": 60, "batch_size": None, "dense": 60})])
    np.testing.assert_allclose(steps["train_loss"][1:], epochs["train_loss_whole"], rtol=1e-6)
    np.testing.assert_allclose(steps["train_loss"][:-1], epochs["train_loss"], rtol=1e-6)
    np.testing.assert_array_equal(steps["gen_accuracy"][1:], epochs["gen_accuracy_whole"])
