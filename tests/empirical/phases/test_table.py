"""Tables of phases against what can be counted by hand, and the intervals against their closed forms."""

import numpy as np
import pytest
import xarray as xr

from empirical import PHASES, SYSTEMS, PhaseAxis, PhaseDiagram, PhaseRule, System, find_diagram, tabulate_phases
from empirical.phases.table import _median, _probabilities

TOY = SYSTEMS["representation"].experiment.replace({"steps": 4000})
PLANE = find_diagram("rates")
PATH = PhaseDiagram("mine", "representation", PLANE.axes[:1], {"quick": {}})
NEVER = 10**6


def planted(train_step, gen_step, decoder_rate=1e-3, representation_rate=1e-4, seed=0):
    """A run that rises about these steps, over about a tenth of the time."""
    knobs = {"decoder.learning_rate": decoder_rate, "embedding.learning_rate": representation_rate, "seed": seed}
    experiment = TOY.replace(knobs)
    time = np.array(experiment.schedule.times(), dtype=np.int32)
    variables = {}
    for name, middle in (("train_accuracy", train_step), ("gen_accuracy", gen_step)):
        rise = 0.5 + 0.5 * np.tanh((time - middle) / (0.05 * middle))
        variables[name] = (("step",), (experiment.chance + (1 - experiment.chance) * rise).astype(np.float32))
    return xr.Dataset(variables, {"step": time}, {"configuration": experiment.to_json()})


FOUR = [(200, 300), (200, 3000), (200, NEVER), (NEVER, NEVER)]


def wilson(count, runs):
    """The roots p of (count/runs − p)² = z²·p·(1 − p)/runs."""
    z = 1.959963984540054
    roots = np.roots([1 + z**2 / runs, -2 * count / runs - z**2 / runs, (count / runs) ** 2])
    return sorted(roots.real)


@pytest.mark.parametrize(("count", "runs"), [(0, 1), (1, 1), (0, 3), (1, 3), (2, 3), (3, 3), (7, 20)])
def test_intervals_are_wilsons(count, runs):
    row = _probabilities(["grokking"] * count + ["confusion"] * (runs - count))
    for phase, k in (("grokking", count), ("confusion", runs - count), ("comprehension", 0)):
        assert row[phase] == pytest.approx(k / runs)
        assert (row[f"{phase}_low"], row[f"{phase}_high"]) == pytest.approx(wilson(k, runs), abs=1e-7)
    assert sum(row[phase] for phase in PHASES) == pytest.approx(1)
    assert row["runs"] == runs


def test_a_cell_counts_its_seeds():
    runs = [planted(*steps, seed=seed) for seed, steps in enumerate([*FOUR, (300, 400)])]
    (row,) = tabulate_phases(PLANE, runs)
    assert [row[phase] for phase in PHASES] == [0.4, 0.2, 0.2, 0.2]
    assert (row["phase"], row["runs"]) == ("comprehension", 5)
    assert (row["decoder_rate"], row["representation_rate"]) == (1e-3, 1e-4)
    assert row["steps_to_train"] == pytest.approx(200, rel=0.15)  # two are later, of which one never comes
    assert row["steps_to_gen"] == pytest.approx(3000, rel=0.15)
    assert row["delay"] == pytest.approx(2800, rel=0.2)


def test_of_several_frequent_phases_the_first_is_named():
    (row,) = tabulate_phases(PLANE, [planted(*steps, seed=seed) for seed, steps in enumerate(FOUR)])
    assert row["phase"] == "comprehension"
    (row,) = tabulate_phases(PLANE, [planted(*steps, seed=seed) for seed, steps in enumerate(FOUR[2:])])
    assert row["phase"] == "memorisation"


