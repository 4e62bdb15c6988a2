import json
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from numerics import FitStatus, measure, tabulate
from report import Companion, Example, KnobSweep, Section, Style, judge_law
from report.kept.plain_values import from_plain, to_plain


def through_json(value, **functions):
    return from_plain(json.loads(json.dumps(to_plain(value))), **functions)


def same(one, two):
    """Equal in every field, arrays and what is not a number included."""
    if is_dataclass(one):
        names = [field.name for field in fields(one) if field.compare and not callable(getattr(one, field.name))]
        return type(one) is type(two) and all(same(getattr(one, name), getattr(two, name)) for name in names)
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[name], two[name]) for name in one)
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, np.ndarray):
        return one.dtype == two.dtype and np.array_equal(one, two, equal_nan=True)
    return one == two or (one != one and two != two)


@pytest.fixture
def setting(planted_setting, planted_table):
    t = np.arange(60.0)
    train, gen = np.clip(t / 10 - 1, 0, 1), np.clip(t / 10 - 3, 0, 1)
    rows = [
        {"width": 8, "group": ("a", 0.5), "fast": np.bool_(True), **measure(t, train, gen).row()},
        {"width": 9, "group": ("b", np.inf), "fast": False, **measure(t, train, 0 * gen).row()},
    ]
    section = Section(name="s", title="S", panels=lambda: (), caption="c", text="t", rows=({"n": np.int64(3)},))
    return replace(
        planted_setting("mine", tabulate(rows, noise="runs", knobs=("width",))),
        examples=(Example("one", measure(t, train, 0 * gen)),),
        companions=(Companion("other", "beside", planted_table(), Style("red", "x")),),
        sections=(section,),
        curves=(np.stack([t, train, gen]), np.zeros((3, 0))),
        asymptotes=None,
    )


def test_a_setting_comes_back_equal_in_every_field(setting):
    again = through_json(setting, panels=None)
    assert same(setting, again)
    assert again.examples[0].result.gen.status is FitStatus.NO_JUMP
    assert not again.examples[0].result.gen.ok
    was, now = setting.examples[0].result.train, again.examples[0].result.train  # also what no comparison asks for
    np.testing.assert_array_equal(now.curve.accuracy, was.curve.accuracy)
    np.testing.assert_array_equal(now.covariance, was.covariance)
    assert again.table.rows[0]["group"] == ("a", 0.5)
    assert again.table.to_dict() == setting.table.to_dict()
    assert again.curves[0].flags.writeable


def test_what_is_left_out_is_filled_in(setting):
    again = through_json(setting, panels=len)
    assert again.sections[0].panels is len


def test_a_law_comes_back_equal(planted_table):
    table = planted_table()
    table = tabulate([{**row, "sharpness_gen": 1.0, "misfit_gen": 0.01, "jump_time_gen_error": 1.0} for row in table])
    turned = tabulate([{**row, "lam": k} for k, row in enumerate(table)])
    law = judge_law([KnobSweep("mine", "lam", turned, {"1/λ": np.arange(1.0, 21.0)})])
    again = through_json(law)
    assert same(law, again)
    assert again.to_dict() == law.to_dict()


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="A object cannot be kept"):
        to_plain([object()])
    with pytest.raises(KeyError):
        from_plain({"": "os.system", "command": "true"})
