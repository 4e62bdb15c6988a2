import inspect

import numpy as np
import pytest

from empirical import SYSTEMS, System, add_system, find_system, sweep_parity
from empirical.systems.known import _systems, system_of

PARITY = SYSTEMS["parity"]
PACKAGE = (
    "parity", "modular_addition", "linear_student", "representation", "representation_classification",
    "representation_modular", "digits", "mnist",
    "quadratic_mlp", "embedding_mlp", "transformer",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _forget():
    before = dict(_systems)
    yield
    _systems.clear()
    _systems.update(before)


def test_the_systems_of_the_package_describe_themselves():
    assert set(SYSTEMS) >= set(PACKAGE)
    for name in PACKAGE:
        system = SYSTEMS[name]
        assert find_system(name) is find_system(system) is system
        assert (system.name, bool(system.title), bool(system.about)) == (name, True, True)
        assert system.time_unit in ("epoch", "step")
        assert set(system.columns.values()) <= set(system.knobs)
        assert system_of(system.experiment) is system
        assert type(system.experiment).from_json(system.experiment.to_json()) == system.experiment
    with pytest.raises(TypeError, match="does not support item assignment"):
        SYSTEMS["mine"] = PARITY


@pytest.mark.parametrize("name", PACKAGE)
def test_presets_are_sweeps(name):
    system = SYSTEMS[name]
    assert len(system.experiments("quick")) >= 2  # others may be one run, as an intervention is
    for preset, values in system.presets.items():
        runs = system.experiments(preset)
        assert len(runs) == len(set(runs)) >= 1
        assert all(system.includes(run) for run in runs)
        count = 1
        for value in values.values():
            count *= len(value) if isinstance(value, tuple) else 1
        assert len(runs) == count
        assert all(type(run).from_json(run.to_json()) == run for run in runs)


def test_the_presets_of_parity_are_the_papers_and_share_their_runs():
    paper, quick, ten = (set(PARITY.experiments(preset)) for preset in ("paper", "quick", "ten_seeds"))
    assert (len(paper), len(quick), len(ten)) == (63, 10, 210)
    assert quick < paper < ten
    defaults = inspect.signature(sweep_parity).parameters
    preset = PARITY.presets["paper"]
    assert tuple(defaults["input_sizes"].default) == preset["task.input_size"]
    assert tuple(defaults["seeds"].default) == preset["seed"]


def test_every_combination_is_made_once_in_the_order_of_the_columns_and_the_knobs_and_last_of_the_seed():
    runs = PARITY.experiments(seed=[1, 0, 1], width=[16, 8], input_size=[6, 5], batch_size=[None, 32])
    found = [(run.task.input_size, run.model.width, run.schedule.batch_size, run.seed) for run in runs]
    assert found == [(n, w, b, s) for n in (5, 6) for w in (8, 16) for b in (32, None) for s in (0, 1)]


def test_knobs_take_the_place_of_the_presets():
    for name in ("input_size", "task.input_size"):
        runs = PARITY.experiments("weight_decay", **{name: [25, 26]}, seed=0)
        assert {run.task.input_size for run in runs} == {25, 26}
        assert len(runs) == 10
    assert PARITY.experiments() == [PARITY.experiment]
    assert PARITY.experiments(width=np.array(7), seed=np.arange(2), weight_decay=np.float32(0.5)) == PARITY.experiments(
        width=7, seed=[0, 1], weight_decay=0.5
    )


def test_parts_are_exchanged_in_a_sweep_and_bring_their_knobs():
    runs = SYSTEMS["modular_addition"].experiments("adamw", beta2=[0.98, 0.999], input_size=20, seed=0)
    assert {(run.optimizer.name, run.optimizer.beta2) for run in runs} == {("adamw", 0.98), ("adamw", 0.999)}
    both = PARITY.experiments(optimizer=["adamw", "sgd"], weight_decay=[0.1, 0.2])
    assert [(run.optimizer.name, run.optimizer.weight_decay) for run in both] == [
        ("adamw", 0.1), ("adamw", 0.2), ("sgd", 0.1), ("sgd", 0.2),
    ]  # fmt: skip
    steps = PARITY.experiments(schedule="steps", steps=[10, 20])
    assert [run.length for run in steps] == [10, 20]


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"depth": 3}, r"A knob must be one of task, .*, seed; got 'depth'; use one of these names"),
        ({"beta2": 0.5}, "got 'beta2'"),
        ({"weight_decay": []}, "weight_decay must have at least one value, got none; a preset is a start"),
        ({"seed": range(0)}, "seed must have at least one value, got none"),
        ({"preset": "thesis"}, "preset must be one of quick, paper, .*; got 'thesis'; use one of these names"),
        ({"width": 3, "model.width": 4}, "once, got model.width as width and as model.width"),
        ({"optimizer": "adam"}, "optimizer must be one of .*; got 'adam'"),
        ({"optimizer": []}, "optimizer must have at least one value"),
        ({"width": 0}, "width must be at least 1, got 0"),
        ({"loss": "squared_error"}, "needs values, and this task has 2 classes"),
        ({"optimizer": ["adamw", "sgd"], "beta2": 0.5}, "got 'optimizer.beta2'"),
    ],
)
def test_what_cannot_be_turned_gets_a_sentence(knobs, message):
    with pytest.raises(ValueError, match=message) as caught:
        PARITY.experiments(**knobs)
    assert "\n" not in str(caught.value)


