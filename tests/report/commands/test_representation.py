import io
import json

import pytest

from numerics import accuracy_ceiling, grokking_rate, unique_structure


def test_the_full_table_of_ten_symbols(call_json):
    status, found = call_json("representation", "--p", 10)
    assert status == 0
    assert (found["p"], found["pairs"], found["parallelograms"], found["unique"]) == (10, 55, 70, True)
    assert found["grokking_rate"] == pytest.approx(6 / 70, rel=1e-12, abs=0)
    _, other = call_json("representation", "--p", 16, "--norm", 2.5)
    assert other["grokking_rate"] == pytest.approx(12 * 18 / (14 * 33 * 2.5), rel=1e-12, abs=0)


def test_random_training_sets_are_those_of_the_function(call_json):
    status, found = call_json("representation", "--p", 10, "--pairs", 25, "--trials", 300, "--seed", 1)
    assert status == 0
    expected = unique_structure(10, 25, trials=300, seed=1)
    for name in ("p_unique", "p_unique_low", "p_unique_high", "grokking_rate_median", "parallelograms", "fraction"):
        assert found[name] == getattr(expected, name)
    assert call_json("representation", "--fraction", 0.45, "--trials", 300, "--seed", 1) == (0, found)


def test_bounds_that_few_trials_do_not_have_are_null(call_json):
    _, found = call_json("representation", "--p", 5, "--pairs", 12, "--trials", 3)
    assert found["grokking_rate_median_low"] is None
    assert found["trials"] == 3


def test_a_given_training_set_in_all_its_forms(call_json, tmp_path, monkeypatch):
    written = "0-2,1-1,0-3,1-2,3-3"
    status, found = call_json("representation", "--p", 5, "--train", written)
    pairs = [(0, 2), (1, 1), (0, 3), (1, 2), (3, 3)]
    assert status == 0
    assert found["grokking_rate"] == grokking_rate(pairs, 5) == 0
    assert (found["unique"], found["free_directions"], found["parallelograms"]) == (False, 3, 2)
    assert found["accuracy_ceiling"] == accuracy_ceiling(pairs, 5)
    file = tmp_path / "train.txt"
    file.write_text("0-2 1-1\n3-0\n1-2,3-3\n")
    assert call_json("representation", "--p", 5, "--train", f"@{file}") == (0, found)
    monkeypatch.setattr("sys.stdin", io.StringIO(written))
    assert call_json("representation", "--p", 5, "--train", "-") == (0, found)


def test_modular_addition_is_another_table(call_json):
    _, found = call_json("representation", "--p", 7, "--modular")
    assert (found["parallelograms"], found["modulus"], found["unique"]) == (42, 7, True)


def test_the_critical_size_with_its_curve_and_figure(call, call_json, tmp_path):
    arguments = ("representation", "--critical", "--trials", 400, "--seed", 0)
    status, found = call_json(*arguments, "--figure", tmp_path / "unique.svg")
    assert status == 0
    assert found["pairs_low"] <= found["pairs"] <= found["pairs_high"]
    curve = {row["pairs"]: row["p_unique"] for row in found["curve"]}
    assert curve[found["pairs"] - 1] < 0.5 <= curve[found["pairs"]]
    assert "<svg" in (tmp_path / "unique.svg").read_text()
    told = call(*arguments, "--level", 0.9).stdout
    assert "P(unique) reaches             0.9" in told


def test_words_without_json(call):
    done = call("representation", "--p", 6, "--train", "0-2,1-1")
    assert done.returncode == 0
    assert "unique structure              no" in done.stdout
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--p", 2), "3 symbols or more, got 2"),
        (("--pairs", 56), "between 1 pair and all 55, got 56"),
        (("--pairs", 20, "--trials", 0), "1 trial or more, got 0"),
        (("--pairs", 20, "--seed", -1), "0 or more, got -1"),
        (("--fraction", 1.5), "at most 1, got 1.5"),
        (("--train", "0-1,2"), "with a dash between, like 0-1, got '2'"),
        (("--train", "0-1,1-0"), "is there twice"),
        (("--train", "0-10"), "0 to 9; a pair has 10"),
        (("--train", ","), "there is none"),
        (("--train", "@nowhere.txt"), "There is no file nowhere.txt."),
        (("--trials", 10), "--trials goes with --pairs"),
        (("--figure", "a.png"), "--figure goes with --critical"),
        (("--critical", "--norm", 3), "--norm goes with the grokking rate"),
        (("--critical", "--level", 1), "between 0 and 1, got 1"),
        (("--norm", 0), "Z₀ must be positive"),
        (("--pairs", 5, "--critical"), "not allowed with argument"),
    ],
)
def test_bad_usage_gets_one_sentence(call, arguments, said):
    done = call("representation", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr


def test_the_smallest_table_has_a_critical_size(call_json):
    status, found = call_json("representation", "--p", 3, "--critical", "--trials", 50)
    assert status == 0
    assert found["covering_pairs"] == 6
    assert 2 <= found["pairs"] <= 6
