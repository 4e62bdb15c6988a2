"""The same runs, as each tool writes them, must come out as the same curves; what is wrong must be said."""

import re

import numpy as np
import pytest

from numerics.curves.planted_curves import PlantedCurve, counted
from report.log_measurement import measure_logs
from report.readers.curve_files import curves_of, read_curves
from report.readers.curve_options import CurveOptions
from report.readers.log_table import LogTable

POINTS = 120
STEPS = 10.0 * np.arange(1, POINTS + 1)
NONE = np.full(POINTS, np.nan)


def planted(seed):
    """Training and generalization accuracy, with the noise of a thousand samples."""
    rng = np.random.default_rng(seed)
    return [
        counted(PlantedCurve(STEPS, STEPS, jump_time=at, sharpness=s).expected, 1000, rng=rng)
        for at, s in ((200.0, 0.02), (700.0, 0.008))
    ]


(A, B), (A2, B2) = planted(0), planted(1)


def words(*values):
    return np.array(values, dtype=object)


def each(*pair):
    """One value of each in turn."""
    return np.stack(pair, axis=1).ravel()


def joined(*parts):
    return np.concatenate(parts)


def curves(columns, source="log.csv", **options):
    table = LogTable(source, {name: np.asarray(values) for name, values in columns.items()})
    return curves_of(table, CurveOptions(**options))


def assert_same(one, time=STEPS, train=A, gen=B):
    assert not one.problem
    np.testing.assert_array_equal(one.time, time)
    np.testing.assert_allclose(one.train, train, rtol=0, atol=1e-12)
    np.testing.assert_allclose(one.gen, gen, rtol=0, atol=1e-12)


