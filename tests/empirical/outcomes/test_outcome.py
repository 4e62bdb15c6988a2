import numpy as np
import pytest
import xarray as xr

from empirical import SYSTEMS, System, final_value, loss_descents, measure_runs, peak, steps_of, steps_to, sweep
from empirical.outcomes.outcome import check_level

PARITY = SYSTEMS["parity"].experiment.replace({"train_samples": 100, "gen_samples": 30, "input_size": 6})


def run(curve, *, experiment=PARITY, dtype=np.float32, **more):
    """A run whose validation accuracy is this curve; the training accuracy is one throughout."""
    unit = experiment.schedule.unit
    curves = {"train_accuracy": np.ones(len(curve)), "gen_accuracy": np.array(curve, dtype=dtype), **more}
    variables = {name: ((unit, *"abc"[: np.ndim(values) - 1]), values) for name, values in curves.items()}
    times = np.arange(1, len(curve) + 1, dtype=np.int32)
    return xr.Dataset(variables, {unit: times}, {"configuration": experiment.to_json()})


def test_a_level_comes_at_the_first_look_at_or_above_it_counted_in_steps():
    """A hundred samples in batches of 32 are four steps an epoch, the last of them short."""
    curve = [0.5, 0.7, 0.9, 0.8, 1.0, 1.0]
    for level, epoch in ((0.5, 1), (0.6, 2), (0.7, 2), (0.75, 3), (0.95, 5), (1.0, 5)):
        assert steps_to("gen_accuracy", level)(run(curve)) == 4 * epoch
    assert steps_to("gen_accuracy", 1.01)(run(curve)) is None
    assert steps_of(run(curve)).tolist() == [4, 8, 12, 16, 20, 24]


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [({}, 4), ({"batch_size": 100}, 1), ({"batch_size": None}, 1), ({"batch_size": 33}, 4), ({"batch_size": 1}, 100),
     ({"schedule": "steps", "batch_size": 32, "steps": 9}, 1)],
)  # fmt: skip
def test_an_epoch_has_as_many_steps_as_batches(schedule, steps):
    one = run([0.5, 1.0], experiment=PARITY.replace(schedule))
    assert steps_of(one).tolist() == [steps, 2 * steps]


def test_the_training_set_that_counts_is_the_tasks_own():
    """Its size is not a knob of every task: three of the ten pairs of a table are learned, one a batch."""
    table = SYSTEMS["representation"].experiment.replace(
        {"symbols": 4, "train_pairs": 3, "schedule": "epochs", "batch_size": 1}
    )
    assert steps_of(run([0.5, 1.0], experiment=table)).tolist() == [3, 6]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("right", "of"), [(9, 10), (27, 30), (7, 10), (99, 100)])
def test_a_level_that_is_just_reached_is_reached_in_the_precision_of_the_file(right, of, dtype):
    assert steps_to("gen_accuracy", right / of)(run([0.0, right / of], dtype=dtype)) == 8
    assert steps_to("gen_accuracy", right / of)(run([0.0, (right - 0.01) / of], dtype=dtype)) is None


def test_what_has_diverged_never_comes():
    assert steps_to("gen_accuracy", 0.5)(run([np.nan, np.nan])) is None
    assert steps_to("gen_accuracy", 0.5)(run([np.nan, 0.6])) == 8


def test_counts_and_truths_come_to_a_level_too():
    found = run([0.5] * 3, alive=np.array([False, True, True]), units=np.array([1, 2, 5]))
    assert steps_to("alive", 1)(found) == 8
    assert steps_to("units", 2.5)(found) == 12


def test_the_final_value_is_that_of_the_last_look():
    assert final_value("gen_accuracy")(run([0.5, 0.9, 0.8])) == pytest.approx(0.8)


def test_the_peak_is_the_largest_value_that_is_finite():
    assert peak("gen_accuracy")(run([0.5, 0.9, np.inf, np.nan, 0.8])) == pytest.approx(0.9)
    assert peak("gen_accuracy")(run([np.nan, np.inf])) is None


@pytest.mark.parametrize(
    ("curve", "descents"),
    [
        ([4, 3, 2, 1, 0.5], 1),
        ([4, 2, 6, 1], 2),  # double descent
        ([4, 20, 10, 1], 1),  # first a rise
        ([4, 3.9, 20, 1e-3], 1),  # a fall by less than the factor is none
        ([4, 3.5, 3, 2.5, 2.4, 2.5, 2.4, 3, 3.5, 4, 3, 2], 2),  # in many small steps
        ([4, 1, 1.4, 0.9, 1.3, 0.8], 1),  # scatter about the bottom
        ([1, 2, 3, 4], 0),
        ([1, 1, 1], 0),
        ([4, 0, 0, 0], 1),
        ([4, 0, 1, 0, 0], 2),
        ([np.inf, 4, np.nan, 2, np.nan, 6, 1], 2),
        ([np.nan], 0),
    ],
)
def test_descents_are_falls_with_rises_between_them(curve, descents):
    assert loss_descents("gen_loss")(run(np.ones(len(curve)), gen_loss=np.array(curve, dtype=float))) == descents


