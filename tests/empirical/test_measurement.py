from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import empirical.measurement
from empirical import SYSTEMS, experiment_of, measure_run, measure_runs, run_curves, train_experiments

TIMES = ("steps_to_train", "steps_to_gen", "steps")
CURVES = ["train_accuracy", "gen_accuracy", "train_accuracy_whole", "gen_accuracy_whole"]


@pytest.fixture
def measured(monkeypatch):
    """What `numerics.measure` is asked."""
    asked = []
    measure = empirical.measurement.numerics.measure

    def spy(*curves, **options):
        asked.append((curves, options))
        return measure(*curves, **options)

    monkeypatch.setattr(empirical.measurement.numerics, "measure", spy)
    return asked


def made(experiment, jump, *, floor=0.5, sharpness=20.0):
    """A run with curves of a known jump."""
    time = np.arange(1, 401)
    variables = {
        name: (experiment.schedule.unit, floor + (1 - floor) / (1 + np.exp(-(time - at) / (sharpness / 4))))
        for name, at in zip(CURVES, (jump, 2 * jump, jump + 3, 2 * jump + 3), strict=True)
    }
    return xr.Dataset(variables, coords={experiment.schedule.unit: time}, attrs={"configuration": experiment.to_json()})


def test_either_accuracy_is_measured_from_its_own_curves(tiny_parity, measured):
    (dataset,) = train_experiments([tiny_parity], workers=1, records=["train_accuracy_whole"])
    for accuracy, names in (("protocol", CURVES[:2]), ("whole", CURVES[2:])):
        for measure in (lambda run, **options: measure_run(run, **options), lambda run, **o: measure_runs([run], **o)):
            measure(dataset, accuracy=accuracy)
            (time, train_accuracy, gen_accuracy), options = measured.pop()
            assert options == {"floor": 0.5, "ceiling": 1.0, "shape": "erf", "systematic": False}
            np.testing.assert_array_equal(time, np.arange(1, 7))
            np.testing.assert_array_equal(train_accuracy, dataset[names[0]])
            np.testing.assert_array_equal(gen_accuracy, dataset[names[1]])


def test_the_floor_is_the_accuracy_of_guessing(measured):
    tiny = {"epochs": 5, "train_samples": 40, "gen_samples": 20}
    for system, knobs in (
        ("parity", {}),
        ("modular_addition", {"modulus": 4, "input_size": 12}),
        ("linear_student", {}),
    ):
        measure_runs(train_experiments(SYSTEMS[system].experiments(**{"input_size": 9, **tiny, **knobs}), workers=1))
    assert [options["floor"] for _, options in measured] == [0.5, 0.25, 0.0]


def test_the_ceiling_and_the_shape_are_passed_on(tiny_parity, measured):
    dataset = made(tiny_parity, 80)
    row = measure_run(dataset, ceiling=None, shape="logistic").row()
    assert measured.pop()[1] == {"floor": 0.5, "ceiling": None, "shape": "logistic", "systematic": False}
    assert row["jump_time_train"] == pytest.approx(80, rel=1e-3)
    assert row["jump_time_gen"] == pytest.approx(160, rel=1e-3)
    assert measure_run(dataset, accuracy="whole", shape="logistic").row()["jump_time_train"] == pytest.approx(
        83, rel=1e-3
    )


def test_the_ceiling_is_that_of_the_system_unless_it_is_given(tiny_parity, measured):
    plateau = made(SYSTEMS["digits"].experiment, 80)
    for name in CURVES:
        plateau[name] = 0.1 + 0.8 * (plateau[name] - 0.5)  # from 0.1 to 0.5
    other = replace(SYSTEMS["digits"], ceiling=0.9)
    measured.clear()  # what the system has asked about its ceiling
    measure_run(plateau)
    found = measure_runs([plateau, made(tiny_parity, 80)])
    measure_runs([plateau], system=other)
    measure_run(plateau, ceiling=1.0)
    assert [options["ceiling"] for _, options in measured] == ["fit", "fit", 1.0, 0.9, 1.0]
    assert found["jump_time_gen"] == pytest.approx([160, 160], rel=1e-2)


def test_times_are_in_the_unit_of_the_schedule(tiny_parity):
    steps = tiny_parity.replace({"schedule": "steps", "steps": 400})
    time, train, gen = run_curves(made(steps, 50))
    np.testing.assert_array_equal(time, np.arange(1, 401))
    assert time.dtype == train.dtype == gen.dtype == np.float64
    assert measure_run(made(steps, 50)).row()["jump_time_train"] == pytest.approx(50, rel=0.02)


def test_rows_are_in_the_order_given_under_the_columns_of_the_system_and_what_varies(tiny_parity):
    runs = [tiny_parity.replace({"seed": seed, "width": width}) for seed, width in ((1, 8), (0, 8), (0, 16))]
    table = measure_runs([made(run, 50 + 10 * k) for k, run in enumerate(runs)])
    assert table.columns[:7] == ("input_size", "seed", "model.width", *TIMES, "jump_time_train")
    assert [(row["seed"], row["model.width"]) for row in table] == [(1, 8), (0, 8), (0, 16)]
    assert table["jump_time_train"] == pytest.approx([50, 60, 70], rel=0.02)
    assert table["input_size"].tolist() == [5, 5, 5]


def test_a_knob_that_some_runs_have_not_is_empty_in_their_rows(tiny_parity):
    runs = [tiny_parity, tiny_parity.replace({"optimizer": "adamw"})]
    table = measure_runs([made(run, 50) for run in runs])
    assert table["optimizer"].tolist() == ["sgd", "adamw"]
    assert [row["optimizer.beta2"] for row in table] == [None, 0.999]


def test_an_experiment_of_no_known_system_is_measured_all_the_same(tiny_parity, monkeypatch):
    odd = tiny_parity.replace({"loss": "one_hot_squared_error"})
    monkeypatch.setattr(empirical.measurement, "system_of", lambda experiment: None)
    table = measure_runs([made(odd, 50), made(odd.replace({"input_size": 6}), 60)])
    assert table.columns[:6] == ("seed", "task.input_size", *TIMES, "jump_time_train")
    assert [experiment_of(made(odd, 50))] == [odd]


def test_no_runs_are_an_empty_table():
    assert len(measure_runs([])) == 0


def test_a_run_that_never_jumps_stays_with_its_reason(tiny_parity):
    flat = made(tiny_parity, 50)
    flat["gen_accuracy"][:] = 0.5
    table = measure_runs([flat, made(tiny_parity.replace({"seed": 1}), 50)])
    assert [status == "ok" for status in table["status"]] == [False, True]


def test_other_accuracies_are_refused(tiny_parity):
    dataset = made(tiny_parity, 50)
    for function in (run_curves, measure_run):
        with pytest.raises(
            ValueError, match="accuracy must be 'protocol' or 'whole', got 'best'; the paper's is 'prot"
        ):
            function(dataset, accuracy="best")
    with pytest.raises(
        ValueError, match=r"accuracy needs the curve gen_accuracy_whole, which parity-.*\.nc has not; tra"
    ):
        run_curves(dataset.drop_vars("gen_accuracy_whole"), accuracy="whole")


def test_what_is_no_run_of_an_experiment_gets_a_sentence(tiny_parity):
    for attrs in ({}, {"configuration": "{}"}, {"configuration": "no JSON"}, {"configuration": 3}):
        with pytest.raises(ValueError, match=r"An experiment must have task, .*, got "):
            experiment_of(made(tiny_parity, 50).drop_attrs().assign_attrs(attrs))
