"""The stored numbers are those that the recipe beside them makes; the quick rows are made again."""

import json
import runpy
from pathlib import Path

import pytest
from mpmath import mp, mpf, workdps

HERE = Path(__file__).parent
ORACLE = runpy.run_path(str(HERE / "oracle.py"))


def stored(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", [0, 7, 13, 19, 24])
def test_losses_by_the_closed_form(row):
    row = stored("losses.json")["rows"][row]
    with workdps(80):
        s, lam = mpf(row["s"]), mpf(row["lam"])
        for name, function in (
            ("train", "training_loss"),
            ("gen", "generalization_loss"),
            ("decaying", "decaying_part"),
        ):
            assert abs(ORACLE[function](s, lam) / mpf(row[name]) - 1) < mpf(10) ** -58


def test_jump_times_and_marcum_function():
    with workdps(80):
        for row in stored("marcum_q1.json")["rows"]:
            assert abs(ORACLE["marcum_q1"](mpf(row["a"]), mpf(row["b"])) - mpf(row["q"])) < mpf(10) ** -58
        for row in stored("jump_times.json")["rows"]:
            loss = ORACLE["training_loss"](mpf("0.04") * mpf(row["train_exact"]), mpf(row["lam"]))
            # Accuracy 1/2 at ε = 1e−10
            assert abs(mp.erf(mp.sqrt(mpf("1e-10") / (2 * loss))) - mpf("0.5")) < mpf(10) ** -50


def test_the_numbers_say_how_they_were_made():
    for name in ("losses.json", "jump_times.json", "marcum_q1.json"):
        content = stored(name)
        assert content["recipe"] == "oracle.py"
        assert (content["digits"], content["mp.dps"]) == (ORACLE["DIGITS"], ORACLE["DPS"])
        assert len(content["rows"]) >= 4


def test_the_oracle_imports_nothing_under_test():
    source = (HERE / "oracle.py").read_text(encoding="utf-8")
    assert not [
        room
        for room in ("theory", "numerics", "empirical", "report")
        if f"import {room}" in source or f"from {room}" in source
    ]
