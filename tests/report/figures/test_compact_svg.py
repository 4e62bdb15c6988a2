import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from report.figures.compact_svg import compact_svg
from report.figures.picture import drawn


def points(d):
    return np.array(re.findall(r"-?[\d.]+", d), dtype=float).reshape(-1, 2)


def distance(one, line):
    """Of a point from a line of several."""
    begin, along = line[:-1], np.diff(line, axis=0)
    part = ((one - begin) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-300)
    return np.hypot(*(begin + np.clip(part, 0, 1)[:, None] * along - one).T).min()


@pytest.mark.parametrize("end", ["", "z"])
def test_a_line_of_fewer_points_is_where_the_line_was(end):
    t = np.linspace(0, 2 * np.pi, 2001)[: None if end else 1500]
    before = np.stack([150 + 100 * np.cos(t) * np.cos(3 * t), 120 - 80 * np.sin(t)], axis=1)
    words = "".join(f"{'L' if k else 'M'} {x:.6f} {y:.6f} \n" for k, (x, y) in enumerate(before.tolist()))
    (d,) = re.findall(' d="(.*)"', compact_svg(f'<path d="{words}{end}"/>'))
    after = points(d)
    assert d.startswith("M")
    assert d.endswith("z") == bool(end)
    assert len(after) < len(before) / 5
    assert max(distance(one, after) for one in before[::7]) < 1 / 9 + 0.01
    assert max(distance(one, before) for one in after[::3]) < 1 / 9 + 0.01


def test_a_page_draws_each_letter_once_and_names_nothing_twice():
    figure = Figure()
    figure.subplots().plot([1, 2], label="abc")
    (picture,) = drawn([figure])
    letters = {}
    html = picture.inline("one", letters) + picture.inline("two", letters)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', html)) == set(ids)
    assert letters
    assert set(letters) <= set(ids)
    assert all(name.startswith(("one-", "two-")) for name in set(ids) - set(letters))