def test_a_median_that_never_came_is_none():
    (row,) = tabulate_phases(PLANE, [planted(200, gen, seed=seed) for seed, gen in enumerate([300, NEVER, NEVER])])
    assert row["steps_to_train"] == pytest.approx(200, rel=0.15)
    assert row["steps_to_gen"] is row["delay"] is None
    (row,) = tabulate_phases(PLANE, [planted(200, gen, seed=seed) for seed, gen in enumerate([300, NEVER])])
    assert row["steps_to_gen"] is None  # between 300 and never


def test_cells_come_in_order_of_the_axes():
    cells = [(1e-2, 1e-5), (1e-5, 1e-2), (1e-4, 1e-2), (1e-4, 1e-5)]
    table = tabulate_phases(PLANE, [planted(200, 300, *cell) for cell in cells])
    assert list(zip(table["decoder_rate"], table["representation_rate"], strict=True)) == sorted(cells)
    with pytest.raises(KeyError, match="No column 'gap'; there are decoder_rate, "):
        table["gap"]


def test_the_rule_is_that_of_the_table():
    runs = [planted(200, 3000)]
    for rule, phase in ((PhaseRule(), "grokking"), (PhaseRule(delay=3500), "comprehension"),
                        (PhaseRule(limit=2000), "memorisation"), (PhaseRule(limit=100), "confusion")):  # fmt: skip
        (row,) = tabulate_phases(PLANE, runs, rule=rule)
        assert row["phase"] == phase


def test_along_a_path_the_gap_is_the_median_over_the_runs_that_fit():
    gens = [600, 800, 1000, 1200, NEVER, NEVER, NEVER]
    (row,) = tabulate_phases(PATH, [planted(200, gen, seed=seed) for seed, gen in enumerate(gens)])
    assert row["relative_gap"] == pytest.approx(1200 / 200 - 1, rel=0.02)  # the fourth of seven
    assert row["relative_gap_low"] == pytest.approx(600 / 200 - 1, rel=0.02)
    assert row["relative_gap_high"] is None
    assert row["measured"] == 4
    assert row["relative_sharpness"] == pytest.approx(200 / 900, rel=0.05)
    assert row["relative_sharpness_low"] is row["relative_sharpness_high"] is None  # four are too few


def test_a_run_that_learns_nothing_has_no_gap_and_one_that_never_generalizes_an_infinite_one():
    (row,) = tabulate_phases(PATH, [planted(NEVER, NEVER)])
    assert row["relative_gap"] is row["relative_sharpness"] is None
    (row,) = tabulate_phases(PATH, [planted(200, 600, seed=0), planted(NEVER, NEVER, seed=1)])
    assert row["relative_gap"] == pytest.approx(2, rel=0.02)
    (row,) = tabulate_phases(PATH, [planted(200, 600, seed=0), planted(200, NEVER, seed=1)])
    assert row["relative_gap"] is None


def test_a_run_that_generalizes_and_cannot_be_measured_has_no_gap():
    """The second has learned before it is first looked at."""
    (row,) = tabulate_phases(PATH, [planted(200, 600, seed=0), planted(1e-3, 600, seed=1)])
    assert row["comprehension"] == row["measured"] == 1
    assert row["relative_gap"] == pytest.approx(2, rel=0.02)


def test_a_median_of_times_that_never_come():
    assert _median(np.array([3.0, 1.0, 2.0, np.inf])) == 2.5
    assert _median(np.array([np.inf, 1.0])) is None
    assert _median(np.array([-np.inf, 1.0, 2.0])) == 1.0
    assert _median(np.array([])) is None


def test_a_plane_of_words_and_a_system_of_ones_own():
    axes = PhaseAxis("operation", "task.operation"), PhaseAxis("width", "model.width")
    plane = PhaseDiagram("words", System("mine", TOY), axes, {"quick": {"width": (8, 4), "seed": (1, 0)}})
    runs = plane.experiments("quick", operation=["modular_addition", "addition"])
    assert [(*plane.cell(run), run.seed) for run in runs] == [
        (operation, width, seed)
        for operation in ("addition", "modular_addition")
        for width in (4, 8)
        for seed in (0, 1)
    ]
