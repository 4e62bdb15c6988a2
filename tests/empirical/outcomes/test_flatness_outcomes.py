import numpy as np
import pytest
import xarray as xr

from empirical import (
    FLATNESS_MEASURES,
    FLATNESS_OUTCOMES,
    FLATNESS_RECORDS,
    SYSTEMS,
    System,
    final_value,
    flatness_curves,
    measure_runs,
)

STEPS = np.arange(0, 21)
TAKEN = np.isin(STEPS, [0, 1, 2, 4, 8, 14, 20])


def planted(train_from=2, gen_from=10, **changes):
    """A run whose records say when they were taken; memorised from one step on, right from another."""
    loss = 1 / (1.0 + STEPS)
    curves = {
        "train_accuracy": (train_from <= STEPS) * 1.0, "gen_accuracy": (gen_from <= STEPS) * 1.0,
        "gen_accuracy_whole": STEPS * 1.0, "train_loss": loss, "gen_loss": loss, "train_loss_whole": loss,
        "weight_norm": 10.0 + STEPS, "perturbed_loss": loss + 0.5 * STEPS, "worst_loss": loss + 2.0 * STEPS,
        "hessian_top": 3.0 * STEPS, "relative_hessian_top": 4.0 * STEPS, **changes,
    }  # fmt: skip
    for name in ("perturbed_loss", "worst_loss", "hessian_top", "relative_hessian_top"):
        curves[name] = np.where(TAKEN, curves[name], np.nan)
    experiment = SYSTEMS["parity"].experiment.replace({"schedule": "steps", "schedule.steps": 20})
    return xr.Dataset(
        {name: ("step", curve) for name, curve in curves.items()}, coords={"step": STEPS},
        attrs={"configuration": experiment.to_json()},
    )  # fmt: skip


def test_curves_are_taken_where_they_were_measured_and_the_loss_is_taken_off():
    curves = flatness_curves(planted())
    step = curves["step"]
    np.testing.assert_array_equal(step, STEPS[TAKEN])
    loss = 1 / (1 + step)
    expected = {
        "random_steps": 0.5 * step, "worst_corner": 2 * step / (1 + loss), "curvature": 3 * step,
        "relative_curvature": 4 * step, "train_loss": loss, "weight_norm": 10 + step,
    }  # fmt: skip
    for name, values in expected.items():
        np.testing.assert_allclose(curves[name], values, rtol=1e-12)
    assert set(FLATNESS_MEASURES) < set(curves)
    with pytest.raises(ValueError, match=r"flatness needs the curve hessian_top, which .*records=\['hessian_top'\]"):
        flatness_curves(planted().drop_vars("hessian_top"))


@pytest.mark.parametrize(
    ("train_from", "gen_from", "before", "jump"),
    [
        (2, 10, 8, 14),  # four times two, and the first look after ten
        (2, 8, None, 8),  # at four times two it has come
        (3, 25, 20, None),  # memorised at the look at four, seen again at twenty; it never comes
        (6, 25, None, None),  # the run ends before four times eight
        (25, 25, None, None),
        (0, 1, 0, 1),
    ],
)
def test_moments_are_looks_at_which_flatness_was_taken(train_from, gen_from, before, jump):
    run = planted(train_from, gen_from)
    for moment, step in (("before", before), ("jump", jump), ("end", 20)):
        found = FLATNESS_OUTCOMES[f"curvature_{moment}"](run)
        assert found == (None if step is None else 3.0 * step), moment
        assert FLATNESS_OUTCOMES[f"weight_norm_{moment}"](run) == (None if step is None else 10.0 + step)
    assert FLATNESS_OUTCOMES["gen_accuracy_end"](run) == float(gen_from <= 20)
    assert final_value("hessian_top")(run) == 60.0  # the last look is always measured


def test_they_are_columns_of_a_table():
    system = System("flat", SYSTEMS["parity"].experiment, records=FLATNESS_RECORDS, outcomes=FLATNESS_OUTCOMES)
    table = measure_runs([planted(), planted(gen_from=25)], system=system)
    np.testing.assert_array_equal(table["curvature_jump"], [42.0, np.nan])
    assert set(FLATNESS_OUTCOMES) < set(table.columns)
