"""`groksharp descent`: the table of runs without data, and what it refuses."""

import numpy as np
import pytest

import numerics


def test_json_has_the_rows_of_the_sweep_a_run_a_seed(call_json):
    status, result = call_json("descent", "--lam", "0.8,0.9", "--d", "1e9", "--seeds", "4:6", "--points", "500")
    assert status == 0
    assert [(row["lam"], row["d"], row["seed"]) for row in result["rows"]] == [
        (pytest.approx(lam, rel=1e-9), 10**9, seed) for lam in (0.8, 0.9) for seed in (4, 5)
    ]
    table = numerics.sweep_descent([0.8, 0.9], d=10**9, seeds=[4, 5], points=500)
    assert [row["relative_gap"] for row in result["rows"]] == table["relative_gap"].tolist()
    # One of a billion inputs is next to infinitely many.
    theory = numerics.sweep_linear([0.8, 0.9], convention="exact", points=5000)["relative_gap"]
    np.testing.assert_allclose(table["relative_gap"], np.repeat(theory, 2), rtol=0.01)


def test_the_table_names_what_was_turned(call):
    done = call("descent", "--lam", "0.6:0.8:3", "--d", "300", "--seeds", "0", "--points", "300")
    assert done.returncode == 0
    assert done.stdout.split()[:5] == ["λ", "d", "seed", "t*_train", "t*_gen"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--lam", "1e300"], "λ = d/N = 1e+300 leaves no sample for d = 1000000 inputs: take λ up to d."),
        (["--lam", "1"], "takes 1000000 modes at λ = 1"),
        (["--lam", "nan"], "λ must be positive and finite, got nan."),
        (["--d", "1"], "d must be a whole number from 2 to 9007199254740992, got 1."),
        (["--d", "1e300"], "d must be a whole number from 2 to 9007199254740992, got 1e+300."),
        (["--d", "9e15"], "takes more than 2⁵³ samples"),
        (["--d", "1.5"], "argument --d: must be a whole number such as 1000 or 1e9, got '1.5'"),
        (["--d", "1e400"], "must be a whole number such as 1000 or 1e9, got '1e400'"),
        (["--seeds=-1,2"], "seed must not be negative, got -1"),
        (["--eta0", "1e-320"], "beyond counting: raise it"),
        (["--eta0", "5"], "Gradient descent diverges"),
        (["--epsilon", "nan"], "The threshold ε must be positive and finite, got nan."),
        (["--points", "100000000000"], "must be a whole number from 2 to 10000000, got 100000000000."),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(call, arguments, sentence):
    done = call("descent", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert not done.stdout