CONVENTIONS = {
    "plain": {"step": STEPS, "train_acc": A, "val_acc": B},
    "bare": {"t": STEPS, "train": A, "test": B},
    "percent": {"step": STEPS, "Train Accuracy (%)": 100 * A, "Test Accuracy (%)": 100 * B},
    "one in percent": {"step": STEPS, "train_acc": 100 * A, "val_acc": B},
    "keras": {"step": STEPS, "loss": 1 - A, "sparse_categorical_accuracy": A, "val_loss": B,
              "val_sparse_categorical_accuracy": B, "val_top_k_categorical_accuracy": A2, "lr": 0 * A},
    "lightning": {"epoch": STEPS // 100, "step": STEPS, "train_acc_step": A2, "train_acc_epoch": A, "val_acc": B},
    "trainer": {"epoch": STEPS / 97, "step": STEPS, "loss": A2, "eval_train_accuracy": A, "eval_test_accuracy": B,
                "eval_runtime": A2, "eval_samples_per_second": B2},
    "w&b": {"_step": STEPS, "_runtime": 3 * STEPS, "_timestamp": 1.7e9 + 3 * STEPS, "train/acc": A, "eval/acc": B},
    "w&b counts the calls": {"_step": np.arange(POINTS) * 1.0, "iteration": STEPS, "train/acc": A, "eval/acc": B},
    "w&b export": {"Step": STEPS, "one - train/acc": A, "one - train/acc__MIN": A2, "one - train/acc__MAX": A2,
                   "one - test/acc": B},
    "tensorboard": {"step": STEPS, "wall_time": 1.7e9 + STEPS, "train/epoch_accuracy": A,
                    "validation/epoch_accuracy": B},
    "torchvision": {"iter": STEPS, "acc@1": A, "acc@5": A2, "val_acc@1": B, "val_acc@5": B2},
    "prec1": {"iteration": STEPS, "train prec1": A, "test prec1": B, "test prec5": B2},
    "dashes": {"step": STEPS, "train - accuracy": A, "val - accuracy": B},
    "w&b counts the calls, of which an epoch has several": {"_step": STEPS, "epoch": STEPS // 50, "train/acc": A,
                                                            "eval/acc": B},
    "comet": {"step": joined(STEPS, STEPS), "metricName": words(*["train_accuracy"] * POINTS,
              *["validate_accuracy"] * POINTS), "metricValue": joined(A, B), "epoch": joined(NONE, NONE)},
    "two new sets": {"step": STEPS, "train/acc": A, "val/id/acc": A2, "val/ood/acc": B},
    "percent by name alone": {"step": STEPS, "train_acc (%)": A, "val_acc (%)": B},
    "dotted": {"step": STEPS, "metrics.train.accuracy": A, "metrics.train.accuracy_std": A2,
               "metrics.holdout.accuracy": B},
    "means": {"step": STEPS, "training_accuracy_mean": A, "unseen_accuracy_mean": B, "unseen_accuracy_std": B2},
    "beside a running mean": {"step": STEPS, "train_acc": A, "val_acc": B, "val_acc_ema": B2, "best_val_acc": B2,
                              "val_f1": B2, "val_error": 1 - B2},
    "near and far": {"step": STEPS, "in-distribution acc": A, "ood acc": B},
    "german": {"Schritt": STEPS, "Trainingsgenauigkeit": A, "Validierungsgenauigkeit": B},
    "russian": {"шаг": STEPS, "точность (обучение)": A, "точность (валидация)": B},
    "chinese": {"步数": STEPS, "训练准确率": A, "验证准确率": B},
    "sparse rows": {"step": each(STEPS, STEPS), "train_acc": each(A, NONE), "val_acc": each(NONE, B)},
    "one set after the other": {"step": joined(STEPS, STEPS), "train_acc": joined(A, NONE),
                                "val_acc": joined(NONE, B)},
    "repeated rows": {"step": each(STEPS, STEPS), "train_acc": each(A, A), "val_acc": each(B, B)},
    "shuffled": {name: values[np.random.default_rng(0).permutation(POINTS)]
                 for name, values in {"step": STEPS, "train": A, "test": B}.items() if name != "step"}
                | {"step": STEPS[np.random.default_rng(0).permutation(POINTS)]},
    "backwards, a step twice": {name: np.insert(values, 50, values[50])[::-1]
                                for name, values in {"step": STEPS, "train_acc": A, "val_acc": B}.items()},
    "backwards": {"step": STEPS[::-1], "train_acc": A[::-1], "val_acc": B[::-1]},
    "long": {"step": joined(STEPS, STEPS, STEPS), "metric": words(*["train/acc"] * POINTS, *["val/acc"] * POINTS,
             *["train/loss"] * POINTS), "value": joined(A, B, A2)},
    "tags": {"wall_time": 1.7e9 + each(STEPS, STEPS), "step": each(STEPS, STEPS), "tag": words(*["acc/train", "acc/val"]
             * POINTS), "value": each(A, B)},
    "a column of sets": {"step": each(STEPS, STEPS), "split": words(*["train", "val"] * POINTS), "acc": each(A, B),
                         "loss": each(A2, B2)},
    "sets and metrics": {"step": each(STEPS, STEPS), "phase": words(*["train", "test"] * POINTS),
                         "metric": words(*["accuracy"] * 2 * POINTS), "value": each(A, B)},
    "a schedule of rates": {"step": STEPS, "lr": np.where(STEPS < 600, 0.1, 0.01), "train_acc": A, "val_acc": B},
    "a clock that stands still": {"step": 0 * STEPS, "iteration": STEPS, "train_acc": A, "val_acc": B},
    "text": {"step": STEPS, "train_acc": words(*map(str, A.tolist())), "val_acc": B},
}  # fmt: skip


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_gives_the_same_curves(convention):
    (one,) = curves(CONVENTIONS[convention])
    assert_same(one)


def test_errors_are_read_where_that_is_said():
    for scale in (1, 100):
        (one,) = curves({"step": STEPS, "train_err": scale * (1 - A), "test_err": scale * (1 - B)}, errors=True)
        assert_same(one)
        assert "accuracy = 1 − error" in " ".join(one.notes)


SEVERAL = {
    "seed": ({"step": joined(STEPS, STEPS), "seed": np.repeat([3.0, 4.0], POINTS), "train_acc": joined(A, A2),
              "val_acc": joined(B, B2)}, {}, [{"seed": 3}, {"seed": 4}], ["seed=3", "seed=4"]),
    "run in turn": ({"step": each(STEPS, STEPS), "run_id": words(*["a", "b"] * POINTS), "train_acc": each(A, A2),
                     "val_acc": each(B, B2)}, {}, [{"run_id": "a"}, {"run_id": "b"}], ["a", "b"]),
    "named": ({"step": each(STEPS, STEPS), "host": words(*["a", "b"] * POINTS), "train_acc": each(A, A2),
               "val_acc": each(B, B2)}, {"run": "host"}, [{"host": "a"}, {"host": "b"}], ["a", "b"]),
    "seed with a knob": ({"step": joined(STEPS, STEPS), "seed": np.repeat([0.0, 1.0], POINTS),
                          "wd": np.repeat([0.1, 1.0], POINTS), "train_acc": joined(A, A2), "val_acc": joined(B, B2)},
                         {}, [{"seed": 0, "wd": 0.1}, {"seed": 1, "wd": 1}], ["seed=0", "seed=1"]),
    "knob": ({"step": joined(STEPS, STEPS), "weight_decay": np.repeat([0.1, 1.0], POINTS), "train_acc": joined(A, A2),
              "val_acc": joined(B, B2)}, {}, [{"weight_decay": 0.1}, {"weight_decay": 1}],
             ["weight_decay=0.1", "weight_decay=1"]),
    "begun anew": ({"step": joined(STEPS, STEPS), "train_acc": joined(A, A2), "val_acc": joined(B, B2)}, {}, [{}, {}],
                   ["part 1", "part 2"]),
    "long, begun anew": ({"step": joined(STEPS, STEPS, STEPS, STEPS), "value": joined(A, A2, B, B2),
                          "name": words(*["train_acc"] * 2 * POINTS, *["val_acc"] * 2 * POINTS)}, {}, [{}, {}],
                         ["part 1", "part 2"]),
    "long, by seeds": ({"step": joined(STEPS, STEPS, STEPS, STEPS), "value": joined(A, A2, B, B2),
                        "seed": np.tile(np.repeat([0.0, 1.0], POINTS), 2),
                        "name": words(*["train_acc"] * 2 * POINTS, *["val_acc"] * 2 * POINTS)}, {},
                       [{"seed": 0}, {"seed": 1}], ["seed=0", "seed=1"]),
    "side by side": ({"step": STEPS, "train_acc_seed0": A, "val_acc_seed0": B, "train_acc_seed1": A2,
                      "val_acc_seed1": B2}, {}, [{}, {}], ["seed=0", "seed=1"]),
    "side by side by number": ({"step": STEPS, "train_acc_0": A, "val_acc_0": B, "train_acc_1": A2, "val_acc_1": B2},
                               {}, [{}, {}], ["run 0", "run 1"]),
    "w&b": ({"Step": STEPS, "a - train/acc": A, "a - val/acc": B, "b - train/acc": A2, "b - val/acc": B2,
             "b - val/acc__MAX": B2}, {}, [{}, {}], ["a", "b"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SEVERAL)
def test_several_runs_of_one_table_are_told_apart(case):
    columns, options, knobs, labels = SEVERAL[case]
    first, second = curves(columns, **options)
    assert_same(first)
    assert_same(second, STEPS, A2, B2)
    assert [dict(first.columns), dict(second.columns)] == knobs
    assert [first.label, second.label] == labels


def test_runs_are_told_apart_by_two_knobs_where_one_is_not_enough():
    columns = {
        "step": np.tile(STEPS, 4),
        "wd": np.repeat([0.1, 1.0], 2 * POINTS),
        "optimizer": words(*(["sgd"] * POINTS + ["adam"] * POINTS) * 2),
        "train_acc": joined(A, A2, A2, A),
        "val_acc": joined(B, B2, B2, B),
    }
    found = curves(columns)
    assert [one.label for one in found] == ["wd=0.1, sgd", "wd=0.1, adam", "wd=1, sgd", "wd=1, adam"]
    assert_same(found[3])
    assert "told apart by wd, optimizer" in " ".join(found[0].notes)


@pytest.mark.parametrize("shift", [0.0, 5.0])
def test_a_resumed_run_is_one_and_the_later_branch_counts(shift):
    crash, resumed = 80, 60
    again = STEPS[resumed:] + shift
    columns = {
        "step": joined(STEPS[:crash], again),
        "lr": joined(np.full(crash, 0.1), np.full(again.size, 0.01)),
        "train_acc": joined(A[:crash], A2[resumed:]),
        "val_acc": joined(B[:crash], B2[resumed:]),
    }
    (one,) = curves(columns)
    kept = STEPS[:crash] < again[0]
    assert_same(
        one,
        joined(STEPS[:crash][kept], again),
        joined(A[:crash][kept], A2[resumed:]),
        joined(B[:crash][kept], B2[resumed:]),
    )
    assert f"step falls back to {again[0]:g}" in " ".join(one.notes)


def test_what_a_resumed_run_recorded_more_rarely_is_replaced_too():
    """Validation at every fifth step: the point at 800 is of the branch that was given up, and never recorded again."""
    rare = np.where(np.arange(POINTS) % 5 == 4, B, np.nan)
    later = np.where(np.arange(POINTS) % 5 == 1, B2, np.nan)
    columns = {
        "step": joined(STEPS[:82], STEPS[76:]),
        "train_acc": joined(A[:82], A2[76:]),
        "val_acc": joined(rare[:82], later[76:]),
    }
    (one,) = curves(columns)
    assert not np.isfinite(one.gen[one.time == 800.0]).any()
    np.testing.assert_array_equal(one.gen[one.time == 820.0], B2[81])


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"step": each(STEPS, STEPS), "train_acc": each(A, A2), "val_acc": each(B, B2)}, "Each step comes several t"),
        ({"epoch": STEPS // 200, "train_acc": A, "val_acc": B}, "name a finer clock"),
        ({"step": STEPS[:3], "train_acc": A[:3], "val_acc": B[:3]}, "a fit needs 4"),
        ({"step": STEPS, "train_acc": A, "val_acc": np.where(STEPS == 500, -1, B)}, "from -1 to 1"),
        ({"step": STEPS * 1e300, "train_acc": A, "val_acc": B}, "give them in another unit"),
        ({"step": STEPS, "train_acc": 1.4 * A, "val_acc": B}, "is it a loss"),
        ({"step": STEPS, "train_acc": A, "val_correct": np.round(500 * B)}, "is it a count"),
        ({"step": STEPS, "train_acc": A, "val_correct": np.round(50 * B)}, "is it a count"),
        ({name: joined(one, other)[np.random.default_rng(0).permutation(2 * POINTS)] for name, one, other in
          (("step", STEPS, STEPS), ("train_acc", A, A2), ("val_acc", B, B2))}, "Each step comes several t"),
        ({"time": (60 * STEPS + 50000) % 86400, "train_acc": A, "val_acc": B}, "as a time of day does at midnight"),
        ({"train_acc": joined(A, NONE[:30]), "val_acc": joined(NONE, B[:30])}, "no row has both accuracies"),
    ],
)  # fmt: skip
def test_a_run_that_cannot_be_measured_says_why(columns, sentence):
    (one,) = curves(columns)
    assert re.search(sentence, one.problem)


def test_runs_that_differ_at_one_step_are_told_apart_all_the_same():
    """Two runs that stand at floor and ceiling for most of the log must not be taken for one."""
    flat = np.where(STEPS < 600, 0.0, 1.0)
    late = np.where(STEPS < 620, 0.0, 1.0)
    both = {"step": each(STEPS, STEPS), "train_acc": np.ones(2 * POINTS), "val_acc": each(flat, late)}
    (mixed,) = curves(both)
    assert "Each step comes several times" in mixed.problem
    first, second = curves(both | {"wd": np.tile([0.1, 1.0], POINTS)})
    assert_same(first, STEPS, np.ones(POINTS), flat)
    assert_same(second, STEPS, np.ones(POINTS), late)


def test_one_bad_run_leaves_the_others():
    columns = {
        "step": joined(STEPS, STEPS, STEPS),
        "seed": np.repeat([0.0, 1.0, 2.0], POINTS),
        "train_acc": joined(A, NONE, 5 * A),
        "val_acc": joined(B, NONE, B),
    }
    good, empty, large = curves(columns)
    assert_same(good)
    assert "0 points" in empty.problem
    assert "is it a loss" in large.problem


@pytest.mark.parametrize(
    ("columns", "options", "sentence"),
    [
        ({"step": STEPS, "train_acc": A, "val_acc": B, "test_acc": B2}, {}, "Several columns could be the general"),
        ({"step": STEPS, "loss": A, "eval_loss": B, "eval_accuracy": B}, {}, "eval_dataset"),
        ({"epoch": STEPS, "train_loss": A, "valid_loss": A, "accuracy": B, "time": STEPS}, {}, "fastai"),
        ({"step": STEPS, "accuracy": B, "loss": A}, {}, "accuracy does not say of which set"),
        ({"step": STEPS, "train_loss": 1 - A, "test_loss": 1 - B}, {}, "losses .train_loss, test_loss. and no accur"),
        ({"step": STEPS, "train_err": 1 - A, "test_err": 1 - B}, {}, "--errors reads these"),
        ({"step": STEPS, "train_acc": A, "test_acc": B}, {"errors": True}, "leave --errors out"),
        ({"step": STEPS, "train": 5 - 4 * A, "test": 5 - 4 * B}, {}, "train falls from"),
        ({"step": STEPS, "train": 1 - A, "test": 1 - B}, {}, "as losses and errors do"),
        ({"step": STEPS, "train_acc": A, "val_acc_ema": B}, {}, "val_acc_ema is something else"),
        ({"step": STEPS, "train_acc": A, "val_top5_acc": B}, {}, "val_top5_acc is something else"),
        ({"step": STEPS, "train_acc": 100 * A, "val_acc": 0.5 + 0.4 * B}, {}, "may be percent or a fraction"),
        ({"step": STEPS, "train_acc": 100 * A, "val_acc": np.tile([0.1, 0.9, 0.6], 40)}, {}, "may be percent or a"),
        ({"step": STEPS, "train_acc": A, "val_acc": B}, {"gen": "val_ac"}, "Did you mean 'val_acc'"),
        ({"step": STEPS, "train_acc": A, "val_acc": B}, {"train": "val_acc", "gen": "val_acc"}, "must be two columns"),
        ({"step": STEPS, "train_acc": A, "val_acc": B}, {"time": "stepp"}, "for --time; .* mean 'step'"),
        ({"step": STEPS, "train_acc": A, "val_acc": B}, {"run": "sead"}, "no column 'sead' for --run"),
        ({"step": STEPS, "train_acc": A, "val_acc": B}, {"run": "step"}, "is the time .* does not tell runs"),
        ({"step": STEPS, "hash": np.arange(POINTS), "train_acc": A, "val_acc": B}, {"run": "hash"}, "has 120 values"),
        ({"step": STEPS, "train_acc": NONE, "val_acc": B}, {}, "no number in train_acc"),
        ({"train_step": STEPS, "eval_step": STEPS + 1, "train_acc": A, "val_acc": B}, {}, "Several .* the time"),
        ({"step": STEPS, "train_acc_1": A, "train_acc_5": A2, "val_acc_1": B, "val_acc_5": B2}, {}, "Several columns"),
        ({"step": STEPS, "value": B}, {}, "holds one metric"),
        ({"column 1": STEPS, "column 2": A, "column 3": B}, {}, "Say which is which"),
        ({"x": A, "y": B}, {}, "no train column named like"),
        ({"step": STEPS[:0], "train_acc": A[:0], "val_acc": B[:0]}, {}, "has no rows"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_asked_for(columns, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        curves(columns, **options)


def test_a_loss_that_is_named_is_taken_with_a_word():
    (one,) = curves({"step": STEPS, "train_acc": A, "val_loss": B}, gen="val_loss")
    assert "named like a loss" in " ".join(one.notes)


@pytest.mark.parametrize(
    ("time", "options", "first", "note"),
    [
        ({"epoch": np.arange(POINTS) * 1.0}, {}, 1, "epoch counts from 0"),
        ({"epoch": np.arange(POINTS) * 1.0}, {"offset": 0.0}, 0, ""),
        ({"epoch": np.arange(POINTS) + 1.0}, {}, 1, ""),
        ({"epoch": np.arange(POINTS) / 2}, {}, 0, ""),
        ({"step": np.arange(POINTS) * 1.0}, {}, 0, ""),
        ({"step": STEPS}, {"offset": 90.0}, 100, ""),
        ({"step": STEPS + 500}, {}, 510, "begins at step 510"),
        ({"step": STEPS - 50}, {}, -40, "--offset 40"),
        ({}, {}, 1, "rows are counted as epochs"),
        ({"ticks": STEPS / 20}, {}, 1, "ticks rises from row to row: --time ticks?"),
        ({"ticks": STEPS}, {}, 10, "The time is ticks, which rises"),
        ({"tokens_seen": STEPS}, {}, 10, ""),
        ({"_timestamp": 1.7e9 + STEPS}, {}, 0, "when training began"),
        ({"date": np.datetime64("2026-01-01") + STEPS.astype("timedelta64[m]")}, {}, 0, "when training began"),
        ({"_runtime": STEPS}, {}, 10, "may have been started at another time"),
        ({"step": STEPS, "epoch": STEPS / 10}, {}, 10, "The time is step; --time epoch"),
        ({"step": np.where(STEPS < 900, STEPS, np.nan), "epoch": STEPS / 5}, {}, 2, "step is not known for all"),
    ],
)  # fmt: skip
def test_time_is_counted_from_the_start_and_said(time, options, first, note):
    (one,) = curves(time | {"train_acc": A, "val_acc": B}, **options)
    assert one.time[0] == first
    assert note in " ".join(one.notes)
    assert note or not one.notes
    np.testing.assert_array_equal(one.gen, B)


def test_rows_of_each_set_are_epochs_where_no_row_has_both():
    for columns in (
        {"split": words(*["train", "val"] * POINTS), "acc": each(A, B)},
        {"train_acc": joined(A, NONE), "val_acc": joined(NONE, B)},
    ):
        (one,) = curves(columns)
        assert_same(one, np.arange(1.0, POINTS + 1))


def test_epochs_that_count_from_0_do_so_in_every_run():
    """The second run lacks its first record."""
    epoch = np.arange(POINTS)
    columns = {"epoch": joined(epoch, epoch[1:]), "seed": np.repeat([0.0, 1.0], [POINTS, POINTS - 1])}
    first, second = curves(columns | {"train_acc": joined(A, A2[1:]), "val_acc": joined(B, B2[1:])})
    assert (first.time[0], second.time[0]) == (1, 2)


def test_clocks_on_the_wall_are_seconds_in_whatever_unit():
    for unit in (1, 1e3, 1e6):
        (one,) = curves({"timestamp": (1.7e9 + STEPS) * unit, "train_acc": A, "val_acc": B})
        np.testing.assert_allclose(one.time, STEPS - STEPS[0], atol=1e-3)


def test_batches_are_counted_on_through_the_epochs():
    columns = {"epoch": np.arange(POINTS) // 10, "batch": np.arange(POINTS) % 10, "train_acc": A, "val_acc": B}
    (one,) = curves(columns)
    np.testing.assert_array_equal(one.time, np.arange(POINTS))
    assert "begins anew in each epoch" in " ".join(one.notes)


def test_dates_of_each_run_are_counted_from_its_own_start_with_an_offset_as_without():
    start = np.repeat([1.7e9, 1.7e9 + 86400], POINTS)
    columns = {"timestamp": start + joined(STEPS, STEPS), "seed": np.repeat([0.0, 1.0], POINTS)}
    columns |= {"train_acc": joined(A, A2), "val_acc": joined(B, B2)}
    for one in curves(columns, offset=STEPS[0]):
        np.testing.assert_allclose(one.time, STEPS, atol=1e-6)


@pytest.mark.parametrize("seeds", [{}, {"seed": np.repeat([0.0, 1.0], POINTS)}])
def test_batches_of_two_runs_are_counted_on_in_each(seeds):
    row = np.tile(np.arange(POINTS), 2)
    columns = {"epoch": row // 10, "batch": row % 10, "train_acc": joined(A, A2), "val_acc": joined(B, B2), **seeds}
    first, second = curves(columns)
    assert_same(first, np.arange(POINTS))
    assert_same(second, np.arange(POINTS), A2, B2)


def test_batches_of_a_log_that_begins_late_keep_their_epochs():
    row = np.arange(POINTS)
    columns = {"epoch": 31 + row // 10, "batch": row % 10, "train_acc": A, "val_acc": B}
    (one,) = curves(columns)
    assert one.time[0] == 300
    assert "what came before is missing" in " ".join(one.notes)


def test_no_run_falls_into_pieces_by_a_coarser_clock():
    """Batches begin anew in each epoch, and the run was resumed at the sixth: it is one run, and not one an epoch."""
    row = joined(np.arange(70), np.arange(50, POINTS))
    (one,) = curves({"epoch": row // 10, "batch": row % 10, "train_acc": A[row], "val_acc": B[row]})
    assert_same(one, np.arange(POINTS))
    assert "batch falls back to 50" in " ".join(one.notes)
    knob = {"epochs": np.repeat([100, 200, 50], POINTS), "step": np.tile(STEPS, 3)}
    assert len(curves(knob | {"train_acc": np.tile(A, 3), "val_acc": joined(B, B2, B)})) == 3


def test_an_offset_is_a_number():
    with pytest.raises(ValueError, match="offset must be a finite number, got nan"):
        CurveOptions(offset=float("nan"))


def test_what_is_no_number_is_counted_and_left_out():
    cells = words(*map(str, A.tolist()))
    cells[[4, 9]] = "oops"
    cells[20] = None
    (one,) = curves({"step": STEPS, "train_acc": cells, "val_acc": B})
    assert np.flatnonzero(np.isnan(one.train)).tolist() == [4, 9, 20]
    assert "2 values of train_acc are no numbers, such as oops in row 5" in " ".join(one.notes)


def test_a_few_steps_recorded_twice_keep_the_later():
    columns = {
        "step": np.insert(STEPS, 50, STEPS[50]),
        "train_acc": np.insert(A, 50, 0.0),
        "val_acc": np.insert(B, 50, 0.0),
    }
    (one,) = curves(columns)
    assert_same(one)
    assert "twice with different accuracies" in " ".join(one.notes)


def test_named_columns_win_over_found_ones():
    (one,) = read_curves(
        {"step": STEPS, "epoch": STEPS / 10, "train": A, "test": B2, "mine": B}, time="epoch", gen="mine"
    )
    assert_same(one, STEPS / 10)
    assert one.description.endswith("120 points, time = epoch, train = train, gen = mine")


def test_no_name_of_a_log_breaks_out_of_its_line():
    evil = "acc\n\x1b[2Jtrain" + "x" * 5000
    log = {"step": np.arange(1.0, 9), evil: np.linspace(0, 1, 8), "val_acc": np.linspace(0, 1, 8)}
    log["optimizer\n"] = np.repeat(np.array(["adam\x1b[31m", "sgd"], dtype=object), 4)
    runs = measure_logs(log, train=evil, run="optimizer\n").runs
    assert len(runs) == 2
    said = [text for run in runs for text in (run.label, run.problem, *run.notes, *run.knobs, run.curves.description)]
    with pytest.raises(ValueError, match="could be the training") as caught:
        read_curves(log | {evil + "2": log[evil]})
    for text in (*said, str(caught.value)):
        assert text.isprintable()
        assert len(text) <= 960