def test_the_factor_of_a_descent_is_given():
    found = run(np.ones(4), gen_loss=np.array([4.6, 4.1, 6, 1]))
    assert [loss_descents("gen_loss", factor)(found) for factor in (1.1, 1.2, 5.9, 6.1)] == [2, 1, 1, 0]
    for factor in (1, 0.5, np.inf, np.nan):
        with pytest.raises(ValueError, match=f"factor must be finite and above 1, got {float(factor)}"):
            loss_descents("gen_loss", factor)


def test_every_row_says_when_it_learned_and_how_long_it_ran():
    late, never = (
        run([0.5, 0.9, 0.985, 0.995, 1.0, 1.0]),
        run([0.5, 0.9, 0.9, 0.9], experiment=PARITY.replace({"seed": 1})),
    )
    table = measure_runs([late, never])
    assert table["steps_to_train"].tolist() == [4, 4]
    assert table["steps"].tolist() == [24, 16]
    np.testing.assert_array_equal(table["steps_to_gen"], [16, np.nan])
    assert [row["steps_to_gen"] for row in table.to_dict()["rows"]] == [16, None]
    np.testing.assert_array_equal(measure_runs([late, never], level=0.9)["steps_to_gen"], [8, 8])
    assert measure_runs([late], level=1)["steps_to_gen"].tolist() == [20]


def test_the_level_is_the_systems_unless_another_is_given():
    easy = System("easy", PARITY, level=0.9)
    assert measure_runs([run([0.5, 0.9, 0.9, 0.9])], system=easy)["steps_to_gen"].tolist() == [8]
    assert np.isnan(measure_runs([run([0.5, 0.9, 0.9, 0.9])], system=easy, level=0.95)["steps_to_gen"]).all()


def test_whole_accuracies_have_their_own_steps():
    whole = {"gen_accuracy_whole": np.array([0.5, 1, 1, 1]), "train_accuracy_whole": np.array([0.5, 0.5, 1, 1])}
    table = measure_runs([run([0.5, 0.5, 0.5, 1.0], **whole)], accuracy="whole")
    assert (table["steps_to_train"].item(), table["steps_to_gen"].item()) == (12, 8)


def test_outcomes_of_a_system_are_columns_before_the_measures():
    outcomes = {"half": steps_to("gen_accuracy", 0.5), "none": lambda dataset: None, "looks": lambda dataset: 4}
    table = measure_runs([run([0.2, 0.6, 0.9, 1.0])], system=System("mine", PARITY, outcomes=outcomes))
    assert table.columns[:8] == (
        "seed", "steps_to_train", "steps_to_gen", "steps", "half", "none", "looks", "jump_time_train",
    )  # fmt: skip
    (row,) = table
    assert (row["half"], row["looks"]) == (8, 4)
    assert np.isnan(row["none"])


def test_runs_of_several_systems_have_the_outcomes_of_their_own(monkeypatch):
    mine = System("mine", PARITY, outcomes={"half": steps_to("gen_accuracy", 0.5)})
    other = SYSTEMS["linear_student"].experiment
    monkeypatch.setattr(
        "empirical.measurement.system_of", lambda one: mine if one.task.name == "parity" else SYSTEMS["linear_student"]
    )
    table = measure_runs([run([0.2, 0.6, 0.9, 1.0]), run([0.2, 0.6, 0.9, 1.0], experiment=other)])
    np.testing.assert_array_equal(table["half"], [8, np.nan])


def test_a_system_found_by_its_task_alone_asks_for_nothing():
    """Its records are not there: the run was made with other parts."""
    odd = SYSTEMS["representation"].experiment.replace({"loss": "one_hot_squared_error", "target_dimension": 0})
    table = measure_runs([run([0.2, 0.6, 0.9, 1.0], experiment=odd)])
    assert "steps_to_rqi" not in table.columns


@pytest.mark.parametrize("level", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_level_that_is_no_accuracy_is_refused_before_anything_is_trained(level):
    for refused in (check_level, lambda x: System("off", PARITY, level=x), lambda x: sweep("parity", level=x)):
        with pytest.raises(ValueError, match=r"level must be above 0 and at most 1, got .*; it is the accuracy that"):
            refused(level)


@pytest.mark.parametrize("name", ["status", "steps", "steps_to_gen", "relative_gap", "seed", "size", "model.width"])
def test_an_outcome_under_the_name_of_another_column_is_refused(name):
    with pytest.raises(ValueError, match=f"There is a column '{name}' already; choose another name for the outcome"):
        System("off", PARITY, columns={"size": "task.input_size"}, outcomes={name: final_value("gen_loss")})


def test_what_no_outcome_can_be_made_of_gets_a_sentence():
    with pytest.raises(TypeError, match=r"outcome 'half' must be a function of a run's dataset, got 0\.5"):
        System("off", PARITY, outcomes={"half": 0.5})
    with pytest.raises(ValueError, match="level must be finite, got nan; choose a value that the record rqi can have"):
        steps_to("rqi", float("nan"))
    plain = run([0.5, 1.0], weights=np.zeros((2, 3)))
    for outcome in (steps_to("rqi", 0.9), final_value("rqi"), peak("rqi"), loss_descents("rqi")):
        with pytest.raises(ValueError, match=r"needs the curve rqi, which parity-.* has not; train it with records="):
            outcome(plain)
    with pytest.raises(
        ValueError, match=r"steps_to needs one number a look, got weights with the shape \(3,\) at each"
    ):
        steps_to("weights", 1)(plain)
