"""The page in a browser without a window."""

import json
import time

import pytest

pytestmark = pytest.mark.slow


POINT = "[...document.querySelectorAll('#parity-trend svg a')].find(a => a.href.baseVal == '#parity-run-3')"
TIP = "document.getElementById('tip')"


def place(browser, of):
    x, y = browser.value(
        f"(() => {{ const one = {of}; one.scrollIntoView({{block: 'center', behavior: 'instant'}});"
        "const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    time.sleep(0.2)  # the scroll event, which hides what was shown
    return x, y


def test_it_loads_without_a_complaint_and_asks_nobody_for_anything(browser, tiny_page):
    browser.open(tiny_page.absolute().as_uri())
    assert browser.value("document.querySelectorAll('svg a[aria-label]').length") > 20
    assert browser.messages() == []
    assert browser.requested() == [tiny_page.absolute().as_uri()]


@pytest.mark.parametrize("attempt", ["fetch('https://example.org')", "import('https://example.org/a.js')"])
def test_its_policy_lets_nothing_out(browser, tiny_page, attempt):
    browser.open(tiny_page.absolute().as_uri())
    refused = browser.value(f"{attempt}.then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in json.dumps(one) for one in browser.messages())


@pytest.mark.parametrize("width", [400, 1200])
def test_nothing_is_wider_than_the_window(browser, tiny_page, width):
    browser.open(tiny_page.absolute().as_uri(), width=width)
    browser.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.value("document.documentElement.scrollWidth") <= width


def test_pointing_at_a_run_says_which_it_is(browser, tiny_page, tiny_comparison):
    browser.open(tiny_page.absolute().as_uri())
    x, y = place(browser, POINT)
    assert browser.value(f"{TIP}.hidden")
    browser.move(x + 5, y + 3)  # near it is enough
    row = tiny_comparison[0].settings[2].table.rows[3]
    told = browser.value(f"{TIP}.textContent")
    assert f"seed {row['seed']}" in told
    assert f"G = {row['relative_gap']:.4g} ± {row['relative_gap_error']:.2g}" in told
    assert browser.value(f"{TIP}.querySelectorAll('polyline').length") == 4  # two curves, two fits
    assert browser.value("document.querySelector('tr.lit').id") == "parity-run-3"
    browser.move(2, 2)
    assert browser.value(f"{TIP}.hidden")


def test_keys_walk_through_the_runs(browser, tiny_page):
    browser.open(tiny_page.absolute().as_uri())
    browser.value("document.querySelector('#parity-trend svg a[tabindex=\"0\"]').focus({preventScroll: false})")
    time.sleep(0.2)
    first = browser.value(f"{TIP}.textContent")
    browser.press("ArrowRight")
    second = browser.value(f"{TIP}.textContent")
    assert "Parity networks" in first
    assert "Parity networks" in second
    assert first != second
    assert browser.value("document.querySelectorAll('#parity-trend svg a[tabindex=\"0\"]').length") == 2  # panels
    browser.press("Escape")
    assert browser.value(f"{TIP}.hidden")


def test_a_tap_shows_a_run_and_a_second_one_goes_to_its_row(browser, tiny_page):
    browser.open(tiny_page.absolute().as_uri())
    x, y = place(browser, POINT)
    for hidden in (False, None):
        for kind in ("mousePressed", "mouseReleased"):
            browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        time.sleep(0.2)
        if hidden is not None:
            assert browser.value(f"{TIP}.hidden") is hidden
            assert browser.value("location.hash") == ""
    assert browser.value("location.hash") == "#parity-run-3"
    assert browser.value("document.getElementById('parity-run-3').closest('details').open")


def test_a_table_is_sorted_by_the_column_that_is_asked_for(browser, tiny_page, tiny_comparison):
    browser.open(tiny_page.absolute().as_uri())
    table = "document.querySelector('table[data-title=\"Parity networks\"]')"
    gap = f"[...{table}.querySelectorAll('th button')].find(b => b.textContent == 'G')"
    cells = f"[...{table}.tBodies[0].rows].map(row => row.id)"
    rows = tiny_comparison[0].settings[2].table.rows
    by_gap = [f"parity-run-{k}" for k in sorted(range(len(rows)), key=lambda k: rows[k]["relative_gap"])]
    browser.value(f"{gap}.click()")
    assert browser.value(cells) == by_gap
    browser.value(f"{gap}.click()")
    assert browser.value(cells) == by_gap[::-1]


def test_without_scripts_a_point_is_a_link_to_its_row(browser, tiny_page):
    browser.open(tiny_page.absolute().as_uri(), script=False)
    assert browser.messages() == []
    html = tiny_page.read_text(encoding="utf-8")
    assert 'xlink:href="#parity-run-3"' in html
    assert '<tr id="parity-run-3"' in html