def test_a_system_of_ones_own_is_found_by_its_name():
    wide = System("wide", PARITY.experiment.replace({"width": 2000}))
    assert find_system(wide) is wide
    assert "wide" not in SYSTEMS
    assert add_system(wide) is wide
    assert find_system("wide") is SYSTEMS["wide"] is wide
    assert len(wide.experiments("quick")) == 3
    again = add_system(System("wide", PARITY.experiment.replace({"width": 3000})))
    assert SYSTEMS["wide"] is again


@pytest.mark.parametrize(
    ("system", "error", "message"),
    [
        ("parity", TypeError, "A system must be a System, got 'parity'; give it a name and an experiment"),
        (
            System("two words", PARITY.experiment),
            ValueError,
            "must be a word of letters, digits and _, got 'two words'",
        ),
        (System("", PARITY.experiment), ValueError, "must be a word of letters, digits and _, got ''"),
        (
            System("slow", PARITY.experiment, presets={}),
            ValueError,
            "presets must have 'quick', got none; it is the def",
        ),
        (System("slow", PARITY.experiment, presets={"paper": {}}), ValueError, "must have 'quick', got paper"),
        (
            System("off", PARITY.experiment, presets={"quick": {"depth": 1}}),
            ValueError,
            "got 'depth'; use one of these",
        ),
        (
            System("off", PARITY.experiment, presets={"quick": {"width": 0.5}}),
            TypeError,
            "width must be a whole number",
        ),
        (System("off", PARITY.experiment, columns={"depth": "model.depth"}), ValueError, "got 'model.depth'"),
        (System("off", PARITY.experiment, records=("sharpness",)), ValueError, "records must be made of .*'sharpness'"),
        (System("parity", PARITY.experiment), ValueError, "'parity' is a system of the package; choose another name"),
    ],
)
def test_a_system_that_could_not_be_trained_is_refused(system, error, message):
    with pytest.raises(error, match=message):
        add_system(system)
    assert "off" not in SYSTEMS
    assert SYSTEMS["parity"] is PARITY
    with pytest.raises(TypeError, match="experiment must be an Experiment, got 'parity'"):
        System("off", "parity")


def test_a_system_that_is_not_known_is_refused_with_those_there_are():
    for name in ("xor", "", 3, None):
        with pytest.raises(
            ValueError, match=r"system must be one of .*parity.*; got .*; one of your own has to be added"
        ):
            find_system(name)


def test_an_experiment_is_of_the_first_system_with_its_task_model_and_loss():
    add_system(System("twin", PARITY.experiment, columns={"width": "model.width"}))
    assert system_of(PARITY.experiment) is PARITY
    assert system_of(PARITY.experiment.replace({"loss": "one_hot_squared_error"})) is PARITY  # by its task alone
    assert system_of(PARITY.experiment.replace({"task": "linear_teacher", "loss": "squared_error"})).name != "parity"


def test_of_several_systems_with_the_same_parts_an_experiment_is_of_the_nearest():
    wide = add_system(System("wide", PARITY.experiment.replace({"width": 2000, "learning_rate": 0.1})))
    assert system_of(wide.experiment.replace({"seed": 3, "input_size": 11})) is wide
    assert system_of(PARITY.experiment.replace({"seed": 3, "input_size": 11})) is PARITY
    assert system_of(PARITY.experiment.replace({"width": 2000})) is PARITY  # as near to both: the first


def test_the_classifying_toy_differs_from_the_other_in_its_loss_alone():
    one, other = (SYSTEMS[name] for name in ("representation", "representation_classification"))
    assert one.experiment.replace({"loss": "cross_entropy", "target_dimension": 0}) == other.experiment
    assert (one.level, one.records) == (other.level, other.records) == (0.9, ("embedding", "rqi"))
    assert one.outcomes == other.outcomes


@pytest.mark.parametrize(("ceiling", "sentence"), [(0.4, "ceiling must be above floor"), (0.5, "above floor")])
def test_a_ceiling_is_above_guessing(ceiling, sentence):
    assert System("mine", PARITY.experiment, ceiling=None).ceiling is None
    assert System("mine", PARITY.experiment).ceiling == 1.0
    with pytest.raises(ValueError, match=sentence):
        System("mine", PARITY.experiment, ceiling=ceiling)


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_quick_presets_of_images_turn_the_knobs_that_a_user_turns_too(name):
    system = SYSTEMS[name]
    turned = {"task.train_samples", "model.initial_scale", "optimizer.weight_decay", "seed"}
    assert set(system.presets["quick"]) <= turned
    runs = system.experiments("quick", train_samples=100, initial_scale=4, weight_decay=0.2, seed=range(8))
    assert len(runs) == 8
    assert {run.schedule.stop_after > 0 for run in runs} == {True}


def test_the_run_of_o_is_its_own():
    run = SYSTEMS["mnist"].experiments("omnigrok")[0]
    assert (run.task.train_samples, run.model.depth, run.model.width, run.model.initial_scale) == (1000, 3, 200, 8.0)
    assert (run.optimizer.learning_rate, run.optimizer.weight_decay) == (1e-3, 1e-2)
    assert (run.schedule.steps, run.schedule.batch_size, run.schedule.stop_after) == (100_000, 200, 0)
    assert (run.loss.reduction, run.model.arithmetic, run.model.activation) == ("mean", "float64", "relu")
