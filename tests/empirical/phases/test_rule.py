"""The phase of a run: every answer to the two questions, the borders, and what a stop may not change."""

import numpy as np
import pytest
import torch
import xarray as xr

from empirical import SYSTEMS, CrossEntropy, Examples, Job, PhaseRule, Signature, Steps, train

TOY = SYSTEMS["representation"].experiment.replace({"steps": 100, "dense": 0, "growth": 2})


def run(train_curve, gen_curve, time=None, experiment=TOY):
    """A recorded run with these accuracies."""
    time = np.arange(len(train_curve)) if time is None else time
    curves = {"train_accuracy": train_curve, "gen_accuracy": gen_curve}
    variables = {name: (("step",), np.array(curve, dtype=np.float32)) for name, curve in curves.items()}
    return xr.Dataset(variables, {"step": np.array(time, dtype=np.int32)}, {"configuration": experiment.to_json()})


@pytest.mark.parametrize(
    ("train_step", "gen_step", "phase"),
    [
        (100, 200, "comprehension"), (100, 1099, "comprehension"), (100, 1100, "grokking"), (100, 9000, "grokking"),
        (0, 0, "comprehension"), (0, 999, "comprehension"), (0, 1000, "grokking"),
        (500, 100, "comprehension"), (9000, 100, "comprehension"),
        (100, None, "memorisation"), (None, None, "confusion"), (None, 100, "comprehension"),
    ],
)  # fmt: skip
def test_two_questions_and_a_delay(train_step, gen_step, phase):
    assert PhaseRule().phase(train_step, gen_step) == phase


@pytest.mark.parametrize(
    ("steps", "phase"),
    [((400, 1000), "comprehension"), ((400, 1001), "memorisation"), ((1000, 1000), "comprehension"),
     ((1001, 1002), "confusion"), ((1001, 1000), "comprehension"), ((400, 2000), "memorisation")],
)  # fmt: skip
def test_what_comes_after_the_limit_has_not_come(steps, phase):
    assert PhaseRule(limit=1000).phase(*steps) == phase


def test_the_delay_is_a_parameter():
    phases = [PhaseRule(delay=delay).phase(100, 350) for delay in (0, 250, 250.5, 1000)]
    assert phases == ["grokking", "grokking", "comprehension", "comprehension"]


@pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 1.1}, {"delay": -1}, {"delay": np.inf}, {"limit": 0}])
def test_a_rule_that_is_none_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name} must be"):
        PhaseRule(**wrong)


def test_the_crossings_of_a_run_are_its_first_looks_at_the_level():
    """Nine of ten answers are 0.9 in float32, too; a dip afterwards takes nothing back."""
    one = run([0.5, 0.9, 0.8, 1.0], [0.1, 0.3, 0.9, 0.2], time=[0, 10, 40, 100])
    assert PhaseRule().crossings(one) == (10, 40)
    assert PhaseRule(level=0.95).crossings(one) == (100, None)
    assert PhaseRule(limit=39).crossings(one) == (10, None)
    assert PhaseRule(delay=30).of_run(one) == "grokking"
    assert PhaseRule(delay=31).of_run(one) == "comprehension"
    assert PhaseRule(limit=39).of_run(one) == "memorisation"


def test_a_run_without_an_answer_must_have_been_seen_until_the_limit():
    unseen = run([0.5, 1.0], [0.1, 0.2], time=[0, 50])
    with pytest.raises(ValueError, match=r"until step 100; .* ends at 50"):
        PhaseRule().of_run(unseen)
    assert PhaseRule(limit=50).of_run(unseen) == "memorisation"
    with pytest.raises(ValueError, match="until step 51; "):
        PhaseRule(limit=51).of_run(unseen)
    assert PhaseRule().of_run(run([0.5, 1.0], [0.1, 0.9], time=[0, 50])) == "comprehension"


@pytest.mark.parametrize(
    ("knobs", "rule", "word"),
    [({"steps": 500}, {"limit": 501}, "limit"), ({"stop_after": 4, "stop_level": 0.8}, {}, "level")],
)
def test_runs_that_could_end_undecided_are_refused_before_they_are_trained(knobs, rule, word):
    with pytest.raises(ValueError, match=f"^{word} must be at most"):
        PhaseRule(**rule).check(TOY.replace(knobs))


@pytest.mark.parametrize("knobs", [{"steps": 501}, {"steps": 501, "stop_after": 4, "stop_level": 0.9}])
def test_runs_that_cannot_are_not(knobs):
    PhaseRule(limit=501).check(TOY.replace(knobs))


class Planted:
    """An engine that learns nothing: after so many steps so many of its answers are right."""

    job = Job(TOY.model, CrossEntropy(), TOY.optimizer, Signature((1,), 2))

    def __init__(self, curves):
        self._curves, self._step = curves, 0

    def load(self, inputs, labels):
        return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(labels))

    def outputs(self, inputs):
        right = self._curves[0 if inputs.shape[1] == 20 else 1][self._step]
        answers = torch.arange(inputs.shape[1]) >= right
        return torch.nn.functional.one_hot(answers.long(), 2).double().unsqueeze(0)

    def descend(self, inputs, targets, batch_size):
        self._step += 1
        return self.outputs(inputs)

    def parameters(self, run):
        return {}

    def network(self, run):
        return torch.nn.Identity()


def planted_phase(curves, schedule):
    """The run's phase, and its last look, under a schedule; the answer to every question is class 0."""
    sets = [[Examples(np.zeros((size, 1)), np.zeros(size, dtype=int))] for size in (20, 10)]
    rng = np.random.default_rng(0)
    times, (seen,) = train(Planted(curves), *sets, schedule=schedule, loss=CrossEntropy(), batch_orders=[rng])
    time = times[: len(seen["gen_accuracy"])]
    experiment = TOY.replace({"schedule.steps": schedule.steps})
    found = run(seen["train_accuracy"], seen["gen_accuracy"], time, experiment)
    return PhaseRule(delay=30).of_run(found), PhaseRule(delay=30).crossings(found), int(time[-1])


def planted_curves(rng, steps):
    """A rise in each set, at a random time or never, with answers that come and go."""
    for size, latest in ((20, 40), (10, steps)):
        rise = rng.choice([rng.uniform(0, latest), np.inf], p=[0.7, 0.3])
        share = 1 / (1 + np.exp(-(np.arange(steps + 1) - rise) / 5))
        yield np.clip(np.round(size * share + rng.normal(0, 0.7, steps + 1)), 0, size).astype(int)


def test_a_stop_at_the_level_changes_neither_phase_nor_crossings():
    found, ends = set(), []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        curves = list(planted_curves(rng, 100))
        look = {"steps": 100, "dense": int(rng.integers(40)), "growth": float(rng.uniform(1, 1.1))}
        phase, crossings, end = planted_phase(curves, Steps(**look))
        stopped = planted_phase(curves, Steps(stop_after=4, stop_level=0.9, **look))
        assert stopped[:2] == (phase, crossings)
        found.add(phase)
        ends.append((end, stopped[2]))
    assert found == {"comprehension", "grokking", "memorisation", "confusion"}
    assert all(end == 100 for end, _ in ends)
    assert sum(early < 100 for _, early in ends) > 4


def test_a_look_every_two_percent_knows_a_crossing_to_two_percent_and_a_step():
    looks = np.array(Steps(steps=10_000, dense=100, growth=1.02).times())
    for crossing in range(1, 10_001):
        seen = looks[looks >= crossing][0]
        assert seen == crossing if crossing <= 100 else seen - crossing < 1 + 0.02 * crossing
