"""Runs on tables of residues: which of them stand along a knob, and which comes first in planted curves."""

import numpy as np
import pytest
import xarray as xr

from empirical import SYSTEMS
from numerics import tabulate
from report.table_runs import along_decay, along_fraction, structure_times

RUN = {"steps_to_train": 200.0, "steps_to_gen": 2000.0, "steps": 12_000}


def table(*rows):
    names = ("modulus", "train_fraction", "weight_decay", "steps_to_gen")
    return tabulate([{**RUN, **dict(zip(names, row, strict=True))} for row in rows])


def test_along_the_share_of_the_table_the_weight_decay_is_one_and_each_modulus_stands_alone():
    found = along_fraction(
        table((53, 0.5, 1.0, 2000.0), (53, 0.3, 1.0, np.nan), (53, 0.5, 0.3, 9000.0), (97, 0.7, 1.0, 900.0))
    )
    assert {p: one.knob.tolist() for p, one in found.items()} == {53: [0.5, 0.3], 97: [0.7]}
    assert found[53].gen.tolist() == [2000, np.inf]
    assert found[53].length.tolist() == [12_000, 12_000]


def test_along_the_weight_decay_it_is_half_of_the_smallest_table():
    found = along_decay(table((97, 0.5, 0.3, 1.0), (53, 0.5, 0.3, 8000.0), (53, 0.5, 0.0, np.nan), (53, 0.8, 1.0, 5.0)))
    assert found.knob.tolist() == [0.3, 0.0]
    assert found.gen.tolist() == [8000, np.inf]


def curve(half_of_ipr, half_of_gen):
    """A run of 1000 steps whose IPR and accuracy rise in a straight line, half the way at these steps."""
    step = np.arange(0, 1001, 10)
    ipr = 0.1 + 0.2 * np.clip(step / (2 * half_of_ipr), 0, 1)
    gen = np.clip(step / (2 * half_of_gen), 0, 1)
    run = SYSTEMS["transformer"].experiment
    return xr.Dataset(
        {name: ("step", values) for name, values in (("ipr", ipr), ("train_accuracy", gen), ("gen_accuracy", gen))},
        coords={"step": step}, attrs={"configuration": run.to_json()},
    )  # fmt: skip


def test_what_comes_first_is_seen_in_planted_curves():
    times = structure_times([curve(195, 295), curve(395, 95), curve(295, 5000)])
    assert times.structure.tolist() == [200, 400, 300]
    assert times.accuracy.tolist() == [300, 100, np.inf]
    assert times.gain == pytest.approx([3, 3, 3])
    assert times.way[:2] == pytest.approx([300 / 390, 100 / 790])
    assert np.isnan(times.way[2])
    assert (times.lead.ahead, times.lead.behind) == (2, 1)
