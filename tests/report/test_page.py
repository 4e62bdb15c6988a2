import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from report.comparison import compare
from report.figures import regression_figure, trend_figure
from report.page import write_report


@pytest.fixture(scope="module")
def written(tiny_comparison, tmp_path_factory):
    comparison, _ = tiny_comparison
    page = write_report(comparison, tmp_path_factory.mktemp("report"))
    return comparison, page


class Checker(HTMLParser):
    """Collects ids, links and outside references, and finds tags left open."""

    void = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.outside = [], [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"][1:]] if values.get("href", "").startswith("#") and tag == "a" else []
        self.outside += [values[name] for name in ("src", "href") if values.get(name, "").startswith(("http", "//"))]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_self_contained_and_well_formed(written):
    _, page = written
    checker = Checker()
    checker.feed(page.read_text(encoding="utf-8"))
    assert not checker.open
    assert not checker.outside
    assert len(checker.ids) == len(set(checker.ids))
    assert set(checker.links) <= set(checker.ids)


def test_every_figure_is_on_the_page_and_on_disk(written):
    _, page = written
    html = page.read_text(encoding="utf-8")
    names = {path.stem for path in (page.parent / "figures").glob("*.png")}
    kinds = {name.rsplit("-", 1)[0] for name in names}
    assert kinds == {"common", "descent-trust"} | {
        f"{setting}-{kind}" for setting in ("theory", "descent", "parity") for kind in ("trend", "fits", "regression")
    }
    assert html.count("<svg") == len(names)
    for path in (page.parent / "figures").glob("*.svg"):
        ElementTree.parse(path)


def test_all_claims_and_formulas_are_there(written):
    comparison, page = written
    html = page.read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", html)
    for claim in comparison.claims:
        assert claim.verdict in text
        assert claim.sentence.split(":")[0].replace(">", "&gt;") in text
    assert "S_rel" not in text  # indices are typeset
    assert html.count("<math") >= 14
    assert "fitted of" in text


def test_json_and_markdown_hold_the_same_numbers(written):
    comparison, page = written
    numbers = json.loads((page.parent / "report.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    markdown = (page.parent / "report.md").read_text(encoding="utf-8")
    assert numbers["settings"]["theory"]["rows"][0]["lam"] == comparison.theory.table.rows[0]["lam"]
    assert len(numbers["settings"]["parity"]["rows"]) == len(comparison.parity.table)
    assert numbers["finding"] == comparison.finding
    assert comparison.finding in markdown
    for setting in comparison.settings:
        assert f"{len(setting.table.fitted)} fitted of {len(setting.table)} run" in markdown
    assert numbers["provenance"]["versions"]["sympy"]


def test_the_finding_says_what_the_trends_say(written):
    comparison, _ = written
    for setting in comparison.settings:
        assert f"G^{setting.table.trends['relative'].slope:.2f} in {setting.phrase}" in comparison.finding


def test_kept_descent_rows_are_used_again_and_damaged_ones_replaced(tiny_comparison):
    from report.comparison import _kept

    _, runs = tiny_comparison
    path = sorted((runs / "descent").glob("*.json"))[0]
    whole = path.read_text()
    rows = json.loads(whole)
    lam, d = rows[0]["lam"], rows[0]["d"]
    path.write_text(json.dumps([{**rows[0], "relative_gap": 123.0}]))
    assert _kept(path, lam, d, 2)[0]["relative_gap"] == 123.0
    path.write_text(whole[:50])
    assert [row["relative_gap"] for row in _kept(path, lam, d, 2)] == pytest.approx([r["relative_gap"] for r in rows])


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="preset must be one of quick, paper, got 'huge'"):
        compare("huge")


def test_commands_and_signs_are_typeset():
    from report.page import _typeset

    assert _typeset("made by `make recorded` <now>") == "made by <code>make recorded</code> &lt;now&gt;"
    assert _typeset("slope -0.5 in S_rel, G^-2") == "slope −0.5 in S<sub>rel</sub>, G<sup>−2</sup>"


def test_the_quick_page_tells_where_the_whole_comparison_is(written):
    _, page = written
    assert "<code>groksharp report --recorded paper</code>" in page.read_text(encoding="utf-8")
    assert "`groksharp report --recorded paper`" in (page.parent / "report.md").read_text(encoding="utf-8")


def test_recorded_networks_are_shown_as_recorded(written, tmp_path):
    from empirical import recorded_runs
    from report.comparison import _recorded_parity
    from report.provenance import provenance

    comparison, _ = written
    parity = _recorded_parity("quick")
    where = provenance("quick", seconds=1.0, runs=tmp_path, recorded="quick")
    page = write_report(replace(comparison, parity=parity, provenance=where), tmp_path)
    html = page.read_text(encoding="utf-8")
    made = recorded_runs("quick")[0].attrs
    origin = f"recorded by <code>make recorded</code> with groksharp {made['groksharp_version']}, torch "
    assert html.count(origin) == 2  # beside the figures and in the provenance
    assert f"({made['engine']}, {made['machine']})" in html
    assert "None was trained for this page" in html
    assert "<code>groksharp report --preset quick --recorded quick</code>" in html
    assert "10 fitted of 10 run" in html
    assert parity.examples[0].label.startswith("25 inputs, seed ")
    assert tuple(tmp_path.glob("parity*")) == ()


def test_error_bars_are_drawn_where_there_is_noise(written):
    comparison, _ = written
    for setting in comparison.settings:
        for figure in (*trend_figure(setting), *regression_figure(setting)):
            bars = [bar for container in figure.axes[0].containers for bar in container.lines[2]]
            assert bool(bars) == (setting.name == "parity")


def test_titles_of_the_regressions_have_the_slopes_with_true_minus_signs(written):
    comparison, _ = written
    for setting in comparison.settings:
        for figure, trend in zip(regression_figure(setting), setting.table.trends.values(), strict=True):
            title = figure.axes[0].get_title()
            assert title.replace("−", "-").startswith(f"slope {trend.slope:.2f} [{trend.slope_low:.2f}, ")
            assert "-" not in title
